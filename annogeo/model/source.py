"""Where annotations come from: what a document says about all of them, and how one entry of it is read.

The model asks a `Reader` for the parts of an entry when they are first needed; codecs/platform supplies it. An
annotation made locally has an `Origin` without one. Layer: model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from annogeo.errors import InputError
    from annogeo.model.frames import Keyframe

Medium = Literal["image", "video", "audio"]
Defect = tuple[Any, "InputError"]  # an entry that was not understood, and why


class Envelope(Protocol):
    """One entry, as far as it was decoded: everything but coordinates and snapshots."""

    @property
    def is_object(self) -> bool:
        """False for an entry that is a number, a list ... and no annotation at all."""

    @property
    def coordinates(self) -> Any:
        """The coordinates, maybe still encoded; MISSING without any."""

    def top(self, key: str) -> Any:
        """A key of the annotation; MISSING where absent. Not to be changed."""

    def system(self, key: str) -> Any:
        """A key of ``metadata.system``; MISSING where absent. Not to be changed."""


class Reader(Protocol):
    """Reads entries of a document; holds no state, so that annotations travel between processes lightly."""

    def envelope(self, entry: Any) -> Envelope:
        """Read an entry; never fails."""

    def value(self, entry: Any) -> Any:
        """Decode an entry in full, as fresh Python values."""

    def snapshots(self, envelope: Envelope, start_frame: int) -> tuple[list[Keyframe], list[Defect]]:
        """Read the stored frames after the first one, in document order, and those that cannot be read."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the annotations of one document have in common.

    Parameters
    ----------
    item : Item, optional
    medium : str, optional
        None: each annotation's own numbers decide.
    fps : number, optional
        Frames per second, where the item does not know it.
    height, width : int, optional
        In px, where the item does not know them.
    reader : Reader, optional
        None: the annotations were made locally.
    root : str
        JSON path of the list of annotations.
    """

    item: Any = None
    medium: Medium | None = None
    fps: Any = None
    height: int | None = None
    width: int | None = None
    reader: Reader | None = None
    root: str = "$.annotations"


AUDIO_FPS = 1000
"""Audio has no frames; the platform counts its milliseconds instead."""


def medium_of(mimetype: str | None) -> Medium | None:
    """Tell image, video and audio apart by a MIME type.

    Examples
    --------
    >>> medium_of("video/mp4"), medium_of("application/pdf")
    ('video', None)
    """
    for medium in ("video", "audio", "image"):
        if mimetype and medium in mimetype:
            return medium  # type: ignore[return-value]  # the loop runs over Medium's values
    return None
