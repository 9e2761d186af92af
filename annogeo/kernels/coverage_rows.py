"""The outline of an area within one row of pixels, for edges that cross, touch and overlap in any way. Exact.

In: the parts of all edges in the row (`coverage_cells.gather`). Out: those parts of them where the area begins or ends,
signed +1 where it lies to their right and -1 where it lies to their left, so that signed areas add up to the area.

Parts that share a pixel form a *knot*. A knot is cut at the heights where a part begins or ends; between two cuts all
parts reach from cut to cut, so their order above and below tells which of them cross, and the winding numbers between
neighbours tell where the area begins and ends. Every slice starts afresh: rounding cannot spread.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, inner, leaf
from annogeo.kernels.coverage_cells import DOWN, TA, TB, XA, XB

FEW = 64  # keys that buckets do not pay for
THIN = 1e-12  # slices of less height cover nothing
MOST_STEPS = (
    1 << 25
)  # of an area: parts times slices of its knots, and more for crossings; what is left is sampled
CROSSING_STEPS = 16  # what a crossing counts
MOST_CROSSINGS = 1 << 17
MOST_SAMPLED = 1 << 23  # parts times lines of an area, about
NO_ROOM = -1
MOST_LINES = 128  # a knot is sampled on this many lines per row: an error of 1/256 at most for a level edge
STEPS, LINES = range(2)  # of `effort`
KEY, TIME, X0, X1, CROSSING = range(5)  # rows of the float64 scratch (TIME needs two a part)
ORDER, ACTIVE, AROUND, CHANGE = range(4)  # rows of the int64 scratch


@inner
def row_scratch(n):
    """Make scratch for rows of `n` parts, or for as many crossings in a slice."""
    size = 2 * n + 64
    return np.empty((5, size)), np.empty((4, size), np.int64)


@leaf
def _sort(keys, numbers, count):
    """Sort the first `count` keys, and numbers along with them: Shell's method, gaps after Knuth."""
    gap = 1
    while gap < count:
        gap = 3 * gap + 1
    while gap > 1:
        gap //= 3
        for k in range(gap, count):
            key = keys[k]
            number = numbers[k]
            at = k
            while at >= gap and keys[at - gap] > key:
                keys[at] = keys[at - gap]
                numbers[at] = numbers[at - gap]
                at -= gap
            keys[at] = key
            numbers[at] = number


@inlined
def _column(parts, part, height):
    """Where a part is at a height between its ends; its ends are given back as they are."""
    above = parts[TA, part]
    below = parts[TB, part]
    if height == above:
        return parts[XA, part]
    if height == below:
        return parts[XB, part]
    return parts[XA, part] + (parts[XB, part] - parts[XA, part]) * ((height - above) / (below - above))


@inlined
def _is_inside(winding, is_union):
    return winding != 0 if is_union else winding & 1 != 0


@inlined
def _change(winding, down, is_union):
    """What an edge with this winding number on its left does: 1 the area begins, -1 it ends, 0 neither."""
    return np.int64(_is_inside(winding + down, is_union)) - np.int64(_is_inside(winding, is_union))


@inlined
def _keep(out, n, xa, ta, xb, tb, change):
    """Append one part of the outline, if there is room; returns the new number."""
    if n < out.shape[1]:
        at = np.uint64(n)
        out[XA, at] = xa
        out[TA, at] = ta
        out[XB, at] = xb
        out[TB, at] = tb
        out[DOWN, at] = change
    return n + 1


@leaf
def _sort_many(keys, values, spare_keys, spare_values, starts, count):
    """As `_sort`, with scratch (`starts` needs count + 1), quicker for many keys: into even buckets first."""
    if count > FEW:
        low = keys[0]
        high = low
        for k in range(count):
            low = min(low, keys[k])
            high = max(high, keys[k])
            starts[k] = 0
        starts[count] = 0
        scale = (count - 1.0) / (high - low) if high - low > 1e-200 else 0.0
        for k in range(count):
            starts[np.int64((keys[k] - low) * scale) + 1] += 1
        for k in range(count):
            starts[k + 1] += starts[k]
        for k in range(count):
            bucket = np.int64((keys[k] - low) * scale)
            spare_keys[starts[bucket]] = keys[k]
            spare_values[starts[bucket]] = values[k]
            starts[bucket] += 1
        for k in range(count):
            keys[k] = spare_keys[k]
            values[k] = spare_values[k]
    _sort(keys, values, count)  # quick behind buckets, unless all crowd in a few of them


@leaf
def _sample(parts, winding, is_union, floats, numbers, begin, end, lines, out, n):
    """Approximate a knot that is too large: the area's limits on so many lines."""
    step = 1.0 / lines
    for line in range(lines):
        height = (line + 0.5) * step
        count = np.int64(0)
        for k in range(begin, end):
            part = numbers[ORDER, k]
            if parts[TA, part] <= height < parts[TB, part]:
                floats[X0, count] = _column(parts, part, height)
                numbers[ACTIVE, count] = part
                count += 1
        if count == 0:
            continue
        _sort_many(floats[X0], numbers[ACTIVE], floats[X1], numbers[CHANGE], numbers[AROUND], count)
        around = winding
        for k in range(count):
            down = np.int64(parts[DOWN, numbers[ACTIVE, k]])
            change = _change(around, down, is_union)
            around += down
            if change != 0:
                x = floats[X0, k]
                n = _keep(out, n, x, line * step, x, (line + 1) * step, change)
    return n


@leaf
def _crossings(floats, numbers, parts, count):
    """List the crossings of `count` parts that lie in order of X0, as events of both; returns how many, or -1: no room.

    Sorting by X1, neighbour by neighbour, swaps each crossing pair once. Event k: CROSSING holds twice the part's place
    in the order plus how far down the slice it happens (0 .. 1); AROUND what it adds to the winding number left of it.
    """
    order = numbers[CHANGE]
    events = np.int64(0)
    for k in range(count):
        at = k
        while at > 0 and floats[X1, order[at - 1]] > floats[X1, k]:
            other = order[at - 1]
            if events + 2 > floats.shape[1]:
                return -1
            gap0 = floats[X0, k] - floats[X0, other]
            gap1 = floats[X1, other] - floats[X1, k]
            share = gap0 / (gap0 + gap1)
            floats[CROSSING, events] = 2.0 * k + share
            numbers[AROUND, events] = -np.int64(parts[DOWN, numbers[ACTIVE, other]])
            floats[CROSSING, events + 1] = 2.0 * other + share
            numbers[AROUND, events + 1] = np.int64(parts[DOWN, numbers[ACTIVE, k]])
            events += 2
            order[at] = other
            at -= 1
        order[at] = k
    _sort(floats[CROSSING], numbers[AROUND], events)
    return events


@leaf
def _slice(parts, winding, is_union, floats, numbers, count, events, above, below, out, n):
    """Append the outline in one slice, whose `count` parts lie in order of X0, with the events of `_crossings`."""
    event = 0
    for k in range(count):
        down = np.int64(parts[DOWN, numbers[ACTIVE, k]])
        around = winding
        winding += down
        x0 = floats[X0, k]
        x1 = floats[X1, k]
        share = 0.0
        change = _change(around, down, is_union)
        while event < events and floats[CROSSING, event] <= 2.0 * k + 1.0:
            until = floats[CROSSING, event] - 2.0 * k
            around += numbers[AROUND, event]
            event += 1
            after = _change(around, down, is_union)
            if after == change:
                continue
            if change != 0 and until > share:
                n = _keep(
                    out, n, x0 + (x1 - x0) * share, above + (below - above) * share,
                    x0 + (x1 - x0) * until, above + (below - above) * until, change,
                )  # fmt: skip
            share = until
            change = after
        if change != 0 and share < 1.0:
            n = _keep(out, n, x0 + (x1 - x0) * share, above + (below - above) * share, x1, below, change)
    return n


@leaf
def _untie(parts, winding, is_union, floats, numbers, begin, end, effort, out, n):
    """Append the outline's parts in the knot of parts ORDER[begin:end]; `winding` is the number left of it."""
    order = numbers[ORDER]
    active = numbers[ACTIVE]
    kept = n  # what sampling falls back to
    cuts = np.int64(0)
    for k in range(begin, end):
        floats[TIME, cuts] = parts[TA, order[k]]
        floats[TIME, cuts + 1] = parts[TB, order[k]]
        cuts += 2
    _sort_many(floats[TIME], active, floats[X1], numbers[CHANGE], numbers[AROUND], cuts)
    different = np.int64(1)
    for cut in range(1, cuts):
        if floats[TIME, cut] != floats[TIME, different - 1]:
            floats[TIME, different] = floats[TIME, cut]
            different += 1
    cuts = different
    if (end - begin) * cuts > effort[STEPS]:
        return _sample(parts, winding, is_union, floats, numbers, begin, end, effort[LINES], out, n)
    effort[STEPS] -= (end - begin) * cuts
    for cut in range(1, cuts):
        above = floats[TIME, cut - 1]
        below = floats[TIME, cut]
        if below - above < THIN:
            continue
        count = np.int64(0)
        moved = np.int64(0)
        for k in range(begin, end):
            if moved > effort[STEPS]:
                break
            part = order[k]
            if parts[TA, part] > above or parts[TB, part] < below:
                continue
            x0 = _column(parts, part, above)
            x1 = _column(parts, part, below)
            at = count
            while at > 0 and (
                floats[X0, at - 1] > x0 or (floats[X0, at - 1] == x0 and floats[X1, at - 1] > x1)
            ):
                floats[X0, at] = floats[X0, at - 1]
                floats[X1, at] = floats[X1, at - 1]
                active[at] = active[at - 1]
                at -= 1
            floats[X0, at] = x0
            floats[X1, at] = x1
            active[at] = part
            moved += count - at
            count += 1
        effort[STEPS] -= moved
        if effort[STEPS] < 0:
            return _sample(parts, winding, is_union, floats, numbers, begin, end, effort[LINES], out, kept)
        is_crossed = False
        for k in range(1, count):
            is_crossed |= floats[X1, k] < floats[X1, k - 1]
        events = _crossings(floats, numbers, parts, count) if is_crossed else np.int64(0)
        if events < 0 and floats.shape[1] < MOST_CROSSINGS:
            return NO_ROOM
        effort[STEPS] -= CROSSING_STEPS * events
        if events < 0 or effort[STEPS] < 0:
            return _sample(parts, winding, is_union, floats, numbers, begin, end, effort[LINES], out, kept)
        n = _slice(parts, winding, is_union, floats, numbers, count, events, above, below, out, n)
    return n


@leaf
def outline_row(parts, count, is_union, floats, numbers, effort, out, n):
    """Append the outline of the area that `count` parts enclose in a row to `out` (5, capacity), from number n on.

    Parameters
    ----------
    parts, out : float64 (5, capacity)
        Rows XA, TA, XB, TB, DOWN as `gather` makes them; in `out`, DOWN is 1.0 where the area begins, -1.0 where
        it ends.
    is_union : bool
        Which winding numbers are inside: all but 0 (True), or the odd ones (even-odd).
    floats, numbers
        `row_scratch` for at least `count` parts.
    effort : int64 (2,)
        STEPS that may still be spent on exact outlines, and LINES a row that knots are sampled on after that.

    Returns
    -------
    n : int
        Where this is more than `out` has room for, the outline is not complete; NO_ROOM asks for more scratch.

    Notes
    -----
    Time: parts log parts + crossings + slices of each knot. Twin: tests/naive/coverage.py.
    """
    order = numbers[ORDER]
    for part in range(count):
        floats[KEY, part] = min(parts[XA, part], parts[XB, part])
        order[part] = part
    _sort_many(floats[KEY], order, floats[X1], numbers[CHANGE], numbers[AROUND], count)
    winding = np.int64(0)
    begin = np.int64(0)  # a literal would compile every callee once more
    while begin < count:
        part = order[begin]
        last = np.floor(max(parts[XA, part], parts[XB, part]))
        balance = parts[DOWN, part] * (parts[TB, part] - parts[TA, part])
        end = begin + 1
        while end < count and np.floor(floats[KEY, end]) <= last:
            part = order[end]
            last = max(last, np.floor(max(parts[XA, part], parts[XB, part])))
            balance += parts[DOWN, part] * (parts[TB, part] - parts[TA, part])
            end += 1
        if end - begin == 1:
            change = _change(winding, np.int64(parts[DOWN, part]), is_union)
            if change != 0:
                n = _keep(out, n, parts[XA, part], parts[TA, part], parts[XB, part], parts[TB, part], change)
        else:
            n = _untie(parts, winding, is_union, floats, numbers, begin, end, effort, out, n)
            if n == NO_ROOM:
                return n
        winding += np.int64(np.floor(balance + 0.5))
        begin = end
    return n
