"""Zlib streams unpacked piece by piece into a small buffer, for readers that keep nothing of what they have read.

Made for pictures of flat areas: their streams are mostly long matches, written here with vector stores, and a buffer
that stays in the processor's cache is faster than memory for the whole picture. Method: deflate (RFC 1951), one table
look-up per symbol; rare codes longer than the table's are found bit by bit. The slow twin is zlib.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._bytes import copy_32, load_word, product, repeat_word, store_word
from annogeo.kernels._jit import inlined, leaf

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Tables = npt.NDArray[np.int32]
Int = Any  # int64, or int where the kernels run as Python

MORE, DONE, DAMAGED, CUT = 0, 1, -1, -2  # what a call ends with
HISTORY = 32_768  # bytes that must stay in front of what is written next
SLACK = 320  # bytes of the buffer that no call starts to write in: a match may reach into them, and vectors beyond it
SPARE = 16  # zero bytes that follow a stream in memory

# The state of a stream: next byte, bits taken from the bytes before it, how many; place in the buffer; what block this
# is; bytes left in a stored one; whether it is the last; the lengths of its codes.
PLACE, BITS, COUNT, OUT, BLOCK, LEFT, LAST, LENGTHS = range(8)
STATE_SIZE = LENGTHS + 320
_HEADER, _CODES, _STORED = 0, 1, 2

# Where the tables of one stream lie in `tables`, int32: symbols by their next 11 bits; and what longer codes are found
# by, the number of codes of each length and the symbols in their order.
_WIDTH = 11
_SYMBOLS, _DISTANCES = 0, 1 << _WIDTH
_SORTED = 2 << _WIDTH  # 16 + 288 entries, for each of the two
_SORTED_SIZE = 304
TABLES_SIZE = _SORTED + 2 * _SORTED_SIZE

# What a table says of a symbol: number of bits, that of extra bits << 4, value << 8; and flags.
_LITERAL = 1 << 24
_INVALID = 1 << 25
_END = 1 << 26


def _symbol_entries() -> npt.NDArray[np.int64]:
    entries = [value << 8 | _LITERAL for value in range(256)] + [_END]
    base = 3
    for k in range(28):
        extra = max(k // 4 - 1, 0)
        entries.append(base << 8 | extra << 4)
        base += 1 << extra
    return np.array([*entries, 258 << 8, _INVALID, _INVALID])


def _distance_entries() -> npt.NDArray[np.int64]:
    entries = []
    base = 1
    for k in range(30):
        extra = max(k // 2 - 1, 0)
        entries.append(base << 8 | extra << 4)
        base += 1 << extra
    return np.array([*entries, _INVALID, _INVALID])


_ENTRIES = np.zeros((3, 288), np.int64)
_ENTRIES[0] = np.arange(288) << 8
_ENTRIES[1] = _symbol_entries()
_ENTRIES[2, :32] = _distance_entries()
_ORDER = np.array([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15])
# Matches of distance 1, 2, 4 and 8 repeat a word; these make it of the bytes before.
_PATTERN_MASK = np.array([0, 0xFF, 0xFFFF, 0, 0xFFFFFFFF, 0, 0, 0, 0xFFFFFFFFFFFFFFFF], np.uint64)
_PATTERN_TIMES = np.array(
    [0, 0x0101010101010101, 0x0001000100010001, 0, 0x0000000100000001, 0, 0, 0, 1], np.uint64
)


@leaf
def _build_table(tables: Tables, part: Int, lengths: Numbers, first: Int, n: Int) -> bool:
    """Make the table of a code from its `n` lengths at `first`; return whether they are those of one.

    `part` is 0 for lengths of codes, 1 for symbols, 2 for distances; the first two share a table. As in zlib, a code
    has to use all bit strings, but for one of a single bit or none.
    """
    table = _DISTANCES if part == 2 else _SYMBOLS
    ordered = _SORTED + (_SORTED_SIZE if part == 2 else 0)
    tables[table : table + (1 << _WIDTH)] = 0
    tables[ordered : ordered + 16] = 0
    for symbol in range(n):
        tables[ordered + lengths[first + symbol]] += 1
    tables[ordered] = 0
    unused = np.int64(1)
    place = np.int64(0)
    code = np.int64(0)
    longest = np.int64(0)
    for length in range(1, 16):
        unused = 2 * unused - np.int64(tables[ordered + length])
        if unused < 0:
            return False
        if tables[ordered + length] == 0:
            code <<= 1
            continue
        longest = np.int64(length)
        code <<= 1
        for symbol in range(n):
            if lengths[first + symbol] != length:
                continue
            entry = _ENTRIES[part, symbol] | length
            tables[ordered + 16 + place] = entry
            place += 1
            if length <= _WIDTH:
                mirrored = np.int64(0)
                for k in range(length):
                    mirrored |= ((code >> k) & 1) << (length - 1 - k)
                while mirrored < 1 << _WIDTH:
                    tables[table + mirrored] = entry
                    mirrored += 1 << length
            code += 1
    return bool(unused == 0 or longest <= 1)


@leaf
def _long_symbol(tables: Tables, ordered: Int, bits: Int) -> Int:
    """Find a symbol bit by bit, first bit lowest."""
    code = np.int64(0)
    first = np.int64(0)
    place = np.int64(0)
    for length in range(1, 16):
        code |= np.int64(bits & np.uint64(1))
        bits >>= np.uint64(1)
        count = np.int64(tables[ordered + length])
        if code - first < count:
            return np.int64(tables[ordered + 16 + place + code - first])
        place += count
        first = (first + count) << 1
        code <<= 1
    return np.int64(_INVALID)


@inlined
def _refilled(stream, place, bits, count):  # type: ignore[no-untyped-def]
    """Take bytes until there are at least 56 bits; return the three anew."""
    bits |= load_word(stream, place) << np.uint64(count)
    place += (63 - count) >> 3
    return place, bits, count | 56


@leaf
def _begin_block(stream: Bytes, tables: Tables, state: Numbers) -> Int:
    """Read what a block begins with, up to its codes (RFC 1951, 3.2.3 to 3.2.7); return MORE, DAMAGED or CUT."""
    stop = stream.size - SPARE + 8
    place, bits, count = _refilled(stream, state[PLACE], np.uint64(state[BITS]), state[COUNT])
    state[LAST] = np.int64(bits & np.uint64(1))
    kind = np.int64((bits >> np.uint64(1)) & np.uint64(3))
    n_symbols = np.int64((bits >> np.uint64(3)) & np.uint64(31)) + 257
    n_distances = np.int64((bits >> np.uint64(8)) & np.uint64(31)) + 1
    n_lengths = np.int64((bits >> np.uint64(13)) & np.uint64(15)) + 4
    used = np.int64(17 if kind == 2 else 3)
    bits >>= np.uint64(used)
    count -= used
    state[BLOCK] = _CODES
    if kind == 3 or (kind == 2 and (n_symbols > 286 or n_distances > 30)):
        return DAMAGED
    if kind == 0:
        place -= count >> 3
        if place + 4 > stream.size - SPARE:
            return CUT
        state[LEFT] = np.int64(stream[place]) | np.int64(stream[place + 1]) << 8
        state[BLOCK], state[PLACE], state[BITS], state[COUNT] = _STORED, place + 4, 0, 0
        inverse = np.int64(stream[place + 2]) | np.int64(stream[place + 3]) << 8
        return MORE if state[LEFT] ^ 0xFFFF == inverse else DAMAGED
    lengths = state[LENGTHS:]
    lengths[:] = 0
    if kind == 1:
        n_symbols, n_distances = np.int64(288), np.int64(32)
        lengths[:288] = 8
        lengths[144:256] = 9
        lengths[256:280] = 7
        lengths[288:] = 5
    else:
        for k in range(n_lengths):
            place, bits, count = _refilled(stream, place, bits, count)
            if place > stop:
                return CUT
            lengths[_ORDER[k]] = np.int64(bits & np.uint64(7))
            bits >>= np.uint64(3)
            count -= 3
    # which table is made: that of the lengths of codes, of symbols, of distances
    for part in range(1 if kind == 1 else 0, 3):
        first = n_symbols if part == 2 else 0
        n = 19 if part == 0 else n_symbols if part == 1 else n_distances
        if not _build_table(tables, part, lengths, first, n):
            return DAMAGED
        if part > 0:
            continue
        lengths[:19] = 0
        k = 0
        while k < n_symbols + n_distances:
            place, bits, count = _refilled(stream, place, bits, count)
            if place > stop:
                return CUT
            entry = np.int64(tables[bits & np.uint64((1 << _WIDTH) - 1)])
            bits >>= np.uint64(entry & 15)
            count -= entry & 15
            value = entry >> 8
            times = np.int64(1)
            extra = np.int64(0)
            if value > 15:  # the last length, or zeros, several times
                extra = np.int64(2 if value == 16 else 3 if value == 17 else 7)
                times = np.int64(11 if value == 18 else 3) + np.int64(bits & np.uint64((1 << extra) - 1))
                bits >>= np.uint64(extra)
                count -= extra
                value = lengths[max(k - 1, 0)] if value == 16 else np.int64(0)
            if entry == 0 or k + times > n_symbols + n_distances or (entry >> 8 == 16 and k == 0):
                return DAMAGED
            for _ in range(times):
                lengths[k] = value
                k += 1
    state[PLACE], state[BITS], state[COUNT] = place, np.int64(bits), count
    return MORE if lengths[256] > 0 else DAMAGED


@inlined
def _copy(out, place, distance, length):  # type: ignore[no-untyped-def]
    """Write `length` bytes that repeat those `distance` before; vectors may write 31 more."""
    end = place + length
    if distance >= 32:
        source = place - distance
        while place < end:
            copy_32(out, place, source)
            place += 32
            source += 32
    elif distance <= 8 and distance & (distance - 1) == 0:
        word = load_word(out, place - distance) & _PATTERN_MASK[distance]
        word = product(word, _PATTERN_TIMES[distance])
        while place < end:
            repeat_word(out, place, word)
            place += 32
    elif distance > 8:
        while place < end:
            store_word(out, place, load_word(out, place - distance))
            place += 8
    else:
        while place < end:
            out[np.uint64(place)] = out[np.uint64(place - distance)]
            place += 1


@leaf
def unpack(stream: Bytes, out: Bytes, limit: Int, tables: Tables, state: Numbers) -> Int:
    """Unpack until at least `limit` bytes stand in the buffer or the stream ends.

    Parameters
    ----------
    stream : uint8 (n,)
        A zlib stream without its first two bytes, and `SPARE` zeros.
    out : uint8 (m,)
        Buffer of at least `limit` + `SLACK` bytes; what stands there up to state[OUT] is referred to.
    tables : int32 (TABLES_SIZE,)
        Scratch, kept from call to call.
    state : int64 (STATE_SIZE,)
        Zeros at first; updated.

    Returns
    -------
    int
        MORE: the buffer is full. DONE: the last block has ended. DAMAGED, CUT: as it says.
    """
    end = stream.size - SPARE
    stop = end + 8
    width = np.uint64((1 << _WIDTH) - 1)
    status = np.int64(MORE)
    while status == MORE and state[OUT] < limit:
        if state[BLOCK] == _HEADER:
            if state[LAST] != 0:
                return np.int64(DONE)
            status = np.int64(_begin_block(stream, tables, state))
        place = state[PLACE]
        bits = np.uint64(state[BITS])
        count = state[COUNT]
        written = state[OUT]
        if state[BLOCK] == _STORED and status == MORE:
            n = min(state[LEFT], limit - written)
            if place + n > end:
                return np.int64(CUT)
            for k in range(n):
                out[written + k] = stream[place + k]
            place += n
            written += n
            state[LEFT] -= n
            if state[LEFT] == 0:
                state[BLOCK] = _HEADER
        while state[BLOCK] == _CODES and status == MORE and written < limit:
            if place > stop:
                return np.int64(CUT)
            place, bits, count = _refilled(stream, place, bits, count)
            entry = np.int64(tables[bits & width])
            if entry == 0:
                entry = _long_symbol(tables, np.int64(_SORTED), bits)
            bits >>= np.uint64(entry & 15)
            count -= entry & 15
            if entry & _LITERAL:
                out[np.uint64(written)] = (entry >> 8) & 255
                written += 1
                continue
            if entry >= _INVALID:
                if entry & _END == 0:
                    status = np.int64(DAMAGED)
                state[BLOCK] = _HEADER
                break
            extra = np.uint64((entry >> 4) & 15)
            length = (entry >> 8) + np.int64(bits & ((np.uint64(1) << extra) - np.uint64(1)))
            bits >>= extra
            count -= np.int64(extra)
            entry = np.int64(tables[np.uint64(_DISTANCES) + (bits & width)])
            if entry == 0:
                entry = _long_symbol(tables, np.int64(_SORTED + _SORTED_SIZE), bits)
            bits >>= np.uint64(entry & 15)
            count -= entry & 15
            extra = np.uint64((entry >> 4) & 15)
            distance = (entry >> 8) + np.int64(bits & ((np.uint64(1) << extra) - np.uint64(1)))
            bits >>= extra
            count -= np.int64(extra)
            if distance > min(written, HISTORY):  # also what is no symbol
                status = np.int64(DAMAGED)
                break
            _copy(out, written, distance, length)
            written += length
        state[PLACE], state[BITS], state[COUNT], state[OUT] = place, np.int64(bits), count, written
        if 8 * place - count > 8 * end:
            status = np.int64(CUT)
        elif state[BLOCK] == _HEADER and state[LAST] != 0 and status == MORE:
            status = np.int64(DONE)
    return status
