"""The table of formats: what can be read and written, and what is still to come. Layer: files."""

from __future__ import annotations

from dataclasses import dataclass

from annogeo.errors import InputError, UnsupportedError


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table."""

    name: str
    description: str
    reads: bool = False
    writes: bool = False


PLATFORM = "dataloop"

_TABLE = (
    Format(
        PLATFORM,
        "the platform's download layout: items/ and json/, or JSON and pictures side by side",
        True,
        True,
    ),
    Format("coco", "COCO instances"),
    Format("coco-panoptic", "COCO panoptic: JSON and id-coded PNG"),
    Format("coco-keypoints", "COCO person keypoints"),
    Format("yolo", "YOLO boxes"),
    Format("yolo-seg", "YOLO polygons"),
    Format("yolo-obb", "YOLO oriented boxes"),
    Format("yolo-pose", "YOLO keypoints"),
    Format("voc", "Pascal VOC XML"),
    Format("labelme", "LabelMe JSON"),
    Format("cvat", "CVAT for images XML"),
    Format("cvat-video", "CVAT for video XML"),
    Format("datumaro", "Datumaro JSON"),
    Format("labelstudio", "Label Studio JSON"),
    Format("geojson", "GeoJSON in pixel coordinates"),
    Format("masks", "folders of mask pictures"),
    Format("vtt", "WebVTT subtitles"),
)


def formats() -> list[Format]:
    """Return the table of formats.

    Examples
    --------
    >>> [row.name for row in formats() if row.reads]
    ['dataloop']
    """
    return list(_TABLE)


def check_format(name: str | None, *, writing: bool = False) -> str:
    """Return the format's name, or say why it can't be used; None stands for the platform's.

    Raises
    ------
    InputError
        If nobody knows it.
    UnsupportedError
        If it comes later.
    """
    if name is None:
        return PLATFORM
    row = next((row for row in _TABLE if row.name == name), None)
    if row is None:
        known = ", ".join(row.name for row in _TABLE)
        raise InputError(f"format: expected one of {known}, got {name!r}")
    if not (row.writes if writing else row.reads):
        verb = "written" if writing else "read"
        raise UnsupportedError(f"format {name!r} can't be {verb} yet: it comes in a later release")
    return row.name
