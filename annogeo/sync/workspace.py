"""`Workspace`: a folder that stands for a dataset. Layer: sync."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from annogeo.errors import InputError, SyncError
from annogeo.sync import pulling, pushing, standing
from annogeo.sync.document import read_document
from annogeo.sync.filters import Filters
from annogeo.sync.layout import Layout, safe_path
from annogeo.sync.lock import locked
from annogeo.sync.reports import Report
from annogeo.sync.state import ItemRow, State

if TYPE_CHECKING:
    from annogeo.sync.entities import RemoteItem
    from annogeo.sync.remote import Remote

Progress = Callable[[str, int, "int | None"], None]


class Workspace:
    """A local copy of a dataset: ``items/<path>``, ``json/<path>.json`` to be edited in place, state in ``.annogeo/``.

    Nothing that was changed here is ever overwritten, nothing on the platform is created twice, and every run that was
    stopped, however it was, goes on when it is called again. `annogeo render` and `load` read the folder as it is.

    Parameters
    ----------
    root : path
        Made by the first pull.

    Examples
    --------
    >>> workspace = Workspace("street")
    >>> with Remote("https://gate.dataloop.ai") as remote:    # doctest: +SKIP
    ...     workspace.pull(remote, "65a0...").counts
    {'downloaded': 300}
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.layout = Layout(root)

    def pull(
        self,
        remote: Remote,
        dataset_id: str | None = None,
        *,
        filters: Filters | None = None,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        binaries: bool = True,
        prune: bool = False,
        max_delete: int = pulling.MOST_DELETED,
        dry_run: bool = False,
        jobs: int = 8,
        progress: Progress | None = None,
    ) -> Report:
        """Fetch what has changed, and merge it into what is here.

        Parameters
        ----------
        remote : Remote
        dataset_id : str, optional
            Needed the first time.
        filters : Filters, optional
            Which items.
        include, exclude : sequence of str
            Patterns of paths (``street/*``, ``*.png``) or folders.
        binaries : bool
            False: annotations only.
        prune : bool
            Take the files of items that are gone on the platform away, into ``.annogeo/trash``; those that were changed
            here stay.
        max_delete : int
            The most items that may go; more end the run before anything is taken.
        dry_run : bool
            Say what would be done.
        jobs : int
            Files at once.
        progress : (what, done, total or None) -> None, optional

        Returns
        -------
        Report
            An outcome for each item: ``downloaded``, ``updated``, ``unchanged``, ``modified`` (here alone),
            ``conflict``, ``kept``, ``gone``, ``pruned``, ``skipped``, ``failed``.

        Raises
        ------
        SyncError
            If a listing fails, or another run is at work here.
        InputError
            If the folder belongs to another dataset.
        """
        options = pulling.PullOptions(
            filters, tuple(include), tuple(exclude), binaries, prune, max_delete, dry_run, jobs
        )
        with self._open(create=True) as state:
            dataset = self._bound(state, remote, dataset_id)
            return pulling.Pull(self.layout, state, remote, dataset, options, progress or _silent).run()

    def status(self) -> Report:
        """Say how every item stands, without asking anybody: unchanged, modified, in conflict, missing ..."""
        with self._open() as state:
            return standing.status(self.layout, state)

    def push(
        self,
        remote: Remote,
        plan_only: bool = False,
        *,
        delete: bool = False,
        max_delete: int = pushing.MOST_DELETED,
        jobs: int = 8,
        progress: Progress | None = None,
    ) -> Report:
        """Send what was changed here; twice does no more than once.

        Before anything is sent, the items' annotations are looked at on the platform: what was changed there too is a
        conflict and is not sent; what is there already, because an answer was lost, is adopted.

        Parameters
        ----------
        remote : Remote
        plan_only : bool
            Say what would be sent.
        delete : bool
            Delete on the platform what was deleted here; without it, that is only said.
        max_delete : int
            The most annotations that may be deleted; more end the run before anything is sent.
        jobs : int
            Writes at once.
        progress : (what, done, total or None) -> None, optional

        Returns
        -------
        Report
            An outcome for each annotation: ``created``, ``updated``, ``deleted``, ``conflict``, ``unclear``,
            ``failed``; and for items ``unchanged``, ``adopted``, ``kept``.
        """
        with self._open() as state:
            self._bound(state, remote, None)
            run = pushing.Push(
                self.layout,
                state,
                remote,
                plan_only=plan_only,
                delete=delete,
                max_delete=max_delete,
                jobs=jobs,
                progress=progress or _silent,
            )
            return run.run()

    def resolve(self, item: str, side: str) -> Report:
        """Decide an item's conflicts: ``local``, ``remote`` or ``both``.

        Parameters
        ----------
        item : str
            Its path, or its id.
        side : str
            ``local``: the next push sends what is here. ``remote``: what is on the platform is written here, and the
            file as it was goes into the trash. ``both``: the platform's stays, what is here becomes a new annotation.
        """
        with self._open() as state:
            return standing.resolve(self.layout, state, self._row(state, item), side)

    def get_item(self, item: str, remote: Remote) -> RemoteItem:
        """Return an item with its annotations as they stand here; their verbs go to the platform at once.

        The local file is not written: the next pull or push finds what was sent, and creates nothing twice.

        Parameters
        ----------
        item : str
            Its path, or its id.
        remote : Remote
        """
        from annogeo.sync.entities import RemoteItem

        with self._open() as state:
            self._bound(state, remote, None)
            row = self._row(state, item)
        here = read_document(self.layout.document(row.path))
        made = RemoteItem(remote, {**row.head, "id": row.id}, None if here is None else here.entries)
        made.path = os.fspath(self.layout.item(row.path))
        return made

    def __repr__(self) -> str:
        return f"Workspace({os.fspath(self.layout.root)!r})"

    def _row(self, state: State, item: str) -> ItemRow:
        row = state.item(item)
        if row is None:
            row = state.item_at(
                safe_path(item.removesuffix(".json") if state.item_at(item) is None else item)
            )
        if row is None:
            raise InputError(f"item: there is no {item!r} in this workspace", hint="see status()")
        return row

    @contextmanager
    def _open(self, *, create: bool = False) -> Iterator[State]:
        """Hold the lock and open the state."""
        if not create and not self.layout.state.is_file():
            raise SyncError("this is no workspace", path=os.fspath(self.layout.root), hint="pull first")
        self.layout.make()
        with locked(self.layout.lock):
            state = State(self.layout.state)
            try:
                yield state
            finally:
                state.close()

    def _bound(self, state: State, remote: Any, dataset_id: str | None) -> str:
        """Return the dataset this workspace stands for; it and its platform never change."""
        for key, given in (("dataset", dataset_id), ("url", remote.url)):
            have = state.get(key)
            if have is None and given is not None:
                state.set(key, given)
            elif have is not None and given is not None and have != given:
                raise InputError(
                    f"this workspace stands for {key} {have!r}, not {given!r}",
                    path=os.fspath(self.layout.root),
                    hint="use another folder",
                )
        found = state.get("dataset")
        if found is None:
            raise InputError("dataset_id: the first pull has to say which dataset")
        return found


def _silent(what: str, done: int, total: int | None) -> None:
    pass
