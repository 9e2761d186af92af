"""Small platform JSON for tests."""

from __future__ import annotations

from typing import Any


def box(
    left: float = 1, top: float = 2, right: float = 11, bottom: float = 12, **keys: Any
) -> dict[str, Any]:
    """A minimal box entry; keyword arguments are further keys."""
    corners = [{"x": left, "y": top, "z": 0}, {"x": right, "y": bottom, "z": 0}]
    return {"type": "box", "label": "car", "coordinates": corners, "metadata": {"system": {}}, **keys}


def snapshot(frame: int | None, left: float, **keys: Any) -> dict[str, Any]:
    """A stored frame of a ten by ten box."""
    number = {} if frame is None else {"frame": frame}
    data = [{"x": left, "y": 0, "z": 0}, {"x": left + 10, "y": 10, "z": 0}]
    return {
        **number,
        "fixed": True,
        "label": "car",
        "type": "box",
        "objectVisible": True,
        "data": data,
        **keys,
    }


def video_box(*snapshots: Any, **system: Any) -> dict[str, Any]:
    """A ten by ten box at the left border in frame 0, with snapshots."""
    system = {"objectId": "1", "frame": 0, "attributes": {}, **system, "snapshots_": list(snapshots)}
    return box(0, 0, 10, 10, metadata={"system": system})
