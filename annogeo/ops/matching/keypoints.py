"""Object keypoint similarity (OKS): how alike two poses are, as COCO measures it. Layer: ops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Pose
from annogeo.definitions.checks import describe
from annogeo.errors import InputError
from annogeo.model import Annotation, FrameAnnotation

FloatArray = npt.NDArray[np.float64]

COCO_SIGMAS: Mapping[str, float] = {
    "nose": 0.026,
    "left_eye": 0.025,
    "right_eye": 0.025,
    "left_ear": 0.035,
    "right_ear": 0.035,
    "left_shoulder": 0.079,
    "right_shoulder": 0.079,
    "left_elbow": 0.072,
    "right_elbow": 0.072,
    "left_wrist": 0.062,
    "right_wrist": 0.062,
    "left_hip": 0.107,
    "right_hip": 0.107,
    "left_knee": 0.087,
    "right_knee": 0.087,
    "left_ankle": 0.089,
    "right_ankle": 0.089,
}
"""How far people are off, by joint, as a share of the object's size: COCO keypoint challenge, in COCO's order."""

_EPSILON = np.spacing(1.0)  # as in pycocotools, so that an object without an area divides by no zero


class _Joints(NamedTuple):
    """Poses as arrays: places (n, k, 2), which joints are there (n, k), and the areas of the objects (n,)."""

    places: FloatArray
    there: npt.NDArray[np.bool_]
    areas: FloatArray


def oks(truth: Any, found: Any, sigmas: Any = None, area: float | None = None) -> float:
    """Return the object keypoint similarity of two poses, 0 to 1; see `oks_matrix`.

    Parameters
    ----------
    truth, found : Pose or annotation, or array (k, 2) or (k, 3)
        One pose each, as for `oks_matrix`.
    sigmas : sequence of float (k,) or mapping of label -> float, optional
        As for `oks_matrix`.
    area : float, optional
        Of the truth's object in square px, 0 or more; None: the extent of its labelled joints.

    Raises
    ------
    InputError
        As `oks_matrix` raises it.

    Examples
    --------
    >>> from annogeo.definitions import Point
    >>> truth = Pose("person", "coco", "1", points=[Point(10, 10, "nose"), Point(50, 60, "left_hip")])
    >>> found = Pose("person", "coco", "2", points=[Point(10, 10, "nose"), Point(54, 63, "left_hip")])
    >>> round(oks(truth, found), 3)
    0.936
    """
    areas = None if area is None else [area]
    return float(oks_matrix(_one(truth), _one(found), sigmas, areas)[0, 0])


def oks_matrix(truths: Any, found: Any, sigmas: Any = None, areas: npt.ArrayLike | None = None) -> FloatArray:
    """Return the object keypoint similarity of every truth with every pose that was found.

    Parameters
    ----------
    truths, found : list of Pose or annotations, or array (n, k, 2) or (n, k, 3)
        Joints of poses belong together by their labels. A third column is COCO's visibility: 0 is not labelled.
    sigmas : sequence of float (k,) or mapping of label -> float, optional
        None: COCO's, by the labels, or for arrays of 17 joints in COCO's order.
    areas : float (n,), optional
        Of the truths' objects in square px, as COCO has them from masks; None: the extents of their labelled joints.

    Returns
    -------
    float64 (n, m)
        Only the joints that the truth has count; one that was not found counts as infinitely far. A truth without any
        has 0 with all.

    Raises
    ------
    InputError
        If poses are none, sigmas are missing for a joint or not positive, or shapes do not fit.

    Notes
    -----
    The mean over the truth's joints of ``exp(-d² / (2 (2 s)² a))`` with distance d, sigma s and area a: COCO keypoint
    evaluation, ``COCOeval.computeOks`` of pycocotools 2.0.

    Examples
    --------
    >>> truths = np.array([[[10.0, 10.0], [50.0, 60.0]]])
    >>> found = np.array([[[10.0, 10.0], [50.0, 60.0]], [[12.0, 10.0], [53.0, 64.0]]])
    >>> oks_matrix(truths, found, sigmas=[0.05, 0.1], areas=[2000]).round(3)
    array([[1.  , 0.88]])
    """
    left, right, deviations = _as_joints(truths, found, sigmas)
    size = left.areas if areas is None else _checked_areas(areas, len(left.places))
    distance = ((left.places[:, None] - right.places[None]) ** 2).sum(axis=3)
    variance = (2.0 * deviations) ** 2
    with np.errstate(over="ignore"):
        exponent = distance / variance / (size[:, None, None] + _EPSILON) / 2.0
    alike = np.where(right.there[None], np.exp(-exponent), 0.0)
    counted = left.there.sum(axis=1)
    total = (alike * left.there[:, None]).sum(axis=2)
    mean: FloatArray = np.divide(
        total, counted[:, None], out=np.zeros_like(total), where=counted[:, None] > 0
    )
    return mean


def _one(pose: Any) -> Any:
    array = np.asarray(pose) if isinstance(pose, np.ndarray | list | tuple) else None
    return [pose] if array is None else array[None]


def _as_joints(truths: Any, found: Any, sigmas: Any) -> tuple[_Joints, _Joints, FloatArray]:
    if isinstance(truths, np.ndarray) or isinstance(found, np.ndarray):
        left, right = _from_array(truths, "truths"), _from_array(found, "found")
        k = left.places.shape[1]
        if right.places.shape[1] != k:
            raise InputError(f"found: expected {k} joints, as the truths have, got {right.places.shape[1]}")
        if sigmas is None and k != len(COCO_SIGMAS):
            raise InputError(
                f"sigmas: expected one for each of {k} joints", hint="only COCO's 17 have known ones"
            )
        return left, right, _checked_sigmas(list(COCO_SIGMAS.values()) if sigmas is None else sigmas, k)
    mine, theirs = _poses(truths, "truths"), _poses(found, "found")
    names = list(dict.fromkeys(point.label for pose in mine for point in pose.points))
    known = COCO_SIGMAS if sigmas is None else sigmas
    if isinstance(known, Mapping):
        missing = [name for name in names if name not in known]
        if missing:
            raise InputError(
                f"sigmas: there is none for {missing[0]!r}",
                hint="give sigmas={label: deviation} for every joint",
            )
        known = [known[name] for name in names]
    return _from_poses(mine, names), _from_poses(theirs, names), _checked_sigmas(known, len(names))


def _poses(side: Any, name: str) -> list[Pose]:
    poses = []
    for k, entry in enumerate(side):
        pose = entry.annotation_definition if isinstance(entry, Annotation | FrameAnnotation) else entry
        if not isinstance(pose, Pose):
            raise InputError(f"{name}[{k}]: expected a Pose, got {describe(pose)}")
        poses.append(pose)
    return poses


def _from_poses(poses: Sequence[Pose], names: Sequence[str]) -> _Joints:
    places = np.zeros((len(poses), len(names), 2))
    there = np.zeros((len(poses), len(names)), bool)
    order = {name: k for k, name in enumerate(names)}
    for row, pose in enumerate(poses):
        for point in pose.points:
            k = order.get(point.label)
            if k is not None:
                places[row, k], there[row, k] = (point.x, point.y), True
    return _Joints(places, there, _extents(places, there))


def _from_array(given: Any, name: str) -> _Joints:
    try:
        array = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name}: expected numbers of shape (n, k, 2) or (n, k, 3)") from None
    if array.ndim != 3 or array.shape[2] not in (2, 3):
        raise InputError(f"{name}: expected shape (n, k, 2) or (n, k, 3), got {array.shape}")
    if not np.isfinite(array).all():
        at = np.argwhere(~np.isfinite(array))[0].tolist()
        raise InputError(f"{name}{at}: expected a finite number")
    there: npt.NDArray[np.bool_] = np.ones(array.shape[:2], bool)
    if array.shape[2] == 3:
        there = np.asarray(array[..., 2] > 0)
    return _Joints(array[..., :2], there, _extents(array[..., :2], there))


def _extents(places: FloatArray, there: npt.NDArray[np.bool_]) -> FloatArray:
    """Return the areas of the extents of the joints that are there."""
    inside = np.asarray(there)[..., None]
    low = np.where(inside, places, np.inf).min(axis=1, initial=np.inf)
    high = np.where(inside, places, -np.inf).max(axis=1, initial=-np.inf)
    has_any = np.asarray(there.any(axis=1))
    sides = np.where(has_any[:, None], high, 0.0) - np.where(has_any[:, None], low, 0.0)
    found: FloatArray = np.prod(sides, axis=1)
    return found


def _checked_sigmas(given: Any, k: int) -> FloatArray:
    try:
        sigmas = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise InputError(f"sigmas: expected {k} numbers") from None
    if sigmas.shape != (k,) or not (np.isfinite(sigmas).all() and (sigmas > 0).all()):
        raise InputError(f"sigmas: expected {k} numbers above 0, got {sigmas.tolist()}")
    return sigmas


def _checked_areas(given: Any, n: int) -> FloatArray:
    try:
        areas = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise InputError(f"areas: expected {n} numbers") from None
    if areas.shape != (n,) or not (np.isfinite(areas).all() and (areas >= 0).all()):
        raise InputError(f"areas: expected {n} numbers of 0 or more, got {areas.tolist()}")
    return areas
