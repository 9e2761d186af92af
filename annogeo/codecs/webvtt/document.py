"""Cues, regions, notes and styles of a WebVTT file, as plain data that can be changed. Layer: codecs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from annogeo.errors import Problem

Auto = Literal["auto"]


@dataclass(slots=True)
class Cue:
    """A cue.

    Parameters
    ----------
    start_ms, end_ms : int
        Milliseconds.
    text : str
        With its markup; `plain_text` is what is read, `escape` makes it of plain text.
    id : str
    vertical : {'', 'rl', 'lr'}
    snap_to_lines : bool
        Whether `line` counts lines, or is a percentage.
    line : 'auto' or float
    line_align : {'start', 'center', 'end'}
    position : 'auto' or float
        Percent.
    position_align : {'auto', 'line-left', 'center', 'line-right'}
    size : float
        Percent.
    align : {'start', 'center', 'end', 'left', 'right'}
    region : str, optional
        The id of one of the document's regions.
    """

    start_ms: int
    end_ms: int
    text: str = ""
    id: str = ""
    vertical: str = ""
    snap_to_lines: bool = True
    line: float | Auto = "auto"
    line_align: str = "start"
    position: float | Auto = "auto"
    position_align: str = "auto"
    size: float = 100
    align: str = "center"
    region: str | None = None


@dataclass(slots=True)
class Region:
    """A part of the picture that cues scroll in.

    Parameters
    ----------
    id : str
    width : float
        Percent.
    lines : int
    region_anchor, viewport_anchor : (float, float)
        Percent, x and y: this point of the region lies on that point of the picture.
    scroll : {'', 'up'}
    """

    id: str = ""
    width: float = 100
    lines: int = 3
    region_anchor: tuple[float, float] = (0, 100)
    viewport_anchor: tuple[float, float] = (0, 100)
    scroll: str = ""


@dataclass(slots=True)
class Note:
    """A comment.

    Parameters
    ----------
    text : str
    place : int
        How many cues stand before it.
    """

    text: str
    place: int = 0


@dataclass(slots=True)
class Document:
    """A WebVTT file.

    Parameters
    ----------
    cues : list of Cue
        In the file's order.
    regions : list of Region
    styles : list of str
        The text of each STYLE block.
    notes : list of Note
        Also texts, which then stand before the first cue.
    problems : list of Problem
        What reading has found, with line numbers; does not count when documents are compared.
    header : str
        What stands behind ``WEBVTT``, and the lines below it.

    Examples
    --------
    >>> Document([Cue(0, 1000, "hello")]).cues[0].align
    'center'
    """

    cues: list[Cue] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list, compare=False)
    header: str = ""

    def __post_init__(self) -> None:
        given: list[Any] = self.notes
        self.notes = [Note(note) if isinstance(note, str) else note for note in given]
