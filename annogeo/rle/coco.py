"""COCO's run lengths, which go down the columns. Layer: rle."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any, TypedDict

import numpy as np

from annogeo.errors import InputError
from annogeo.rle.checks import brief, check_cost, checked_shape
from annogeo.rle.runs import IntArray, counts_of_edges, edges_of_counts, most_edges, transposed

_PADDING = bytes(64)  # what the reading kernel wants behind a string


class CocoRle(TypedDict):
    """A compressed COCO mask."""

    size: list[int]
    counts: str


class CocoCounts(TypedDict):
    """A COCO mask that is not compressed."""

    size: list[int]
    counts: list[int]


def read(coco: Any) -> tuple[tuple[int, int], IntArray]:
    """Return shape and edges; see `Rle.from_coco`."""
    if not isinstance(coco, Mapping) or "size" not in coco or "counts" not in coco:
        got = sorted(map(str, coco)) if isinstance(coco, Mapping) else type(coco).__name__
        raise InputError(f"expected a COCO mask with 'size' and 'counts', got {got}")
    height, width = checked_shape(coco["size"], json_path=".size")
    edges = _edges_of_string(coco["counts"], height, width)
    if edges is not None:
        return (height, width), edges
    counts = _counts(coco["counts"])
    ends = np.cumsum(counts)
    total = int(ends[-1]) if ends.size else 0
    if (counts < 0).any() or (ends < 0).any() or total != height * width:
        expected = f"none negative, {height * width} px in all"
        raise InputError(
            f"expected run lengths, {expected}, got {brief(counts.tolist())}", json_path=".counts"
        )
    return (height, width), transposed(edges_of_counts(counts), width, height)


def with_counts(edges: IntArray, shape: tuple[int, int]) -> CocoCounts:
    """Return the dict with run lengths."""
    counts = counts_of_edges(transposed(edges, *shape), shape[0] * shape[1])
    return {"size": list(shape), "counts": counts.tolist()}


def with_string(edges: IntArray, shape: tuple[int, int]) -> CocoRle:
    """Return the dict with a string."""
    height, width = shape
    kernels = _kernels()
    if width > kernels.WIDEST or height * width >= kernels.LARGEST:
        return _with_long_string(transposed(edges, height, width), shape)
    text, failed = kernels.write_string(edges, height, width, most_edges(height * width))
    if failed:
        check_cost(failed, shape)
    return {"size": [height, width], "counts": text.tobytes().decode("ascii")}


def with_strings(columns: IntArray, offsets: IntArray, shape: tuple[int, int]) -> list[CocoRle]:
    """Return the dicts of many masks with strings: of their edges down the columns, mask k's from offset k on."""
    from annogeo.kernels.rle_columns import LARGEST, encode_strings

    height, width = shape
    n = offsets.size - 1
    if height * width >= LARGEST:
        return [_with_long_string(columns[a:b], shape) for a, b in pairwise(offsets.tolist())]
    text = np.empty(8 * (columns.size + n) + 8, np.uint8)
    ends = np.empty(n + 1, np.int64)
    encode_strings(columns, offsets, height * width, text, ends)
    whole = text[: ends[-1]].tobytes().decode("ascii")
    return [{"size": [height, width], "counts": whole[a:b]} for a, b in pairwise(ends.tolist())]


def _with_long_string(columns: IntArray, shape: tuple[int, int]) -> CocoRle:
    """Return the dict of a mask so large that numbers take more than eight characters."""
    from annogeo.kernels.rle import encode_counts

    counts = counts_of_edges(columns, shape[0] * shape[1])
    text = np.empty(13 * counts.size, np.uint8)
    length = encode_counts(counts, text)
    return {"size": list(shape), "counts": text[:length].tobytes().decode("ascii")}


def _edges_of_string(given: Any, height: int, width: int) -> IntArray | None:
    """Return the edges of a string, along rows; None where it is none, or needs a closer look."""
    if not isinstance(given, str | bytes):
        return None
    kernels = _kernels()
    if height > kernels.WIDEST:
        return None
    text = given.encode("utf-8", "replace") if isinstance(given, str) else given
    padded = np.frombuffer(bytearray(text + _PADDING), np.uint8)
    most = most_edges(height * width)
    edges, failed = kernels.read_string(padded, len(text), height, width, most)
    if failed > 0:
        check_cost(failed, (height, width))
    return None if failed else edges


@cache
def _kernels() -> Any:
    """Import the kernels when they are first needed; asking again takes less than an import statement."""
    from annogeo.kernels import rle_columns

    return rle_columns


def _counts(given: Any) -> IntArray:
    if isinstance(given, str | bytes):
        return _string_counts(given)
    if isinstance(given, list | tuple | np.ndarray):
        counts = np.asarray(given)
        if counts.size == 0:
            return np.zeros(0, np.int64)
        if counts.ndim == 1 and counts.dtype.kind in "iu" and int(counts.max()) < 2**62:
            return counts.astype(np.int64)
    raise InputError(
        f"expected a string or a list of integers, got {brief(given)}",
        json_path=".counts",
    )


def _string_counts(given: str | bytes) -> IntArray:
    from annogeo.kernels import rle as kernels

    text = given.encode("utf-8", "replace") if isinstance(given, str) else given
    counts = np.empty(len(text), np.int64)
    found, status, place = kernels.decode_counts(np.frombuffer(text, np.uint8), counts)
    if status != kernels.STRING_OK:
        reason = {
            kernels.STRING_BAD_CHARACTER: "a character outside '0'..'o'",
            kernels.STRING_CUT: "a string that ends inside a number",
            kernels.STRING_TOO_LARGE: "a number that is too large",
        }[status]
        raise InputError(
            f"expected a compressed COCO mask, got {reason} at byte {place}", json_path=".counts"
        )
    return counts[:found]
