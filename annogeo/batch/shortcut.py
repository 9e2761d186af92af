"""A short cut for label maps: documents of plain still shapes go to a draw list without becoming annotations.

It takes what it fully understands and leaves the rest: whenever a document holds anything that could be a finding, or
needs to know more than one annotation at a time, the answer is None and the long way is taken, which gives the same
pixels for what both can draw. Layer: batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, DrawListBuilder, Pen
from annogeo.errors import InputError
from annogeo.model.ontology import BACKGROUND

_NEEDS_OTHERS = frozenset(("pose",))  # its joints are annotations of their own


def label_map(
    data: bytes, ids: Mapping[str, int], pen: Pen, out: npt.NDArray[np.uint8], rule: str
) -> npt.NDArray[np.uint8] | None:
    """Draw a document's instance view, if it is plain enough.

    Parameters
    ----------
    data : bytes
        The document.
    ids : mapping of label -> int
        0..255; may hold ``$default``.
    pen : Pen
    out : uint8 (H, W)
        Drawn on and returned.
    rule : str

    Returns
    -------
    uint8 (H, W) or None
        None: take the long way.
    """
    from annogeo.rendering import rasterize

    scene = _scene(data, ids, pen, (out.shape[0], out.shape[1]))
    if scene is None:
        return None
    drawlist, values = scene
    rasterize(drawlist, values, *out.shape, background=ids.get(BACKGROUND, 0), rule=rule, out=out)
    return out


def _scene(
    data: bytes, ids: Mapping[str, int], pen: Pen, size: tuple[int, int]
) -> tuple[DrawList, npt.NDArray[np.uint8]] | None:
    """Lower every annotation; None at the first that isn't plain."""
    import msgspec

    from annogeo.definitions import row_for_type

    builder = DrawListBuilder()
    values = []
    try:
        for entry in _decoder().decode(data).annotations:
            row = row_for_type(entry.type)
            number = ids.get(entry.label)
            if row is None or number is None or entry.type in _NEEDS_OTHERS:
                return None
            builder.begin_item()
            values.append(number)
            if row.lower is None:
                continue
            definition = row.from_coordinates(entry.coordinates, entry.label, None, None)
            if getattr(definition, "shape", size) != size:
                return None
            row.lower(definition, builder, pen)
    except (msgspec.MsgspecError, UnicodeDecodeError, InputError):
        return None
    return builder.build(), np.array(values, np.uint8)


@cache
def _decoder() -> Any:
    import msgspec

    coordinates = ("coordinates", msgspec.Raw, msgspec.Raw(b"null"))
    entry = msgspec.defstruct("Entry", [("type", str), ("label", str), coordinates])
    return msgspec.json.Decoder(msgspec.defstruct("Document", [("annotations", list[entry])]))  # type: ignore[valid-type]
