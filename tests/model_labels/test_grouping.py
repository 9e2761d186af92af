"""Collections, multi-views and similarities, in the JSON the seed SDK writes."""

from __future__ import annotations

import pytest

from annogeo.errors import InputError
from annogeo.model.grouping import (
    Collection,
    CollectionItem,
    CollectionTypes,
    MultiView,
    MultiViewItem,
    Similarity,
    SimilarityItem,
    SimilarityTypeEnum,
)
from annogeo.model.item import Item


def test_a_multi_view_is_written() -> None:
    views = MultiView(
        "cameras", [MultiViewItem(SimilarityTypeEnum.ID, "i1"), Item(id="i2"), {"type": "url", "ref": "u"}]
    )

    assert views.to_json() == {
        "type": "multi",
        "shebang": "dataloop",
        "metadata": {"dltype": "multi"},
        "items": [{"type": "id", "ref": "i1"}, {"type": "id", "ref": "i2"}, {"type": "url", "ref": "u"}],
    }


def test_a_multi_view_reads_back() -> None:
    views = MultiView("cameras", MultiViewItem("id", "i1"))

    assert MultiView.from_json(views.to_json()).items == [MultiViewItem("id", "i1")]


def test_the_target_of_a_similarity_is_among_its_items() -> None:
    similar = Similarity("t", items=[SimilarityItem("id", "a")])

    document = similar.to_json()

    assert document["metadata"] == {"dltype": "collection", "target": {"type": "collection", "ref": "t"}}
    assert document["items"] == [
        {"type": "id", "ref": "a"},
        {"type": "collection", "ref": "t", "target": True},
    ]


def test_only_the_target_is_marked() -> None:
    similar = Similarity("b", items=[SimilarityItem("id", "a", target=True), SimilarityItem("id", "b")])

    assert similar.to_json()["items"] == [
        {"type": "id", "ref": "a"},
        {"type": "id", "ref": "b", "target": True},
    ]


def test_a_similarity_is_called_after_its_target() -> None:
    assert Similarity("t").name == "t"
    assert Similarity.from_json(Similarity("t").to_json()).ref == "t"


def test_members_are_added_and_removed() -> None:
    collection = Collection(CollectionTypes.MULTIVIEW, "c")

    for ref in ("a", "b", "a"):
        collection.add(ref, SimilarityTypeEnum.URL)
    collection.pop("a")

    assert collection.to_json()["items"] == [{"type": "url", "ref": "b"}]


@pytest.mark.parametrize("wrong", [3, {"ref": "a"}, Item("no id")])
def test_what_is_no_member_is_refused(wrong: object) -> None:
    with pytest.raises(InputError):
        MultiView("c", [wrong])


def test_a_reference_is_a_string() -> None:
    with pytest.raises(InputError):
        CollectionItem("id", 3)  # type: ignore[arg-type]
