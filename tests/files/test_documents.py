"""What stands around the annotations of a document."""

from __future__ import annotations

import json

import pytest

from annogeo.errors import InputError
from annogeo.files.documents import read_head, read_labels


def test_the_head_is_read_without_the_annotations() -> None:
    head = read_head(
        b'{"_id": "i", "filename": "/a.png", "metadata": {"system": {"width": 3}}, "annotations": [1, {}]}'
    )

    assert head.keys == {"_id": "i", "filename": "/a.png", "metadata": {"system": {"width": 3}}}


@pytest.mark.parametrize(
    "data", [b'\xef\xbb\xbf{"annotations": []}', b' \n{"annotations": [{"x": NaN}]}', b'{"filename": 3}']
)
def test_odd_documents_have_a_head(data: bytes) -> None:
    assert read_head(data).filename is None


def test_a_cut_off_document_is_said_to_end_at_its_byte() -> None:
    with pytest.raises(InputError, match="ends at byte 13"):
        read_head(b'{"annotations')


@pytest.mark.parametrize("data", [b"", b"{", b"7", b'"x"', b"null", b"\xff\xfe\x00", b"[" * 10])
def test_what_is_no_document_is_an_input_error(data: bytes) -> None:
    with pytest.raises(InputError):
        read_labels(data)


@pytest.mark.parametrize(
    "annotations",
    [
        [{"label": "b"}, {"label": "a"}, {"label": "b"}],
        [{"label": "b"}, {"label": 3}, {"label": None}, {}, 7, None, "x", {"label": "a"}, {"label": "b"}],
    ],
)
@pytest.mark.parametrize("is_list", [True, False])
def test_labels_are_read_in_order(annotations: list[object], is_list: bool) -> None:
    document = annotations if is_list else {"filename": "/a", "annotations": annotations}

    assert read_labels(json.dumps(document).encode()) == ["b", "a", "b"]


def test_labels_beside_nan_are_read() -> None:
    assert read_labels(b'{"annotations": [{"label": "a", "coordinates": [NaN]}]}') == ["a"]


def test_escaped_labels_are_unescaped() -> None:
    assert read_labels(b'[{"label": "\\u00e7"}]') == ["\u00e7"]
