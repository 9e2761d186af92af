"""Overlap of anything with anything: values, oracles, sides, errors."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely

import annogeo as ag
from annogeo.definitions import Definition

SQRT2 = math.sqrt(2)
SQUARE = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])


def box(rng: np.random.Generator) -> ag.Box:
    left, top, width, height = *rng.uniform(0, 60, 2), *rng.uniform(2, 50, 2)
    return ag.Box.from_xywh(left, top, width, height)


def turned_box(rng: np.random.Generator) -> ag.Box:
    return box(rng).replace(angle=rng.uniform(-400, 400))


def polygon(rng: np.random.Generator) -> ag.Polygon:
    """A star with a hole that is one too, and an island in it."""
    n = int(rng.integers(3, 30))
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False) + rng.uniform(0, 6)
    star = np.stack([np.cos(turn), np.sin(turn)], axis=1) * rng.uniform(0.5, 1, n)[:, None]
    sizes = rng.uniform(5, 30) * np.array([1.0, 0.5, 0.2])
    rings = [star[:: rng.choice([-1, 1])] * size + rng.uniform(0, 60, 2) * (size > 0) for size in sizes]
    rings = [ring - ring[0] + star[0] * size for ring, size in zip(rings, sizes, strict=True)]
    shift = rng.uniform(10, 70, 2)
    return ag.Polygon([ring + shift for ring in rings[: int(rng.integers(1, 4))]], "polygon")


def tangle(rng: np.random.Generator) -> ag.Polygon:
    """Rings that cross themselves and each other."""
    shift = rng.uniform(0, 40, 2)
    return ag.Polygon([rng.uniform(0, 50, (int(rng.integers(4, 9)), 2)) + shift for _ in range(2)], "tangle")


def outline(rng: np.random.Generator) -> ag.Polygon:
    """The pixel edges of noise: corners that touch, holes, many edges in common with others."""
    mask = rng.random((9, 9)) < rng.uniform(0.2, 0.8)
    return ag.mask_to_polygon(mask, connectivity=int(rng.choice([4, 8])))


def cube(rng: np.random.Generator) -> ag.Cube:
    front, back = box(rng), box(rng)
    return ag.Cube.from_boxes_and_angle(
        *front.xyxy.tolist(), *back.xyxy.tolist(), "cube", rng.uniform(0, 360)
    )


def ellipse(rng: np.random.Generator) -> ag.Ellipse:
    return ag.Ellipse(*rng.uniform(10, 70, 2), *rng.uniform(0.5, 30, 2), rng.uniform(-400, 400), "ellipse")


VECTORS: dict[str, Callable[[np.random.Generator], Definition]] = {
    maker.__name__: maker for maker in (box, turned_box, polygon, tangle, outline, cube, ellipse)
}


def region(shape: Definition) -> Any:
    """A shapely geometry; an ellipse as a polygon of the same area, 5e-7 of its radius from it at most."""
    if not isinstance(shape, ag.Ellipse):
        return shape.to_shapely()
    n = 4096
    turn = np.arange(n) * (2 * np.pi / n)
    reach = math.sqrt(2 * np.pi / n / math.sin(2 * np.pi / n))
    along, beside = reach * shape.rx * np.cos(turn), reach * shape.ry * np.sin(turn)
    cos, sin = math.cos(math.radians(shape.angle)), math.sin(math.radians(shape.angle))
    x, y = shape.x + cos * along - sin * beside, shape.y + sin * along + cos * beside
    return shapely.Polygon(np.stack([x, y], axis=1))


def expected(A: list[Any], B: list[Any]) -> np.ndarray:
    a, b = (np.array([region(shape) for shape in side]) for side in (A, B))
    common = shapely.area(shapely.intersection(a[:, None], b[None, :]))
    union = shapely.area(a)[:, None] + shapely.area(b)[None, :] - common
    return np.divide(common, union, out=np.zeros_like(common), where=union > 0)


def makers(kind: str, n: int, seed: int) -> list[Definition]:
    rng = np.random.default_rng([len(kind), seed])
    return [VECTORS[kind](rng) for _ in range(n)]


@pytest.mark.parametrize("kind", VECTORS)
@pytest.mark.parametrize("other", VECTORS)
def test_every_pair_of_vector_types_agrees_with_shapely(kind: str, other: str) -> None:
    A, B = makers(kind, 16, 1), makers(other, 16, 2)

    got, wanted = ag.iou_matrix(A, B), expected(A, B)

    curved = "ellipse" in (kind, other)
    assert np.abs(got - wanted).max() < (1e-9 if curved else 1e-13)
    assert np.array_equal(got > 0, wanted > 1e-14)
    assert np.allclose(got, wanted, rtol=1e-6 if curved else 1e-9, atol=1e-12)


def test_mixed_sides_are_what_their_parts_are() -> None:
    A = [shape for kind in VECTORS for shape in makers(kind, 2, 3)]
    B = [shape for kind in reversed(VECTORS) for shape in makers(kind, 2, 4)]

    whole = ag.iou_matrix(A, B)

    apart = np.array([[ag.iou(a, b) for b in B] for a in A])
    assert np.allclose(whole, apart, rtol=1e-12, atol=1e-15)
    assert np.allclose(ag.iou_matrix(A, A), ag.iou_matrix(A, list(A)), rtol=1e-12, atol=1e-15)


def test_a_shape_is_itself() -> None:
    A = [shape for kind in VECTORS for shape in makers(kind, 5, 5)]

    got = ag.iou_matrix(A, A)

    assert (np.diagonal(got) == 1).all()
    assert np.array_equal(got, got.T)
    assert [ag.iou(a, a.replace(label="other")) for a in A] == [1.0] * len(A)


def test_what_is_apart_or_touches_has_none() -> None:
    left = [
        ag.Box(0, 0, 10, 10),
        ag.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], "p"),
        ag.Ellipse(5, 5, 5, 5, 0, "e"),
    ]
    beside = [
        ag.Box(10, 0, 20, 10),
        ag.Polygon([(10, 0), (20, 5), (10, 10)], "p"),
        ag.Ellipse(15, 5, 5, 5, 0, "e"),
    ]
    corner = ag.Polygon([(20, 20), (8, 20), (8, 12), (20, -0.5)], "near, with bounds in common")
    turned = ag.Box(1, 1, 11, 11, angle=45)

    assert not ag.iou_matrix(left, beside).any()
    assert ag.iou(corner, left[2]) == 0
    assert ag.iou(turned, ag.Box(-4, -4, 1, 1)) == 0


def detectron2_box(x: float, y: float, width: float, height: float, angle: float) -> ag.Box:
    """Its rows are centre, size and degrees counter-clockwise."""
    return ag.Box.from_cxcywha(x, y, width, height, -angle)


# Numbers from detectron2's tests/structures/test_rotated_boxes.py (Apache-2.0), commit 3d3e6641: boxes and their IoU.
DETECTRON2 = {
    "half overlap": ((0.5, 0.5, 1, 1, 0), (0.25, 0.5, 0.5, 1, 0), 0.5),
    "precision": ((565, 565, 10, 10, 0), (565, 565, 10, 8.3, 0), 0.83),
    "extreme": ((160, 153, 230, 23, -37), (-1.1174e17, 1.38584e18, 1000.00006, 1000.00006, 1612), 0.0),
    "quarter": ((0.5, 0.5, 1, 1, 0), (0.75, 0.75, 0.5, 0.5, 0), 0.25),
    "corner": ((0.5, 0.5, 1, 1, 0), (1, 1, 1, 1, 0), 0.25 / 1.75),
    "45 degrees": ((1, 1, SQRT2, SQRT2, 45), (1, 1, 2, 2, 0), 0.5),
    "-45 degrees": ((1, 1, 2 * SQRT2, 2 * SQRT2, -45), (1, 1, 2, 2, 0), 0.5),
    "orthogonal": ((5, 5, 10, 6, 55), (5, 5, 10, 6, -35), 36 / 84),
    "large close": (
        (299.5, 417.370422, 600, 364.259186, 27.1828),
        (299.5, 417.370422, 600, 364.259155, 27.1828),
        364.259155 / 364.259186,
    ),
    "issue 1207, simplified": ((3, 3, 8, 2, -45), (6, 0, 8, 2, -45), 0.0),
    "issue 1207": ((160, 153, 230, 23, -37), (190, 127, 80, 21, -46), 0.0),
}


@pytest.mark.parametrize("name", DETECTRON2)
def test_turned_boxes_agree_with_detectron2(name: str) -> None:
    a, b, wanted = DETECTRON2[name]

    got = ag.iou(detectron2_box(*a), detectron2_box(*b))

    assert got == pytest.approx(wanted, rel=1e-12, abs=1e-15)
    assert (got == 0) == (wanted == 0)


def test_turned_boxes_in_a_row_agree_with_detectron2() -> None:
    A = [detectron2_box(5 + 20 * i, 5 + 20 * i, 10, 10, 0) for i in range(100)]
    B = [detectron2_box(5 + 20 * i, 5 + 20 * i, 10, 1 + 9 * i / 200, 0) for i in range(200)]

    got = ag.iou_matrix(A, B)

    assert np.allclose(got[:, :100], np.diag((1 + 9 * np.arange(100) / 200) / 10), rtol=1e-13, atol=0)
    assert not got[:, 100:].any()


def test_far_from_the_origin_nothing_is_lost() -> None:
    shift = 2.0**20
    A, B = makers("turned_box", 12, 6), makers("turned_box", 12, 7)
    moved = [[_moved(shape, shift) for shape in side] for side in (A, B)]

    assert np.allclose(ag.iou_matrix(*moved), ag.iou_matrix(A, B), rtol=0, atol=1e-10)
    far = ag.Box(1e6, 1e6, 1e6 + 4, 1e6 + 2, angle=30)
    assert ag.iou(far, far.replace(angle=210)) == pytest.approx(1, abs=1e-15)


def _moved(shape: Any, shift: float) -> Any:
    return shape.replace(
        left=shape.left + shift, top=shape.top + shift, right=shape.right + shift, bottom=shape.bottom + shift
    )


@pytest.mark.parametrize("angle", [0.0, 90.0, 30.0])
def test_slivers_count(angle: float) -> None:
    thin = 1e-9
    a = ag.Box(0, 0, 1, 1, angle=angle)
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    b = ag.Box.from_cxcywha(0.5 + (1 - thin) * cos, 0.5 + (1 - thin) * sin, 1, 1, angle)

    assert ag.iou(a, b) == pytest.approx(thin / (2 - thin), rel=1e-6)


def test_ioa_is_the_part_of_the_first() -> None:
    A, B = makers("polygon", 8, 8), makers("ellipse", 8, 9)
    a, b = ([shape.area for shape in side] for side in (A, B))

    got = ag.ioa_matrix(A, B)

    assert np.allclose(got * np.array(a)[:, None], ag.ioa_matrix(B, A).T * b, rtol=1e-12, atol=1e-12)
    assert ag.ioa(ag.Box(0, 0, 2, 2), ag.Ellipse(1, 1, 9, 9, 0, "e")) == 1
    assert ag.ioa(ag.Box(0, 0, 0, 2), ag.Box(0, 0, 9, 9)) == 0


def test_giou_of_upright_boxes_is_that_of_the_paper() -> None:
    rng = np.random.default_rng(10)
    a, b = rng.uniform(0, 50, (2, 40, 4)).cumsum(axis=2)[..., [0, 1, 2, 3]]
    low, high = np.minimum(a[:, None, :2], b[None, :, :2]), np.maximum(a[:, None, 2:], b[None, :, 2:])
    hull = (high - low).prod(axis=2)
    common = (np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])).clip(0)
    common = common.prod(axis=2)
    union = (a[:, 2:] - a[:, :2]).prod(axis=1)[:, None] + (b[:, 2:] - b[:, :2]).prod(axis=1) - common

    assert np.allclose(ag.giou_matrix(a, b), common / union - (hull - union) / hull, rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind", ["turned_box", "polygon", "tangle", "ellipse"])
@pytest.mark.parametrize("other", ["box", "polygon", "ellipse"])
def test_giou_of_other_shapes_takes_the_convex_hull(kind: str, other: str) -> None:
    A, B = makers(kind, 12, 11), makers(other, 12, 12)
    a, b = (np.array([region(shape) for shape in side]) for side in (A, B))
    hull = shapely.area(shapely.convex_hull(shapely.union(a[:, None], b[None, :])))
    iou = expected(A, B)
    union = (shapely.area(a)[:, None] + shapely.area(b)) / (1 + iou)

    got = ag.giou_matrix(A, B)

    assert np.allclose(
        got, iou - (hull - union) / hull, rtol=0, atol=1e-4 if "ellipse" in (kind, other) else 1e-12
    )
    assert (got <= ag.iou_matrix(A, B)).all()


def masks(n: int, seed: int, shape: tuple[int, int] = (40, 50)) -> list[np.ndarray]:
    return list(np.random.default_rng(seed).random((n, *shape)) < 0.4)


def dense_iou(a: list[np.ndarray], b: list[np.ndarray]) -> np.ndarray:
    common = np.array([[(x & y).sum() for y in b] for x in a])
    union = np.array([[(x | y).sum() for y in b] for x in a])
    return np.divide(common, union, out=np.zeros(common.shape), where=union > 0)


def test_masks_count_pixels_however_they_come() -> None:
    A, B = masks(5, 13), [*masks(4, 14), np.zeros((40, 50), bool)]
    wanted = dense_iou(A, B)
    runs = [ag.Rle.from_mask(mask) for mask in B]

    assert np.array_equal(ag.iou_matrix(A, runs), wanted)
    assert np.array_equal(ag.iou_matrix(np.array(A), [ag.Segmentation(mask, "m") for mask in B]), wanted)
    assert np.array_equal(ag.iou_matrix(runs, runs), dense_iou(B, B))
    assert ag.iou(A[0], runs[1]) == wanted[0, 1]


def test_a_vector_shape_meets_a_mask_in_pixels() -> None:
    shapes = [shape for kind in VECTORS for shape in makers(kind, 3, 15)]
    shapes.append(ag.Box(30, 20, 90, 60))  # partly outside of the canvas
    filled = [shape.to_mask(40, 50) for shape in shapes]
    A = masks(3, 16)

    assert np.array_equal(ag.iou_matrix(shapes, A), dense_iou(filled, A))
    assert np.array_equal(ag.iou_matrix(A, shapes), dense_iou(A, filled))
    both = ag.iou_matrix([*shapes, *A], [*A, *shapes])
    assert np.allclose(both[: len(shapes), len(A) :], ag.iou_matrix(shapes, shapes), rtol=1e-12, atol=1e-15)
    assert np.array_equal(both[len(shapes) :, : len(A)], dense_iou(A, A))
    edges = np.array([[0.0, 0.0, 10.0, 10.0]])
    assert np.array_equal(ag.iou_matrix(edges, A), dense_iou([ag.Box(0, 0, 10, 10).to_mask(40, 50)], A))


def test_giou_of_masks_takes_pixel_squares() -> None:
    a, b = np.zeros((2, 10, 10), bool)
    a[0, 0] = b[9, 9] = True

    assert ag.giou(a, b) == pytest.approx(-(19 - 2) / 19)
    assert ag.giou(a, np.zeros((10, 10), bool)) == 0


def test_masks_of_two_sizes_are_refused() -> None:
    with pytest.raises(ag.InputError, match="one size, got 40x50 and 41x50"):
        ag.iou_matrix(masks(2, 17), masks(1, 18, (41, 50)))
    assert ag.iou_matrix([*masks(1, 17), *masks(1, 18, (41, 50))], [ag.Box(0, 0, 9, 9)]).shape == (2, 1)


def test_a_note_is_a_box_and_a_cube_what_its_faces_cover() -> None:
    note = ag.Note(0, 0, 4, 4, "note")
    solid = ag.Cube.from_boxes_and_angle(0, 4, 6, 10, 3, 1, 9, 7, "cube")

    assert ag.iou(note, ag.Box(0, 0, 4, 2)) == 0.5
    assert ag.iou(solid, ag.Box(0, 1, 9, 10)) == pytest.approx(72 / 81)


def test_holes_count_and_rings_that_cross_are_even_odd() -> None:
    ring = ag.Polygon([SQUARE * 4, SQUARE * 2 + 1], "ring")
    bow_tie = ag.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)], "bow tie")
    twice = ag.Polygon([SQUARE * 2, SQUARE * 2 + 1], "two squares less their overlap")

    assert ag.iou(ring, ag.Box(0, 0, 4, 4)) == 0.75
    assert ag.iou(ring, ag.Box(1, 1, 3, 3)) == 0
    assert ag.iou(bow_tie, ag.Box(0, 0, 2, 2)) == 0.5
    assert ag.iou(twice, ag.Box(0, 0, 3, 3)) == pytest.approx(6 / 9, abs=1e-15)


@pytest.mark.parametrize(
    "shape",
    [
        ag.Polygon([SQUARE * 2, SQUARE + 2], "two squares that touch in a corner"),
        ag.Polygon([(0, 0), (2, 0), (2, 2), (0, 2), (0, 0), (0, 2), (2, 2), (2, 0)][:5], "closed"),
        ag.Polygon([(0, 0), (2, 0), (5, 0), (2, 0), (2, 2), (0, 2)], "with a spike"),
        ag.Polygon([(0, 0), (2, 0), (2, 0), (2, 0), (2, 2), (0, 2), (0, 2)], "points twice"),
        ag.Polygon([SQUARE * 4, SQUARE], "a hole along two edges"),
        ag.Polygon([SQUARE * 4, SQUARE, SQUARE], "the same hole twice"),
        ag.Polygon([(0, 0), (4, 0), (4, 4), (2, 4), (2, 0), (2, 4), (0, 4)], "an edge there and back"),
    ],
    ids=lambda shape: shape.label,
)
def test_odd_rings_are_what_shapely_makes_of_them(shape: ag.Polygon) -> None:
    others = [*makers("box", 10, 19), ag.Box(0.5, 0.5, 3, 3), ag.Ellipse(1, 1, 2, 1, 20, "e")]

    assert np.allclose(ag.iou_matrix([shape], others), expected([shape], others), rtol=0, atol=1e-9)
    assert ag.iou(shape, shape) == 1


NOTHING = [
    ag.Box(3, 3, 3, 9),
    ag.Box(3, 3, 3, 3, angle=20),
    ag.Ellipse(4, 4, 0, 3, 10, "line"),
    ag.Polygon([], "nothing"),
    ag.Polygon([(1, 1), (5, 5)], "two points"),
    ag.Polygon([(1, 1), (5, 5), (9, 9)], "in a row"),
    ag.Cube.from_boxes_and_angle(1, 1, 1, 1, 1, 1, 1, 1, "dot"),
]


@pytest.mark.parametrize("matrix", [ag.iou_matrix, ag.ioa_matrix, ag.giou_matrix])
def test_what_has_no_area_has_no_overlap(matrix: Callable[..., np.ndarray]) -> None:
    shapes = [makers(kind, 1, 20)[0] for kind in VECTORS]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [matrix(NOTHING, NOTHING), matrix(NOTHING, shapes), matrix(shapes, NOTHING)]

    assert all(np.isfinite(part).all() and (part <= 0).all() for part in found)
    if matrix is not ag.giou_matrix:
        assert not any(part.any() for part in found)


def test_empty_sides_give_empty_matrices() -> None:
    for side in ([], np.zeros((0, 4)), ag.AnnotationCollection()):
        assert ag.iou_matrix(side, [ag.Box(0, 0, 1, 1)]).shape == (0, 1)
        assert ag.giou_matrix(masks(2, 21), side).shape == (2, 0)
        assert ag.ioa_matrix(side, side).shape == (0, 0)


def test_collections_annotations_and_arrays_are_sides() -> None:
    collection = ag.AnnotationCollection()
    collection.add(ag.Box(0, 0, 4, 4, "a"))
    collection.add(ag.Ellipse(2, 2, 2, 2, 0, "b"))
    edges = np.array([[0, 0, 4, 2]])

    assert ag.iou_matrix(collection, edges)[:, 0].tolist() == [0.5, pytest.approx(math.pi / (4 + math.pi))]
    assert ag.iou(collection[0], [0, 0, 4, 2]) == 0.5
    assert ag.iou_matrix(collection[:1], list(collection)).shape == (1, 2)


@pytest.mark.parametrize(
    "shape", [ag.Point(1, 1, "p"), ag.Polyline([(0, 0), (1, 1)], "l"), ag.Classification("c")], ids=repr
)
def test_types_without_area_are_named(shape: Definition) -> None:
    annotation = ag.Annotation.new(annotation_definition=shape)
    name = type(shape).__name__

    with pytest.raises(ag.InputError, match=rf"B\[1\]: a {name} has no area.*Box, Cube, Ellipse") as caught:
        ag.iou_matrix([ag.Box(0, 0, 1, 1)], [ag.Box(0, 0, 1, 1), annotation])
    assert caught.value.annotation_id == (annotation.id or None)
    with pytest.raises(ag.InputError, match=f"{name} has no area"):
        ag.iou(shape, shape)


HUGE = [
    ag.Box(0, 0, 1e300, 1e300),
    ag.Box(-1e300, -1e300, 1e300, 1e300, angle=30),
    ag.Ellipse(0, 0, 1e300, 1e299, 30, "e"),
    ag.Polygon([(0, 0), (1e300, 0), (0, 1e300)], "p"),
    ag.Box(0, 0, 1, 1),
    ag.Box(0, 0, 1, 1, angle=30),
    ag.Ellipse(0, 0, 1, 1e-200, 30, "e"),
    ag.Polygon([(0, 0), (1, 0), (0, 1)], "p"),
]
LARGEST = [ag.Box(-1.7e308, -1.7e308, 1.7e308, 1.7e308), ag.Box(-1.7e308, 0, 1.7e308, 1, angle=45)]
TINY = [
    ag.Box(0, 0, 5e-324, 5e-324),
    ag.Box(0, 0, 1e-300, 1e-310, angle=30),
    ag.Ellipse(0, 0, 1e-320, 1e-300, 30, "e"),
    ag.Polygon([(0, 0), (5e-324, 0), (0, 5e-324)], "p"),
    ag.Polygon([(0, 0), (5e-324, 1), (1e-320, -1), (1, 1)], "p"),
]


@pytest.mark.parametrize(
    "shapes", [HUGE, TINY, HUGE + TINY + LARGEST, [ag.Box(0, 0, 1e-200, 1e-200)]], ids=len
)
def test_numbers_at_the_ends_of_floats(shapes: list[Definition]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        iou, giou = ag.iou_matrix(shapes, shapes), ag.giou_matrix(shapes, list(shapes))

    assert ((iou >= 0) & (iou <= 1)).all()
    assert ((giou >= -1) & (giou <= 1)).all()
    assert np.allclose(iou, iou.T, rtol=1e-9)
    if shapes is HUGE:
        assert (np.diagonal(iou)[[0, 1, 2, 3, 4, 5, 7]] == 1).all()
        assert ag.iou(shapes[0], shapes[3]) == 0.5
    if len(shapes) == 1:
        assert iou[0, 0] == 1


def test_a_matrix_for_which_there_is_no_memory_is_refused() -> None:
    many = np.zeros((100_000, 4))

    with pytest.raises(ag.InputError, match="100000 x 100000 numbers takes 74 GiB"):
        ag.iou_matrix(many, many)


def test_a_hundred_thousand_points() -> None:
    n = 100_000
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
    reach = 400 + 20 * np.sin(50 * turn)
    ring = np.stack([500 + reach * np.cos(turn), 500 + reach * np.sin(turn)], axis=1)
    shape, moved = ag.Polygon(ring, "ring"), ag.Polygon(ring + 3, "moved")

    assert ag.iou(shape, shape) == 1
    assert ag.iou(shape, moved) == pytest.approx(expected([shape], [moved])[0, 0], rel=1e-9)
    assert ag.iou(shape, ag.Ellipse(500, 500, 300, 300, 0, "e")) == pytest.approx(9e4 * np.pi / shape.area)


def test_a_scribble_that_crosses_itself_without_end_is_refused() -> None:
    scribble = ag.Polygon(np.random.default_rng(22).uniform(0, 1000, (20_000, 2)), "scribble")

    with pytest.raises(
        ag.InputError, match=r"a polygon of 20000 points crosses itself more than 100000 times"
    ):
        ag.iou(scribble, scribble)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_comb_of_many_teeth_is_no_trap(axis: int) -> None:
    n = 20_000
    teeth = np.stack([np.linspace(0, 1000, n), np.tile([0.0, 900.0], n // 2)], axis=1)
    ring = np.concatenate([teeth, [[1000, -5], [0, -5]]])
    comb = ag.Polygon(ring[:, :: -1 if axis else 1], "comb")

    assert ag.iou(comb, comb) == 1
    assert ag.iou(comb, ag.Box(0, 0, 1000, 1000)) == pytest.approx(comb.area / 1e6, rel=0.02)
