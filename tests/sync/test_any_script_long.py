"""Any script of edits on both sides, with any faults and kills: nothing here is lost, nothing there is doubled."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from annogeo.errors import AnnogeoError
from annogeo.sync import Remote, Workspace, state as state_module
from annogeo.sync.transport import Transport
from tests.emulator import Emulator
from tests.emulator.store import box
from tests.sync.conftest import HASTY

FAULTS: list[dict[str, Any]] = [
    {"method": "POST", "path": "/annotations", "after": 502},
    {"method": "POST", "path": "/annotations", "after": "reset"},
    {"method": "POST", "path": "/annotations", "before": 503, "times": 7},
    {"method": "POST", "path": "/annotations", "after": 500, "times": 2},
    {"method": "PUT", "path": "/annotations", "after": "reset"},
    {"method": "DELETE", "path": "/annotations", "after": 502},
    {"method": "POST", "path": "/query", "cut": 30},
    {"method": "POST", "path": "/query", "before": 400, "skip": 1},
    {"method": "*", "path": ".", "before": 401, "skip": 3, "times": 2},
    {"method": "GET", "path": "/stream", "cut": 2},
]
EDITS = st.tuples(
    st.sampled_from(
        [
            "here: add",
            "here: add",
            "here: change",
            "here: delete",
            "there: add",
            "there: change",
            "there: delete",
        ]
    ),
    st.integers(0, 1),
)
ROUNDS = st.tuples(
    st.lists(EDITS, max_size=5),
    st.none() | st.integers(0, len(FAULTS) - 1),
    st.none() | st.integers(0, 30),  # steps until it is killed
    st.sampled_from(["pull", "push", "push"]),
)


class Killed(BaseException):
    """The process ends here."""


class Game:
    """A dataset of two items, its workspace, and what each person did."""

    def __init__(self, platform: Emulator, root: Path, seed: int) -> None:
        self.platform, self.root, self.random = platform, root, random.Random(seed)
        self.dataset = platform.store.add_dataset()
        self.items = [platform.store.add_item(self.dataset, f"/{k}.png", b"bytes") for k in range(2)]
        self.numbers = iter(range(1, 10**6))
        self.workspace = Workspace(root)
        self.fuse = -1
        self.mine: set[str] = set()  # labels that stand here alone, or did when they were written

    def run(self, verb: str, **options: Any) -> Any:
        """Pull or push, as a process of its own would; whatever ends it, the next one has to cope."""
        with Remote(self.platform.url, self.platform.token, policy=HASTY) as remote:
            given = (remote, self.dataset) if verb == "pull" else (remote,)
            return getattr(self.workspace, verb)(*given, **options)

    def round(self, edits: list[tuple[str, int]], fault: int | None, fuse: int | None, verb: str) -> None:
        """People edit, and then a run is tried, which may fail or be killed."""
        for what, number in edits:
            where, _, edit = what.partition(": ")
            if where == "here":
                self.edit_here(edit, number)
            else:
                self.edit_there(edit, self.items[number])
        if fault is not None:
            given = dict(FAULTS[fault])
            self.platform.fault(given.pop("method"), given.pop("path"), **given)
        self.fuse = -1 if fuse is None else fuse
        with contextlib.suppress(AnnogeoError, Killed):
            self.run(verb, **({"delete": True} if verb == "push" else {}))
        self.fuse = -1

    def edit_here(self, verb: str, number: int) -> None:
        place = self.root / "json" / f"{number}.png.json"
        if not place.exists():
            return
        document = json.loads(place.read_text())
        entries = document["annotations"]
        label = f"mine {next(self.numbers)}"
        if verb == "add":
            entries.insert(self.random.randint(0, len(entries)), box(label))
        elif entries:
            chosen = self.random.randrange(len(entries))
            self.mine.discard(entries[chosen]["label"])
            if verb == "change":
                entries[chosen]["label"] = label
            else:
                del entries[chosen]
        if verb != "delete" and (verb == "add" or entries):
            self.mine.add(label)
        place.write_text(json.dumps(document))

    def edit_there(self, verb: str, item: str) -> None:
        own = [one["id"] for one in self.platform.store.of_item(item)]
        label = f"theirs {next(self.numbers)}"
        if verb == "add":
            self.platform.store.add_annotation(item, box(label))
        elif own:
            chosen = self.random.choice(own)
            self.mine.discard(self.platform.store.annotations[chosen]["label"])  # somebody saw it and decided
            if verb == "change":
                self.platform.store.update(chosen, {"label": label}, is_system=False)
            else:
                self.platform.store.delete(chosen)

    def labels_here(self) -> list[str]:
        return [
            entry["label"]
            for place in sorted((self.root / "json").rglob("*.json"))
            for entry in json.loads(place.read_text())["annotations"]
        ]

    def labels_there(self) -> list[str]:
        return [one["label"] for one in self.platform.store.annotations.values()]

    def check(self) -> None:
        """Let everything settle, and look whether all is as it should be."""
        lost = self.mine - set(self.labels_here())
        assert not lost, f"lost here: {lost}"
        self.platform.faults.clear()
        self.run("pull")
        for number in range(2):
            self.workspace.resolve(f"{number}.png", "local")
        assert self.run("push", delete=True).ok
        assert self.run("pull").ok
        here, there = Counter(self.labels_here()), Counter(self.labels_there())
        assert here == there
        assert max(there.values(), default=0) <= 1, "doubled"
        assert self.mine <= set(here)
        writes = [self.platform.count(method, "/annotations") for method in ("POST", "PUT", "DELETE")]
        assert self.run("push", delete=True).outcomes == []
        assert self.run("pull").counts == {"unchanged": 2}
        assert [self.platform.count(method, "/annotations") for method in ("POST", "PUT", "DELETE")] == writes


def fused(game: Game, patch: pytest.MonkeyPatch) -> None:
    """Let every step that reaches the disk or the server burn the fuse, before and after."""

    def burn() -> None:
        if game.fuse == 0:
            game.fuse = -1
            raise Killed
        if game.fuse > 0:
            game.fuse -= 1

    def around(owner: Any, name: str) -> None:
        work = getattr(owner, name)

        def both(*given: Any, **options: Any) -> Any:
            burn()
            found = work(*given, **options)
            burn()
            return found

        patch.setattr(owner, name, both)

    for name in ("put_item", "put_known", "put_one", "sending", "created", "settled", "forget"):
        around(state_module.State, name)
    around(Transport, "write")
    for module in ("pulling", "pushing", "standing"):
        around(sys.modules[f"annogeo.sync.{module}"], "write_bytes")


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ROUNDS, min_size=1, max_size=6), st.integers(0, 10**6))
def test_nothing_is_lost_and_nothing_doubled(script: list[Any], seed: int) -> None:
    with (
        Emulator() as platform,
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        game = Game(platform, Path(folder) / "ws", seed)
        for item in game.items:
            for _ in range(2):
                game.edit_there("add", item)
        game.run("pull")
        fused(game, patch)
        for one in script:
            game.round(*one)
        game.check()


KILLED = """
import os, sys
from annogeo.sync import Remote, Workspace, state, pulling, pushing
from annogeo.sync.transport import Transport
from tests.sync.conftest import HASTY
url, token, dataset, root, verb, fuse = sys.argv[1:]
left = int(fuse)
def around(owner, name):
    work = getattr(owner, name)
    def both(*given, **options):
        global left
        for turn in range(2):
            if left == 0:
                os.kill(os.getpid(), 9)
            left -= 1
            if turn == 0:
                found = work(*given, **options)
        return found
    setattr(owner, name, both)
for name in ("put_item", "put_known", "put_one", "sending", "created", "settled"):
    around(state.State, name)
around(Transport, "write")
around(pulling, "write_bytes"); around(pushing, "write_bytes")
workspace, remote = Workspace(root), Remote(url, token, policy=HASTY)
workspace.pull(remote, dataset) if verb == "pull" else workspace.push(remote, delete=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
@pytest.mark.parametrize("verb", ["pull", "push"])
def test_kill_minus_nine_at_every_step(platform: Emulator, tmp_path: Path, verb: str) -> None:
    for fuse in range(0, 60, 3 if verb == "push" else 5):
        game = Game(platform, tmp_path / f"{verb}-{fuse}", fuse)
        for item in game.items:
            game.edit_there("add", item)
        if verb == "push":
            game.run("pull")
            for k in (0, 1, 0):
                game.edit_here("add", k)
            game.edit_here("change", 1)
        arguments = [platform.url, platform.token, game.dataset, str(game.root), verb, str(fuse)]
        code = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False).returncode
        assert code in (0, -9)
        platform.store.annotations = {
            own: one for own, one in platform.store.annotations.items() if one["datasetId"] == game.dataset
        }
        game.check()
        if code == 0:
            return
    raise AssertionError("the run never came to its end")
