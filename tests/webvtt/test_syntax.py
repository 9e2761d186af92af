"""What the syntax of WebVTT forbids is listed, by line, though browsers forgive it; what it allows is not."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from annogeo import vtt
from annogeo.codecs.webvtt.markup import text_faults
from annogeo.errors import InputError
from tests.cli.conftest import Run, run as run

CUE = "00:01.000 --> 00:02.000"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("00:01.000 --> 00:01.000\nx", "line 3: the cue ends when it starts"),
        ("id\n00:02.000 --> 00:01.000\nx", "line 4: the cue ends before it starts"),
        (
            f"00:05.000 --> 00:06.000\nx\n\n{CUE}\ny\n\n00:05.000 --> 00:06.000\nx",
            "line 6: the cue starts before one that stands above it",
        ),
        (f"a\n{CUE}\nx\n\nb\n{CUE}\n\na\n{CUE}\ny", "line 10: the id 'a' is that of an earlier cue"),
        (f"{CUE} align:left  align:right", "line 3: 'align' stands more than once"),
        (f"id\n{CUE} line:1.5,end", "line 4: 'line:1.5,end' has a part of a line"),
        ("00:01.000--> 00:02.000", "line 3: no space before '-->'"),
        ("00:01.000 -->\t00:02.000align:left", "line 3: no space before the settings"),
        ("id\n00:01.000 -->00:02.000", "line 4: no space behind '-->'"),
        (f" {CUE}", "line 3: white space before the start time"),
        (f"{CUE} align:left\fsize:50%", "line 3: a form feed where only spaces and tabs may stand"),
        ("1:00:01.000 --> 01:00:02.000", "line 3: the start time has hours of one digit, not of two or more"),
        ("00:01.000 --> 1:00:02.000", "line 3: the end time has hours of one digit, not of two or more"),
        ("REGION\nid:a\nwidth:5% width:6%", "line 3: 'width' stands more than once"),
        (
            "REGION\nid:a\n\nREGION\nid:a",
            "line 6: the id 'a' is that of an earlier region; cues are in the last",
        ),
        ("REGION\nwidth:50%", "line 3: the region has no id: no cue can be in it"),
    ],
)
def test_forgiven_in_files(body: str, message: str) -> None:
    text = f"WEBVTT\n\n{body}\n"
    (problem,) = vtt.parse(text).problems
    assert problem.message.startswith(message)
    assert problem.severity == "warning"
    with pytest.raises(InputError, match=message.split(":", maxsplit=1)[0]):
        vtt.parse(text, strict=True)


def test_lines_below_the_signature_are_forgiven() -> None:
    document = vtt.parse(f"WEBVTT\nKind: captions\nLanguage: en\n\n{CUE}\nx\n")
    assert document.header == "\nKind: captions\nLanguage: en"
    assert [problem.message[:32] for problem in document.problems] == ["line 2: an empty line is missing"]


def test_forgiven_is_read_all_the_same() -> None:
    document = vtt.parse("WEBVTT\n\n  1:00:01.000-->00:02.000align:left\falign:right line:1.5\n<b>x & y\n")
    assert document.cues == [vtt.Cue(3_601_000, 2000, "<b>x & y", align="right", line=1.5)]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("<b>x <i>y", ["<b> is not closed", "<i> is not closed"]),
        ("<b>x</u></b>", ["</u> does not close"]),
        ("<b><i>x</b></i></b>", ["</b> does not close"]),
        ("<foo>x", ["<foo> is no tag"]),
        ("<>x", ["<> is no tag"]),
        ("a < b", ["'<' begins a tag that no '>' ends"]),
        ("a & b", ["'&' is no character reference"]),
        ("&amp &nosuch; &notit;", ["'&' is no", "'&nosuch;' is no", "'&notit;' is no"]),
        ("&#0; &#x110000; &#xD800; &#13; &#128; &#xFFFE; &#65", ["'&#0;' refers to", "'&#x110000;' refers to",
          "'&#xD800;' refers to", "'&#13;' refers to", "'&#128;' refers to", "'&#xFFFE;' refers to", "'&' is no"]),
        ("&#" + "9" * 5000 + ";", ["'&#9999"]),
        ("<v>x</v>", ["<v> needs the name of a voice"]),
        ("<v \t>x</v>", ["<v \t> needs the name of a voice"]),
        ("<v A&B>x</v>", ["'&' is no character reference"]),
        ("a <v Ann>x", ["<v> is not closed"]),
        ("<lang>x</lang>", ["<lang> needs a language"]),
        ("<lang en_GB>x</lang>", ["<lang en_GB> needs a language"]),
        ("<b loud>x</b>", ["<b loud> has something behind its name"]),
        ("<b >x</b>", ["<b > has something behind its name"]),
        ("<c.>x</c>", ["<c.> has a class"]),
        ("<c.a..b>x</c>", ["<c.a..b> has a class"]),
        ("<c.a>x</c.a>", ["<c> is not closed", "</c.a> does not close"]),
        ("<rt>x</rt>", ["<rt> does not stand directly in <ruby>", "</rt> does not"]),
        ("<ruby>x</ruby>", ["<ruby> has no <rt>"]),
        ("<ruby>x<rt>y</rt>z</ruby>", ["<ruby> has something behind its last <rt>"]),
        ("<00:01.000>x", ["<00:01.000> is not between"]),
        ("<00:01.500>x<00:01.500>y", ["<00:01.500> is not between"]),
        ("x<00:02.000>", ["<00:02.000> is not between"]),
        ("<00:99.000>x<00:01.5>", ["<00:99.000> is no time", "<00:01.5> is no time"]),
        ("<0:00:01.500>x", ["<0:00:01.500> has hours of one digit"]),
    ],
)  # fmt: skip
def test_forgiven_in_texts(text: str, messages: list[str]) -> None:
    file = f"WEBVTT\n\n{CUE}\nfirst line\n{text}\n"
    problems = vtt.parse(file, strict=True).problems  # no reason to refuse: metadata may be so
    for problem, message in zip(problems, messages, strict=True):
        assert problem.message.startswith(f"line 5: {message}"), problem
        assert problem.severity == "info"
    assert vtt.parse(file, markup=True).problems == problems
    assert vtt.parse(file).problems == []


@pytest.mark.parametrize(
    "text",
    [
        "plain > text\nof two lines",
        "<v Ann>all of it",
        "<v.loud.far Ann O&apos;Neil>Hi</v> <v\tBob>Ho</v>",
        "<c.a.b><b>x</b>\n<i>y</i><u></u></c>",
        "<ruby>a<rt>b</rt>c<rt>d</ruby><ruby>a<rt>b</rt> \n</ruby>",
        "<lang en-GB>x</lang><lang zh-Hant>y</lang>",
        "<00:01.001>a<00:00:01.002>b <b><00:01.999>c</b>",
        "&amp;&lt;&gt;&nbsp;&lrm;&rlm;&#65;&#x1F600;&#00065;&notin;",
        "",
    ],
)
def test_allowed_in_texts(text: str) -> None:
    assert vtt.parse(f"WEBVTT\n\n{CUE}\n{text}\n", strict=True).problems == []


def test_allowed_in_files() -> None:
    text = (
        "WEBVTT - a title\n\n\nSTYLE\n::cue {}\n\nNOTE x\n\nREGION\t\nid:a width:50%\nlines:2\n\nREGION\nid:b\n\n"
        "NOTE\n\n1\n00:01.000 \t-->\t\t100:00:02.000  align:left \t line:-1,end\nx\n\n"
        "2\n00:00:01.000 --> 00:02.000 region:a\n\n\nNOTE y\n\n3\n00:03.000 --> 00:04.000"
    )
    assert vtt.parse(text, strict=True).problems == []


@settings(max_examples=300, deadline=None)
@given(st.text("<>/&;#x1abiuvcrty.lang 0:\n", max_size=60), st.integers(0, 3000), st.integers(0, 3000))
def test_any_text_can_be_looked_at(text: str, start: int, end: int) -> None:
    found = text_faults(text, start, end)
    assert all(0 <= at < len(text) for at, _ in found)
    if not found:  # then reading passes nothing over
        assert count(vtt.cue_tree(text)) == len(re.findall("<[^/]", text))


def count(tree: list[vtt.Node | str]) -> int:
    return sum(1 + count(part.children) for part in tree if isinstance(part, vtt.Node))


def test_escaped_text_is_as_it_should_be() -> None:
    assert text_faults(vtt.escape("a <b> & c\n\nd --> &amp;"), 0, 1) == []


def test_the_command_line_lists_all(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "a.vtt"
    path.write_text(
        "WEBVTT\n\nREGION\nwidth:50%\n\n00:02.000 --> 00:02.000\n<b>x\n\n00:01.000-->00:02.000\n&\n"
    )
    result = run("vtt", "check", path)
    assert result.exit_code == 1
    assert [line.split(": ", 2)[2][:6] for line in result.stdout.splitlines()[:-1]] == [
        "line 3", "line 6", "line 7", "line 9", "line 9", "line 9", "line 1",
    ]  # fmt: skip
    assert run("vtt", "convert", path, tmp_path / "b.vtt").exit_code == 0
    assert vtt.parse((tmp_path / "b.vtt").read_text()) == vtt.parse(path.read_text())


def test_a_bad_byte_is_told_from_the_character_that_replaces_it() -> None:
    good = f"WEBVTT\n\n{CUE}\n\ufffd\n".encode()
    assert vtt.parse(good, strict=True).problems == []
    bad = good.replace(b"\xef\xbf\xbd", b"\xef\xbf\xbd\xff")
    assert "not UTF-8" in vtt.parse(bad).problems[0].message
    with pytest.raises(InputError, match="not UTF-8"):
        vtt.parse(bad, strict=True)


@pytest.mark.parametrize(
    ("read", "unit"),
    [
        (vtt.parse, f"{CUE}\nx\n"),  # no empty lines
        (vtt.parse_srt, "<a"),
        (vtt.parse_srt, "{\\"),
        (vtt.parse_srt, "<" + "a" * 50),
    ],
)
def test_time_grows_with_the_length_only(read: object, unit: str) -> None:
    head = "WEBVTT\n\n" if read is vtt.parse else "1\n00:00:01,000 --> 00:00:02,000\n"
    assert callable(read)
    took = []
    for n in (8000, 64_000):
        begin = time.process_time()
        read(head + unit * n)
        took.append(time.process_time() - begin)
    assert took[1] < 24 * took[0] + 0.1  # 8 times as long; were it quadratic, 64
