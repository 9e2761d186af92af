"""All annotation definitions. Importing this fills the registry; one file per definition, one row each.

Loads numpy only.
"""

from __future__ import annotations

from annogeo.definitions.base import Definition
from annogeo.definitions.box import Box
from annogeo.definitions.classification import Classification
from annogeo.definitions.comparison import Comparison
from annogeo.definitions.cube import Cube
from annogeo.definitions.cube_3d import Cube3d
from annogeo.definitions.ellipse import Ellipse
from annogeo.definitions.free_text import FreeText
from annogeo.definitions.gis import Gis
from annogeo.definitions.item_description import Description
from annogeo.definitions.note import Message, Note
from annogeo.definitions.point import Point
from annogeo.definitions.polygon import Polygon
from annogeo.definitions.polyline import Polyline
from annogeo.definitions.pose import Pose
from annogeo.definitions.ref_image import RefImage
from annogeo.definitions.registry import DefinitionType, all_rows, register, row_for, row_for_type
from annogeo.definitions.segmentation import Segmentation
from annogeo.definitions.subtitle import Subtitle
from annogeo.definitions.text_mark import Text
from annogeo.definitions.undefined import UndefinedAnnotationType

__all__ = [
    "Box",
    "Classification",
    "Comparison",
    "Cube",
    "Cube3d",
    "Definition",
    "DefinitionType",
    "Description",
    "Ellipse",
    "FreeText",
    "Gis",
    "Message",
    "Note",
    "Point",
    "Polygon",
    "Polyline",
    "Pose",
    "RefImage",
    "Segmentation",
    "Subtitle",
    "Text",
    "UndefinedAnnotationType",
    "all_rows",
    "register",
    "row_for",
    "row_for_type",
]
