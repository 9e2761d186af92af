"""The seed SDK's enums: views, statuses, types and export versions, and the views as module constants.

All are `str` enums: a member equals its value and prints as it, so plain strings work wherever a member does.
Layer: model, imports nothing.
"""

from __future__ import annotations

from enum import StrEnum


class ViewAnnotationOptions(StrEnum):
    """What `show` and `download` can give; the value is also the name of the output folder.

    Examples
    --------
    >>> ViewAnnotationOptions("img_mask") is ViewAnnotationOptions.ANNOTATION_ON_IMAGE
    True
    >>> ViewAnnotationOptions.MASK == "mask"
    True
    """

    JSON = "json"
    MASK = "mask"
    INSTANCE = "instance"
    ANNOTATION_ON_IMAGE = "img_mask"
    VTT = "vtt"
    OBJECT_ID = "object_id"


class AnnotationStatus(StrEnum):
    """Review states; `CLEAR` is written as ``null``."""

    ISSUE = "issue"
    APPROVED = "approved"
    REVIEW = "review"
    CLEAR = "clear"


class AnnotationType(StrEnum):
    """The platform's names of annotation types."""

    BOX = "box"
    CUBE = "cube"
    CUBE3D = "cube_3d"
    CLASSIFICATION = "class"
    COMPARISON = "comparison"
    ELLIPSE = "ellipse"
    NOTE = "note"
    POINT = "point"
    POLYGON = "segment"
    POLYLINE = "polyline"
    POSE = "pose"
    SEGMENTATION = "binary"
    SUBTITLE = "subtitle"
    DESCRIPTION = "item_description"
    TEXT = "text_mark"
    GIS = "gis"
    SEMANTIC_3D = "ref_semantic_3d"
    POLYLINE_3D = "polyline_3d"
    FREE_TEXT = "text"
    REF_IMAGE = "ref_image"


class ExportVersion(StrEnum):
    """How files are named after an item: V1 replaces the extension, V2 appends to it."""

    V1 = "V1"
    V2 = "V2"


class ItemStatus(StrEnum):
    """Review states of a whole item."""

    COMPLETED = "completed"
    APPROVED = "approved"
    DISCARDED = "discard"


VIEW_ANNOTATION_OPTIONS_JSON = ViewAnnotationOptions.JSON
VIEW_ANNOTATION_OPTIONS_MASK = ViewAnnotationOptions.MASK
VIEW_ANNOTATION_OPTIONS_INSTANCE = ViewAnnotationOptions.INSTANCE
VIEW_ANNOTATION_OPTIONS_ANNOTATION_ON_IMAGE = ViewAnnotationOptions.ANNOTATION_ON_IMAGE
VIEW_ANNOTATION_OPTIONS_VTT = ViewAnnotationOptions.VTT
VIEW_ANNOTATION_OPTIONS_OBJECT_ID = ViewAnnotationOptions.OBJECT_ID

# the seed SDK's other module-level spellings
ANNOTATION_STATUS_ISSUE = AnnotationStatus.ISSUE
ANNOTATION_STATUS_APPROVED = AnnotationStatus.APPROVED
ANNOTATION_STATUS_REVIEW = AnnotationStatus.REVIEW
ANNOTATION_STATUS_CLEAR = AnnotationStatus.CLEAR
EXPORT_VERSION_V1 = ExportVersion.V1
EXPORT_VERSION_V2 = ExportVersion.V2
ANNOTATION_TYPE_BOX = AnnotationType.BOX
ANNOTATION_TYPE_CLASSIFICATION = AnnotationType.CLASSIFICATION
ANNOTATION_TYPE_COMPARISON = AnnotationType.COMPARISON
ANNOTATION_TYPE_ELLIPSE = AnnotationType.ELLIPSE
ANNOTATION_TYPE_NOTE = AnnotationType.NOTE
ANNOTATION_TYPE_POINT = AnnotationType.POINT
ANNOTATION_TYPE_POLYGON = AnnotationType.POLYGON
ANNOTATION_TYPE_POLYLINE = AnnotationType.POLYLINE
ANNOTATION_TYPE_POSE = AnnotationType.POSE
ANNOTATION_TYPE_SEGMENTATION = AnnotationType.SEGMENTATION
ANNOTATION_TYPE_SUBTITLE = AnnotationType.SUBTITLE
ANNOTATION_TYPE_TEXT = AnnotationType.TEXT
ANNOTATION_TYPE_FREE_TEXT = AnnotationType.FREE_TEXT
ANNOTATION_TYPE_REF_IMAGE = AnnotationType.REF_IMAGE
ITEM_STATUS_COMPLETED = ItemStatus.COMPLETED
ITEM_STATUS_APPROVED = ItemStatus.APPROVED
ITEM_STATUS_DISCARDED = ItemStatus.DISCARDED
