"""The colours of labels, which the masks of local annotations are written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from annogeo.colors import parse_color
from annogeo.errors import InputError

ColorOf = Callable[[str], tuple[int, ...] | None]


def label_colors(ontology: Any, colors: Mapping[str, Any] | None = None) -> ColorOf:
    """Return what finds a label's colour (red, green, blue): in `colors`, else in the ontology, else None.

    The ontology is looked through when the first colour is asked for; most documents hold no mask to write.

    Examples
    --------
    >>> color_of = label_colors(None, {"car": "#f80"})
    >>> color_of("car"), color_of("bus")
    ((255, 136, 0), None)
    """

    @cache
    def known() -> Mapping[str, Any]:
        return {**({} if ontology is None else ontology.color_map), **(colors or {})}

    def color_of(label: str) -> tuple[int, ...] | None:
        given = known().get(label)
        try:
            return None if given is None else parse_color(given)[:3]
        except InputError:  # drawing will say so; writing goes on without
            return None

    return color_of
