"""How much shapes overlap: `iou`, `ioa`, `giou`, one by one and as matrices.

A side is anything that `ops.operands` reads. Two vector shapes are compared by their exact areas, whatever canvas
there may be: a polygon is what an odd number of its rings surrounds, a cube what its drawn faces cover, an ellipse is
no polygon. With a mask on either side pixels are counted: the vector shape is filled by rule `center` on the mask's
canvas, and what lies outside of that does not count.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.ops.iou.measures import MEASURES, matrix
from annogeo.ops.iou.sides import side_of, side_of_one

FloatArray = npt.NDArray[np.float64]


def iou(a: Any, b: Any) -> float:
    """Return the intersection over union of two shapes: 0..1, 0 where neither has an area.

    Parameters
    ----------
    a, b : shape
        One each, of what `iou_matrix` takes.

    Raises
    ------
    InputError
        As `iou_matrix`, and for more than one shape.

    Examples
    --------
    >>> from annogeo.definitions import Box, Ellipse, Polygon
    >>> iou(Box(0, 0, 4, 4), Polygon([(0, 0), (4, 0), (4, 4)], "half"))
    0.5
    >>> iou(Box(0, 0, 2, 2), Box(0, 0, 2, 2, angle=45)).__round__(6)
    0.707107
    >>> iou(Box(-1, -1, 1, 1), Ellipse(0, 0, 1, 1, 0, "disc")) == np.pi / 4
    True
    """
    return _single("iou", a, b)


def iou_matrix(A: Any, B: Any) -> FloatArray:  # the contract's names
    """Return the intersection over union of every shape of A with every shape of B.

    Parameters
    ----------
    A, B : shapes
        Definitions with an area, annotations, `Rle`, dense bool masks (H, W), a collection, a list of any of these, or
        a float (n, 4) array of boxes (left, top, right, bottom). The same object twice takes half the time.

    Returns
    -------
    float64 (N, M)
        0..1; of exact areas for two vector shapes. With a mask on either side pixels are counted, the vector shape
        filled by rule `center` on the mask's canvas. 0 where neither has an area; 1 for equal shapes.

    Raises
    ------
    InputError
        For a type without an area (points, lines, classifications ...) and for two masks of different size.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> iou_matrix([Box(0, 0, 2, 2), Box(0, 0, 2, 4)], np.array([[0.0, 0.0, 2.0, 4.0]]))
    array([[0.5],
           [1. ]])
    """
    return _matrix("iou", A, B)


def ioa(a: Any, b: Any) -> float:
    """Return which part of the area of `a` lies in `b`: 0..1, 0 where `a` has none.

    Parameters
    ----------
    a, b : shape
        As for `iou`.

    Raises
    ------
    InputError
        As `iou` raises it.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> ioa(Box(0, 0, 2, 2), Box(0, 0, 9, 9)), ioa(Box(0, 0, 4, 4), Box(0, 0, 2, 2))
    (1.0, 0.25)
    """
    return _single("ioa", a, b)


def ioa_matrix(A: Any, B: Any) -> FloatArray:
    """Return which part of the area of every shape of A lies in each shape of B, float64 (N, M).

    It is COCO's measure for crowds, with the detections as A.

    Parameters
    ----------
    A, B : shapes
        As for `iou_matrix`.

    Returns
    -------
    float64 (N, M)
        0..1; 0 where the shape of A has no area.

    Raises
    ------
    InputError
        As `iou_matrix` raises it.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> ioa_matrix([Box(0, 0, 2, 2)], [Box(1, 0, 9, 9), Box(0, 0, 9, 9)])
    array([[0.5, 1. ]])
    """
    return _matrix("ioa", A, B)


def giou(a: Any, b: Any) -> float:
    """Return the generalised intersection over union of two shapes: -1..1; see `giou_matrix`.

    Parameters
    ----------
    a, b : shape
        As for `iou`.

    Raises
    ------
    InputError
        As `iou` raises it.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> giou(Box(0, 0, 1, 1), Box(3, 0, 4, 1))
    -0.5
    """
    return _single("giou", a, b)


def giou_matrix(A: Any, B: Any) -> FloatArray:
    """Return the generalised intersection over union of every shape of A with every shape of B, float64 (N, M).

    It is the IoU minus the share of the enclosing shape that neither covers (Rezatofighi et al., Generalized
    Intersection over Union, CVPR 2019). The enclosing shape is the smallest upright box for two upright boxes, as
    there, and else the smallest convex one: the convex hull of both, exact but for that of ellipses, which is taken
    from 512 points (to about 1e-5 of its area). A mask is the squares of its pixels. 0 where the hull has no area.

    Parameters
    ----------
    A, B : shapes
        As for `iou_matrix`.

    Returns
    -------
    float64 (N, M)
        -1..1.

    Raises
    ------
    InputError
        As `iou_matrix` raises it.

    Examples
    --------
    >>> from annogeo.definitions import Box, Polygon
    >>> giou_matrix([Box(0, 0, 1, 1)], [Box(1, 1, 2, 2), Polygon([(1, 1), (2, 1), (2, 2), (1, 2)], "same")]).round(6)
    array([[-0.5     , -0.333333]])
    """
    return _matrix("giou", A, B)


def _single(measure: str, a: Any, b: Any) -> float:
    first = side_of_one(a, "a")
    return float(matrix(first, first if b is a else side_of_one(b, "b"), MEASURES[measure])[0, 0])


def _matrix(measure: str, a: Any, b: Any) -> FloatArray:
    first = side_of(a, "A")
    return matrix(first, first if b is a else side_of(b, "B"), MEASURES[measure])
