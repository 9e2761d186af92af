"""Which JSON belongs to which picture, and what their output is called."""

from __future__ import annotations

from annogeo.files.pairing import Source, pair, settle_collisions
from annogeo.model.enums import ExportVersion


def paired(
    documents: str, pictures: str, says: dict[str, str] | None = None
) -> list[tuple[str, str | None, str | None]]:
    sources = pair(
        {name: f"json/{name}" for name in documents.split()},
        {name: f"items/{name}" for name in pictures.split()},
        lambda file: (says or {}).get(file.removeprefix("json/")),
    )
    return [(s.output_name(".png"), s.json_path, s.image_path) for s in sources]


def test_v1_names_replace_the_extension() -> None:
    assert paired("d/a.json", "d/a.jpg") == [("d/a.png", "json/d/a.json", "items/d/a.jpg")]


def test_v2_names_append_to_it() -> None:
    assert paired("d/a.jpg.json", "d/a.jpg") == [("d/a.jpg.png", "json/d/a.jpg.json", "items/d/a.jpg")]


def test_pictures_of_one_name_are_told_apart_by_v2_names() -> None:
    assert paired("a.jpg.json a.png.json", "a.jpg a.png") == [
        ("a.jpg.png", "json/a.jpg.json", "items/a.jpg"),
        ("a.png.png", "json/a.png.json", "items/a.png"),
    ]


def test_v1_and_v2_may_be_mixed() -> None:
    assert paired("a.json b.png.json", "a.jpg b.png") == [
        ("a.png", "json/a.json", "items/a.jpg"),
        ("b.png.png", "json/b.png.json", "items/b.png"),
    ]


def test_a_v1_document_takes_the_picture_no_v2_document_claims() -> None:
    assert paired("a.json a.jpg.json", "a.jpg a.png")[1] == ("a.png", "json/a.json", "items/a.png")


def test_dots_inside_a_name_are_no_extension() -> None:
    assert paired("00.jpgMA8.json", "00.jpgMA8.jpg") == [
        ("00.jpgMA8.png", "json/00.jpgMA8.json", "items/00.jpgMA8.jpg")
    ]
    assert paired("v1.2.json", "") == [("v1.2.png", "json/v1.2.json", None)]


def test_of_two_pictures_the_document_says_which() -> None:
    assert paired("a.json", "a.jpg a.png", {"a.json": "a.png"})[1] == ("a.png", "json/a.json", "items/a.png")


def test_of_two_pictures_and_no_word_the_first_is_taken_and_said() -> None:
    sources = pair({"a.json": "a.json"}, {"a.jpg": "a.jpg", "a.png": "a.png"}, lambda file: None)

    assert [source.ambiguous for source in sources] == [True, False]


def test_the_filename_in_the_document_is_the_fallback() -> None:
    says = {"0001.json": "train/x.jpg"}

    assert paired("0001.json", "train/x.jpg", says) == [
        ("train/x.png", "json/0001.json", "items/train/x.jpg")
    ]


def test_the_filename_is_not_asked_for_where_names_settle_it() -> None:
    def never(file: str) -> str:
        raise AssertionError(file)

    pair({"a.json": "a.json", "b.json": "b.json"}, {"a.jpg": "a.jpg"}, never)


def test_what_has_no_other_half_is_kept() -> None:
    assert paired("a.json", "b.jpg") == [("a.png", "json/a.json", None), ("b.png", None, "items/b.jpg")]


def test_a_picture_alone_is_named_like_the_others() -> None:
    assert paired("", "b.jpg")[0][0] == "b.png"
    assert paired("a.json", "a.jpg b.jpg")[1][0] == "b.png"
    assert paired("a.jpg.json", "a.jpg b.jpg")[1][0] == "b.jpg.png"


def test_accents_may_be_composed_or_not() -> None:
    assert len(paired("cafe\u0301.json", "caf\u00e9.jpg")) == 1


def test_v1_names_that_collide_become_v2() -> None:
    sources, changed = settle_collisions([Source("a", "a.jpg"), Source("a", "a.png"), Source("b", "b.jpg")])

    assert [source.output_name(".png") for source in sources] == ["a.jpg.png", "a.png.png", "b.png"]
    assert len(changed) == 2


def test_a_v2_name_may_collide_with_a_third_item() -> None:
    sources, _ = settle_collisions([Source("a", "a.jpg"), Source("a", "a.png"), Source("a.jpg", "a.jpg.gif")])

    names = [source.output_name(".png") for source in sources]

    assert names == ["a.jpg.png", "a.png.png", "a.jpg.gif.png"]


def test_names_that_do_not_collide_stay() -> None:
    sources = [Source("a", "a.jpg"), Source("b", "b.jpg", version=ExportVersion.V2)]

    assert settle_collisions(sources) == (sources, [])
