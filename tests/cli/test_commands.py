"""The command line as a whole: help, version, pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from annogeo import __version__
from tests.cli.conftest import Run
from tests.cli.datasets import box, make_dataset, write_document

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_command(run: Run, option: str) -> None:
    result = run(option)

    assert result.exit_code == 0
    for name in ("render", "video", "vtt", "validate", "repair", "sync", "warmup", "formats"):
        assert name in result.stdout


@pytest.mark.parametrize(
    "command", ["render", "validate", "formats", "warmup", "video", "vtt", "repair", "sync"]
)
def test_every_command_has_help(run: Run, command: str) -> None:
    assert run(command, "--help").exit_code == 0


def test_the_version_is_the_packages(run: Run) -> None:
    assert __version__ in run("--version").stdout


def test_python_dash_m_is_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "annogeo", "--version"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0
    assert done.stdout.startswith("annogeo")


@pytest.mark.parametrize("arguments", [("nonsense",), ("render",), ("render", "only-one")])
def test_wrong_usage_ends_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_formats_are_listed(run: Run) -> None:
    assert "dataloop" in run("formats").stdout
    rows = json.loads(run("formats", "--json").stdout)
    assert {row["name"]: row["reads"] for row in rows}["dataloop"] is True


def test_a_sound_dataset_validates(tmp_path: Path, run: Run) -> None:
    result = run("validate", make_dataset(tmp_path / "in"))

    assert result.exit_code == 0
    assert "2 items, 4 annotations" in result.stdout


def test_what_is_wrong_is_listed_with_its_place(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    write_document(
        source / "json/a.json", [box("car", 0, 0, 1, 1), {"type": "box", "label": "x", "coordinates": [{}]}]
    )
    (source / "json/sub/b.json").write_text("[")

    result = run("validate", source)

    assert result.exit_code == 1
    assert "a.json" in result.stdout
    assert "$.annotations[1]" in result.stdout
    assert "b.json" in result.stdout
    assert json.loads(run("validate", source, "--json").stdout)["errors"] == 2


def test_validating_nothing_ends_with_2(tmp_path: Path, run: Run) -> None:
    assert run("validate", tmp_path / "none").exit_code == 2


def test_a_reader_that_leaves_early_is_no_disaster() -> None:
    command = f"{sys.executable} -m annogeo formats | head -1"

    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)

    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_a_defect_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("annogeo.files.formats", broken)

    result = run("formats")

    assert result.exit_code != 0
    assert "oops" in result.stderr
    assert "report" in result.stderr
