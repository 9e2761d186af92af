"""`Filters`: the same queries as the seed SDK's (dtlpy 1.126.5) for the same calls."""

from __future__ import annotations

from typing import Any

import pytest

from annogeo.errors import InputError
from annogeo.sync import Filters, FiltersMethod, FiltersOperations, FiltersResource

VISIBLE = [{"hidden": False}, {"type": "file"}]


def query(filters: Filters) -> Any:
    return filters.prepare(query_only=True)["filter"]


def test_items_are_visible_files_and_a_page_has_a_thousand() -> None:
    assert Filters().prepare() == {
        "filter": {"$and": VISIBLE},
        "page": 0,
        "pageSize": 1000,
        "resource": "items",
    }


def test_conditions_of_both_methods_a_join_and_an_order() -> None:
    filters = Filters(field="dir", values="/a")
    filters.add("label", "x")
    filters.add("metadata.user.a", ["b"], operator="in", method="or")
    filters.add_join("label", "dog")
    filters.sort_by("filename", "ascending")

    assert filters.prepare() == {
        "filter": {
            "$or": [{"metadata.user.a": {"$in": ["b"]}}],
            "$and": [*VISIBLE, {"dir": "/a"}, {"label": "x"}],
        },
        "sort": {"filename": "ascending"},
        "page": 0,
        "pageSize": 1000,
        "resource": "items",
        "join": {
            "on": {"resource": "annotations", "local": "itemId", "forigen": "id"},
            "filter": {"$and": [{"label": "dog"}]},
        },
    }


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("/a", "/a/**"),
        ("/a/", "/a/**"),
        ("/a/*", "/a/*"),
        ("/a.jpg", "/a.jpg"),
        (["/a", "/b.png"], ["/a/**", "/b.png"]),
    ],
)
def test_a_folder_means_everything_below(given: Any, asked: Any) -> None:
    filters = Filters("filename", given, use_defaults=False)

    assert query(filters) == {"$and": [{"filename": asked}]}
    filters.recursive = False
    assert query(filters) == {"$and": [{"filename": given}]}


def test_a_default_gives_way() -> None:
    filters = Filters()
    filters.add("type", "dir")

    assert query(filters) == {"$and": [{"hidden": False}, {"type": "dir"}]}
    assert filters.has_field("type")
    filters.pop("hidden")
    assert query(filters) == {"$and": [{"type": "dir"}]}


def test_annotations_are_those_of_the_seeds_types_which_are_no_notes() -> None:
    filters = Filters(resource=FiltersResource.ANNOTATION)
    (condition,) = query(filters)["$and"]

    assert "binary" in condition["type"]["$in"]
    assert "note" not in condition["type"]["$in"]
    filters.add_join("dir", "/a", method=FiltersMethod.OR)
    join = filters.prepare()["join"]
    assert join["on"] == {"resource": "items", "local": "id", "forigen": "itemId"}
    assert join["filter"] == {"$or": [{"dir": "/a"}]}
    filters.pop_join("dir")
    assert filters.prepare()["join"]["filter"] == {"$or": []}


def test_a_query_of_ones_own_is_used_as_it_is_and_not_changed() -> None:
    own = {"filter": {"$and": [{"a": 1}]}, "page": 3}

    assert Filters(custom_filter=own).prepare() == {**own, "resource": "items", "pageSize": 1000}
    assert Filters(custom_filter={"$and": []}).prepare()["filter"] == {"$and": []}
    assert own == {"filter": {"$and": [{"a": 1}]}, "page": 3}


def test_operations() -> None:
    filters = Filters()

    assert filters.prepare(operation="delete") == {
        "filter": {"$and": VISIBLE},
        "resource": "items",
        "delete": True,
    }
    update = filters.prepare(
        operation="update", update={"a": 1}, system_update={"b": 1}, system_metadata=True
    )
    assert update["update"] == {"metadata": {"user": {"a": 1}, "system": {"b": 1}}}
    assert update["systemSpace"] is True
    with pytest.raises(InputError, match="operation"):
        filters.prepare(operation="drop")


def test_what_is_prepared_is_a_copy() -> None:
    filters = Filters(use_defaults=False)
    filters.add("id", ["1"], FiltersOperations.IN)
    filters.add_join("label", "x")
    made = filters.prepare()
    made["filter"]["$and"][0]["id"]["$in"].append("2")
    made["join"]["filter"]["$and"].clear()

    assert query(filters) == {"$and": [{"id": {"$in": ["1"]}}]}
    assert filters.prepare()["join"]["filter"] == {"$and": [{"label": "x"}]}


def test_the_resource_can_be_changed_and_starts_anew() -> None:
    filters = Filters("dir", "/a")
    filters.resource = FiltersResource.ANNOTATION

    assert not filters.has_field("dir")
    assert filters.prepare()["resource"] == "annotations"
    filters.page_size = 5000
    assert filters.prepare()["pageSize"] == 1000


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Filters("a", 1, operator="like"),
        lambda: Filters("a", 1, method="xor"),
        lambda: Filters("", 1),
        lambda: Filters().sort_by("a", "up"),
        lambda: Filters(resource="datasets").add_join("a", 1),
        lambda: Filters(page_size=-1).prepare(),
    ],
)
def test_what_is_no_query_is_said(wrong: Any) -> None:
    with pytest.raises(InputError):
        wrong()
