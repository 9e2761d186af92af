"""Pull, status, push and resolve on a workspace: nothing here is overwritten, nothing there is doubled."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import annogeo as ag
from annogeo.errors import InputError, SyncError
from annogeo.sync import Filters, Remote, Report, Workspace
from tests.emulator import Emulator
from tests.emulator.store import box

PNG = b"\x89PNG, or so it says"


class World:
    """A platform with a dataset, and a workspace of it."""

    def __init__(self, platform: Emulator, remote: Remote, root: Path) -> None:
        self.platform, self.remote, self.root = platform, remote, root
        self.store = platform.store
        self.dataset = platform.store.add_dataset()
        self.workspace = Workspace(root)

    def pull(self, **options: Any) -> Report:
        return self.workspace.pull(self.remote, self.dataset, **options)

    def push(self, **options: Any) -> Report:
        return self.workspace.push(self.remote, **options)

    def document(self, path: str) -> Any:
        return json.loads((self.root / "json" / f"{path}.json").read_text("utf-8"))

    def edit(self, path: str, change: Callable[[list[Any]], Any]) -> None:
        document = self.document(path)
        change(document["annotations"])
        (self.root / "json" / f"{path}.json").write_text(json.dumps(document), "utf-8")

    def labels(self, path: str) -> list[str]:
        return [entry["label"] for entry in self.document(path)["annotations"]]

    def remote_labels(self, item: str) -> list[str]:
        return sorted(one["label"] for one in self.store.of_item(item))


@pytest.fixture
def world(platform: Emulator, remote: Remote, tmp_path: Path) -> World:
    return World(platform, remote, tmp_path / "ws")


def named(label: str) -> dict[str, Any]:
    return box(label)


# --- pull -------------------------------------------------------------------------------------------------------------


def test_a_pull_brings_everything_and_a_second_one_nothing(world: World) -> None:
    for k in range(5):
        item = world.store.add_item(world.dataset, f"/a/{k}.png", PNG + bytes([k]))
        world.store.add_annotation(item, named(f"car{k}"))
        world.store.add_annotation(item, {**named("remark"), "type": "note"})

    assert world.pull().counts == {"downloaded": 5}
    assert (world.root / "items/a/3.png").read_bytes() == PNG + b"\x03"
    assert world.labels("a/3.png") == ["car3", "remark"]
    stamps = {path: path.stat().st_mtime_ns for path in world.root.rglob("*.json")}
    requests = len(world.platform.log)
    report = world.pull()

    assert report.counts == {"unchanged": 5}
    assert report.ok
    assert report.requests == len(world.platform.log) - requests <= 6
    assert world.platform.count("GET", "/stream") == 5
    assert {path: path.stat().st_mtime_ns for path in world.root.rglob("*.json")} == stamps


def test_a_pulled_workspace_is_a_dataset(world: World) -> None:
    item = world.store.add_item(world.dataset, "/a/1.png", PNG, width=32, height=24)
    world.store.add_annotation(item)
    world.pull()

    (sample,) = ag.load(world.root)
    assert sample.item.filename == "/a/1.png"
    assert sample.annotations[0].label == "car"
    assert ag.load(world.root).ontology.color_map["car"]


def test_remote_changes_come_and_local_ones_stay(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    ids = [world.store.add_annotation(item, named(label)) for label in "abcd"]
    world.pull()
    world.edit("1.png", lambda entries: entries[0].update(label="mine"))
    world.edit("1.png", lambda entries: entries.append(named("new")))
    world.store.update(ids[1], {"label": "theirs"}, is_system=False)
    world.store.delete(ids[2])
    world.store.add_annotation(item, named("e"))

    report = world.pull()
    assert report.counts == {"updated": 1}
    assert world.labels("1.png") == ["mine", "theirs", "d", "new", "e"]
    assert list((world.root / ".annogeo/trash").rglob("1.png.json"))
    assert world.workspace.status().outcomes[0].message == "1 created, 1 changed"


def test_what_both_sides_changed_is_a_conflict_and_stays(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    ids = [world.store.add_annotation(item, named(label)) for label in "abc"]
    world.pull()
    world.edit("1.png", lambda entries: [entry.update(label=f"my {entry['label']}") for entry in entries[:2]])
    world.edit("1.png", lambda entries: entries.pop())
    world.store.update(ids[0], {"label": "their a"}, is_system=False)
    world.store.delete(ids[1])
    world.store.update(ids[2], {"label": "their c"}, is_system=False)
    before = world.document("1.png")

    report = world.pull()
    assert report.counts == {"conflict": 1}
    assert not report.ok
    assert world.document("1.png")["annotations"] == before["annotations"]
    assert world.pull().counts == {"conflict": 1}
    assert world.workspace.status().counts == {"conflict": 1}
    assert {o.state for o in world.push(delete=True).outcomes} == {"conflict"}
    assert world.remote_labels(item) == ["their a", "their c"]


@pytest.mark.parametrize(
    ("side", "here", "there"),
    [
        ("local", ["my a", "my b"], ["my a", "my b"]),
        ("remote", ["their a", "their c"], ["their a", "their c"]),
        ("both", ["their a", "my a", "my b", "their c"], ["my a", "my b", "their a", "their c"]),
    ],
)
def test_conflicts_are_decided_by_people(world: World, side: str, here: list[str], there: list[str]) -> None:
    test_what_both_sides_changed_is_a_conflict_and_stays(world)
    (item,) = world.store.items

    report = world.workspace.resolve("1.png", side)
    assert report.counts == {"resolved": 3}
    assert world.labels("1.png") == here
    world.push(delete=True)
    assert world.remote_labels(item) == there
    assert world.push(delete=True).outcomes == []
    assert world.pull().counts == {"unchanged": 1}
    assert world.labels("1.png") == here


def test_a_broken_local_file_is_left_alone(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.store.add_annotation(item)
    world.pull()
    place = world.root / "json/1.png.json"
    place.write_text('{"annotations": [ {"label": "half wri')
    world.store.add_annotation(item)

    for report in (world.pull(), world.push(), world.workspace.status()):
        assert report.counts == {"failed": 1}
        assert "is no JSON" in report.outcomes[0].message
    assert place.read_text().endswith("half wri")


def test_a_missing_local_file_is_brought_back_and_is_no_wish_to_delete(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.store.add_annotation(item)
    world.pull()
    (world.root / "json/1.png.json").unlink()
    (world.root / "items/1.png").unlink()

    assert world.workspace.status().counts == {"missing": 1}
    assert world.push(delete=True).outcomes == []
    assert world.pull().counts == {"downloaded": 1}
    assert world.labels("1.png") == ["car"]
    assert (world.root / "items/1.png").read_bytes() == PNG


def test_a_changed_picture_is_not_overwritten(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.pull()
    (world.root / "items/1.png").write_bytes(b"retouched")
    world.store.bytes[item] = PNG * 2
    world.store.items[item]["metadata"]["system"]["size"] = 2 * len(PNG)

    assert world.pull().counts == {"kept": 1}
    assert (world.root / "items/1.png").read_bytes() == b"retouched"
    assert [path.read_bytes() for path in (world.root / ".annogeo/trash").rglob("1.png")] == [PNG * 2]


@pytest.mark.parametrize(
    "hostile",
    [
        "/../../x.png",
        "//abs/path/x.png",
        "/a/../x.png",
        "C:/x.png",
        "/a\\..\\x.png",
        "\\\\server\\share\\x.png",
        "/nul.png",
        "/a/COM1",
        "/x.png.",
        "/x.png ",
        "/a:b.png",
        "/a?.png",
        "/a\0b.png",
        "/",
        "",
        "/" + "x" * 300 + ".png",
    ],
)
def test_a_hostile_name_leads_nowhere_and_the_others_come(world: World, hostile: str) -> None:
    world.store.add_item(world.dataset, hostile, PNG)
    world.store.add_item(world.dataset, "/fine.png", PNG)

    report = world.pull()
    assert report.counts == {"downloaded": 1, "failed": 1}
    files = {path.relative_to(world.root).as_posix() for path in world.root.rglob("*") if path.is_file()}
    assert {name for name in files if not name.startswith(".annogeo")} == {
        "items/fine.png",
        "json/fine.png.json",
        "ontology.json",
    }
    assert {path.name for path in world.root.parent.iterdir()} == {"ws"}


def test_a_link_out_of_the_workspace_is_not_followed(world: World, tmp_path: Path) -> None:
    world.store.add_item(world.dataset, "/link/x.png", PNG)
    outside = tmp_path / "outside"
    outside.mkdir()
    (world.root / "items").mkdir(parents=True)
    (world.root / "items/link").symlink_to(outside)

    assert world.pull().counts == {"failed": 1}
    assert list(outside.iterdir()) == []


def test_link_items_are_not_followed(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", b"")
    shebang = {"linkInfo": {"type": "url", "ref": "file:///etc/passwd"}}
    world.store.items[item]["metadata"]["system"]["shebang"] = shebang

    report = world.pull()
    assert "not followed" in report.outcomes[0].message
    assert not (world.root / "items/1.png").exists()
    assert world.platform.count("GET", "/stream") == 0


def test_items_with_one_stem_have_a_file_each(world: World) -> None:
    for name, label in (("/pic.png", "a"), ("/pic.jpg", "b")):
        world.store.add_annotation(world.store.add_item(world.dataset, name, PNG), named(label))
    world.pull()

    assert (world.labels("pic.png"), world.labels("pic.jpg")) == (["a"], ["b"])


def test_only_what_is_asked_for_comes(world: World) -> None:
    for name in ("/a/1.png", "/a/b/2.png", "/c/3.png"):
        world.store.add_annotation(world.store.add_item(world.dataset, name, PNG))

    assert [o.path for o in world.pull(include=["a"], exclude=["*/b/*"]).outcomes] == ["a/1.png"]
    assert [o.path for o in world.pull(filters=Filters("dir", "/c")).outcomes] == ["c/3.png"]
    assert world.labels("c/3.png") == ["car"]
    assert world.pull(binaries=False).counts == {"downloaded": 1, "unchanged": 2}
    assert not (world.root / "items/a/b/2.png").exists()


def test_a_dry_run_writes_nothing(world: World) -> None:
    world.store.add_annotation(world.store.add_item(world.dataset, "/1.png", PNG))

    report = world.pull(dry_run=True)
    assert (report.counts, report.is_plan) == ({"downloaded": 1}, True)
    assert not (world.root / "items").exists()
    assert not (world.root / "json").exists()
    assert world.platform.count("GET", "/stream") == 0
    assert world.pull().counts == {"downloaded": 1}
    assert world.pull(dry_run=True).counts == {"unchanged": 1}


def test_what_is_gone_stays_until_it_is_pruned_within_a_cap(world: World) -> None:
    ids = [world.store.add_item(world.dataset, f"/{k}.png", PNG) for k in range(4)]
    for own in ids:
        world.store.add_annotation(own)
    world.pull()
    world.edit("2.png", lambda entries: entries[0].update(label="mine"))
    for own in ids[1:]:
        world.store.delete_item(own)

    assert world.pull().counts == {"gone": 3, "unchanged": 1}
    with pytest.raises(SyncError, match="max_delete"):
        world.pull(prune=True, max_delete=2)
    assert (world.root / "items/1.png").exists()
    assert world.pull(prune=True).counts == {"kept": 1, "pruned": 2, "unchanged": 1}
    assert not (world.root / "items/1.png").exists()
    assert len(list((world.root / ".annogeo/trash").rglob("1.png*"))) == 2
    assert world.labels("2.png") == ["mine"]


def test_an_incomplete_listing_prunes_nothing(world: World) -> None:
    for k in range(4):
        world.store.add_item(world.dataset, f"/{k}.png", PNG)
    world.pull()
    world.platform.fault("POST", "/query", before=400, skip=1, times=-1)

    with pytest.raises(SyncError):
        world.pull(prune=True, filters=None)
    assert len(list((world.root / "items").iterdir())) == 4


def test_names_may_be_exchanged_on_the_server(world: World) -> None:
    one, two = (world.store.add_item(world.dataset, name, name.encode()) for name in ("/a.png", "/b.png"))
    for own, label in ((one, "one"), (two, "two")):
        world.store.add_annotation(own, named(label))
    world.pull()
    world.edit("a.png", lambda entries: entries.append(named("mine")))
    for own, name in ((one, "/b.png"), (two, "/a.png")):
        world.store.items[own].update(filename=name, name=name[1:], updatedAt=world.store.now())
    world.pull()

    assert (world.labels("b.png"), world.labels("a.png")) == (["one", "mine"], ["two"])
    assert (world.root / "items/b.png").read_bytes() == b"/a.png"


def test_an_item_that_is_replaced_by_another_of_its_name(world: World) -> None:
    old = world.store.add_item(world.dataset, "/a.png", b"old")
    world.store.add_annotation(old, named("old"))
    world.pull()
    world.store.delete_item(old)
    new = world.store.add_item(world.dataset, "/a.png", b"new")
    world.store.add_annotation(new, named("new"))
    world.pull()

    assert world.labels("a.png") == ["new"]
    assert (world.root / "items/a.png").read_bytes() == b"new"
    assert world.push().outcomes == []


def test_bytes_that_break_off_go_on_and_wrong_sizes_are_told(world: World) -> None:
    data = bytes(range(256)) * 40
    world.store.add_item(world.dataset, "/1.png", data)
    world.remote.me()
    world.platform.fault("GET", "/stream", cut=3000)
    world.platform.fault("GET", "/stream", short=2000)

    assert world.pull().counts == {"downloaded": 1}
    assert (world.root / "items/1.png").read_bytes() == data
    other = world.store.add_item(world.dataset, "/2.png", data)
    world.store.items[other]["metadata"]["system"]["size"] = 7
    report = world.pull()
    assert "expected 7 bytes" in report.of("failed")[0].message
    assert not (world.root / "items/2.png").exists()


def test_bytes_that_never_come_are_a_failure_and_the_others_come(world: World) -> None:
    world.store.add_item(world.dataset, "/1.png", bytes(100))
    other = world.store.add_item(world.dataset, "/2.png", bytes(100))
    world.remote.me()
    world.platform.fault("GET", f"{other}/stream", cut=0, times=-1)

    report = world.pull()
    assert report.counts == {"downloaded": 1, "failed": 1}
    assert not report.ok
    world.platform.faults.clear()
    assert world.pull().counts == {"downloaded": 1, "unchanged": 1}


def test_a_part_that_a_killed_run_left_is_gone_on_with_only_where_it_is_of_the_same_version(
    world: World,
) -> None:
    data = bytes(range(256)) * 20
    item = world.store.add_item(world.dataset, "/1.png", data)
    world.platform.fault("GET", "/stream", short=3000)
    world.platform.fault("GET", "/stream", before=404)
    assert world.pull().counts == {"gone": 1}
    (part,) = (world.root / ".annogeo/tmp").glob("*.part")
    assert part.stat().st_size == 3000

    assert world.pull().counts == {"downloaded": 1}
    assert world.platform.headers[-1]["range"] == "bytes=3000-"
    assert (world.root / "items/1.png").read_bytes() == data
    (world.root / ".annogeo/tmp" / part.name).write_bytes(b"old" * 10)
    world.store.bytes[item] = data[::-1]
    world.store.items[item]["updatedAt"] = world.store.now()
    assert world.pull().counts == {"downloaded": 1}
    assert (world.root / "items/1.png").read_bytes() == data[::-1]


def test_a_part_that_is_whole_is_put_in_place_and_not_asked_for_again(world: World) -> None:
    data = bytes(range(256)) * 20
    world.store.add_item(world.dataset, "/1.png", data)
    world.platform.fault("GET", "/stream", short=3000)
    world.platform.fault("GET", "/stream", before=404)
    world.pull()
    (part,) = (world.root / ".annogeo/tmp").glob("*.part")
    part.write_bytes(data)  # the run was stopped between the last byte and putting it in place
    asked = world.platform.count("GET", "/stream")

    assert world.pull().counts == {"downloaded": 1}
    assert world.platform.count("GET", "/stream") == asked
    assert (world.root / "items/1.png").read_bytes() == data


def test_twenty_thousand_annotations_on_one_item(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    for k in range(20_000):
        made = {**box(), "id": f"{k:024x}", "itemId": item, "datasetId": world.dataset}
        world.store.annotations[made["id"]] = made

    assert world.pull().counts == {"downloaded": 1}
    assert len(world.document("1.png")["annotations"]) == 20_000
    assert world.platform.count("POST", "/query") <= 22


def test_an_item_that_vanishes_on_the_way_is_gone_and_no_error(world: World) -> None:
    for k in range(3):
        world.store.add_item(world.dataset, f"/{k}.png", PNG)
    world.platform.fault("GET", "/stream", before=404)

    report = world.pull(jobs=1)
    assert report.counts == {"downloaded": 2, "gone": 1}
    assert report.ok


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="needs a folder that is read-only to us")
def test_a_read_only_target_is_told(world: World) -> None:
    world.store.add_item(world.dataset, "/1.png", PNG)
    world.pull()
    world.store.add_item(world.dataset, "/2.png", PNG)
    (world.root / "items").chmod(0o500)
    try:
        report = world.pull()
    finally:
        (world.root / "items").chmod(0o700)
    assert report.counts == {"failed": 1, "unchanged": 1}


def test_a_full_disk_leaves_the_old_files_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.store.add_annotation(item)
    world.pull()
    before = (world.root / "json/1.png.json").read_bytes()
    world.store.add_annotation(item)

    def full(path: Any, data: Any) -> None:
        raise InputError("could not be written: no space left on device", path=str(path))

    with monkeypatch.context() as patched:
        patched.setattr("annogeo.sync.pulling.write_bytes", full)
        report = world.pull(binaries=False)
    assert "no space" in report.of("failed")[0].message
    assert (world.root / "json/1.png.json").read_bytes() == before
    assert world.pull().counts == {"updated": 1}


def test_two_runs_do_not_mix(world: World) -> None:
    world.store.add_item(world.dataset, "/1.png", PNG)
    world.pull()
    import subprocess

    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time\nfrom annogeo.sync.lock import locked\n"
            "with locked(sys.argv[1]):\n    print('held', flush=True); time.sleep(60)",
            str(world.root / ".annogeo/lock"),
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert held.stdout is not None
        held.stdout.readline()
        with pytest.raises(SyncError, match=f"process {held.pid}"):
            world.pull()
    finally:
        held.kill()
        held.wait()
    assert world.pull().ok


def test_a_workspace_stands_for_one_dataset(world: World) -> None:
    world.store.add_item(world.dataset, "/1.png", PNG)
    with pytest.raises(SyncError, match="no workspace"):
        world.workspace.status()
    with pytest.raises(InputError, match="first pull"):
        world.workspace.pull(world.remote)
    world.pull()
    assert world.workspace.pull(world.remote).ok
    with pytest.raises(InputError, match="another folder"):
        world.workspace.pull(world.remote, world.store.add_dataset())


def test_the_state_may_be_deleted(world: World) -> None:
    import shutil

    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.store.add_annotation(item, named("a"))
    world.pull()
    world.edit("1.png", lambda entries: entries.append(named("mine")))
    shutil.rmtree(world.root / ".annogeo")
    world.pull()

    assert world.labels("1.png") == ["a", "mine"]
    world.push()
    assert world.remote_labels(item) == ["a", "mine"]


# --- push -------------------------------------------------------------------------------------------------------------


def test_a_push_sends_what_was_changed_and_a_second_one_nothing(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    ids = [world.store.add_annotation(item, named(label)) for label in "abc"]
    world.pull()
    world.edit("1.png", lambda entries: entries[0].update(label="A"))
    world.edit("1.png", lambda entries: entries.append(named("new")))
    world.edit("1.png", lambda entries: entries.pop(1))

    plan = world.push(plan_only=True, delete=True)
    assert (plan.counts, plan.is_plan) == ({"created": 1, "deleted": 1, "updated": 1}, True)
    assert world.remote_labels(item) == ["a", "b", "c"]
    report = world.push()
    assert report.counts == {"created": 1, "kept": 1, "updated": 1}
    assert world.remote_labels(item) == ["A", "b", "c", "new"]
    assert world.push(delete=True).counts == {"deleted": 1}
    assert world.remote_labels(item) == ["A", "c", "new"]
    assert ids[1] in next((world.root / ".annogeo/trash").rglob("1.png.*.json")).read_text()
    entries = world.document("1.png")["annotations"]
    assert all(entry["id"] in world.store.annotations and "annogeo_key" not in entry for entry in entries)
    assert world.push(delete=True).outcomes == []
    assert world.pull().counts == {"unchanged": 1}


def test_attributes_status_and_frames_are_sent_too(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    own = world.store.add_annotation(item)
    world.store.annotations[own]["metadata"]["system"].update(attributes={"1": "x", "2": "y"}, old=1)
    world.pull()

    def change(entries: list[Any]) -> None:
        system = entries[0]["metadata"]["system"]
        system["attributes"] = {"1": "z"}
        system["status"] = "approved"
        del system["old"]

    world.edit("1.png", change)
    world.push()
    system = world.store.annotations[own]["metadata"]["system"]
    assert (system["attributes"], system["status"], system["old"]) == ({"1": "z"}, "approved", None)
    assert world.push().outcomes == []


def test_many_go_in_batches(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.pull()
    world.edit("1.png", lambda entries: entries.extend(box(left=k) for k in range(250)))

    assert world.push().counts == {"created": 250}
    assert world.platform.count("POST", f"/items/{item}/annotations") == 3
    assert [entry["coordinates"][0]["x"] for entry in world.document("1.png")["annotations"]] == list(
        range(250)
    )


@pytest.mark.parametrize(
    "fault", [{"after": 502}, {"after": "reset"}, {"before": 503}, {"before": "reset"}, {"cut": 9}]
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_lost_answer_doubles_nothing(world: World, fault: dict[str, Any], times: int) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.store.add_annotation(item, box(left=1))
    world.pull()
    world.edit("1.png", lambda entries: entries.extend([box(left=1), box(left=2), box(left=2)]))
    world.platform.fault("POST", f"/items/{item}/annotations", times=times, **fault)

    assert world.push().counts == {"created": 3}
    assert len(world.store.of_item(item)) == 4
    assert world.push().outcomes == []


def test_an_answer_that_stays_lost_is_settled_by_the_next_run_even_after_an_edit(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.pull()
    world.edit("1.png", lambda entries: entries.append(named("new")))
    world.platform.fault("POST", f"/items/{item}/annotations", after=502)
    world.platform.fault("POST", "/query", skip=1, before=400, times=-1)  # nor can it be read back
    report = world.push()
    assert not report.ok
    world.platform.faults.clear()
    world.edit("1.png", lambda entries: entries[0].update(label="edited"))

    report = world.push()
    assert report.ok
    assert world.remote_labels(item) == ["edited"]


def test_a_refused_annotation_is_named_and_the_others_go(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.pull()
    labels = ["a", "b", "wrong", "c", "d"]
    world.edit("1.png", lambda entries: entries.extend(named(label) for label in labels))
    create = world.store.create

    def picky(owner: str, given: Any) -> Any:
        if given["label"] == "wrong":
            raise KeyError
        return create(owner, given)

    world.store.create = picky  # type: ignore[method-assign]
    report = world.push()
    assert report.counts == {"created": 4, "failed": 1}
    assert "'wrong'" in report.of("failed")[0].message
    assert world.remote_labels(item) == ["a", "b", "c", "d"]
    world.store.create = create  # type: ignore[method-assign]
    assert world.push().counts == {"created": 1}


def test_deleting_has_a_cap_that_is_looked_at_first(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    for _ in range(5):
        world.store.add_annotation(item)
    world.pull()
    world.edit("1.png", lambda entries: entries.clear())
    world.edit("1.png", lambda entries: entries.append(named("new")))

    with pytest.raises(SyncError, match="max_delete"):
        world.push(delete=True, max_delete=4)
    assert world.remote_labels(item) == ["car"] * 5


def test_an_update_of_what_is_deleted_there_is_a_conflict(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    own = world.store.add_annotation(item)
    world.pull()
    world.edit("1.png", lambda entries: entries[0].update(label="mine"))
    world.platform.fault("PUT", "/annotations", before=404)
    del own

    assert world.push().counts == {"conflict": 1}
    assert world.labels("1.png") == ["mine"]


def test_what_is_no_annotation_is_told_and_nothing_of_its_item_is_sent(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.pull()
    world.edit("1.png", lambda entries: entries.extend([named("a"), "what", {"label": 3}]))

    report = world.push()
    assert report.counts == {"failed": 1}
    assert "$.annotations[1]" in report.outcomes[0].message
    assert world.remote_labels(item) == []
    world.store.add_annotation(item, named("b"))
    assert world.pull().counts == {"updated": 1}
    assert world.document("1.png")["annotations"][1] == "what"


def test_a_copied_annotation_is_a_new_one(world: World) -> None:
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.store.add_annotation(item)
    world.pull()
    world.edit("1.png", lambda entries: entries.append({**entries[0], "label": "copy"}))

    assert world.push().counts == {"created": 1}
    assert world.remote_labels(item) == ["car", "copy"]


def test_a_token_that_ends_in_the_middle_loses_nothing(world: World) -> None:
    ids = [world.store.add_item(world.dataset, f"/{k}.png", PNG) for k in range(3)]
    world.pull()
    for k in range(3):
        world.edit(f"{k}.png", lambda entries: entries.append(named("new")))
    token, world.platform.token = world.platform.token, "another"
    world.platform.faults.clear()
    with pytest.raises(SyncError, match="401"):
        world.push()
    world.platform.token = token

    assert world.push().counts == {"created": 3}
    assert [world.remote_labels(own) for own in ids] == [["new"]] * 3


def test_the_token_is_nowhere_in_the_workspace_or_the_logs(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    item = world.store.add_item(world.dataset, "/1.png", PNG)
    world.pull()
    world.edit("1.png", lambda entries: entries.append(named("new")))
    world.platform.fault("POST", f"/items/{item}/annotations", after=502)
    report = world.push()

    needle = world.platform.token.encode()
    assert caplog.records  # urllib3 tells what it does
    assert needle.decode() not in caplog.text
    assert needle.decode() not in json.dumps(report.to_json())
    for path in world.root.rglob("*"):
        assert not path.is_file() or needle not in path.read_bytes()
