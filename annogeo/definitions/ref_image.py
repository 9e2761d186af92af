"""RefImage: a picture elsewhere that answers an item, by URL or item id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import optional_text, text
from annogeo.definitions.decoding import Codec, struct_type
from annogeo.definitions.registry import DefinitionType, register


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RefImage(Definition):
    """A reference to a picture.

    Parameters
    ----------
    ref : str
        A URL or an item id.
    ref_type : str, optional
        ``"url"`` or ``"id"``; None is told from `ref`.
    mimetype : str, optional
    label : str
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> RefImage("https://example.org/a.png").ref_type, RefImage("item123").ref_type
    ('url', 'id')
    """

    type: ClassVar[str] = "ref_image"

    ref: str
    ref_type: str = None  # type: ignore[assignment]  # stored as "url" or "id"
    mimetype: str | None = None
    label: str = "ref-image"
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        ref = text("ref", self.ref)
        ref_type = optional_text("ref_type", self.ref_type)
        if ref_type is None:
            ref_type = "url" if ref.startswith("http") else "id"
        self._store(ref=ref, ref_type=ref_type, mimetype=optional_text("mimetype", self.mimetype))


def _reference_type() -> Any:
    optional: Any = str | None
    fields = [("ref", str), ("refType", optional, None), ("mimetype", optional, None)]
    return struct_type("RefImageCoordinates", fields)


_REFERENCE = Codec(_reference_type)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> RefImage:
    read = _REFERENCE.decode(coordinates)
    return RefImage(read.ref, read.refType, read.mimetype, label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(reference: RefImage) -> dict[str, Any]:
    return {"ref": reference.ref, "refType": reference.ref_type, "mimetype": reference.mimetype}


register(DefinitionType("ref_image", RefImage, _from_coordinates, _to_coordinates))
