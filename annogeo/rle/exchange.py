"""What other tools call a mask, in and out: COCO, CVAT, Label Studio, Dataloop's PNGs. Layer: rle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self, overload

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle import coco as coco_format, cvat, label_studio
from annogeo.rle.arranging import Arranging
from annogeo.rle.checks import brief, checked_shape, checked_whole
from annogeo.rle.runs import counts_of_edges


class Exchange(Arranging):
    """The encodings of `Rle`."""

    __slots__ = ()

    @classmethod
    def from_coco(cls, coco: Mapping[str, Any]) -> Self:
        """Read a COCO run-length dict: ``size`` (height, width) and ``counts``, a compressed string or run lengths.

        Parameters
        ----------
        coco : dict
            ``size``: two integers; ``counts``: str or bytes, or integers.

        Raises
        ------
        InputError
            If the size is no pair of integers, the string is cut off or holds other characters, a run length is
            negative, or the run lengths do not add up to the size.

        Notes
        -----
        Runs go down the columns, starting with background (COCO API, maskApi.c).

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_coco({"size": [2, 3], "counts": [2, 2, 2]}).to_mask().astype(int).tolist()
        [[0, 1, 0], [0, 1, 0]]
        >>> Rle.from_coco({"size": [10**9, 10**9], "counts": [10**18]}).area
        0
        """
        return cls.trusted(*coco_format.read(coco))

    @overload
    def to_coco(self, compressed: Literal[True] = True) -> coco_format.CocoRle: ...

    @overload
    def to_coco(self, compressed: bool) -> coco_format.CocoRle | coco_format.CocoCounts: ...

    def to_coco(self, compressed: bool = True) -> coco_format.CocoRle | coco_format.CocoCounts:
        """Return the COCO dict.

        Parameters
        ----------
        compressed : bool
            With `counts` as a string, the same bytes pycocotools writes; else as a list of run lengths.

        Examples
        --------
        >>> from annogeo import Rle
        >>> mask = Rle.from_mask([[0, 1], [0, 1]])
        >>> mask.to_coco(), mask.to_coco(compressed=False)
        ({'size': [2, 2], 'counts': '22'}, {'size': [2, 2], 'counts': [2, 2]})
        """
        if not compressed:
            return coco_format.with_counts(self.edges, self.shape)
        return coco_format.with_string(self.edges, self.shape)

    @classmethod
    def from_cvat(cls, mask: Mapping[str, Any] | npt.ArrayLike, shape: tuple[int, int]) -> Self:
        """Read a CVAT mask: run lengths inside a box.

        Parameters
        ----------
        mask : mapping, or sequence of numbers
            Attributes of a ``<mask>`` element: ``rle`` (text, or numbers), ``left``, ``top``, ``width``, ``height``;
            or the ``points`` of a JSON shape: the run lengths, then left, top, right, bottom, these two included.
        shape : (int, int)
            Height and width of the image.

        Raises
        ------
        InputError
            If something is no whole number, the box is not inside the image, or the run lengths exceed the box.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_cvat([1, 3, 1, 0, 2, 1], (2, 3)).rows().tolist()
        [[0, 2, 3], [1, 1, 3]]
        >>> element = {"rle": "0, 2", "left": "1", "top": "1", "width": "2", "height": "1"}
        >>> Rle.from_cvat(element, (2, 3)).bounds.tolist()
        [1.0, 1.0, 3.0, 2.0]

        Notes
        -----
        Runs go along the rows of the box and start with background, of length 0 where its first pixel is inside
        (``cvat_sdk.masks``). Background at the end may be left out.
        """
        size = checked_shape(shape)
        edges, box, left, top = cvat.read(mask, size)
        return cls.trusted(box, edges)._moved(left, top, size)

    def to_cvat(self) -> cvat.CvatMask:
        """Return the attributes of a CVAT ``<mask>`` element, as numbers, but for `rle`, which is text.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_mask([[0, 0, 0], [0, 1, 1]]).to_cvat()
        {'rle': '0, 2', 'left': 1, 'top': 1, 'width': 2, 'height': 1}
        """
        counts, left, top, right, bottom = self._counts_in_box()
        return {
            "rle": ", ".join(map(str, counts)),
            "left": left,
            "top": top,
            "width": right - left,
            "height": bottom - top,
        }

    def to_cvat_points(self) -> list[int]:
        """Return the ``points`` of a CVAT JSON shape; of an empty mask, one pixel of background.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_mask([[0, 0, 0], [0, 1, 1]]).to_cvat_points()
        [0, 2, 1, 1, 2, 1]
        """
        counts, left, top, right, bottom = self._counts_in_box()
        return [*counts, left, top, right - 1, bottom - 1]

    @classmethod
    def from_label_studio(cls, rle: npt.ArrayLike | bytes, shape: tuple[int, int]) -> Self:
        """Read the ``rle`` of a Label Studio brush; a pixel is inside where its alpha is not 0.

        Parameters
        ----------
        rle : bytes, or sequence of int
            0..255.
        shape : (int, int)
            The result's ``original_height`` and ``original_width``.

        Raises
        ------
        InputError
            If it is cut off, or made for another size.

        Examples
        --------
        >>> from annogeo import Rle
        >>> mask = Rle.from_mask([[0, 1, 1], [1, 0, 0]])
        >>> Rle.from_label_studio(mask.to_label_studio(), (2, 3)) == mask
        True

        Notes
        -----
        The red, green, blue and alpha of all pixels, packed as @thi.ng/rle-pack does: 32 bits with how many there
        are, 5 with a value's size, four times 4 with the sizes of lengths; then blocks of one bit (a value repeated,
        or several), two with which size of length, the length, the values. Sizes and lengths are stored less one.
        """
        size = checked_shape(shape)
        return cls.trusted(size, label_studio.read(rle, size))

    def to_label_studio(self) -> list[int]:
        """Return the ``rle`` of a Label Studio brush: white and opaque inside, nothing elsewhere.

        Raises
        ------
        InputError
            If the mask has 2**30 pixels or more: their number is written in 32 bits, times four.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_mask([[1, 1]]).to_label_studio()
        [0, 0, 0, 8, 57, 27, 252, 255, 224]
        """
        return label_studio.write(self.edges, self.shape)

    @classmethod
    def from_png(cls, png: bytes | str) -> Self:
        """Read a mask PNG, as Dataloop stores them.

        Parameters
        ----------
        png : bytes or str
            The file, or its ``data:image/png;base64,`` URI as in platform JSON. A pixel is inside when its alpha is
            above 127; in files that know no transparency, when it is not black.

        Raises
        ------
        InputError
            If it is no PNG, damaged, or larger than 2**28 px.

        Examples
        --------
        >>> from annogeo import Rle
        >>> mask = Rle.from_mask([[0, 1, 1], [1, 0, 0]])
        >>> Rle.from_png(mask.to_png()) == mask
        True
        """
        from annogeo.png import decode_mask, png_of_uri

        if not isinstance(png, bytes | bytearray | str):
            raise InputError(f"png: expected bytes or a data URI, got {type(png).__name__}")
        found, _ = decode_mask(png_of_uri(png) if isinstance(png, str) else bytes(png))
        return cls.trusted(found.shape, found.edges)

    def to_png(self, color: tuple[int, int, int] = (255, 255, 255)) -> bytes:
        """Write a mask PNG: 8-bit RGBA, the colour where the mask is, all zero elsewhere.

        Parameters
        ----------
        color : (red, green, blue)
            0..255.

        Raises
        ------
        InputError
            If the mask has no pixels or more than 2**28, or the colour is none.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_mask([[0, 1]]).to_png((255, 0, 0))[:4]
        b'\\x89PNG'
        """
        from annogeo.png import encode_mask

        if not isinstance(color, tuple | list | np.ndarray) or len(color) != 3:
            raise InputError(f"color: expected (red, green, blue), got {brief(color)}")
        red, green, blue = (checked_whole(f"color[{k}]", channel, 0, 255) for k, channel in enumerate(color))
        return encode_mask(self, (red, green, blue))  # type: ignore[arg-type]  # there is only Rle

    def _counts_in_box(self) -> tuple[list[int], int, int, int, int]:
        """Return the run lengths in the mask's box, and its left, top, right and bottom (these two excluded)."""
        if not self.edges.size:
            return [1], 0, 0, 1, 1
        left, top, right, bottom = self.bounds.astype(np.int64).tolist()
        edges = self.crop(left, top, right, bottom).edges
        return counts_of_edges(edges, (bottom - top) * (right - left)).tolist(), left, top, right, bottom
