"""The order a line is seen in: the Unicode bidirectional algorithm (UAX #9) for one line.

Left out are the explicit embeddings, overrides and isolates (U+202A..E, U+2066..9): labels do not nest, and broken
ones would turn the rest of a caption round. Layer: rendering.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

_STRONG = frozenset({"L", "R"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "ES", "ET", "CS", "BN"})
_PAIRS = "()[]{}（）［］｛｝「」『』【】〈〉《》〔〕⟨⟩"
_CLOSING = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_OPENING = {right: left for left, right in _CLOSING.items()}
MIRRORED = str.maketrans({**_CLOSING, **_OPENING, "<": ">", ">": "<", "«": "»", "»": "«", "‹": "›", "›": "‹"})


class Run(NamedTuple):
    """Characters of one direction, in the order they are read."""

    text: str
    is_rtl: bool


def visual_runs(line: str) -> list[Run]:
    """Cut a line into runs of one direction, from left to right as they are seen.

    Parameters
    ----------
    line : str
        In reading order, without line breaks. Its own direction is that of its first letter.

    Examples
    --------
    >>> [run.text for run in visual_runs("שלום car")]
    ['car', 'שלום ']
    >>> visual_runs("")
    []
    """
    if line.isascii():
        return [Run(line, False)] if line else []
    classes = [unicodedata.bidirectional(c) or "L" for c in line]
    if not {"R", "AL", "AN"} & set(classes):
        return [Run(line, False)]
    base = next((int(c != "L") for c in classes if c in ("L", "R", "AL")), 0)
    levels = _levels(line, classes, base)
    runs = _runs(line, levels)
    for level in range(max(levels), 0, -1):  # L2: whatever lies at least this deep is turned round
        runs = list(_turned(runs, level))
    return [Run(text, bool(level % 2)) for text, level in runs]


def _runs(line: str, levels: list[int]) -> list[tuple[str, int]]:
    grouped = groupby(zip(levels, line, strict=True), key=lambda pair: pair[0])
    return [("".join(c for _, c in pairs), level) for level, pairs in grouped]


def _turned(runs: list[tuple[str, int]], level: int) -> Iterator[tuple[str, int]]:
    for is_deep, group in groupby(runs, key=lambda run: run[1] >= level):
        members = list(group)
        yield from reversed(members) if is_deep else members


def _levels(line: str, classes: list[str], base: int) -> list[int]:
    own = "R" if base else "L"
    kinds = _resolve_brackets(line, classes, _resolve_weak(classes, own), own)
    kinds = _resolve_neutral(kinds, own)
    deeper = ({"L": 0, "R": 1, "AN": 2, "EN": 2}, {"L": 1, "R": 0, "AN": 1, "EN": 1})[base]  # I1, I2
    levels = [base + deeper[kind] for kind in kinds]
    for k in range(len(line) - 1, -1, -1):  # L1: space at the end stays at the end
        if classes[k] not in ("WS", "S", "B"):
            break
        levels[k] = base
    return levels


def _resolve_weak(classes: list[str], own: str) -> list[str]:
    """Rules W1 to W7: numbers, what belongs to numbers, and marks."""
    kinds = list(classes)
    strong = before = own
    for k, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[k] = kind = before
        before = kind
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[k] = "AN"
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for k in range(1, len(kinds) - 1):
        left, kind, right = kinds[k - 1 : k + 2]
        if left == right and ((kind == "ES" and left == "EN") or (kind == "CS" and left in ("EN", "AN"))):
            kinds[k] = left
    start = 0
    for kind, group in groupby(list(kinds)):
        end = start + len(list(group))
        if kind == "ET" and "EN" in (
            kinds[start - 1] if start else "",
            kinds[end] if end < len(kinds) else "",
        ):
            kinds[start:end] = ["EN"] * (end - start)
        start = end
    strong = own
    for k, kind in enumerate(kinds):
        if kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[k] = "L"
        elif kind in _NEUTRAL:
            kinds[k] = "ON"
    return kinds


def _resolve_brackets(line: str, classes: list[str], kinds: list[str], own: str) -> list[str]:
    """Rule N0: both brackets of a pair, and the marks on them, go the way of what they hold."""
    kinds = list(kinds)
    for start, end in _bracket_pairs(line, kinds):
        inside = {_direction(kind) for kind in kinds[start + 1 : end]} & _STRONG
        if own in inside:
            way = own
        elif inside:
            outside = (_direction(kind) for kind in reversed(kinds[:start]))
            context = next((kind for kind in outside if kind in _STRONG), own)
            way = context if context in inside else own
        else:
            continue
        for bracket in (start, end):
            kinds[bracket] = way
            for k in range(bracket + 1, len(line)):
                if classes[k] != "NSM":
                    break
                kinds[k] = way
    return kinds


def _bracket_pairs(line: str, kinds: list[str]) -> list[tuple[int, int]]:
    opened: list[tuple[str, int]] = []
    pairs = []
    for k, character in enumerate(line):
        if kinds[k] != "ON":
            continue
        if character in _CLOSING:
            opened.append((character, k))
        elif character in _OPENING:
            for depth in range(len(opened) - 1, -1, -1):
                if opened[depth][0] == _OPENING[character]:
                    pairs.append((opened[depth][1], k))
                    del opened[depth:]
                    break
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], own: str) -> list[str]:
    """Rules N1 and N2: what has no direction goes with both its neighbours, else with the line."""
    kinds = list(kinds)
    start = 0
    for kind, group in groupby(list(kinds)):
        end = start + len(list(group))
        if kind == "ON":
            left = _direction(kinds[start - 1]) if start else own
            right = _direction(kinds[end]) if end < len(kinds) else own
            kinds[start:end] = [left if left == right else own] * (end - start)
        start = end
    return kinds


def _direction(kind: str) -> str:
    return "R" if kind in ("AN", "EN") else kind
