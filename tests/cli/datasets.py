"""Small datasets in the platform's layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.files.pictures import save_picture

HEIGHT, WIDTH = 12, 16


def box(
    label: str, left: float, top: float, right: float, bottom: float, object_id: object = None
) -> dict[str, Any]:
    """One box annotation, as the platform writes it."""
    system: dict[str, Any] = {} if object_id is None else {"objectId": object_id}
    return {
        "id": f"{label}-{left}",
        "type": "box",
        "label": label,
        "attributes": [],
        "coordinates": [{"x": left, "y": top}, {"x": right, "y": bottom}],
        "metadata": {"system": system},
    }


def write_document(path: Path, annotations: list[Any], **keys: Any) -> Path:
    """Write one JSON document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**keys, "annotations": annotations}))
    return path


def make_dataset(root: Path, names: tuple[str, ...] = ("a.jpg", "sub/b.png"), *, v2: bool = False) -> Path:
    """Write items/ and json/: on each item a car over a bus."""
    for i, name in enumerate(names):
        save_picture(root / "items" / name, HEIGHT, WIDTH)
        stem = name if v2 else name.rsplit(".", 1)[0]
        shapes = [box("bus", 0, 0, 8, 6, "7"), box("car", 4 + i % 3, 3, 12, 9, str(i + 1))]
        write_document(root / "json" / f"{stem}.json", shapes, filename=f"/{name}")
    return root


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its relative name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
