"""`annogeo sync`: what it says, how it ends, and that the token never shows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from annogeo.sync.secret import VARIABLE
from tests.cli.conftest import Run
from tests.emulator import Emulator


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator() as emulator:
        monkeypatch.setenv(VARIABLE, emulator.token)
        monkeypatch.setenv("ANNOGEO_DATALOOP_URL", emulator.url)
        yield emulator


@pytest.fixture
def dataset(platform: Emulator) -> str:
    made = platform.store.add_dataset()
    for k in range(3):
        platform.store.add_annotation(platform.store.add_item(made, f"/{k}.png", b"png"))
    return made


def test_pull_edit_status_push(platform: Emulator, dataset: str, run: Run, tmp_path: Path) -> None:
    plan = run("sync", "pull", tmp_path / "ws", "--dataset", dataset, "--dry-run")
    assert plan.stdout.splitlines()[-1] == "pull (plan): 3 downloaded"
    result = run("sync", "pull", tmp_path / "ws", "--dataset", dataset)
    assert (result.exit_code, result.stdout) == (0, "pull: 3 downloaded\n")

    place = tmp_path / "ws/json/1.png.json"
    place.write_text(place.read_text().replace('"car"', '"bus"'))
    assert (
        run("sync", "status", tmp_path / "ws").stdout
        == "modified 1.png: 1 changed\nstatus: 1 modified, 2 unchanged\n"
    )
    assert "updated 1.png annotation" in run("sync", "push", tmp_path / "ws", "--plan").stdout
    result = run("sync", "push", tmp_path / "ws")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "push: 1 updated")
    assert run("sync", "push", tmp_path / "ws").stdout == "push: nothing to do\n"
    assert sorted(one["label"] for one in platform.store.annotations.values()) == ["bus", "car", "car"]


def test_a_pulled_workspace_is_rendered(dataset: str, platform: Emulator, run: Run, tmp_path: Path) -> None:
    run("sync", "pull", tmp_path / "ws", "--dataset", dataset)

    result = run("render", tmp_path / "ws", tmp_path / "out", "--view", "mask,instance", "--workers", 1)
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "out/mask").iterdir())) == 3


def test_a_conflict_ends_with_1_and_is_decided(
    platform: Emulator, dataset: str, run: Run, tmp_path: Path
) -> None:
    run("sync", "pull", tmp_path / "ws", "--dataset", dataset)
    place = tmp_path / "ws/json/1.png.json"
    place.write_text(place.read_text().replace('"car"', '"mine"'))
    own = json.loads(place.read_text())["annotations"][0]["id"]
    platform.store.update(own, {"label": "theirs"}, is_system=False)

    report = json.loads(run("sync", "pull", tmp_path / "ws", "--json").stdout)
    assert (report["exit_code"], report["counts"]) == (1, {"conflict": 1, "unchanged": 2})
    assert run("sync", "status", tmp_path / "ws").exit_code == 1
    assert run("sync", "resolve", tmp_path / "ws", "1.png", "both").exit_code == 0
    assert run("sync", "push", tmp_path / "ws").exit_code == 0
    assert sorted(one["label"] for one in platform.store.annotations.values()) == [
        "car",
        "car",
        "mine",
        "theirs",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status", "nowhere"), "pull first"),
        (("pull", "ws"), "which dataset"),
        (("pull", "ws", "--dataset", "../x"), "expected an id"),
        (("pull", "ws", "--dataset", "65a0", "--url", "http://example.org"), "in the open"),
        (("pull", "ws", "--dataset", "65a0", "--token-file", "none"), "cannot be read"),
        (("pull", "ws", "--dataset", "65a0"), "404"),
        (("resolve", "ws", "x", "mine"), "mine"),
    ],
)
def test_what_cannot_be_done_ends_with_2(
    platform: Emulator,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run("sync", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert platform.token not in result.output


def test_without_a_token_it_says_where_it_looks(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    result = run("sync", "pull", tmp_path, "--dataset", "65a0")
    assert (result.exit_code, VARIABLE in result.stderr) == (2, True)


@pytest.mark.skipif(os.name != "posix", reason="signals and ps are POSIX's")
def test_ctrl_c_finishes_what_is_in_flight_and_the_next_run_goes_on(
    platform: Emulator, run: Run, tmp_path: Path
) -> None:
    dataset = platform.store.add_dataset()
    for k in range(40):
        platform.store.add_item(dataset, f"/{k}.png", b"png")
    platform.latency = 0.05
    command = [sys.executable, "-m", "annogeo", "sync", "pull", str(tmp_path / "ws"), "--dataset", dataset]
    started = subprocess.Popen(
        [*command, "--jobs", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while platform.count("GET", "/stream") < 3:
        time.sleep(0.01)
    seen = Path(f"/proc/{started.pid}/cmdline").read_bytes() if Path("/proc/self/cmdline").exists() else b""
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=30)

    assert started.returncode == 130
    assert "go on" in out
    assert platform.token not in out + err
    assert platform.token.encode() not in seen
    done = len(list((tmp_path / "ws/items").iterdir()))
    assert 0 < done < 40
    platform.latency = 0
    streams = platform.count("GET", "/stream")
    assert run("sync", "pull", tmp_path / "ws").exit_code == 0
    assert platform.count("GET", "/stream") - streams <= 40 - done
    assert len(list((tmp_path / "ws/items").iterdir())) == 40
