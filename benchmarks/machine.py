"""Where and with what was measured."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = {
    "cv2": "opencv-python-headless",
    "Pillow": "Pillow",
    "GDAL (rasterio)": "rasterio",
    "Skia": "skia-python",
    "pycocotools": "pycocotools",
    "faster-coco-eval": "faster-coco-eval",
    "scikit-image": "scikit-image",
    "supervision": "supervision",
    "dtlpy": "dtlpy",
    "cairo (cairocffi)": "cairocffi",
    "aggdraw": "aggdraw",
}
"""Every peer: what it is called here, and its package."""

FOUNDATIONS = ("annogeo", "numpy", "numba", "msgspec")


def surroundings() -> dict[str, Any]:
    """Say it in plain values; a package that is not installed has the version None."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "versions": {name: _version(name) for name in (*FOUNDATIONS, *PACKAGES.values())},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
