"""SubRip cannot hold everything: what it does not is listed or refused, and nothing becomes another cue."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from annogeo import vtt
from annogeo.errors import InputError

FOLLOWING = vtt.Cue(1000, 2000, "next")


def there_and_back(text: str) -> tuple[list[str], set[str]]:
    """Return the plain texts that a cue, and one behind it, have afterwards; and what was said to be lost."""
    written, losses = vtt.serialize_srt(vtt.Document([vtt.Cue(0, 1000, text), FOLLOWING]))
    again = vtt.parse_srt(written)
    return [vtt.plain_text(cue.text) for cue in again.cues], {loss.message for loss in losses}


@pytest.mark.parametrize(
    ("text", "loss"),
    [
        ("&lt;i&gt;x&lt;/i&gt;", "text that is read as tags"),
        ("&lt;<c></c>b&gt;x", "text that is read as tags"),
        ("{\\an8}hello", "text that is read as tags"),
        ("{\\<i>x</i>}", "text that is read as tags"),
        ("00:00:01,000 --&gt; 00:00:02,000", "lines that are read as times"),
        ("x\n 1:2:3 --&gt; 4:5:6 y\nz", "lines that are read as times"),
        ("a&#13;b", "carriage returns"),
        ("a\n \nb", "empty lines"),
    ],
)
def test_what_would_be_read_otherwise_is_listed(text: str, loss: str) -> None:
    texts, losses = there_and_back(text)
    assert len(texts) == 2
    assert f"1 cues lose: {loss}" in losses
    with pytest.raises(InputError, match=loss):
        vtt.serialize_srt(vtt.Document([vtt.Cue(0, 1, text.replace("<c></c>", ""))]), strict=True)


PIECES = "<i> </i> <b> &lt; &gt; &amp; i / { \\ } 00:00:01,000 --&gt; 5 &#13;".split()


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, " ", "\n"]), max_size=12).map("".join))
def test_a_text_comes_back_or_its_loss_is_listed(text: str) -> None:
    text = "\n".join(line for line in text.split("\n") if line)
    texts, losses = there_and_back(text)
    assert len(texts) == 2
    assert texts[1] == "next"
    assert losses or texts[0] == vtt.plain_text(text)


@pytest.mark.parametrize("start", [-1, 0.5, True, None, "1", 10**15 * 3_600_000])
def test_times_that_cannot_be_written_are_refused(start: Any) -> None:
    for write in (vtt.serialize, vtt.serialize_srt):
        with pytest.raises(InputError, match=r"cues\[1\]\.start_ms: expected"):
            write(vtt.Document([FOLLOWING, vtt.Cue(start, 10)]))


def test_times_too_long_to_be_shown_are_refused() -> None:
    for write in (vtt.serialize, vtt.serialize_srt):
        with pytest.raises(InputError, match=r"cues\[0\]\.end_ms: expected .* many more digits"):
            write(vtt.Document([vtt.Cue(0, 10**5000)]))


def test_the_longest_times_come_back() -> None:
    document = vtt.Document([vtt.Cue(0, 10**15 * 3_600_000 - 1, "x", "1")])
    assert vtt.parse(vtt.serialize(document), strict=True) == document
    assert vtt.parse_srt(vtt.serialize_srt(document)[0], strict=True) == document


def test_deep_markup_is_written() -> None:
    text, losses = vtt.serialize_srt(vtt.Document([vtt.Cue(0, 1, "<b>" * 5000 + "x" + "</b>" * 5000)]))
    assert losses == []
    assert vtt.parse_srt(text).cues[0].text == "<b>" * 5000 + "x" + "</b>" * 5000


def test_hours_of_thousands_of_digits_are_no_times() -> None:
    times = "9" * 5000 + ":00:00,000 --> 00:00:01,000"
    with pytest.raises(InputError, match="line 2: expected times as"):
        vtt.parse_srt(f"1\n{times}\nx\n")
    document = vtt.parse_srt(f"1\n00:00:00,000 --> 00:00:01,000\na\n\n2\n{times}\nx\n")
    assert [cue.text for cue in document.cues] == ["a"]
    assert "line 5: text that belongs to no cue" in document.problems[0].message


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (vtt.Document(notes=[3]), r"notes\[0\]: expected a vtt.Note"),
        (vtt.Document(notes=[vtt.Note("x", "a")]), r"notes\[0\]\.place"),  # type: ignore[arg-type]
        (vtt.Document(regions=["a"]), r"regions\[0\]: expected a vtt.Region"),  # type: ignore[list-item]
        (vtt.Document(regions=[vtt.Region(None)]), r"regions\[0\]\.id"),  # type: ignore[arg-type]
        (vtt.Document(regions=[vtt.Region("a", region_anchor=(1,))]), r"regions\[0\]\.region_anchor"),  # type: ignore[arg-type]
        (vtt.Document(regions=[vtt.Region("a", viewport_anchor=3)]), r"regions\[0\]\.viewport_anchor"),  # type: ignore[arg-type]
        (vtt.Document(regions=[vtt.Region("a", viewport_anchor=(3, "x"))]), r"regions\[0\]\.viewport_anchor"),  # type: ignore[arg-type]
        (vtt.Document(cues=["a"]), r"cues\[0\]: expected a vtt.Cue"),  # type: ignore[list-item]
        (vtt.Document(cues=[vtt.Cue(0, 1, "x", None)]), r"cues\[0\]\.id"),  # type: ignore[arg-type]
        (vtt.Document(cues=[vtt.Cue(0, 1, vertical=None)]), r"cues\[0\]\.vertical"),  # type: ignore[arg-type]
        (vtt.Document([vtt.Cue(0, 1, region="")], [vtt.Region()]), r"cues\[0\]\.region"),
    ],
)
def test_what_is_no_document_is_refused_by_name(document: vtt.Document, place: str) -> None:
    with pytest.raises(InputError, match=place):
        vtt.serialize(document)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_bytes_are_decoded_as_their_mark_says(encoding: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nçà et là\n"

    (cue,) = vtt.parse_srt(text.encode(encoding), strict=True).cues

    assert cue.text == "çà et là"


def test_utf_16_of_either_byte_order_is_read() -> None:
    text = "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\n日本語\r\n"

    for encoding in ("utf-16-le", "utf-16-be"):
        assert [cue.text for cue in vtt.parse_srt(text.encode(encoding)).cues] == ["日本語"]
    assert len(vtt.parse_srt(text.encode("utf-16-le")[:-1]).cues) == 1  # cut inside a character
