"""What the seed SDK draws, under rule ``opencv``: the same pixels, ids and colours, but for its recorded defects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annogeo.model import Annotation, AnnotationCollection, Item, Ontology
from tests.shared import shared, shared_files

pytestmark = [pytest.mark.shared, pytest.mark.filterwarnings("ignore::annogeo.errors.AnnogeoWarning")]

# The seed anti-aliases these (A1), so their pixels are no ids or colours.
SOFT_TYPES = frozenset({"box", "note", "point"})
WHITE = (255, 255, 255)  # what the seed gives a label without a colour; annogeo has a palette
DEFECTIVE = {
    "box_rotated": "A5: the seed draws turned boxes unturned",
    "polygon_holes_json": "A6: it drops all rings but the first",
    "segmentation_values": "A9: it paints every value but zero, soft ones below one half too",
}


def _scenes(without: frozenset[str] = frozenset()) -> list[str]:
    """Scenes with pictures and without annotations of these types."""
    paths = [path for path in shared_files("golden/*.json") if path.with_suffix(".npz").exists()]
    orders = {path.stem: json.loads(path.read_text(encoding="utf-8"))["order"] for path in paths}
    return [
        scene for scene, order in orders.items() if not without & {entry.partition(":")[0] for entry in order}
    ]


SCENES = _scenes()
HARD_SCENES = [scene for scene in _scenes(SOFT_TYPES) if scene not in DEFECTIVE]
PLAIN_SCENES = [
    scene
    for scene in _scenes(frozenset({"point"}))  # rings of another size there
    if scene not in DEFECTIVE
    and scene != "default_color_map"  # whose alpha byte does not say what was touched
]


def _collection(golden: dict[str, Any]) -> AnnotationCollection:
    platform = golden["platform"]
    colors = {label: color for label, color in golden["color_map"].items() if color is not None}
    for annotation in platform["annotations"]:
        colors.setdefault(annotation["label"], WHITE)
    item = Item(
        width=golden["width"],
        height=golden["height"],
        metadata=golden["item"]["metadata"],
        ontology=Ontology(color_map=colors, instance_map=golden["instance_map"]),
    )
    collection = AnnotationCollection.from_json(golden.get("input_json") or platform, item=item)
    resorted = "input_json" in golden  # A19: on loading, the seed sorts by label

    def place(annotation: Annotation) -> tuple[bool, str]:
        # and it draws masks first, whatever the order
        return annotation.type != "binary", annotation.label if resorted else ""

    return collection.like(sorted(collection, key=place))


def _shown(collection: AnnotationCollection, output: dict[str, Any], images: Any) -> np.ndarray:
    optional = ("alpha", "color", "label_instance_dict", "frame_num")
    arguments = {name: output[name] for name in optional if output.get(name) is not None}
    image = images[f"input_{output['on']}"] if output.get("on") else None
    as_the_seed = {"rule": "opencv", "interpolation": "hold"}
    shown = collection.show(
        image,
        thickness=output["thickness"],
        annotation_format=output["view"],
        **as_the_seed,  # type: ignore[arg-type]
        **arguments,
    )
    return np.asarray(shown)


def _touched(view: np.ndarray) -> np.ndarray:
    return view != 0 if view.ndim == 2 else view[..., -1] != 0


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    union = np.count_nonzero(a | b)
    return 1.0 if union == 0 else np.count_nonzero(a & b) / union


def _hides_something(collection: AnnotationCollection, frame: int | None) -> bool:
    """A4: the seed draws objects that are not visible."""
    states = [] if frame is None else [annotation.at_frame(frame) for annotation in collection]
    return any(state is not None and not state.object_visible for state in states)


def _has_no_agreed_size(collection: AnnotationCollection, output: dict[str, Any]) -> bool:
    """Cubes without a thickness: 1 px in the seed, 2 like every other type here."""
    return output["thickness"] is None and any(annotation.type == "cube" for annotation in collection)


def _golden(scene: str) -> tuple[dict[str, Any], Any, AnnotationCollection]:
    path: Path = shared(f"golden/{scene}.json")
    golden = json.loads(path.read_text(encoding="utf-8"))
    return golden, np.load(path.with_suffix(".npz")), _collection(golden)


def _outputs(golden: dict[str, Any], collection: AnnotationCollection) -> list[dict[str, Any]]:
    """The outputs of a scene that show geometry; text is drawn on purpose in another way (A18)."""
    return [
        output
        for output in golden["outputs"]
        if not output.get("with_text")
        and "key" in output
        and not _hides_something(collection, output.get("frame_num"))
        and not _has_no_agreed_size(collection, output)
    ]


@pytest.mark.parametrize("scene", HARD_SCENES)
def test_opaque_views_are_the_same_to_the_pixel(scene: str) -> None:
    golden, arrays, collection = _golden(scene)

    for output in _outputs(golden, collection):
        if output.get("alpha") in (None, 1):
            shown, expected = _shown(collection, output, arrays), arrays[output["key"]]
            if shown.shape == expected.shape:  # an empty collection on a picture gives the picture as it is
                np.testing.assert_array_equal(shown, expected, err_msg=str(output))


@pytest.mark.parametrize("scene", HARD_SCENES)
def test_translucent_views_touch_the_same_pixels(scene: str) -> None:
    golden, arrays, collection = _golden(scene)

    for output in _outputs(golden, collection):
        if output.get("alpha") and not output.get("on"):
            shown, expected = _shown(collection, output, arrays), arrays[output["key"]]
            np.testing.assert_array_equal(_touched(shown), _touched(expected), err_msg=str(output))


@pytest.mark.parametrize("scene", PLAIN_SCENES)
def test_filled_boxes_are_the_solid_part_of_the_anti_aliased_ones(scene: str) -> None:
    golden, arrays, collection = _golden(scene)

    for output in _outputs(golden, collection):
        if output["view"] == "mask" and output["thickness"] == -1 and not output.get("on"):
            if output.get("alpha") not in (None, 1):
                continue
            shown, expected = _shown(collection, output, arrays), arrays[output["key"]]
            assert _iou(shown[..., 3] > 0, expected[..., 3] >= 128) >= 0.98, output


@pytest.mark.parametrize("scene", SCENES)
def test_a1_only_ids_that_exist_are_drawn(scene: str) -> None:
    golden, arrays, collection = _golden(scene)
    object_ids = {int(annotation.object_id or 0) for annotation in collection}

    for output in golden["outputs"]:
        if output["view"] in ("instance", "object_id") and output.get("key"):
            shown = _shown(collection, output, arrays)
            ids = output.get("label_instance_dict") or golden["instance_map"]
            allowed = {0, 1, *ids.values()} if output["view"] == "instance" else {0, *object_ids}
            assert set(np.unique(shown).tolist()) <= allowed, output


@pytest.mark.parametrize("scene", SCENES)
def test_what_the_seed_cannot_draw_is_drawn(scene: str) -> None:
    golden, arrays, collection = _golden(scene)

    for output in golden["outputs"]:
        if "error" in output or "key" not in output:
            size = (golden["height"], golden["width"])
            assert _shown(collection, output, arrays).shape[:2] == size, output
