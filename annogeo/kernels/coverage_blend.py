"""Put what `coverage.scan_coverage` found onto a picture: runs with the hard path's arithmetic, soft pixels by weights.

A soft pixel is composed front to back: with `free` at first 1, each item takes the weight ``w = coverage * free`` and
leaves ``free - w``; the picture keeps ``1 - sum(w a)`` of itself and gets ``sum(w a colour)``. Rounded once, half up.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from annogeo.kernels._blending import OPAQUE, blend_run, fill_pattern
from annogeo.kernels._jit import JIT_IS_OFF, jit, leaf
from annogeo.kernels._lanes import copy_from, prefetch, splat
from annogeo.kernels.coverage_cells import COVERED
from annogeo.kernels.coverage_claims import COLUMN, COVER, LINE, OWNER, START, STOP

AHEAD = 8  # runs, and groups of pixels
ALPHA = 3  # of a pixel's four sums: the others are red, green and blue


def _four_lanes(name: str) -> Any:
    """Make an intrinsic on four values: a pixel's red, green, blue and alpha sums, or its channels."""

    def add(builder: Any, sums: Any, shares: Any, weight: Any, rest: Any) -> None:
        old = builder.load(sums, align=4)
        share = builder.load(shares, align=4)
        builder.store(builder.fadd(old, builder.fmul(share, splat(builder, weight, 4))), sums, align=4)

    def mix(builder: Any, pixel: Any, sums: Any, keep: Any, channels: Any) -> None:
        total = builder.load(sums, align=4)
        value = builder.load(pixel, align=1)
        wide = ir.VectorType(ir.IntType(32), 4)
        old = builder.uitofp(builder.zext(value, wide), total.type)
        half = ir.Constant(total.type, [0.5] * 4)
        mixed = builder.fadd(builder.fadd(builder.fmul(old, splat(builder, keep, 4)), total), half)
        rounded = builder.trunc(builder.fptosi(mixed, wide), value.type)
        builder.store(ir.Constant(total.type, [0.0] * 4), sums, align=4)
        # with three channels, the fourth value is the next pixel's: to write it, even as it was, would delay reading it
        is_rgba = builder.icmp_signed("==", channels, ir.Constant(channels.type, 4))
        with builder.if_else(is_rgba) as (four, three):
            with four:
                builder.store(rounded, pixel, align=1)
            with three:
                parts = ir.VectorType(ir.IntType(32), 2)
                two = builder.shuffle_vector(rounded, rounded, ir.Constant(parts, [0, 1]))
                builder.store(two, builder.bitcast(pixel, two.type.as_pointer()), align=1)
                place = builder.gep(
                    builder.bitcast(pixel, value.type.element.as_pointer()), [ir.Constant(ir.IntType(64), 2)]
                )
                builder.store(
                    builder.extract_element(rounded, ir.Constant(ir.IntType(32), 2)), place, align=1
                )

    work = {"add": add, "mix": mix}[name]

    @intrinsic
    def four(
        typing_context: Any, first: Any, at: Any, second: Any, place: Any, factor: Any, rest: Any
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            pointers = []
            for array, index in ((0, 1), (2, 3)):
                data = context.make_array(signature.args[array])(context, builder, args[array]).data
                vector = ir.VectorType(data.type.pointee, 4)
                pointers.append(builder.bitcast(builder.gep(data, [args[index]]), vector.as_pointer()))
            work(builder, pointers[0], pointers[1], args[4], args[5])
            return context.get_dummy_value()

        return types.void(first, types.intp, second, types.intp, factor, types.int64), generate

    return four


if JIT_IS_OFF:

    def add_four(sums: Any, at: Any, shares: Any, place: Any, weight: Any, rest: Any) -> None:
        sums[at : at + 4] += shares[place : place + 4] * weight

    def _mix_four(flat: Any, at: Any, sums: Any, place: Any, keep: Any, channels: Any) -> None:
        flat[at : at + channels] = flat[at : at + channels] * keep + sums[place : place + channels] + 0.5
        sums[place : place + 4] = 0

else:
    add_four, _mix_four = _four_lanes("add"), _four_lanes("mix")


@leaf
def sort_by_row(table, offsets, order):
    """Order a table's entries by row, keeping their order within a row; `offsets` gets where each row starts."""
    for k in range(table.shape[0]):
        offsets[np.uint64(table[np.uint64(k), LINE] + 2)] += 1
    for row in range(2, offsets.size):
        offsets[row] += offsets[row - 1]
    for k in range(table.shape[0]):
        at = np.uint64(table[np.uint64(k), LINE] + 1)
        order[np.uint64(offsets[at])] = k
        offsets[at] += 1


@leaf
def blend_runs(flat, base, channels, runs, order, first, end, patterns, alphas, most):
    """Blend the runs of one row."""
    for k in range(first, end):
        at = np.uint64(order[np.uint64(k)])
        # the next runs come one after the other, the places they lie at do not
        prefetch(runs, 4 * order[np.uint64(min(k + AHEAD, order.size - 1))])
        item = np.int64(runs[at, OWNER])
        keep = np.uint32(OPAQUE - alphas[np.uint64(item)])
        if keep < OPAQUE:
            blend_run(
                flat, base + runs[at, START], base + runs[at, STOP], channels, patterns, item, keep, most
            )


@leaf
def add_weights(pixels, seen, order, begin, end, shares, free, sums, touched):
    """Compose what is seen in a row, the topmost item first; returns how many pixels are touched."""
    one = free.dtype.type(1.0)
    unit = free.dtype.type(1.0 / COVERED)
    n = np.int64(0)
    for place in range(begin, end):
        group = np.uint64(order[np.uint64(place)])
        owner = 4 * np.int64(seen[group, OWNER])
        prefetch(seen, 4 * order[np.uint64(min(place + 2 * AHEAD, order.size - 1))])
        ahead = np.uint64(order[np.uint64(min(place + AHEAD, order.size - 1))])
        prefetch(pixels, 2 * np.int64(seen[ahead, START]))
        prefetch(pixels, 2 * np.int64(seen[ahead, STOP]) - 1)
        for k in range(seen[group, START], seen[group, STOP]):
            at = np.uint64(k)
            x = np.int64(pixels[at, COLUMN])
            left = free[np.uint64(x)]
            touched[np.uint64(n)] = x
            n += left == one
            weight = left * (free.dtype.type(pixels[at, COVER]) * unit)
            free[np.uint64(x)] = left - weight
            add_four(sums, 4 * x, shares, owner, weight, 0)
    return n


@leaf
def _settle(flat, base, channels, most, free, sums, touched, n):
    """Mix a row's touched pixels, and leave the row's sums clean."""
    one = free.dtype.type(1.0)
    top = free.dtype.type(most)
    unit = free.dtype.type(1.0 / most)
    for k in range(n):
        x = touched[np.uint64(k)]
        at = base + channels * x
        free[np.uint64(x)] = one
        keep = one - sums[np.uint64(4 * x + ALPHA)] * unit
        if at + 4 <= flat.size and (channels == 3 or flat[np.uint64(at + ALPHA)] == most):
            _mix_four(
                flat, at, sums, 4 * x, keep, channels
            )  # an opaque backdrop's alpha blends like a colour
        else:
            _mix_slowly(flat, at, channels, sums, 4 * x, keep, top)


@leaf
def _mix_slowly(flat, at, channels, sums, place, keep, top):
    """Mix one pixel over a backdrop of any alpha."""
    half = sums.dtype.type(0.5)
    one = sums.dtype.type(1.0)
    backdrop = sums.dtype.type(flat[at + ALPHA]) if channels == 4 else top
    total = backdrop * keep + sums[place + ALPHA]
    if total > sums.dtype.type(0.0) and keep < one:
        keep *= backdrop / total
        scale = top / total
        for channel in range(3):
            value = sums.dtype.type(flat[at + channel]) * keep + sums[place + channel] * scale
            flat[at + channel] = flat.dtype.type(min(value + half, top))
        if channels == 4:
            flat[at + ALPHA] = flat.dtype.type(min(total + half, top))
    for channel in range(4):
        sums[place + channel] = sums.dtype.type(0.0)


@jit
def blend_coverage(
    flat, source, height, width, channels, runs, pixels, seen, colors, alphas, patterns, shares,
    run_offsets, run_order, offsets, order, free, sums, touched,
):  # fmt: skip
    """Blend areas with soft edges onto a picture.

    Parameters
    ----------
    flat : uint8 or uint16 (H * W * channels,)
        The picture, changed in place. A fourth channel is straight alpha.
    source : int
        The picture below: where the memory of another array like `flat` begins, which is copied row by row on the
        way; 0 for `flat` itself. (An address, because a read-only array would be another type to compile for.)
    height, width, channels : int
    runs, pixels, seen
        What `scan_coverage` returns.
    colors : uint32 (n, 3) for uint8 pictures, uint64 for uint16 ones
        Of each item, in the picture's value range.
    alphas : int64 (n,)
        Opacity of each item in units of 2**-24, 0 .. 2**24.
    patterns : (n, PATTERN), shares : float (4 n,)
        Scratch: as `colors`, and float32 for uint8 pictures, float64 for uint16 ones.
    run_offsets, offsets : int64 (H + 2,)
        Zeros.
    run_order, order : int64 (as long as `runs`, as `seen`), touched : int64 (W + 1,)
        Scratch.
    free : float (W,), sums : float (4 W,)
        Ones, and zeros, of the dtype of `shares`.

    Notes
    -----
    Makes no arrays, which would take longer to compile.
    Time: runs + their pixels + soft pixels + rows. Twin: tests/naive/coverage.py.
    """
    most = np.int64(255) if flat.itemsize == 1 else np.int64(65535)
    real = free.dtype.type
    for item in range(alphas.size):
        fill_pattern(patterns, colors, item, alphas[item], channels, most)
        alpha = real(alphas[item]) * real(1.0 / OPAQUE)
        for channel in range(3):
            shares[4 * item + channel] = alpha * real(colors[item, channel])
        shares[4 * item + ALPHA] = alpha * real(most)
    sort_by_row(runs, run_offsets, run_order)
    sort_by_row(seen, offsets, order)
    for row in range(height):
        base = row * width
        if source != 0:
            copy_from(flat, base * channels, width * channels, source)
        first = run_offsets[row]
        end = run_offsets[row + 1]
        blend_runs(flat, base, channels, runs, run_order, first, end, patterns, alphas, most)
        n = add_weights(pixels, seen, order, offsets[row], offsets[row + 1], shares, free, sums, touched)
        _settle(flat, base * channels, channels, most, free, sums, touched, n)
