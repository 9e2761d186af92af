"""`annogeo repair`: a copy in the input's layout, what was changed, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annogeo import AnnotationCollection
from annogeo.errors import InputError
from tests.cli.conftest import Run
from tests.cli.datasets import box, make_dataset, tree, write_document
from tests.cli.test_validate import BOW_TIE


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    source = make_dataset(tmp_path / "in")
    write_document(source / "json/a.json", [BOW_TIE, box("bus", 12, 0, 20, 6)], filename="/a.jpg", own=7)
    return source


def test_a_repaired_copy_is_written_and_the_input_stays(tmp_path: Path, broken: Path, run: Run) -> None:
    before, out = tree(broken), tmp_path / "out"

    result = run("repair", broken, out)

    assert result.exit_code == 0
    assert "  self-crossing: $.annotations[0].coordinates, annotation 5f1" in result.stdout
    assert "    resolved a ring that crosses itself: 1 ring became 2" in result.stdout
    assert result.stdout.splitlines()[-1] == "changed 1 of 2 items (1 changes)"
    assert tree(broken) == before
    after = tree(out)
    assert after.keys() == before.keys()
    assert {name for name in before if after[name] != before[name]} == {"json/a.json"}
    document = json.loads(after["json/a.json"])
    assert (document["own"], len(document["annotations"][0]["coordinates"])) == (7, 2)
    assert run("validate", out).exit_code == 0
    assert "changed 0 of 2" in run("repair", out, tmp_path / "again").stdout


def test_a_dry_run_writes_nothing(tmp_path: Path, broken: Path, run: Run) -> None:
    result = run("repair", broken, tmp_path / "out", "--dry-run", "--clip")

    assert "would change 1 of 2 items (2 changes)" in result.stdout
    assert not (tmp_path / "out").exists()


def test_json_lists_changes_with_addresses(tmp_path: Path, broken: Path, run: Run) -> None:
    summary = json.loads(run("repair", broken, tmp_path / "out", "--json", "--only", "partly-outside").stdout)

    (change,) = summary["changes"]
    assert (change["code"], change["before"], change["after"]) == ("partly-outside", 48.0, 24.0)
    assert change["path"].endswith("a.json")
    assert (summary["changed"], summary["errors_left"], summary["exit_code"]) == (1, 1, 0)


def test_documents_that_cannot_be_read_go_along_and_end_with_1(
    tmp_path: Path, broken: Path, run: Run
) -> None:
    (broken / "json/sub/b.json").write_text("[")

    result = run("repair", broken, tmp_path / "out")

    assert result.exit_code == 1
    assert "b.json" in result.stderr
    assert (tmp_path / "out/json/sub/b.json").read_text() == "["
    assert (tmp_path / "out/json/a.json").exists()


def test_one_file_is_repaired_beside_its_picture(tmp_path: Path, broken: Path, run: Run) -> None:
    assert run("repair", broken / "json/a.json", tmp_path / "out").exit_code == 0
    assert sorted(tree(tmp_path / "out")) == ["items/a.jpg", "json/a.json"]
    assert run("repair", broken / "json/a.json", tmp_path / "bare", "--no-copy-items").exit_code == 0
    assert sorted(tree(tmp_path / "bare")) == ["json/a.json"]


def test_a_list_stays_a_list(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.json").write_text(json.dumps([BOW_TIE]))

    assert run("repair", tmp_path / "in", tmp_path / "out").exit_code == 0
    assert len(json.loads((tmp_path / "out/a.json").read_text())[0]["coordinates"]) == 2


@pytest.mark.parametrize("target", ["in", "in/out", "."])
def test_never_in_place(tmp_path: Path, broken: Path, run: Run, target: str) -> None:
    before = tree(broken)

    result = run("repair", broken, tmp_path / target)

    assert result.exit_code == 2
    assert "must not lie" in result.stderr
    assert tree(broken) == before


@pytest.mark.parametrize("code", ["nonsense", "unknown-label"])
def test_unknown_codes_are_refused_before_anything_is_written(
    tmp_path: Path, broken: Path, run: Run, code: str
) -> None:
    assert run("repair", broken, tmp_path / "out", "--only", code).exit_code == 2
    assert not (tmp_path / "out").exists()


def test_nan_is_kept_and_told(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in", ("a.jpg",))
    text = '{"annotations": [{"type": "point", "label": "x", "coordinates": {"x": NaN, "y": 1}}]}'
    (source / "json/a.json").write_text(text)

    result = run("repair", source, tmp_path / "out")

    assert result.exit_code == 0
    assert "1 errors are left" in result.stdout
    assert (tmp_path / "out/json/a.json").read_text() == text


@pytest.mark.parametrize(("command", "code"), [("repair", 1), ("validate", 2)])
def test_what_goes_wrong_with_a_file_names_it(
    tmp_path: Path, broken: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: str, code: int
) -> None:
    def fail(collection: AnnotationCollection, **_: object) -> list[object]:
        if len(collection):
            raise InputError("expected another one")
        return []

    monkeypatch.setattr(f"annogeo.ops.validation.{command}", fail)

    result = run(command, broken, *([tmp_path / "out"] if command == "repair" else []))

    assert result.exit_code == code
    assert "a.json: expected another one" in result.stderr
