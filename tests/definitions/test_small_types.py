"""Ellipse, point, pose, note and the types without a place."""

from __future__ import annotations

import math
from enum import Enum
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from annogeo.definitions import (
    Classification,
    Definition,
    Description,
    Ellipse,
    FreeText,
    Gis,
    Message,
    Note,
    Point,
    Pose,
    RefImage,
    Subtitle,
    Text,
    UndefinedAnnotationType,
    row_for,
    row_for_type,
)
from annogeo.errors import InputError, UnsupportedError
from tests import strategies


def written(definition: Definition) -> Any:
    return row_for(definition).to_coordinates(definition)


def read(json_type: str, coordinates: Any) -> Any:
    row = row_for_type(json_type)
    assert row is not None
    return row.from_coordinates(coordinates, "label", None, None)


def test_ellipse_extents_are_the_references() -> None:
    bounds = Ellipse(30, 20, 12, 6, 30, "e").bounds

    expected = [19.18334617360803, 12.062746066806227, 40.81665382639197, 27.937253933193773]
    np.testing.assert_allclose(bounds, expected, rtol=0, atol=1e-12)


def test_ellipse_geo_holds_centre_radii_and_both_angles() -> None:
    assert Ellipse(30, 20, 12, 6, 180, "e").geo.tolist() == [[30, 20], [12, 6], [180, math.pi]]


def test_ellipse_is_written_as_the_platform_does() -> None:
    assert written(Ellipse(42, 26, 16, 7, 35, "e")) == {
        "angle": 35.0,
        "center": {"x": 42.0, "y": 26.0, "z": 0},
        "rx": 16.0,
        "ry": 7.0,
    }


def test_a_negative_radius_is_refused() -> None:
    with pytest.raises(InputError, match="ry: expected a radius of 0 or more, got -1"):
        Ellipse(0, 0, 1, -1, 0, "e")


def test_an_ellipse_without_radius_is_a_problem() -> None:
    assert "no area" in Ellipse(0, 0, 0, 4, 0, "e").validate()[0].message


@given(strategies.ellipses)
@settings(max_examples=100, deadline=None)
def test_an_ellipses_polygon_is_inscribed_and_close(ellipse: Ellipse) -> None:
    ring = ellipse.to_polygon()
    if not ring.rings:
        return

    np.testing.assert_allclose(ring.bounds, ellipse.bounds, rtol=1e-9, atol=0.011)
    around = math.pi * (ellipse.rx + ellipse.ry)  # no less than half the circumference
    assert ellipse.area - 0.011 * 2 * around - 1e-6 <= ring.area <= ellipse.area + 1e-3


def test_point_is_written_with_a_float_z() -> None:
    assert written(Point(40.5, 10.5, "p")) == {"x": 40.5, "y": 10.5, "z": 0.0}


@pytest.mark.parametrize("z", [b"", b', "z": 0', b', "z": 1.5', b', "z": null', b', "other": [1]'])
def test_point_is_read_with_any_z(z: bytes) -> None:
    assert read("point", b'{"x": 1, "y": 2' + z + b"}") == Point(1, 2, "label")


def test_a_line_or_point_makes_no_polygon() -> None:
    with pytest.raises(UnsupportedError, match="Point has no area"):
        Point(1, 2, "p").to_polygon()


def test_pose_makes_an_instance_id_of_its_own() -> None:
    a, b = Pose("person", "t"), Pose("person", "t")

    assert a.instance_id
    assert a.instance_id != b.instance_id
    assert a.replace(label="x").instance_id == a.instance_id


def test_pose_takes_points_in_any_spelling() -> None:
    class Joint:
        x, y, label = 3, 4, "nose"

    pose = Pose(
        "person", "t", "i", points=[Joint(), (5, 6), {"x": 7, "y": 8, "label": "ear"}, Point(9, 1, "eye")]
    )

    assert list(pose.points) == [Point(3, 4, "nose"), Point(5, 6, ""), Point(7, 8, "ear"), Point(9, 1, "eye")]
    assert pose.bounds.tolist() == [3, 1, 9, 8]
    assert pose.x.tolist() == [3, 5, 7, 9]


@pytest.mark.parametrize("wrong", ["nose", 3, [3], [None]])
def test_pose_refuses_other_points(wrong: Any) -> None:
    with pytest.raises(InputError, match="points"):
        Pose("person", "t", points=wrong)


def test_pose_json_tolerates_extra_keys_and_a_missing_instance() -> None:
    pose = read("pose", b'{"templateId": "t", "more": {"a": 1}}')

    assert written(pose) == {"templateId": "t", "instanceId": None}


def test_pose_is_written_without_its_points() -> None:
    assert written(Pose("p", "t", "i", points=[(1, 2)])) == {"templateId": "t", "instanceId": "i"}


def test_note_takes_messages_in_any_spelling() -> None:
    note = Note(1, 2, 3, 4, "n", messages=["a", Message(body="b"), {"id": "7", "body": "c", "time": 5}])

    assert [message.body for message in note.messages] == ["a", "b", "c"]
    assert (note.messages[2].id, note.messages[2].time) == ("7", 5)
    assert Note(1, 2, 3, 4, "n", messages="only").messages[0].body == "only"


def test_note_does_not_touch_the_callers_list() -> None:
    given_messages = ["a"]

    Note(1, 2, 3, 4, "n", messages=given_messages)

    assert given_messages == ["a"]


def test_note_is_written_as_the_platform_does() -> None:
    message = Message("1", "c@x", 1700000000000, "zweite çé")
    note = Note(10, 10, 40, 30, "n", None, [message], "open", "a@x", 1700000000000, "c@x")

    assert written(note) == {
        "box": [{"x": 10.0, "y": 10.0, "z": 0}, {"x": 40.0, "y": 30.0, "z": 0}],
        "note": {
            "messages": [{"id": "1", "creator": "c@x", "time": 1700000000000, "body": "zweite çé"}],
            "status": "open",
            "createTime": 1700000000000,
            "creator": "c@x",
            "assignee": "a@x",
        },
    }


def test_note_is_assigned_to_its_creator_unless_told() -> None:
    assert Note(1, 2, 3, 4, "n", creator="ann").assignee == "ann"
    assert Note(1, 2, 3, 4, "n").status == "issue"


def test_note_json_without_a_conversation_is_read() -> None:
    note = read("note", b'{"box": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}')

    assert (note.status, note.messages, note.bounds.tolist()) == ("open", [], [1, 2, 3, 4])


def test_note_errors_point_into_the_box() -> None:
    with pytest.raises(InputError) as caught:
        read("note", b'{"box": [{"x": 1, "y": 2}, 3]}')

    assert caught.value.json_path == ".box[1]"


def test_a_message_is_stamped_now_in_whole_milliseconds() -> None:
    import time

    before = time.time_ns() // 1_000_000
    message = Message(body="hi")

    assert isinstance(message.time, int)
    assert before <= message.time <= time.time_ns() // 1_000_000


def test_description_has_its_own_label_and_no_attributes() -> None:
    description = Description("a quiet street")

    assert (description.label, description.attributes) == ("item.description", {})
    assert written(description) == {"text": "a quiet street"}


def test_text_is_written_with_its_place_only_when_it_has_one() -> None:
    assert written(Text("paragraph", 3, 9, "person", 4, 5)) == {
        "type": "paragraph",
        "label": "person",
        "start": 3,
        "end": 9,
        "top": 4,
        "left": 5,
    }
    assert written(Text("block", 0, 2, "car")) == {"type": "block", "label": "car", "start": 0, "end": 2}


def test_text_with_a_place_has_bounds_and_no_extent() -> None:
    mark = Text("paragraph", 3, 9, "person", top=4, left=5)

    assert mark.bounds is not None
    assert mark.bounds.tolist() == [5, 4, 5, 4]
    assert (mark.left, mark.top, mark.width, mark.height) == (5, 4, 0, 0)
    assert Text("block", 0, 2, "car").left is None


def test_text_positions_are_whole() -> None:
    with pytest.raises(InputError, match="start: expected a whole number"):
        Text("block", 0.5, 2, "car")  # type: ignore[arg-type]


def test_free_text_is_the_bare_string() -> None:
    assert written(FreeText("a response")) == "a response"
    assert read("text", b'"a response"') == FreeText("a response", "label")


@pytest.mark.parametrize(
    ("ref", "ref_type"), [("https://x/y.png", "url"), ("http://x/y.png", "url"), ("item123", "id")]
)
def test_ref_image_tells_its_type(ref: str, ref_type: str) -> None:
    assert written(RefImage(ref)) == {"ref": ref, "refType": ref_type, "mimetype": None}


def test_gis_takes_an_enums_value() -> None:
    class Kind(str, Enum):  # noqa: UP042 - its str() is the name, not the value
        BOX = "box"

    assert written(Gis(Kind.BOX, [1.0, 2.0], "port")) == {
        "geo_type": "box",
        "wgs84_geo_coordinates": [1.0, 2.0],
    }


def test_gis_needs_coordinates() -> None:
    with pytest.raises(InputError, match="geo: expected WGS 84 coordinates"):
        Gis("box", None)


def test_an_undefined_type_says_its_own_type() -> None:
    unknown = UndefinedAnnotationType("polyline_3d", "lane", {"pts": [1, 2, 3]})

    assert unknown.type == "polyline_3d"
    assert row_for(unknown).cls is UndefinedAnnotationType
    assert written(unknown) == {"pts": [1, 2, 3]}
    assert row_for_type("polyline_3d") is None


def test_classification_has_no_coordinates_in_the_envelope() -> None:
    row = row_for_type("class")

    assert row is not None
    assert not row.has_coordinates
    assert written(Classification("sunny")) == []


def test_a_subtitle_is_its_text() -> None:
    assert read("subtitle", {"text": "hello", "more": 1}) == Subtitle("hello", "label")
    with pytest.raises(InputError, match="expected a string, got int"):
        read("subtitle", {"text": 3})


def test_message_is_replaced_like_a_definition() -> None:
    message = Message("1", "ann", 5, "too wide")

    assert message.replace(body="too high") == Message("1", "ann", 5, "too high")
    with pytest.raises(
        InputError, match="Message has no argument 'text'; it has msg_id, creator, msg_time, body"
    ):
        message.replace(text="x")
