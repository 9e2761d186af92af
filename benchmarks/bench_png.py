"""Promise: mask PNGs (W9) are read 6x as fast as by cv2 and written 10x; label maps are encoded 6x as fast.

The masks are the platform's: RGBA files as large as the picture, in base64. annogeo reads them to runs, which is what
it draws and combines; the peers read to arrays, their form.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers, scenes
from benchmarks.harness import Pace, Row, compare
from benchmarks.masks import mask_uri, ragged_uri
from benchmarks.peers import png
from benchmarks.report import Figure, Report


def run(pace: Pace) -> Iterator[Report]:
    """Time reading, writing and encoding."""
    scene = scenes.w9(2, 320, 180) if pace.quick else scenes.w9()
    smooth = [mask_uri(outline, scene.height, scene.width) for outline in scene.polygons]
    ragged = [ragged_uri(seed, scene.height, scene.width) for seed in range(2 if pace.quick else 5)]
    yield read("W9 read", f"{scene.title}: base64 PNG to runs", smooth, pace)
    yield read("W9 read ragged", f"{len(ragged)} ragged masks: base64 PNG to runs", ragged, pace)
    yield write(scene, pace)
    for depth, pixels in maps(scene).items():
        yield encode(depth, pixels, pace)


def read(key: str, title: str, uris: list[str], pace: Pace) -> Report:
    """Read masks."""
    from annogeo.png import PngMask

    def runs() -> list[Any]:
        return [PngMask(uri).rle for uri in uris]

    def arrays() -> list[Any]:
        return [PngMask(uri).rle.to_mask() for uri in uris]

    readers, missing = peers.ready(png.READERS)
    mine = arrays()
    figures = []
    for name, one in readers.items():
        same = [np.array_equal(mask, one(uri)) for mask, uri in zip(mine, uris, strict=True)]
        figures.append(Figure(f"masks as {name}", peers.share(np.array(same)), "%"))
    rows = [Row(name, partial(each, one, uris)) for name, one in readers.items()]
    rows.append(Row("annogeo to arrays", arrays, "ours"))
    title = f"{title}, {sum(map(len, uris)) / len(uris) / 1024:.0f} KiB each"
    report = compare(key, title, Row("annogeo to runs", runs), rows, missing=missing, pace=pace)
    report.figures += figures
    return report


def write(scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Write masks; annogeo from runs, the peers from arrays, and annogeo from arrays too."""
    import annogeo as ag
    from annogeo.png import PngMask, encode_mask_uri

    masks = [ag.Polygon(ring, "a").to_mask(scene.height, scene.width) for ring in scene.polygons]
    runs = [ag.Rle.from_mask(mask) for mask in masks]
    color = (255, 128, 0)

    def written() -> list[str]:
        return [encode_mask_uri(rle, color) for rle in runs]

    writers, missing = peers.ready(png.WRITERS)
    rows = [Row(name, partial(each, one, masks, color)) for name, one in writers.items()]
    from_arrays = partial(each, lambda mask: encode_mask_uri(ag.Rle.from_mask(mask), color), masks)
    rows.append(Row("annogeo from arrays", from_arrays, "ours"))
    title = f"{scene.title}: runs to base64 PNG"
    report = compare("W9 write", title, Row("annogeo from runs", written), rows, missing=missing, pace=pace)
    size = sum(map(len, written()))
    readers, _ = peers.ready({"cv2": png.cv2_read})
    for name, reader in readers.items():
        same = [np.array_equal(mask, reader(uri)) for mask, uri in zip(masks, written(), strict=True)]
        report.figures.append(Figure(f"masks as {name} reads them back", peers.share(np.array(same)), "%"))
    back = [PngMask(uri).rle == rle for uri, rle in zip(written(), runs, strict=True)]
    report.figures.append(Figure("masks as annogeo reads them back", peers.share(np.array(back)), "%"))
    for name, one in writers.items():
        theirs = sum(len(one(mask, color)) for mask in masks)
        report.figures.append(Figure(f"size over {name}'s", size / theirs))
    return report


def maps(scene: scenes.PolygonScene) -> dict[str, npt.NDArray[Any]]:
    """Make the pictures to encode: a map of 8-bit ids, one of 16-bit ids, an RGBA mask view."""
    import annogeo as ag

    xy, offsets = scene.flat()
    draw_list = ag.DrawList.from_polygons(xy, offsets)
    ids = ag.rasterize(draw_list, scene.values, scene.height, scene.width)
    colors = np.zeros((len(scene.values) + 1, 4), np.uint8)
    colors[1:, :3] = scenes.colors(len(scene.values))
    colors[1:, 3] = 255
    return {"8 bit": ids, "16 bit": 7 * ids.astype(np.uint16), "RGBA": colors[ids]}


def encode(depth: str, pixels: npt.NDArray[Any], pace: Pace) -> Report:
    """Encode one picture."""
    from annogeo.png import encode_png

    encoders, missing = peers.ready(png.ENCODERS)
    rows = [Row(name, partial(one, pixels)) for name, one in encoders.items()]
    height, width = pixels.shape[:2]
    title = f"a {width}x{height} map to PNG, {depth}"
    ours = Row("annogeo encode_png", lambda: encode_png(pixels))
    report = compare(f"W9 encode {depth}", title, ours, rows, missing=missing, pace=pace)
    size = len(encode_png(pixels))
    report.figures.append(Figure("size", size / 1024, "KiB"))
    report.figures += [
        Figure(f"size over {name}'s", size / len(one(pixels))) for name, one in encoders.items()
    ]
    report.figures.append(Figure("pixels as Pillow reads them back", reread(encode_png(pixels), pixels), "%"))
    return report


def reread(file: bytes, pixels: npt.NDArray[Any]) -> float:
    """Say how many pixels another reader gives back."""
    import io

    from PIL import Image

    return peers.share(np.asarray(Image.open(io.BytesIO(file))) == pixels)


def each(do: Any, masks: list[Any], *more: Any) -> list[Any]:
    """Do something with each mask."""
    return [do(mask, *more) for mask in masks]
