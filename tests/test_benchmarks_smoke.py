"""The harness counts right, the scenes stay the same, and every benchmark runs."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as command, peers, scenes
from benchmarks.harness import Goal, Limit, Row, compare, judge, table


def spin(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_ratio_of_a_row_twice_as_slow_is_about_two() -> None:
    rows = [Row("ours", lambda: spin(0.002)), Row("theirs", lambda: spin(0.004))]

    report = compare("spin", rows, goals=[Goal("theirs", 1.5, "ours"), Goal("theirs", 9, "ours")], rounds=5)

    assert report.timings[1].ratio == pytest.approx(2, rel=0.2)
    assert [verdict.met for verdict in report.verdicts] == [True, False]


def test_goal_of_a_missing_peer_is_left_out() -> None:
    report = compare("one", [Row("ours", lambda: None)], goals=[Goal("theirs", 2, "ours")], rounds=3)

    assert report.verdicts == []


def test_missing_peers_are_named_in_the_table() -> None:
    report = compare("one", [Row("ours", lambda: None)], missing=["GDAL"], rounds=3)

    assert "not installed: GDAL" in table(report)


def test_limit_is_met_up_to_its_value() -> None:
    verdicts = judge([Limit("memory", 4.0, 4.0, "x"), Limit("memory", 4.1, 4.0, "x")])

    assert [verdict.met for verdict in verdicts] == [True, False]


def test_maker_without_its_package_is_reported() -> None:
    def make() -> None:
        raise ImportError("no such peer")

    assert peers.ready({"ghost": make, "here": lambda: 1}) == ({"here": 1}, ["ghost"])


def test_scenes_are_the_same_each_time() -> None:
    once, again = scenes.w1(3), scenes.w1(3)

    assert all(np.array_equal(a, b) for a, b in zip(once.polygons, again.polygons, strict=True))
    assert not np.array_equal(once.polygons[0][0], scenes.w1(4).polygons[0][0])


@pytest.mark.parametrize(
    "scene", [scenes.w1(), scenes.w2(), scenes.w3(50)], ids=lambda scene: scene.title[:2]
)
def test_outlines_meet_the_canvas_and_have_an_area(scene: scenes.PolygonScene) -> None:
    for polygon in scene.polygons:
        assert np.isfinite(polygon).all()
        assert (polygon.max(axis=0) > -200).all()
        assert np.ptp(polygon, axis=0).min() > 1


def test_typical_collection_has_a_fifth_masks() -> None:
    kinds = [annotation["type"] for annotation in scenes.typical_item(20, 54, 96)]

    assert len(kinds) == 20
    assert kinds.count("binary") == 4


def test_quick_run_of_the_mixed_scene_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "results.json"

    code = command.main(["mixed", "--quick", "--json", str(file)])

    assert code == 0
    assert "annogeo rasterize" in capsys.readouterr().out
    assert json.loads(file.read_text())["reports"][0]["timings"]


def test_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["speed"])

    assert "there are label_maps" in capsys.readouterr().err
