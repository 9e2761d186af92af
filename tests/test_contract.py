"""The public contract: names, argument order, keywords and defaults that callers rely on."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest

import annogeo as ag

CONSTRUCTORS = {
    "Box": "left=None, top=None, right=None, bottom=None, label=None, attributes=None, description=None, angle=None",
    "Classification": "label, attributes=None, description=None",
    "Cube": "label, front_tl, front_tr, front_br, front_bl, back_tl, back_tr, back_br, back_bl, angle=None, "
    "attributes=None, description=None",
    "Description": "text, description=None",
    "Ellipse": "x, y, rx, ry, angle, label, attributes=None, description=None",
    "Message": "msg_id=None, creator=None, msg_time=None, body=None",
    "Note": "left, top, right, bottom, label, attributes=None, messages=None, status='issue', assignee=None, "
    "create_time=None, creator=None, description=None",
    "Point": "x, y, label, attributes=None, description=None",
    "Polygon": "geo, label, attributes=None, description=None",
    "Polyline": "geo, label, attributes=None, description=None",
    "Pose": "label, template_id, instance_id=None, attributes=None, points=None, description=None",
    "Segmentation": "geo, label, attributes=None, description=None, color=None",
    "Subtitle": "text, label, attributes=None, description=None",
    "UndefinedAnnotationType": "type, label, coordinates, attributes=None, description=None",
}

CALLABLES = {
    "Cube.from_boxes_and_angle": "front_left, front_top, front_right, front_bottom, back_left, back_top, "
    "back_right, back_bottom, label, angle=0, attributes=None",
    "Box.from_segmentation": "mask, label, attributes=None, *, connectivity=4, min_area=0, max_instances=None",
    "Polygon.from_segmentation": "mask, label, attributes=None, epsilon=None, max_instances=1, min_area=0, *, "
    "connectivity=4",
    "Segmentation.from_polygon": "geo, label, shape, attributes=None",
    "repair": "collection",
    "validate": "collection",
    "simplify": "collection, tolerance",
    "from_shapely": "geometry, label, attributes=None, description=None",
    "to_shapely": "shapes",
    "AnnotationCollection.from_json": "_json, item=None, is_video=None, fps=25, height=None, width=None, "
    "client_api=None, is_audio=None, *, strict=False",
    "AnnotationCollection.from_instance_mask": "mask, instance_map=None, *, connectivity=4",
    "render": "collection, views=('mask',), *, height=None, width=None, image=None, frame=None, rule='center', "
    "thickness=-1, alpha=1.0, with_text=False, style=None, ids=None, dtype=None, out=None",
    "label_map": "collection, height, width, ids=None, rule='center', dtype=None, out=None",
    "mask_stack": "collection, height, width, rule='center', out=None",
    "DrawList.from_polygons": "xy, ring_offsets, shape_offsets=None",
    "DrawList.from_boxes": "xyxy",
    "DrawList.from_collection": "collection, frame=None",
    "rasterize": "drawlist, values, height, width, *, background=0, rule='center', dtype=None, out=None",
    "blend": "image, drawlist, colors, alpha, *, rule='center', antialias=True, source=None",
    "mask_to_polygon": "mask, epsilon=0, connectivity=4, label='', attributes=None",
    "outlines": "label_map, connectivity=4, *, background=0",
    "label_map_stats": "label_map, *, background=0",
    "label_map_to_polygons": "label_map, epsilon=0, connectivity=4",
    "semantic_map": "collection, height, width, ids=None, overlap='top', rule='center', *, dtype=None, frame=None",
    "instance_map": "collection, height, width, instance_ids=None, overlap='top', rule='center', *, dtype=None, "
    "frame=None",
    "visible_rles": "collection, height, width, overlap='top', rule='center', *, frame=None",
    "panoptic_map": "collection, height, width, ids=None, overlap='top', rule='center', *, stuff=(), divisor=None, "
    "segment_ids=None, dtype=None, frame=None",
    "panoptic_encode": "ids",
    "panoptic_decode": "rgb",
    "AnnotationCollection.from_semantic_map": "semantic, ids=None, *, kind='segmentation', parts=False, "
    "connectivity=4, min_area=0",
    "AnnotationCollection.from_panoptic": "panoptic, segments=None, ids=None, *, kind='segmentation', divisor=None",
    "min_area_box": "shape, label=None, attributes=None",
    "fit_ellipse": "shape, label=None, attributes=None, *, method=None",
    "medial_polyline": "mask, label='', attributes=None, *, tolerance=0.5",
    "load": "path, format=None, strict=False",
    "save": "dataset, path, format, strict=False",
    "Annotation.interpolate": "frames, method='linear', polygon='auto', mask='hold'",
    "Annotation.at_frame": "frame_num, *, interpolation='linear'",
    "AnnotationCollection.at_frame": "frame_num, *, interpolation='linear'",
    "Tracks.from_collection": "collection",
    "Tracks.boxes": "frames, *, angles=True, out=None",
    "Timeline": "fps=None, *, pts=None, time_base=None, start=0",
    "Timeline.frame_at": "seconds",
    "Timeline.time_of": "frame",
    "Rle.from_mask": "mask",
    "Rle.to_coco": "compressed=True",
    "Rle.from_cvat": "mask, shape",
    "Rle.to_cvat": "",
    "Rle.to_cvat_points": "",
    "Rle.from_label_studio": "rle, shape",
    "Rle.to_label_studio": "",
    "Rle.from_png": "png",
    "Rle.to_png": "color=(255, 255, 255)",
    "Rle.crop": "left, top, right, bottom",
    "Rle.pad": "left=0, top=0, right=0, bottom=0",
    "Rle.shift": "dx, dy",
    "Rle.flip": "horizontal=None, vertical=None",
    "Rle.rotate90": "turns=1",
    "Rle.resize": "height, width",
    "Rle.components": "connectivity=4",
    "Rle.union": "masks",
    "Rle.intersection": "masks",
    "Rle.paint": "target, value",
    "coco_encode": "masks",
    "coco_decode": "masks, out=None",
    "coco_rles": "collection, height, width, rule='center', *, frame=None",
    "transform": "collection, matrix, height, width, *, size=None, clip=True, min_visible=0.0, flip_pairs=None",
    "resize": "collection, height, width, *, size=None, clip=True, min_visible=0.0, flip_pairs=None",
    "crop": "collection, left, top, right, bottom, *, size=None, clip=True, min_visible=0.0, flip_pairs=None",
    "pad": "collection, left=0, top=0, right=0, bottom=0, *, size=None, clip=True, min_visible=0.0, flip_pairs=None",
    "flip": "collection, horizontal=None, vertical=None, *, size=None, clip=True, min_visible=0.0, flip_pairs=None",
    "rotate90": "collection, k=1, *, size=None, clip=True, min_visible=0.0, flip_pairs=None",
    "rotate": "collection, degrees, expand=False, *, size=None, clip=True, min_visible=0.0, flip_pairs=None",
    "letterbox": "collection, height, width, *, size=None, clip=True, min_visible=0.0, flip_pairs=None",
    "apply_exif": "collection, orientation=None, *, size=None, clip=True, min_visible=0.0, flip_pairs=None",
    "clip": "collection, height=None, width=None, *, size=None, min_visible=0.0",
    "Box.transform": "matrix",
    "Box.clip": "height, width",
    "DrawList.transform": "matrix",
    "boundary_iou": "a, b, dilation_ratio=0.02",
    "render_video": "source, collection, output, *, view='overlay', codec=None, options=None, thickness=None, "
    "alpha=1.0, with_text=True, style=None, ids=None, rule='center', interpolation='linear', progress=None",
    "video_frames": "source, frames=None",
    "iou": "a, b",
    "match": "A, B, threshold=0.5, *, method='hungarian', scores=None, classes=None",
    "nms": "shapes, scores, threshold=0.5",
    "oks": "truth, found, sigmas=None, area=None",
    "soft_nms": "shapes, scores",
    "iou_matrix": "A, B",
    "ioa": "a, b",
    "ioa_matrix": "A, B",
    "giou": "a, b",
    "giou_matrix": "A, B",
}

# The seed SDK's methods and the names of their arguments, in its order.
SEED_METHODS = {
    "Annotation.add_frame": "annotation_definition frame_num fixed object_visible",
    "Annotation.add_frames": "annotation_definition frame_num end_frame_num start_time end_time fixed object_visible",
    "Annotation.delete": "",
    "Annotation.download": "filepath annotation_format height width thickness with_text alpha",
    "Annotation.from_json": "_json item client_api annotations is_video fps item_metadata dataset is_audio",
    "Annotation.new": "item annotation_definition object_id automated metadata frame_num parent_id start_time "
    "item_height item_width end_time",
    "Annotation.set_frame": "frame",
    "Annotation.show": "image thickness with_text height width annotation_format color label_instance_dict alpha "
    "frame_num",
    "Annotation.to_json": "",
    "Annotation.update": "system_metadata",
    "Annotation.update_status": "status",
    "Annotation.upload": "",
    "FrameAnnotation.new": "annotation annotation_definition frame_num fixed object_visible",
    "FrameAnnotation.from_snapshot": "annotation _json fps",
    "AnnotationCollection.add": "annotation_definition object_id frame_num end_frame_num start_time end_time automated "
    "fixed object_visible metadata parent_id model_info",
    "AnnotationCollection.delete": "",
    "AnnotationCollection.download": "filepath img_filepath annotation_format height width thickness with_text "
    "orientation alpha",
    "AnnotationCollection.from_vtt_file": "filepath",
    "AnnotationCollection.get_frame": "frame_num",
    "AnnotationCollection.print": "to_return columns",
    "AnnotationCollection.show": "image thickness with_text height width annotation_format label_instance_dict color "
    "alpha frame_num",
    "AnnotationCollection.to_json": "",
    "AnnotationCollection.update": "system_metadata",
    "AnnotationCollection.upload": "",
    **{
        f"{name}.show": "image thickness with_text height width annotation_format color alpha"
        for name in "Box Classification Cube Ellipse Point Polygon Polyline Pose Segmentation "
        "UndefinedAnnotationType".split()
    },
    "Collection.add": "ref type",
    "Collection.pop": "ref",
    "Collection.to_json": "",
    "MultiView.to_json": "",
    "Similarity.to_json": "",
}


def _resolve(dotted: str) -> Any:
    value: Any = ag
    for part in dotted.split("."):
        value = getattr(value, part)
    return value


def _expected(signature: str) -> inspect.Signature:
    scope: dict[str, Any] = {}
    exec(f"def f({signature}): ...", scope)
    return inspect.signature(scope["f"])


def _parameters(signature: inspect.Signature) -> list[tuple[str, Any, Any]]:
    return [(p.name, p.kind, p.default) for p in signature.parameters.values() if p.name != "self"]


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_constructor_takes_exactly_the_contract(name: str) -> None:
    assert _parameters(inspect.signature(_resolve(name))) == _parameters(_expected(CONSTRUCTORS[name]))


@pytest.mark.parametrize("name", CALLABLES)
def test_callable_takes_the_contract_first(name: str) -> None:
    expected = _parameters(_expected(CALLABLES[name]))
    got = _parameters(inspect.signature(_resolve(name)))

    assert [p for p in got if p[0] in {e[0] for e in expected}] == expected
    extra = [p for p in got if p[0] not in {e[0] for e in expected}]
    assert all(kind is inspect.Parameter.KEYWORD_ONLY for _, kind, _ in extra), extra


@pytest.mark.parametrize("name", SEED_METHODS)
def test_seed_method_keeps_its_argument_names_and_order(name: str) -> None:
    expected = SEED_METHODS[name].split()
    parameters = inspect.signature(_resolve(name)).parameters.values()
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "self"]

    assert positional[: len(expected)] == expected


def test_every_public_name_resolves() -> None:
    missing = [name for name in ag.__all__ if not hasattr(ag, name)]

    assert not missing


def test_type_checkers_see_the_names_that_running_code_gives() -> None:
    tree = ast.parse(Path(ag.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        (node.module, alias.asname)
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    modules = {("annogeo", name) for name in ag._MODULES}
    assert seen == modules | {(module, name) for module, names in ag._EXPORTS.items() for name in names}


def test_view_options_have_the_seed_values() -> None:
    values = {option.name: option.value for option in ag.ViewAnnotationOptions}

    assert values == {
        "JSON": "json",
        "MASK": "mask",
        "INSTANCE": "instance",
        "ANNOTATION_ON_IMAGE": "img_mask",
        "VTT": "vtt",
        "OBJECT_ID": "object_id",
    }


def test_style_fields() -> None:
    expected = "antialias line_width fill_opacity outline_opacity dash color_by palette text_size".split()

    assert list(inspect.signature(ag.Style).parameters)[: len(expected)] == expected


@pytest.mark.parametrize("error", ["InputError", "UnsupportedError", "SyncError"])
def test_errors_form_one_tree_and_carry_where(error: str) -> None:
    raised = _resolve(error)("no", path="a.json", json_path="$.x", annotation_id="7", frame=3, hint="do")

    assert isinstance(raised, ag.AnnogeoError)
    assert (raised.path, raised.json_path, raised.annotation_id, raised.frame, raised.hint) == (
        "a.json",
        "$.x",
        "7",
        3,
        "do",
    )


def test_input_error_is_a_value_error_and_unsupported_a_not_implemented_error() -> None:
    assert issubclass(ag.InputError, ValueError)
    assert issubclass(ag.UnsupportedError, NotImplementedError)
