"""Items: what the platform's metadata says, and what is given instead."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

from annogeo.errors import InputError
from annogeo.model.item import Item
from annogeo.model.ontology import Ontology


def test_positional_arguments_are_filename_width_height_mimetype_fps() -> None:
    item = Item("/a/b.mp4", 64, 48, "video/mp4", 25)

    assert (item.filename, item.width, item.height, item.mimetype, item.fps) == (
        "/a/b.mp4",
        64,
        48,
        "video/mp4",
        25,
    )
    assert (item.name, item.dir) == ("b.mp4", "/a")


def test_metadata_is_read() -> None:
    item = Item(metadata={"fps": 30, "system": {"width": 64, "height": 48, "mimetype": "video/webm"}})

    assert (item.width, item.height, item.mimetype, item.fps) == (64, 48, "video/webm", 30)


@pytest.mark.parametrize(
    "metadata", [None, {}, {"system": None}, {"system": {"width": "x", "height": -1}}, 7]
)
def test_what_is_missing_is_none(metadata: object) -> None:
    item = Item(metadata=metadata)  # type: ignore[arg-type]

    assert (item.width, item.height, item.fps, item.mimetype, item.name) == (None,) * 5


def test_the_size_is_as_displayed() -> None:
    system = {"width": 64, "height": 48, "exif": {"Orientation": 6}}

    item = Item("a.jpg", metadata={"system": system})

    assert (item.width, item.height, item.orientation) == (48, 64, 6)


def test_a_video_may_have_its_size_under_ffmpeg() -> None:
    item = Item("a.mp4", metadata={"system": {"ffmpeg": {"width": 64, "height": 48}}})

    assert (item.width, item.height) == (64, 48)


def test_json_goes_back_and_forth() -> None:
    item = Item("/a.png", 4, 3, fps=Fraction(25), id="i1", dataset_id="d1")

    read = Item.from_json(item.to_json())

    assert (read.id, read.filename, read.width, read.height, read.fps) == ("i1", "/a.png", 4, 3, 25.0)


def test_the_ontology_may_come_from_the_dataset() -> None:
    class Dataset:
        ontology = Ontology(["a"])

    assert Item(dataset=Dataset()).ontology is Dataset.ontology


@pytest.mark.parametrize("fps", ["x", 0, -1, float("nan"), float("inf"), True])
def test_fps_that_is_no_frame_rate_is_refused_or_passed_over(fps: object) -> None:
    with pytest.raises(InputError, match="fps: expected"):
        Item("a.mp4", fps=fps)
    assert Item("a.mp4", metadata={"fps": fps}).fps is None


@pytest.mark.parametrize("size", ["4", -1, 4.5, [4]])
def test_size_is_a_whole_number(size: object) -> None:
    with pytest.raises(InputError, match="width: expected"):
        Item("a.png", width=size)  # type: ignore[arg-type]


def test_numpy_numbers_are_a_size() -> None:
    item = Item("a.png", width=np.int64(4), height=np.float32(3))  # type: ignore[arg-type]

    assert json.dumps(item.to_json()["metadata"]) == '{"system": {"width": 4, "height": 3}}'
