"""`Remote`: the platform's endpoints that a workspace needs, as plain JSON in and out. Layer: sync."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Self

from annogeo.errors import InputError, SyncError
from annogeo.sync.filters import Filters, FiltersResource
from annogeo.sync.paging import rows
from annogeo.sync.retrying import Policy
from annogeo.sync.secret import Token, find_token
from annogeo.sync.transport import AnswerError, Transport

if TYPE_CHECKING:
    from annogeo.model import Ontology
    from annogeo.sync.entities import RemoteItem

BATCH = 100
"""Annotations per write, as the seed SDK sends them."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
STATUSES = ("issue", "review", "approved", "clear")


class Remote:
    """A platform: reads are tried again until they work, writes are never doubled.

    Parameters
    ----------
    url : str
        ``https://gate.dataloop.ai`` or your own, with or without ``/api/v1``.
    token : str, optional
        Else `token_file`, else the variable ``ANNOGEO_DATALOOP_TOKEN``, else the keyring. It is never printed,
        logged or stored.
    token_file : path, optional
        Of mode 0600.
    refresh_token : str, optional
        Gets a new token once the old one has ended.
    insecure : bool
        Allow plain http to other machines than this one.
    ca_file : path, optional
        Certificates of your own.
    policy : Policy, optional
        How patient to be.
    max_connections : int
        At once.

    Raises
    ------
    InputError, SyncError
        For a URL or token that is none.

    Examples
    --------
    >>> with Remote("https://gate.dataloop.ai", "eyJhbGciOi") as remote:
    ...     remote
    Remote('https://gate.dataloop.ai/api/v1')
    """

    def __init__(
        self,
        url: str,
        token: Token | str | None = None,
        *,
        token_file: str | os.PathLike[str] | None = None,
        refresh_token: Token | str | None = None,
        insecure: bool = False,
        ca_file: str | os.PathLike[str] | None = None,
        policy: Policy | None = None,
        max_connections: int = 16,
    ) -> None:
        self._refresh = None if refresh_token is None else find_token(refresh_token)
        self.transport = Transport(
            url,
            find_token(token, token_file),
            insecure=insecure,
            ca_file=None if ca_file is None else os.fspath(ca_file),
            policy=policy,
            renew=None if self._refresh is None else self._renew,
            max_connections=max_connections,
        )

    @property
    def url(self) -> str:
        """The base URL."""
        return self.transport.base

    # --- what there is --------------------------------------------------------------------------------------------

    def me(self) -> dict[str, Any]:
        """Return who the token is of."""
        return self._object("/users/me")

    def dataset(self, dataset_id: str) -> dict[str, Any]:
        """Return a dataset."""
        return self._object(f"/datasets/{_id(dataset_id)}")

    def recipe(self, recipe_id: str) -> dict[str, Any]:
        """Return a recipe."""
        return self._object(f"/recipes/{_id(recipe_id)}")

    def ontology_json(self, ontology_id: str) -> dict[str, Any]:
        """Return an ontology as the platform has it."""
        return self._object(f"/ontologies/{_id(ontology_id)}")

    def ontology(self, dataset_id: str) -> Ontology | None:
        """Return the labels, colours and ids of a dataset: the first ontology of its recipes; None: it has none."""
        from annogeo.model import Ontology

        document = self.dataset_ontology(dataset_id)
        return None if document is None else Ontology.from_json(document)

    def dataset_ontology(self, dataset_id: str) -> dict[str, Any] | None:
        """Return the JSON of a dataset's ontology; None: it has none."""
        system = (self.dataset(dataset_id).get("metadata") or {}).get("system") or {}
        for recipe_id in system.get("recipes") or []:
            for ontology_id in self.recipe(recipe_id).get("ontologyIds") or []:
                return self.ontology_json(ontology_id)
        return None

    # --- items ----------------------------------------------------------------------------------------------------

    def items(self, dataset_id: str, filters: Filters | None = None) -> Iterator[dict[str, Any]]:
        """Give every item, by rising id; without `filters` all visible files."""
        query = (filters or Filters()).prepare()
        if query.get("resource") != FiltersResource.ITEM.value:
            raise InputError(f"filters: expected a filter on items, got one on {query.get('resource')!r}")
        return rows(self.transport, _id(dataset_id), query)

    def item(self, item_id: str) -> dict[str, Any]:
        """Return an item."""
        return self._object(f"/items/{_id(item_id)}")

    def get_item(self, item_id: str) -> RemoteItem:
        """Return an item whose annotations can be uploaded, updated and deleted.

        Examples
        --------
        >>> item = remote.get_item("65a0...")               # doctest: +SKIP
        >>> annotations = item.annotations()                # doctest: +SKIP
        >>> annotations.add(Box(1, 2, 30, 40, "car"))       # doctest: +SKIP
        >>> annotations.upload()                            # doctest: +SKIP
        """
        from annogeo.sync.entities import RemoteItem

        return RemoteItem(self, self.item(item_id))

    def stream(self, item_id: str, start: int = 0) -> AbstractContextManager[tuple[int, Iterator[bytes]]]:
        """Open an item's bytes from `start` on; gives where they really start, and pieces."""
        return self.transport.stream(f"/items/{_id(item_id)}/stream", start)

    # --- annotations ----------------------------------------------------------------------------------------------

    def annotations(self, dataset_id: str, filters: Filters | None = None) -> Iterator[dict[str, Any]]:
        """Give every annotation of a dataset, by rising id; without `filters` those of every type, notes too."""
        if filters is None:
            filters = Filters(resource=FiltersResource.ANNOTATION, use_defaults=False)
        query = filters.prepare()
        if query.get("resource") != FiltersResource.ANNOTATION.value:
            raise InputError(
                f"filters: expected a filter on annotations, got one on {query.get('resource')!r}"
            )
        return rows(self.transport, _id(dataset_id), query)

    def item_annotations(self, dataset_id: str, item_id: str) -> list[dict[str, Any]]:
        """Return the annotations of one item, of every type."""
        filters = Filters("itemId", _id(item_id), resource=FiltersResource.ANNOTATION, use_defaults=False)
        return list(self.annotations(dataset_id, filters))

    def annotation(self, annotation_id: str) -> dict[str, Any] | None:
        """Return an annotation; None: there is none of that id."""
        try:
            return self._object(f"/annotations/{_id(annotation_id)}")
        except AnswerError as error:
            if error.status == 404:
                return None
            raise

    def create_annotations(
        self, item_id: str, annotations: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """Create at most a batch of annotations; returns them as the platform has them, in the order given.

        Raises
        ------
        UnclearWrite
            If they may have been created: read back before creating them again.
        """
        if len(annotations) > BATCH:
            raise InputError(f"annotations: expected at most {BATCH} at once, got {len(annotations)}")
        path = f"/items/{_id(item_id)}/annotations"
        made = self.transport.write("POST", path, [dict(one) for one in annotations])
        made = [made] if isinstance(made, dict) else made
        if not _are_objects(made) or len(made) != len(annotations):
            from annogeo.sync.transport import UnclearWrite

            raise UnclearWrite("the write was answered with something else than its annotations", path=path)
        return list(made)

    def update_annotation(self, annotation_id: str, changed: Mapping[str, Any]) -> dict[str, Any] | None:
        """Write an annotation's changed keys, whole; system metadata (attributes, frames, status) too."""
        made = self.transport.write("PUT", f"/annotations/{_id(annotation_id)}?system=true", dict(changed))
        return made if isinstance(made, dict) else None

    def delete_annotation(self, annotation_id: str) -> bool:
        """Delete an annotation; False: it was gone already."""
        try:
            self.transport.write("DELETE", f"/annotations/{_id(annotation_id)}", {})
        except AnswerError as error:
            if error.status == 404:
                return False
            raise
        return True

    def set_status(self, annotation_id: str, status: str | None) -> dict[str, Any] | None:
        """Set an annotation's review state: ``issue``, ``review``, ``approved``; None or ``clear``: none."""
        if status is not None and status not in STATUSES:
            raise InputError(f"status: expected one of {', '.join(STATUSES)}, got {status!r}")
        value = None if status == "clear" else status
        return self.update_annotation(annotation_id, {"metadata": {"system": {"status": value}}})

    # --- export ---------------------------------------------------------------------------------------------------

    def export(
        self, dataset_id: str, filters: Filters | None = None, *, deadline: float = 3600.0
    ) -> list[dict[str, Any]]:
        """Let the platform write all items with their annotations into one file, wait for it, and return its list.

        See `annogeo.sync.export`; `annotations` is what pulling uses.
        """
        from annogeo.sync.export import export

        return export(self, _id(dataset_id), filters, deadline)

    # --- odds and ends --------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close all connections."""
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Remote({self.url!r})"

    def _object(self, path: str) -> dict[str, Any]:
        found = self.transport.read("GET", path)
        if not isinstance(found, dict):
            raise SyncError(f"expected an object, got {type(found).__name__}", path=self.url + path)
        return found

    def _renew(self) -> Token | None:
        """Get a new token for the refresh token; None: the platform gives none."""
        from annogeo.sync.renewal import renewed

        assert self._refresh is not None
        return renewed(self.transport, self._refresh)


def in_batches(
    annotations: Iterable[Mapping[str, Any]], size: int = BATCH
) -> Iterator[list[Mapping[str, Any]]]:
    """Split annotations into what one write takes.

    Examples
    --------
    >>> [len(batch) for batch in in_batches([{}] * 250)]
    [100, 100, 50]
    """
    batch: list[Mapping[str, Any]] = []
    for one in annotations:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _id(given: str) -> str:
    """Check an id: it becomes part of a URL."""
    if not isinstance(given, str) or not _ID.fullmatch(given):
        raise InputError(f"expected an id of the platform, got {given!r}")
    return given


def _are_objects(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, dict) for one in found)
