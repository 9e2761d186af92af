"""Items that know their platform: `upload`, `update`, `delete` of their annotations go there. Layer: sync."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from annogeo.errors import InputError, SyncError
from annogeo.model import Annotation, AnnotationCollection, Item
from annogeo.sync.content import changed_keys, content, content_hash
from annogeo.sync.merging import claims
from annogeo.sync.remote import in_batches
from annogeo.sync.retrying import Interrupted
from annogeo.sync.transport import AnswerError, UnclearWrite

if TYPE_CHECKING:
    from annogeo.sync.remote import Remote

Json = dict[str, Any]

_FIELDS = {
    "id": "id",
    "url": "url",
    "creator": "creator",
    "createdAt": "created_at",
    "updatedBy": "updated_by",
    "updatedAt": "updated_at",
    "hash": "hash",
}


class RemoteItem(Item):
    """An item of the platform; `Remote.get_item` and `Workspace.get_item` give them.

    Parameters
    ----------
    remote : Remote
    document : dict
        The platform's item JSON.
    entries : list of dict, optional
        Its annotations, as a workspace has them; None: they are asked for.
    """

    def __init__(self, remote: Remote, document: Json, entries: list[Any] | None = None) -> None:
        plain = Item.from_json(document)
        vars(self).update(vars(plain))
        self._document = document
        self._entries = entries
        self.platform = ItemPlatform(remote, document["datasetId"], document["id"])

    def annotations(self) -> AnnotationCollection:
        """Return the item's annotations; their verbs work."""
        entries = self._entries
        if entries is None:
            assert isinstance(self.platform, ItemPlatform)
            entries = list(self.platform.listed().values())
        return AnnotationCollection.from_json({**self._document, "annotations": entries}, item=self)


class ItemPlatform:
    """The annotations of one item on the platform."""

    def __init__(self, remote: Remote, dataset_id: str, item_id: str) -> None:
        self.remote = remote
        self.dataset_id = dataset_id
        self.item_id = item_id

    def listed(self) -> dict[str, Json]:
        """Return the annotations as they are there now, by id."""
        return {one["id"]: one for one in self.remote.item_annotations(self.dataset_id, self.item_id)}

    def upload(self, annotations: Sequence[Annotation]) -> None:
        """Create those without an id, update the others; what is there already is not created again."""
        there = self.listed()
        new = [annotation for annotation in annotations if annotation.id is None]
        self._update([annotation for annotation in annotations if annotation.id is not None], there)
        for batch in in_batches(new):  # type: ignore[arg-type]  # it splits anything
            self._create(list(batch), set(there))  # type: ignore[arg-type]

    def update(self, annotations: Sequence[Annotation], *, system_metadata: bool) -> None:
        """Send what was changed."""
        _need_ids(annotations, "update()")
        self._update(annotations, self.listed())

    def delete(self, annotations: Sequence[Annotation]) -> None:
        """Delete annotations; those that are gone already are fine."""
        _need_ids(annotations, "delete()")
        for annotation in annotations:
            self._again(self.remote.delete_annotation, annotation.id)

    def update_status(self, annotation: Annotation, status: str) -> None:
        """Set the review state."""
        _need_ids([annotation], "update_status()")
        self._again(self.remote.set_status, annotation.id, status)
        annotation.status = status

    def _create(self, batch: list[Annotation], before: set[str]) -> None:
        left, transport = batch, self.remote.transport
        for attempt in range(1, transport.policy.attempts + 1):
            entries = [content(annotation.to_json()) for annotation in left]
            try:
                made = self.remote.create_annotations(self.item_id, entries)
            except UnclearWrite:
                if transport.stop.wait(transport.policy.wait(attempt)):
                    raise Interrupted() from None
                there = {own: one for own, one in self.listed().items() if own not in before}
                found = claims(entries, range(len(entries)), there, {})
                for place, own in found.items():
                    _adopt(left[place], there[own])
                    before.add(own)
                left = [annotation for place, annotation in enumerate(left) if place not in found]
                if not left:
                    return
                continue
            for annotation, one in zip(left, made, strict=True):
                _adopt(annotation, one)
                before.add(one["id"])
            return
        raise UnclearWrite(
            f"{len(left)} annotations may or may not have been created", hint="upload() again looks first"
        )

    def _update(self, annotations: Sequence[Annotation], there: dict[str, Json]) -> None:
        for annotation in annotations:
            now, entry = there.get(annotation.id or ""), annotation.to_json()
            if now is None:
                raise SyncError("it is no longer on the platform", annotation_id=annotation.id)
            changes = changed_keys(now, entry)
            if changes and content_hash(now) != content_hash(entry):
                made = self._again(self.remote.update_annotation, annotation.id, changes)
                if isinstance(made, dict):
                    _adopt(annotation, made)

    def _again(self, write: Callable[..., Any], *given: Any) -> Any:
        """Send a write that may be sent twice: it says what is to be, not what is to be added."""
        transport = self.remote.transport
        for attempt in range(1, transport.policy.attempts + 1):
            try:
                return write(*given)
            except UnclearWrite:
                if attempt == transport.policy.attempts:
                    raise
                if transport.stop.wait(transport.policy.wait(attempt)):
                    raise Interrupted() from None
            except AnswerError as error:
                raise error.located(annotation_id=given[0]) from None
        raise AssertionError


def _adopt(annotation: Annotation, made: Json) -> None:
    """Take over what the server keeps about an annotation."""
    for key, name in _FIELDS.items():
        if key in made:
            setattr(annotation, name, made[key])


def _need_ids(annotations: Sequence[Annotation], verb: str) -> None:
    for place, annotation in enumerate(annotations):
        if annotation.id is None:
            raise InputError(
                f"[{place}]: {verb} needs an annotation that is on the platform", hint="upload() it first"
            )
