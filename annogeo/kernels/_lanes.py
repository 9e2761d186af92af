"""Vector stores and bit tricks that compiled Python cannot express, each with a plain twin for JIT-off runs.

Numba compiles a loop over a short run into scalar code; these emit one LLVM vector store, which becomes whatever
the machine has. Widths are powers of two: LLVM turns others into slow code.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from annogeo.kernels._jit import JIT_IS_OFF, inlined

ONE = np.uint64(1)
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)


def _vector_store(lanes: int) -> Any:
    """Make the intrinsic `store(flat, start, value)`: ``flat[start:start + lanes] = value``."""
    if JIT_IS_OFF:

        def store_slice(flat: Any, start: Any, value: Any) -> None:
            flat[start : start + lanes] = value

        return store_slice

    @intrinsic
    def store(typing_context: Any, flat: Any, start: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, args[0])
            vector = splat(builder, args[2], lanes)
            address = builder.gep(array.data, [args[1]])
            builder.store(vector, builder.bitcast(address, vector.type.as_pointer()), align=1)
            return context.get_dummy_value()

        return types.void(flat, types.intp, flat.dtype), generate

    return store


def splat(builder: Any, value: Any, lanes: int) -> Any:
    """Build an LLVM vector of `lanes` copies of a scalar."""
    vector = ir.VectorType(value.type, lanes)
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, value, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)
    return builder.shuffle_vector(first, undefined, zeros)


_store_64, _store_32, _store_16, _store_8, store_4 = (_vector_store(lanes) for lanes in (64, 32, 16, 8, 4))


@inlined
def fill_run(flat, start, end, value):  # type: ignore[no-untyped-def]
    """Write ``flat[start:end] = value``; two stores of n lanes, overlapping, cover any length from n to 2n."""
    length = end - start
    if length >= 64:
        last = end - 64
        while start < last:
            _store_64(flat, start, value)
            start += 64
        _store_64(flat, last, value)
    elif length >= 32:
        _store_32(flat, start, value)
        _store_32(flat, end - 32, value)
    elif length >= 16:
        _store_16(flat, start, value)
        _store_16(flat, end - 16, value)
    elif length >= 8:
        _store_8(flat, start, value)
        _store_8(flat, end - 8, value)
    elif length >= 4:
        store_4(flat, start, value)
        store_4(flat, end - 4, value)
    elif length > 0:
        flat[np.uint64(start)] = value
        flat[np.uint64(start + (length >> 1))] = value
        flat[np.uint64(end - 1)] = value


LINE = 8
"""How many values `store_line` writes."""

if JIT_IS_OFF:

    def store_line(flat: Any, start: Any, base: Any, slope: Any, at: Any, factor: Any) -> None:
        """Write ``flat[start:start + 8] = base[at:at + 8] + slope[at:at + 8] * factor``."""
        flat[start : start + LINE] = base[at : at + LINE] + slope[at : at + LINE] * factor

else:

    @intrinsic
    def store_line(
        typing_context: Any, flat: Any, start: Any, base: Any, slope: Any, at: Any, factor: Any
    ) -> Any:
        """Write ``flat[start:start + 8] = base[at:at + 8] + slope[at:at + 8] * factor``; base and slope are float64."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            double = ir.VectorType(ir.DoubleType(), LINE)

            def eight(array: Any, index: Any, kind: Any) -> Any:
                return builder.bitcast(builder.gep(array.data, [index]), kind.as_pointer())

            target, first, step = (
                context.make_array(signature.args[k])(context, builder, args[k]) for k in (0, 2, 3)
            )
            start_values, slopes = (builder.load(eight(a, args[4], double), align=8) for a in (first, step))
            values = builder.fadd(start_values, builder.fmul(slopes, splat(builder, args[5], LINE)))
            kind = ir.VectorType(target.data.type.pointee, LINE)
            if kind.element != double.element:
                values = builder.fptrunc(values, kind)
            builder.store(values, eight(target, args[1], kind), align=1)
            return context.get_dummy_value()

        return types.void(flat, types.intp, base, slope, types.intp, types.float64), generate


if JIT_IS_OFF:

    def copy_from(flat: Any, start: Any, count: Any, address: Any) -> None:
        """Copy flat[start:start + count] from the same place of an array whose memory begins at `address`."""
        size = flat.itemsize
        ctypes.memmove(
            flat.ctypes.data + int(start) * size, int(address) + int(start) * size, int(count) * size
        )

else:

    @intrinsic
    def copy_from(typing_context: Any, flat: Any, start: Any, count: Any, address: Any) -> Any:
        """Copy flat[start:start + count] from the same place of an array whose memory begins at `address`."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, args[0])
            source = builder.gep(builder.inttoptr(args[3], array.data.type), [args[1]])
            cgutils.raw_memcpy(builder, builder.gep(array.data, [args[1]]), source, args[2], array.itemsize)
            return context.get_dummy_value()

        return types.void(flat, types.intp, types.intp, types.intp), generate


if JIT_IS_OFF:

    def prefetch(flat: Any, index: Any) -> None:
        """Do nothing: there is no cache to warm."""

else:

    @intrinsic
    def prefetch(typing_context: Any, flat: Any, index: Any) -> Any:
        """Have the memory around ``flat[index]`` brought nearer, to be written soon."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, args[0])
            byte = ir.IntType(8).as_pointer()
            number = ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
            function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
            address = builder.bitcast(builder.gep(array.data, [args[1]]), byte)
            write, near, data = ir.Constant(number, 1), ir.Constant(number, 3), ir.Constant(number, 1)
            builder.call(function, [address, write, near, data])
            return context.get_dummy_value()

        return types.void(flat, types.intp), generate


@inlined
def prefix_xor(word):  # type: ignore[no-untyped-def]
    """Turn toggles into what they toggle: bit k becomes the XOR of bits 0..k."""
    word ^= word << np.uint64(1)
    word ^= word << np.uint64(2)
    word ^= word << np.uint64(4)
    word ^= word << np.uint64(8)
    word ^= word << np.uint64(16)
    word ^= word << np.uint64(32)
    return word


if JIT_IS_OFF:

    def lowest_bit(word: Any) -> int:
        """Index of the lowest set bit of a nonzero uint64."""
        number = int(word)
        return (number & -number).bit_length() - 1

else:

    @intrinsic
    def lowest_bit(typing_context: Any, word: Any) -> Any:
        """Index (int64) of the lowest set bit of a nonzero uint64."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

        return types.int64(types.uint64), generate


WHOLE = 1.5 * 2.0**52  # doubles near it are one unit apart
WHOLE_BITS = 0x4338000000000000


if JIT_IS_OFF:

    def nearest_whole(value: Any) -> int:
        """Round a float to an int64, ties to even; right for |value| <= 2**51."""
        return round(float(value)) if abs(value) <= 2.0**51 else 0

else:

    @intrinsic
    def nearest_whole(typing_context: Any, value: Any) -> Any:
        """Round a float64 to an int64, ties to even; right for |value| <= 2**51, anything beyond.

        Two additions, which vectorise on machines that have no instruction for it.
        """

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            number = ir.IntType(64)
            shifted = builder.fadd(args[0], ir.Constant(ir.DoubleType(), WHOLE))
            return builder.sub(builder.bitcast(shifted, number), ir.Constant(number, WHOLE_BITS))

        return types.int64(types.float64), generate


if JIT_IS_OFF:

    def changes_64(flat: Any, index: Any) -> Any:
        """Bit k says whether ``flat[index + k]`` differs from the element before it."""
        start = int(index)
        changes = flat[start : start + 64] != flat[start - 1 : start + 63]
        return np.packbits(changes, bitorder="little").view(np.uint64)[0]

else:

    @intrinsic
    def changes_64(typing_context: Any, flat: Any, index: Any) -> Any:
        """Bit k (of a uint64) says whether ``flat[index + k]`` differs from the element before it."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, args[0])
            vector = ir.VectorType(array.data.type.pointee, 64)
            here = builder.gep(array.data, [args[1]])
            before = builder.gep(here, [ir.Constant(ir.IntType(64), -1)])
            loaded = [builder.load(builder.bitcast(p, vector.as_pointer()), align=1) for p in (here, before)]
            return builder.bitcast(builder.icmp_unsigned("!=", *loaded), ir.IntType(64))

        return types.uint64(flat, types.uint64), generate


if JIT_IS_OFF:

    def boxes_near_64(flat: Any, at: Any, stride: Any, x0: Any, x1: Any, y0: Any, y1: Any) -> Any:
        """Bit k says whether the box (x0, x1, y0, y1) touches box k, whose four limits are `stride` apart."""
        left, right, top, bottom = (flat[start : start + 64] for start in range(at, at + 4 * stride, stride))
        touches = (left <= x1) & (right >= x0) & (top <= y1) & (bottom >= y0)
        return np.packbits(touches, bitorder="little").view(np.uint64)[0]

else:

    @intrinsic
    def boxes_near_64(
        typing_context: Any, flat: Any, at: Any, stride: Any, x0: Any, x1: Any, y0: Any, y1: Any
    ) -> Any:
        """Bit k (of a uint64) says whether the box (x0, x1, y0, y1) touches box k.

        Box k's limits are int32: ``flat[at + k]`` and the same 1, 2 and 3 `stride` further on.
        """

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, args[0])
            vector = ir.VectorType(array.data.type.pointee, 64)
            place = args[1]
            touches = ir.Constant(ir.VectorType(ir.IntType(1), 64), [1] * 64)
            for order, limit in (("<=", args[4]), (">=", args[3]), ("<=", args[6]), (">=", args[5])):
                address = builder.bitcast(builder.gep(array.data, [place]), vector.as_pointer())
                limits = builder.load(address, align=4)
                touches = builder.and_(touches, builder.icmp_signed(order, limits, splat(builder, limit, 64)))
                place = builder.add(place, args[2])
            return builder.bitcast(touches, ir.IntType(64))

        box = (types.int32,) * 4
        return types.uint64(flat, types.intp, types.intp, *box), generate


if JIT_IS_OFF:

    def eight_limits(
        found: Any, at: Any, first: Any, y: Any, x: Any, slope: Any, end: Any, error: Any
    ) -> Any:
        """Write the first columns right of a line in eight rows; bit k says whether that of the k-th is in doubt."""
        limits = x + (np.arange(first, first + 8) + 0.5 - y) * slope
        columns = np.ceil(limits - 0.5)
        found[at : at + 8] = np.clip(np.nan_to_num(columns), 0.0, end)
        apart = 0.5 - np.abs(columns - (limits - 0.5) - 0.5)
        return np.packbits(apart < error, bitorder="little").astype(np.uint64)[0]

else:

    @intrinsic
    def eight_limits(
        typing_context: Any, found: Any, at: Any, first: Any, y: Any, x: Any, slope: Any, end: Any, error: Any
    ) -> Any:
        """Write the first columns right of a line in eight rows; bit k (of a uint64) tells which are in doubt.

        Column k is ``ceil(limit - 0.5)``, 0 to `end`, for ``limit = x + (first + k + 0.5 - y) * slope``; it is in doubt
        where `limit` is less than `error` from a pixel's centre. All but `found` (int32) and `at` are float64.
        """

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            vector = ir.VectorType(ir.DoubleType(), 8)

            def constant(*values: float) -> Any:
                return ir.Constant(vector, list(values) if len(values) == 8 else [values[0]] * 8)

            def call(name: str, value: Any) -> Any:
                kind = ir.FunctionType(vector, [vector])
                function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v8f64")
                return builder.call(function, [value])

            first, y, x, slope, end, error = (splat(builder, value, 8) for value in args[2:])
            half, nothing = constant(0.5), constant(0.0)
            rows = builder.fadd(builder.fadd(first, constant(*map(float, range(8)))), half)
            limits = builder.fadd(x, builder.fmul(builder.fsub(rows, y), slope))
            shifted = builder.fsub(limits, half)
            columns = call("ceil", shifted)
            inside = builder.select(
                builder.fcmp_ordered(">", columns, nothing), columns, nothing
            )  # of a NaN too
            inside = builder.select(builder.fcmp_ordered("<", inside, end), inside, end)
            whole = builder.fptosi(inside, ir.VectorType(ir.IntType(32), 8))
            data = context.make_array(signature.args[0])(context, builder, args[0]).data
            builder.store(
                whole, builder.bitcast(builder.gep(data, [args[1]]), whole.type.as_pointer()), align=4
            )
            apart = builder.fsub(half, call("fabs", builder.fsub(builder.fsub(columns, shifted), half)))
            doubts = builder.bitcast(builder.fcmp_ordered("<", apart, error), ir.IntType(8))
            return builder.zext(doubts, ir.IntType(64))

        return types.uint64(found, types.intp, *(types.float64,) * 6), generate
