"""Dashes have their stated lengths, run on around corners, and are never too many."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st

from annogeo.geometry.dash import MOST_DASHES, REACH, dashes
from annogeo.geometry.measure import length
from tests.naive.dash import dash_pieces

EVERYWHERE = (-1e5, -1e5, 1e5, 1e5)
SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])

lines = st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=2, max_size=8).map(np.array)
patterns = st.lists(st.floats(0.5, 30), min_size=1, max_size=5)
widths = st.sampled_from([0.5, 1.0, 2.0, 3.0]) | st.floats(0.1, 6)


def pieces_of(*arguments: object, **options: bool) -> list[np.ndarray]:
    cut = dashes(*arguments, **options)  # type: ignore[arg-type]
    assert cut is not None
    return np.split(cut.xy, cut.offsets[1:-1]) if cut.offsets.size > 1 else []


@given(lines, patterns, widths, st.booleans())
@settings(max_examples=300, deadline=None)
def test_dashes_are_those_of_the_slow_twin(
    line: np.ndarray, pattern: list[float], width: float, closed: bool
) -> None:
    cut = dashes(line, pattern, width, EVERYWHERE, closed=closed)
    assume(cut is not None)

    expected = dash_pieces(line, pattern, width, closed)

    assert cut is not None
    assert cut.offsets[0] == 0
    assert cut.offsets[-1] == len(cut.xy)
    assert (np.diff(cut.offsets) >= 2).all()
    # a corner within rounding of a dash's end may be in it or not: what is drawn is the same
    sampled = [_sampled(piece) for piece in pieces_of(line, pattern, width, EVERYWHERE, closed=closed)]
    wanted = [_sampled(np.array(piece)) for piece in expected]
    if len(sampled) == len(wanted):  # a dash of no length at the line's end is there or not by rounding
        np.testing.assert_allclose(sampled, wanted, atol=1e-6)
    else:
        assert abs(len(sampled) - len(wanted)) == 1


def _sampled(piece: np.ndarray) -> np.ndarray:
    """Five points along a piece, at equal distances."""
    arcs = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(piece, axis=0).T))])
    places = np.linspace(0, arcs[-1], 5)
    return np.stack([np.interp(places, arcs, piece[:, k]) for k in (0, 1)])


@given(lines, patterns, widths)
@settings(max_examples=100, deadline=None)
def test_dashes_have_their_stated_length(line: np.ndarray, pattern: list[float], width: float) -> None:
    cut = dashes(line, pattern, width, EVERYWHERE)
    assume(cut is not None)
    assert cut is not None
    pieces = np.split(cut.xy, cut.offsets[1:-1])[:-1]  # the line's end may cut the last one

    stated = (pattern * (1 + len(pattern) % 2))[::2]
    for k, piece in enumerate(pieces):
        assert length(piece) == pytest.approx(max(stated[k % len(stated)] - width, 0), abs=1e-6)


@given(lines, patterns, widths, st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_is_clipped_away_would_not_show(
    line: np.ndarray, pattern: list[float], width: float, closed: bool
) -> None:
    window = (-10.0, -5.0, 20.0, 12.0)
    cut, whole = (dashes(line, pattern, width, clip, closed=closed) for clip in (window, EVERYWHERE))
    assume(cut is not None and whole is not None)
    assert cut is not None
    assert whole is not None
    kept = {piece.round(6).tobytes() for piece in np.split(cut.xy, cut.offsets[1:-1])}
    low, high = np.array(window[:2]) - width / 2, np.array(window[2:]) + width / 2
    for piece in np.split(whole.xy, whole.offsets[1:-1]) if whole.offsets.size > 1 else []:
        points = np.concatenate([np.linspace(a, b, 9) for a, b in pairwise(piece)])
        if ((points > low) & (points < high)).all(axis=1).any() and not closed:
            assert piece.round(6).tobytes() in kept


def test_the_pattern_runs_on_around_corners() -> None:
    pieces = pieces_of(SQUARE, (4, 3), 2, EVERYWHERE)

    assert pieces[1].tolist() == [[8, 0], [10, 0]]
    assert pieces_of(SQUARE, (14, 3), 2, EVERYWHERE)[0].tolist() == [[1, 0], [10, 0], [10, 3]]


def test_dashes_that_meet_where_a_ring_closes_are_one() -> None:
    pieces = pieces_of(SQUARE, (6, 3), 2, EVERYWHERE, closed=True)  # 40 px: four rounds and 4 px of a dash

    assert pieces[-1].tolist() == [[0, 3], [0, 0], [5, 0]]
    assert len(pieces) == 4


def test_an_odd_pattern_is_repeated() -> None:
    line = np.array([[0.0, 0.0], [100.0, 0.0]])

    assert pieces_of(line, (5, 2, 3), 1, EVERYWHERE)[1:3][0][0, 0] == 7.5
    np.testing.assert_array_equal(
        dashes(line, (5, 2, 3), 1, EVERYWHERE)[0],  # type: ignore[index]
        dashes(line, (5, 2, 3, 5, 2, 3), 1, EVERYWHERE)[0],  # type: ignore[index]
    )


def test_short_dashes_are_dots_around_their_middle() -> None:
    pieces = pieces_of(np.array([[0.0, 0.0], [20.0, 0.0]]), (1, 9), 3, EVERYWHERE)

    assert [piece.tolist() for piece in pieces] == [[[0.5, 0], [0.5, 0]], [[10.5, 0], [10.5, 0]]]


@pytest.mark.parametrize(
    ("line", "pattern", "width"),
    [
        ([[0, 0], [9, 0]], (0.001, 0.001), 1),  # round ends fill the gaps
        ([[0, 0], [9, 0]], (1, 1), 3),
        ([[0, 0]], (3, 3), 1),
        ([[4, 4], [4, 4]], (3, 3), 1),
        ([[0, 0], [2 * REACH, 0]], (3, 3), 1),
        ([[-1e300, 5], [1e300, 5]], (3, 3), 1),
    ],
    ids=["fine", "dots touch", "point", "no length", "far", "giant"],
)
def test_lines_that_stay_whole(line: list[list[float]], pattern: tuple[float, ...], width: float) -> None:
    assert dashes(np.array(line, float), pattern, width, (0, 0, 100, 100)) is None


def test_a_ring_shorter_than_a_dash_stays_whole() -> None:
    assert dashes(SQUARE, (50, 3), 1, EVERYWHERE, closed=True) is None


def test_no_more_dashes_than_can_be_told_apart() -> None:
    zigzag = np.stack([np.arange(200_000.0) % 2 * 99, np.arange(200_000.0) * 1e-4], axis=1)
    begin = time.thread_time()

    found = [dashes(zigzag, (1e-3, 1e-2), width, (0, 0, 100, 100)) for width in (1e-3, 1.0)]

    assert found == [None, None]
    assert time.thread_time() - begin < 2
    long = dashes(np.array([[-1e6, 5.0], [1e6, 5.0]]), (2, 2), 1, (0, 0, 100, 100))
    assert long is not None
    assert 25 <= len(long.offsets) - 1 <= 28


def test_the_limit_counts_dashes() -> None:
    line = np.array([[0.0, 0.0], [1000.0, 0.0]])
    fine = 1000 / MOST_DASHES

    assert dashes(line, (fine * 0.4, fine * 0.5), 1e-4, (0, 0, 1000, 10)) is None
    assert dashes(line, (fine * 0.7, fine * 0.7), 1e-4, (0, 0, 1000, 10)) is not None
