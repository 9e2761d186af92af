"""The markup inside cues: trees of tags, plain text, and plain text made safe. Layer: codecs.

WebVTT 6.4 and 6.5; character references as in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from annogeo.codecs.webvtt.timestamps import read_time

_SPACES = re.compile(r"[ \t\n\f\r]+")
_REFERENCE = re.compile(r"&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|([0-9A-Za-z]+;?))")
_TAGS = frozenset(("c", "i", "b", "u", "ruby", "rt", "v", "lang"))
_LONGEST_NAME = 33  # of a character reference


@dataclass(slots=True)
class Node:
    """A tag of a cue's text, with what is in it.

    Parameters
    ----------
    tag : str
        ``c``, ``i``, ``b``, ``u``, ``ruby``, ``rt``, ``v``, ``lang``; empty for a time.
    classes : list of str
    voice : str
        Who speaks, of ``v``.
    lang : str
        Of ``lang``.
    time_ms : int, optional
        Of a time: what follows is to come then.
    children : list of Node or str
    """

    tag: str = ""
    classes: list[str] = field(default_factory=list)
    voice: str = ""
    lang: str = ""
    time_ms: int | None = None
    children: list[Node | str] = field(default_factory=list)


Tree = list[Node | str]


def cue_tree(text: str) -> Tree:
    """Read the text of a cue into nested nodes and strings.

    Parameters
    ----------
    text : str
        As in a file, with tags and character references; `Cue.text`.

    Examples
    --------
    >>> tree = cue_tree("<v.loud Ann>I said <i>no</i> &amp; no!")
    >>> tree[0].voice, tree[0].classes, [part if isinstance(part, str) else part.tag for part in tree[0].children]
    ('Ann', ['loud'], ['I said ', 'i', ' & no!'])
    """
    root = Node()
    open_nodes = [root]
    for kind, name, classes, annotation in _tokens(text):
        current = open_nodes[-1]
        if kind == "text":
            current.children.append(name)
        elif kind == "start":
            if name in _TAGS and (name != "rt" or current.tag == "ruby"):
                node = Node(name, [one for one in classes if one])
                if name == "v":
                    node.voice = annotation
                elif name == "lang":
                    node.lang = annotation
                current.children.append(node)
                open_nodes.append(node)
        elif kind == "end":
            if len(open_nodes) > 1 and current.tag == name:
                open_nodes.pop()
            elif name == "ruby" and current.tag == "rt":
                del open_nodes[-2:]
        else:
            found = read_time(name)
            if found is not None and found[1] == len(name):
                current.children.append(Node(time_ms=found[0]))
    return root.children


def plain_text(text: str) -> str:
    """Return what of a cue's text is read: without tags, character references as characters.

    Parameters
    ----------
    text : str
        As of `cue_tree`.

    Examples
    --------
    >>> plain_text("<v Ann>Fish &amp; <i>chips</i>")
    'Fish & chips'
    """
    if "<" not in text:
        return unescape(text)
    return "".join(name for kind, name, _, _ in _tokens(text) if kind == "text")


def voices(text: str) -> list[str]:
    """Return who speaks in a cue, in order, each once.

    Parameters
    ----------
    text : str
        As of `cue_tree`.

    Examples
    --------
    >>> voices("<v Ann>Hello</v> <v Bob>Hi</v> <v Ann>Bye")
    ['Ann', 'Bob']
    """
    if "<v" not in text:
        return []
    return list(
        dict.fromkeys(a for kind, name, _, a in _tokens(text) if kind == "start" and name == "v" and a)
    )


def escape(text: str) -> str:
    """Turn plain text into the text of a cue: `plain_text` gives it back, whatever is in it but NUL characters.

    Parameters
    ----------
    text : str
        Any.

    Examples
    --------
    >>> escape("a < b & c --> d"), escape("two\\n\\nparagraphs")
    ('a &lt; b &amp; c --&gt; d', 'two\\n<c></c>\\nparagraphs')
    """
    for character, reference in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\r", "&#13;"),
        ("\0", "\ufffd"),
    ):
        if character in text:
            text = text.replace(character, reference)
    if "\n" not in text:
        return text
    return "\n".join(line or "<c></c>" for line in text.split("\n"))  # an empty line would end the cue


def unescape(text: str) -> str:
    """Replace character references as HTML does.

    Examples
    --------
    >>> unescape("&lt;&#65;&#x42;&ampere; &xyzzy;")
    '<AB&ere; &xyzzy;'
    """
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name is not None:
        return _named(name) or found[0]
    digits = decimal or hexadecimal
    code = int(digits, 10 if decimal else 16) if len(digits) < 12 else 0x110000
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if 0x80 <= code <= 0x9F:  # HTML reads these as Windows does
        return bytes([code]).decode("cp1252", "ignore") or chr(code)
    return chr(code)


@cache
def _named(name: str) -> str:
    """Return the character of the longest known name that this begins with, and the rest; empty: there is none."""
    from html.entities import html5

    if name in html5:
        return html5[name]
    for end in range(min(len(name) - 1, _LONGEST_NAME), 1, -1):
        if name[:end] in html5:
            return html5[name[:end]] + name[end:]
    return ""


def _tokens(text: str) -> Iterator[tuple[str, str, list[str], str]]:
    """Give kind (text, start, end, time), name or text, classes, annotation."""
    at, n = 0, len(text)
    while at < n:
        tag = text.find("<", at)
        tag = n if tag < 0 else tag
        if tag > at:
            yield "text", unescape(text[at:tag]), [], ""
        if tag == n:
            return
        end = text.find(">", tag)
        end = n if end < 0 else end
        inside = text[tag + 1 : end]
        if inside.startswith("/"):
            yield "end", inside[1:], [], ""
        elif inside[:1].isascii() and inside[:1].isdigit():
            yield "time", inside, [], ""
        else:
            yield _start(inside)
        at = end + 1


def _start(inside: str) -> tuple[str, str, list[str], str]:
    """Split a start tag: ``name.class.class annotation``."""
    found = _SPACES.search(inside)
    head, annotation = (inside, "") if found is None else (inside[: found.start()], inside[found.start() :])
    name, *classes = head.split(".")
    return "start", name, classes, _SPACES.sub(" ", unescape(annotation)).strip(" ")
