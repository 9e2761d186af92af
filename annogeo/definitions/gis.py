"""Gis: a shape on the globe, in WGS 84 coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import text
from annogeo.definitions.decoding import Codec, struct_type
from annogeo.definitions.frozen import freeze, thaw
from annogeo.definitions.registry import DefinitionType, register
from annogeo.errors import InputError


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Gis(Definition):
    """A shape on the globe; it has no place in the image plane.

    Parameters
    ----------
    annotation_type : str
        ``"box"``, ``"polygon"``, ``"polyline"`` or ``"point"``.
    geo : JSON value
        WGS 84 coordinates in the platform's own nesting, kept as they are.
    label : str, optional
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> Gis("point", [34.1, 32.1], "port").geo
    [34.1, 32.1]
    """

    type: ClassVar[str] = "gis"

    annotation_type: str
    geo: Any = field()
    label: str = None  # type: ignore[assignment]  # stored as ""
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        if self.geo is None:
            raise InputError("geo: expected WGS 84 coordinates, got None")
        self._store(annotation_type=text("annotation_type", self.annotation_type), geo=freeze(self.geo))


def _gis_type() -> Any:
    return struct_type("GisCoordinates", [("geo_type", str), ("wgs84_geo_coordinates", Any)])


_GIS = Codec(_gis_type)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Gis:
    read = _GIS.decode(coordinates)
    return Gis(read.geo_type, read.wgs84_geo_coordinates, label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(gis: Gis) -> dict[str, Any]:
    return {"geo_type": gis.annotation_type, "wgs84_geo_coordinates": thaw(gis.geo)}


register(DefinitionType("gis", Gis, _from_coordinates, _to_coordinates))
