"""Warnings that point at the caller's line, however deep in the library they arise. Layer: rendering."""

from __future__ import annotations

import sys
import warnings

from annogeo.errors import AnnogeoWarning


def warn(message: str) -> None:
    """Warn with `AnnogeoWarning` at the nearest line outside this package.

    Examples
    --------
    >>> with warnings.catch_warnings(record=True, action="always") as caught:
    ...     warn("look here")
    >>> str(caught[0].message)
    'look here'
    """
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
        level += 1
    warnings.warn(message, AnnogeoWarning, stacklevel=level + 1)


def _is_ours(module: str) -> bool:
    return module == "annogeo" or module.startswith("annogeo.")
