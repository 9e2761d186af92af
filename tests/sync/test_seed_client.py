"""The emulator answers the seed SDK as the platform does: what that client and ours see and do is the same."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from annogeo.sync import Remote, Workspace
from tests.emulator import Emulator
from tests.emulator.store import box

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(importlib.util.find_spec("dtlpy") is None, reason="dtlpy is not installed")
def test_both_clients_see_and_do_the_same(platform: Emulator, remote: Remote, tmp_path: Path) -> None:
    dataset = platform.store.add_dataset("street")
    for k in range(3):
        item = platform.store.add_item(dataset, f"/a/{k}.png", b"png")
        for _ in range(2):
            platform.store.add_annotation(item, box(f"car{k}"))
    mine = {
        item["filename"]: sorted(a["label"] for a in remote.item_annotations(dataset, item["id"]))
        for item in remote.items(dataset)
    }
    ids = sorted(one["id"] for one in remote.annotations(dataset))

    environment = {
        **os.environ,
        "DATALOOP_PATH": str(tmp_path / "dtlpy"),
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("PYTHONWARNINGS", None)
    run = subprocess.run(
        [sys.executable, "-m", "tests.sync.seed_client", platform.url, platform.token, dataset],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    theirs = json.loads(run.stdout.splitlines()[-1])

    assert theirs["dataset"] == "street"
    assert theirs["listed"] == mine
    assert theirs["whole"] == ids
    ontology = remote.ontology(dataset)
    assert ontology is not None
    assert theirs["labels"] == sorted(ontology.color_map)
    made = remote.annotation(theirs["created"][0])
    assert made is not None
    assert (made["label"], made["type"]) == ("seed changed", "box")
    assert made["metadata"]["system"]["status"] == "approved"
    assert made["metadata"]["system"]["objectId"] == "3"

    workspace = Workspace(tmp_path / "ws")
    assert workspace.pull(remote, dataset).ok
    documents = [json.loads(path.read_text()) for path in sorted((tmp_path / "ws/json/a").iterdir())]
    assert [len(document["annotations"]) for document in documents] == [4, 1, 2]
    assert workspace.push(remote).outcomes == []
