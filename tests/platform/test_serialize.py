"""Collections as bytes: untouched entries verbatim, and always JSON that any reader takes."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import annogeo as ag
from annogeo.codecs.platform import dumps, dumps_annotation
from annogeo.errors import InputError
from annogeo.files import load, save

ODD = b'{"type": "point",  "label": "a", "coordinates": {"x": 1.10, "y": 9e0}, "k": 1, "k": 1e400}'


def strict(text: bytes) -> Any:
    """Read JSON without the words that Python adds to it."""

    def refuse(word: str) -> Any:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_untouched_entries_are_the_same_bytes_wherever_they_are_written(tmp_path: Path) -> None:
    collection = ag.AnnotationCollection.from_json(b"[" + ODD + b"]")
    collection.download(tmp_path / "one.json", annotation_format="json")
    collection[0].download(tmp_path / "single.json", annotation_format="json")
    save([ag.Sample(ag.Item(filename="/a.png"), collection)], tmp_path / "set", "dataloop")

    for file in ("one.json", "set/json/a.json"):
        assert ODD in (tmp_path / file).read_bytes()
        assert strict((tmp_path / file).read_bytes())["annotations"] == collection.to_json()["annotations"]
    assert (tmp_path / "single.json").read_bytes() == ODD
    assert load(tmp_path / "set", "dataloop")[0].annotations.to_json()["filename"] == "/a.png"


def test_infinity_is_written_as_a_number() -> None:
    collection = ag.AnnotationCollection.from_json(
        b"[" + ODD + b', {"type": "class", "label": "b", "k": -1e999}]'
    )
    for annotation in collection:
        annotation.label += "!"

    written = strict(dumps(collection))["annotations"]
    assert [one["k"] for one in written] == [math.inf, -math.inf]
    assert written == collection.to_json()["annotations"]


def test_defaults_are_added_where_a_key_is_missing() -> None:
    collection = ag.AnnotationCollection.from_json(b'{"x": 1, "annotations": []}')
    assert dumps(collection, defaults={"x": 2, "y": 3}) == b'{"x":1,\n"annotations":[],\n"y":3}'


@pytest.mark.parametrize(
    ("value", "message"),
    [({1, 2}, "type set"), (10**5000, "4300 digits"), (object(), "type object")],
    ids=["set", "digits", "object"],
)
def test_what_is_no_json_is_refused_with_its_place(value: Any, message: str, tmp_path: Path) -> None:
    collection = ag.AnnotationCollection()
    collection.add(ag.Point(1, 2, "a"))
    collection.add(ag.Point(1, 2, "b", attributes={"x": value}))

    where = r"\$.annotations\[1\]: cannot be written as JSON: .*" + message
    with pytest.raises(InputError, match=where):
        dumps(collection)
    with pytest.raises(InputError, match=where):
        collection.download(tmp_path / "a.json", annotation_format="json")
    with pytest.raises(InputError, match=r"\$: cannot be written as JSON"):
        dumps_annotation(collection[1])
    assert not list(tmp_path.iterdir())


def test_numbers_of_any_length_come_back_untouched() -> None:
    entry = b'{"type": "class", "label": "a", "metadata": {"user": ' + b"9" * 5000 + b"}}"
    assert entry in dumps(ag.AnnotationCollection.from_json(b"[" + entry + b"]"))
