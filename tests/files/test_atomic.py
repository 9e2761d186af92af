"""Atomic writes: a reader sees the old file or the new one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from annogeo import atomic
from annogeo.atomic import sweep_temporaries, write_bytes
from annogeo.errors import InputError


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a" / "b" / "c.bin", b"x")

    assert (tmp_path / "a/b/c.bin").read_bytes() == b"x"


def test_an_old_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_bytes(tmp_path / "f", b"old")

    write_bytes(tmp_path / "f", b"new")

    assert (tmp_path / "f").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["f"]


def test_a_failure_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes(tmp_path / "f", b"old")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic.os, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "f", b"new")

    assert (tmp_path / "f").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["f"]


@pytest.mark.parametrize("place", ["file/x", "folder"])
def test_a_place_that_can_not_be_written_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder" / "full").mkdir(parents=True)

    with pytest.raises(InputError) as caught:
        write_bytes(tmp_path / place, b"x")

    assert caught.value.path == str(tmp_path / place)
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".tmp")]


def test_a_very_long_name_can_be_written(tmp_path: Path) -> None:
    name = "n" * 255

    write_bytes(tmp_path / name, b"x")

    assert os.listdir(tmp_path) == [name]


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs processes that wait to be noticed")
def test_what_a_process_left_is_swept_before_anybody_notices_its_end(tmp_path: Path) -> None:
    code = "from annogeo.atomic import _temporary_name; print(_temporary_name())"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as dead:
        assert dead.stdout is not None
        (tmp_path / dead.stdout.read().strip()).write_bytes(b"")
        os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)

        assert sweep_temporaries(tmp_path) == 1


def test_what_a_dead_process_left_is_swept(tmp_path: Path) -> None:
    code = "from annogeo.atomic import _temporary_name; print(_temporary_name())"
    dead = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    (tmp_path / "sub").mkdir()
    for name in (dead, atomic._temporary_name(), ".annogeo-other.tmp", "picture.png"):
        (tmp_path / "sub" / name).write_bytes(b"")

    assert sweep_temporaries(tmp_path) == 1

    assert dead not in os.listdir(tmp_path / "sub")
    assert len(os.listdir(tmp_path / "sub")) == 3
