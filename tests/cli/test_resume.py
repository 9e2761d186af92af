"""Runs that go on where one stopped, and runs of several processes: the same bytes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annogeo.batch import processes
from tests.cli.conftest import Run
from tests.cli.datasets import box, make_dataset, tree, write_document

VIEWS = ("--view", "mask,instance,img_mask")
COMMAND = [sys.executable, "-m", "annogeo", "render"]
ROOT = Path(__file__).resolve().parents[2]


def summary(result: object) -> dict[str, int]:
    found: dict[str, int] = json.loads(result.stdout)  # type: ignore[attr-defined]
    return found


def test_resume_leaves_out_what_is_done(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    run("render", source, tmp_path / "out", *VIEWS)

    resumed = summary(run("render", source, tmp_path / "out", *VIEWS, "--resume", "--json"))

    assert (resumed["done"], resumed["skipped"]) == (0, 2)


def test_without_resume_everything_is_done_again(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    run("render", source, tmp_path / "out", *VIEWS)

    assert summary(run("render", source, tmp_path / "out", *VIEWS, "--json"))["done"] == 2


def test_resume_does_again_what_has_changed(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in", ("a.jpg", "b.jpg", "c.jpg"))
    run("render", source, tmp_path / "out", *VIEWS)
    write_document(source / "json/a.json", [box("car", 0, 0, 9, 9)], filename="/a.jpg")
    (tmp_path / "out/mask/b.png").unlink()

    resumed = summary(run("render", source, tmp_path / "out", *VIEWS, "--resume", "--json"))

    assert (resumed["done"], resumed["skipped"]) == (2, 1)
    run("render", source, tmp_path / "fresh", *VIEWS)
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_resume_with_other_options_does_everything_again(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    run("render", source, tmp_path / "out", *VIEWS)

    resumed = summary(run("render", source, tmp_path / "out", *VIEWS, "--alpha", "0.5", "--resume", "--json"))

    assert resumed["done"] == 2


def test_a_new_label_does_not_outdate_what_is_done(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    run("render", source, tmp_path / "out", *VIEWS)
    write_document(
        source / "json/n.json", [box("ape", 0, 0, 9, 9)], metadata={"system": {"width": 9, "height": 9}}
    )

    resumed = summary(
        run("render", source, tmp_path / "out", "--view", "mask,instance,img_mask", "--resume", "--json")
    )

    assert resumed["skipped"] == 2


def test_a_failed_item_is_tried_again(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    good = (source / "json/a.json").read_bytes()
    (source / "json/a.json").write_bytes(b"{")
    assert run("render", source, tmp_path / "out", *VIEWS).exit_code == 1
    (source / "json/a.json").write_bytes(good)

    resumed = run("render", source, tmp_path / "out", *VIEWS, "--resume", "--json")

    assert resumed.exit_code == 0
    assert summary(resumed)["done"] == 1


def test_what_a_killed_run_left_half_written_is_swept(tmp_path: Path, run: Run) -> None:
    code = "from annogeo.atomic import _temporary_name; print(_temporary_name())"
    dead = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    (tmp_path / "out/mask").mkdir(parents=True)
    (tmp_path / "out/mask" / dead).write_bytes(b"half")

    run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--view", "mask")

    assert not (tmp_path / "out/mask" / dead).exists()


def test_two_processes_write_the_bytes_of_one(tmp_path: Path, run: Run) -> None:
    names = tuple(f"{i:02}.png" for i in range(12))
    source = make_dataset(tmp_path / "in", names)
    (source / "json/05.json").write_bytes(b"{")

    codes = {n: run("render", source, tmp_path / f"out{n}", *VIEWS, "--workers", n).exit_code for n in (1, 2)}

    assert codes == {1: 1, 2: 1}
    assert tree(tmp_path / "out1") == tree(tmp_path / "out2")
    assert len(tree(tmp_path / "out1")) == 3 * 11 + 2


def test_a_worker_killed_by_an_item_fails_that_item_only(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_dataset(tmp_path / "in", tuple(f"{i}.png" for i in range(6)))
    monkeypatch.setattr(processes, "_run_chunk", _run_chunk_or_die)

    result = run("render", source, tmp_path / "out", "--view", "mask", "--workers", 2, "--json")

    assert result.exit_code == 1
    assert [failure["item"] for failure in summary(result)["failures"]] == ["3.png"]  # type: ignore[attr-defined]
    assert summary(result)["done"] == 5


def _run_chunk_or_die(work: object, jobs: list[object]) -> list[object]:
    if any(job.name == "3.png" for job in jobs):  # type: ignore[attr-defined]
        os.kill(os.getpid(), signal.SIGKILL)
    return [work(job) for job in jobs]  # type: ignore[operator]


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("workers", "signal_number"), [(1, signal.SIGTERM), (2, signal.SIGINT)])
def test_an_interrupted_run_goes_on_to_the_same_bytes(
    tmp_path: Path, run: Run, workers: int, signal_number: int
) -> None:
    source = make_dataset(tmp_path / "in", tuple(f"{i:04}.png" for i in range(200)))
    output = tmp_path / "out"

    process = subprocess.Popen(
        [*COMMAND, source, output, *VIEWS, "--workers", str(workers)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    _wait_for(lambda: len(list(output.glob("img_mask/*.png"))) > 5)
    process.send_signal(signal_number)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "--resume" in said
    assert "Traceback" not in said
    assert not list(output.rglob("*.tmp"))
    resumed = run("render", source, output, *VIEWS, "--resume", "--json")
    assert resumed.exit_code == 0
    assert summary(resumed)["skipped"] > 0
    run("render", source, tmp_path / "whole", *VIEWS)
    assert tree(output) == tree(tmp_path / "whole")


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("n_interrupts", "gap"), [(2, 0.1), (3, 0.1), (3, 0.4), (12, 0.02)])
def test_any_number_of_interrupts_ends_a_run(tmp_path: Path, n_interrupts: int, gap: float) -> None:
    source = make_dataset(tmp_path / "in", tuple(f"{i:04}.png" for i in range(1000)))
    output = tmp_path / "out"

    process = subprocess.Popen(
        [*COMMAND, source, output, "--view", "mask", "--workers", "2"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _wait_for(lambda: len(list(output.glob("mask/*.png"))) > 5)
    for _ in range(n_interrupts):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(gap)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert said.splitlines()[-1] == "annogeo: interrupted; go on with --resume"
    n_written = len(list(output.glob("mask/*.png")))
    assert len((output / ".annogeo-render.jsonl").read_bytes().splitlines()) == n_written
    assert f"{n_written} done, " in said
    _wait_for(lambda: not _is_any_alive(process.pid))


def _is_any_alive(group: int) -> bool:
    """Whether a process of the group runs; in many containers the ended ones stay listed, as nobody notices them."""
    listed = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in listed.stdout.splitlines())
    return any(row[0] == str(group) and not row[1].startswith("Z") for row in rows)


def _wait_for(condition: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)
