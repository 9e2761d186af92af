"""`Item`: what is annotated (an image, a video ...), as far as drawing and writing need to know it.

Layer: model; knows no files beyond the path it is given.
"""

from __future__ import annotations

import mimetypes
import posixpath
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from annogeo.definitions.checks import integer, number
from annogeo.errors import InputError

if TYPE_CHECKING:
    from annogeo.model.ontology import Ontology
    from annogeo.model.platform import Platform

_TURNED = frozenset((5, 6, 7, 8))  # EXIF orientations that swap rows and columns


class Item:
    """An image, video, audio or text that annotations belong to.

    What is not given is read from `metadata`, where the platform keeps it: ``system.width``, ``system.height``,
    ``system.mimetype``, ``fps``.

    Parameters
    ----------
    filename : str, optional
        The path on the platform (``/dir/name.jpg``) or any name.
    width, height : int, optional
        Size in pixels **as displayed**: ``system.width`` and ``system.height`` are of the stored picture, so they are
        swapped where ``system.exif.Orientation`` is 5 to 8.
    mimetype : str, optional
        Without one, guessed from the name.
    fps : number or Fraction, optional
        Frames per second of a video.
    id : str, optional
        The platform's id.
    metadata : dict, optional
        The platform's metadata; kept as it is.
    ontology : Ontology, optional
        Labels, colours and ids that drawing uses.
    dataset : object, optional
        Anything with an ``ontology``.
    url, dataset_url, dataset_id : str, optional
        Written into locally made annotations.
    path : str, optional
        The local file.

    Examples
    --------
    >>> item = Item("/street/1.jpg", metadata={"system": {"width": 64, "height": 48}})
    >>> item.name, item.height, item.width, item.mimetype
    ('1.jpg', 48, 64, 'image/jpeg')
    >>> Item().height is None
    True
    """

    platform: Platform | None = None
    """What carries out `upload`, `update` ... of its annotations; only items from `annogeo.sync` have one."""

    def __init__(
        self,
        filename: str | None = None,
        width: int | None = None,
        height: int | None = None,
        mimetype: str | None = None,
        fps: Any = None,
        id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        ontology: Ontology | None = None,
        *,
        dataset: Any = None,
        url: str | None = None,
        dataset_url: str | None = None,
        dataset_id: str | None = None,
        path: str | None = None,
    ) -> None:
        self.filename = filename
        self.id = id
        self.metadata: dict[str, Any] = dict(metadata) if isinstance(metadata, Mapping) else {}
        self.dataset = dataset
        self.url = url
        self.dataset_url = dataset_url
        self.dataset_id = dataset_id
        self.path = path
        self._width, self._height = _size("width", width), _size("height", height)
        self._mimetype, self._fps = mimetype, _frame_rate_or_none(fps)
        self._ontology = ontology

    @classmethod
    def from_json(cls, _json: Mapping[str, Any]) -> Item:
        """Build from the platform's item JSON (or an exported annotation document, which carries the same keys).

        Parameters
        ----------
        _json : dict
            Its ``filename``, ``id`` (or ``_id``), ``metadata``, ``url``, ``dataset`` and ``datasetId`` are read.

        Examples
        --------
        >>> Item.from_json({"_id": "i1", "filename": "/a.png", "annotations": []}).id
        'i1'
        """
        return cls(
            _text(_json.get("filename")),
            id=_text(_json.get("id")) or _text(_json.get("_id")),
            metadata=_json.get("metadata"),
            url=_text(_json.get("url")),
            dataset_url=_text(_json.get("dataset")),
            dataset_id=_text(_json.get("datasetId")),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the keys of the platform's item JSON that are known here.

        Examples
        --------
        >>> Item("/a.png", width=4, height=3).to_json()["metadata"]
        {'system': {'width': 4, 'height': 3}}
        """
        metadata = dict(self.metadata)
        system = dict(self.system)
        if self._width is not None and self._height is not None:
            turned = self.orientation in _TURNED
            stored = (self._height, self._width) if turned else (self._width, self._height)
            system["width"], system["height"] = stored
        if self._mimetype is not None:
            system["mimetype"] = self._mimetype
        if system:
            metadata["system"] = system
        if self._fps is not None:
            metadata["fps"] = float(self._fps)
        return {
            "id": self.id,
            "datasetId": self.dataset_id,
            "url": self.url,
            "dataset": self.dataset_url,
            "dir": self.dir,
            "filename": self.filename,
            "name": self.name,
            "metadata": metadata,
        }

    @property
    def name(self) -> str | None:
        """The last part of the file name."""
        return posixpath.basename(self.filename) if self.filename else None

    @property
    def dir(self) -> str | None:
        """The folder on the platform."""
        return posixpath.dirname(self.filename) if self.filename else None

    @property
    def system(self) -> dict[str, Any]:
        """The platform's own metadata; an empty dict where there is none."""
        system = self.metadata.get("system")
        return system if isinstance(system, dict) else {}

    @property
    def orientation(self) -> int:
        """The EXIF orientation 1 to 8 from the metadata; 1 where unknown."""
        exif = self.system.get("exif")
        value = exif.get("Orientation") if isinstance(exif, dict) else None
        return value if isinstance(value, int) and 1 <= value <= 8 else 1

    @property
    def width(self) -> int | None:
        """Columns, as displayed."""
        return self._width if self._width is not None else self._stored_size()[0]

    @width.setter
    def width(self, value: int | None) -> None:
        self._width = _size("width", value)

    @property
    def height(self) -> int | None:
        """Rows, as displayed."""
        return self._height if self._height is not None else self._stored_size()[1]

    @height.setter
    def height(self, value: int | None) -> None:
        self._height = _size("height", value)

    @property
    def mimetype(self) -> str | None:
        """As given, else from the metadata, else guessed from the name."""
        known = self._mimetype or _text(self.system.get("mimetype"))
        if known is None and self.filename:
            return mimetypes.guess_type(self.filename)[0]
        return known

    @mimetype.setter
    def mimetype(self, value: str | None) -> None:
        self._mimetype = value

    @property
    def fps(self) -> Any:
        """Frames per second; None where unknown."""
        if self._fps is not None:
            return self._fps
        found = self.metadata.get("fps", self.system.get("fps"))
        with suppress(InputError):  # a document may say anything
            return _frame_rate_or_none(found)
        return None

    @fps.setter
    def fps(self, value: Any) -> None:
        self._fps = _frame_rate_or_none(value)

    @property
    def ontology(self) -> Ontology | None:
        """The item's ontology, else its dataset's."""
        if self._ontology is not None:
            return self._ontology
        found: Ontology | None = getattr(self.dataset, "ontology", None)
        return found

    @ontology.setter
    def ontology(self, value: Ontology | None) -> None:
        self._ontology = value

    def _stored_size(self) -> tuple[int | None, int | None]:
        """Width and height from the metadata, swapped where the picture is displayed turned."""
        system = self.system
        size = _pixels(system.get("width")), _pixels(system.get("height"))
        if None in size and isinstance(system.get("ffmpeg"), dict):
            size = _pixels(system["ffmpeg"].get("width")), _pixels(system["ffmpeg"].get("height"))
        return (size[1], size[0]) if self.orientation in _TURNED else size

    def __repr__(self) -> str:
        size = f", width={self.width}, height={self.height}" if self.width and self.height else ""
        return f"Item({self.filename!r}{size}{f', id={self.id!r}' if self.id else ''})"


def frame_rate(name: str, value: Any) -> Any:
    """Return frames per second as they are given; anything but a positive, finite number raises.

    Examples
    --------
    >>> frame_rate("fps", 29.97)
    29.97
    """
    if number(name, value) <= 0:
        raise InputError(f"{name}: expected frames per second, got {value}")
    return value


def _frame_rate_or_none(value: Any) -> Any:
    return None if value is None else frame_rate("fps", value)


def _size(name: str, value: Any) -> int | None:
    """Return a size in px as an int."""
    if value is None:
        return None
    size = integer(name, value)
    if size < 0:
        raise InputError(f"{name}: expected a size in px, got {value}")
    return size


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _pixels(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():  # infinity is none
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
