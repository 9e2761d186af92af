"""Motions are found from a few places, and only where they are right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.rendering.motion import FROM_KEYFRAMES, ON_THE_WAY, Motion, Weights, motion_through

BOTH = (FROM_KEYFRAMES, ON_THE_WAY)
TURNS = st.floats(-math.pi, math.pi)
GROWTHS = st.floats(-1.5, 1.5)


@given(st.integers(0, 2**32 - 1), st.integers(3, 12), TURNS, GROWTHS, st.booleans(), st.sampled_from(BOTH))
@settings(max_examples=200, deadline=None)
def test_what_turns_and_grows_is_followed(
    seed: int, n: int, turn: float, growth: float, is_rigid: bool, probes: Weights
) -> None:
    rng = np.random.default_rng(seed)
    ways = np.zeros((n, 2)) if is_rigid else rng.uniform(-30, 30, (n, 2))
    places, (centre, drift) = rng.uniform(-300, 300, (n, 2)), rng.uniform(-900, 900, (2, 2))
    truth = Motion(places, ways, complex(growth, turn), centre, drift)

    found = motion_through([truth.at(weight) for weight in probes], probes, may_turn=True)

    if found is None:  # what hardly turns is lost in rounding, and then drawn anew at each frame
        assert 0 < abs(truth.spin) < 1e-4
        return
    for weight in (0.0, 0.01, 0.1, 0.3, 0.6, 0.97):
        np.testing.assert_allclose(found.at(weight), truth.at(weight), rtol=0, atol=1e-5)


@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.sampled_from(BOTH))
@settings(max_examples=50, deadline=None)
def test_what_goes_straight_does_not_turn(seed: int, n: int, probes: Weights) -> None:
    rng = np.random.default_rng(seed)
    truth = Motion(rng.uniform(-900, 900, (n, 2)), rng.uniform(-900, 900, (n, 2)))

    found = motion_through([truth.at(weight) for weight in probes], probes, may_turn=False)

    assert found is not None
    assert found.spin == 0
    np.testing.assert_allclose(found.at(0.4), truth.at(0.4), rtol=0, atol=1e-9)
    assert found.rests == (n == 0)


@pytest.mark.parametrize("probes", BOTH)
@pytest.mark.parametrize("power", [2, 3, 0.5])
def test_another_kind_of_motion_is_told(power: float, probes: Weights) -> None:
    rng = np.random.default_rng(5)
    places, ways = rng.uniform(0, 100, (5, 2)), rng.uniform(0, 100, (5, 2))

    assert motion_through([places + ways * weight**power for weight in probes], probes, may_turn=True) is None
    assert motion_through([places * weight**power for weight in probes], probes, may_turn=True) is None


@pytest.mark.parametrize("probes", BOTH)
def test_rows_that_are_no_points_do_not_turn(probes: Weights) -> None:
    turning = Motion(np.array([[4.0, 0.0], [0.0, 3.0]]), np.zeros((2, 2)), 1j)

    assert motion_through([turning.at(weight) for weight in probes], probes, may_turn=False) is None
    assert motion_through([turning.at(weight) for weight in probes], probes, may_turn=True) is not None


@pytest.mark.parametrize("probes", BOTH)
def test_single_point_that_curves_is_of_another_kind(probes: Weights) -> None:
    seen = [np.array([[100 * math.sin(9 * weight), weight]]) for weight in probes]

    assert motion_through(seen, probes, may_turn=True) is None
