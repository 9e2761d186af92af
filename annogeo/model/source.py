"""Where annotations come from: what a document says about all of them, and how one entry of it is read.

The model asks a `Reader` for the parts of an entry when they are first needed; codecs/platform supplies it. An
annotation made locally has an `Origin` without one. Layer: model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from annogeo.errors import InputError
    from annogeo.model.frames import Keyframe

Medium = Literal["image", "video", "audio"]
Defect = tuple[Any, "InputError"]  # an entry that was not understood, and why


class Head(NamedTuple):
    """What is needed of an entry to know when it is there and to read its definition; coordinates may be encoded.

    Absent keys are MISSING.
    """

    is_object: bool  # False for an entry that is a number, a list ...: then `coordinates` is all of it
    json_type: Any
    label: Any
    attributes: Any
    description: Any
    coordinates: Any
    frame: Any
    end_frame: Any
    start_time: Any
    end_time: Any
    snapshots: Any


class Reader(Protocol):
    """Reads entries of a document; holds no state, so that annotations travel between processes lightly."""

    def head(self, entry: Any) -> Head:
        """Read what comes first; never fails."""

    def value(self, entry: Any) -> Any:
        """Decode an entry in full, as fresh values."""

    def top(self, entry: Any, key: str) -> Any:
        """Read one key of an entry; MISSING where absent."""

    def system(self, entry: Any, key: str) -> Any:
        """Read one key of its ``metadata.system``; MISSING where absent."""

    def snapshots(self, head: Head, start_frame: int) -> tuple[list[Keyframe], list[Defect]]:
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
    media: tuple[Medium, ...] = ("video", "audio", "image")
    for medium in media:
        if mimetype and medium in mimetype:
            return medium
    return None
