"""WebVTT and SubRip: `parse`, `serialize`, the text of cues. ::

    document = ag.vtt.parse(open("talk.vtt", "rb").read())
    document.cues[0].text, document.problems

The work is done in `annogeo.codecs.webvtt` and `annogeo.codecs.subrip`.
"""

from __future__ import annotations

from annogeo.codecs.subrip import parse_srt, serialize_srt
from annogeo.codecs.webvtt.cue_text import Node, cue_tree, escape, plain_text, voices
from annogeo.codecs.webvtt.document import Cue, Document, Note, Region
from annogeo.codecs.webvtt.parsing import parse
from annogeo.codecs.webvtt.writing import serialize

__all__ = [
    "Cue",
    "Document",
    "Node",
    "Note",
    "Region",
    "cue_tree",
    "escape",
    "parse",
    "parse_srt",
    "plain_text",
    "serialize",
    "serialize_srt",
    "voices",
]
