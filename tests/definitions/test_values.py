"""Frozen values: attributes, arrays, equality."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import msgspec
import numpy as np
import pytest

from annogeo.definitions import Box, Gis, Point, Polygon, UndefinedAnnotationType, row_for_type
from annogeo.definitions.frozen import FrozenDict, ReadOnlyError, freeze, thaw
from annogeo.errors import InputError

NESTED: dict[str, Any] = {"a": 1, "b": [1, {"c": [2]}], "d": {"e": None}}


def test_attributes_equal_the_dict_given_and_are_a_copy() -> None:
    given = copy.deepcopy(NESTED)
    box = Box(0, 0, 1, 1, "car", given)
    given["b"].append(3)

    assert box.attributes == NESTED


def test_attributes_are_an_empty_dict_when_none_was_given() -> None:
    assert Box(0, 0, 1, 1, "car").attributes == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.__setitem__("a", 2),
        lambda a: a.update(a=2),
        lambda a: a.pop("a"),
        lambda a: a.setdefault("z", 1),
        lambda a: a.clear(),
        lambda a: a.popitem(),
        lambda a: a.__delitem__("a"),
        lambda a: a.__ior__({"a": 2}),
        lambda a: a["b"].append(3),
        lambda a: a["b"].__setitem__(0, 3),
        lambda a: a["b"].sort(),
        lambda a: a["b"][1].update(c=1),
        lambda a: a["d"].__setitem__("e", 1),
    ],
)
def test_attributes_refuse_changes_in_place_at_any_depth(change: Any) -> None:
    box = Box(0, 0, 1, 1, "car", NESTED)

    with pytest.raises(ReadOnlyError, match="replace") as caught:
        change(box.attributes)

    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, InputError)
    assert box.attributes == NESTED


@pytest.mark.parametrize("encode", [json.dumps, msgspec.json.encode])
def test_attributes_are_encoded_as_json(encode: Any) -> None:
    assert json.loads(encode(Box(0, 0, 1, 1, "car", NESTED).attributes)) == NESTED


def test_attributes_survive_pickling_read_only() -> None:
    back = pickle.loads(pickle.dumps(Box(0, 0, 1, 1, "car", NESTED).attributes))

    assert back == NESTED
    assert type(back) is FrozenDict


@pytest.mark.parametrize("copied", [copy.deepcopy, thaw])
def test_a_deep_copy_of_attributes_may_be_changed(copied: Any) -> None:
    attributes = Box(0, 0, 1, 1, "car", NESTED).attributes

    mine = copied(attributes)
    mine["b"][1]["c"].append(9)

    assert attributes == NESTED


def test_numpy_values_in_attributes_become_plain() -> None:
    frozen = freeze({"n": np.int64(3), "xs": np.arange(2)})

    assert json.dumps(frozen) == '{"n": 3, "xs": [0, 1]}'


@pytest.mark.parametrize("wrong", [[], [1], "text", 3, [("a", 1)]])
def test_attributes_of_another_type_are_refused(wrong: Any) -> None:
    with pytest.raises(InputError, match="attributes: expected a dict or None"):
        Box(0, 0, 1, 1, "car", wrong)


@pytest.mark.parametrize("wrong", [3, b"car", ["car"]])
def test_a_label_of_another_type_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError, match="label: expected a string"):
        Point(0, 0, wrong)


def test_arrays_are_read_only_copies() -> None:
    given = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]])
    polygon = Polygon(given, "car")
    given[0] = 99

    assert polygon.geo[0].tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="read-only"):
        polygon.geo[0] = 1


def test_negative_zero_equals_zero_and_hashes_equally() -> None:
    a = Polygon([(-0.0, 0), (4, 0), (4, 4)], "car")
    b = Polygon([(0.0, -0.0), (4, 0), (4, 4)], "car")

    assert a == b
    assert hash(a) == hash(b)


def test_the_order_of_attributes_does_not_matter() -> None:
    a, b = Point(0, 0, "n", {"a": 1, "b": [2]}), Point(0, 0, "n", {"b": [2], "a": 1})

    assert a == b
    assert hash(a) == hash(b)


def test_definitions_work_as_dict_keys() -> None:
    assert {Point(0, 0, "n"): 1}[Point(0.0, 0, "n")] == 1


def test_one_different_vertex_makes_a_difference() -> None:
    a = Polygon([(0, 0), (4, 0), (4, 4)], "car")

    assert a != Polygon([(0, 0), (4, 0), (4, np.nextafter(4, 5))], "car")


def test_json_fields_are_frozen_copies() -> None:
    given = {"pts": [1, 2]}
    unknown, gis = UndefinedAnnotationType("x", "road", given), Gis("point", given["pts"])
    given["pts"].append(3)

    assert unknown.coordinates == {"pts": [1, 2]}
    assert gis.geo == [1, 2]
    with pytest.raises(ReadOnlyError):
        unknown.coordinates["pts"].append(3)


def test_values_nested_too_deeply_or_in_themselves_are_refused() -> None:
    around: list[Any] = []
    around.append(around)

    with pytest.raises(InputError, match="nested too deeply"):
        UndefinedAnnotationType("x", "road", around)
    row = row_for_type("comparison")
    assert row is not None
    with pytest.raises(InputError):
        row.from_coordinates(b"[" * 100_000 + b"]" * 100_000, "quality", None, None)


def test_importing_the_definitions_loads_numpy_only() -> None:
    import subprocess
    import sys

    code = (
        "import sys, annogeo.definitions;"
        "print([m for m in ('numba','cv2','av','skimage','shapely','PIL','msgspec') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_true_and_1_are_different_values() -> None:
    assert Point(0, 0, "nose", {"on": [True]}) != Point(0, 0, "nose", {"on": [1]})
    assert Point(0, 0, "nose", {"on": [1.0]}) == Point(0, 0, "nose", {"on": [1]})
