"""`download`: paths, formats, EXIF orientations, the platform's JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from annogeo.definitions import Box
from annogeo.errors import InputError
from annogeo.model import Annotation, AnnotationCollection, Item, Ontology
from annogeo.video import video_frames
from tests.video.clips import make_clip

H, W = 48, 64
BOX = Box(2, 4, 12, 9, "car")
PICTURE = (np.arange(H * W * 3) % 251).astype(np.uint8).reshape(H, W, 3)


def _collection(name: str | None = "/dir/scene.jpg", **item: Any) -> AnnotationCollection:
    ontology = Ontology(color_map={"car": (255, 0, 0)}, instance_map={"car": 7})
    collection = AnnotationCollection(item=Item(name, height=H, width=W, ontology=ontology, **item))
    collection.add(BOX, object_id=300)
    return collection


def _pixels(path: str | Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGBA") if image.mode == "P" else image)


def _displayed(orientation: int, picture: np.ndarray) -> np.ndarray:
    """A second opinion on what each EXIF orientation means: where the stored row 0 and column 0 are seen."""
    turns = {
        1: (0, False),
        2: (0, True),
        3: (2, False),
        4: (2, True),
        5: (3, True),
        6: (3, False),
        7: (1, True),
    }
    quarter_turns, mirrored = turns.get(orientation, (1, False))
    turned = np.rot90(picture, quarter_turns)
    return turned[:, ::-1] if mirrored else turned


# --- paths ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "name"),
    [("json", "scene.json"), ("mask", "scene.png"), ("instance", "scene.png"), ("object_id", "scene.png")],
)
def test_folder_gets_a_file_named_after_the_item(tmp_path: Path, view: str, name: str) -> None:
    written = _collection().download(tmp_path / "folder", annotation_format=view)

    assert written == str(tmp_path / "folder" / name)
    assert Path(written).exists()


def test_annotation_in_a_folder_is_named_after_its_id(tmp_path: Path) -> None:
    annotation = Annotation(annotation_definition=BOX, id="a1", item_height=H, item_width=W)

    assert annotation.download(tmp_path, annotation_format="mask") == str(tmp_path / "a1.png")


def test_b_items_and_ids_are_not_needed(tmp_path: Path) -> None:
    collection = AnnotationCollection()
    collection.add(BOX)

    for source in (collection, collection[0]):
        written = source.download(tmp_path, annotation_format="mask", height=H, width=W)
        assert _pixels(written).shape[:2] == (H, W)


@pytest.mark.parametrize("name", ["../../evil.jpg", "..", "/", "C:\\evil\\..\\x.jpg", "a/../b.png"])
def test_names_from_data_stay_inside_the_folder(tmp_path: Path, name: str) -> None:
    written = _collection(name).download(tmp_path / "out", annotation_format="json")

    assert Path(written).parent == tmp_path / "out"


@pytest.mark.parametrize(
    ("view", "name"),
    [("mask", "x.out"), ("mask", "x.jpg"), ("instance", "x.jpg"), ("json", "x.png"), ("img_mask", "x.json")],
)
def test_extensions_that_do_not_suit_are_refused(tmp_path: Path, view: str, name: str) -> None:
    with pytest.raises(InputError, match="expected a file name"):
        _collection().download(tmp_path / name, annotation_format=view)

    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("view", "name"),
    [("img_mask", "clip.mp4"), ("mask", "clip.mkv"), ("instance", "clip.mkv"), ("object_id", "clip.mkv")],
)
def test_views_of_videos_are_videos(tmp_path: Path, view: str, name: str) -> None:
    source = make_clip(tmp_path / "in.mp4", n=5, size=(H, W))
    video = _collection("/clip.mp4", fps=25, path=str(source))

    written = video.download(tmp_path / "out", annotation_format=view, thickness=-1)

    assert Path(written) == tmp_path / "out" / name
    found = [rgb for _, _, rgb in video_frames(written)]
    assert len(found) == 5
    expected, most = {
        "img_mask": ((255, 0, 0), 60),
        "mask": ((255, 0, 0), 3),
        "instance": ((7, 7, 7), 0),
        "object_id": ((1, 1, 1), 0),  # 300 of 65535
    }[view]
    assert np.abs(found[0][6, 6].astype(int) - expected).max() <= most
    assert Path(video.download(tmp_path, annotation_format="json")).exists()


def test_views_of_videos_need_the_video(tmp_path: Path) -> None:
    video = _collection("/clip.mp4", fps=25)

    with pytest.raises(InputError, match=r"needs the video.*img_filepath"):
        video.download(tmp_path, annotation_format="mask")
    with pytest.raises(InputError, match=r"expected a file name that ends in \.mkv"):
        video.download(tmp_path / "x.png", annotation_format="mask")
    source = make_clip(tmp_path / "in.mp4", n=2, size=(H, W))
    assert Path(video.download(tmp_path / "ids.avi", source, annotation_format="instance")).exists()


# --- contents ---------------------------------------------------------------------------------------------------


def test_json_ends_with_the_items_metadata(tmp_path: Path) -> None:
    collection = _collection(metadata={"system": {"width": W}})

    document = json.loads(Path(collection.download(tmp_path, annotation_format="json")).read_bytes())

    assert list(document) == ["_id", "filename", "annotations", "metadata"]
    assert document["annotations"] == collection.to_json()["annotations"]


@pytest.mark.parametrize("view", ["mask", "instance", "object_id"])
def test_file_has_the_pixels_that_show_gives(tmp_path: Path, view: str) -> None:
    collection = _collection()

    written = collection.download(tmp_path, annotation_format=view, alpha=0.5, thickness=-1)

    shown = collection.show(annotation_format=view, alpha=0.5, thickness=-1)
    read = _pixels(written)
    touched = np.ones((H, W), np.bool_) if shown.ndim == 2 else shown[..., 3] > 0
    np.testing.assert_array_equal(read[touched], shown[touched])
    np.testing.assert_array_equal(read[~touched], shown[~touched])


def test_a16_ids_over_255_are_written_in_16_bits(tmp_path: Path) -> None:
    written = _collection().download(tmp_path, annotation_format="object_id", thickness=-1)

    assert _pixels(written).max() == 300


def test_ids_over_65535_that_lie_outside_the_picture_do_not_matter(tmp_path: Path) -> None:
    collection = _collection()
    collection.add(Box(W + 1, 0, W + 9, 9, "car"), object_id=70_000)

    written = collection.download(tmp_path, annotation_format="object_id", thickness=-1)

    assert _pixels(written).max() == 300


@pytest.mark.parametrize("name", ["x.png", "x.tif"])
def test_ids_over_65535_are_refused(tmp_path: Path, name: str) -> None:
    collection = AnnotationCollection()
    collection.add(BOX, object_id=70_000)

    with pytest.raises(InputError, match="65535"):
        collection.download(tmp_path / name, annotation_format="object_id", height=H, width=W, thickness=-1)


@pytest.mark.parametrize("name", ["x.png", "x.tif", "x.bmp", "x.jpg", "x.webp", "x.PNG"])
def test_overlay_is_the_picture_with_annotations(tmp_path: Path, name: str) -> None:
    source = tmp_path / "source.png"
    Image.fromarray(PICTURE).save(source)

    written = _collection().download(tmp_path / name, source, annotation_format="img_mask", thickness=-1)

    assert _pixels(written).shape == (H, W, 3)
    if name.lower().endswith(("png", "tif", "bmp")):
        assert _pixels(written)[6, 6].tolist() == [255, 0, 0]
        np.testing.assert_array_equal(_pixels(written)[20:], PICTURE[20:])


def test_overlay_falls_back_to_the_items_own_file(tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    Image.fromarray(PICTURE).save(source)

    written = _collection(path=str(source)).download(tmp_path / "x.png", annotation_format="img_mask")

    np.testing.assert_array_equal(_pixels(written)[20:], PICTURE[20:])


def test_overlay_without_a_picture_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="img_filepath"):
        _collection().download(tmp_path / "x.png", annotation_format="img_mask")


def test_labels_are_written_into_files_too(tmp_path: Path) -> None:
    plain, labelled = (
        _pixels(_collection().download(tmp_path / name, annotation_format="mask", with_text=text))
        for name, text in (("a.png", False), ("b.png", True))
    )

    assert (plain != labelled).any()


# --- EXIF orientation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a17_mask_lies_on_the_stored_picture_where_it_was_drawn_on_the_displayed_one(
    tmp_path: Path, orientation: int
) -> None:
    """The box is drawn at 2..12 x 4..9 of the displayed picture; turning the file as EXIF says puts it there."""
    written = _collection().download(
        tmp_path / "mask.png", annotation_format="instance", orientation=orientation, thickness=-1
    )

    displayed = _displayed(orientation, _pixels(written))
    assert displayed.shape == (H, W)
    assert np.count_nonzero(displayed) == 50
    assert (displayed[4:9, 2:12] == 7).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a17_overlay_lies_on_the_stored_picture(tmp_path: Path, orientation: int) -> None:
    source = tmp_path / "stored.png"
    Image.fromarray(PICTURE).save(source)

    written = _collection().download(
        tmp_path / "overlay.png", source, annotation_format="img_mask", orientation=orientation, thickness=-1
    )

    stored = _pixels(written)
    assert stored.shape == PICTURE.shape
    displayed = _displayed(orientation, stored)
    changed = (displayed != _displayed(orientation, PICTURE)).any(axis=2)
    assert (displayed[4:9, 2:12] == (255, 0, 0)).all()
    changed[4:9, 2:12] = False
    assert not changed.any()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_without_an_orientation_the_file_is_as_people_see_the_picture(
    tmp_path: Path, orientation: int
) -> None:
    source = tmp_path / "stored.jpg"
    image = Image.fromarray(PICTURE)
    image.getexif()[0x0112] = orientation
    image.save(source, exif=image.getexif())

    written = _collection().download(
        tmp_path / "overlay.png", source, annotation_format="img_mask", thickness=-1
    )

    shown = _pixels(written)
    assert shown.shape == _displayed(orientation, PICTURE).shape
    assert (shown[4:9, 2:12] == (255, 0, 0)).all()


@pytest.mark.parametrize("orientation", [-1, 9])
def test_unknown_orientation_is_refused(tmp_path: Path, orientation: int) -> None:
    with pytest.raises(InputError, match="orientation"):
        _collection().download(tmp_path / "x.png", annotation_format="mask", orientation=orientation)
