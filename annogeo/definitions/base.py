"""What every annotation definition is: frozen data with a label, compared and hashed exactly.

A definition knows its numbers and nothing of ids, frames, files or pixels. Its verbs (`show`, `to_mask` ...) are
facades that import what they delegate to. One file per definition beside this one, one registry row each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Definition:
    """Base of all definitions (filled in by definitions work)."""

    type: ClassVar[str]
    label: str
    attributes: dict[str, Any]
    description: str | None

    @property
    def bounds(self) -> npt.NDArray[np.float64] | None: ...

    def replace(self, **changes: Any) -> Self: ...

    def same_geometry(self, other: object) -> bool: ...
