"""Checks of annotations, and repairs. `validate` and `repair` are the public door.

`registry` is the table of checks; `scene` is what they look at; `rings`, `shapes`, `extents`, `records` and `timing`
hold them. `repairs` is the table of repairs. Layer: ops.
"""

from __future__ import annotations

from annogeo.ops.validation.checking import validate
from annogeo.ops.validation.registry import Check, all_checks
from annogeo.ops.validation.repairing import Change, repair

__all__ = ["Change", "Check", "all_checks", "repair", "validate"]
