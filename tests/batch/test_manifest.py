"""The record of finished items."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from annogeo.batch.manifest import Manifest, entry_of
from annogeo.batch.outcomes import Job
from annogeo.files.pairing import Source
from annogeo.files.paths import RENDER_RECORD


@pytest.fixture
def job(tmp_path: Path) -> Job:
    document = tmp_path / "a.json"
    document.write_text("{}")
    (tmp_path / "out").mkdir()
    picture = tmp_path / "out/a.png"
    picture.write_bytes(b"png")
    return Job(0, Source("a", "a", str(document)), (("mask", str(picture)),))


def recorded(job: Job, output: Path, options: str = "o", labels: str = "l") -> bool:
    return Manifest(output, resume=True).is_done(entry_of(job, output, options, labels))


@pytest.fixture
def output(tmp_path: Path, job: Job) -> Path:
    output = tmp_path / "out"
    manifest = Manifest(output, resume=False)
    manifest.open()
    manifest.add(entry_of(job, output, "o", "l"), [3])
    manifest.close()
    return output


def test_a_finished_item_is_known(job: Job, output: Path) -> None:
    assert recorded(job, output)


def test_without_resume_nothing_counts(job: Job, output: Path) -> None:
    assert not Manifest(output, resume=False).is_done(entry_of(job, output, "o", "l"))


def test_changed_input_is_done_again(job: Job, output: Path) -> None:
    os.utime(job.source.json_path or "", ns=(1, 1))

    assert not recorded(job, output)


def test_other_options_or_labels_are_done_again(job: Job, output: Path) -> None:
    assert not recorded(job, output, options="p")
    assert not recorded(job, output, labels="m")


@pytest.mark.parametrize("content", [None, b"longer than before"])
def test_a_missing_or_changed_output_is_done_again(job: Job, output: Path, content: bytes | None) -> None:
    (output / "a.png").unlink() if content is None else (output / "a.png").write_bytes(content)

    assert not recorded(job, output)


def test_a_line_that_was_cut_off_is_forgotten(job: Job, output: Path) -> None:
    path = output / RENDER_RECORD
    path.write_bytes(path.read_bytes() + b'{"outputs": ["b.p')

    assert recorded(job, output)

    manifest = Manifest(output, resume=True)
    manifest.open()
    manifest.close()
    assert path.read_bytes().count(b"\n") == 1
