"""Runs of equal bytes or pixels to a zlib stream: tokens are collected, then written in blocks with Huffman codes.

Method: deflate (RFC 1951) with matches of two distances only, 1 and the size of a pixel, which is all that runs need.
A token is one uint32, so that writing it takes two table look-ups and no branch:

    bits 0-9    4 * value + times: a literal, 0 to 3 times
    bits 10-18  length of the match behind it, 0 (none) or 3 to 258
    bit 19      its distance: 1 or, if set, the pixel's size

The slow twin is zlib itself, which reads the streams back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._bytes import store_word
from annogeo.kernels._jit import inlined, inner, leaf

Bytes = npt.NDArray[np.uint8]
Tokens = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]
Int = Any  # int64, or int where the kernels run as Python

BLOCK_TOKENS = 1 << 16
_ENTRIES = 1024  # of a table by the literal part of a token, and of one by its match part
_PIXEL_DISTANCE = np.uint32(1 << 19)
_LONGEST = 258
END = 256  # the symbol that ends a block
SYMBOLS = 286  # literals, the end, match lengths; four distances stand behind them in the same arrays
ALL_SYMBOLS = 290
_DEEPEST = 15


def _match_symbol(length: int) -> tuple[int, int, int]:
    """Symbol, number of extra bits and their value for a match length (RFC 1951, 3.2.5)."""
    if length == _LONGEST:
        return 285, 0, 0
    extra = max((length - 3).bit_length() - 3, 0)
    return 257 + 4 * extra + (length - 3 >> extra), extra, length - 3 & (1 << extra) - 1


MATCHES = np.array([(0, 0, 0)] * 3 + [_match_symbol(length) for length in range(3, _LONGEST + 1)])

# The lengths of a block's codes are written by a code that is always the same: 4 bits for most of the lengths and for
# the two kinds of runs of zeros (17 and 18), 5 for lengths that are rare.
_LENGTH_LENGTHS = (4, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 0, 4, 4)
_LENGTH_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
# What every block starts with, behind the bit of the last one: kind 2, how many codes of each sort, the lengths above.
_HEADER = 2 | SYMBOLS - 257 << 2 | 3 << 7 | 15 << 12
_HEADER |= sum(_LENGTH_LENGTHS[symbol] << 16 + 3 * k for k, symbol in enumerate(_LENGTH_ORDER))
_HEADER_LOW, _HEADER_HIGH = _HEADER & (1 << 39) - 1, _HEADER >> 39


def _canonical(lengths: tuple[int, ...]) -> list[tuple[int, int]]:
    """Pairs of code, first bit lowest, and length (RFC 1951, 3.2.2)."""
    pairs = [(0, 0)] * len(lengths)
    code = 0
    for symbol in sorted(range(len(lengths)), key=lambda symbol: (lengths[symbol], symbol)):
        if lengths[symbol]:
            bits = f"{code >> 16 - lengths[symbol]:0{lengths[symbol]}b}"
            pairs[symbol] = (int(bits[::-1], 2), lengths[symbol])
            code += 1 << 16 - lengths[symbol]
    return pairs


_LENGTH_CODES = np.array(_canonical(_LENGTH_LENGTHS))


@inlined
def put_run(tokens, n, value, length):  # type: ignore[no-untyped-def]
    """Add `length` > 0 equal bytes; return the number of tokens."""
    literal = np.uint32(value) << np.uint32(2)
    if length > 3:
        match = min(length - 1, _LONGEST)
        tokens[np.uint64(n)] = literal | np.uint32(1) | np.uint32(match) << np.uint32(10)
        n += 1
        length -= match + 1
        while length > 3:
            match = min(length, _LONGEST)
            tokens[np.uint64(n)] = np.uint32(match) << np.uint32(10)
            n += 1
            length -= match
        if length == 0:
            return n
    tokens[np.uint64(n)] = literal | np.uint32(length)
    return n + 1


@inlined
def put_copies(tokens, n, value, length):  # type: ignore[no-untyped-def]
    """Add a byte and `length` >= 3 more that repeat the pixel it ends; return the number of tokens."""
    literal = np.uint32(value) << np.uint32(2) | np.uint32(1)
    while length > 0:
        match = min(length, _LONGEST)
        if 0 < length - match < 3:
            match -= 3  # less than 3 can't be copied
        tokens[np.uint64(n)] = literal | np.uint32(match) << np.uint32(10) | _PIXEL_DISTANCE
        literal = np.uint32(0)
        n += 1
        length -= match
    return n


@inner
def write_block(tokens: Tokens, n: Int, step: Int, last: Int, out: Bytes, state: Numbers) -> None:
    """Write `n` tokens as one block.

    Parameters
    ----------
    step : int64
        1, 2 or 4, the size of a pixel.
    last : int64
        1 for the stream's last block, else 0.
    out : uint8 (m,)
        Output: at least 2 bytes per byte that the tokens stand for, and 1024 more.
    state : int64 (3,)
        Where writing goes on: place, bits of the unfinished byte, number of those; updated.
    """
    literals = np.zeros(_ENTRIES, np.int64)
    matches = np.zeros(_ENTRIES, np.int64)
    for k in range(n):
        token = tokens[np.uint64(k)]
        literals[np.uint64(token & np.uint32(1023))] += 1
        matches[np.uint64(token >> np.uint32(10))] += 1
    lengths = np.zeros(ALL_SYMBOLS, np.int64)
    codes = np.zeros(ALL_SYMBOLS, np.int64)
    far = SYMBOLS + step - 1  # the symbol of the distance `step`
    _choose_codes(literals, matches, far, lengths, codes)
    begin_block(lengths, last, out, state)
    _tabulate(lengths, codes, far, literals, matches)
    place = state[0]
    word = np.uint64(state[1])
    filled = np.uint64(state[2])
    six, low, seven = np.uint64(6), np.uint64(63), np.uint64(7)
    for k in range(n):
        token = tokens[np.uint64(k)]
        literal = np.uint64(literals[np.uint64(token & np.uint32(1023))])
        match = np.uint64(matches[np.uint64(token >> np.uint32(10))])
        word |= (literal >> six) << filled
        filled += literal & low
        word |= (match >> six) << filled
        filled += match & low
        store_word(out, place, word)
        place += np.int64(filled >> np.uint64(3))
        word >>= filled & ~seven
        filled &= seven
    state[0] = place
    state[1] = np.int64(word)
    state[2] = np.int64(filled)
    put_bits(out, state, codes[END], lengths[END])
    if last != 0:
        put_bits(out, state, np.int64(0), (8 - state[2]) & 7)


@leaf
def put_bits(out: Bytes, state: Numbers, bits: Int, count: Int) -> None:
    """Append up to 56 bits."""
    word = np.uint64(state[1]) | np.uint64(bits) << np.uint64(state[2])
    filled = np.uint64(state[2] + count)
    store_word(out, state[0], word)
    state[0] += np.int64(filled >> np.uint64(3))
    state[1] = np.int64(word >> (filled & np.uint64(56)))
    state[2] = np.int64(filled & np.uint64(7))


@inner
def _choose_codes(literals: Numbers, matches: Numbers, far: Int, lengths: Numbers, codes: Numbers) -> None:
    """Count symbols, and give them codes."""
    counts = np.zeros(ALL_SYMBOLS, np.int64)
    for entry in range(_ENTRIES):
        counts[entry >> 2] += literals[entry] * (entry & 3)
        length = entry & 511
        if length > 2 and matches[entry] > 0:
            counts[MATCHES[length, 0]] += matches[entry]
            counts[far if entry > 511 else SYMBOLS] += matches[entry]
    give_codes(counts, lengths, codes)


@inner
def give_codes(counts: Numbers, lengths: Numbers, codes: Numbers) -> None:
    """Give the symbols and the distances of a block their codes, by how often they occur."""
    counts[END] = 1
    _give_codes(counts, np.int64(0), np.int64(SYMBOLS), lengths, codes)
    _give_codes(counts, np.int64(SYMBOLS), np.int64(ALL_SYMBOLS), lengths, codes)


@inner
def _give_codes(counts: Numbers, first: Int, stop: Int, lengths: Numbers, codes: Numbers) -> None:
    """Give every symbol from `first` to `stop` that occurs a Huffman code of at most 15 bits, its first bit lowest.

    With fewer than two symbols in use, others get a code as well, so that the code is complete: some readers insist.
    """
    order = np.zeros(SYMBOLS, np.int64)
    weight = np.zeros(2 * SYMBOLS, np.int64)
    parent = np.zeros(2 * SYMBOLS, np.int64)
    depth = np.zeros(2 * SYMBOLS, np.int64)
    used = 0
    for symbol in range(first, stop):
        if counts[symbol] > 0 or (symbol > stop - 3 and used < symbol - stop + 3):
            k = used
            while k > 0 and counts[order[k - 1]] > counts[symbol]:
                order[k] = order[k - 1]
                k -= 1
            order[k] = symbol
            used += 1
    deepest = _DEEPEST + 1
    for k in range(used):
        weight[k] = counts[order[k]]
    while deepest > _DEEPEST:
        leaf = 0
        joint = used
        for node in range(used, 2 * used - 1):
            weight[node] = 0
            for _ in range(2):  # the two lightest: leaves are sorted, and joints come out sorted
                if leaf < used and (joint == node or weight[leaf] <= weight[joint]):
                    lightest = leaf
                    leaf += 1
                else:
                    lightest = joint
                    joint += 1
                weight[node] += weight[lightest]
                parent[lightest] = node
        deepest = 0
        for node in range(2 * used - 3, -1, -1):
            depth[node] = depth[parent[node]] + 1
            deepest = max(deepest, depth[node])
        for k in range(used):  # if it is too deep: flatter, in the same order
            weight[k] = (weight[k] + 3) >> 2
    for k in range(used):
        lengths[order[k]] = depth[k]
    code = 0
    for length in range(1, _DEEPEST + 1):
        for symbol in range(first, stop):
            if lengths[symbol] == length:
                mirrored = 0
                for k in range(length):
                    mirrored |= ((code >> k) & 1) << (length - 1 - k)
                codes[symbol] = mirrored
                code += 1
        code <<= 1


@leaf
def begin_block(lengths: Numbers, last: Int, out: Bytes, state: Numbers) -> None:
    """Write what stands before a block's content: whether it is the last, and the lengths of its codes (3.2.7)."""
    put_bits(out, state, last | _HEADER_LOW << 1, np.int64(40))
    put_bits(out, state, np.int64(_HEADER_HIGH), np.int64(34))
    k = 0
    while k < lengths.size:
        zeros = 0
        while k + zeros < lengths.size and zeros < 138 and lengths[k + zeros] == 0:
            zeros += 1
        symbol = lengths[k]
        value = 0
        extra = 0
        if zeros > 10:
            symbol, value, extra = 18, zeros - 11, 7
        elif zeros > 2:
            symbol, value, extra = 17, zeros - 3, 3
        count = _LENGTH_CODES[symbol, 1]
        put_bits(out, state, _LENGTH_CODES[symbol, 0] | value << count, count + extra)
        k += zeros if zeros > 2 else 1


@leaf
def _tabulate(lengths: Numbers, codes: Numbers, far: Int, literals: Numbers, matches: Numbers) -> None:
    """Put into the two tables what stands for each part of a token: bits << 6 | how many."""
    for entry in range(_ENTRIES):
        symbol = entry >> 2
        bits = np.int64(0)
        count = np.int64(0)
        for _ in range(entry & 3):
            bits |= codes[symbol] << count
            count += lengths[symbol]
        literals[entry] = bits << 6 | count
        matches[entry] = 0
        length = entry & 511
        if 3 <= length <= _LONGEST:
            symbol = MATCHES[length, 0]
            count = lengths[symbol]
            bits = codes[symbol] | MATCHES[length, 2] << count
            count += MATCHES[length, 1]
            symbol = far if entry > 511 else SYMBOLS
            matches[entry] = (bits | codes[symbol] << count) << 6 | (count + lengths[symbol])
