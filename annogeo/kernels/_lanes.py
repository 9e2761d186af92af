"""Vector stores and bit tricks that compiled Python cannot express, each with a plain twin for JIT-off runs.

Numba compiles a loop over a short run into scalar code; these emit one LLVM vector store, which becomes whatever
the machine has. Widths are powers of two: LLVM turns others into slow code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from annogeo.kernels._jit import JIT_IS_OFF, inlined

ONE = np.uint64(1)


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


_store_64, _store_32, _store_16, _store_8, _store_4 = (_vector_store(lanes) for lanes in (64, 32, 16, 8, 4))


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
        _store_4(flat, start, value)
        _store_4(flat, end - 4, value)
    else:
        while start < end:
            flat[np.uint64(start)] = value
            start += 1


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
