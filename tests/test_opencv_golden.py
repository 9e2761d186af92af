"""Rule `opencv` against what the seed SDK drew with cv2 5 (arrays in the reference data folder).

Polygons, polylines, ellipses and cubes were drawn without anti-aliasing and have to come out exactly. Boxes, notes and
points were anti-aliased by the SDK, so only the overlap of what is mostly covered can be asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from annogeo.draw import DrawListBuilder
from annogeo.kernels.opencv import scan_opencv
from tests.shared import shared, shared_files

Json = Any
Array = np.ndarray

EXACT = {"segment", "polyline", "ellipse", "cube"}
SOFT_BOXES = ("box_basic", "box_degenerate", "box_float", "box_oob", "box_rotated", "note")
ID_VIEWS = ("instance", "object_id")


def ring_of(points: list[Json]) -> Array:
    return np.array([[p["x"], p["y"]] for p in points], np.float64)


def only_ring(coordinates: Json) -> Array:
    return ring_of(coordinates[0] if isinstance(coordinates[0], list) else coordinates)


def append_closed(builder: DrawListBuilder, ring: Array, thickness: float | None) -> None:
    if thickness is not None and thickness < 0:
        builder.fill([ring])
    else:
        builder.loop(ring, 2 if thickness is None else thickness)


def append_segment(builder: DrawListBuilder, coordinates: Json, thickness: float | None) -> None:
    append_closed(builder, only_ring(coordinates), thickness)


def append_box(builder: DrawListBuilder, coordinates: Json, thickness: float | None) -> None:
    box = coordinates["box"] if isinstance(coordinates, dict) else coordinates
    (left, top), (right, bottom) = ring_of(box[:2])  # the angle, if any, was not drawn
    ring = np.array([[left, top], [left, bottom], [right, bottom], [right, top]])
    append_closed(builder, ring, thickness)


def append_polyline(builder: DrawListBuilder, coordinates: Json, thickness: float | None) -> None:
    builder.line(only_ring(coordinates), 2 if thickness is None or thickness < 0 else thickness)


def append_ellipse(builder: DrawListBuilder, coordinates: Json, thickness: float | None) -> None:
    centre, size = coordinates["center"], (coordinates["rx"], coordinates["ry"])
    if thickness is not None and thickness < 0:
        builder.ellipse(centre["x"], centre["y"], *size, coordinates["angle"])
    else:
        builder.ellipse_loop(
            centre["x"], centre["y"], *size, coordinates["angle"], 2 if thickness is None else thickness
        )


def append_cube(builder: DrawListBuilder, coordinates: Json, thickness: float | None) -> None:
    corners = ("tl", "tr", "br", "bl")
    front = ring_of([coordinates[f"front_{corner}"] for corner in corners])
    back = ring_of([coordinates[f"back_{corner}"] for corner in corners])
    width = 1 if thickness is None else thickness
    builder.loop(front, width)
    builder.loop(back, width)
    for a, b in zip(front, back, strict=True):
        builder.line(np.array([a, b]), width)


def append_point(builder: DrawListBuilder, coordinates: Json, thickness: float | None) -> None:
    radius = 5 if thickness is None or thickness < 0 else thickness
    builder.disc(coordinates["x"], coordinates["y"], radius)


APPEND: dict[str, Callable[[DrawListBuilder, Json, float | None], None]] = {
    "segment": append_segment,
    "polyline": append_polyline,
    "ellipse": append_ellipse,
    "cube": append_cube,
    "box": append_box,
    "note": append_box,
    "point": append_point,
}


def drawn(
    annotations: list[Json], values: list[int], thickness: float | None, shape: tuple[int, int]
) -> Array:
    """Paint the annotations in order on a blank map."""
    builder = DrawListBuilder()
    for annotation in annotations:
        builder.begin_item()
        APPEND[annotation["type"]](builder, annotation["coordinates"], thickness)
    d = builder.build()
    canvas = np.zeros(shape, np.int64)
    fields = (d.op, d.item, d.width, d.shape_offsets, d.ring_offsets, d.xy, d.run_offsets, d.runs)
    for item, y, x0, x1 in zip(*(part.tolist() for part in scan_opencv(*fields, *shape)), strict=True):
        canvas[y, x0:x1] = values[item]
    return canvas


def stills(types: set[str]) -> list[str]:
    """Return the image scenes that hold annotations of these types only."""
    names = []
    for path in shared_files("golden/*.npz"):
        scene = json.loads(path.with_suffix(".json").read_text("utf-8"))
        found = {a["type"] for a in (scene.get("platform") or {}).get("annotations", [])}
        if found and scene.get("kind") == "image" and found <= types:
            names.append(path.stem)
    return names


def load(name: str) -> tuple[Json, dict[str, Array]]:
    scene = json.loads(shared(f"golden/{name}.json").read_text("utf-8"))
    with np.load(shared(f"golden/{name}.npz")) as arrays:
        return scene, dict(arrays)


def outputs(scene: Json) -> Iterator[Json]:
    for output in scene["outputs"]:
        if "key" in output and not output.get("with_text") and not output.get("on"):
            yield output


def ids(scene: Json, view: str) -> list[int]:
    annotations = scene["platform"]["annotations"]
    if view == "object_id":
        return [int(a["metadata"]["system"]["objectId"]) for a in annotations]
    return [scene["instance_map"].get(a["label"], 1) for a in annotations]


@pytest.mark.shared
@pytest.mark.parametrize("name", stills(EXACT))
def test_id_maps_without_antialiasing_are_exact(name: str) -> None:
    scene, arrays = load(name)
    shape = (scene["height"], scene["width"])
    compared = 0

    for output in outputs(scene):
        if output["view"] not in ID_VIEWS:
            continue
        annotations = scene["platform"]["annotations"]
        got = drawn(annotations, ids(scene, output["view"]), output["thickness"], shape)
        np.testing.assert_array_equal(got, arrays[output["key"]], err_msg=f"{output}")
        compared += 1

    assert compared > 0


@pytest.mark.shared
@pytest.mark.parametrize("name", stills(EXACT))
def test_touched_pixels_of_masks_without_antialiasing_are_exact(name: str) -> None:
    scene, arrays = load(name)
    shape = (scene["height"], scene["width"])
    annotations = scene["platform"]["annotations"]
    compared = 0

    for output in outputs(scene):
        if output["view"] == "mask":
            got = drawn(annotations, [1] * len(annotations), output["thickness"], shape)
            touched = arrays[output["key"]].any(axis=2)
            np.testing.assert_array_equal(got.astype(bool), touched, err_msg=f"{output}")
            compared += 1

    assert compared > 0


@pytest.mark.shared
def test_shapes_between_antialiased_ones_are_exact_at_every_thickness() -> None:
    scene, arrays = load("thickness_sweep")
    shape = (scene["height"], scene["width"])
    annotations = scene["platform"]["annotations"]
    hard = [a["type"] in EXACT for a in annotations]
    point = next(a["coordinates"] for a in annotations if a["type"] == "point")
    rows, columns = np.indices(shape)

    for output in outputs(scene):
        if output["view"] != "instance":
            continue
        got = drawn(annotations, ids(scene, "instance"), output["thickness"], shape)
        is_hard = drawn(annotations, [int(h) for h in hard], output["thickness"], shape) > 0
        radius = 2 * max(output["thickness"] or 5, 5)  # the point comes last and is soft at its edge
        is_far = np.hypot(columns - point["x"], rows - point["y"]) > radius
        kept = is_hard & is_far
        assert kept.sum() > 50
        np.testing.assert_array_equal(got[kept], arrays[output["key"]][kept], err_msg=f"{output}")


@pytest.mark.shared
@pytest.mark.parametrize("name", SOFT_BOXES)
def test_boxes_overlap_with_what_is_mostly_covered(name: str) -> None:
    scene, arrays = load(name)
    shape = (scene["height"], scene["width"])
    annotations = scene["platform"]["annotations"]
    for output in outputs(scene):
        if output["view"] == "mask":
            alpha = arrays[output["key"]][:, :, 3].astype(float)
            got = drawn(annotations, [1] * len(annotations), output["thickness"], shape) > 0
            assert iou(got, alpha > alpha.max() / 2) >= 0.9, output


@pytest.mark.shared
def test_points_overlap_with_what_is_touched() -> None:
    scene, arrays = load("point_basic")
    shape = (scene["height"], scene["width"])
    for output in outputs(scene):
        if output["view"] in ID_VIEWS and output["thickness"] == -1:
            got = drawn(scene["platform"]["annotations"], ids(scene, output["view"]), -1, shape)
            assert iou(got > 0, arrays[output["key"]] > 0) >= 0.8


def iou(a: Array, b: Array) -> float:
    return float((a & b).sum() / max((a | b).sum(), 1))
