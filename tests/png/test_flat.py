"""Flat pictures compressed from their runs unpack, by zlib, Pillow and OpenCV, to the pictures they were."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from annogeo.png import compress_rows, decode_mask, encode_mask, encode_png
from annogeo.png.deflate import compress
from annogeo.png.flat import compress_flat, compress_mask
from annogeo.rle import Rle
from tests.naive.png import filter_up
from tests.png.test_encode import by_opencv, by_pillow

ROOT = Path(__file__).resolve().parents[2]

kinds = st.sampled_from(
    [(np.uint8, ()), (np.uint8, (2,)), (np.uint8, (4,)), (np.uint16, ()), (np.uint16, (2,))]
)
# Few values, long runs: `fill` repeats one value.
flat_pictures = st.tuples(kinds, hnp.array_shapes(min_dims=2, max_dims=2, max_side=90)).flatmap(
    lambda pair: hnp.arrays(
        pair[0][0], pair[1] + pair[0][1], elements=st.sampled_from([0, 1, 7, 200, 255]), fill=st.just(7)
    )
)


@given(flat_pictures)
@settings(max_examples=150, deadline=None)
def test_streams_unpack_to_the_filtered_rows(picture: np.ndarray) -> None:
    assert zlib.decompress(compress_flat(picture)) == filter_up(picture)


@given(st.integers(1, 900), st.integers(0, 2**32 - 1), kinds)
@settings(max_examples=100, deadline=None)
def test_runs_of_every_length_are_exact(longest: int, seed: int, kind: tuple[Any, tuple[int, ...]]) -> None:
    rng = np.random.default_rng(seed)
    dtype, channels = kind
    lengths = rng.integers(1, longest + 1, 40)
    values = rng.integers(0, 3, (40, *channels)).astype(dtype) * 90
    line = np.repeat(values, lengths, axis=0)
    picture = np.stack([line, line[::-1], line, line])

    assert zlib.decompress(compress_flat(picture)) == filter_up(picture)


@given(
    hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=90)),
    st.tuples(*[st.integers(0, 255)] * 3),
)
@settings(max_examples=150, deadline=None)
def test_masks_give_the_stream_of_their_picture(inside: np.ndarray, color: tuple[int, int, int]) -> None:
    picture = np.zeros((*inside.shape, 4), np.uint8)
    picture[inside] = (*color, 255)

    assert zlib.decompress(compress_mask(Rle.from_mask(inside), color)) == filter_up(picture)


def pictures(height: int, width: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[:height, :width]
    blobs = np.zeros((height, width), np.int64)
    for i in range(12):
        y, x, r = rng.random(3) * (height, width, height / 3)
        blobs[(rows - y) ** 2 + (columns - x) ** 2 < r * r] = i
    return {
        "constant": np.full((height, width), 5),
        "blobs": blobs,
        "noise": rng.integers(0, 65_536, (height, width)),
        "gradient": rows + columns,
    }


@pytest.mark.parametrize("name", ["constant", "blobs", "noise", "gradient"])
@pytest.mark.parametrize(
    "shape", [(1, 1), (2, 1), (1, 700), (700, 1), (64, 65), (1080, 1920), (3, 40_000)], ids=str
)
def test_other_readers_see_the_pixels(name: str, shape: tuple[int, int]) -> None:
    values = pictures(*shape)[name]
    for canvas in (values.astype(np.uint8), values.astype(np.uint16), values % 2 == 1):
        png = encode_png(canvas)
        assert np.array_equal(by_opencv(png) > 0 if canvas.dtype == bool else by_opencv(png), canvas)
        assert np.array_equal(by_pillow(png), canvas)
    rgba = np.random.default_rng(1).integers(0, 256, (256, 4), np.uint8)
    indices = values.astype(np.uint8)
    assert np.array_equal(by_pillow(encode_png(indices, rgba), "RGBA"), rgba[indices])
    if shape != (1080, 1920) or name == "blobs":
        assert np.array_equal(by_opencv(encode_png(rgba[indices])), rgba[indices])


def test_many_blocks_are_one_stream() -> None:
    noise = np.random.default_rng(2).integers(0, 4, (700, 900), np.uint8)
    stripes = Rle.from_mask(np.arange(700 * 900).reshape(700, 900) // 3 % 2 == 1)

    assert zlib.decompress(compress_rows(noise)) == filter_up(noise)
    assert decode_mask(encode_mask(stripes, (1, 2, 3))) == (stripes, (1, 2, 3))


def test_codes_never_get_longer_than_the_format_allows() -> None:
    fibonacci = [1, 1]
    while len(fibonacci) < 24:
        fibonacci.append(fibonacci[-1] + fibonacci[-2])
    line = np.repeat(np.arange(len(fibonacci)), fibonacci).astype(np.uint8)
    np.random.default_rng(1).shuffle(line)
    canvas = np.zeros((2, line.size), np.uint8)
    canvas[0] = line

    assert zlib.decompress(compress_rows(canvas)) == filter_up(canvas)


def test_rows_beyond_the_encoder_are_compressed_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("encode", "mask"):
        monkeypatch.setattr(f"annogeo.png.{name}.LONGEST_ROW", 1000)
    wide = np.zeros((2, 1001), np.uint8)
    wide[0, 5:9] = 1
    mask = Rle((2, 251), np.array([3, 500]))

    assert zlib.decompress(compress_rows(wide)) == filter_up(wide)
    assert np.array_equal(by_opencv(encode_png(wide)), wide)
    assert decode_mask(encode_mask(mask, (1, 2, 3))) == (mask, (1, 2, 3))


def test_read_only_and_turned_canvases_are_taken() -> None:
    canvas = np.arange(12, dtype=np.uint16).reshape(3, 4)
    canvas.flags.writeable = False

    assert zlib.decompress(compress_flat(canvas)) == filter_up(canvas)
    assert zlib.decompress(compress_flat(canvas.T)) == filter_up(canvas.T)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 63, 64, 65, 128, 129, 65_535, 65_536, 65_537, 140_000]))
@settings(max_examples=60, deadline=None)
def test_what_is_not_flat_unpacks_to_what_it_was(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    spread = rng.choice([0.3, 3, 30, 1000])
    values = np.minimum(rng.exponential(spread, size), 255).astype(np.uint8)
    content = np.repeat(values, rng.choice([1, 5, 300]))[:size]

    assert zlib.decompress(compress(content)) == content.tobytes()


CODE = """
import hashlib
import numpy as np
from annogeo.png import compress_rows, encode_mask, encode_png
from annogeo.rle import Rle

rng, digest = np.random.default_rng(1), hashlib.sha256()
for _ in range(60):
    height, width = rng.integers(1, 300, 2)
    canvas = np.repeat(rng.integers(0, 5, (height, width), np.uint8), 7, axis=1)
    digest.update(compress_rows(canvas))
    digest.update(encode_mask(Rle.from_mask(canvas > 2), (3, 4, 5)))
    digest.update(encode_png(rng.integers(0, 40, (height, width, 3), np.uint8)))
print(digest.hexdigest())
"""


def test_bytes_do_not_depend_on_the_process_or_what_memory_held() -> None:
    digests = set()
    for filler in ("0", "85", "255"):
        environment = {**os.environ, "MALLOC_PERTURB_": filler}
        command = [sys.executable, "-c", CODE]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
        digests.add(done.stdout)

    assert len(digests) == 1


def test_bytes_do_not_depend_on_threads() -> None:
    rng = np.random.default_rng(4)
    canvases = [np.repeat(rng.integers(0, 5, (40, 60), np.uint8), 9, axis=1) for _ in range(20)]
    photos = [rng.integers(0, 60, (40, 60, 3), np.uint8) for _ in range(20)]

    def digest(_: int) -> str:
        made = [compress_rows(canvas) for canvas in canvases] + [encode_png(photo) for photo in photos]
        return hashlib.sha256(b"".join(made)).hexdigest()

    with ThreadPoolExecutor(4) as pool:
        digests = set(pool.map(digest, range(60)))

    assert len(digests) == 1
