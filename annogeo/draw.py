"""The flat form everything is drawn from: `DrawList`, `Spans`.

A DrawList is a struct of arrays: operations, their rings, their points. Objects are lowered into one through
`DrawListBuilder`; training loaders build one from arrays. Layer: above kernels and rle, below definitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.style import Pen as Pen, Style as Style

if TYPE_CHECKING:
    from annogeo.rle import Rle

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class Op(IntEnum):
    """What one operation of a DrawList draws. The numbers are what kernels see."""

    FILL = 0  # the rings together, even-odd
    LINE = 1  # an open stroke along ring 0; `width` is the full stroke width in px
    LOOP = 2  # the same, closed
    ELLIPSE = 3  # filled; points: (cx, cy), (rx, ry), (angle in degrees clockwise, 0)
    ELLIPSE_LOOP = 4  # its outline of `width`
    DISC = 5  # one point; `width` is the RADIUS in px
    RUNS = 6  # rows (y, x0, x1) of `runs`, half-open


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A pose template: the names of its points, in order, and the pairs that are joined.

    Parameters
    ----------
    points : tuple of str
    edges : tuple of (int, int)
        Indices into `points`.
    """

    points: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Spans:
    """Painted rows, clipped to the canvas, in drawing order.

    Parameters
    ----------
    item : int32 (n,)
        Whose row it is.
    y, x0, x1 : int32 (n,)
        Row, first pixel, and the one after the last.
    """

    item: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]
    x0: npt.NDArray[np.int32]
    x1: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return self.item.size


_FILL_CODE = bytes([Op.FILL])
_FIELD_KINDS = tuple(
    (name, np.dtype(kind))
    for name, kind in (
        ("op", np.uint8),
        ("item", np.int32),
        ("width", np.float64),
        ("shape_offsets", np.int64),
        ("ring_offsets", np.int64),
        ("xy", np.float64),
        ("run_offsets", np.int64),
        ("runs", np.int32),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class DrawList:
    """Shapes as flat arrays, in drawing order.

    Parameters
    ----------
    op : uint8 (m,)
        `Op` codes.
    item : int32 (m,)
        Which of the `n_items` items an operation belongs to; not decreasing.
    width : float64 (m,)
        Stroke width or disc radius in px; 0 where it means nothing.
    shape_offsets : int64 (m + 1,)
        Operation i has rings ``shape_offsets[i]:shape_offsets[i + 1]``.
    ring_offsets : int64 (r + 1,)
        Ring k has points ``ring_offsets[k]:ring_offsets[k + 1]``.
    xy : float64 (p, 2)
        Points in px: x right, y down, integers are pixel corners.
    run_offsets : int64 (m + 1,)
        Operation i has rows ``run_offsets[i]:run_offsets[i + 1]`` of `runs`.
    runs : int32 (q, 3)
        y, x0, x1.
    n_items : int
        Items may have no operation at all.

    Attributes
    ----------
    only_fills : bool
        Whether every operation is a FILL.
    """

    op: npt.NDArray[np.uint8]
    item: npt.NDArray[np.int32]
    width: FloatArray
    shape_offsets: IntArray
    ring_offsets: IntArray
    xy: FloatArray
    run_offsets: IntArray
    runs: npt.NDArray[np.int32]
    n_items: int
    only_fills: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # the one form that kernels are compiled for: made once here, not looked for in every call
        for name, kind in _FIELD_KINDS:
            array = getattr(self, name)
            if array.dtype is not kind or not array.flags.carray:
                object.__setattr__(self, name, np.require(array, kind, ["C", "A", "W"]))
        codes: bytes = self.op.tobytes()  # several times as fast as numpy on a short list
        object.__setattr__(self, "only_fills", not codes.strip(_FILL_CODE))

    def __len__(self) -> int:
        return self.n_items

    @classmethod
    def from_polygons(
        cls,
        xy: npt.ArrayLike,
        ring_offsets: npt.ArrayLike,
        shape_offsets: npt.ArrayLike | None = None,
    ) -> Self:
        """Build from flat polygon arrays; each shape is one item, filled even-odd.

        Parameters
        ----------
        xy : float (p, 2)
        ring_offsets : int (r + 1,)
            Where each ring starts in `xy`; the last entry is p.
        shape_offsets : int (n + 1,), optional
            Where each shape starts in the rings; None: one ring per shape.

        Raises
        ------
        InputError
            If an offset array does not start at 0, decreases, or does not end at the length it divides, or a
            coordinate is not finite.

        Examples
        --------
        >>> square = [[0, 0], [2, 0], [2, 2], [0, 2]]
        >>> len(DrawList.from_polygons(square, [0, 4]))
        1
        >>> len(DrawList.from_polygons([], [0]))
        0
        """
        points = _points(xy)
        rings = _offsets("ring_offsets", ring_offsets, points.shape[0])
        n_rings = rings.size - 1
        shapes = (
            np.arange(n_rings + 1, dtype=np.int64)
            if shape_offsets is None
            else _offsets("shape_offsets", shape_offsets, n_rings)
        )
        n = shapes.size - 1
        return cls._of_fills(points, rings, shapes, n)

    @classmethod
    def from_boxes(cls, xyxy: npt.ArrayLike) -> Self:
        """Build from boxes; each is one item, filled.

        Parameters
        ----------
        xyxy : float (n, 4)
            left, top, right, bottom in px, finite.

        Examples
        --------
        >>> boxes = DrawList.from_boxes([[0, 0, 4, 3], [1, 1, 2, 2]])
        >>> len(boxes), boxes.op.tolist(), boxes.ring_offsets.tolist()
        (2, [0, 0], [0, 4, 8])
        """
        boxes = np.asarray(xyxy, dtype=np.float64)
        if boxes.size == 0:
            boxes = boxes.reshape(0, 4)
        if boxes.ndim != 2 or boxes.shape[1] != 4:
            raise InputError(f"xyxy: expected shape (n, 4), got {boxes.shape}")
        points = _points(boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2))
        n = boxes.shape[0]
        shapes = np.arange(n + 1, dtype=np.int64)
        return cls._of_fills(points, 4 * shapes, shapes, n)

    @classmethod
    def from_collection(cls, collection: Any, frame: int | None = None) -> Self:
        """Lower a collection's annotations, filled, in list order; one item each.

        Parameters
        ----------
        collection : AnnotationCollection, Annotation, definition, or a list of these
        frame : int, optional
            The frame of a video, interpolated between keyframes; None: each annotation's first state. For one frame
            after the other, `annogeo.SceneCursor` gives the same list in a fraction of the time.

        Examples
        --------
        >>> from annogeo.definitions import Box, Point
        >>> shapes = DrawList.from_collection([Box(0, 0, 4, 2, "car"), Point(1, 1, "nose")])
        >>> [Op(code).name for code in shapes.op]
        ['FILL', 'DISC']
        """
        from annogeo.rendering.scene import draw_list  # facade

        return draw_list(cls, collection, frame)

    def _with_points(self, xy: FloatArray) -> Self:
        """Return the same operations on other points, float64 (p, 2), without a look at them."""
        new = object.__new__(type(self))
        for name in self.__slots__:
            object.__setattr__(new, name, getattr(self, name))
        object.__setattr__(new, "xy", xy)
        return new

    def transform(self, matrix: npt.ArrayLike) -> Self:
        """Return the same shapes under a map; line widths and the radii of points stay.

        Parameters
        ----------
        matrix : (3, 3) array-like, or (2, 3)

        Raises
        ------
        InputError
            For a matrix that is not one or is singular, for masks (`annogeo.transform` moves these), and for what lies
            on or beyond the horizon of a perspective map.

        Examples
        --------
        >>> DrawList.from_boxes([[0, 0, 4, 3]]).transform([[2, 0, 1], [0, 2, 0]]).xy.tolist()
        [[1.0, 0.0], [9.0, 0.0], [9.0, 6.0], [1.0, 6.0]]
        """
        from annogeo.geometry.affine import checked_matrix, is_affine, map_points, weights
        from annogeo.geometry.mapping import map_ellipse

        checked = checked_matrix(matrix)
        if (self.op == Op.RUNS).any():
            raise InputError(
                "masks in a draw list cannot be mapped", hint="annogeo.transform() maps a collection"
            )
        xy = map_points(checked, self.xy)
        round_ones = np.flatnonzero((self.op == Op.ELLIPSE) | (self.op == Op.ELLIPSE_LOOP))
        is_point = np.ones(len(xy), bool)
        for at in self.ring_offsets[self.shape_offsets[round_ones]].tolist():
            (x, y), (rx, ry), (angle, _) = self.xy[at : at + 3].tolist()
            found = map_ellipse(checked, x, y, rx, ry, angle)
            if found is None:
                raise InputError("an ellipse lies on or beyond the horizon of the map")
            xy[at : at + 3] = found[:2], found[2:4], (found.angle, 0.0)
            is_point[at : at + 3] = False
        if not is_affine(checked) and not (weights(checked, self.xy)[is_point] > 0.0).all():
            raise InputError("a shape lies on or beyond the horizon of the map")
        return replace(self, xy=_points(xy))

    @classmethod
    def from_shapely(cls, geometries: Any) -> DrawList:
        """Build from an array of shapely Polygons and MultiPolygons; each is one item, filled.

        Parameters
        ----------
        geometries : iterable of shapely Polygon or MultiPolygon
            None and empty ones give items that draw nothing, other types an InputError. A z coordinate is dropped.

        Examples
        --------
        >>> import shapely
        >>> len(DrawList.from_shapely([shapely.box(0, 0, 4, 3), None]))
        2
        """
        from annogeo.ops.shapely_io import draw_list_of  # facade

        return draw_list_of(geometries)

    @classmethod
    def of_rings(cls, rings: Sequence[FloatArray], ring_counts: Sequence[int]) -> Self:
        """Build from rings that are known to be right; each item is filled.

        Parameters
        ----------
        rings : sequence of float64 (n, 2)
        ring_counts : sequence of int
            How many of the rings, in order, are each item's.

        Examples
        --------
        >>> ring = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
        >>> len(DrawList.of_rings([ring, ring / 2, ring], [2, 0, 1]))
        3
        """
        xy = np.concatenate(rings) if rings else np.zeros((0, 2))
        return cls._of_fills(xy, summed(map(len, rings)), summed(ring_counts), len(ring_counts))

    @classmethod
    def _of_fills(cls, xy: FloatArray, rings: IntArray, shapes: IntArray, n: int) -> Self:
        return cls(
            op=np.zeros(n, np.uint8),
            item=np.arange(n, dtype=np.int32),
            width=np.zeros(n),
            shape_offsets=shapes,
            ring_offsets=rings,
            xy=xy,
            run_offsets=np.zeros(n + 1, np.int64),
            runs=np.zeros((0, 3), np.int32),
            n_items=n,
        )


@dataclass(slots=True)
class DrawListBuilder:
    """Collects operations one item at a time: ``begin_item()``, then any number of verbs, then ``build()``.

    Parameters
    ----------
    skeletons : mapping of template id -> Skeleton
        Known pose templates.
    """

    skeletons: Mapping[str, Skeleton] = field(default_factory=dict)
    _op: bytearray = field(default_factory=bytearray)
    _item_starts: list[int] = field(default_factory=list)
    _widths: dict[int, float] = field(default_factory=dict)  # of the operations that have one
    _ring_counts: list[int] = field(default_factory=list)
    _rings: list[FloatArray] = field(default_factory=list)
    _runs: dict[int, npt.NDArray[np.int32]] = field(default_factory=dict)  # of the operations that have some

    @property
    def n_operations(self) -> int:
        """How many operations there are so far."""
        return len(self._op)

    def begin_item(self) -> None:
        """Start the next item; what follows belongs to it."""
        self._item_starts.append(len(self._op))

    def fill(self, rings: Sequence[FloatArray]) -> None:
        """Fill rings, each float64 (n, 2), together, even-odd."""
        self._op.append(0)  # Op.FILL; most operations of most scenes are fills: no further calls here
        self._ring_counts.append(len(rings))
        self._rings.extend(rings)

    def line(self, points: FloatArray, width: float) -> None:
        """Stroke an open line of points (n, 2), `width` px wide, round ends and joins."""
        self._add(Op.LINE, width, [points])

    def lines(self, xy: FloatArray, offsets: IntArray, width: float) -> None:
        """Stroke many open lines: line k has the points ``offsets[k]:offsets[k + 1]`` of `xy`."""
        start, n = len(self._op), len(offsets) - 1
        if n == 0:
            return
        self._widths.update(dict.fromkeys(range(start, start + n), width))
        self._op.extend(bytes([Op.LINE]) * n)
        self._ring_counts.extend([1] * n)
        self._rings.extend([xy[a:b] for a, b in pairwise(offsets.tolist())])

    def loop(self, points: FloatArray, width: float) -> None:
        """Stroke a closed ring of points (n, 2), `width` px wide, round joins."""
        self._add(Op.LOOP, width, [points])

    def ellipse(self, x: float, y: float, rx: float, ry: float, angle: float) -> None:
        """Fill an ellipse; `angle` in degrees, clockwise on screen."""
        self._add(Op.ELLIPSE, 0.0, [np.array([[x, y], [rx, ry], [angle, 0.0]])])

    def ellipse_loop(self, x: float, y: float, rx: float, ry: float, angle: float, width: float) -> None:
        """Stroke the outline of an ellipse, `width` px wide."""
        self._add(Op.ELLIPSE_LOOP, width, [np.array([[x, y], [rx, ry], [angle, 0.0]])])

    def disc(self, x: float, y: float, radius: float) -> None:
        """Fill a disc."""
        self._add(Op.DISC, radius, [np.array([[x, y]])])

    def runs(self, rle: Rle) -> None:
        """Paint a mask's runs; the mask's top-left pixel is the canvas's."""
        self._runs[len(self._op)] = rle.rows()
        self._add(Op.RUNS, 0.0, [])

    def append(self, other: DrawListBuilder) -> None:
        """Add the items of another builder after those of this one."""
        first = len(self._op)
        self._item_starts += [first + start for start in other._item_starts]
        self._op += other._op
        self._ring_counts += other._ring_counts
        self._rings += other._rings
        if other._widths:
            self._widths.update({first + at: width for at, width in other._widths.items()})
        if other._runs:
            self._runs.update({first + at: rows for at, rows in other._runs.items()})

    def points(self) -> FloatArray:
        """Return the points of all rings, one after the other: what the draw list will have as `xy`."""
        rings = self._rings
        if len(rings) == 1:
            return rings[0]
        return np.concatenate(rings) if rings else np.zeros((0, 2))

    def differs_in_points_only(self, other: DrawListBuilder) -> bool:
        """Whether another builder has the same operations, on rings of the same sizes."""
        return (
            self._op == other._op
            and self._item_starts == other._item_starts
            and self._ring_counts == other._ring_counts
            and self._widths == other._widths
            and list(map(len, self._rings)) == list(map(len, other._rings))
            and self._runs.keys() == other._runs.keys()
            and all(np.array_equal(rows, other._runs[at]) for at, rows in self._runs.items())
        )

    def uses(self, op: Op) -> bool:
        """Whether there is an operation of a kind."""
        return op in self._op

    def build(self) -> DrawList:
        """Return the list; the builder may go on being used."""
        op = np.frombuffer(bytearray(self._op), np.uint8)
        n_items, n = len(self._item_starts), op.size
        width = np.zeros(n)
        for at, size in self._widths.items():
            width[at] = size
        run_counts = [0] * n
        for at, rows in self._runs.items():
            run_counts[at] = len(rows)
        items = np.arange(n_items, dtype=np.int32)
        if n != n_items or self._item_starts != list(range(n)):  # not one operation each
            starts = np.array([*self._item_starts, n], np.int64)
            items = np.repeat(items, starts[1:] - starts[:-1])
        return DrawList(
            op=op,
            item=items,
            width=width,
            shape_offsets=summed(self._ring_counts),
            ring_offsets=summed(map(len, self._rings)),
            xy=np.concatenate(self._rings) if self._rings else np.zeros((0, 2)),
            run_offsets=summed(run_counts),
            runs=np.concatenate(list(self._runs.values())) if self._runs else np.zeros((0, 3), np.int32),
            n_items=n_items,
        )

    def _add(self, op: Op, width: float, rings: Sequence[FloatArray]) -> None:
        if width:
            self._widths[len(self._op)] = width
        self._op.append(op)
        self._ring_counts.append(len(rings))
        self._rings.extend(rings)


def summed(counts: Iterable[int]) -> IntArray:
    """Return the offsets of parts of these sizes."""
    return np.array([0, *accumulate(counts)], np.int64)  # on short lists several times as fast as numpy


def _points(xy: npt.ArrayLike) -> FloatArray:
    points = np.ascontiguousarray(xy, dtype=np.float64)
    if points.size == 0:
        points = points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2:
        raise InputError(f"xy: expected shape (n, 2), got {points.shape}")
    if not np.isfinite(points).all():
        row = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])
        raise InputError(f"xy[{row}]: expected finite coordinates, got {points[row].tolist()}")
    return points


def _offsets(name: str, values: npt.ArrayLike, end: int) -> IntArray:
    given = np.asarray(values)
    if given.ndim != 1 or given.size == 0 or given.dtype.kind not in "iu":
        raise InputError(f"{name}: expected integers of shape (n + 1,), got {given.dtype} {given.shape}")
    offsets = np.ascontiguousarray(given, dtype=np.int64)
    if offsets[0] != 0 or offsets[-1] != end or (offsets[1:] < offsets[:-1]).any():
        raise InputError(
            f"{name}: expected offsets rising from 0 to {end}, got {offsets[0]} .. {offsets[-1]}",
            hint="an offset array has one entry more than what it divides",
        )
    return offsets
