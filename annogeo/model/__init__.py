"""The model: annotations, their frames, collections, items, ontologies. Importing it loads numpy only."""

from __future__ import annotations

from annogeo.model.annotation import Annotation
from annogeo.model.collection import AnnotationCollection
from annogeo.model.enums import (
    VIEW_ANNOTATION_OPTIONS_ANNOTATION_ON_IMAGE,
    VIEW_ANNOTATION_OPTIONS_INSTANCE,
    VIEW_ANNOTATION_OPTIONS_JSON,
    VIEW_ANNOTATION_OPTIONS_MASK,
    VIEW_ANNOTATION_OPTIONS_OBJECT_ID,
    VIEW_ANNOTATION_OPTIONS_VTT,
    AnnotationStatus,
    AnnotationType,
    ExportVersion,
    ItemStatus,
    ViewAnnotationOptions,
)
from annogeo.model.frame_annotation import FrameAnnotation
from annogeo.model.frames import Frames
from annogeo.model.grouping import (
    Collection,
    CollectionItem,
    CollectionTypes,
    MultiView,
    MultiViewItem,
    Similarity,
    SimilarityItem,
    SimilarityTypeEnum,
)
from annogeo.model.item import Item
from annogeo.model.label import Label
from annogeo.model.ontology import Ontology
from annogeo.model.tracks import TrackBoxes, Tracks

__all__ = [
    "VIEW_ANNOTATION_OPTIONS_ANNOTATION_ON_IMAGE",
    "VIEW_ANNOTATION_OPTIONS_INSTANCE",
    "VIEW_ANNOTATION_OPTIONS_JSON",
    "VIEW_ANNOTATION_OPTIONS_MASK",
    "VIEW_ANNOTATION_OPTIONS_OBJECT_ID",
    "VIEW_ANNOTATION_OPTIONS_VTT",
    "Annotation",
    "AnnotationCollection",
    "AnnotationStatus",
    "AnnotationType",
    "Collection",
    "CollectionItem",
    "CollectionTypes",
    "ExportVersion",
    "FrameAnnotation",
    "Frames",
    "Item",
    "ItemStatus",
    "Label",
    "MultiView",
    "MultiViewItem",
    "Ontology",
    "Similarity",
    "SimilarityItem",
    "SimilarityTypeEnum",
    "TrackBoxes",
    "Tracks",
    "ViewAnnotationOptions",
]
