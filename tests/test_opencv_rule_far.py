"""Rule `opencv` beyond the integers that cv2 takes: the same picture as from the part near the canvas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from annogeo.draw import DrawList, DrawListBuilder
from annogeo.kernels.opencv import scan_opencv

HEIGHT, WIDTH = 40, 60
FAR = 1e10


def paint(append: Callable[[DrawListBuilder], None]) -> np.ndarray:
    builder = DrawListBuilder()
    builder.begin_item()
    append(builder)
    return paint_list(builder.build())


def paint_list(d: DrawList) -> np.ndarray:
    canvas = np.zeros((HEIGHT, WIDTH), bool)
    fields = (d.op, d.item, d.width, d.shape_offsets, d.ring_offsets, d.xy, d.run_offsets, d.runs)
    for _, y, x0, x1 in np.stack(scan_opencv(*fields, HEIGHT, WIDTH), axis=1).tolist():
        canvas[y, x0:x1] = True
    return canvas


def rectangle(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


@pytest.mark.parametrize("far", [2.0**31, 1e10, 1e100, 1.7e308])
def test_far_rectangle_is_cut_to_the_canvas(far: float) -> None:
    got = paint(lambda b: b.fill([rectangle(-far, 7, far, 12)]))

    expected = np.zeros_like(got)
    expected[7:13] = True
    np.testing.assert_array_equal(got, expected)


def test_far_hole_stays_a_hole() -> None:
    got = paint(lambda b: b.fill([rectangle(-FAR, -FAR, FAR, FAR), rectangle(-FAR, 10, FAR, 20)]))

    expected = np.ones_like(got)
    expected[11:20] = False
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("width", [1, 2, 5])
def test_far_lines_equal_the_part_near_the_canvas(width: int) -> None:
    far = paint(lambda b: b.line(np.array([[-FAR, 9], [30, 9], [30, FAR]]), width))

    near = paint(lambda b: b.line(np.array([[-200.0, 9], [30, 9], [30, 200]]), width))
    np.testing.assert_array_equal(far, near)


@pytest.mark.parametrize("width", [1, 4])
def test_far_loop_is_closed(width: int) -> None:
    far = paint(lambda b: b.loop(rectangle(10, 10, FAR, FAR), width))

    near = paint(lambda b: b.loop(rectangle(10, 10, 500, 500), width))
    np.testing.assert_array_equal(far, near)


def test_far_ellipse_is_a_band() -> None:
    got = paint(lambda b: b.ellipse(30, 20, 1e12, 5, 0))

    assert got[16:25].all()
    assert not got[:15].any()
    assert not got[26:].any()


def test_outline_of_a_far_ellipse_is_two_lines() -> None:
    got = paint(lambda b: b.ellipse_loop(30, 20, 1e12, 5, 0, 1))

    assert got[15].all()
    assert got[25].all()
    assert got.sum() == 2 * WIDTH


def test_disc_far_away_is_not_seen() -> None:
    assert not paint(lambda b: b.disc(FAR, 20, 50)).any()


def test_huge_angle_is_taken_modulo_a_turn() -> None:
    got = paint(lambda b: b.ellipse(30, 20, 20, 8, 360.0 * 2**40 + 90))

    np.testing.assert_array_equal(got, paint(lambda b: b.ellipse(30, 20, 20, 8, 90)))


def test_far_shape_leaves_its_neighbours_and_masks_alone() -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.fill([rectangle(1, 1, 3, 3)])
    builder.begin_item()
    builder.fill([rectangle(-FAR, 20, FAR, 21)])
    builder.loop(rectangle(FAR, FAR, 2 * FAR, 2 * FAR), 3)
    builder.begin_item()
    builder.line(np.array([[5.0, 30], [9, 30]]), 1)
    d = builder.build()
    runs = np.array([[35, 2, 6]], np.int32)
    with_mask = DrawList(
        op=np.append(d.op, np.uint8(6)),
        item=np.append(d.item, np.int32(2)),
        width=np.append(d.width, 0.0),
        shape_offsets=np.append(d.shape_offsets, d.shape_offsets[-1]),
        ring_offsets=d.ring_offsets,
        xy=d.xy,
        run_offsets=np.append(d.run_offsets, 1),
        runs=runs,
        n_items=3,
    )

    got = paint_list(with_mask)

    assert sorted(set(np.nonzero(got)[0].tolist())) == [1, 2, 3, 20, 21, 30, 35]
    assert np.flatnonzero(got[35]).tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_shape_that_is_not_finite_is_left_out(bad: float) -> None:
    def append(builder: DrawListBuilder) -> None:
        builder.fill([np.array([[0.0, 0], [bad, 5], [5, 5]])])
        builder.fill([rectangle(10, 10, 12, 12)])

    assert paint(append).sum() == 9


@pytest.mark.parametrize("width", [40_000.0, 1e300, np.inf])
def test_width_beyond_what_cv2_takes_covers_the_canvas(width: float) -> None:
    assert paint(lambda b: b.line(np.array([[0.0, 0], [50, 30]]), width)).all()
