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

from annogeo.kernels._blending import OPAQUE, PATTERN, blend_run, fill_pattern
from annogeo.kernels._jit import JIT_IS_OFF, jit, leaf
from annogeo.kernels._lanes import copy_from, splat
from annogeo.kernels.coverage_cells import COVERED
from annogeo.kernels.coverage_claims import COLUMN, COVER, LINE, OWNER, START, STOP

ALPHA = 3  # of a pixel's four sums: the others are red, green and blue


def _four_lanes(name: str) -> Any:
    """Make an intrinsic on four values: a pixel's red, green, blue and alpha sums, or its channels."""

    def add(builder: Any, sums: Any, shares: Any, weight: Any, rest: Any) -> None:
        old = builder.load(sums, align=4)
        share = builder.load(shares, align=4)
        builder.store(builder.fadd(old, builder.fmul(share, splat(builder, weight, 4))), sums, align=4)

    def mix(builder: Any, pixel: Any, sums: Any, keep: Any, channels: Any) -> None:
        # with three channels, the fourth value is the next pixel's: it is written back as it was
        total = builder.load(sums, align=4)
        value = builder.load(pixel, align=1)
        wide = ir.VectorType(ir.IntType(32), 4)
        is_rgba = builder.icmp_signed("==", channels, ir.Constant(channels.type, 4))
        own = builder.insert_element(
            ir.Constant(ir.VectorType(ir.IntType(1), 4), [1, 1, 1, 1]), is_rgba,
            ir.Constant(ir.IntType(32), 3),
        )  # fmt: skip
        old = builder.uitofp(builder.zext(value, wide), total.type)
        half = ir.Constant(total.type, [0.5] * 4)
        mixed = builder.fadd(builder.fadd(builder.fmul(old, splat(builder, keep, 4)), total), half)
        rounded = builder.trunc(builder.fptosi(mixed, wide), value.type)
        builder.store(builder.select(own, rounded, value), pixel, align=1)
        builder.store(ir.Constant(total.type, [0.0] * 4), sums, align=4)

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

    def _add_four(sums: Any, at: Any, shares: Any, place: Any, weight: Any, rest: Any) -> None:
        sums[at : at + 4] += shares[place : place + 4] * weight

    def _mix_four(flat: Any, at: Any, sums: Any, place: Any, keep: Any, channels: Any) -> None:
        flat[at : at + channels] = flat[at : at + channels] * keep + sums[place : place + channels] + 0.5
        sums[place : place + 4] = 0

else:
    _add_four, _mix_four = _four_lanes("add"), _four_lanes("mix")


@leaf
def _sort_by_row(table, offsets, order):
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
def _blend_runs(flat, base, channels, runs, order, first, end, patterns, alphas, most):
    """Blend the runs of one row."""
    for k in range(first, end):
        at = np.uint64(order[np.uint64(k)])
        item = np.int64(runs[at, OWNER])
        keep = np.uint32(OPAQUE - alphas[np.uint64(item)])
        if keep < OPAQUE:
            blend_run(
                flat, base + runs[at, START], base + runs[at, STOP], channels, patterns, item, keep, most
            )


@leaf
def _add_weights(pixels, first, end, shares, item, free, sums, touched, n):
    """Compose one item's pixels in a row behind what is there; returns how many pixels of the row are touched."""
    one = free.dtype.type(1.0)
    unit = free.dtype.type(1.0 / COVERED)
    for k in range(first, end):
        at = np.uint64(k)
        x = np.int64(pixels[at, COLUMN])
        left = free[np.uint64(x)]
        touched[np.uint64(n)] = x
        n += left == one
        weight = left * (free.dtype.type(pixels[at, COVER]) * unit)
        free[np.uint64(x)] = left - weight
        _add_four(sums, 4 * x, shares, 4 * item, weight, 0)
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
def blend_coverage(image, source, runs, pixels, seen, colors, alphas, free, sums):
    """Blend areas with soft edges onto a picture.

    Parameters
    ----------
    image : (H, W, 3) or (H, W, 4), C-contiguous, uint8 or uint16
        Changed in place. A fourth channel is straight alpha.
    source : int
        The picture below: where the memory of another array like `image` begins, which is copied row by row on the
        way; 0 for `image` itself. (An address, because a read-only array would be another type to compile for.)
    runs, pixels, seen
        What `scan_coverage` returns.
    colors : uint32 (n, 3) for uint8 images, uint64 for uint16 ones
        Of each item, in the image's value range.
    alphas : int64 (n,)
        Opacity of each item in units of 2**-24, 0 .. 2**24.
    free : float (W,)
        Ones; float32 for uint8 images, float64 for uint16 ones.
    sums : float (4 W,)
        Zeros, of the same dtype.

    Notes
    -----
    Time: runs + their pixels + soft pixels + rows. Twin: tests/naive/coverage.py.
    """
    height, width, channels = image.shape
    flat = image.reshape(-1)
    most = np.int64(255) if flat.itemsize == 1 else np.int64(65535)
    items = colors.shape[0]
    patterns = np.empty((items, PATTERN), colors.dtype)
    shares = np.empty(4 * items, sums.dtype)
    real = free.dtype.type
    for item in range(items):
        fill_pattern(patterns, colors, item, alphas[item], channels, most)
        alpha = real(alphas[item]) * real(1.0 / OPAQUE)
        for channel in range(3):
            shares[4 * item + channel] = alpha * real(colors[item, channel])
        shares[4 * item + ALPHA] = alpha * real(most)
    run_offsets = np.zeros(height + 2, np.int64)
    run_order = np.empty(runs.shape[0], np.int64)
    _sort_by_row(runs, run_offsets, run_order)
    offsets = np.zeros(height + 2, np.int64)
    order = np.empty(seen.shape[0], np.int64)
    _sort_by_row(seen, offsets, order)
    touched = np.empty(width + 1, np.int64)
    for row in range(height):
        base = row * width
        if source != 0:
            copy_from(flat, base * channels, width * channels, source)
        _blend_runs(
            flat,
            base,
            channels,
            runs,
            run_order,
            run_offsets[row],
            run_offsets[row + 1],
            patterns,
            alphas,
            most,
        )
        n = np.int64(0)
        for place in range(offsets[row], offsets[row + 1]):
            group = np.uint64(order[np.uint64(place)])
            n = _add_weights(
                pixels, seen[group, START], seen[group, STOP], shares, np.int64(seen[group, OWNER]),
                free, sums, touched, n,
            )  # fmt: skip
        _settle(flat, base * channels, channels, most, free, sums, touched, n)
