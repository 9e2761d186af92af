"""Non-maximum suppression: of shapes that overlap too much the one with the best score is kept. Layer: ops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.checks import number
from annogeo.errors import InputError
from annogeo.ops.iou import iou_matrix
from annogeo.ops.operands import as_edges, as_shapes

FloatArray = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def nms(
    shapes: Any,
    scores: npt.ArrayLike,
    threshold: float = 0.5,
    *,
    classes: npt.ArrayLike | None = None,
    max_kept: int | None = None,
) -> Integers:
    """Return which shapes to keep: from the best score down, each that overlaps none kept before too much.

    Parameters
    ----------
    shapes : boxes (n, 4), masks (n, h, w), or a collection or list of definitions, annotations, Rles ...
        Of any types; see `iou_matrix`.
    scores : float (n,)
    threshold : float
        An IoU above this suppresses, 0..1.
    classes : (n,), optional
        Only shapes of one class suppress each other.
    max_kept : int, optional
        Stop at so many.

    Returns
    -------
    int64 (k,)
        Indices, best score first; of equal scores the earlier one first.

    Raises
    ------
    InputError
        If lengths differ, a score is not finite, or a shape has no area to compare.

    Examples
    --------
    >>> nms([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]], [0.8, 0.9, 0.3]).tolist()
    [1, 2]
    """
    side = _Side(shapes)
    weights = _checked_scores(scores, len(side))
    limit = _share("threshold", threshold)
    groups = _checked_classes(classes, len(side))
    order = np.argsort(-weights, kind="stable")
    kept: list[int] = []
    most = len(side) if max_kept is None else max_kept
    while order.size and len(kept) < most:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        near = order if groups is None else order[groups[order] == groups[best]]
        if near.size:
            out = near[side.overlaps(best, near) > limit]
            if out.size:
                order = order[~np.isin(order, out)]
    return np.array(kept, np.int64)


def soft_nms(
    shapes: Any,
    scores: npt.ArrayLike,
    *,
    method: str = "gaussian",
    sigma: float = 0.5,
    threshold: float = 0.3,
    min_score: float = 0.001,
    classes: npt.ArrayLike | None = None,
) -> tuple[Integers, FloatArray]:
    """Lower the scores of shapes the more they overlap better ones, instead of taking them out.

    Parameters
    ----------
    shapes, scores, classes
        As for `nms`; scores of 0 or more.
    method : {'gaussian', 'linear'}
        A score is multiplied by ``exp(-iou² / sigma)``, or by ``1 - iou`` where the IoU is above `threshold`.
    sigma : float
        Above 0; for ``gaussian``.
    threshold : float
        0..1; for ``linear``.
    min_score : float
        What falls below is dropped.

    Returns
    -------
    indices : int64 (k,)
        In the order in which they were taken: best score first.
    scores : float64 (k,)
        As they are then.

    Raises
    ------
    InputError
        If arguments are out of range or do not fit one another, or a shape has no area.

    Notes
    -----
    Bodla, Singh, Chellappa and Davis, "Soft-NMS", ICCV 2017.

    Examples
    --------
    >>> kept, scores = soft_nms([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]], [0.8, 0.9, 0.3])
    >>> kept.tolist(), scores.round(3).tolist()
    ([1, 2, 0], [0.9, 0.3, 0.21])
    """
    if method not in ("gaussian", "linear"):
        raise InputError(f"method: expected 'gaussian' or 'linear', got {method!r}")
    side = _Side(shapes)
    weights = _checked_scores(scores, len(side)).copy()
    if (weights < 0).any():
        raise InputError(f"scores: expected none below 0, got {weights.min():g}")
    width, limit = number("sigma", sigma), _share("threshold", threshold)
    if width <= 0:
        raise InputError(f"sigma: expected a number above 0, got {sigma}")
    groups = _checked_classes(classes, len(side))
    left = np.arange(len(side))
    kept: list[int] = []
    final: list[float] = []
    while (left := left[weights[left] >= min_score]).size:
        best = int(left[np.argmax(weights[left])])
        kept.append(best)
        final.append(float(weights[best]))
        left = left[left != best]
        near = left if groups is None else left[groups[left] == groups[best]]
        if near.size:
            overlap = side.overlaps(best, near)
            if method == "gaussian":
                weights[near] *= np.exp(-(overlap**2) / width)
            else:
                weights[near] *= np.where(overlap > limit, 1.0 - overlap, 1.0)
    return np.array(kept, np.int64), np.array(final)


class _Side:
    """Shapes that are compared one with many: boxes by themselves, any others through `iou_matrix`."""

    def __init__(self, shapes: Any) -> None:
        given = np.asarray(shapes) if isinstance(shapes, list | tuple) and _are_numbers(shapes) else shapes
        self._edges = as_edges(given, "shapes")
        self._shapes: Sequence[Any] = [] if self._edges is not None else as_shapes(given, "shapes")
        if self._edges is None and self._shapes:
            iou_matrix(list(self._shapes[:1]), list(self._shapes[:1]))  # refuses what has no area early

    def __len__(self) -> int:
        return len(self._shapes) if self._edges is None else len(self._edges)

    def overlaps(self, one: int, many: Integers) -> FloatArray:
        """Return the IoU of one shape with many."""
        if self._edges is None:
            row: FloatArray = iou_matrix([self._shapes[one]], [self._shapes[k] for k in many.tolist()])[0]
            return row
        mine, others = self._edges[one], self._edges[many]
        shared = np.clip(np.minimum(mine[2:], others[:, 2:]) - np.maximum(mine[:2], others[:, :2]), 0.0, None)
        inside = shared.prod(axis=1)
        sizes = (others[:, 2:] - others[:, :2]).prod(axis=1) + float((mine[2:] - mine[:2]).prod())
        whole = sizes - inside
        shares: FloatArray = np.divide(inside, whole, out=np.zeros_like(inside), where=whole > 0)
        return shares


def _are_numbers(shapes: Sequence[Any]) -> bool:
    return all(isinstance(row, list | tuple) and len(row) == 4 for row in shapes)


def _checked_scores(scores: npt.ArrayLike, n: int) -> FloatArray:
    try:
        found = np.asarray(scores, np.float64)
    except (TypeError, ValueError):
        raise InputError(f"scores: expected {n} numbers") from None
    if found.shape != (n,) or not np.isfinite(found).all():
        raise InputError(f"scores: expected {n} finite numbers, one per shape, got shape {found.shape}")
    return found


def _checked_classes(classes: npt.ArrayLike | None, n: int) -> npt.NDArray[Any] | None:
    if classes is None:
        return None
    found = np.asarray(classes)
    if found.shape != (n,):
        raise InputError(f"classes: expected {n}, one per shape, got shape {found.shape}")
    return found


def _share(name: str, value: Any) -> float:
    found = number(name, value)
    if not 0.0 <= found <= 1.0:
        raise InputError(f"{name}: expected a share from 0 to 1, got {value}")
    return found
