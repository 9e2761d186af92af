"""All annotation definitions. Importing this fills the registry; one file per definition, one row each.

Loads numpy only.
"""

from __future__ import annotations

from annogeo.definitions.base import Definition
from annogeo.definitions.box import Box
from annogeo.definitions.registry import DefinitionType, all_rows, register, row_for, row_for_type

__all__ = ["Box", "Definition", "DefinitionType", "all_rows", "register", "row_for", "row_for_type"]
