"""What one run of `annogeo render` draws and how: checked once, then handed to every worker. Layer: batch."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from annogeo.errors import InputError
from annogeo.files.paths import VIDEO_SUFFIXES, suffix_of
from annogeo.model.enums import ViewAnnotationOptions
from annogeo.style import Style

VIEWS = tuple(option.value for option in ViewAnnotationOptions)
SUFFIXES = {"json": ".json", "vtt": ".vtt"}  # every other view is a picture
PNG_MODES = ("auto", "rgba")
_STYLE_FIELDS = tuple(part.name for part in fields(Style))


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How to render.

    Parameters
    ----------
    views : tuple of str
        Of `VIEWS`, in this order.
    rule, thickness, alpha, with_text, style : see `annogeo.render`
    png_mode : str
        ``"auto"`` may write palette pictures, ``"rgba"`` may not.

    Examples
    --------
    >>> RenderOptions.checked(["mask,instance", "mask"]).views
    ('mask', 'instance')
    """

    views: tuple[str, ...] = ("img_mask",)
    rule: str = "center"
    thickness: float = -1.0
    alpha: float = 1.0
    with_text: bool = False
    style: Style = field(default_factory=Style)
    png_mode: str = "auto"

    @classmethod
    def checked(cls, views: Iterable[str] = ("img_mask",), **options: Any) -> RenderOptions:
        """Check arguments as people write them; the fields of `Style` are among them.

        Raises
        ------
        InputError
            If one of them is nothing that can be drawn.
        UnsupportedError
            If it comes later.
        """
        from annogeo.rendering.rules import scanner_for  # loads numpy

        look = {name: options.pop(name) for name in _STYLE_FIELDS if name in options}
        made = cls(_views(views), style=_style(look), **options)
        scanner_for(made.rule)
        _one_of("png-mode", made.png_mode, PNG_MODES)
        if not (math.isfinite(made.alpha) and 0 <= made.alpha <= 1):
            raise InputError(f"alpha: expected a number from 0 to 1, got {made.alpha!r}")
        if not (made.thickness == -1 or 0 <= made.thickness < math.inf):
            raise InputError(
                f"thickness: expected -1, which fills, or a width from 0 px, got {made.thickness:g}"
            )
        return made

    @property
    def drawing(self) -> dict[str, Any]:
        """The arguments they are of `annogeo.render` and `annogeo.render_video`."""
        return {
            "rule": self.rule,
            "thickness": self.thickness,
            "alpha": self.alpha,
            "with_text": self.with_text,
            "style": self.style,
        }

    def digest(self) -> str:
        """A short text that differs where the pictures may."""
        from annogeo import __version__

        parts = {name: value for name, value in asdict(self).items() if name != "views"}
        text = json.dumps([__version__, parts], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def suffix_for(view: str, name: str) -> str:
    """The extension of a view's file of an item with this name.

    Examples
    --------
    >>> suffix_for("mask", "a.jpg"), suffix_for("mask", "a.mp4"), suffix_for("img_mask", "a.webm")
    ('.png', '.mkv', '.mp4')
    """
    if view in SUFFIXES:
        return SUFFIXES[view]
    if suffix_of(name) not in VIDEO_SUFFIXES:
        return ".png"
    from annogeo.video.formats import endings

    return endings(lossless=view != "img_mask")[0]


def _style(look: dict[str, Any]) -> Style:
    """Make a style; an error names the option."""
    try:
        return Style(**look)
    except InputError as error:
        name, colon, rest = error.message.partition(":")
        raise InputError(f"{name.replace('_', '-')}{colon}{rest}", hint=error.hint) from None


def _views(given: Iterable[str]) -> tuple[str, ...]:
    parts = [part.strip() for text in given for part in str(text).split(",")]
    names = ["img_mask" if part == "overlay" else part for part in parts if part]
    if not names:
        raise InputError(f"view: expected one or more of {', '.join(VIEWS)}")
    for name in names:
        _one_of("view", name, VIEWS)
    return tuple(dict.fromkeys(names))


def _one_of(what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(f"{what}: expected one of {', '.join(choices)}; got {value!r}")
