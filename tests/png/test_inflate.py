"""Streams unpack to what zlib makes of them, in pieces of any size; damaged ones end, and never write outside."""

from __future__ import annotations

import random
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.kernels import inflate
from annogeo.kernels._jit import jit

try:
    from isal import isal_zlib
except ImportError:
    isal_zlib = None

unpack, OUT, MORE = inflate.unpack, inflate.OUT, inflate.MORE
GUARD = 64


@jit
def unpack_in_pieces(stream, out, size, piece, tables, state):  # type: ignore[no-untyped-def]
    status = MORE
    while status == MORE and state[OUT] < size:
        status = unpack(stream, out, min(state[OUT] + piece, size), tables, state)
    return status


def unpacked(stream: bytes, size: int, piece: int) -> tuple[int, bytes]:
    """Unpack up to `size` bytes; checks that nothing behind the buffer is written."""
    out = np.full(size + inflate.SLACK + GUARD, 0xA5, np.uint8)
    source = np.frombuffer(bytearray(stream[2:] + bytes(inflate.SPARE)), np.uint8)
    state = np.zeros(inflate.STATE_SIZE, np.int64)
    tables = np.empty(inflate.TABLES_SIZE, np.int32)

    status = unpack_in_pieces(source, out, size, piece, tables, state)

    assert (out[-GUARD:] == 0xA5).all()
    return int(status), out[: min(state[inflate.OUT], size)].tobytes()


def packed(content: bytes, level: int, strategy: int, window_bits: int = 15, memory: int = 8) -> bytes:
    stream = zlib.compressobj(level, zlib.DEFLATED, window_bits, memory, strategy)
    return stream.compress(content) + stream.flush()


def repeated(rng: random.Random) -> bytes:
    """Bytes with repetitions of every distance and length."""
    content = bytearray(rng.randbytes(rng.randrange(1, 60)))
    while len(content) < 40_000:
        distance = rng.randrange(1, min(len(content), rng.choice([4, 9, 40, 40_000])) + 1)
        for _ in range(rng.choice([3, 8, 40, 300])):
            content.append(content[-distance])
        content += rng.randbytes(rng.randrange(4))
    return bytes(content)


RNG = random.Random(1)
CONTENTS = {
    "empty": b"",
    "one": b"x",
    "zeros": bytes(100_000),
    "noise": RNG.randbytes(70_000),
    "few values": bytes(RNG.choices(range(4), k=50_000)),
    "skewed": bytes(int(RNG.expovariate(0.05)) % 256 for _ in range(50_000)),
    "repeated": repeated(RNG),
    "text": b"".join(b"%d red foxes, " % n for n in range(4_000)),
}
STRATEGIES = [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED]


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_every_kind_of_stream_unpacks(content: bytes) -> None:
    streams = [packed(content, level, strategy) for level in range(10) for strategy in STRATEGIES]
    streams += [packed(content, 6, 0, window_bits, memory) for window_bits in (9, 12) for memory in (1, 9)]
    if isal_zlib is not None:
        streams += [isal_zlib.compress(content, level) for level in range(4)]
    for i, stream in enumerate(streams):
        status, found = unpacked(stream, len(content) + 1, (1 << 20, 1000, 1)[i % 3])

        assert status == inflate.DONE
        assert found == content


@given(
    st.binary(max_size=300),
    st.integers(0, 9),
    st.sampled_from(STRATEGIES),
    st.integers(1, 300),
    st.integers(0, 400),
)
@settings(max_examples=150, deadline=None)
def test_pieces_of_any_size_join(content: bytes, level: int, strategy: int, piece: int, size: int) -> None:
    content = content * (1 + size % 7)

    _, found = unpacked(packed(content, level, strategy), size, piece)

    assert found == content[:size]


def by_zlib(stream: bytes, size: int) -> tuple[bool, bytes]:
    """Whether zlib finds nothing wrong up to the end of the last block, and what it unpacks until then."""
    module: Any = zlib.decompressobj(-15)
    found = bytearray()
    try:
        for start in range(2, len(stream)):  # byte by byte, to have what comes before the damage
            found += module.decompress(stream[start : start + 1], size + 1 - len(found))
            if module.eof or len(found) > size:
                return True, bytes(found)
    except zlib.error:
        return False, bytes(found)
    return False, bytes(found)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_streams_end_as_in_zlib_and_stay_in_their_buffer(seed: int) -> None:
    rng = random.Random(seed)
    bases = [
        packed(content, level, strategy)
        for content in (bytes(600), repeated(rng)[:900], rng.randbytes(80) * 3, b"ab" * 30 + bytes(400))
        for level, strategy in ((0, 0), (1, 0), (9, 0), (6, zlib.Z_FIXED), (6, zlib.Z_RLE))
    ]
    size = 1200
    for _ in range(1000):
        broken = bytearray(rng.choice(bases))
        for _ in range(rng.randrange(1, 4)):
            broken[rng.randrange(2, len(broken))] = rng.randrange(256)
        if rng.random() < 0.3:
            del broken[rng.randrange(2, len(broken)) :]

        status, found = unpacked(bytes(broken), size, rng.choice([1, 100, size]))

        is_good, expected = by_zlib(bytes(broken), size)
        if is_good:
            assert status == (inflate.DONE if len(expected) <= size else inflate.MORE)
            assert found == expected[:size]
        elif len(found) < size:
            assert status in (inflate.DAMAGED, inflate.CUT)


def test_random_bytes_end() -> None:
    rng = random.Random(9)
    for _ in range(2000):
        status, _ = unpacked(b"\x78\x01" + rng.randbytes(rng.randrange(200)), 5000, 5000)

        assert status in (inflate.DONE, inflate.MORE, inflate.DAMAGED, inflate.CUT)
