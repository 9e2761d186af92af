"""Whole label maps: rings with roles, boxes, areas and centroids, for every label map there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from annogeo.errors import InputError
from annogeo.masks import Outlines, label_map_stats, outline, outlines
from annogeo.masks.workspace import workspace
from annogeo.rle import Rle
from tests.naive import label_maps as naive, trace

maps = hnp.arrays(np.int16, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(0, 3))
connectivities = st.sampled_from([4, 8])


@given(maps, connectivities)
@settings(max_examples=150, deadline=None)
def test_every_label_has_the_rings_of_its_mask_and_its_measures(ids: np.ndarray, connectivity: int) -> None:
    found = outlines(ids, connectivity)

    assert naive.rings_of(found) == naive.rings(ids, connectivity)
    np.testing.assert_allclose(naive.stats_of(found), naive.stats(ids), rtol=1e-15)
    assert np.array_equal(naive.stats_of(label_map_stats(ids)), naive.stats_of(found))


@given(maps, connectivities)
@settings(max_examples=100, deadline=None)
def test_parts_of_a_label_are_those_of_its_mask(ids: np.ndarray, connectivity: int) -> None:
    found = outlines(ids, connectivity)

    for label in found.labels.tolist():
        parts = outline(Rle.from_mask(ids == label), connectivity).parts
        assert [[r.tolist() for r in part] for part in found.parts(label)] == [
            [r.tolist() for r in part] for part in parts
        ]


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("side", [3, 4])
@pytest.mark.parametrize("gap", [0, 1])
def test_every_mask_of_a_size_comes_back_with_its_parts_and_holes(
    side: int, connectivity: int, gap: int
) -> None:
    masks = all_masks(side)
    ids = beside_one_another(masks, gap)

    found = outlines(ids, connectivity)

    assert np.array_equal(naive.painted(found, ids.shape), ids)
    assert np.array_equal(naive.painted(found, ids.shape, signed=True), ids)
    assert found.labels.tolist() == list(range(1, len(masks)))  # all but the empty one
    assert found.areas.tolist() == masks[1:].sum(axis=(1, 2)).tolist()
    parts, holes = parts_and_holes(masks, connectivity)
    numbers = found.ring_label.astype(int)
    assert np.array_equal(np.bincount(numbers[~found.ring_is_hole], minlength=len(masks)), parts)
    assert np.array_equal(np.bincount(numbers[found.ring_is_hole], minlength=len(masks)), holes)
    check_roles(found)


def all_masks(side: int) -> np.ndarray:
    """All masks of a size, bool (2 ** (side * side), side, side)."""
    numbers = np.arange(2 ** (side * side))
    return (numbers[:, None, None] >> np.arange(side * side).reshape(side, side) & 1).astype(bool)


def beside_one_another(masks: np.ndarray, gap: int) -> np.ndarray:
    """One map of many masks in rows of 256, mask k with the label k; with no gap, pixels of others lie all around."""
    count, side, _ = masks.shape
    ids = np.pad(masks * np.arange(count)[:, None, None], ((0, 0), (0, gap), (0, gap)))
    across = min(count, 256)
    return ids.reshape(-1, across, side + gap, side + gap).swapaxes(1, 2).reshape(-1, across * (side + gap))


def parts_and_holes(masks: np.ndarray, connectivity: int) -> tuple[np.ndarray, np.ndarray]:
    """How many parts and holes each mask has, by skimage: holes connect where parts do not."""
    from skimage.measure import label

    sides = {4: 1, 8: 2}
    padded = np.pad(masks, ((0, 0), (1, 1), (1, 1)))
    counts = []
    for kind, reach in ((padded, sides[connectivity]), (~padded, sides[12 - connectivity])):
        # layers are apart: between two of them lies one without pixels
        spread = np.zeros((2 * len(masks), *padded.shape[1:]), bool)
        spread[::2] = kind
        structured = label(spread.transpose(1, 2, 0), connectivity=reach)
        of_mask = structured[:, :, ::2].reshape(-1, len(masks))
        pairs = np.unique(of_mask.astype(np.int64) * len(masks) + np.arange(len(masks)))
        counts.append(np.bincount(pairs[pairs >= len(masks)] % len(masks), minlength=len(masks)))
    return counts[0], counts[1] - 1


def check_roles(found: Outlines) -> None:
    """Holes run the other way, and lie in an outer ring of the same label that comes before them."""
    x, y = found.xy.T.astype(np.int64)
    ends = found.ring_offsets[1:] - 1
    after = np.arange(1, len(x) + 1)
    after[ends] = found.ring_offsets[:-1]
    areas = np.add.reduceat(x * y[after] - x[after] * y, found.ring_offsets[:-1]) if len(x) else np.zeros(0)
    assert np.array_equal(areas < 0, found.ring_is_hole)
    holes = np.flatnonzero(found.ring_is_hole)
    parents = found.ring_parent[holes]
    assert (found.ring_parent[~found.ring_is_hole] == -1).all()
    assert not found.ring_is_hole[parents].any()
    assert (parents < holes).all()
    assert (found.ring_label[parents] == found.ring_label[holes]).all()
    low, high = (ufunc.reduceat(found.xy, found.ring_offsets[:-1]) for ufunc in (np.minimum, np.maximum))
    assert (low[parents] <= low[holes]).all()
    assert (high[parents] >= high[holes]).all()


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("density", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
def test_noise_of_any_density_comes_back(density: float, connectivity: int) -> None:
    rng = np.random.default_rng([int(100 * density), connectivity])
    ids = (rng.random((97, 131)) < density) * rng.integers(1, 4, (97, 131))

    found = outlines(ids, connectivity)

    assert np.array_equal(naive.painted(found, ids.shape), ids)
    assert np.array_equal(naive.painted(found, ids.shape, signed=True), ids)
    check_roles(found)
    for label in (1, 2, 3):
        parts, holes = (counts[0] for counts in parts_and_holes((ids == label)[None], connectivity))
        own = found.ring_is_hole[found.ring_label == label]
        assert (np.count_nonzero(~own), np.count_nonzero(own)) == (parts, holes)


def test_holes_lie_in_the_outer_ring_that_is_their_parent() -> None:
    shapely = pytest.importorskip("shapely")
    ids = np.random.default_rng(5).integers(0, 2, (60, 60)).repeat(3, axis=0).repeat(3, axis=1)
    ids[1::3, 1::3] ^= 1  # islands and holes in all blocks
    found = outlines(ids)

    polygons = shapely.polygons([shapely.linearrings(ring) for ring in found.rings(1)])
    holes = np.flatnonzero(found.ring_is_hole)
    areas = shapely.area(polygons)
    within = shapely.area(
        shapely.intersection(shapely.make_valid(polygons[found.ring_parent[holes]]), polygons[holes])
    )

    assert holes.size > 1000
    assert np.array_equal(within, areas[holes])


HUGE = np.array([-(2**63), -(2**40) - 1, -1, 1, 2**24, 2**40, 2**63 - 1])


def test_ids_may_be_huge_or_negative() -> None:
    places = np.random.default_rng(3).integers(0, len(HUGE), (40, 50))

    found = outlines(HUGE[places])

    assert found.labels.tolist() == HUGE.tolist()
    small = outlines(places + 1)
    assert np.array_equal(found.xy, small.xy)
    assert np.array_equal(found.ring_label, HUGE[small.ring_label - 1])
    assert np.array_equal(found.boxes, small.boxes)


def test_unsigned_ids_beyond_the_signed_ones_rise() -> None:
    found = outlines(np.array([[2**64 - 1, 0, 2**63, 5]], np.uint64))

    assert found.labels.tolist() == [5, 2**63, 2**64 - 1]
    assert [box[0] for box in found.boxes.tolist()] == [3, 2, 0]


@pytest.mark.parametrize("count", [300, 3000])
def test_ids_made_to_collide_cost_no_more_than_a_sort(count: int) -> None:
    k = np.arange(1, count + 1).reshape(-1, 100)
    ids = k << 32 | k  # the hash adds up the halves

    found = outlines(ids)

    assert found.labels.tolist() == sorted(ids.ravel().tolist())
    assert (found.areas == 1).all()
    assert np.array_equal(found.ring_label, found.labels)
    other = outlines(ids.astype(">i8"), background=int(ids[0, 5]))
    assert len(other) == count - 1
    assert other.labels.dtype == np.int64


@pytest.mark.parametrize("labels", [1000, 1500, 20_000])
def test_there_may_be_more_labels_than_expected(labels: int) -> None:
    ids = np.arange(labels).reshape(-1, 100) - 500

    found = outlines(ids, background=None)

    assert np.array_equal(found.labels, ids.ravel())
    assert np.array_equal(found.centroids[:2], [[0.5, 0.5], [1.5, 0.5]])


@pytest.mark.parametrize(
    "dtype", ["?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", ">u2", ">i8", "f2", "f4", "f8"]
)
def test_every_kind_of_number_is_a_label(dtype: str) -> None:
    ids = np.random.default_rng(2).integers(0, 2, (20, 70))

    found = outlines(ids.astype(dtype))

    assert found.labels.tolist() == [1]
    assert found.labels.dtype == {"?": "u1", "f2": "i8", "f4": "i8", "f8": "i8"}.get(dtype, dtype.strip(">"))
    assert found.ring_label.dtype == found.labels.dtype
    assert np.array_equal(found.xy, outlines(ids).xy)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32])
def test_memory_order_does_not_matter(dtype: Any) -> None:
    ids = np.random.default_rng(4).integers(0, 5, (60, 90)).astype(dtype)

    for other in (
        np.asfortranarray(ids),
        ids[::-1, ::-1],
        ids[::2, 1::3],
        ids.T,
        ids[:, 5:40],
        np.broadcast_to(ids[:1], (9, 90)),
    ):
        same = np.array(other, order="C")
        assert np.array_equal(outlines(other).xy, outlines(same).xy)
        assert np.array_equal(outlines(other).boxes, outlines(same).boxes)


def test_a_map_in_another_order_is_read_strip_by_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = np.random.default_rng(6).integers(0, 3, (50, 40))
    monkeypatch.setattr("annogeo.masks.label_runs._STRIP", 130)

    found = outlines(np.asfortranarray(ids))

    assert np.array_equal(naive.painted(found, ids.shape), ids)


@pytest.mark.parametrize(
    "shape", [(0, 0), (0, 5), (5, 0), (1, 1), (1, 200), (200, 1), (64, 64), (3, 65), (7, 63)]
)
@pytest.mark.parametrize("kind", ["empty", "full", "checkerboard", "columns", "rows"])
def test_extreme_maps_come_back(shape: tuple[int, int], kind: str) -> None:
    y, x = np.indices(shape)
    ids = {
        "empty": 0 * x,
        "full": 0 * x + 9,
        "checkerboard": (x + y) % 2,
        "columns": x,
        "rows": y % 2,
    }[kind]

    for connectivity in (4, 8):
        found = outlines(ids, connectivity)
        assert np.array_equal(naive.painted(found, shape), ids)
        assert found.boxes.shape == (len(found), 4)
        assert found.centroids.shape == (len(found), 2)
        assert found.xy.shape[1] == 2
        assert found.ring_offsets.tolist()[0] == 0
        check_roles(found)


def test_a_map_of_many_million_pixels() -> None:
    side = 8192
    ids = np.zeros((side, side), np.uint8)
    ids[10:8000, 5:8190] = 7
    ids[100:200, 100:200] = 0
    ids[8191, 8191] = 255

    found = outlines(ids)

    assert found.labels.tolist() == [7, 255]
    assert found.areas.tolist() == [7990 * 8185 - 10_000, 1]
    assert found.boxes.tolist() == [[5, 10, 8190, 8000], [8191, 8191, 8192, 8192]]
    assert [ring.tolist() for ring in found.rings(7)] == [
        [[5, 10], [8190, 10], [8190, 8000], [5, 8000]],
        [[200, 100], [100, 100], [100, 200], [200, 200]],
    ]
    assert found.xy.base is None  # nothing larger is kept alive


def test_the_background_is_what_was_said() -> None:
    ids = np.array([[0, 1], [255, 1]], np.uint8)

    assert outlines(ids).labels.tolist() == [1, 255]
    assert outlines(ids, background=255).labels.tolist() == [0, 1]
    assert outlines(ids, background=None).labels.tolist() == [0, 1, 255]
    assert outlines(ids, background=-1).labels.tolist() == [0, 1, 255]  # no pixel can have it: it is not 255
    assert label_map_stats(ids, background=256).labels.tolist() == [0, 1, 255]
    assert outlines(ids.astype(np.int16) - 1, background=np.int64(-1)).labels.tolist() == [0, 254]
    assert outlines(ids > 0, background=None).labels.tolist() == [0, 1]


def test_pixels_that_meet_in_a_point() -> None:
    ids = [[5, 0, 5], [0, 5, 0], [5, 0, 5]]

    assert len(outlines(ids).rings(5)) == 5
    assert outlines(ids, 8).rings(5)[0][:4].tolist() == [[0, 0], [1, 0], [1, 1], [2, 1]]
    assert len(outlines([[5, 5, 0], [5, 0, 5], [0, 5, 5]], 8).rings(5)) == 2


def test_an_unknown_label_is_refused() -> None:
    found = outlines([[0, 3]])

    assert found.index(3) == 0
    for ask in (found.rings, found.parts, found.index):
        with pytest.raises(InputError, match="label: expected one of the 1 labels in the map, got 2"):
            ask(2)
        for other in (4, -1, 2**70, 2.5, "3", None):
            with pytest.raises(InputError, match="label"):
                ask(other)  # type: ignore[arg-type]
    high = outlines(np.array([[2**63, 2**63 + 1, 5]], np.uint64))
    assert [high.index(label) for label in (5, 2**63, 2**63 + 1)] == [0, 1, 2]
    assert outlines(np.array([[7]], np.uint8)).index(7) == 0
    with pytest.raises(InputError, match="label"):
        outlines(np.array([[7]], np.uint8)).index(263)


@pytest.mark.parametrize(
    "label_map",
    [[0, 1], [[0.5]], [[np.nan]], [[np.inf]], [[1e300]], [["a"]], [[1], [1, 2]], None, 5, [[1 + 2j]]],
)
def test_what_is_no_label_map_is_refused(label_map: Any) -> None:
    with pytest.raises(InputError, match="label_map"):
        outlines(label_map)
    with pytest.raises(InputError, match="label_map"):
        label_map_stats(label_map)


@pytest.mark.parametrize("connectivity", [0, 6, "4", None])
def test_other_connectivities_are_refused(connectivity: Any) -> None:
    with pytest.raises(InputError, match="connectivity"):
        outlines([[1]], connectivity)


@pytest.mark.parametrize("background", [0.5, "0", True])
def test_other_backgrounds_are_refused(background: Any) -> None:
    with pytest.raises(InputError, match="background"):
        outlines([[1]], background=background)


def test_single_masks_are_traced_as_the_label_map_is() -> None:
    mask = np.random.default_rng(8).random((30, 40)) < 0.6

    one, many = outline(Rle.from_mask(mask), 8), outlines(mask, 8)

    assert np.array_equal(one.xy, many.xy)
    assert np.array_equal(one.offsets, many.ring_offsets)
    assert np.array_equal(one.outer != np.arange(one.outer.size), many.ring_is_hole)
    assert np.array_equal(trace.filled(many.rings(1), mask.shape), mask)


def test_what_was_found_stays_when_more_is_traced() -> None:
    rng = np.random.default_rng(9)
    maps = [rng.integers(0, 4, (40, 40)) for _ in range(3)]

    found = [outlines(ids) for ids in maps]

    for ids, one in zip(maps, found, strict=True):
        assert np.array_equal(naive.painted(one, ids.shape), ids)
        assert np.array_equal(naive.stats_of(one), naive.stats_of(label_map_stats(ids)))


def test_threads_do_not_disturb_one_another() -> None:
    rng = np.random.default_rng(10)
    maps = [rng.integers(0, 4, (rng.integers(20, 200), 90)) for _ in range(40)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(outlines, maps))

    for ids, one in zip(maps, found, strict=True):
        assert np.array_equal(naive.painted(one, ids.shape), ids)


def test_little_memory_is_kept_after_large_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annogeo.masks.workspace.MOST_KEPT", 10_000)

    outlines(np.indices((100, 100)).sum(axis=0) % 2)

    with workspace() as lent:
        assert lent.nbytes == 0
