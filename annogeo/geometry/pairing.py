"""Which points of two outlines belong together, so that one can go over into the other. Pure numpy, lowest layer.

Outlines are float64 (n, 2); a ring is open, its last point is joined to its first. What is found is two lists of points
of one length: the outlines with each other's points put in where they are missing. Complex numbers stand for points
where outlines are turned against each other: then the best turn, scale and start come out of one correlation.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from annogeo.geometry.measure import moderate, signed_area

FloatArray = npt.NDArray[np.float64]
ComplexArray = npt.NDArray[np.complex128]
Pair = tuple[FloatArray, FloatArray]

SAMPLES = 128
"""Points along a ring by which its start and turn are found."""

GOOD_ENOUGH = 1.5
"""Points are taken in their given order while that costs at most so many times what the best order does."""

_FITS_WELL = 0.01  # share of the squared distances from the middle that may be left unexplained
_TIE = 1e-3  # fits closer than this are equally good
_SAME = 1e-9  # shares of a length closer than this are one


def pair_in_order(before: FloatArray, after: FloatArray) -> Pair | None:
    """Pair point k with point k; None where the counts differ."""
    return (before, after) if before.shape == after.shape else None


def pair_rings(before: FloatArray, after: FloatArray) -> Pair:
    """Pair the points of two rings, whatever their counts, first points and directions.

    Points that people have dragged stay what they are: in their given order, unless another order fits much better.
    Else rings are compared by length along them, with the start and the turn (up to 90 degrees) that fit best.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    >>> before, after = pair_rings(square, np.roll(square, 1, axis=0)[::-1] + [6, 0])
    >>> (after - before).tolist()
    [[6.0, 0.0], [6.0, 0.0], [6.0, 0.0], [6.0, 0.0]]
    >>> [side.shape for side in pair_rings(square, np.array([[0.0, 0.0], [4.0, 0.0], [2.0, 3.0]]))]
    [(7, 2), (7, 2)]
    """
    (one, other), _ = moderate([before, after])
    if not (_has_length(one) and _has_length(other)):
        return pair_in_order(before, after) or pair_by_length(before, after, closed=True)
    if before.shape == after.shape:
        order = _best_order(one, other)
        if order is not None:
            return before, after[order]
    if signed_area(one) * signed_area(other) < 0.0:
        after, other = after[::-1], other[::-1]
    return _united(before, after, _best_start(_sampled(one), _sampled(other)), closed=True)


def pair_lines(before: FloatArray, after: FloatArray) -> Pair:
    """Pair the points of two open lines, whatever their counts and directions.

    Examples
    --------
    >>> line = np.array([[0.0, 0.0], [4.0, 0.0]])
    >>> [side.tolist() for side in pair_lines(line, np.array([[4.0, 1.0], [1.0, 1.0], [0.0, 1.0]]))]
    [[[0.0, 0.0], [1.0, 0.0], [4.0, 0.0]], [[0.0, 1.0], [1.0, 1.0], [4.0, 1.0]]]
    """
    if not (_has_length(before) and _has_length(after)):
        return pair_by_length(before, after, closed=False)
    samples = np.linspace(0.0, 1.0, SAMPLES // 2)
    mine = _points_at(before, samples, closed=False)
    forward, backward = (_points_at(line, samples, closed=False) for line in (after, after[::-1]))
    is_turned = ((mine - backward) ** 2).sum() < ((mine - forward) ** 2).sum()
    if before.shape == after.shape:
        return before, after[::-1] if is_turned else after
    return _united(before, after[::-1] if is_turned else after, 0.0, closed=False)


def pair_by_length(before: FloatArray, after: FloatArray, *, closed: bool) -> Pair:
    """Pair points by their share of the length, from the first point on, in the given direction."""
    return _united(before, after, 0.0, closed=closed)


def pair_as_cvat(before: FloatArray, after: FloatArray, *, closed: bool) -> Pair:
    """Pair points by CVAT's rule, for comparison: each with the nearest of the other side by share of the length.

    Every point of the first outline takes the nearest of the second; those of the second that nobody took join the
    nearest of the first. A polygon is closed before. There is no search for a start or a direction, and nothing keeps
    the result from crossing itself.

    Notes
    -----
    The rule of CVAT's server (``cvat/apps/dataset_manager/annotation.py``, 2.80), in our own words. What it drops
    afterwards, points that lie close together, does not change where the outline is.
    """
    if closed:
        before, after = (np.concatenate([ring, ring[:1]]) for ring in (before, after))
    left, right = _shares(before, closed=False), _shares(after, closed=False)
    taken = np.abs(left[:, None] - right[None]).argmin(axis=1)
    pairs = {(index, int(other)) for index, other in enumerate(taken)}
    for other in set(range(right.size)) - set(taken.tolist()):
        pairs.add((int(np.abs(left - right[other]).argmin()), other))
    ordered = np.array(sorted(pairs))
    mine, theirs = before[ordered[:, 0]], after[ordered[:, 1]]
    return (mine[:-1], theirs[:-1]) if closed else (mine, theirs)


Pairing = Callable[[FloatArray, FloatArray], "Pair | None"]


def _has_length(outline: FloatArray) -> bool:
    return bool((outline != outline[0]).any())


def _best_order(before: FloatArray, after: FloatArray) -> npt.NDArray[np.intp] | None:
    """Return in which order the points of `after` go with those of `before`, equally many; None: in no order.

    The given one where it fits about as well as the best, turn and size aside; else the best, if it fits well.
    """
    n = before.shape[0]
    given, a, b = np.arange(n), _centred(before), _centred(after)
    size = float((np.abs(a) ** 2).sum() * (np.abs(b) ** 2).sum())
    if n < 3 or not 0.0 < size < np.inf:
        return given
    is_turned = signed_area(before) * signed_area(after) < 0.0
    order = given[::-1] if is_turned else given
    fits = _correlation(a, b[order])
    # what the best turn and scale leave unexplained, as a share
    left = 1.0 - np.abs(fits) ** 2 / size
    if 1.0 - float(np.abs(np.vdot(a, b)) ** 2) / size <= GOOD_ENOUGH * float(left.min()) + 1e-9:
        return given
    left[fits.real < 0.0] = 1.0
    best = _least_turn(fits, left <= float(left.min()) + _TIE)
    return np.roll(order, -best) if left[best] <= _FITS_WELL else None


def _correlation(a: ComplexArray, b: ComplexArray) -> ComplexArray:
    """Return for each k the sum of conj(a) times b begun at k."""
    found: ComplexArray = np.fft.ifft(np.fft.fft(b) * np.conj(np.fft.fft(a)))
    return found


def _best_start(a: ComplexArray, b: ComplexArray) -> float:
    """Return the share of the length of b where it has to begin to fit a best, turned by 90 degrees at most."""
    n = a.size
    fits = _correlation(a, b)
    size = np.where(fits.real >= 0.0, np.abs(fits), -1.0)
    best = _least_turn(fits, size >= (1.0 - _TIE) * float(size.max()))
    low, peak, high = (float(np.abs(fits[(best + step) % n])) for step in (-1, 0, 1))
    bend = low - 2.0 * peak + high
    step = 0.5 * (low - high) / bend if bend < 0.0 else 0.0
    return ((best + max(-0.5, min(0.5, step))) / n) % 1.0


def _least_turn(fits: ComplexArray, are_best: npt.NDArray[np.bool_]) -> int:
    """Return the one that turns least of those that fit equally well: a square fits itself four times."""
    return int(np.where(are_best, np.abs(np.angle(fits)), np.inf).argmin())


def _sampled(ring: FloatArray) -> ComplexArray:
    return _centred(_points_at(ring, np.arange(SAMPLES) / SAMPLES, closed=True))


def _centred(points: FloatArray) -> ComplexArray:
    shifted = points - points.mean(axis=0)
    found: ComplexArray = shifted[:, 0] + 1j * shifted[:, 1]
    return found


def _united(before: FloatArray, after: FloatArray, shift: float, *, closed: bool) -> Pair:
    """Give each outline the points of the other, at their share of the length; `after` begins at `shift`."""
    mine, theirs = _shares(before, closed=closed), _shares(after, closed=closed)
    if closed:
        theirs = (theirs - shift) % 1.0
        theirs[1.0 - theirs < _SAME] = 0.0
    shares = np.sort(np.concatenate([mine, theirs]))
    shares = shares[np.concatenate([[True], np.diff(shares) > _SAME])]
    if closed and shares.size > 1 and shares[0] + 1.0 - shares[-1] < _SAME:
        shares = shares[:-1]
    # a point that is there stays what it is, to the last bit
    left = _exact(_points_at(before, shares, closed=closed), before, mine, shares)
    there = (shares + shift) % 1.0 if closed else shares
    right = _exact(_points_at(after, there, closed=closed), after, theirs, shares)
    return left, right


def _exact(points: FloatArray, given: FloatArray, shares_of: FloatArray, shares: FloatArray) -> FloatArray:
    at = np.clip(np.searchsorted(shares, shares_of), 0, shares.size - 1)
    back = np.clip(at - 1, 0, shares.size - 1)
    nearest = np.where(np.abs(shares[back] - shares_of) <= np.abs(shares[at] - shares_of), back, at)
    close = np.abs(shares[nearest] - shares_of) <= 2 * _SAME
    points[nearest[close]] = given[close]
    return points


def _shares(outline: FloatArray, *, closed: bool) -> FloatArray:
    """Return where along its length each point is, 0 to 1; of an outline without length evenly spaced."""
    n = outline.shape[0]
    steps = _lengths(outline, closed=closed)
    total = float(steps.sum())
    if not 0.0 < total < np.inf:
        found: FloatArray = np.arange(n) / max(n if closed else n - 1, 1)
        return found
    along = np.concatenate([[0.0], np.cumsum(steps)])
    shares: FloatArray = along[:n] / along[-1]
    return shares


def _points_at(outline: FloatArray, shares: FloatArray, *, closed: bool) -> FloatArray:
    whole = np.concatenate([outline, outline[:1]]) if closed else outline
    at = np.append(_shares(outline, closed=True), 1.0) if closed else _shares(outline, closed=False)
    found: FloatArray = np.stack([np.interp(shares, at, whole[:, axis]) for axis in (0, 1)], axis=1)
    return found


def _lengths(outline: FloatArray, *, closed: bool) -> FloatArray:
    whole = np.concatenate([outline, outline[:1]]) if closed else outline
    with np.errstate(over="ignore"):
        step = np.diff(whole, axis=0)
        found: FloatArray = np.hypot(step[:, 0], step[:, 1])
    return found
