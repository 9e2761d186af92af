"""OKS, suppression and matching: against slow twins, pycocotools and scipy's own answer."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import annogeo as ag
from annogeo.errors import InputError
from annogeo.ops.matching import COCO_SIGMAS

seeds = st.integers(0, 2**32)


def boxes(rng: np.random.Generator, n: int) -> np.ndarray:
    corner = rng.integers(0, 12, (n, 2))
    return np.concatenate([corner, corner + rng.integers(1, 9, (n, 2))], axis=1).astype(float)


# --- suppression ------------------------------------------------------------------------------------------------------


def slow_nms(ious: np.ndarray, scores: np.ndarray, threshold: float, classes: np.ndarray) -> list[int]:
    kept: list[int] = []
    for k in sorted(range(len(scores)), key=lambda k: (-scores[k], k)):
        if all(ious[k, j] <= threshold or classes[k] != classes[j] for j in kept):
            kept.append(k)
    return kept


@settings(max_examples=100, deadline=None)
@given(seeds, st.integers(0, 14), st.sampled_from([0.0, 0.3, 0.5, 1.0]), st.booleans())
def test_nms_keeps_what_the_slow_rule_keeps(seed: int, n: int, threshold: float, grouped: bool) -> None:
    rng = np.random.default_rng(seed)
    found, scores = boxes(rng, n), rng.integers(0, 5, n) / 4
    classes = rng.integers(0, 2, n) if grouped else np.zeros(n)
    ious = ag.iou_matrix(found, found) if n else np.zeros((0, 0))

    wanted = slow_nms(ious, scores, threshold, classes)
    given_classes = classes if grouped else None
    assert ag.nms(found, scores, threshold, classes=given_classes).tolist() == wanted
    shapes = [ag.Polygon([(a, b), (c, b), (c, d), (a, d)], "x") for a, b, c, d in found.tolist()]
    if threshold not in (0.3, 0.5):  # where equal values decide, rounding may differ between ways to compute
        assert ag.nms(shapes, scores, threshold, classes=given_classes).tolist() == wanted
    assert ag.nms(found, scores, threshold, classes=given_classes, max_kept=2).tolist() == wanted[:2]


def test_nms_on_anything() -> None:
    mask = np.zeros((20, 20), bool)
    mask[2:8, 2:8] = True
    shapes = [
        ag.Box(2, 2, 8, 8),
        ag.Ellipse(5, 5, 3, 3, 0, "a"),
        ag.Rle.from_mask(mask),
        ag.Box(12, 12, 19, 19),
    ]

    assert ag.nms(shapes, [0.5, 0.4, 0.9, 0.1], 0.6).tolist() == [2, 3]
    collection = ag.AnnotationCollection()
    for shape in (shapes[0], shapes[3]):
        collection.add(shape)
    assert ag.nms(collection, [0.1, 0.2]).tolist() == [1, 0]


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(0, 10), st.sampled_from(["gaussian", "linear"]))
def test_soft_nms_lowers_scores_step_by_step(seed: int, n: int, method: str) -> None:
    rng = np.random.default_rng(seed)
    found, scores = boxes(rng, n), rng.random(n)
    ious = ag.iou_matrix(found, found) if n else np.zeros((0, 0))
    weights, left, order, final = scores.copy(), set(range(n)), [], []
    while left := {k for k in left if weights[k] >= 0.05}:
        best = max(sorted(left), key=lambda k: weights[k])
        order.append(best)
        final.append(weights[best])
        left.discard(best)
        for k in left:
            v = ious[best, k]
            weights[k] *= np.exp(-(v**2) / 0.5) if method == "gaussian" else (1 - v if v > 0.3 else 1)

    kept, made = ag.soft_nms(found, scores, method=method, min_score=0.05)
    assert kept.tolist() == order
    assert np.allclose(made, final)


# --- matching ---------------------------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(seeds, st.integers(0, 5), st.integers(0, 5), st.sampled_from([-0.5, 0.0, 0.3, 0.7]))
def test_hungarian_finds_the_best_sum(seed: int, n: int, m: int, threshold: float) -> None:
    values = np.random.default_rng(seed).uniform(-0.4, 1, (n, m))
    found = ag.match(None, None, threshold, measure=values)

    best = 0.0
    for size in range(min(n, m) + 1):
        for rows in itertools.combinations(range(n), size):
            for columns in itertools.permutations(range(m), size):
                if all(values[pair] >= threshold for pair in zip(rows, columns, strict=True)):
                    shift = (
                        min(0.0, values[values >= threshold].min()) if (values >= threshold).any() else 0.0
                    )
                    best = max(
                        best, sum(values[pair] - shift + 1e-9 for pair in zip(rows, columns, strict=True))
                    )
    shift = min(0.0, values[values >= threshold].min()) if (values >= threshold).any() else 0.0
    assert np.isclose(sum(found.values - shift + 1e-9), best)
    assert (found.values >= threshold).all()
    assert sorted([*found.pairs[:, 0].tolist(), *found.unmatched_a.tolist()]) == list(range(n))
    assert sorted([*found.pairs[:, 1].tolist(), *found.unmatched_b.tolist()]) == list(range(m))


def test_greedy_with_scores_is_cocos_and_without_the_best_pair_first() -> None:
    values = np.array([[0.6, 0.9], [0.55, 0.8], [0.0, 0.1]])

    assert ag.match(None, None, measure=values, method="greedy").pairs.tolist() == [[0, 1], [1, 0]]
    first = ag.match(None, None, measure=values, method="greedy", scores=[0.1, 0.9, 0.5])
    assert first.pairs.tolist() == [[0, 0], [1, 1]]
    assert first.unmatched_a.tolist() == [2]
    assert (first.precision, first.recall) == (2 / 3, 1.0)
    apart = ag.match(None, None, measure=values, classes=(["a", "b", "b"], ["a", "b"]))
    assert apart.pairs.tolist() == [[0, 0], [1, 1]]


def test_collections_are_matched_by_their_overlap() -> None:
    truths = [ag.Box(0, 0, 10, 10, "car"), ag.Box(20, 0, 30, 10, "car")]
    found = [
        ag.Box(21, 0, 31, 10, "car"),
        ag.Polygon([(0, 0), (10, 0), (10, 9), (0, 9)], "car"),
        ag.Box(50, 0, 60, 9),
    ]

    made = ag.match(found, truths)
    assert made.pairs.tolist() == [[0, 1], [1, 0]]
    assert np.allclose(made.values, [9 / 11, 0.9])
    assert len(ag.match([], truths)) == 0
    assert len(ag.match(found, np.zeros((0, 4)))) == 0


# --- keypoints --------------------------------------------------------------------------------------------------------


def slow_oks(truth: np.ndarray, found: np.ndarray, area: float) -> float:
    """COCOeval.computeOks, joint by joint."""
    total, count = 0.0, 0
    for (x, y, v), (u, w, _), sigma in zip(truth, found, COCO_SIGMAS.values(), strict=True):
        if v > 0:
            total += np.exp(-((x - u) ** 2 + (y - w) ** 2) / (2 * sigma) ** 2 / (area + np.spacing(1)) / 2)
            count += 1
    return total / count if count else 0.0


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_oks_of_arrays_and_of_poses(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truths = np.dstack([rng.uniform(0, 100, (3, 17, 2)), rng.integers(0, 3, (3, 17))])
    found = np.dstack([truths[[0, 2], :, :2] + rng.normal(0, 4, (2, 17, 2)), np.ones((2, 17))])
    areas = rng.uniform(100, 5000, 3)

    matrix = ag.oks_matrix(truths, found, areas=areas)
    for i, j in itertools.product(range(3), range(2)):
        assert np.isclose(matrix[i, j], slow_oks(truths[i], found[j], areas[i]))
    poses = [[pose(one) for one in side] for side in (truths, found)]
    assert np.allclose(ag.oks_matrix(*poses, areas=areas), matrix)
    assert np.isclose(ag.oks(poses[0][0], poses[1][0], area=areas[0]), matrix[0, 0])


def pose(rows: np.ndarray) -> ag.Pose:
    names = list(COCO_SIGMAS)
    points = [ag.Point(x, y, name) for (x, y, v), name in zip(rows.tolist(), names, strict=True) if v > 0]
    return ag.Pose("person", "coco", "1", points=points)


def test_oks_agrees_with_pycocotools() -> None:
    pytest.importorskip("pycocotools")
    from pycocotools.cocoeval import COCOeval, Params

    rng = np.random.default_rng(3)
    truth = np.dstack([rng.uniform(0, 100, (2, 17, 2)), rng.integers(0, 3, (2, 17))])
    found = np.dstack([truth[:, :, :2] + rng.normal(0, 5, (2, 17, 2)), np.ones((2, 17))])
    evaluation = COCOeval.__new__(COCOeval)
    evaluation.params = Params(iouType="keypoints")
    evaluation._gts = {
        (1, 1): [{"keypoints": t.ravel().tolist(), "area": 900.0, "bbox": [0, 0, 9, 9]} for t in truth]
    }
    evaluation._dts = {
        (1, 1): [{"keypoints": f.ravel().tolist(), "score": 1.0 - k} for k, f in enumerate(found)]
    }

    theirs = evaluation.computeOks(1, 1)  # found x truths
    assert np.allclose(ag.oks_matrix(truth, found, areas=[900.0, 900.0]).T, theirs)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ag.nms([[0, 0, 1, 1]], [1, 2]),
        lambda: ag.nms([[0, 0, 1, 1]], [np.nan]),
        lambda: ag.nms([[0, 0, 1, 1]], [1], 1.5),
        lambda: ag.nms([ag.Point(1, 1, "a")], [1]),
        lambda: ag.nms([[0, 0, 1, 1]], [1], classes=[1, 2]),
        lambda: ag.soft_nms([[0, 0, 1, 1]], [-1]),
        lambda: ag.soft_nms([[0, 0, 1, 1]], [1], sigma=0),
        lambda: ag.soft_nms([[0, 0, 1, 1]], [1], method="hard"),
        lambda: ag.match([], [], method="best"),
        lambda: ag.match([], [], measure=[[np.nan]]),
        lambda: ag.match([[0, 0, 1, 1]], [[0, 0, 1, 1]], method="greedy", scores=[1, 2]),
        lambda: ag.match([[0, 0, 1, 1]], [[0, 0, 1, 1]], classes=([1], [1, 2])),
        lambda: ag.oks_matrix(np.zeros((1, 5, 2)), np.zeros((1, 5, 2))),
        lambda: ag.oks_matrix(np.zeros((1, 17, 2)), np.zeros((1, 16, 2))),
        lambda: ag.oks_matrix([ag.Box(0, 0, 1, 1)], []),
        lambda: ag.oks_matrix([ag.Pose("a", "t", "1", points=[ag.Point(0, 0, "paw")])], []),
        lambda: ag.oks_matrix(np.zeros((1, 17, 2)), np.zeros((1, 17, 2)), sigmas=[0] * 17),
        lambda: ag.oks_matrix(np.zeros((1, 17, 2)), np.zeros((1, 17, 2)), areas=[-1]),
    ],
)
def test_what_does_not_fit_is_said(wrong: Any) -> None:
    with pytest.raises(InputError):
        wrong()
