"""annogeo: labels become pixels, pixels become labels, and nothing is lost on the way.

Every public name is here and loads what it needs on first use; `import annogeo` itself loads nothing heavy.

    import annogeo as ag

    boxes = ag.AnnotationCollection.from_json(open("image.json", "rb").read())
    views = ag.render(boxes, views=("mask", "instance"), height=1080, width=1920)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

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

__all__ = ["__version__", *sorted(_HOME)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module 'annogeo' has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})


if TYPE_CHECKING:
    pass
