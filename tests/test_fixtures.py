"""The demo data set holds what its README says, and comes out of its script again."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import annogeo as ag
from fixtures import make_demo

FIXTURES = Path(__file__).parents[1] / "fixtures"
DOCUMENTS = sorted((FIXTURES / "demo/json").rglob("*.json"))
DRAWABLE = {"binary", "box", "cube", "ellipse", "note", "point", "polyline", "pose", "segment"}

every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def image_of(document: dict[str, Any]) -> Image.Image:
    return Image.open(FIXTURES / "demo/items" / document["filename"].lstrip("/"))


def alpha_of(uri: str) -> np.ndarray:
    png = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(png)))[..., 3] > 127


@every_document
def test_size_in_the_document_is_that_of_the_photo(path: Path) -> None:
    document = read(path)
    system = document["metadata"]["system"]

    with image_of(document) as image:
        assert image.size == (system["width"], system["height"])


@every_document
def test_masks_have_the_photo_s_size_and_are_not_empty(path: Path) -> None:
    document = read(path)
    system = document["metadata"]["system"]

    for annotation in document["annotations"]:
        if annotation["type"] == "binary":
            mask = alpha_of(annotation["coordinates"])
            assert mask.shape == (system["height"], system["width"])
            assert mask.any()


@every_document
def test_parents_are_poses_of_the_same_item(path: Path) -> None:
    annotations = read(path)["annotations"]
    poses = {a["id"] for a in annotations if a["type"] == "pose"}

    parents = {
        a["metadata"]["system"]["parentId"] for a in annotations if "parentId" in a["metadata"]["system"]
    }

    assert parents == poses


def test_ids_are_unique() -> None:
    ids = [annotation["id"] for path in DOCUMENTS for annotation in read(path)["annotations"]]

    assert len(ids) == len(set(ids))


def test_every_drawable_type_appears() -> None:
    types = {annotation["type"] for path in DOCUMENTS for annotation in read(path)["annotations"]}

    assert types >= DRAWABLE


def test_every_label_is_in_the_ontology() -> None:
    labels = {a["label"] for path in DOCUMENTS for a in read(path)["annotations"]} - {"item.description"}
    ontology = ag.Ontology.from_json((FIXTURES / "ontology.json").read_bytes())

    assert labels <= set(ontology.instance_map)


def test_pose_templates_name_the_points_of_the_poses() -> None:
    ontology = ag.Ontology.from_json((FIXTURES / "ontology.json").read_bytes())

    for path in DOCUMENTS:
        annotations = read(path)["annotations"]
        for pose in (a for a in annotations if a["type"] == "pose"):
            points = [
                a["label"] for a in annotations if a["metadata"]["system"].get("parentId") == pose["id"]
            ]
            assert tuple(points) == ontology.skeletons[pose["coordinates"]["templateId"]].points


def test_script_makes_the_committed_data_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("skimage.data")

    make_demo.main(tmp_path / "demo")

    for path in DOCUMENTS:
        made = read(tmp_path / "demo/json" / path.relative_to(FIXTURES / "demo/json"))
        assert_same_document(made, read(path))


def assert_same_document(made: dict[str, Any], committed: dict[str, Any]) -> None:
    """Compare all but what encoders decide: the photo's file size, the bytes of a mask's PNG."""
    for document in (made, committed):
        del document["metadata"]["system"]["size"]
    for ours, theirs in zip(made["annotations"], committed["annotations"], strict=True):
        if ours["type"] == "binary":
            a, b = alpha_of(ours.pop("coordinates")), alpha_of(theirs.pop("coordinates"))
            assert (a & b).sum() >= 0.99 * (a | b).sum()
    assert made == committed


@every_document
def test_document_reads_without_problems_and_writes_back_equal(path: Path) -> None:
    document = read(path)

    collection = ag.AnnotationCollection.from_json(path.read_bytes(), strict=True)

    assert collection.problems == []
    assert collection.to_json()["annotations"] == document["annotations"]


@every_document
@pytest.mark.parametrize("view", ["mask", "instance", "object_id", "overlay"])
def test_every_view_shows_something(path: Path, view: str) -> None:
    document = read(path)
    with image_of(document) as image:
        photo = np.asarray(image)
    collection = ag.AnnotationCollection.from_json(path.read_bytes())

    drawn = ag.render(collection, (view,), image=photo if view == "overlay" else None, ids=None)[view]

    assert drawn.shape[:2] == photo.shape[:2]
    assert (drawn != photo).any() if view == "overlay" and drawn.shape == photo.shape else drawn.any()


def test_folder_loads_with_all_items_paired() -> None:
    dataset = ag.load(FIXTURES / "demo")

    assert len(dataset) == len(DOCUMENTS)
    assert list(dataset.problems) == []


def test_clip_comes_out_of_its_script_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from fixtures import make_clip

    make_clip.main(tmp_path)

    assert read(tmp_path / "astronaut.json") == read(FIXTURES / "clip/astronaut.json")
    pairs = zip(
        ag.video_frames(tmp_path / "astronaut.mp4"),
        ag.video_frames(FIXTURES / "clip/astronaut.mp4"),
        strict=True,
    )
    for (_, time, made), (_, known_time, known) in pairs:
        assert time == known_time
        # which grain is kept, the encoder decides by the processor; blocks of pixels look the same
        height, width = (size // 8 * 8 for size in made.shape[:2])
        change = (made.astype(int) - known)[:height, :width].reshape(height // 8, 8, width // 8, 8, 3)
        assert np.abs(change.mean((1, 3))).mean() < 2


def test_tracks_of_the_clip_stay_on_what_they_mark() -> None:
    from fixtures import make_clip

    clip = ag.AnnotationCollection.from_json((FIXTURES / "clip/astronaut.json").read_bytes(), strict=True)
    badge = next(a for a in clip if a.label == "suit.badge")
    places = []
    for frame in range(50):
        seen_at = badge.at_frame(frame).bounds + np.tile(make_clip.camera(frame), 2)
        places.append(seen_at / make_clip.SCALE)
    assert np.ptp(places, axis=0).max() < 0.05
