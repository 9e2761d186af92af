"""Pictures under the same maps as annotations: half a pixel counts. Layer: ops.

Where a map only moves pixels (flips, quarter turns, crops, padding) they are copied; `nearest` follows the rule of
mapped masks; else OpenCV samples, told that pixel centres are at halves. Shrinking averages first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.geometry.affine import inverted, is_affine, scaling, translation, weights

AnyArray = npt.NDArray[Any]
FloatArray = npt.NDArray[np.float64]
Size = tuple[int, int]

WAYS = ("auto", "nearest", "linear", "cubic", "area")
_SAMPLES = ("uint8", "uint16", "int16", "float32", "float64")
_MOST_CHANNELS = 4  # that OpenCV's border value has


def warp(
    image: AnyArray, matrix: FloatArray, size: Size, interpolation: str = "auto", fill: Any = 0
) -> AnyArray:
    """Return a picture under a map; `Transformed.warp` says how."""
    picture = np.asarray(image)
    if picture.ndim not in (2, 3) or picture.size == 0:
        raise InputError(f"image: expected shape (H, W) or (H, W, C), got {picture.shape}")
    if interpolation not in WAYS:
        raise InputError(f"interpolation: expected one of {', '.join(WAYS)}, got {interpolation!r}")
    if _is_exact(matrix):
        return _nearest(picture, matrix, size, fill)
    is_sampled = picture.dtype.name in _SAMPLES
    if interpolation == "nearest" or (interpolation == "auto" and not is_sampled):
        return _nearest(picture, matrix, size, fill)
    if not is_sampled:
        raise InputError(
            f"image: expected {', '.join(_SAMPLES)} for interpolation={interpolation!r}, got {picture.dtype}",
            hint="interpolation='nearest' takes any",
        )
    return _sampled(picture, matrix, size, interpolation, fill)


def _is_exact(matrix: FloatArray) -> bool:
    """Whether every pixel goes to one pixel."""
    linear = np.abs(matrix[:2, :2])
    is_permutation = np.array_equal(linear, np.eye(2)) or np.array_equal(linear, np.eye(2)[::-1])
    return is_affine(matrix) and is_permutation and np.array_equal(matrix[:2, 2], np.rint(matrix[:2, 2]))


def _filled(picture: AnyArray, size: Size, fill: Any) -> AnyArray:
    made = np.empty((*size, *picture.shape[2:]), picture.dtype)
    try:
        made[...] = fill
    except (ValueError, TypeError, OverflowError):
        raise InputError(f"fill: expected a number, or one for each channel, got {fill!r}") from None
    return made


def _nearest(picture: AnyArray, matrix: FloatArray, size: Size, fill: Any) -> AnyArray:
    """Copy for each pixel the one that its centre, mapped back, lies in."""
    inverse = inverted(matrix)
    made = _filled(picture, size, fill)
    height, width = picture.shape[:2]
    across, down = np.arange(size[1]) + 0.5, np.arange(size[0]) + 0.5
    (a, b, c), (d, e, f), _ = inverse.tolist()
    if is_affine(matrix) and ((b == 0.0 and d == 0.0) or (a == 0.0 and e == 0.0)):
        source = picture if b == 0.0 else picture.swapaxes(0, 1)
        columns = np.floor(a * across + c if b == 0.0 else d * across + f)
        rows = np.floor(e * down + f if b == 0.0 else b * down + c)
        in_x = np.flatnonzero((columns >= 0) & (columns < source.shape[1]))
        in_y = np.flatnonzero((rows >= 0) & (rows < source.shape[0]))
        if in_x.size and in_y.size:
            part = source[_indices(rows[in_y])][:, _indices(columns[in_x])]
            made[in_y[0] : in_y[-1] + 1, in_x[0] : in_x[-1] + 1] = part
        return made
    for y, row in enumerate(down.tolist()):
        points = np.stack([across, np.full(size[1], row)], axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = weights(inverse, points)
            x = (a * across + b * row + c) / weight
            v = (d * across + e * row + f) / weight
        inside = (weight > 0.0) & (x >= 0.0) & (x < width) & (v >= 0.0) & (v < height)
        made[y, inside] = picture[v[inside].astype(np.int64), x[inside].astype(np.int64)]
    return made


def _indices(found: FloatArray) -> Any:
    """Return indices as a slice where they are in a row: much quicker."""
    whole = found.astype(np.int64)
    first, n = int(whole[0]), whole.size
    for step in (1, -1):
        last = first + step * (n - 1)
        if int(whole[-1]) == last and np.array_equal(whole, np.arange(first, last + step, step)):
            end = last + step
            return slice(first, None if end < 0 else end, step)
    return whole


def _sampled(picture: AnyArray, matrix: FloatArray, size: Size, interpolation: str, fill: Any) -> AnyArray:
    import cv2

    height, width = picture.shape[:2]
    ways = {"linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC}
    shrink_x, shrink_y = _shrinks(matrix, width, height)
    averages = interpolation in ("auto", "area") and (shrink_x > 1.0 or shrink_y > 1.0)
    scale = scaling(size[1] / width, size[0] / height)
    flag = ways.get(interpolation, cv2.INTER_LINEAR)
    if np.allclose(matrix, scale, rtol=1e-12, atol=1e-12):
        is_smaller = size[0] <= height and size[1] <= width
        chosen = cv2.INTER_AREA if averages and is_smaller else flag
        return _by_channels(picture, lambda part, _: cv2.resize(part, size[::-1], interpolation=chosen))
    if averages:
        # average to about the new size; what is left is near scale 1
        smaller = max(1, round(width / shrink_x)), max(1, round(height / shrink_y))
        picture = _by_channels(
            picture, lambda part, _: cv2.resize(part, smaller, interpolation=cv2.INTER_AREA)
        )
        matrix = matrix @ scaling(width / smaller[0], height / smaller[1])
    centred = translation(-0.5, -0.5, matrix @ translation(0.5, 0.5))  # OpenCV's integers are pixel centres
    values = _fill_values(picture, fill)
    if is_affine(matrix):
        return _by_channels(
            picture,
            lambda part, at: cv2.warpAffine(
                part, centred[:2], size[::-1], flags=flag, borderValue=_border(values, at)
            ),
        )
    made = _by_channels(
        picture,
        lambda part, at: cv2.warpPerspective(
            part, centred, size[::-1], flags=flag, borderValue=_border(values, at)
        ),
    )
    return _without_behind(made, inverted(matrix), fill)


def _shrinks(matrix: FloatArray, width: int, height: int) -> tuple[float, float]:
    """Return how many old pixels become one in x and in y, 1 or more, at the picture's centre."""
    x, y = width / 2, height / 2
    w = float(matrix[2] @ [x, y, 1.0])
    if not w > 0.0:
        return 1.0, 1.0
    px, py = (matrix[:2] @ [x, y, 1.0]) / w
    column = (matrix[:2, :2] - np.outer([px, py], matrix[2, :2])) / w
    across, down = math.hypot(*column[:, 0]), math.hypot(*column[:, 1])
    return max(1.0, 1.0 / across if across else 1.0), max(1.0, 1.0 / down if down else 1.0)


def _by_channels(picture: AnyArray, run: Callable[[AnyArray, int], AnyArray]) -> AnyArray:
    """Run OpenCV on as many channels at a time as it takes, from one on, and keep the shape's third entry."""
    picture = np.ascontiguousarray(picture)
    if picture.ndim == 2:
        return run(picture, 0)
    parts = []
    for at in range(0, picture.shape[2], _MOST_CHANNELS):
        part = np.ascontiguousarray(picture[:, :, at : at + _MOST_CHANNELS])
        done = run(part, at)
        parts.append(done if done.ndim == 3 else done[:, :, None])
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)


def _fill_values(picture: AnyArray, fill: Any) -> list[float]:
    channels = picture.shape[2] if picture.ndim == 3 else 1
    try:
        return [float(value) for value in np.broadcast_to(np.asarray(fill, np.float64), (channels,))]
    except (ValueError, TypeError):
        raise InputError(f"fill: expected a number, or one for each channel, got {fill!r}") from None


def _border(values: list[float], at: int) -> list[float]:
    return (values[at : at + _MOST_CHANNELS] + [0.0] * _MOST_CHANNELS)[:_MOST_CHANNELS]


def _without_behind(made: AnyArray, inverse: FloatArray, fill: Any) -> AnyArray:
    """Take out what OpenCV draws of the part behind the horizon."""
    height, width = made.shape[:2]
    g, h, k = inverse[2].tolist()
    behind = g * (np.arange(width) + 0.5)[None] + h * (np.arange(height) + 0.5)[:, None] + k <= 0.0
    if behind.any():
        made[behind] = _filled(made, (1, 1), fill)[0, 0]
    return made
