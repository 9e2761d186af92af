"""`Transformed`: what a transform gives, and how to take pictures, points and annotations there and back.

Layer: ops.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.checks import points
from annogeo.errors import InputError, Problem
from annogeo.geometry.affine import map_points
from annogeo.model import AnnotationCollection

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Transformed:
    """Transformed annotations, and the map they took.

    It unpacks as ``collection, inverse, visible = resize(...)``.

    Parameters
    ----------
    collection : AnnotationCollection
        A new one, with a new item of the new size.
    matrix, inverse : float64 (3, 3)
        From the old picture to the new one, and back.
    visible : float64 (n,)
        For each annotation that was given, the share of its area inside the new picture (of a line its length, of a
        pose its joints; of a video annotation the largest of its stored states). 1 for what has no place or is empty
        from the start, NaN for what cannot be decoded or held.
    kept : int64 (m,)
        Which of them are in `collection`, rising.
    height, width : int
        Of the new picture in px.
    problems : list of Problem
        What changed its type, got lost, or could not be mapped.
    source : (height, width) or None
        Of the old picture, where known.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> from annogeo.ops.transforms import crop
    >>> result = crop([Box(0, 0, 4, 2, "car"), Box(8, 0, 9, 2, "car")], 2, 0, 6, 6)
    >>> len(result.collection), result.visible.tolist(), result.dropped.tolist()
    (1, [0.5, 0.0], [1])
    >>> result.inverse.tolist()
    [[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """

    collection: AnnotationCollection
    matrix: FloatArray
    inverse: FloatArray
    visible: FloatArray
    kept: npt.NDArray[np.int64]
    height: int
    width: int
    problems: list[Problem]
    source: tuple[int, int] | None = None

    def __iter__(self) -> Iterator[Any]:
        return iter((self.collection, self.inverse, self.visible))

    @property
    def dropped(self) -> npt.NDArray[np.int64]:
        """Which of the annotations given are not in `collection`."""
        return np.setdiff1d(np.arange(self.visible.size), self.kept)

    def points(self, xy: npt.ArrayLike) -> FloatArray:
        """Map points (n, 2) of the old picture to the new one.

        Parameters
        ----------
        xy : float (n, 2)
            x, y in px.

        Returns
        -------
        float64 (n, 2)

        Examples
        --------
        >>> from annogeo.ops.transforms import resize
        >>> resize([], 20, 20, size=(10, 10)).points([[1, 2]]).tolist()
        [[2.0, 4.0]]
        """
        return map_points(self.matrix, points("xy", xy))

    def points_back(self, xy: npt.ArrayLike) -> FloatArray:
        """Map points (n, 2) of the new picture to the old one.

        Parameters
        ----------
        xy : float (n, 2)
            x, y in px.

        Returns
        -------
        float64 (n, 2)

        Examples
        --------
        >>> from annogeo.ops.transforms import resize
        >>> resize([], 20, 20, size=(10, 10)).points_back([[2, 4]]).tolist()
        [[1.0, 2.0]]
        """
        return map_points(self.inverse, points("xy", xy))

    def warp(self, image: npt.NDArray[Any], interpolation: str = "auto", fill: Any = 0) -> npt.NDArray[Any]:
        """Return the new picture, as the annotations lie on it.

        Flips, quarter turns, crops and padding move pixels and change none.

        Parameters
        ----------
        image : (H, W) or (H, W, C)
            The old picture.
        interpolation : {'auto', 'nearest', 'linear', 'cubic', 'area'}
            ``auto``: ``area`` where the map shrinks, else ``linear``; ``nearest`` for booleans and integers that are
            no samples (label maps: pass ``nearest`` for uint8 and uint16 ones). ``nearest`` is the rule of mapped
            masks, to the pixel.
        fill : number or sequence
            What is outside of the old picture, of all or each channel.

        Returns
        -------
        array
            (height, width) or (height, width, C), of the dtype of `image`.

        Raises
        ------
        InputError
            For a picture of another size than `source`, another interpolation, a `fill` that does not fit, or a dtype
            that takes only ``nearest``.

        Examples
        --------
        >>> from annogeo.ops.transforms import flip
        >>> flip([], size=(1, 3)).warp(np.array([[1, 2, 3]], np.uint8)).tolist()
        [[3, 2, 1]]
        """
        from annogeo.ops.transforms.pictures import warp

        if self.source is not None and np.shape(image)[:2] != self.source:
            raise InputError(
                f"image: expected {self.source[0]} x {self.source[1]} px, as the annotations have, "
                f"got shape {np.shape(image)}"
            )
        return warp(image, self.matrix, (self.height, self.width), interpolation, fill)

    def back(self, collection: Any, *, clip: bool = True, min_visible: float = 0.0) -> Transformed:
        """Map annotations of the new picture, as a model's predictions, to the old one.

        Parameters
        ----------
        collection : AnnotationCollection, annotation, definition, or a list of these
        clip, min_visible
            As for `transform`.

        Raises
        ------
        InputError
            If the size of the old picture is not known.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> from annogeo.ops.transforms import letterbox
        >>> boxed = letterbox([], 100, 100, size=(50, 200))
        >>> boxed.back([Box(0, 40, 50, 60, "car")]).collection[0].annotation_definition
        Box(left=0, top=5, right=100, bottom=45, label='car')
        """
        from annogeo.ops.transforms.operations import transform

        if self.source is None:
            raise InputError(
                "the size of the old picture is not known",
                hint="give the transform size=(height, width), or use transform(collection, result.inverse, ...)",
            )
        size = (self.height, self.width)
        return transform(
            collection, self.inverse, *self.source, size=size, clip=clip, min_visible=min_visible
        )
