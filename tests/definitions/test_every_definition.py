"""What holds for every row of the registry; a new type is covered by adding its example."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings

from annogeo.definitions import Definition, DefinitionType, all_rows, row_for, row_for_type
from annogeo.draw import DrawListBuilder, Pen
from annogeo.errors import InputError, UnsupportedError
from tests import strategies
from tests.definitions.examples import EXAMPLES

ROWS = list(all_rows())
TAKES_ANY_JSON = {"class", "comparison", "undefined"}


def rows_where(wanted: Callable[[DefinitionType], bool]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", list(filter(wanted, ROWS)), ids=lambda row: row.json_type)


every_row = rows_where(lambda row: True)
FIELDS = ("left", "top", "right", "bottom", "width", "height", "area")


def example(row: DefinitionType) -> Definition:
    return EXAMPLES[row.json_type]


def read(row: DefinitionType, coordinates: Any, like: Definition) -> Definition:
    return row.from_coordinates(coordinates, like.label, like.attributes, like.description)


def geometry_read_back(row: DefinitionType, definition: Definition) -> Definition:
    """What is left to compare after a round trip: a pose's joints are annotations of their own."""
    return definition.replace(points=[]) if row.json_type == "pose" else definition


@every_row
def test_has_an_example_of_its_type(row: DefinitionType) -> None:
    assert example(row).type == row.json_type
    assert type(example(row)) is row.cls


@every_row
def test_is_found_by_type_and_by_definition(row: DefinitionType) -> None:
    assert row_for_type(row.json_type) is row
    assert row_for(example(row)) is row


@every_row
@pytest.mark.parametrize("form", ["values", "bytes", "raw"])
def test_coordinates_come_back_from_every_form(row: DefinitionType, form: str) -> None:
    written = row.to_coordinates(example(row))
    as_bytes = json.dumps(written).encode()
    given = {"values": written, "bytes": as_bytes, "raw": msgspec.Raw(as_bytes)}[form]

    assert read(row, given, example(row)) == geometry_read_back(row, example(row))


@every_row
def test_reading_the_same_bytes_twice_gives_equal_definitions(row: DefinitionType) -> None:
    given = json.dumps(row.to_coordinates(example(row))).encode()

    assert read(row, given, example(row)) == read(row, given, example(row))


@every_row
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))])
def test_copies_are_equal_and_hash_equally(row: DefinitionType, copied: Any) -> None:
    twin = copied(example(row))

    assert twin == example(row)
    assert hash(twin) == hash(example(row))


@every_row
def test_replacing_nothing_gives_an_equal_definition(row: DefinitionType) -> None:
    assert example(row).replace() == example(row)
    assert dataclasses.replace(example(row)) == example(row)  # type: ignore[type-var]


@every_row
def test_replacing_the_description_keeps_the_geometry(row: DefinitionType) -> None:
    changed = example(row).replace(description="another")

    assert changed != example(row)
    assert changed.same_geometry(example(row))
    assert example(row).same_geometry(changed)


@every_row
def test_replacing_an_unknown_argument_names_the_known_ones(row: DefinitionType) -> None:
    with pytest.raises(InputError, match="no argument 'colour'") as caught:
        example(row).replace(colour="red")

    assert caught.value.hint is not None
    assert "description" in caught.value.hint


@every_row
def test_is_frozen(row: DefinitionType) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        example(row).description = "x"


@every_row
def test_differs_from_every_other_type(row: DefinitionType) -> None:
    others = [definition for kind, definition in EXAMPLES.items() if kind != row.json_type]

    assert all(example(row) != other and not example(row).same_geometry(other) for other in others)
    assert example(row) != "something else"


@every_row
def test_bounds_are_four_floats_or_none(row: DefinitionType) -> None:
    bounds = example(row).bounds

    assert bounds is None or (bounds.shape == (4,) and bounds.dtype == np.float64)


@every_row
def test_extents_are_plain_numbers(row: DefinitionType) -> None:
    values = [getattr(example(row), name) for name in FIELDS]

    assert all(isinstance(value, int | float) for value in values)


@rows_where(lambda row: EXAMPLES[row.json_type].bounds is None)
def test_a_type_without_geometry_has_no_extent(row: DefinitionType) -> None:
    definition = example(row)

    assert [getattr(definition, name) for name in FIELDS] == [0.0] * 7
    assert row.lower is None
    with pytest.raises(UnsupportedError):
        definition.to_shapely()


@every_row
def test_repr_is_short_and_names_the_class(row: DefinitionType) -> None:
    shown = repr(example(row))

    assert shown.startswith(f"{row.cls.__name__}(")
    assert len(shown) < 450


@every_row
def test_an_undamaged_definition_has_no_problems(row: DefinitionType) -> None:
    assert example(row).validate() == []


@every_row
def test_has_the_facades(row: DefinitionType) -> None:
    verbs = ("show", "to_mask", "to_rle", "to_polygon", "to_shapely", "transform", "clip", "validate")

    assert all(callable(getattr(row.cls, verb)) for verb in verbs)


@every_row
def test_nothing_happens_under_the_identity_and_inside_the_image(row: DefinitionType) -> None:
    assert example(row).transform(np.eye(3)) == example(row)
    inside = example(row) if row.is_raster else example(row).transform([[1, 0, 50], [0, 1, 50]])
    assert inside.clip(*(inside.shape if row.is_raster else (200, 200))) == inside  # type: ignore[attr-defined]


@rows_where(lambda row: row.json_type not in TAKES_ANY_JSON)
def test_wrong_coordinates_raise_an_input_error(row: DefinitionType) -> None:
    for wrong in (17, b"17", b"[", None, [None], {"x": "a"}, b'{"a": 1}'):
        with pytest.raises(InputError):
            read(row, wrong, example(row))


@rows_where(lambda row: row.lower is not None)
@pytest.mark.parametrize("pen", [Pen(), Pen(fill=False)], ids=["filled", "outlined"])
def test_drawn_types_lower_within_their_bounds(row: DefinitionType, pen: Pen) -> None:
    assert row.lower is not None
    builder = DrawListBuilder()
    builder.begin_item()

    row.lower(example(row), builder, pen)

    drawn = builder.build()
    assert drawn.op.size
    bounds = example(row).bounds
    assert bounds is not None
    points = drawn.xy if not np.isin(drawn.op, (3, 4)).any() else drawn.xy[:1]  # of an ellipse its centre
    assert (points >= bounds[:2] - 1e-9).all()
    assert (points <= bounds[2:] + 1e-9).all()


@given(strategies.definitions)
@settings(max_examples=200, deadline=None)
def test_every_definition_comes_back_from_its_json(definition: Definition) -> None:
    row = row_for(definition)
    written = msgspec.json.encode(row.to_coordinates(definition))

    back = read(row, msgspec.Raw(written), definition)

    kept = geometry_read_back(row, definition)
    if row.json_type == "text_mark" and definition.bounds is None:
        kept = kept.replace(top=None, left=None)  # half a place is none
    if row.json_type == "box" and not definition.angle:  # type: ignore[attr-defined]
        kept, back = kept.replace(angle=None), back.replace(angle=None)
    assert back == kept


@given(strategies.definitions)
@settings(max_examples=200, deadline=None)
def test_every_definition_pickles_hashes_and_measures(definition: Definition) -> None:
    twin = pickle.loads(pickle.dumps(definition))

    assert twin == definition
    assert hash(twin) == hash(definition)
    assert repr(twin) == repr(definition)
    bounds = definition.bounds
    if bounds is not None:
        assert np.isfinite(bounds).all()
        assert bounds[0] <= bounds[2]
        assert bounds[1] <= bounds[3]
    assert np.isfinite(definition.area)
    assert definition.area >= 0
    assert isinstance(definition.validate(), list)
