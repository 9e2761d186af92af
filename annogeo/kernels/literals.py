"""Filtered rows of photographs to zlib streams: Huffman codes of bytes, and runs where a block of 64 is one.

There is next to nothing to find in photographs but how often each byte occurs, so nothing else is looked for. The same
bytes give the same stream on every machine. The slow twin is zlib, which reads the streams back.
"""

# mypy: disallow-untyped-defs=False, check-untyped-defs=False

from __future__ import annotations

from typing import Any

import numpy as np

from annogeo.kernels._bytes import differing, store_word
from annogeo.kernels._jit import inlined, jit
from annogeo.kernels.deflate import END, MATCHES, SYMBOLS, begin_block, give_codes, put_bits

_BLOCK = 1 << 16  # bytes that have codes of their own
_RUN = 64


@inlined
def _run_at(content, place, end):
    """Length of the run that goes on at `place`: 0, or 64 to 256."""
    length = 0
    while place > 0 and length < 4 * _RUN and place + _RUN <= end and differing(content, place, 1) == 0:
        length += _RUN
        place += _RUN
    return length


@jit
def encode_bytes(content: Any, lengths: Any, codes: Any, counts: Any, out: Any) -> Any:
    """Write `content` as deflate blocks behind the first two bytes of a zlib stream; return where its checksum belongs.

    Parameters
    ----------
    content : uint8 (n,)
    lengths, codes : int64 (ALL_SYMBOLS,)
        Scratch.
    counts : int64 (1024 + ALL_SYMBOLS,)
        Scratch.
    out : uint8 (m,)
        Output, at least 2 n + 2048.
    """
    state = np.zeros(3, np.int64)
    out[0], out[1] = 0x78, 0x01
    state[0] = 2
    six, low, seven, three = np.uint64(6), np.uint64(63), np.uint64(7), np.uint64(3)
    for start in range(0, max(content.size, 1), _BLOCK):
        end = min(start + _BLOCK, content.size)
        counts[:] = 0
        total = counts[1024:]
        place = np.int64(start)
        while place < end:
            run = _run_at(content, place, end)
            if run > 0:
                total[MATCHES[run, 0]] += 1
                total[SYMBOLS] += 1
                place += run
                continue
            stop = min(place + _RUN, end)
            for i in range(np.uint64(place), np.uint64(stop)):
                counts[(np.uint64(i) & three) << np.uint64(8) | np.uint64(content[i])] += (
                    1  # four, as one would wait for itself
                )
            place = stop
        for value in range(256):
            total[value] = counts[value] + counts[256 + value] + counts[512 + value] + counts[768 + value]
        lengths[:] = 0
        give_codes(total, lengths, codes)
        begin_block(lengths, np.int64(end == content.size), out, state)
        for value in range(256):
            counts[value] = codes[value] << 6 | lengths[value]
        place = np.int64(start)
        while place < end:
            run = _run_at(content, place, end)
            if run > 0:
                symbol = MATCHES[run, 0]
                put_bits(
                    out,
                    state,
                    codes[symbol] | MATCHES[run, 2] << lengths[symbol],
                    lengths[symbol] + MATCHES[run, 1],
                )
                put_bits(out, state, codes[SYMBOLS], lengths[SYMBOLS])
                place += run
                continue
            stop = min(place + _RUN, end)
            to = state[0]
            word = np.uint64(state[1])
            filled = np.uint64(state[2])
            k: Any = np.uint64(place)
            while k < np.uint64(stop):
                group: Any = min(k + three, np.uint64(stop))
                while k < group:
                    entry = np.uint64(counts[np.uint64(content[k])])
                    word |= (entry >> six) << filled
                    filled += entry & low
                    k += np.uint64(1)
                store_word(out, to, word)
                to += np.int64(filled >> three)
                word >>= filled & ~seven
                filled &= seven
            state[0] = to
            state[1] = np.int64(word)
            state[2] = np.int64(filled)
            place = stop
        put_bits(out, state, codes[END], lengths[END])
    put_bits(out, state, np.int64(0), (8 - state[2]) & 7)
    return state[0]
