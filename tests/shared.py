"""Finds the reference data that may lie beside the checkout; tests that need it skip where it is absent."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "shared"


def shared(relative: str = "") -> Path:
    """Return a path below the reference folder, or skip the calling test."""
    path = ROOT / relative
    if not path.exists():
        pytest.skip(f"reference data not present: shared/{relative}")
    return path


def shared_files(pattern: str) -> list[Path]:
    """Return the matching reference files, sorted; empty where the folder is absent (for parametrize)."""
    return sorted(ROOT.glob(pattern)) if ROOT.exists() else []
