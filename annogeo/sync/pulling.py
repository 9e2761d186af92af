"""Pull: fetch what has changed, merge it into what is here, lose nothing. Layer: sync."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annogeo.atomic import write_bytes
from annogeo.errors import AnnogeoError, InputError, SyncError
from annogeo.sync.document import Document, digest, read_document, written
from annogeo.sync.fetching import fetch, file_hash, is_link, version_of
from annogeo.sync.filters import Filters, FiltersOperations, FiltersResource
from annogeo.sync.layout import Layout, folded, safe_path
from annogeo.sync.merging import Merged, is_agreed, merge
from annogeo.sync.reports import Outcome, Report
from annogeo.sync.retrying import Interrupted
from annogeo.sync.state import ItemRow, State
from annogeo.sync.transport import AnswerError
from annogeo.sync.trash import Trash

if TYPE_CHECKING:
    from annogeo.sync.remote import Remote

Json = dict[str, Any]
Progress = Callable[[str, int, "int | None"], None]

MOST_DELETED = 100
"""Items that one run may take away without being told that so many are meant."""

_IDS_PER_QUERY = 200


@dataclass(frozen=True, slots=True)
class PullOptions:
    """What to pull; see `Workspace.pull`."""

    filters: Filters | None = None
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    binaries: bool = True
    prune: bool = False
    max_delete: int = MOST_DELETED
    dry_run: bool = False
    jobs: int = 8

    @property
    def is_partial(self) -> bool:
        """Whether only some of the items are asked for."""
        return self.filters is not None or bool(self.include) or bool(self.exclude)

    def wants(self, path: str) -> bool:
        """Whether an item is asked for, by its path."""
        if self.include and not any(_fits(path, pattern) for pattern in self.include):
            return False
        return not any(_fits(path, pattern) for pattern in self.exclude)


class Pull:
    """One run."""

    def __init__(
        self,
        layout: Layout,
        state: State,
        remote: Remote,
        dataset_id: str,
        options: PullOptions,
        progress: Progress,
    ) -> None:
        self.layout = layout
        self.state = state
        self.remote = remote
        self.dataset_id = dataset_id
        self.options = options
        self.progress = progress
        self.report = Report("pull", is_plan=options.dry_run)
        self.trash = Trash(layout)

    def run(self) -> Report:
        """Pull, and say what was done; a run that is stopped says so too."""
        before = self.remote.transport.n_requests
        try:
            self._ontology()
            items = self._listed()
            self._gone({item["id"] for _, item in items})
            self._annotations(items)
            self._park(items)
            self._items(items)
        except Interrupted:
            self.report.interrupted = True
        finally:
            self.state.clear_incoming()
        self.report.outcomes.sort(key=lambda outcome: outcome.path)
        self.report.requests = self.remote.transport.n_requests - before
        return self.report

    # --- listings -------------------------------------------------------------------------------------------------

    def _listed(self) -> list[tuple[str, Json]]:
        """List the items that are asked for, with their paths; a name that is refused is an outcome."""
        case = self.layout.folds_case() if not self.options.dry_run else False
        owners: dict[str, str] = {}
        found: list[tuple[str, Json]] = []
        for item in self.remote.items(self.dataset_id, self.options.filters):
            filename = item.get("filename")
            name = filename if isinstance(filename, str) else ""
            try:
                path = safe_path(name)
            except InputError as error:
                self._tell(name[:200], "failed", str(error), item["id"])
                continue
            if not self.options.wants(path):
                continue
            owner = owners.setdefault(folded(path, case=case), item["id"])
            if owner != item["id"]:
                self._tell(path, "failed", f"item {owner} has the same file name here", item["id"])
                continue
            found.append((path, item))
            self.progress("listing", len(found), None)
        return found

    def _annotations(self, items: Sequence[tuple[str, Json]]) -> None:
        """Bring all annotations of the items onto the disk."""
        self.state.clear_incoming()
        if not self.options.is_partial:
            queries: Iterable[Filters | None] = [None]
        else:
            ids = iter([item["id"] for _, item in items])
            queries = (_of_items(chunk) for chunk in iter(lambda: list(islice(ids, _IDS_PER_QUERY)), []))
        n = 0
        for query in queries:
            rows = self.remote.annotations(self.dataset_id, query)
            while page := list(islice(rows, 1000)):
                self.state.add_incoming(page)
                n += len(page)
                self.progress("annotations", n, None)

    def _ontology(self) -> None:
        """Write the dataset's labels, unless somebody has changed the file."""
        document = self.remote.dataset_ontology(self.dataset_id)
        if document is None or self.options.dry_run:
            return
        data = written(document, [])
        data = data.replace(b',\n"annotations": []', b"")
        name, have = self.layout.ontology.name, file_hash(self.layout.ontology)
        if have not in (None, self.state.get("ontology"), digest(data)):
            self._tell(name, "kept", "it was changed here")
            return
        try:
            if have != digest(data):
                write_bytes(self.layout.ontology, data)
            self.state.set("ontology", digest(data))
        except InputError as error:
            self._tell(name, "failed", str(error))

    # --- items ----------------------------------------------------------------------------------------------------

    def _items(self, items: Sequence[tuple[str, Json]]) -> None:
        """Go through the items: bytes in threads, the rest here."""
        done = 0
        with ThreadPoolExecutor(max(1, self.options.jobs), "annogeo-pull") as pool:
            try:
                for path, item, fetched in self._fetched(pool, items):
                    self._item(path, item, fetched)
                    done += 1
                    self.progress("items", done, len(items))
            except BaseException:
                self.remote.transport.stop.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _fetched(
        self, pool: ThreadPoolExecutor, items: Sequence[tuple[str, Json]]
    ) -> Iterator[tuple[str, Json, Future[tuple[Path, str]] | None]]:
        """Give the items, each with its bytes where they had to be fetched; few are under way at once."""
        under_way: dict[Future[tuple[Path, str]], tuple[str, Json]] = {}
        for path, item in items:
            if not self._needs_bytes(path, item):
                yield path, item, None
                continue
            under_way[pool.submit(fetch, self.remote, item, self.layout.tmp)] = (path, item)
            if len(under_way) >= 2 * self.options.jobs:
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    yield *under_way.pop(future), future
        while under_way:
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                yield *under_way.pop(future), future

    def _needs_bytes(self, path: str, item: Json) -> bool:
        if not self.options.binaries or self.options.dry_run or is_link(item):
            return False
        row = self.state.item(item["id"])
        if row is None or row.file_hash is None or row.version != version_of(item) or row.path != path:
            return True
        try:
            return not self.layout.item(path).exists()
        except InputError:
            return False  # said when its turn comes

    def _item(self, path: str, item: Json, fetched: Future[tuple[Path, str]] | None) -> None:
        """Put one item in place; whatever goes wrong with it is its outcome, and the others go on."""
        try:
            row = self.state.item(item["id"]) if self.options.dry_run else self._make_way(path, item)
            states = [self._bytes(path, item, row, fetched), self._document(path, item)]
        except Interrupted:
            raise
        except AnswerError as error:
            state = "gone" if error.status == 404 else "failed"
            self._tell(path, state, "" if state == "gone" else str(error), item["id"])
        except (AnnogeoError, OSError) as error:
            self._tell(path, "failed", str(error), item["id"])
        else:
            state = max((found for found, _ in states), key=_ORDER.index)
            self._tell(path, state, "; ".join(message for _, message in states if message), item["id"])

    def _bytes(
        self, path: str, item: Json, row: ItemRow | None, fetched: Future[tuple[Path, str]] | None
    ) -> tuple[str, str]:
        """Put fetched bytes in place, unless another file is there."""
        place = self.layout.item(path)
        version = version_of(item)
        state, message, found = "unchanged", "", None if row is None else row.file_hash
        if is_link(item):
            state, message = "skipped", "its bytes are a link to elsewhere, which is not followed"
        elif self.options.dry_run and self.options.binaries:
            is_new = row is None or row.file_hash is None or row.version != version
            return ("downloaded" if is_new else "unchanged"), ""
        elif fetched is not None:
            part, found_there = fetched.result()
            here = file_hash(place)
            if here is not None and here not in (found_there, found):
                self.trash.keep_part(part, path)
                state, message = "kept", "the file was changed here; the remote one is in .annogeo/trash"
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(part, place)
                state, found = "downloaded", found_there
        if not self.options.dry_run:
            head = {key: value for key, value in item.items() if key != "annotations"}
            doc_hash = None if row is None else row.doc_hash
            kept = version if self.options.binaries or row is None else row.version
            remembered = ItemRow(item["id"], path, head, kept, found, doc_hash)
            if remembered != row:
                self.state.put_item(remembered)
        return state, message

    def _document(self, path: str, item: Json) -> tuple[str, str]:
        """Merge an item's annotations into its JSON file."""
        place = self.layout.document(path)
        row, known = self.state.item(item["id"]), self.state.known(item["id"])
        remote = self.state.incoming(item["id"])
        here = read_document(place)
        entries = list(_all(known)) if here is None else here.entries
        sent, made = self.state.sent(item["id"])
        merged = merge(entries, known, remote, sent, made)
        head = {key: value for key, value in item.items() if key != "annotations"}
        own = {} if here is None else {key: value for key, value in here.head.items() if key not in head}
        data = written({**head, **own}, merged.entries)
        state = _state(here, merged, data, is_dirty=_is_dirty(here, row))
        message = f"{len(merged.conflicts)} annotations changed on both sides" if merged.conflicts else ""
        if self.options.dry_run:
            return state, message
        if here is None or digest(data) != here.digest:
            if _is_dirty(here, row) and merged.taken:
                self.trash.keep_copy(place, path + ".json")
            _replace(place, data, here)
        assert row is not None
        # what is in the file and on the server alike is clean; anything else is somebody's own work
        is_clean = is_agreed(merged.entries, merged.known)
        remembered = replace(row, doc_hash=digest(data) if is_clean else row.doc_hash)
        with self.state.together():
            if merged.known != known or merged.conflicts != self.state.conflicts(item["id"]):
                self.state.put_known(item["id"], merged.known, merged.conflicts)
            if sent:
                self.state.settled(item["id"])
            if remembered != row:
                self.state.put_item(remembered)
        return state, message

    # --- names ----------------------------------------------------------------------------------------------------

    def _park(self, items: Sequence[tuple[str, Json]]) -> None:
        """Put the files of items that have another name now aside, so that names can be exchanged."""
        if self.options.dry_run:
            return
        rows = {row.id: row for row in self.state.items()}
        for path, item in items:
            row = rows.get(item["id"])
            if row is not None and row.path not in (path, _parked(row.id)):
                for place, aside in zip(self._places(row), self._aside(row), strict=True):
                    if place.exists():
                        os.replace(place, aside)
                self.state.put_item(replace(row, path=_parked(row.id)))

    def _make_way(self, path: str, item: Json) -> ItemRow | None:
        """Return an item's row with its files at its path; another item that had this name makes way."""
        other = self.state.item_at(path)
        if other is not None and other.id != item["id"]:
            if self._is_edited(other):
                raise SyncError(
                    "an item of the same name has replaced this one on the server, and it was changed here",
                    hint="move its files away, then pull again",
                )
            for place, name in zip(self._places(other), (f"items/{path}", f"json/{path}.json"), strict=True):
                self.trash.take(place, name)
            self.state.drop_item(other.id)
        row = self.state.item(item["id"])
        if row is None or row.path == path:
            return row
        moved = replace(row, path=path)
        for aside, place in zip(self._aside(row), self._places(moved), strict=True):
            if aside.exists() and place.exists():
                self.trash.take(place, f"untracked/{path}")
            if aside.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(aside, place)
        self.state.put_item(moved)
        return moved

    def _places(self, row: ItemRow) -> tuple[Path, Path]:
        return self.layout.item(row.path), self.layout.document(row.path)

    def _aside(self, row: ItemRow) -> tuple[Path, Path]:
        return self.layout.tmp / f"{row.id}.item", self.layout.tmp / f"{row.id}.json"

    # --- what is no longer there ----------------------------------------------------------------------------------

    def _gone(self, there: set[str]) -> None:
        """Find items that the complete listing no longer has; with `prune` take them away, into the trash."""
        if self.options.is_partial:
            return
        gone = [row for row in self.state.items() if row.id not in there]
        if self.options.prune and len(gone) > self.options.max_delete:
            raise SyncError(
                f"{len(gone)} items are gone on the server, more than the {self.options.max_delete} "
                "that one run may take away",
                hint="look whether that is right, then give max_delete=",
            )
        for row in gone:
            edited = self._is_edited(row)
            if not self.options.prune:
                self._tell(row.path, "gone", "it is no longer on the server; its files stay", row.id)
            elif edited:
                self._tell(row.path, "kept", "gone on the server, and changed here", row.id)
            else:
                if not self.options.dry_run:
                    self.trash.take(self.layout.item(row.path), f"items/{row.path}")
                    self.trash.take(self.layout.document(row.path), f"json/{row.path}.json")
                    self.state.drop_item(row.id)
                self._tell(row.path, "pruned", "into .annogeo/trash", row.id)
                continue
            if not self.options.dry_run:
                self.state.put_item(replace(row, gone=True))

    def _is_edited(self, row: ItemRow) -> bool:
        document = file_hash(self.layout.document(row.path))
        picture = file_hash(self.layout.item(row.path)) if row.file_hash is not None else None
        return document not in (None, row.doc_hash) or picture not in (None, row.file_hash)

    def _tell(self, path: str, state: str, message: str = "", item_id: str | None = None) -> None:
        self.report.outcomes.append(Outcome(path, state, message, item_id))


def _parked(item_id: str) -> str:
    """Return what stands for the path of an item whose files are put aside: no item has such a name."""
    return f".annogeo-parked/{item_id}"


_ORDER = ("unchanged", "skipped", "downloaded", "updated", "modified", "kept", "conflict")


def _state(here: Document | None, merged: Merged, data: bytes, *, is_dirty: bool) -> str:
    if merged.conflicts:
        return "conflict"
    if here is None:
        return "downloaded"
    if merged.taken:
        return "updated"
    return "modified" if is_dirty and not is_agreed(merged.entries, merged.known) else "unchanged"


def _is_dirty(here: Document | None, row: ItemRow | None) -> bool:
    return here is not None and (row is None or here.digest != row.doc_hash)


def _replace(place: Path, data: bytes, here: Document | None) -> None:
    """Write a document, unless somebody has just changed it."""
    now = file_hash(place)
    if now != (None if here is None else here.digest):
        raise SyncError(
            "the file was changed while it was being merged", path=os.fspath(place), hint="pull again"
        )
    write_bytes(place, data)


def _all(known: Any) -> Iterator[Json]:
    return (held.base for held in known.values())


def _of_items(ids: Sequence[str]) -> Filters:
    filters = Filters(resource=FiltersResource.ANNOTATION, use_defaults=False)
    filters.add("itemId", list(ids), FiltersOperations.IN)
    return filters


def _fits(path: str, pattern: str) -> bool:
    """Whether a path fits a pattern; one that names a folder means everything below.

    Examples
    --------
    >>> _fits("a/b/c.png", "a/**"), _fits("a/b/c.png", "/a/b"), _fits("a/b/c.png", "*.png"), _fits("ab/c.png", "a")
    (True, True, True, False)
    """
    clean = pattern.strip("/")
    return fnmatch.fnmatchcase(path, clean) or path.startswith(clean + "/")
