"""The verbs that talk to the platform: whom they are handed to. Layer: model; what carries them out is sync."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from annogeo.errors import UnsupportedError

if TYPE_CHECKING:
    from annogeo.model.annotation import Annotation
    from annogeo.model.item import Item


class Platform(Protocol):
    """What carries out the verbs for the annotations of one item."""

    def upload(self, annotations: Sequence[Annotation]) -> None:
        """Create those without an id, update the others."""

    def update(self, annotations: Sequence[Annotation], *, system_metadata: bool) -> None:
        """Send what was changed."""

    def delete(self, annotations: Sequence[Annotation]) -> None:
        """Delete them."""

    def update_status(self, annotation: Annotation, status: str) -> None:
        """Set the review state."""


def platform_of(item: Item | None, verb: str) -> Platform:
    """Return what carries out a verb.

    Raises
    ------
    UnsupportedError
        If the item is local.
    """
    platform = None if item is None else item.platform
    if platform is None:
        raise UnsupportedError(
            f"{verb} talks to the platform, and this item is local",
            hint="get the item from annogeo.sync (Remote.get_item, Workspace.get_item), or write to_json() to a file",
        )
    return platform
