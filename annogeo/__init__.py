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
    from annogeo import sync as sync, vtt as vtt
    from annogeo.definitions import (
        Box as Box,
        Classification as Classification,
        Comparison as Comparison,
        Cube as Cube,
        Cube3d as Cube3d,
        Definition as Definition,
        Description as Description,
        Ellipse as Ellipse,
        FreeText as FreeText,
        Gis as Gis,
        Message as Message,
        Note as Note,
        Point as Point,
        Polygon as Polygon,
        Polyline as Polyline,
        Pose as Pose,
        RefImage as RefImage,
        Segmentation as Segmentation,
        Subtitle as Subtitle,
        Text as Text,
        UndefinedAnnotationType as UndefinedAnnotationType,
    )
    from annogeo.draw import (
        DrawList as DrawList,
        Op as Op,
        Pen as Pen,
        Skeleton as Skeleton,
        Spans as Spans,
        Style as Style,
    )
    from annogeo.errors import (
        AnnogeoError as AnnogeoError,
        AnnogeoWarning as AnnogeoWarning,
        InputError as InputError,
        Problem as Problem,
        SyncError as SyncError,
        UnsupportedError as UnsupportedError,
    )
    from annogeo.files import (
        ConversionReport as ConversionReport,
        Dataset as Dataset,
        Sample as Sample,
        formats as formats,
        load as load,
        save as save,
    )
    from annogeo.masks import (
        InstanceMap as InstanceMap,
        LabelStats as LabelStats,
        Outlines as Outlines,
        PanopticMap as PanopticMap,
        instance_map as instance_map,
        label_map_stats as label_map_stats,
        label_map_to_polygons as label_map_to_polygons,
        mask_to_polygon as mask_to_polygon,
        mask_to_polygons as mask_to_polygons,
        medial_polyline as medial_polyline,
        outlines as outlines,
        panoptic_decode as panoptic_decode,
        panoptic_encode as panoptic_encode,
        panoptic_map as panoptic_map,
        semantic_map as semantic_map,
        visible_rles as visible_rles,
    )
    from annogeo.model import (
        VIEW_ANNOTATION_OPTIONS_ANNOTATION_ON_IMAGE as VIEW_ANNOTATION_OPTIONS_ANNOTATION_ON_IMAGE,
        VIEW_ANNOTATION_OPTIONS_INSTANCE as VIEW_ANNOTATION_OPTIONS_INSTANCE,
        VIEW_ANNOTATION_OPTIONS_JSON as VIEW_ANNOTATION_OPTIONS_JSON,
        VIEW_ANNOTATION_OPTIONS_MASK as VIEW_ANNOTATION_OPTIONS_MASK,
        VIEW_ANNOTATION_OPTIONS_OBJECT_ID as VIEW_ANNOTATION_OPTIONS_OBJECT_ID,
        VIEW_ANNOTATION_OPTIONS_VTT as VIEW_ANNOTATION_OPTIONS_VTT,
        Annotation as Annotation,
        AnnotationCollection as AnnotationCollection,
        AnnotationStatus as AnnotationStatus,
        AnnotationType as AnnotationType,
        Collection as Collection,
        CollectionItem as CollectionItem,
        CollectionTypes as CollectionTypes,
        ExportVersion as ExportVersion,
        FrameAnnotation as FrameAnnotation,
        Item as Item,
        Label as Label,
        MultiView as MultiView,
        MultiViewItem as MultiViewItem,
        Ontology as Ontology,
        Similarity as Similarity,
        SimilarityItem as SimilarityItem,
        SimilarityTypeEnum as SimilarityTypeEnum,
        TrackBoxes as TrackBoxes,
        Tracks as Tracks,
        ViewAnnotationOptions as ViewAnnotationOptions,
    )
    from annogeo.ops.fitting import (
        fit_ellipse as fit_ellipse,
        min_area_box as min_area_box,
    )
    from annogeo.ops.iou import (
        boundary_iou as boundary_iou,
        boundary_iou_matrix as boundary_iou_matrix,
        giou as giou,
        giou_matrix as giou_matrix,
        ioa as ioa,
        ioa_matrix as ioa_matrix,
        iou as iou,
        iou_matrix as iou_matrix,
    )
    from annogeo.ops.matching import (
        Matching as Matching,
        match as match,
        nms as nms,
        oks as oks,
        oks_matrix as oks_matrix,
        soft_nms as soft_nms,
    )
    from annogeo.ops.shapely_io import (
        from_shapely as from_shapely,
        to_shapely as to_shapely,
    )
    from annogeo.ops.simplify import (
        simplify as simplify,
    )
    from annogeo.ops.transforms import (
        Transformed as Transformed,
        apply_exif as apply_exif,
        clip as clip,
        crop as crop,
        flip as flip,
        letterbox as letterbox,
        pad as pad,
        resize as resize,
        rotate as rotate,
        rotate90 as rotate90,
        transform as transform,
    )
    from annogeo.ops.validation import (
        Change as Change,
        repair as repair,
        validate as validate,
    )
    from annogeo.rendering import (
        SceneCursor as SceneCursor,
        blend as blend,
        coco_rles as coco_rles,
        label_map as label_map,
        mask_stack as mask_stack,
        object_id_map as object_id_map,
        rasterize as rasterize,
        render as render,
        rles as rles,
    )
    from annogeo.rle import (
        MaskStore as MaskStore,
        Rle as Rle,
        coco_decode as coco_decode,
        coco_encode as coco_encode,
    )
    from annogeo.timeline import (
        Timeline as Timeline,
    )
    from annogeo.video import (
        VideoReport as VideoReport,
        render_video as render_video,
        video_frames as video_frames,
    )
    from annogeo.warming import (
        warmup as warmup,
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
    "annogeo.timeline": ("Timeline",),
    "annogeo.rle": ("MaskStore", "Rle", "coco_decode", "coco_encode"),
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
        "Label",
        "MultiView",
        "MultiViewItem",
        "Ontology",
        "Similarity",
        "SimilarityItem",
        "SimilarityTypeEnum",
        "TrackBoxes",
        "Tracks",
        "VIEW_ANNOTATION_OPTIONS_ANNOTATION_ON_IMAGE",
        "VIEW_ANNOTATION_OPTIONS_INSTANCE",
        "VIEW_ANNOTATION_OPTIONS_JSON",
        "VIEW_ANNOTATION_OPTIONS_MASK",
        "VIEW_ANNOTATION_OPTIONS_OBJECT_ID",
        "VIEW_ANNOTATION_OPTIONS_VTT",
        "ViewAnnotationOptions",
    ),
    "annogeo.ops.fitting": ("fit_ellipse", "min_area_box"),
    "annogeo.ops.shapely_io": ("from_shapely", "to_shapely"),
    "annogeo.ops.simplify": ("simplify",),
    "annogeo.ops.validation": ("Change", "repair", "validate"),
    "annogeo.rendering": (
        "SceneCursor",
        "blend",
        "coco_rles",
        "label_map",
        "mask_stack",
        "object_id_map",
        "rasterize",
        "render",
        "rles",
    ),
    "annogeo.warming": ("warmup",),
    "annogeo.ops.transforms": (
        "Transformed",
        "apply_exif",
        "clip",
        "crop",
        "flip",
        "letterbox",
        "pad",
        "resize",
        "rotate",
        "rotate90",
        "transform",
    ),
    "annogeo.ops.matching": ("Matching", "match", "nms", "oks", "oks_matrix", "soft_nms"),
    "annogeo.ops.iou": (
        "boundary_iou",
        "boundary_iou_matrix",
        "giou",
        "giou_matrix",
        "ioa",
        "ioa_matrix",
        "iou",
        "iou_matrix",
    ),
    "annogeo.masks": (
        "InstanceMap",
        "LabelStats",
        "Outlines",
        "PanopticMap",
        "instance_map",
        "label_map_stats",
        "label_map_to_polygons",
        "mask_to_polygon",
        "mask_to_polygons",
        "medial_polyline",
        "outlines",
        "panoptic_decode",
        "panoptic_encode",
        "panoptic_map",
        "semantic_map",
        "visible_rles",
    ),
    "annogeo.files": ("ConversionReport", "Dataset", "Sample", "formats", "load", "save"),
    "annogeo.video": ("VideoReport", "render_video", "video_frames"),
}
_HOME = {name: module for module, names in _EXPORTS.items() for name in names}

__all__ = ["__version__", "sync", "vtt", *sorted(_HOME)]


_MODULES = ("sync", "vtt")  # public ones that are reached as attributes


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"annogeo.{name}")
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module 'annogeo' has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, *_MODULES})
