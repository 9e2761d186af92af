"""Blend one colour over a run of pixels, in place: exact, rounded half up, with vectors of any machine.

A channel value becomes ``(value * keep + pattern) >> 24``: `keep` is what the picture keeps, in units of 2**-24, and
`pattern` the colour's share plus one half, repeated along the pixels. uint8 pictures need 32 bits for that, uint16
ones 64. Numba compiles loops over short runs into scalar code, so vectors are written out here.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from annogeo.kernels._jit import JIT_IS_OFF, leaf, merged
from annogeo.kernels._lanes import splat

ALPHA_BITS = 24  # an opacity is a whole number of 2**-24, so that all blending is exact integer arithmetic
OPAQUE = 1 << ALPHA_BITS
LANES = 32
PATTERN = LANES + 4  # length of a pattern: a vector may begin with any channel


def _pair_blend(lanes: int) -> Any:
    """Make the intrinsic `blend_pair(flat, a, b, pattern, i, j, keep)`: blend `lanes` values from a and from b on.

    The two may overlap: both are read before either is written. The pattern is read from i and from j on.
    """
    if JIT_IS_OFF:

        def blend_slices(flat: Any, a: Any, b: Any, pattern: Any, i: Any, j: Any, keep: Any) -> None:
            old = flat.astype(np.uint64)
            for start, phase in ((a, i), (b, j)):
                mixed = old[start : start + lanes] * np.uint64(keep) + pattern[phase : phase + lanes]
                flat[start : start + lanes] = mixed >> np.uint64(ALPHA_BITS)

        return blend_slices

    @intrinsic
    def blend_pair(
        typing_context: Any, flat: Any, a: Any, b: Any, pattern: Any, i: Any, j: Any, keep: Any
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            values = context.make_array(signature.args[0])(context, builder, args[0]).data
            shares = context.make_array(signature.args[3])(context, builder, args[3]).data
            narrow = ir.VectorType(values.type.pointee, lanes)
            wide = ir.VectorType(shares.type.pointee, lanes)
            # widened from 32 bits, so that LLVM sees that one multiplication of 32-bit halves is enough
            factor = splat(builder, args[6], lanes)
            factor = builder.zext(factor, wide) if factor.type != wide else factor
            shift = ir.Constant(wide, [ALPHA_BITS] * lanes)
            results = []
            for start, phase in ((args[1], args[4]), (args[2], args[5])):
                place = builder.bitcast(builder.gep(values, [start]), narrow.as_pointer())
                share = builder.bitcast(builder.gep(shares, [phase]), wide.as_pointer())
                old = builder.zext(builder.load(place, align=1), wide)
                mixed = builder.add(builder.mul(old, factor), builder.load(share, align=4))
                results.append((builder.trunc(builder.lshr(mixed, shift), narrow), place))
            for result, place in results:
                builder.store(result, place, align=1)
            return context.get_dummy_value()

        return types.void(
            flat, types.intp, types.intp, pattern, types.intp, types.intp, types.uint32
        ), generate

    return blend_pair


_pair_32, _pair_16, _pair_8, _pair_4 = (_pair_blend(lanes) for lanes in (LANES, 16, 8, 4))


if JIT_IS_OFF:

    def _are_opaque(flat: Any, start: Any) -> bool:
        return bool((flat[start + 3 : start + LANES : 4] == np.iinfo(flat.dtype).max).all())

else:

    @intrinsic
    def _are_opaque(typing_context: Any, flat: Any, start: Any) -> Any:
        """Tell whether LANES values from a pixel's first on have the largest alpha."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            values = context.make_array(signature.args[0])(context, builder, args[0]).data
            vector = ir.VectorType(values.type.pointee, LANES)
            pixels = builder.load(
                builder.bitcast(builder.gep(values, [args[1]]), vector.as_pointer()), align=1
            )
            colors = ir.Constant(vector, [0 if k % 4 == 3 else -1 for k in range(LANES)])
            clear = builder.icmp_signed("!=", builder.or_(pixels, colors), ir.Constant(vector, [-1] * LANES))
            bits = builder.bitcast(clear, ir.IntType(LANES))
            return builder.icmp_signed("==", bits, ir.Constant(bits.type, 0))

        return types.boolean(flat, types.intp), generate


@leaf
def _is_opaque(flat, start, end, most):
    """Tell whether RGBA values [start, end) have the largest alpha, `most`."""
    if end - start < LANES:
        for at in range(start + 3, end, 4):
            if flat[np.uint64(at)] != most:
                return False
        return True
    while start + LANES < end:
        if not _are_opaque(flat, start):
            return False
        start += LANES
    return _are_opaque(flat, end - LANES)


@leaf
def fill_pattern(patterns, colors, owner, alpha, channels, most):
    """Fill a row of patterns with the shares of a colour, for `blend_run`; an alpha channel's is that of `most`."""
    channel = np.int64(0)
    for k in range(PATTERN):
        value = np.int64(colors[owner, channel]) if channel < 3 else most
        patterns[owner, k] = value * alpha + (OPAQUE >> 1)
        channel = channel + 1 if channel + 1 < channels else np.int64(0)


@merged
def _blend_values(flat, start, end, channels, pattern, keep):
    """Blend values [start, end), whole pixels. Two vectors that may overlap cover any length from one to two."""
    length = end - start
    odd = (
        np.int64(1) if channels == 3 else np.int64(0)
    )  # where a vector of 32 or 8 starts that ends with a pixel
    even = 2 * odd  # the same for 16 and 4
    if length >= LANES:
        phase = np.int64(0)
        while start + 2 * LANES < end:
            _pair_32(flat, start, start, pattern, phase, phase, keep)
            start += LANES
            phase = phase - odd if phase > 0 else even
        _pair_32(flat, start, end - LANES, pattern, phase, odd, keep)
    elif length >= 16:
        _pair_16(flat, start, end - 16, pattern, 0, even, keep)
    elif length >= 8:
        _pair_8(flat, start, end - 8, pattern, 0, odd, keep)
    elif length >= 4:
        _pair_4(flat, start, end - 4, pattern, 0, even, keep)
    else:
        for k in range(length):
            value = pattern.dtype.type(flat[np.uint64(start + k)]) * pattern.dtype.type(keep)
            flat[np.uint64(start + k)] = (value + pattern[np.uint64(k)]) >> pattern.dtype.type(ALPHA_BITS)


@merged
def blend_run(flat, start, end, channels, patterns, owner, keep, most):
    """Blend pixels [start, end) of a flat image with the pattern of an item."""
    pattern = patterns[owner]
    if channels == 4 and not _is_opaque(flat, 4 * start, 4 * end, most):
        # an opaque backdrop stays so: its alpha blends like a colour; any other needs a division
        _blend_rgba(flat, 4 * start, 4 * end, pattern, np.int64(keep), most)
        return
    _blend_values(flat, channels * start, channels * end, channels, pattern, keep)


@leaf
def _blend_rgba(flat, start, end, pattern, keep, most):
    """Blend RGBA values [start, end) over a backdrop of any alpha."""
    alpha = OPAQUE - keep
    half = OPAQUE >> 1
    for at in range(start, end, 4):
        pixel = flat[at : at + 4]
        backdrop = np.int64(pixel[3])
        weight = alpha * most + backdrop * keep
        if backdrop == 0 and alpha == 0:
            continue
        for k in range(3):
            share = (np.int64(pattern[k]) - half) * most
            value = share + np.int64(pixel[k]) * backdrop * keep
            pixel[k] = (2 * value + weight) // (2 * weight)
        pixel[3] = (weight + half) >> ALPHA_BITS
