"""The scenes: made here from fixed seeds, shaped like the data the library is for.

W1  an everyday photo, 640x480: 8 outlines of about 45 points, uint8
W2  a street scene, 2048x1024: 12 large outlines of 300 points and 108 small ones, uint8
W3  a slide, 3840x2160: 3000 small outlines of 25 points, int32
W4  1080p RGBA: 200 boxes, turned boxes, ellipses, lines, points and poses
W5  a 1080p photo under 60 outlines of 20 to 90 points
W6  800x1333, 30 outlines of 30 to 90 points, each a mask of its own
W9  1080p, 20 outlines of 60 points, each a mask PNG
tracks  500 turned boxes over 10,000 frames, 20 keyframes each
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PolygonScene:
    """Outlines, painted in order with the values 1..n."""

    title: str
    height: int
    width: int
    dtype: type[np.generic]
    polygons: list[FloatArray]

    @property
    def values(self) -> list[int]:
        """What each outline is painted with."""
        return list(range(1, len(self.polygons) + 1))

    def flat(self) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Give the outlines as one array of points and the offset of each outline in it."""
        counts = [len(polygon) for polygon in self.polygons]
        return np.concatenate(self.polygons), np.concatenate([[0], np.cumsum(counts)])


@dataclass(frozen=True)
class TrackScene:
    """Box tracks: frames (t, k) and left, top, right, bottom, angle (t, k, 5) of their keyframes."""

    n_frames: int
    frames: npt.NDArray[np.int64]
    values: FloatArray

    def track_json(self, track: int) -> dict[str, Any]:
        """Write one track as the platform does."""
        states = [
            {
                "frame": frame,
                "fixed": True,
                "label": "car",
                "type": "box",
                "objectVisible": True,
                "data": _box_json(row),
            }
            for frame, row in zip(self.frames[track].tolist(), self.values[track].tolist(), strict=True)
        ]
        blank = dict.fromkeys(("id", "url", "creator", "createdAt", "updatedBy", "updatedAt", "attributes"))
        system = {"objectId": str(track), "frame": states[0]["frame"], "endFrame": states[-1]["frame"]}
        system |= {"attributes": {}, "startTime": 0, "endTime": 1, "snapshots_": states[1:]}
        first = {
            "label": "car",
            "type": "box",
            "coordinates": states[0]["data"],
            "metadata": {"system": system},
        }
        return blank | first


def tracks(n: int = 500, n_frames: int = 10_000, n_keyframes: int = 20) -> TrackScene:
    """Make box tracks whose first and last keyframes are the first and the last frame."""
    rng = np.random.default_rng(7)
    inner = [
        np.sort(rng.choice(np.arange(1, n_frames - 1), n_keyframes - 2, replace=False)) for _ in range(n)
    ]
    frames = np.pad(np.array(inner), ((0, 0), (1, 1)), constant_values=(0, n_frames - 1))
    corner, size = rng.uniform(0, 1800, (n, n_keyframes, 2)), rng.uniform(10, 120, (n, n_keyframes, 2))
    angle = rng.uniform(0, 360, (n, n_keyframes, 1))
    return TrackScene(n_frames, frames, np.concatenate([corner, corner + size, angle], axis=2))


def _box_json(row: Sequence[float]) -> list[Any]:
    left, top, right, bottom, angle = row
    return [{"x": left, "y": top, "z": 0}, {"x": right, "y": bottom, "z": 0}, angle]


@dataclass(frozen=True)
class Mark:
    """One shape of the mixed scene: its kind, its numbers, its colour."""

    kind: str
    points: FloatArray
    size: tuple[float, float]
    angle: float
    color: tuple[int, int, int]


LABELS = 12
POSE_EDGES = [(i, i + 1) for i in range(16)]


def w1(index: int = 0) -> PolygonScene:
    """Make an everyday photo; another `index` is another photo."""
    rng = np.random.default_rng([1, index])
    sizes = np.exp(rng.normal(4.8, 0.6, 8))
    polygons = [outline(rng, 640, 480, size, int(rng.integers(30, 61))) for size in sizes]
    return PolygonScene("photo 640x480, 8 outlines, uint8", 480, 640, np.uint8, polygons)


def w2() -> PolygonScene:
    """Make a street scene."""
    rng = np.random.default_rng(2)
    large = [outline(rng, 2048, 1024, size, 300) for size in np.exp(rng.normal(6.2, 0.4, 12))]
    small = [
        outline(rng, 2048, 1024, size, int(rng.integers(20, 160)))
        for size in np.exp(rng.normal(4.2, 0.7, 108))
    ]
    return PolygonScene("street 2048x1024, 120 outlines, uint8", 1024, 2048, np.uint8, large + small)


def w3(n: int = 3000, width: int = 3840, height: int = 2160) -> PolygonScene:
    """Make a slide with `n` small outlines."""
    rng = np.random.default_rng(3)
    polygons = [outline(rng, width, height, size, 25) for size in np.exp(rng.normal(3.3, 0.3, n))]
    return PolygonScene(f"slide {width}x{height}, {n} outlines, int32", height, width, np.int32, polygons)


def w4(n: int = 200) -> list[Mark]:
    """Make the mixed scene: boxes, turned boxes, ellipses, lines, points and poses in turn."""
    rng = np.random.default_rng(4)
    kinds = ("box", "turned_box", "ellipse", "line", "point", "pose")
    return [_mark(rng, kinds[i % len(kinds)]) for i in range(n)]


def w5(n: int = 60, width: int = 1920, height: int = 1080) -> PolygonScene:
    """Make the shapes of an overlay."""
    rng = np.random.default_rng(10)
    sizes = np.exp(rng.normal(4.9, 0.5, n))
    polygons = [outline(rng, width, height, size, int(rng.integers(20, 91))) for size in sizes]
    return PolygonScene(f"overlay of {width}x{height}, {n} outlines", height, width, np.uint8, polygons)


def w6(n: int = 30, width: int = 1333, height: int = 800) -> PolygonScene:
    """Make the instances of a training picture."""
    rng = np.random.default_rng(11)
    sizes = np.exp(rng.normal(4.9, 0.6, n))
    polygons = [outline(rng, width, height, size, int(rng.integers(30, 91))) for size in sizes]
    return PolygonScene(f"{n} masks of {height}x{width}", height, width, np.uint8, polygons)


def w9(n: int = 20, width: int = 1920, height: int = 1080) -> PolygonScene:
    """Make the shapes of the mask files."""
    rng = np.random.default_rng(12)
    polygons = [outline(rng, width, height, size, 60) for size in np.exp(rng.normal(5.2, 0.5, n))]
    return PolygonScene(f"{n} masks of {width}x{height}", height, width, np.uint8, polygons)


def photo(height: int, width: int) -> npt.NDArray[np.uint8]:
    """Make something to draw on: RGB noise."""
    return np.random.default_rng(8).integers(0, 256, (height, width, 3)).astype(np.uint8)


def colors(n: int) -> npt.NDArray[np.uint8]:
    """Give n RGB colours, none of them dark; from the twelfth on they repeat, as those of labels do."""
    few = np.random.default_rng(13).integers(40, 256, (LABELS, 3)).astype(np.uint8)
    return few[np.arange(n) % LABELS]


def outline(rng: np.random.Generator, width: int, height: int, size: float, n: int) -> FloatArray:
    """Draw a smooth random outline of `n` points, about `size` px wide and high, somewhere on the canvas.

    A circle whose radius wobbles (stronger at low frequencies), stretched and turned; the points lie evenly along it
    and tremble a little, as those of hand-drawn polygons do.
    """
    turn = np.linspace(0, 2 * np.pi, 8 * n, endpoint=False)
    wave = np.arange(2, 13)
    strength = rng.normal(0, 0.35, wave.size) / wave
    radius = 1 + (strength * np.cos(np.outer(turn, wave) + rng.uniform(0, 2 * np.pi, wave.size))).sum(axis=1)
    points = np.maximum(radius, 0.15)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    points *= np.exp(rng.normal(0, 0.25, 2))
    points = points @ _turn(rng.uniform(0, 180)).T
    points *= size / np.sqrt(np.prod(np.ptp(points, axis=0)))
    return _evenly(points, n) + rng.uniform(-0.3, 0.3, (n, 2)) + rng.uniform(0, 1, 2) * (width, height)


def corners(mark: Mark) -> FloatArray:
    """Give the four corners of a (turned) box."""
    half = np.array(mark.size) / 2
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    around: FloatArray = mark.points[0] + (half * square) @ _turn(mark.angle).T
    return around


def xy_json(points: FloatArray) -> list[dict[str, float]]:
    """Write points as the platform does."""
    return [{"x": x, "y": y} for x, y in np.round(points, 2).tolist()]


def envelope(index: int, type_: str, label: str, coordinates: Any) -> dict[str, Any]:
    """Put coordinates into a platform envelope of the usual size (about 1 KB)."""
    id_ = f"{index:024x}"
    gate = "https://gate.example.com/api/v1"
    annotation = {
        "id": id_,
        "datasetId": f"{7:024x}",
        "type": type_,
        "label": label,
        "attributes": [],
        "metadata": {
            "system": {
                "status": None, "startTime": 0, "endTime": 1, "frame": 0, "endFrame": 1, "snapshots_": [],
                "parentId": None, "clientId": f"c{index}", "automated": False, "objectId": str(index % 1000),
                "isOpen": False, "isOnlyLocal": False, "attributes": {}, "system": False, "itemLinks": [],
                "openAnnotationVersion": "1.33.3-prod.0", "recipeId": f"{9:024x}",
            },
            "user": {},
        },
        "creator": "someone@example.com",
        "createdAt": "2024-01-01T00:00:00.000Z",
        "updatedBy": "someone@example.com",
        "updatedAt": "2024-01-01T00:00:00.000Z",
        "itemId": f"{8:024x}",
        "url": f"{gate}/annotations/{id_}",
        "item": f"{gate}/items/{8:024x}",
        "dataset": f"{gate}/datasets/{7:024x}",
        "hash": f"{index:040x}",
        "source": "ui",
        "coordinates": coordinates,
    }  # fmt: skip
    if coordinates is None:
        del annotation["coordinates"]
    return annotation


def polygon_item(seed: int, *, n: int = 20, points: int = 40, labels: int = 8) -> list[dict[str, Any]]:
    """Make one 1080p item's annotations: `n` polygons."""
    rng = np.random.default_rng([5, seed])
    sizes = np.exp(rng.normal(5.2, 0.6, n))
    return [
        envelope(i, "segment", f"label_{i % labels}", [xy_json(outline(rng, 1920, 1080, size, points))])
        for i, size in enumerate(sizes)
    ]


def typical_item(n: int = 100, height: int = 1080, width: int = 1920) -> list[dict[str, Any]]:
    """Make a typical collection: 20 % masks, 30 % boxes, 25 % polygons, the rest ellipses, lines and points."""
    rng = np.random.default_rng(6)
    kinds = ["binary"] * 4 + ["box"] * 6 + ["segment"] * 5 + ["ellipse"] + ["polyline"] * 2 + ["point"] * 2
    return [_annotation(rng, i, kinds[7 * i % 20], height, width) for i in range(n)]


def _annotation(rng: np.random.Generator, index: int, kind: str, height: int, width: int) -> dict[str, Any]:
    from benchmarks.masks import mask_uri

    size = float(np.clip(np.exp(rng.normal(5, 0.6)), 20, height / 2))
    x, y = rng.uniform(0.05, 0.95, 2) * (width, height)
    shape = outline(rng, width, height, size, 40)
    coordinates: dict[str, Any] = {
        "box": [{"x": x - size / 2, "y": y - size / 3, "z": 0}, {"x": x + size / 2, "y": y + size / 3, "z": 0}],
        "segment": [xy_json(shape)],
        "ellipse": {
            "angle": rng.uniform(0, 180), "center": {"x": x, "y": y, "z": 0}, "rx": size / 2, "ry": size / 3,
        },
        "polyline": [xy_json(shape[:12])],
        "point": {"x": x, "y": y, "z": 0},
    }  # fmt: skip
    value = mask_uri(shape, height, width) if kind == "binary" else coordinates[kind]
    return envelope(index, kind, f"label_{index % 12}", value)


def _mark(rng: np.random.Generator, kind: str) -> Mark:
    centre = rng.uniform(0, 1, 2) * (1920, 1080)
    size = rng.uniform(20, 140)
    color = (int(rng.integers(256)), int(rng.integers(256)), int(rng.integers(256)))
    angle = float(rng.uniform(0, 180)) if kind in ("turned_box", "ellipse") else 0.0
    points = centre[None]
    if kind == "line":
        points = centre + np.cumsum(rng.normal(0, size / 4, (12, 2)), axis=0)
    elif kind == "pose":
        points = centre + rng.normal(0, size / 2, (17, 2))
    return Mark(kind, points, (size, size * (0.7 if kind == "box" else 0.5)), angle, color)


def _evenly(ring: FloatArray, n: int) -> FloatArray:
    closed = np.concatenate([ring, ring[:1]])
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    places = np.linspace(0, along[-1], n, endpoint=False)
    return np.column_stack([np.interp(places, along, closed[:, k]) for k in (0, 1)])


def _turn(degrees: float) -> FloatArray:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def points_of(scenes: Sequence[FloatArray]) -> int:
    """Count points."""
    return sum(len(points) for points in scenes)
