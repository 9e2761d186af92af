"""Documents as a whole: encodings, what the fast scanner refuses, and what is no document."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest

from annogeo.codecs.platform import dumps, split
from annogeo.errors import InputError
from annogeo.model import AnnotationCollection
from annogeo.model.collecting import paused_gc
from tests.platform.entries import box

from_json = AnnotationCollection.from_json
ENTRY = box(label="çé日本🙂")
TEXT = json.dumps([ENTRY], ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_bytes_are_read_in_every_unicode_encoding(encoding: str) -> None:
    assert from_json(TEXT.encode(encoding)).to_json()["annotations"] == [ENTRY]


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, str])
def test_document_may_come_as(wrap: Any) -> None:
    given = TEXT if wrap is str else wrap(TEXT.encode())

    assert from_json(given).to_json()["annotations"] == [ENTRY]


def test_byte_order_mark_in_a_string_is_passed_over() -> None:
    assert from_json("\ufeff" + TEXT)[0].label == "çé日本🙂"


def test_leading_space_is_allowed() -> None:
    assert len(from_json(b" \r\n\t" + TEXT.encode())) == 1


def test_caller_may_reuse_a_buffer() -> None:
    buffer = bytearray(TEXT.encode())
    collection = from_json(buffer)

    buffer[:] = b"x" * len(buffer)

    assert collection[0].label == "çé日本🙂"


def test_numbers_come_back_as_they_were() -> None:
    content = b'{"annotations":[{"type":"x","a":1.50,"b":1e2,"c":-0.0,"d":123456789012345678901234567890}]}'

    collection = from_json(content)

    assert collection.to_json() == json.loads(content)
    assert dumps(collection) == content


def test_a_number_of_any_length_survives() -> None:
    digits = "7" * 6000

    entry = from_json(f'[{{"type": "x", "n": {digits}}}]').to_json()["annotations"][0]

    assert entry["n"] % 10**9 == 777777777
    assert entry["n"] > 10**5998


def test_of_duplicate_keys_the_last_wins() -> None:
    collection = from_json(
        b'{"annotations": 5, "annotations": [{"type": "box", "type": "x", "label": "a", "label": "b"}]}'
    )

    assert collection[0].type == "x"
    assert collection[0].label == "b"


def test_surrogate_escapes_survive() -> None:
    content = b'[{"type": "x", "label": "\\ud800"}]'

    collection = from_json(content)

    assert collection[0].label == "\ud800"
    assert collection.to_json()["annotations"] == json.loads(content)
    assert from_json('[{"type": "\ud800"}]')[0].type == "\ud800"


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_number_that_is_not_finite_is_read_and_becomes_a_problem(literal: str) -> None:
    entries = f'[{{"type": "point", "label": "a", "coordinates": {{"x": {literal}, "y": 1}}}}, {TEXT[1:]}'

    collection = from_json(entries.encode())

    (problem,) = collection.problems
    assert problem.severity == "error"
    assert (problem.json_path or "").startswith("$[0].coordinates")
    assert repr(collection.to_json()["annotations"]) == repr(json.loads(entries))


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("end", [1, 20, 60, -1])
def test_truncated_document_is_one_error_with_the_byte_it_ends_at(end: int, strict: bool) -> None:
    content = TEXT.encode()[:end]

    with pytest.raises(InputError, match=r"not JSON") as raised:
        from_json(content, strict=strict)

    assert f"ends at byte {len(content)}" in str(raised.value)
    assert raised.value.hint == "it looks truncated"


def test_broken_document_is_an_error_with_byte_line_and_column() -> None:
    content = '[\n"é", }]'.encode()

    with pytest.raises(InputError, match=r"at byte 8 \(line 2, column 6\)"):
        from_json(content)


def test_byte_order_mark_counts_in_the_byte() -> None:
    with pytest.raises(InputError, match="at byte 4 "):
        from_json(b"\xef\xbb\xbf[}]")


@pytest.mark.parametrize(
    ("before", "offset"), [(b"", 2), (b"a" * (1 << 20), 2 + (1 << 20)), ("é".encode() * 10, 22)]
)
def test_invalid_utf8_is_an_error_with_its_byte(before: bytes, offset: int) -> None:
    with pytest.raises(InputError, match=f"byte {offset} is no UTF-8"):
        from_json(b'["' + before + b'\xff"]')


def test_utf8_is_checked_across_pieces() -> None:
    filler = b'["' + b"a" * ((1 << 20) - 3)

    assert from_json(filler + '🙂"]'.encode()).to_json()["annotations"][0].endswith("🙂")
    with pytest.raises(InputError, match=f"byte {len(filler)} is no UTF-8"):
        from_json(filler + b'\xf0\x9fa"]')


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"annotations":' * 5000]
)
def test_document_nested_too_deeply_is_an_error(content: bytes) -> None:
    with pytest.raises(InputError, match="nested too deeply"):
        from_json(content)


def test_entry_nested_deeply_is_kept() -> None:
    content = b'[{"type": "x", "coordinates": ' + b"[" * 900 + b"]" * 900 + b"}]"

    collection = from_json(content)

    assert isinstance(collection.problems, list)
    assert collection[0].type == "x"
    assert bytes(dumps(collection)).count(b"[") == 901


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"5", "got a number"),
        ('"a"', "got a string"),
        (b"null", "got null"),
        (None, "got null"),
        (True, "got a boolean"),
        (7, "got a number"),
        (object(), "got object"),
        ({}, "'annotations'"),
        (b"{}", "'annotations'"),
        ({"annotations": None}, "got null"),
        (b'{"annotations": {}}', "got an object"),
        ({"annotations": "abc"}, "got a string"),
    ],
)
def test_what_is_no_document_raises_in_both_modes(document: Any, message: str, strict: bool) -> None:
    with pytest.raises(InputError, match=message):
        from_json(document, strict=strict)


def test_split_leaves_entries_encoded() -> None:
    document = split(TEXT.encode())

    assert bytes(document.entries[0]) == TEXT.encode()[1:-1]


@pytest.mark.parametrize("is_on", [True, False])
def test_paused_gc_restores_what_was(is_on: bool) -> None:
    was_on = gc.isenabled()
    try:
        (gc.enable if is_on else gc.disable)()
        with paused_gc():
            assert not gc.isenabled()

        assert gc.isenabled() is is_on
    finally:
        (gc.enable if was_on else gc.disable)()
