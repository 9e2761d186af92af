"""The verbs of annotations and collections, on items from a remote and from a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import annogeo as ag
from annogeo.errors import InputError, SyncError, UnsupportedError
from annogeo.sync import AnswerError, Remote, Workspace
from tests.emulator import Emulator
from tests.emulator.store import box


@pytest.fixture
def item(platform: Emulator) -> str:
    made = platform.store.add_item(platform.store.add_dataset(), "/a.png", b"png")
    platform.store.add_annotation(made, box("car"))
    return made


def labels(platform: Emulator, item: str) -> list[str]:
    return sorted(one["label"] for one in platform.store.of_item(item))


def test_a_collection_is_uploaded_once_whatever_the_network_does(
    platform: Emulator, remote: Remote, item: str
) -> None:
    collection = remote.get_item(item).annotations()
    for k in range(120):
        collection.add(ag.Box(k, 0, k + 5, 5, "new"))
    platform.fault("POST", f"/items/{item}/annotations", after=502)

    assert collection.upload() is collection
    assert len(platform.store.of_item(item)) == 121
    assert all(annotation.id in platform.store.annotations for annotation in collection)
    collection.upload()
    assert len(platform.store.of_item(item)) == 121
    assert platform.count("PUT") == 0


def test_one_annotation_is_changed_and_deleted(platform: Emulator, remote: Remote, item: str) -> None:
    annotation = remote.get_item(item).annotations()[0]
    annotation.label = "bus"
    annotation.object_id = 7
    annotation.attributes = {"1": "red"}
    platform.fault("PUT", "/annotations", after="reset")

    annotation.update()
    stored = platform.store.annotations[annotation.id]
    assert (stored["label"], stored["metadata"]["system"]["objectId"]) == ("bus", "7")
    assert annotation.update_status("approved").status == "approved"
    assert stored["metadata"]["system"]["status"] == "approved"
    assert annotation.delete()
    assert labels(platform, item) == []
    assert annotation.delete()  # it is gone: that is what was asked for
    with pytest.raises(SyncError, match="no longer"):
        annotation.update()


def test_what_is_refused_names_the_annotation(platform: Emulator, remote: Remote, item: str) -> None:
    annotation = remote.get_item(item).annotations()[0]
    annotation.label = "bus"
    platform.fault("PUT", "/annotations", before=403)

    with pytest.raises(AnswerError) as caught:
        annotation.update()
    assert caught.value.annotation_id == annotation.id


def test_what_has_no_id_cannot_be_updated(remote: Remote, item: str) -> None:
    collection = remote.get_item(item).annotations()
    collection.add(ag.Point(1, 2, "nose"))

    for verb in (collection.update, collection.delete, collection[1].update, collection[1].update_status):
        with pytest.raises(InputError, match=r"upload\(\)"):
            verb()


def test_an_item_of_a_workspace(platform: Emulator, remote: Remote, item: str, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    dataset = platform.store.items[item]["datasetId"]
    workspace.pull(remote, dataset)
    made = workspace.get_item("a.png", remote)
    collection = made.annotations()
    collection.add(ag.Point(1, 2, "nose"))
    collection.upload()

    assert made.path == str(tmp_path / "items/a.png")
    assert labels(platform, item) == ["car", "nose"]
    assert workspace.pull(remote).counts == {"updated": 1}
    assert workspace.push(remote).outcomes == []
    assert labels(platform, item) == ["car", "nose"]


def test_a_changed_picture_has_no_platform(remote: Remote, item: str) -> None:
    flipped: Any = ag.flip(remote.get_item(item).annotations())

    with pytest.raises(UnsupportedError):
        flipped.collection.upload()
