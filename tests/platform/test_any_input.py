"""Whatever comes in, the only error is an InputError, and what was accepted comes out again."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import annogeo as ag
from annogeo.codecs.platform import dumps
from annogeo.errors import InputError
from annogeo.model import AnnotationCollection
from tests.platform.entries import box, snapshot, video_box

from_json = AnnotationCollection.from_json

TYPES = [
    *("box cube ellipse segment polyline point pose binary class note subtitle item_description").split(),
    *("text_mark text ref_image comparison gis cube_3d polyline_3d undefined").split(),
]
KEYS = [
    *(
        "type label coordinates metadata system attributes snapshots_ frame endFrame x y z center rx ry angle"
    ).split(),
    *("data namedAttributes fixed objectVisible front_tl box note messages text templateId").split(),
]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(TYPES)
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=25,
)
entries = anything | st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional={
        "label": st.sampled_from(["a", "日本", None, 5]),
        "coordinates": anything,
        "metadata": anything
        | st.fixed_dictionaries({"system": anything | st.fixed_dictionaries({"snapshots_": anything})}),
        "attributes": anything,
        "description": anything,
    },
)
quick = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _use(collection: AnnotationCollection) -> None:
    assert collection.problems == collection.problems
    for annotation in collection:
        assert isinstance(annotation.label, str)
        assert isinstance(annotation.type, str)
        assert isinstance(annotation.metadata, dict)
        assert repr(annotation)
        annotation.object_id, annotation.status, annotation.start_time, annotation.end_frame  # noqa: B018
        annotation.set_frame(annotation.frames.start)
        for frame in (0, 3):
            annotation.at_frame(frame)
    collection.at_frame(1).to_json()
    collection.print(to_return=True)


@given(st.lists(entries, max_size=4))
@quick
def test_any_values_are_kept(document: list[Any]) -> None:
    before = copy.deepcopy(document)
    text = json.dumps(document)

    for given_document in (document, text):
        collection = from_json(given_document)
        _use(collection)
        again = pickle.loads(pickle.dumps(collection))

        assert repr(collection.to_json()["annotations"]) == repr(before)
        assert repr(again.to_json()["annotations"]) == repr(before)
        assert repr(json.loads(dumps(collection))["annotations"]) == repr(before)
    assert repr(document) == repr(before)


@given(st.data())
@quick
def test_mutated_documents_are_read_as_the_standard_decoder_reads_them(data: Any) -> None:
    document = {
        "id": "a",
        "annotations": [box(label="é"), video_box(snapshot(3, 1.5e2)), {"type": "x", "n": None}],
    }
    content = bytearray(json.dumps(document, ensure_ascii=False).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from(
                [b"", b'"', b"{", b"]", b",", b"1", b"\xff", b"\\", b"null", b"\x00", b"NaN", b" "]
            )
        )
    try:
        expected = json.loads(bytes(content).decode())
    except ValueError:
        expected = None
    is_document = isinstance(expected, list) or (
        isinstance(expected, dict) and isinstance(expected.get("annotations"), list)
    )
    try:
        collection = from_json(bytes(content))
    except InputError:
        assert not is_document
        return
    assert is_document
    _use(collection)
    written = collection.to_json()
    assert repr(written["annotations"] if isinstance(expected, list) else written) == repr(expected)


@pytest.mark.parametrize("odd", [[1], {"a": 1}, [None]])
def test_an_id_that_names_nothing_is_kept_and_stops_nothing(odd: Any) -> None:
    point = {"type": "point", "label": "l", "coordinates": {"x": 1, "y": 1}, "metadata": {"system": {}}}
    pose = {"type": "pose", "label": "p", "coordinates": {"templateId": "t"}, "metadata": {"system": {}}}
    entries = [
        point | {"id": odd},
        point | {"metadata": {"system": {"parentId": odd}}},
        pose | {"id": odd},
    ]
    collection = AnnotationCollection.from_json(entries)

    assert [annotation.id for annotation in collection] == [None] * 3
    assert collection[1].parent_id is None
    ag.validate(collection)
    ag.repair(collection)
    ag.flip(collection, size=(10, 10))
    ag.render(collection, "mask", height=4, width=4)
    assert collection.to_json()["annotations"] == entries


def test_an_infinite_size_is_none() -> None:
    collection = AnnotationCollection.from_json(
        b'{"annotations": [], "metadata": {"system": {"width": 1e400, "height": 5}}}'
    )
    assert ag.render(collection, "mask", height=4, width=4)["mask"].shape[:2] == (4, 4)
    with pytest.raises(ag.InputError, match="no size"):
        ag.render(collection, "mask")
    ag.validate(collection)
