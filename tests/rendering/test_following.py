"""Labels that go with their shapes end up where a new layout, told of the old one, would put them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from annogeo.rendering.labels.caption import Label
from annogeo.rendering.labels.following import are_followed
from annogeo.rendering.labels.placement import Line, Place
from annogeo.rendering.labels.writing import Written, layout_labels

HEIGHT, WIDTH, TEXT = 180, 240, 9


def layout(extents: np.ndarray, words: list[str], previous: dict[int, Place], reserved: tuple) -> Written:
    labels = [
        Label(word, None if np.isnan(edges).all() else tuple(edges.tolist()), (9, 9, 9), item=k)
        for k, (word, edges) in enumerate(zip(words, extents, strict=True))
    ]
    return layout_labels(
        labels, HEIGHT, WIDTH, size_px=TEXT, previous=previous, extents=extents, reserved=reserved
    )


def boxes(rng: np.random.Generator, n: int) -> np.ndarray:
    corners = rng.uniform((-30, -30), (WIDTH, HEIGHT), (n, 2))
    sizes = rng.choice([rng.uniform(0, 30, (n, 2)), rng.uniform(20, 120, (n, 2)), np.zeros((n, 2))])
    return np.hstack([corners, corners + sizes])


@example(3_503_483_140)
@given(st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_it_is_what_a_new_layout_gives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 9))
    words = rng.choice(["car", "a longer one", "", "x"], n).tolist()
    extents = boxes(rng, n)
    if seed % 4 == 0:
        extents[0] = np.nan  # of the whole picture
    reserved = ((200, 0, 240, 60),) if seed % 3 == 0 else ()
    first = layout(extents, words, {}, reserved)
    if first.following is None:
        return
    for _ in range(4):
        extents = extents + rng.choice([0.0, 0.3, 4.0, 30.0]) * rng.standard_normal((n, 1))
        corners = first.following.at(extents)
        if corners is None:
            continue
        again = layout(extents, words, first.places, reserved)
        assert corners.tolist() == [[x, y] for _, x, y, _ in again.plates]
        assert [plate for plate, *_ in again.plates] == [plate for plate, *_ in first.plates]


def test_labels_follow_shapes_that_move_apart() -> None:
    extents = np.array([[10.0, 30, 60, 80], [100.0, 30, 150, 80], [20.0, 110, 24, 113]])
    written = layout(extents, ["car", "bus", "bird"], {}, ())
    assert written.following is not None
    moved = written.following.at(extents + 7)
    assert moved is not None
    assert (moved - [[x, y] for _, x, y, _ in written.plates] == 7).all()


@pytest.mark.parametrize(
    "move",
    [
        [[0, 0], [-90, 0]],  # onto one another
        [[0, 0], [400, 0]],  # out of the picture
    ],
)
def test_other_layouts_are_left_to_be_made_anew(move: list[list[float]]) -> None:
    extents = np.array([[10.0, 30, 60, 80], [100.0, 30, 150, 80]])
    written = layout(extents, ["car", "bus"], {}, ())
    assert written.following is not None
    assert written.following.at(extents + np.tile(move, 2)) is None


def test_a_shape_that_comes_in_needs_a_new_layout() -> None:
    extents = np.array([[10.0, 30, 60, 80], [300.0, 30, 350, 80]])
    written = layout(extents, ["car", "bus"], {}, ())
    assert written.following is not None
    assert len(written.plates) == 1
    assert written.following.at(extents) is not None
    assert written.following.at(extents - 100) is None


def test_joints_and_led_labels_are_not_followed() -> None:
    label = Label("car", (10.0, 30, 60, 80), (0, 0, 0), item=0)
    joint = Label("nose", (10.0, 30, 60, 80), (0, 0, 0), True, 0)
    beside, led = Place(10, 20), Place(100, 100, 0, -1, Line(100, 100, 60, 80))
    assert are_followed([label], [beside])
    assert not are_followed([label], [led])
    assert not are_followed([joint], [beside])
