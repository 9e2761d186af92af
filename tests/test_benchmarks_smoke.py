"""The harness counts right, the gates judge right, the scenes stay the same, and the benchmarks run."""

from __future__ import annotations

import json
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as command, peers, readme, scenes
from benchmarks.gates import GATES, Gate, Verdict, judge
from benchmarks.harness import QUICK, Pace, Row, balanced_orders, compare, of_rounds
from benchmarks.report import Figure, Report
from benchmarks.table import section

FEW = Pace(rounds=5, seconds=2)


def spin(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def measured(key: str, **values: float) -> Report:
    return Report(key, "", "ours", figures=[Figure(name, value) for name, value in values.items()])


def test_ratio_of_a_row_twice_as_slow_is_about_two() -> None:
    report = compare(
        "spin", "", Row("ours", lambda: spin(0.002)), [Row("theirs", lambda: spin(0.004))], pace=FEW
    )

    assert report.value("theirs") == pytest.approx(2, rel=0.2)


def test_another_pair_is_compared_by_its_own_rows() -> None:
    rows = [Row("theirs", lambda: spin(0.004)), Row("slow", lambda: spin(0.008), "ours")]

    report = compare("spin", "", Row("ours", lambda: spin(0.002)), rows, pairs=[("slow", "theirs")], pace=FEW)

    assert report.value("theirs / slow") == pytest.approx(0.5, rel=0.2)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_every_row_follows_every_other_equally_often(n: int) -> None:
    orders = balanced_orders(n)
    follows = Counter(pair for order in orders for pair in pairwise(order))

    assert all(sorted(order) == list(range(n)) for order in orders)
    assert len(follows) == n * (n - 1)
    assert len(set(follows.values())) <= 1


def test_ratio_is_the_median_of_the_rounds_ratios() -> None:
    comparison = of_rounds("theirs", [1.0, 2.0, 4.0], [3.0, 4.0, 4.0])

    assert (comparison.low, comparison.ratio, comparison.high) == (1.5, 2, 2.5)


def test_gate_is_met_missed_or_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    gates = [Gate("a", "peer", least=2), Gate("a", "size", most=4), Gate("b", "peer", least=2)]
    monkeypatch.setitem(GATES, "some", gates)

    verdicts = judge(["some"], [measured("a", peer=2.0, size=4.5)])

    assert [verdict.state for verdict in verdicts] == ["met", "missed", "not measured"]
    assert [verdict.fails for verdict in verdicts] == [False, True, True]


def test_aim_that_is_open_fails_nothing() -> None:
    verdict = Verdict(Gate("a", "peer", least=2, is_aim=True), 1.0)

    assert (verdict.state, verdict.fails) == ("open", False)


def test_every_gate_belongs_to_a_benchmark() -> None:
    assert set(GATES) <= set(command.NAMES)


def test_missing_peers_are_named_in_the_table() -> None:
    report = compare("one", "", Row("ours", lambda: None), [], missing=["GDAL"], pace=QUICK)

    assert "not installed: GDAL" in section(report)


def test_gate_stands_in_the_row_it_is_about() -> None:
    report = measured("a", peer=1.5)

    assert ">= 2 MISSED" in section(report, [Verdict(Gate("a", "peer", least=2), 1.5)])


def test_report_survives_json() -> None:
    report = compare("one", "", Row("ours", lambda: None), [Row("theirs", lambda: None)], pace=QUICK)
    report.figures.append(Figure("size", 2.0, "KiB"))

    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report


def test_maker_without_its_package_is_reported() -> None:
    def make() -> None:
        raise ImportError("no such peer")

    assert peers.ready({"ghost": make, "here": lambda: 1}) == ({"here": 1}, ["ghost"])


def test_scenes_are_the_same_each_time() -> None:
    once, again = scenes.w1(3), scenes.w1(3)

    assert all(np.array_equal(a, b) for a, b in zip(once.polygons, again.polygons, strict=True))
    assert not np.array_equal(once.polygons[0][0], scenes.w1(4).polygons[0][0])


SCENES = {
    "W1": scenes.w1, "W2": scenes.w2, "W3": lambda: scenes.w3(50), "W5": scenes.w5, "W6": scenes.w6, "W9": scenes.w9,
}  # fmt: skip


@pytest.mark.parametrize("name", SCENES)
def test_outlines_meet_the_canvas_and_have_an_area(name: str) -> None:
    for polygon in SCENES[name]().polygons:
        assert np.isfinite(polygon).all()
        assert (polygon.max(axis=0) > -200).all()
        assert np.ptp(polygon, axis=0).min() > 1


def test_typical_collection_has_a_fifth_masks() -> None:
    kinds = [annotation["type"] for annotation in scenes.typical_item(20, 54, 96)]

    assert len(kinds) == 20
    assert kinds.count("binary") == 4


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # those of peers
def test_quick_run_writes_json_that_the_readme_is_made_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "results.json"

    code = command.main(["stack", "--quick", "--json", str(file)])

    assert code == 0
    assert "annogeo mask_stack" in capsys.readouterr().out
    document = json.loads(file.read_text())
    assert [report["key"] for report in document["reports"]] == ["W6a", "W6b"]
    assert "30 dense masks" in readme.section(document)


def test_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["speed"])

    assert "there are label_maps" in capsys.readouterr().err


def test_quick_sizes_are_not_checked_against_gates(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--quick", "--check"])

    assert "--check needs the full sizes" in capsys.readouterr().err
