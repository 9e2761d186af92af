"""Real masks beside the checkout, by data set: made by people and by models, smooth and ragged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from annogeo.rle import Rle

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def of_map(ids: np.ndarray) -> Iterator[Rle]:
    """Give the mask of each id but 0."""
    for number in np.unique(ids):
        if number:
            yield Rle.from_mask(ids == number)


def pixels(path: Path) -> np.ndarray:
    """Read a picture as stored; colours as one number."""
    from PIL import Image

    with Image.open(path) as image:
        values = np.asarray(image)
    if values.ndim == 3:
        weights = 256 ** np.arange(3)
        return values[..., :3].astype(np.int64) @ weights
    return values


def coco() -> Iterator[Rle]:
    """Give 734 masks of cocoapi's example results."""
    path = DATA / "coco/cocoapi_results/instances_val2014_fakesegm100_results.json"
    for entry in json.loads(path.read_text(encoding="utf-8")):
        yield Rle.from_coco(entry["segmentation"])


def bdd() -> Iterator[Rle]:
    """Give the instances of BDD100K's bit masks: the id is in the last two channels."""
    from PIL import Image

    for path in sorted((DATA / "bdd100k/label").rglob("*.png")):
        with Image.open(path) as image:
            values = np.asarray(image)
        if values.ndim == 3 and values.shape[2] == 4:
            values = values[..., 2].astype(np.int64) << 8 | values[..., 3]
        elif values.ndim == 3:
            values = values[..., 0]
        yield from of_map(values)


def stardist() -> Iterator[Rle]:
    """Give 125 nuclei."""
    yield from of_map(pixels(DATA / "instance_map/stardist/mask2d.tif"))


def panoptic() -> Iterator[Rle]:
    """Give the segments of two COCO panoptic pictures."""
    for path in sorted((DATA / "panoptic/panopticapi/sample_data/panoptic_examples").glob("*.png")):
        yield from of_map(pixels(path))


def osvos() -> Iterator[Rle]:
    """Give the objects that a model found in the 80 frames of a video, in many pieces."""
    for path in sorted((DATA / "video/paragliding_launch/osvos_masks").glob("*.png")):
        yield from of_map(pixels(path))


def superannotate() -> Iterator[Rle]:
    """Give the instances of pixel projects, by colour."""
    for path in sorted((DATA / "superannotate/pixel").glob("*save.png")):
        yield from of_map(pixels(path))


SETS: dict[str, Callable[[], Iterator[Rle]]] = {
    "COCO": coco,
    "BDD100K": bdd,
    "stardist": stardist,
    "panoptic": panoptic,
    "osvos": osvos,
    "superannotate": superannotate,
}
