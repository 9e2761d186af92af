"""Unaligned words and blocks of bytes, which compiled Python cannot express, each with a plain twin for JIT-off runs.

All take a uint8 array and a byte offset into it; nothing is checked: callers keep room behind what they use.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from annogeo.kernels._jit import JIT_IS_OFF, inlined
from annogeo.kernels._lanes import splat

_BYTE = ir.IntType(8)
_WORD = ir.IntType(64)
_BLOCK = ir.VectorType(_BYTE, 64)
_HALF = ir.VectorType(_BYTE, 32)


def _address(context: Any, builder: Any, kind: Any, array: Any, offset: Any, as_type: Any) -> Any:
    """Build the address of ``array[offset]`` as a pointer to something wider."""
    start = builder.gep(context.make_array(kind)(context, builder, array).data, [offset])
    return builder.bitcast(start, as_type.as_pointer())


if JIT_IS_OFF:

    def product(a: Any, b: Any) -> Any:
        """Multiply two uint64, modulo 2**64."""
        return np.uint64(int(a) * int(b) & 0xFFFFFFFFFFFFFFFF)

    def load_word(flat: Any, start: Any) -> Any:
        """Read 8 bytes as a little-endian uint64."""
        return np.uint64(int.from_bytes(flat[start : start + 8].tobytes(), "little"))

    def store_word(flat: Any, start: Any, word: Any) -> None:
        """Write a uint64 as 8 little-endian bytes."""
        flat[start : start + 8] = np.frombuffer(int(word).to_bytes(8, "little"), np.uint8)

    def repeat_word(flat: Any, start: Any, word: Any) -> None:
        """Write a uint64 four times."""
        flat[start : start + 32] = np.frombuffer(4 * int(word).to_bytes(8, "little"), np.uint8)

    def copy_32(flat: Any, start: Any, source: Any) -> None:
        """Write the 32 bytes at `source` to `start`."""
        flat[start : start + 32] = flat[source : source + 32].copy()

    def differing(flat: Any, start: Any, back: Any) -> Any:
        """Compare 64 bytes with those `back` before them: bit k is set where ``flat[start + k]`` differs."""
        here, before = flat[start : start + 64], flat[start - back : start - back + 64]
        return np.uint64(int.from_bytes(np.packbits(here != before, bitorder="little").tobytes(), "little"))

    def unlike(flat: Any, start: Any, value: Any) -> Any:
        """Compare 64 bytes with one value: bit k is set where ``flat[start + k]`` differs."""
        here = flat[start : start + 64]
        return np.uint64(int.from_bytes(np.packbits(here != value, bitorder="little").tobytes(), "little"))

    def below(flat: Any, start: Any, value: Any) -> Any:
        """Compare 64 bytes with one value: bit k is set where ``flat[start + k]`` is less."""
        here = flat[start : start + 64]
        return np.uint64(int.from_bytes(np.packbits(here < value, bitorder="little").tobytes(), "little"))

else:

    @inlined
    def product(a: Any, b: Any) -> Any:
        """Multiply two uint64, modulo 2**64."""
        return a * b

    @intrinsic
    def load_word(typing_context: Any, flat: Any, start: Any) -> Any:
        """Read 8 bytes as a little-endian uint64."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.load(
                _address(context, builder, signature.args[0], args[0], args[1], _WORD), align=1
            )

        return types.uint64(flat, types.intp), generate

    @intrinsic
    def store_word(typing_context: Any, flat: Any, start: Any, word: Any) -> Any:
        """Write a uint64 as 8 little-endian bytes."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            place = _address(context, builder, signature.args[0], args[0], args[1], _WORD)
            builder.store(args[2], place, align=1)
            return context.get_dummy_value()

        return types.void(flat, types.intp, types.uint64), generate

    @intrinsic
    def repeat_word(typing_context: Any, flat: Any, start: Any, word: Any) -> Any:
        """Write a uint64 four times."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            words = splat(builder, args[2], 4)
            place = _address(context, builder, signature.args[0], args[0], args[1], words.type)
            builder.store(words, place, align=1)
            return context.get_dummy_value()

        return types.void(flat, types.intp, types.uint64), generate

    @intrinsic
    def copy_32(typing_context: Any, flat: Any, start: Any, source: Any) -> Any:
        """Write the 32 bytes at `source` to `start`."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kind = signature.args[0]
            content = builder.load(_address(context, builder, kind, args[0], args[2], _HALF), align=1)
            builder.store(content, _address(context, builder, kind, args[0], args[1], _HALF), align=1)
            return context.get_dummy_value()

        return types.void(flat, types.intp, types.intp), generate

    @intrinsic
    def differing(typing_context: Any, flat: Any, start: Any, back: Any) -> Any:
        """Compare 64 bytes with those `back` before them: bit k is set where ``flat[start + k]`` differs."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kind = signature.args[0]
            here = builder.load(_address(context, builder, kind, args[0], args[1], _BLOCK), align=1)
            earlier = builder.sub(args[1], args[2])
            before = builder.load(_address(context, builder, kind, args[0], earlier, _BLOCK), align=1)
            return builder.bitcast(builder.icmp_unsigned("!=", here, before), _WORD)

        return types.uint64(flat, types.intp, types.intp), generate

    @intrinsic
    def unlike(typing_context: Any, flat: Any, start: Any, value: Any) -> Any:
        """Compare 64 bytes with one value: bit k is set where ``flat[start + k]`` differs."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            place = _address(context, builder, signature.args[0], args[0], args[1], _BLOCK)
            here = builder.load(place, align=1)
            return builder.bitcast(builder.icmp_unsigned("!=", here, splat(builder, args[2], 64)), _WORD)

        return types.uint64(flat, types.intp, types.uint8), generate

    @intrinsic
    def below(typing_context: Any, flat: Any, start: Any, value: Any) -> Any:
        """Compare 64 bytes with one value: bit k is set where ``flat[start + k]`` is less."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            place = _address(context, builder, signature.args[0], args[0], args[1], _BLOCK)
            here = builder.load(place, align=1)
            return builder.bitcast(builder.icmp_unsigned("<", here, splat(builder, args[2], 64)), _WORD)

        return types.uint64(flat, types.intp, types.uint8), generate
