"""Promise: overlays (W5) are drawn 2x as fast as by cv2, 3.5x as by Skia where edges are soft, and with exact coverage.

Hard edges: 40x dtlpy and 80x supervision too, and 1.5x cv2 with outlines; soft ones: 1.8x cv2's LINE_AA too. How near
soft edges are to the truth is measured shape by shape, on the pixels an edge crosses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers, scenes
from benchmarks.harness import Pace, Row, compare
from benchmarks.peers import overlay
from benchmarks.report import Figure, Report

OURS = "annogeo render"
FLAT = "annogeo blend"
Photo = npt.NDArray[np.uint8]
FINE = 32  # sub-pixels a side, of the truth


def run(pace: Pace) -> Iterator[Report]:
    """Time hard and soft edges, fills alone and with outlines."""
    scene = scenes.w5(8, 480, 270) if pace.quick else scenes.w5()
    for key, makers, soft, outline in (
        ("W5 fill", overlay.HARD_FILL, False, False),
        ("W5 fill and outline", overlay.HARD_OUTLINE, False, True),
        ("W5 AA fill", overlay.SOFT_FILL, True, False),
        ("W5 AA fill and outline", overlay.SOFT_OUTLINE, True, True),
    ):
        yield lay_over(key, scene, makers, pace, soft=soft, outline=outline)
    yield edge_errors(scene, 2 if pace.quick else 20)


def lay_over(
    key: str, scene: scenes.PolygonScene, makers: Mapping[str, Any], pace: Pace, *, soft: bool, outline: bool
) -> Report:
    """Draw one kind of overlay."""
    import annogeo as ag

    photo = scenes.photo(scene.height, scene.width)
    colors = scenes.colors(len(scene.polygons))
    collection = colored(scene, colors)
    how = style(soft=soft, outline=outline)
    draw_list = ag.DrawList.from_polygons(*scene.flat())
    buffer = np.empty_like(photo)

    def draw(out: Any = None) -> Any:
        return ag.render(collection, "overlay", image=photo, **how, out=out)["overlay"]

    def draw_flat() -> Any:
        picture = np.empty_like(photo)
        ag.blend(picture, draw_list, colors, 0.5, antialias=soft, source=photo)
        return picture

    ways = [Row("annogeo render, out=", lambda: draw(buffer), "ours")]
    if not outline:
        ways.append(Row(FLAT, draw_flat, "ours"))
    ways.append(Row("copying the photo", lambda: np.copyto(buffer, photo), "limit"))
    paints, missing = peers.ready(
        {name: partial(make, scene, photo, colors) for name, make in makers.items()}
    )
    mine = draw().astype(int)
    figures = [
        Figure(f"pixels within 2 of {name}", peers.share(close(mine, made())), "%")
        for name, made in paints.items()
        if name != "dtlpy"  # has one colour for all
    ]
    title = f"{scene.title}, alpha .5" + (", opaque outlines 2 px wide" if outline else "")
    title += ", anti-aliased" if soft else ", hard edges"
    rows = [*peers.rows_of(paints), *ways]
    pairs = [
        (FLAT, name) for name in ("cv2, integer points", "cv2 LINE_AA, integer points", "Skia, RGBA ready")
    ]
    report = compare(key, title, Row(OURS, draw), rows, pairs=pairs, missing=missing, pace=pace)
    report.figures += figures
    return report


def style(*, soft: bool, outline: bool) -> dict[str, Any]:
    """Give the arguments of `render`."""
    import annogeo as ag

    if not outline:
        return {"alpha": 0.5, "style": ag.Style(antialias=soft)}
    width = overlay.OUTLINE_WIDTH
    return {"style": ag.Style(antialias=soft, fill_opacity=0.5, outline_opacity=1.0, line_width=width)}


def colored(scene: scenes.PolygonScene, colors: Photo) -> Any:
    """Make annotation objects of a scene, a label for each colour."""
    import annogeo as ag

    names = ["#{:02x}{:02x}{:02x}".format(*color) for color in colors.tolist()]
    collection = ag.AnnotationCollection(colors={name: name for name in names})
    for polygon, name in zip(scene.polygons, names, strict=True):
        collection.add(ag.Polygon(polygon, label=name))
    return collection


def close(mine: npt.NDArray[Any], theirs: Photo) -> npt.NDArray[np.bool_]:
    """Say which pixels are nearly equal."""
    return np.asarray((np.abs(mine - theirs) <= 2).all(axis=2))


def edge_errors(scene: scenes.PolygonScene, n: int) -> Report:
    """Draw white shapes on black, one by one: a pixel's value is the part of it that is covered."""
    report = Report("W5 AA error", f"coverage of edge pixels, {n} outlines, root mean square error", OURS)
    makers: dict[str, Callable[..., peers.Paint]] = {OURS: annogeo_soft, **overlay.SOFT_FILL}
    errors: dict[str, list[npt.NDArray[Any]]] = {}
    for ring in scene.polygons[:n]:
        alone = in_its_box(ring)
        truth = supersampled(alone)
        edge = (truth > 0) & (truth < 1)
        black = np.zeros((alone.height, alone.width, 3), np.uint8)
        white = np.full((1, 3), 255, np.uint8)
        paints, missing = peers.ready(
            {name: partial(make, alone, black, white, opacity=1.0) for name, make in makers.items()}
        )
        for name, made in paints.items():
            errors.setdefault(name, []).append((made()[..., 0] / 255 - truth)[edge])
    report.missing = missing
    for name, found in errors.items():
        error = np.concatenate(found)
        report.figures.append(Figure(name, float(np.sqrt((error**2).mean()))))
        report.notes.append(f"{name}: bias {error.mean():+.4f}, largest {np.abs(error).max():.3f}")
    report.notes.append(f"truth: {FINE} x {FINE} sub-pixels")
    return report


def annogeo_soft(scene: scenes.PolygonScene, photo: Photo, colors: Photo, *, opacity: float) -> peers.Paint:
    """annogeo's soft fill."""
    import annogeo as ag

    collection = colored(scene, colors)
    return lambda: ag.render(collection, "overlay", image=photo, alpha=opacity)["overlay"]


def in_its_box(ring: npt.NDArray[np.float64]) -> scenes.PolygonScene:
    """Move a ring to a canvas of its own, by whole pixels."""
    corner = np.floor(ring.min(axis=0)) - 2
    width, height = (np.ceil(ring.max(axis=0)) + 2 - corner).astype(int).tolist()
    return scenes.PolygonScene("one outline", height, width, np.uint8, [ring - corner])


def supersampled(scene: scenes.PolygonScene) -> npt.NDArray[np.float64]:
    """Give the share of every pixel's sub-pixels whose centres are inside."""
    import annogeo as ag

    xy, offsets = scene.flat()
    fine = ag.rasterize(
        ag.DrawList.from_polygons(xy * FINE, offsets), [1], scene.height * FINE, scene.width * FINE
    )
    blocks = fine.reshape(scene.height, FINE, scene.width, FINE)
    shares: npt.NDArray[np.float64] = blocks.mean(axis=(1, 3))
    return shares
