"""`annogeo validate`: what it says of each file, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.datasets import box, make_dataset, write_document

BOW_TIE = {
    "id": "5f1",
    "type": "segment",
    "label": "car",
    "coordinates": [[{"x": 0, "y": 0}, {"x": 8, "y": 8}, {"x": 8, "y": 0}, {"x": 0, "y": 8}]],
}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    source = make_dataset(tmp_path / "in")
    write_document(source / "json/a.json", [BOW_TIE, box("bus", 12, 0, 20, 6)], filename="/a.jpg")
    return source


def test_findings_stand_below_their_file_in_narrow_lines(broken: Path, run: Run) -> None:
    result = run("validate", broken)

    assert result.exit_code == 1
    assert (
        "  error self-crossing: $.annotations[0].coordinates, annotation 5f1, ring 0, vertex 0"
        in result.stdout
    )
    assert "    ring 0 crosses itself at (4, 4), edges 0 and 2" in result.stdout
    assert "    reaches 4 px beyond the right edge of the image" in result.stdout
    assert all(len(line) <= 100 for line in result.stdout.splitlines() if str(broken) not in line)
    assert result.stdout.splitlines()[-1] == "2 items, 4 annotations: 1 errors, 1 warnings"


def test_json_has_every_address(broken: Path, run: Run) -> None:
    report = json.loads(run("validate", broken, "--json").stdout)

    assert (report["errors"], report["warnings"]) == (1, 1)
    crossing = next(problem for problem in report["problems"] if problem["code"] == "self-crossing")
    assert (crossing["annotation_id"], crossing["ring"], crossing["x"], crossing["y"]) == ("5f1", 0, 4.0, 4.0)
    assert crossing["path"].endswith("a.json")


def test_warnings_alone_end_with_0(broken: Path, run: Run) -> None:
    assert run("validate", broken, "--only", "partly-outside").exit_code == 0
    only = run("validate", broken, "--errors")
    assert "partly-outside" not in only.stdout


def test_an_unknown_check_is_refused(broken: Path, run: Run) -> None:
    result = run("validate", broken, "--only", "nonsense")

    assert result.exit_code == 2
    assert "nonsense" in result.output


def test_the_checks_are_listed(run: Run) -> None:
    assert "self-crossing" in run("validate", "--checks").stdout
    rows = json.loads(run("validate", "--checks", "--json").stdout)
    assert {"code", "severity", "summary"} == set(rows[0])


def test_many_of_a_kind_are_counted(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in", ("a.jpg",))
    write_document(source / "json/a.json", [box("bus", k, 0, k, 6) for k in range(15)])

    assert "... 5 more empty-box" in run("validate", source).stdout
    assert "more" not in run("validate", source, "--all").stdout


@pytest.mark.parametrize(
    "text", ["[", '{"annotations": [{"type": "box", "label": "x", "coordinates": [NaN]}]}', "\x00"]
)
def test_hostile_documents_are_listed(tmp_path: Path, run: Run, text: str) -> None:
    source = make_dataset(tmp_path / "in", ("a.jpg",))
    (source / "json/a.json").write_text(text)

    assert run("validate", source).exit_code == 1
