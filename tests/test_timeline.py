"""Frame numbers and times: exact both ways, at constant rates and from tables of presentation times."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.errors import InputError
from annogeo.timeline import Timeline, frame_rate
from tests.shared import shared

RATES = [
    Fraction(24000, 1001),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(60),
    Fraction(1, 7),
]
TABLES = st.lists(st.integers(0, 400), min_size=1, max_size=30).map(sorted)


def timelines() -> st.SearchStrategy[Timeline]:
    starts = st.sampled_from([0, Fraction(1, 3), -2, 0.1])
    bases = st.sampled_from([Fraction(1, 90000), Fraction(1, 25), Fraction(1001, 30000), 1])
    constant = st.builds(Timeline, st.sampled_from(RATES), start=starts)
    return constant | st.builds(lambda pts, base: Timeline(pts=pts, time_base=base), TABLES, bases)


def naive_frame_at(timeline: Timeline, seconds: Any, last: int) -> int:
    """Walk through the frames from the first on."""
    shown = [n for n in range(last + 1) if _is_not_after(timeline.time_of(n), seconds)]
    return shown[-1] if shown else -1


def _is_not_after(time: Fraction, seconds: Any) -> bool:
    return float(time) <= seconds if isinstance(seconds, float) else time <= seconds


@given(timelines(), st.data())
@settings(max_examples=150, deadline=None)
def test_frame_at_equals_the_twin(timeline: Timeline, data: Any) -> None:
    last = (timeline.n_frames or 60) - 1
    times = st.integers(0, last).map(timeline.time_of)
    offsets = st.sampled_from([Fraction(0), Fraction(1, 10**9), Fraction(-1, 10**9), Fraction(1, 50)])
    seconds = data.draw(
        st.builds(lambda t, d: t + d, times, offsets) | st.builds(float, times) | st.floats(-3, 2)
    )
    if timeline.n_frames is None and _is_not_after(timeline.time_of(last), seconds):
        return

    assert timeline.frame_at(seconds) == naive_frame_at(timeline, seconds, last)


@given(timelines(), st.floats(-5, 1e6), st.floats(-5, 1e6))
@settings(max_examples=150, deadline=None)
def test_later_times_never_show_earlier_frames(timeline: Timeline, first: float, second: float) -> None:
    early, late = sorted((first, second))

    assert timeline.frame_at(early) <= timeline.frame_at(late)
    shown = timeline.frame_at(Fraction(late))
    assert shown == -1 or timeline.time_of(shown) <= late


@given(st.sampled_from(RATES), st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_there_and_back_at_constant_rates(fps: Fraction, frame: int) -> None:
    timeline = Timeline(fps)

    time = timeline.time_of(frame)

    assert time == frame / fps
    assert timeline.frame_at(time) == frame
    assert timeline.frame_at(time - Fraction(1, 10**20)) == frame - 1
    if frame < 10**7:  # beyond, frames are closer than floats
        assert timeline.frame_at(float(time)) == frame


def test_float_times_of_25_frames_per_second() -> None:
    timeline = Timeline(25)

    assert [timeline.frame_at(n / 25) for n in range(5000)] == list(range(5000))
    assert [timeline.frame_at(round(n * 0.04, 2)) for n in range(5000)] == list(range(5000))
    assert timeline.frame_at(Fraction(3, 25) - Fraction(1, 10**12)) == 2


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_times_as_shorter_floats_stand_for_what_rounds_to_them(kind: Any) -> None:
    for timeline in (
        Timeline(25),
        Timeline(Fraction(30000, 1001)),
        Timeline(pts=range(9), time_base=Fraction(1, 15)),
    ):
        assert [timeline.frame_at(kind(float(timeline.time_of(n)))) for n in range(9)] == list(range(9))


def test_variable_rate_with_a_start_that_is_not_zero() -> None:
    timeline = Timeline(pts=[100, 140, 141, 141, 200], time_base=Fraction(1, 1000))

    assert [timeline.frame_at(Fraction(ms, 1000)) for ms in (99, 100, 139, 140, 141, 199, 200, 10**9)] == [
        -1, 0, 0, 1, 3, 3, 4, 4,
    ]  # fmt: skip
    assert timeline.start == Fraction(1, 10)
    assert (timeline.n_frames, timeline.fps) == (5, None)
    assert timeline.progress(0, 1, 4) == 0.4
    assert timeline.progress(2, 2, 3) == 0


@pytest.mark.shared
def test_presentation_times_of_a_real_clip() -> None:
    folder = shared("data/video/torchcodec")
    tables = sorted(folder.glob("**/*.json"))
    assert tables
    for path in tables:
        frames = json.loads(path.read_text(encoding="utf-8"))
        frames = frames if isinstance(frames, list) else list(frames.values())
        seconds = [Fraction(str(frame["pts_time"])) for frame in frames if "pts_time" in frame]
        if not seconds:
            continue
        timeline = Timeline(pts=[int(s * 10**9) for s in seconds], time_base=Fraction(1, 10**9))

        assert [timeline.frame_at(float(s)) for s in seconds] == list(range(len(seconds)))


@pytest.mark.parametrize(
    ("given_rate", "expected"),
    [
        (29.97, Fraction(30000, 1001)),
        (29.97002997002997, Fraction(30000, 1001)),
        (np.float32(29.97), Fraction(30000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        (Decimal("23.976"), Fraction(24000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (119.88, Fraction(120000, 1001)),
        (24.0, Fraction(24)),
        (24, Fraction(24)),
        (12.5, Fraction(25, 2)),
        (46 / 3, Fraction(46, 3)),
        (30.02, Fraction(1501, 50)),
        (9.987654321, Fraction("9.987654321")),
        (Fraction(2997, 100), Fraction(2997, 100)),
        ("2997/100", Fraction(2997, 100)),
        (np.int64(50), Fraction(50)),
    ],
)
def test_rates_are_what_is_meant(given_rate: Any, expected: Fraction) -> None:
    assert frame_rate(given_rate) == expected
    assert Timeline(given_rate).fps == expected


@pytest.mark.parametrize(
    "rate",
    [0, -25, float("nan"), float("inf"), True, "", "abc", "30/0", "1e999999999", Decimal("1e999999"), Decimal("nan"),
     [25], 1j, "9" * 50],
)  # fmt: skip
def test_what_is_no_rate_is_refused(rate: Any) -> None:
    with pytest.raises(InputError, match="fps"):
        Timeline(rate)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "either fps or pts"),
        ({"fps": 25, "pts": [0]}, "either fps or pts"),
        ({"pts": [0]}, "time_base"),
        ({"fps": 25, "time_base": 1}, "time_base"),
        ({"pts": [], "time_base": 1}, "one or more"),
        ({"pts": [0.5], "time_base": 1}, "expected ints"),
        ({"pts": [[0]], "time_base": 1}, "expected ints"),
        ({"pts": [0, None], "time_base": 1}, "expected ints"),
        ({"pts": [10**30], "time_base": 1}, "pts"),
        ({"pts": [2**63], "time_base": 1}, "2\\*\\*60"),
        ({"pts": [0, 2, 1], "time_base": 1}, r"pts\[2\]: expected 2 or later, got 1"),
        ({"pts": 5, "time_base": 1}, "pts"),
        ({"pts": [0], "time_base": 0}, "time_base"),
        ({"fps": 25, "start": "now"}, "start"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Timeline(**arguments)


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), None, "1", True, Decimal("inf")])
def test_what_is_no_time_is_refused(seconds: Any) -> None:
    with pytest.raises(InputError, match="seconds"):
        Timeline(25).frame_at(seconds)


@pytest.mark.parametrize("frame", [-1, 3, 1.0, True, None])
def test_frames_outside_are_refused(frame: Any) -> None:
    with pytest.raises(InputError, match="frame number"):
        Timeline(pts=[0, 1, 2], time_base=1).time_of(frame)


def test_enormous_times_are_answered() -> None:
    assert Timeline(pts=[0, 1], time_base=1).frame_at(float(np.finfo(np.float64).max)) == 1
    assert Timeline(25).frame_at(10**30) == 25 * 10**30
    assert Timeline(pts=[0, 1], time_base=Fraction(1, 10**9)).frame_at(1e300) == 1
    assert Timeline(pts=[0, 1], time_base=Fraction(1, 10**9)).frame_at(-1e300) == -1


def test_timelines_are_values() -> None:
    table = Timeline(pts=np.array([0, 5]), time_base=Fraction(1, 10), start=1)

    assert pickle.loads(pickle.dumps(table)) == table
    assert table == Timeline(pts=(0, 5), time_base=Fraction(1, 10), start=1)
    assert table != Timeline(10, start=1)
    assert hash(table) == hash(pickle.loads(pickle.dumps(table)))
    assert len({Timeline(25), Timeline(25.0), Timeline(Fraction(25))}) == 1
    assert repr(Timeline(25, start=2)) == "Timeline(Fraction(25, 1), start=Fraction(2, 1))"
    assert "2 frames" in repr(table)
