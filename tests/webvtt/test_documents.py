"""Any document survives, any text survives or is refused, any bytes are read without harm."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings, strategies as st

from annogeo import vtt
from annogeo.errors import InputError

percent = st.integers(0, 100) | st.floats(0, 100)
lines_of_text = st.text(
    st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), min_size=1
).filter(lambda line: "-->" not in line)
texts = st.lists(lines_of_text, max_size=3).map("\n".join)
ids = st.text(string.ascii_letters + string.digits + "-_:.,%é", min_size=1, max_size=8).filter(
    lambda s: "-->" not in s
)
regions = st.builds(
    vtt.Region,
    id=st.just("") | ids,
    width=percent,
    lines=st.integers(0, 100),
    region_anchor=st.tuples(percent, percent),
    viewport_anchor=st.tuples(percent, percent),
    scroll=st.sampled_from(["", "up"]),
)


@st.composite
def cues(draw: st.DrawFn, known: list[str]) -> vtt.Cue:
    cue = vtt.Cue(draw(st.integers(0, 10**12)), draw(st.integers(0, 10**12)), draw(texts))
    cue.id = draw(st.just("") | lines_of_text)
    cue.align = draw(st.sampled_from(["start", "center", "end", "left", "right"]))
    if draw(st.booleans()):
        cue.position = draw(percent)
        cue.position_align = draw(st.sampled_from(["auto", "line-left", "center", "line-right"]))
    if known and draw(st.booleans()):
        cue.region = draw(st.sampled_from(known))
        return cue
    cue.vertical = draw(st.sampled_from(["", "rl", "lr"]))
    cue.size = draw(percent)
    if draw(st.booleans()):
        cue.snap_to_lines = draw(st.booleans())
        cue.line = draw(st.floats(-1e6, 1e6) if cue.snap_to_lines else percent)
        cue.line_align = draw(st.sampled_from(["start", "center", "end"]))
    return cue


@st.composite
def documents(draw: st.DrawFn) -> vtt.Document:
    found = draw(st.lists(regions, max_size=2))
    made = draw(st.lists(cues([region.id for region in found if region.id]), max_size=4))
    styles = draw(st.lists(texts.filter(bool), max_size=2))
    notes = sorted(
        draw(st.lists(st.tuples(st.integers(0, len(made)), texts), max_size=3)), key=lambda pair: pair[0]
    )
    header = draw(texts)
    return vtt.Document(made, found, styles, [vtt.Note(text, place) for place, text in notes], header=header)


@settings(max_examples=300, deadline=None)
@given(documents())
def test_what_is_written_is_read_as_the_same(document: vtt.Document) -> None:
    text = vtt.serialize(document)
    again = vtt.parse(text.encode("utf-8"))

    assert again == document
    assert vtt.serialize(again) == text
    if is_as_the_syntax_wants(document):
        assert vtt.parse(text, strict=True) == document
    else:
        with pytest.raises(InputError, match="line "):
            vtt.parse(text, strict=True)


def is_as_the_syntax_wants(document: vtt.Document) -> bool:
    """Whether strict reading has to take what is written of a document, as far as documents can be wrong."""
    starts = [cue.start_ms for cue in document.cues]
    cue_ids = [cue.id for cue in document.cues if cue.id]
    region_ids = [region.id for region in document.regions]
    return (
        "\n" not in document.header
        and all(cue.start_ms < cue.end_ms for cue in document.cues)
        and starts == sorted(starts)
        and len(set(cue_ids)) == len(cue_ids)
        and len(set(region_ids)) == len(region_ids)
        and all(region_ids)
        and all(
            float(cue.line).is_integer() for cue in document.cues if cue.line != "auto" and cue.snap_to_lines
        )
    )


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_plain_text_survives(text: str) -> None:
    cue = vtt.Cue(0, 1, vtt.escape(text))

    (again,) = vtt.parse(vtt.serialize(vtt.Document([cue]))).cues
    assert vtt.plain_text(again.text) == text


@settings(max_examples=400, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text("0123456789:.->WEBVTTNOTESYLRGI \t\n\r<&;%,", max_size=300).map(str.encode)
)
def test_any_bytes_are_read_without_harm(data: bytes) -> None:
    document = vtt.parse(b"WEBVTT\n" + data)
    assert vtt.parse(vtt.serialize(document)) == document
    for cue in document.cues:
        assert isinstance(vtt.plain_text(cue.text), str)
        vtt.cue_tree(cue.text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("WEBVTT\n\n1\n00:00.000 -> 00:01.000\nx", "line 3: text that belongs to no cue was passed over"),
        (
            "WEBVTT\n\n00:00.000 --> 00:61.000\nx",
            "line 3: the end time cannot be read; the cue was passed over",
        ),
        (
            "WEBVTT\n\nid\n00:00.00 --> 00:01.000\nx",
            "line 4: the start time cannot be read; the cue was passed over",
        ),
        ("WEBVTT\n\n00:00.000 --> 00:01.000 line:x\nx", "line 3: the setting 'line:x' was passed over"),
        (
            "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n00:01.000 --> 00:02.000\ny",
            "line 5: an empty line is missing before a cue",
        ),
        ("WEBVTT\n00:00.000 --> 00:01.000\nx", "line 2: an empty line is missing before the first cue"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nx", "line 3: the cue ends before it starts"),
        (
            "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n\nSTYLE\n::cue {}",
            "line 6: a STYLE block after the first cue was passed over",
        ),
        ("WEBVTT\n\nREGION\nid:a width:200%\n", "line 3: the setting 'width:200%' was passed over"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\n\0", "line 1: NUL characters were replaced"),
    ],
)
def test_problems_say_where_and_strict_raises_the_first(text: str, message: str) -> None:
    assert vtt.parse(text).problems[0].message == message
    with pytest.raises(InputError, match="line "):
        vtt.parse(text, strict=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WEBVTTx",
        "webvtt",
        " WEBVTT",
        "\n\nWEBVTT",
        "\ufeff\ufeffWEBVTT",
        "1\n00:00:00,000 --> 00:00:01,000\nx",
    ],
)
def test_without_its_signature_it_is_no_webvtt(text: str) -> None:
    with pytest.raises(InputError, match="WEBVTT"):
        vtt.parse(text)


@pytest.mark.parametrize(
    "cue",
    [
        vtt.Cue(0, 1, "a --> b"),
        vtt.Cue(0, 1, "a\n\nb"),
        vtt.Cue(0, 1, "\na"),
        vtt.Cue(0, 1, "a\rb"),
        vtt.Cue(-1, 1),
        vtt.Cue(0.5, 1),  # type: ignore[arg-type]
        vtt.Cue(True, 1),
        vtt.Cue(0, 1, id="a\nb"),
        vtt.Cue(0, 1, id="-->"),
        vtt.Cue(0, 1, line_align="end"),
        vtt.Cue(0, 1, position_align="center"),
        vtt.Cue(0, 1, size=101),
        vtt.Cue(0, 1, line=float("nan")),
        vtt.Cue(0, 1, line=2**60 + 1),
        vtt.Cue(0, 1, line=10**400),
        pytest.param(vtt.Cue(0, 1, line=10**5000), id="many digits"),
        pytest.param(vtt.Cue(0, 1, size=10**5000), id="many percent"),
        vtt.Cue(0, 1, align="middle"),
        vtt.Cue(0, 1, vertical="up"),
        vtt.Cue(0, 1, region="nowhere"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(cue: vtt.Cue) -> None:
    with pytest.raises(InputError, match=r"cues\[0\]"):
        vtt.serialize(vtt.Document([cue]))


def test_a_region_that_is_not_known_undoes_an_earlier_one() -> None:
    top = "WEBVTT\n\nREGION\nid:a\n\n00:00.000 --> 00:01.000 "

    for settings_text, region in (("region:a region:b", None), ("region:b region:a", "a"), ("region:a", "a")):
        assert vtt.parse(top + settings_text).cues[0].region == region


def test_notes_keep_their_place_and_hours_go_beyond_99() -> None:
    document = vtt.parse(
        "WEBVTT title\nKind: captions\n\nNOTE a\n\n100:00:00.001 --> 12345:00:00.000\nx\n\nNOTE\nb\nc\n"
    )

    assert document.header == "title\nKind: captions"
    assert [(note.text, note.place) for note in document.notes] == [("a", 0), ("b\nc", 1)]
    assert document.cues[0].end_ms == 12345 * 3_600_000
    assert vtt.Document(notes=["first"]).notes == [vtt.Note("first", 0)]


def test_subrip_there_and_back() -> None:
    text = "\ufeff1\r\n00:00:01,5 --> 00:00:02,000\r\nA <b>bold</b> <font color=red>red</font> & <\r\n\r\n"
    text += "2\r\n00:00:03,000 --> 00:00:04,250\r\n{\\an8}up\r\n"
    document = vtt.parse_srt(text)
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in document.cues] == [
        (1500, 2000, "A <b>bold</b> red &amp; &lt;"),
        (3000, 4250, "up"),
    ]
    assert "font" in document.problems[0].message
    again, losses = vtt.serialize_srt(document)
    assert losses == []
    assert vtt.parse_srt(again) == document
    with pytest.raises(InputError, match="no SubRip"):
        vtt.parse_srt("hello")
    rich = vtt.parse("WEBVTT\n\nNOTE x\n\nid\n00:00.000 --> 00:01.000 align:left\n<v Ann>a\n")
    assert {loss.message for loss in vtt.serialize_srt(rich)[1]} == {
        "1 cues lose: ids", "1 cues lose: settings", "1 cues lose: voices", "1 notes are lost",
    }  # fmt: skip
    with pytest.raises(InputError, match="SubRip"):
        vtt.serialize_srt(rich, strict=True)
    assert (
        vtt.parse_srt("caf\xe9 1\n".encode("cp1252") + b"00:00:00,000 --> 00:00:01,000\ncaf\xe9\n")
        .cues[0]
        .text
        == "café"
    )


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789:,->\n abc<i>{}\\", max_size=200))
def test_any_subrip_is_read_without_harm(text: str) -> None:
    try:
        document = vtt.parse_srt(text)
    except InputError:
        return
    vtt.serialize(document)
    again, _ = vtt.serialize_srt(document)
    assert len(vtt.parse_srt(again).cues) == len(document.cues) if document.cues else True
