"""`annogeo render` where input and output meet: nothing given is overwritten, nothing written is read again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.datasets import HEIGHT, WIDTH, box, make_dataset, tree, write_document
from tests.files.pictures import save_picture


def beside(folder: Path, name: str) -> Path:
    """A picture and its JSON side by side."""
    save_picture(folder / f"{name}.png", HEIGHT, WIDTH)
    write_document(folder / f"{name}.json", [box("car", 0, 0, 5, 5)])
    return folder


def test_a_picture_of_the_input_is_never_overwritten(tmp_path: Path, run: Run) -> None:
    before = tree(beside(tmp_path / "mask", "a"))

    result = run("render", tmp_path / "mask/a.png", tmp_path, "--view", "mask")

    assert result.exit_code == 1
    assert "is a file of the input" in result.stderr
    assert tree(tmp_path / "mask") == before


@pytest.mark.parametrize("is_platform", [True, False])
def test_rendering_into_the_input_can_be_repeated(tmp_path: Path, run: Run, is_platform: bool) -> None:
    source = make_dataset(tmp_path / "in") if is_platform else beside(tmp_path / "in", "a")
    n_items = 2 if is_platform else 1

    for view in ("mask", "instance", "mask"):
        result = run("render", source, source, "--view", view, "--json")
        assert json.loads(result.stdout)["items"] == n_items

    assert run("render", source, tmp_path / "out", "--dry-run").stderr.startswith(f"would write {n_items} ")


def test_the_json_view_into_the_input_is_refused(tmp_path: Path, run: Run) -> None:
    source = beside(tmp_path / "in", "a")
    before = tree(source)

    assert run("render", source, source, "--view", "mask,json").exit_code == 2
    assert tree(source) == before


def test_what_an_earlier_run_wrote_elsewhere_in_the_input_is_no_input(tmp_path: Path, run: Run) -> None:
    source = beside(tmp_path / "in", "a")
    run("render", source, source / "first", "--view", "mask,json")

    result = run("render", source, source / "second", "--view", "mask", "--json")

    assert json.loads(result.stdout)["items"] == 1


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
@pytest.mark.parametrize("place", ["mask", "mask/sub"])
def test_a_link_in_the_output_leads_nowhere(tmp_path: Path, run: Run, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "out" / place).parent.mkdir(parents=True)
    os.symlink(elsewhere, tmp_path / "out" / place)

    result = run("render", make_dataset(tmp_path / "in", ("sub/a.jpg",)), tmp_path / "out", "--view", "mask")

    assert result.exit_code == 1
    assert "a link leads out" in result.stderr
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("arguments", [("", "out"), ("in", ""), ("in", "out", "--ontology", "")])
def test_an_empty_path_is_refused(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    make_dataset(tmp_path / "in")

    result = run("render", *arguments)

    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_name_too_long_for_the_system_is_said(tmp_path: Path, run: Run) -> None:
    result = run("render", make_dataset(tmp_path / "in"), tmp_path / ("x" * 300))

    assert result.exit_code == 2
    assert "too long" in result.stderr
    assert "defect" not in result.stderr
