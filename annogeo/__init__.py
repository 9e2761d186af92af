"""annogeo: labels become pixels, pixels become labels, and nothing is lost on the way.

Every public name is here and loads what it needs on first use; `import annogeo` itself loads nothing heavy.

    import annogeo as ag

    boxes = ag.AnnotationCollection.from_json(open("image.json", "rb").read())
    views = ag.render(boxes, views=("mask", "instance"), height=1080, width=1920)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annogeo.definitions import (
        Box as Box,
    )
    from annogeo.definitions import (
        Classification as Classification,
    )
    from annogeo.definitions import (
        Comparison as Comparison,
    )
    from annogeo.definitions import (
        Cube as Cube,
    )
    from annogeo.definitions import (
        Cube3d as Cube3d,
    )
    from annogeo.definitions import (
        Definition as Definition,
    )
    from annogeo.definitions import (
        Description as Description,
    )
    from annogeo.definitions import (
        Ellipse as Ellipse,
    )
    from annogeo.definitions import (
        FreeText as FreeText,
    )
    from annogeo.definitions import (
        Gis as Gis,
    )
    from annogeo.definitions import (
        Message as Message,
    )
    from annogeo.definitions import (
        Note as Note,
    )
    from annogeo.definitions import (
        Point as Point,
    )
    from annogeo.definitions import (
        Polygon as Polygon,
    )
    from annogeo.definitions import (
        Polyline as Polyline,
    )
    from annogeo.definitions import (
        Pose as Pose,
    )
    from annogeo.definitions import (
        RefImage as RefImage,
    )
    from annogeo.definitions import (
        Segmentation as Segmentation,
    )
    from annogeo.definitions import (
        Subtitle as Subtitle,
    )
    from annogeo.definitions import (
        Text as Text,
    )
    from annogeo.definitions import (
        UndefinedAnnotationType as UndefinedAnnotationType,
    )
    from annogeo.draw import (
        DrawList as DrawList,
    )
    from annogeo.draw import (
        Op as Op,
    )
    from annogeo.draw import (
        Pen as Pen,
    )
    from annogeo.draw import (
        Skeleton as Skeleton,
    )
    from annogeo.draw import (
        Spans as Spans,
    )
    from annogeo.draw import (
        Style as Style,
    )
    from annogeo.errors import (
        AnnogeoError as AnnogeoError,
    )
    from annogeo.errors import (
        AnnogeoWarning as AnnogeoWarning,
    )
    from annogeo.errors import (
        InputError as InputError,
    )
    from annogeo.errors import (
        Problem as Problem,
    )
    from annogeo.errors import (
        SyncError as SyncError,
    )
    from annogeo.errors import (
        UnsupportedError as UnsupportedError,
    )
    from annogeo.files import (
        ConversionReport as ConversionReport,
    )
    from annogeo.files import (
        Dataset as Dataset,
    )
    from annogeo.files import (
        Sample as Sample,
    )
    from annogeo.files import (
        formats as formats,
    )
    from annogeo.files import (
        load as load,
    )
    from annogeo.files import (
        save as save,
    )
    from annogeo.masks import (
        mask_to_polygon as mask_to_polygon,
    )
    from annogeo.masks import (
        mask_to_polygons as mask_to_polygons,
    )
    from annogeo.model import (
        VIEW_ANNOTATION_OPTIONS_ANNOTATION_ON_IMAGE as VIEW_ANNOTATION_OPTIONS_ANNOTATION_ON_IMAGE,
    )
    from annogeo.model import (
        VIEW_ANNOTATION_OPTIONS_INSTANCE as VIEW_ANNOTATION_OPTIONS_INSTANCE,
    )
    from annogeo.model import (
        VIEW_ANNOTATION_OPTIONS_JSON as VIEW_ANNOTATION_OPTIONS_JSON,
    )
    from annogeo.model import (
        VIEW_ANNOTATION_OPTIONS_MASK as VIEW_ANNOTATION_OPTIONS_MASK,
    )
    from annogeo.model import (
        VIEW_ANNOTATION_OPTIONS_OBJECT_ID as VIEW_ANNOTATION_OPTIONS_OBJECT_ID,
    )
    from annogeo.model import (
        VIEW_ANNOTATION_OPTIONS_VTT as VIEW_ANNOTATION_OPTIONS_VTT,
    )
    from annogeo.model import (
        Annotation as Annotation,
    )
    from annogeo.model import (
        AnnotationCollection as AnnotationCollection,
    )
    from annogeo.model import (
        AnnotationStatus as AnnotationStatus,
    )
    from annogeo.model import (
        AnnotationType as AnnotationType,
    )
    from annogeo.model import (
        Collection as Collection,
    )
    from annogeo.model import (
        CollectionItem as CollectionItem,
    )
    from annogeo.model import (
        CollectionTypes as CollectionTypes,
    )
    from annogeo.model import (
        ExportVersion as ExportVersion,
    )
    from annogeo.model import (
        FrameAnnotation as FrameAnnotation,
    )
    from annogeo.model import (
        Item as Item,
    )
    from annogeo.model import (
        MultiView as MultiView,
    )
    from annogeo.model import (
        MultiViewItem as MultiViewItem,
    )
    from annogeo.model import (
        Ontology as Ontology,
    )
    from annogeo.model import (
        Similarity as Similarity,
    )
    from annogeo.model import (
        SimilarityItem as SimilarityItem,
    )
    from annogeo.model import (
        SimilarityTypeEnum as SimilarityTypeEnum,
    )
    from annogeo.model import (
        ViewAnnotationOptions as ViewAnnotationOptions,
    )
    from annogeo.rendering import (
        label_map as label_map,
    )
    from annogeo.rendering import (
        mask_stack as mask_stack,
    )
    from annogeo.rendering import (
        object_id_map as object_id_map,
    )
    from annogeo.rendering import (
        rasterize as rasterize,
    )
    from annogeo.rendering import (
        render as render,
    )
    from annogeo.rendering import (
        rles as rles,
    )
    from annogeo.rendering import (
        warmup as warmup,
    )
    from annogeo.rle import (
        Rle as Rle,
    )

__version__ = "0.1.0"

# What the block above tells type checkers, for running code: module -> the names it gives.
_EXPORTS: dict[str, tuple[str, ...]] = {
    "annogeo.errors": (
        "AnnogeoError",
        "AnnogeoWarning",
        "InputError",
        "Problem",
        "SyncError",
        "UnsupportedError",
    ),
    "annogeo.rle": ("Rle",),
    "annogeo.draw": ("DrawList", "Op", "Pen", "Skeleton", "Spans", "Style"),
    "annogeo.definitions": (
        "Box",
        "Classification",
        "Comparison",
        "Cube",
        "Cube3d",
        "Definition",
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
    ),
    "annogeo.model": (
        "Annotation",
        "AnnotationCollection",
        "AnnotationStatus",
        "AnnotationType",
        "Collection",
        "CollectionItem",
        "CollectionTypes",
        "ExportVersion",
        "FrameAnnotation",
        "Item",
        "MultiView",
        "MultiViewItem",
        "Ontology",
        "Similarity",
        "SimilarityItem",
        "SimilarityTypeEnum",
        "VIEW_ANNOTATION_OPTIONS_ANNOTATION_ON_IMAGE",
        "VIEW_ANNOTATION_OPTIONS_INSTANCE",
        "VIEW_ANNOTATION_OPTIONS_JSON",
        "VIEW_ANNOTATION_OPTIONS_MASK",
        "VIEW_ANNOTATION_OPTIONS_OBJECT_ID",
        "VIEW_ANNOTATION_OPTIONS_VTT",
        "ViewAnnotationOptions",
    ),
    "annogeo.rendering": (
        "label_map",
        "mask_stack",
        "object_id_map",
        "rasterize",
        "render",
        "rles",
        "warmup",
    ),
    "annogeo.masks": ("mask_to_polygon", "mask_to_polygons"),
    "annogeo.files": ("ConversionReport", "Dataset", "Sample", "formats", "load", "save"),
}
_HOME = {name: module for module, names in _EXPORTS.items() for name in names}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module 'annogeo' has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
