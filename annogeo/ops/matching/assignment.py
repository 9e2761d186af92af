"""Pairs of two sides: which annotation was found by which prediction. Layer: ops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.checks import number
from annogeo.errors import InputError
from annogeo.ops.iou import iou_matrix

FloatArray = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Measure = Callable[[Any, Any], npt.ArrayLike]


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """Which belong together.

    Parameters
    ----------
    pairs : int64 (k, 2)
        Index on side A, index on side B; by rising A.
    values : float64 (k,)
        How well each pair fits.
    unmatched_a, unmatched_b : int64
        Those left over, rising.
    matrix : float64 (n, m)
        How well everything fits everything.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> found = match([Box(0, 0, 4, 4), Box(9, 9, 12, 12)], [Box(0, 0, 4, 3)])
    >>> found.pairs.tolist(), found.values.tolist(), found.unmatched_a.tolist()
    ([[0, 0]], [0.75], [1])
    >>> found.precision, found.recall
    (0.5, 1.0)
    """

    pairs: Integers
    values: FloatArray
    unmatched_a: Integers
    unmatched_b: Integers
    matrix: FloatArray

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def precision(self) -> float:
        """The share of side A that has a partner (A: predictions); 1 where A is empty."""
        n = self.matrix.shape[0]
        return len(self) / n if n else 1.0

    @property
    def recall(self) -> float:
        """The share of side B that has a partner (B: truths); 1 where B is empty."""
        m = self.matrix.shape[1]
        return len(self) / m if m else 1.0


def match(
    A: Any,
    B: Any,
    threshold: float = 0.5,
    *,
    method: str = "hungarian",
    scores: npt.ArrayLike | None = None,
    classes: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    measure: Measure | npt.ArrayLike = iou_matrix,
) -> Matching:
    """Pair two sides, each member at most once.

    Parameters
    ----------
    A, B : collections, lists of shapes, boxes (n, 4), masks (n, h, w)
        As `iou_matrix` takes them.
    threshold : float
        A pair has to fit at least so well.
    method : {'hungarian', 'greedy'}
        ``hungarian``: the pairs whose values add up to most (Kuhn 1955). ``greedy``: with `scores` each of A, best
        score first, takes the free one of B that fits best, as COCO's evaluation does; without, the best pair first.
    scores : float (n,), optional
        Of side A, for ``greedy``.
    classes : (a (n,), b (m,)), optional
        Only members of one class are paired.
    measure : (A, B) -> (n, m), or (n, m), optional
        Instead of the IoU: `giou_matrix`, `oks_matrix` ..., or a matrix that is ready.

    Returns
    -------
    Matching

    Raises
    ------
    InputError
        If arguments do not fit one another.

    Examples
    --------
    >>> found = match([[0, 0, 10, 10], [50, 0, 60, 10]], np.array([[1, 0, 11, 10], [0, 0, 9, 10]]))
    >>> found.pairs.tolist(), found.values.tolist(), found.unmatched_b.tolist()
    ([[0, 1]], [0.9], [0])
    """
    values = _matrix(A, B, measure)
    limit = number("threshold", threshold)
    allowed = values >= limit
    if classes is not None:
        allowed &= _same_class(classes, values.shape)
    if method == "hungarian":
        pairs = _best_sum(values, allowed)
    elif method == "greedy":
        pairs = _greedy(values, allowed, scores)
    else:
        raise InputError(f"method: expected 'hungarian' or 'greedy', got {method!r}")
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    left = [np.setdiff1d(np.arange(n), pairs[:, side]) for side, n in enumerate(values.shape)]
    return Matching(pairs, values[pairs[:, 0], pairs[:, 1]], left[0], left[1], values)


def _matrix(A: Any, B: Any, measure: Any) -> FloatArray:
    given = measure(_boxes(A), _boxes(B)) if callable(measure) else measure
    try:
        values = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise InputError("measure: expected a matrix of numbers") from None
    if values.ndim != 2 or np.isnan(values).any():
        raise InputError(f"measure: expected a matrix (n, m) without NaN, got shape {values.shape}")
    return values


def _boxes(side: Any) -> Any:
    """Take a list of four numbers each for boxes."""
    plain = isinstance(side, list | tuple) and len(side) > 0
    is_boxes = plain and all(isinstance(row, list | tuple) and len(row) == 4 for row in side)
    return np.asarray(side, np.float64) if is_boxes else side


def _same_class(classes: Any, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    try:
        first, second = (np.asarray(one) for one in classes)
    except (TypeError, ValueError):
        raise InputError("classes: expected two lists, of A's and of B's classes") from None
    if (*first.shape, *second.shape) != shape:
        raise InputError(f"classes: expected {shape[0]} and {shape[1]}, got {first.shape} and {second.shape}")
    same: npt.NDArray[np.bool_] = first[:, None] == second[None]
    return same


def _best_sum(values: FloatArray, allowed: npt.NDArray[np.bool_]) -> Integers:
    """Return the allowed pairs that add up to most."""
    if not allowed.any():
        return np.zeros((0, 2), np.int64)
    from scipy.optimize import linear_sum_assignment

    low = float(values[allowed].min())
    # a pair that is not allowed gains nothing, any other at least a little
    gain = np.where(allowed, values - min(low, 0.0) + 1e-9, 0.0)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    pairs = np.column_stack([rows, columns]).astype(np.int64)
    found: Integers = pairs[allowed[rows, columns]]
    return found


def _greedy(values: FloatArray, allowed: npt.NDArray[np.bool_], scores: npt.ArrayLike | None) -> Integers:
    n = values.shape[0]
    pairs: list[tuple[int, int]] = []
    open_values = np.where(allowed, values, -np.inf)
    if scores is not None:
        order = np.asarray(scores, np.float64)
        if order.shape != (n,) or np.isnan(order).any():
            raise InputError(f"scores: expected {n} numbers, one for each of A, got shape {order.shape}")
        for row in np.argsort(-order, kind="stable").tolist():
            column = int(open_values[row].argmax()) if values.shape[1] else 0
            if values.shape[1] and open_values[row, column] > -np.inf:
                pairs.append((row, column))
                open_values[:, column] = -np.inf
    else:
        rows, columns = np.nonzero(allowed)
        best_first = np.argsort(-values[rows, columns], kind="stable")
        used_a, used_b = np.zeros(n, bool), np.zeros(values.shape[1], bool)
        for row, column in zip(rows[best_first].tolist(), columns[best_first].tolist(), strict=True):
            if not (used_a[row] or used_b[column]):
                used_a[row] = used_b[column] = True
                pairs.append((row, column))
    return np.array(pairs, np.int64).reshape(-1, 2)
