"""Closed paths of few straight pieces through a sleeve: the minimum-link walk, and the proof of what it gives.

A sleeve is a ring of gates. A gate is a segment across the way of travel, with a left and a right end; two gates in
turn span a cell. A ring runs in the sleeve when it goes around once, each edge crosses its share of the gates, in their
order, between their ends, and each vertex lies in the cell between the last gate of one edge and the first of the next.
A line crosses gates in a row just when it has their left ends on its left and their right ends on its right hand.

The walk is greedy (S. Suri, "A linear time algorithm for minimum link paths inside a simple polygon", 1986). From a
window, a segment to start from (first a whole gate), it keeps the convex hulls of the left and of the right ends passed
so far, and, of the lines through the window and all gates so far, the two extreme ones, turned furthest to the left and
to the right. Each next gate turns one of them back, or is missed by all: then the line turned furthest towards it is
the link. What one more link can reach is what can be seen from the link's last part, from the point that holds it to
the wall of the sleeve: the next window. No path in the sleeve has fewer links, only a closed one may save one by
starting elsewhere; so closing is tried on several links, and what comes of it is checked against the definition.

y points down. Gates, lines and windows are rows (left x, left y, right x, right y) or (from x, from y, to x, to y);
LEFT is 0 and RIGHT 1. Slow twin: tests/naive/fewest.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from annogeo.kernels._jit import inlined, leaf

LEFT, RIGHT, SEEN = 0, 1, 2  # rows of `line`: the extreme lines, and a line of sight
FIRST, COUNT, TOUCH = (
    0,
    1,
    2,
)  # of a hull, in `state`: first point that still matters, end, gate of the last turn
TOUCHED, STOP, HELD = (
    0,
    1,
    2,
)  # of a link, in `mark`: last gate that holds it, first gate it misses, the side it is held on
CLOSE_ENOUGH = 1e-9  # of an edge's length: rounding that the proof overlooks


@inlined
def side(ax, ay, bx, by, x, y):
    """Say on which hand of a -> b a point lies: positive on the right one, negative on the left one."""
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax)


@inlined
def _hand(lines, row, x, y):
    return side(lines[row, 0], lines[row, 1], lines[row, 2], lines[row, 3], x, y)


@inlined
def _bend(hull, which, k, x, y):
    """Say on which hand of a hull's edge, from its point k to the next, a point lies."""
    c = 2 * which
    return side(hull[k, c], hull[k, c + 1], hull[k + 1, c], hull[k + 1, c + 1], x, y)


@inlined
def _tangent(hull, which, state, x, y):
    """Give the hull's point at which a line to a point beyond touches it."""
    sign = 2.0 * which - 1.0
    k = state[which, FIRST]
    while k + 1 < state[which, COUNT] and sign * _bend(hull, which, k, x, y) > 0.0:
        k += 1
    return k


@leaf
def _tighten(which, x, y, gate, hull, state, line):
    """Take in the left or right end of a gate: the line through it and the opposite hull may now be the extreme one."""
    other = 1 - which
    sign = 1.0 - 2.0 * which
    if sign * _hand(line, which, x, y) > 0.0:
        k = _tangent(hull, other, state, x, y)
        state[other, FIRST] = k
        state[which, TOUCH] = gate
        line[which, 0] = hull[k, 2 * other]
        line[which, 1] = hull[k, 2 * other + 1]
        line[which, 2] = x
        line[which, 3] = y
    n = state[which, COUNT]
    while n - 2 >= state[which, FIRST] and sign * _bend(hull, which, n - 2, x, y) >= 0.0:
        n -= 1
    hull[n, 2 * which] = x
    hull[n, 2 * which + 1] = y
    state[which, COUNT] = n + 1


@leaf
def _open(window, row, touched, held, stop, gates, n, hull, state, line):
    """Start at a window. The link it belongs to is held on side `held` at gate `touched`.

    The ends on that side that it has passed since, up to gate `stop`, bind its successor too.
    """
    for which in range(2):
        other = 1 - which
        x = window[row, 2 * which]
        y = window[row, 2 * which + 1]
        hull[0, 2 * which] = x
        hull[0, 2 * which + 1] = y
        state[which, FIRST] = 0
        state[which, COUNT] = 1
        state[which, TOUCH] = touched
        line[which, 2] = x
        line[which, 3] = y
        line[other, 0] = x
        line[other, 1] = y
    at = touched % n
    for gate in range(touched + 1, stop):
        at = at + 1 if at + 1 < n else 0
        _tighten(held, gates[at, 2 * held], gates[at, 2 * held + 1], gate, hull, state, line)


@leaf
def _walk(gates, n, tries, hull, state, line, link, window, mark):
    """Go around greedily, from gate 0 until each of the first `tries` links has been met again; count the links.

    0 says that there is no room for as many, or that a line meets all gates, which no closed sleeve allows.
    """
    for k in range(4):
        window[0, k] = gates[0, k]
    count = touched = held = 0
    stop = 1
    limit = 4 * n
    while touched < limit:
        if count == link.shape[0]:
            return 0
        _open(window, max(count - 1, 0), touched, held, stop, gates, n, hull, state, line)
        gate = stop
        at = gate % n
        while True:
            if gate - stop > n:
                return 0
            if _hand(line, RIGHT, gates[at, 0], gates[at, 1]) > 0.0:
                held = RIGHT
                break
            if _hand(line, LEFT, gates[at, 2], gates[at, 3]) < 0.0:
                held = LEFT
                break
            _tighten(LEFT, gates[at, 0], gates[at, 1], gate, hull, state, line)
            _tighten(RIGHT, gates[at, 2], gates[at, 3], gate, hull, state, line)
            gate += 1
            at = at + 1 if at + 1 < n else 0
        # Where the link runs into the wall between the last gate that it crosses and the one that it misses.
        wall = 2 * (1 - held)
        before = at - 1 if at > 0 else n - 1
        px, py = gates[before, wall], gates[before, wall + 1]
        qx, qy = gates[at, wall], gates[at, wall + 1]
        inside = abs(_hand(line, held, px, py))
        share = inside / (inside + abs(_hand(line, held, qx, qy)))
        window[count, wall] = px + share * (qx - px)
        window[count, wall + 1] = py + share * (qy - py)
        window[count, 2 * held] = line[held, 2]
        window[count, 2 * held + 1] = line[held, 3]
        for k in range(4):
            link[count, k] = line[held, k]
        touched = state[held, TOUCH]
        stop = gate
        mark[count, TOUCHED] = touched
        mark[count, STOP] = stop
        mark[count, HELD] = held
        count += 1
        if limit == 4 * n and (count == tries or stop >= n):
            limit = stop + n
    return count


@inlined
def _meet(ring, at, a, i, b, j):
    """Write where line i of `a` crosses line j of `b` as vertex `at`: no numbers if nowhere, which no proof accepts."""
    ux = a[i, 2] - a[i, 0]
    uy = a[i, 3] - a[i, 1]
    vx = b[j, 2] - b[j, 0]
    vy = b[j, 3] - b[j, 1]
    t = ((b[j, 0] - a[i, 0]) * vy - (b[j, 1] - a[i, 1]) * vx) / (ux * vy - uy * vx)
    ring[at, 0] = a[i, 0] + t * ux
    ring[at, 1] = a[i, 1] + t * uy


@leaf
def _first_gate(link, m, gates, n, known, least):
    """Follow a link backwards from gate `known`, which it crosses: the first of the gates in a row that it crosses."""
    gate = known
    while gate > least:
        at = (gate - 1) % n
        if (
            _hand(link, m, gates[at, 0], gates[at, 1]) > 0.0
            or _hand(link, m, gates[at, 2], gates[at, 3]) < 0.0
        ):
            break
        gate -= 1
    return gate


@leaf
def _look(link, m, gates, n, gate, is_last, hull, state, line):
    """Look for a point of link m between gate `gate` and the next that can be seen through all gates up to it.

    What can be seen lies between the extreme lines. The line of sight, written to row SEEN, starts in the middle of the
    visible piece.
    """
    where = gate % n
    for end in range(2):  # first the points in which the link crosses the two gates
        left = abs(_hand(link, m, gates[where, 0], gates[where, 1]))
        share = left / (left + abs(_hand(link, m, gates[where, 2], gates[where, 3])))
        line[SEEN, 2 * end] = gates[where, 0] + share * (gates[where, 2] - gates[where, 0])
        line[SEEN, 2 * end + 1] = gates[where, 1] + share * (gates[where, 3] - gates[where, 1])
        where = (gate + 1) % n
    low = 0.0
    high = 0.0 if is_last else 1.0
    for which in range(2):
        sign = 1.0 - 2.0 * which
        a = sign * _hand(line, which, line[SEEN, 0], line[SEEN, 1])
        b = sign * _hand(line, which, line[SEEN, 2], line[SEEN, 3])
        if a < 0.0 and b < 0.0:
            return False
        if a < 0.0:
            low = max(low, a / (a - b))
        elif b < 0.0:
            high = min(high, a / (a - b))
    if not low <= high:
        return False
    share = 0.5 * (low + high)
    line[SEEN, 0] += share * (line[SEEN, 2] - line[SEEN, 0])
    line[SEEN, 1] += share * (line[SEEN, 3] - line[SEEN, 1])
    k = _tangent(hull, RIGHT, state, line[SEEN, 0], line[SEEN, 1])
    line[SEEN, 2] = hull[k, 2]
    line[SEEN, 3] = hull[k, 3]
    return True


@leaf
def _close(m, best, links, gates, n, hull, state, line, link, window, mark, ring):
    """Close the path on link m, which it leaves at window m: the vertices if they are fewer than `best`, or `best`.

    A lap later the path may return to any point of link m ahead of that window: from the first gate that the link,
    followed backwards, still crosses to the gate that holds it.
    """
    last = mark[m, TOUCHED] + n
    known = mark[m - 1, STOP] if m > 0 else 1
    first = _first_gate(link, m, gates, n, known, mark[m, STOP] - n + 1) + n
    if first > last:
        return best
    q = m + 1
    while q + 1 < links and mark[q + 1, STOP] <= first:
        q += 1
    size = q - m + 2
    if q + 1 >= links or size >= best or mark[q, STOP] > last:
        return best
    for k in range(m, q):
        _meet(ring, k - m, link, k, link, k + 1)
    _open(window, q, mark[q, TOUCHED], mark[q, HELD], mark[q, STOP], gates, n, hull, state, line)
    for gate in range(mark[q, STOP], min(last + 1, mark[q + 1, STOP])):
        at = gate % n
        _tighten(LEFT, gates[at, 0], gates[at, 1], gate, hull, state, line)
        _tighten(RIGHT, gates[at, 2], gates[at, 3], gate, hull, state, line)
        if gate >= first and _look(link, m, gates, n, gate, gate == last, hull, state, line):
            _meet(ring, q - m, link, q, line, SEEN)
            ring[q - m + 1, 0] = line[SEEN, 0]
            ring[q - m + 1, 1] = line[SEEN, 1]
            return size
    if size + 1 >= best:
        return best
    gate = (
        max(first, mark[q, STOP]) % n
    )  # link m and the path's next link both cross it: one edge along it joins them
    _meet(ring, q - m, link, q, link, q + 1)
    _meet(ring, q - m + 1, gates, gate, link, q + 1)
    _meet(ring, q - m + 2, gates, gate, link, m)
    return size + 1


@inlined
def _is_right(ax, ay, bx, by, x, y):
    """Say whether a point lies on the right hand of a -> b, or on it up to rounding."""
    return side(ax, ay, bx, by, x, y) >= -CLOSE_ENOUGH * (abs(bx - ax) + abs(by - ay))


@leaf
def _is_in_sleeve(ring, count, start, gates, n):
    """Prove that a ring runs in the sleeve. Its vertex 0 lies before the first gate from `start` it is not beyond."""
    at = start % n
    for _ in range(n):
        if not _hand(gates, at, ring[0, 0], ring[0, 1]) < 0.0:
            break
        at = at + 1 if at + 1 < n else 0
    edge = 0
    for step in range(n + 1):
        before = at - 1 if at > 0 else n - 1
        lx, ly, rx, ry = gates[at, 0], gates[at, 1], gates[at, 2], gates[at, 3]
        kx, ky, sx, sy = gates[before, 0], gates[before, 1], gates[before, 2], gates[before, 3]
        while True:
            follow = edge + 1 if edge + 1 < count else 0
            x, y = ring[follow, 0], ring[follow, 1]
            if step < n and _hand(gates, at, x, y) < 0.0:  # beyond the gate
                break
            if not (
                _is_right(kx, ky, lx, ly, x, y)
                and _is_right(lx, ly, rx, ry, x, y)
                and _is_right(rx, ry, sx, sy, x, y)
                and _is_right(sx, sy, kx, ky, x, y)
            ):
                return False  # a vertex outside the cell
            if edge == count - 1:
                return step == n
            edge = follow
        ax, ay = ring[edge, 0], ring[edge, 1]
        if not (_is_right(ax, ay, x, y, rx, ry) and _is_right(x, y, ax, ay, lx, ly)):
            return False  # an edge that misses the gate
        at = at + 1 if at + 1 < n else 0
    return False


@leaf
def ring_of_few(gates, n, tries, hull, state, line, link, window, mark, ring, spare):
    """Write a ring of few vertices through the gates to `ring`, count them; 0 where none is sure to be in the sleeve.

    Parameters
    ----------
    gates : float64 (m, 4)
        The first n are the sleeve.
    tries : int
        On how many links to try to close.
    hull : float64 (2n + 8, 4); state : int64 (2, 3); line : float64 (3, 4)
        Scratch: the funnel.
    link, window : float64 (n + 16, 4); mark : int64 (n + 16, 3)
        Scratch: the links; a walk of more is of no use.
    ring, spare : float64 (n + 16, 2 or more)
        Output, and scratch.
    """
    links = _walk(gates, n, tries, hull, state, line, link, window, mark)
    least = 0  # links that do not come round to gate 0 again: no ring has fewer vertices
    while least < links and mark[least, STOP] <= n:
        least += 1
    least = max(least, 3)
    best = n + 1
    for m in range(min(links, tries)):
        if best <= least or (m > 0 and mark[m - 1, STOP] >= n):
            break
        count = _close(m, best, links, gates, n, hull, state, line, link, window, mark, spare)
        if count < best and _is_in_sleeve(spare, count, mark[m, TOUCHED] + 1, gates, n):
            best = count
            for k in range(count):
                ring[k, 0] = spare[k, 0]
                ring[k, 1] = spare[k, 1]
    return best if best <= n else 0
