"""annogeo: annotation geometry and rendering. Every public name, resolved on first use."""

from __future__ import annotations
