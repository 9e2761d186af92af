"""`CollectionVerbs`: what a collection does on the platform. Mixed into `AnnotationCollection`. Layer: model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from annogeo.model.platform import Platform, platform_of

if TYPE_CHECKING:
    from annogeo.model.annotation import Annotation


class CollectionVerbs:
    """The seed SDK's verbs for items from `annogeo.sync`; UnsupportedError for a local one."""

    def upload(self) -> Self:
        """Create the annotations on the platform, or update those with an id."""
        platform, annotations = self._told("upload()")
        platform.upload(annotations)
        return self

    def update(self, system_metadata: bool = True) -> Self:
        """Send what was changed to the platform.

        Parameters
        ----------
        system_metadata : bool
            Accepted as in the seed SDK; frames, attributes and object ids, which live there, are always sent.
        """
        platform, annotations = self._told("update()")
        platform.update(annotations, system_metadata=system_metadata)
        return self

    def delete(self) -> bool:
        """Delete the annotations on the platform."""
        platform, annotations = self._told("delete()")
        platform.delete(annotations)
        return True

    def _told(self, verb: str) -> tuple[Platform, list[Annotation]]:
        collection: Any = self  # only AnnotationCollection mixes this in
        return platform_of(collection.item, verb), list(collection)
