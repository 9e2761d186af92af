"""The transforms of whole collections: each makes one matrix and a target size, and carries them out.

`transform` documents the keywords that all of them have. Layer: ops.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.checks import integer, number
from annogeo.definitions.mapping import checked_size
from annogeo.errors import InputError
from annogeo.geometry.affine import map_points, scaling, translation, transposing, turning
from annogeo.geometry.corners import box_corners
from annogeo.model import AnnotationCollection
from annogeo.ops.transforms.carry import Options, carry_out
from annogeo.ops.transforms.plan import Size, as_collection, known_size, plan, source_size
from annogeo.ops.transforms.result import Transformed

FloatArray = npt.NDArray[np.float64]


def transform(
    collection: Any,
    matrix: npt.ArrayLike,
    height: int,
    width: int,
    *,
    size: Any = None,
    clip: bool = True,
    min_visible: float = 0.0,
    flip_pairs: Any = None,
) -> Transformed:
    """Map annotations to another picture by any affine or perspective matrix.

    Ids, labels, attributes and everything else that is no geometry stay, also in the JSON; each stored state of a video
    annotation is mapped. What the map makes of each type: `Definition.transform`.

    Parameters
    ----------
    collection : AnnotationCollection, annotation, definition, or a list of these
        Not changed.
    matrix : (3, 3) array-like, or (2, 3)
        From old to new coordinates; integers are pixel corners, pixel (0, 0) has its centre at (0.5, 0.5).
    height, width : int
        Of the new picture in px, 1 or more.
    size : (height, width), optional
        Of the picture the annotations are on, in px; None: the item's, else that of its masks.
    clip : bool
        True: cut what reaches over the border, and drop what lies wholly outside, as pictures are cut too. False:
        only map. What a cut makes of each type: `Definition.clip`. Of a video annotation with several stored states
        none is cut, as what is between them would no longer be right; it is dropped where it never comes into the
        picture.
    min_visible : float
        Drop what has a smaller share than this inside, 0..1.
    flip_pairs : pairs of joint names or indices, optional
        Which joints of poses change places in a mirror; None: those whose names say left and right; (): none.

    Returns
    -------
    Transformed
        It unpacks as ``collection, inverse, visible``.

    Raises
    ------
    InputError
        For a matrix that is not one, is singular or not finite, a size below 1 px, or a `min_visible` outside 0..1;
        in other transforms also where they need the size of the picture and nobody says it.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> collection, inverse, visible = transform([Box(0, 0, 4, 2, "car")], [[1, 0, -2], [0, 1, 0]], 10, 10)
    >>> collection[0].annotation_definition, visible.tolist()
    (Box(left=0, top=0, right=2, bottom=2, label='car'), [0.5])
    """
    given = as_collection(collection)
    return _carried(given, matrix, (height, width), known_size(given, size), clip, min_visible, flip_pairs)


def resize(
    collection: Any,
    height: int,
    width: int,
    *,
    size: Any = None,
    clip: bool = True,
    min_visible: float = 0.0,
    flip_pairs: Any = None,
) -> Transformed:
    """Stretch to another size.

    Parameters
    ----------
    collection, size, clip, min_visible, flip_pairs
        As for `transform`, and so are the errors.
    height, width : int
        The new size in px, 1 or more.

    Examples
    --------
    >>> from annogeo.definitions import Ellipse
    >>> resize([Ellipse(5, 5, 2, 2, 0, "wheel")], 10, 30, size=(10, 10)).collection[0].annotation_definition
    Ellipse(x=15, y=5, rx=6, ry=2, angle=0, label='wheel')
    """
    given = as_collection(collection)
    old, new = source_size(given, size), checked_size(height, width)
    matrix = scaling(new[1] / old[1], new[0] / old[0])
    return _carried(given, matrix, new, old, clip, min_visible, flip_pairs)


def crop(
    collection: Any,
    left: int,
    top: int,
    right: int,
    bottom: int,
    *,
    size: Any = None,
    clip: bool = True,
    min_visible: float = 0.0,
    flip_pairs: Any = None,
) -> Transformed:
    """Cut out a part, right and bottom excluded; it may reach over the picture's border.

    Parameters
    ----------
    collection, size, clip, min_visible, flip_pairs
        As for `transform`; `size` is not needed.
    left, top, right, bottom : int
        The part in px of the old picture; left < right, top < bottom. Whole numbers, negative ones too.

    Raises
    ------
    InputError
        For edges that are no whole numbers or enclose nothing, or as `transform` raises it.

    Examples
    --------
    >>> from annogeo.definitions import Point
    >>> result = crop([Point(5, 5, "in"), Point(1, 1, "out")], 4, 4, 8, 8)
    >>> [point.geo.tolist() for point in result.collection], result.kept.tolist(), result.visible.tolist()
    ([[1.0, 1.0]], [0], [1.0, 0.0])
    """
    given = as_collection(collection)
    names = ("left", "top", "right", "bottom")
    edges = [_whole(name, edge) for name, edge in zip(names, (left, top, right, bottom), strict=True)]
    if edges[2] <= edges[0] or edges[3] <= edges[1]:
        raise InputError(
            f"expected left < right and top < bottom, got {dict(zip(names, edges, strict=True))}"
        )
    new = edges[3] - edges[1], edges[2] - edges[0]
    matrix = translation(-edges[0], -edges[1])
    return _carried(given, matrix, new, known_size(given, size), clip, min_visible, flip_pairs)


def pad(
    collection: Any,
    left: int = 0,
    top: int = 0,
    right: int = 0,
    bottom: int = 0,
    *,
    size: Any = None,
    clip: bool = True,
    min_visible: float = 0.0,
    flip_pairs: Any = None,
) -> Transformed:
    """Add pixels at the borders; negative numbers take some away.

    Parameters
    ----------
    collection, size, clip, min_visible, flip_pairs
        As for `transform`.
    left, top, right, bottom : int
        How many px to add at each border. Whole numbers.

    Raises
    ------
    InputError
        If the size of the picture is not known, nothing would be left, or as `transform` raises it.

    Examples
    --------
    >>> from annogeo.definitions import Point
    >>> result = pad([Point(1, 1, "nose")], left=2, bottom=3, size=(10, 10))
    >>> result.collection[0].geo.tolist(), (result.height, result.width)
    ([3.0, 1.0], (13, 12))
    """
    given = as_collection(collection)
    old = source_size(given, size)
    names = ("left", "top", "right", "bottom")
    added = [_whole(name, edge) for name, edge in zip(names, (left, top, right, bottom), strict=True)]
    new = old[0] + added[1] + added[3], old[1] + added[0] + added[2]
    matrix = translation(added[0], added[1])
    return _carried(given, matrix, new, old, clip, min_visible, flip_pairs)


def flip(
    collection: Any,
    horizontal: Any = None,
    vertical: Any = None,
    *,
    size: Any = None,
    clip: bool = True,
    min_visible: float = 0.0,
    flip_pairs: Any = None,
) -> Transformed:
    """Mirror: left to right, unless only `vertical` is asked for.

    Joints of poses called left change places with those called right. A turned box gets the negative angle.

    Parameters
    ----------
    collection, size, clip, min_visible, flip_pairs
        As for `transform`.
    horizontal : bool or {'horizontal', 'vertical', 'both'}, optional
        Left becomes right. None: where `vertical` is not given.
    vertical : bool, optional
        Top becomes bottom.

    Raises
    ------
    InputError
        If the size of the picture is not known, `horizontal` is another word, or as `transform` raises it.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> flip([Box(2, 4, 6, 6, "car", angle=30)], size=(10, 10)).collection[0].annotation_definition
    Box(left=4, top=4, right=8, bottom=6, label='car', angle=-30)
    """
    if isinstance(horizontal, str):
        if horizontal not in ("horizontal", "vertical", "both") or vertical is not None:
            raise InputError(
                f"horizontal: expected a bool, 'horizontal', 'vertical' or 'both', got {horizontal!r}"
            )
        horizontal, vertical = horizontal != "vertical", horizontal != "horizontal"
    if horizontal is None:
        horizontal = not vertical
    given = as_collection(collection)
    old = source_size(given, size)
    matrix = np.eye(3)
    if horizontal:
        matrix = translation(old[1], 0, scaling(-1, 1, matrix))
    if vertical:
        matrix = translation(0, old[0], scaling(1, -1, matrix))
    return _carried(given, matrix, old, old, clip, min_visible, flip_pairs)


def rotate90(
    collection: Any,
    k: int = 1,
    *,
    size: Any = None,
    clip: bool = True,
    min_visible: float = 0.0,
    flip_pairs: Any = None,
) -> Transformed:
    """Turn by k quarter turns **counter-clockwise**, as ``numpy.rot90`` turns the picture; -1 is clockwise.

    Parameters
    ----------
    collection, size, clip, min_visible, flip_pairs
        As for `transform`, and so are the errors.
    k : int
        Quarter turns; any whole number.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> result = rotate90([Box(0, 0, 4, 2, "car")], size=(10, 20))
    >>> result.collection[0].annotation_definition, (result.height, result.width)
    (Box(left=0, top=16, right=2, bottom=20, label='car'), (20, 10))
    """
    quarters = integer("k", k) % 4
    given = as_collection(collection)
    old = source_size(given, size)
    new = old if quarters % 2 == 0 else old[::-1]
    matrix = _about_centre(-90.0 * quarters, old, new)
    return _carried(given, matrix, new, old, clip, min_visible, flip_pairs)


def rotate(
    collection: Any,
    degrees: float,
    expand: bool = False,
    *,
    size: Any = None,
    clip: bool = True,
    min_visible: float = 0.0,
    flip_pairs: Any = None,
) -> Transformed:
    """Turn about the picture's centre, **clockwise** on screen; `expand` makes room for all of the picture.

    Parameters
    ----------
    collection, size, clip, min_visible, flip_pairs
        As for `transform`, and so are the errors.
    degrees : float
        Clockwise on screen.
    expand : bool
        False: the size stays, and corners are cut off. True: the smallest whole size that all of the picture fits into.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> rotate([Box(2, 4, 8, 6, "car")], 30, size=(10, 10)).collection[0].annotation_definition
    Box(left=2, top=4, right=8, bottom=6, label='car', angle=30)
    """
    angle = number("degrees", degrees)
    given = as_collection(collection)
    old = new = source_size(given, size)
    if expand:
        corners = map_points(turning(angle), box_corners(0.0, 0.0, float(old[1]), float(old[0])))
        wide, high = np.ceil(np.ptp(corners, axis=0) - 1e-9).astype(int).tolist()
        new = high, wide
    matrix = _about_centre(angle, old, new)
    return _carried(given, matrix, new, old, clip, min_visible, flip_pairs)


def letterbox(
    collection: Any,
    height: int,
    width: int,
    *,
    size: Any = None,
    clip: bool = True,
    min_visible: float = 0.0,
    flip_pairs: Any = None,
) -> Transformed:
    """Fit into another size: one scale for both directions, in the middle, the rest padded on both sides.

    Nothing is rounded: scale ``s = min(height / h, width / w)``, offsets ``(width - s w) / 2`` and
    ``(height - s h) / 2``. `Transformed.back` maps a model's predictions to the original.

    Parameters
    ----------
    collection, size, clip, min_visible, flip_pairs
        As for `transform`, and so are the errors.
    height, width : int
        The new size in px, 1 or more.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> letterbox([Box(0, 0, 200, 50, "car")], 100, 100, size=(50, 200)).collection[0].annotation_definition
    Box(left=0, top=37.5, right=100, bottom=62.5, label='car')
    """
    given = as_collection(collection)
    old, new = source_size(given, size), checked_size(height, width)
    scale = min(new[0] / old[0], new[1] / old[1])
    matrix = translation((new[1] - scale * old[1]) / 2, (new[0] - scale * old[0]) / 2, scaling(scale, scale))
    return _carried(given, matrix, new, old, clip, min_visible, flip_pairs)


def apply_exif(
    collection: Any,
    orientation: int | None = None,
    *,
    size: Any = None,
    clip: bool = True,
    min_visible: float = 0.0,
    flip_pairs: Any = None,
) -> Transformed:
    """Turn annotations of a stored picture so that they lie on the displayed one.

    Parameters
    ----------
    collection : AnnotationCollection, annotation, definition, or a list of these
        In the coordinates of the picture as it is stored.
    orientation : int, optional
        The EXIF tag, 1..8; 0 (no tag) counts as 1. None: the item's.
    size : (height, width), optional
        Of the stored picture. An item states the displayed size; it is swapped back where the item says that its
        picture is displayed on its side.
    clip, min_visible, flip_pairs
        As for `transform`.

    Raises
    ------
    InputError
        If the size of the picture is not known, the orientation is none, or as `transform` raises it.

    Notes
    -----
    EXIF 2.3, tag 0x0112; the same as Pillow's ``ImageOps.exif_transpose``.

    Examples
    --------
    >>> from annogeo.definitions import Point
    >>> result = apply_exif([Point(0, 0, "first")], 6, size=(2, 3))
    >>> result.collection[0].geo.tolist(), (result.height, result.width)
    ([2.0, 0.0], (3, 2))
    """
    given = as_collection(collection)
    own = getattr(given.item, "orientation", 1)
    tag = own if orientation is None else integer("orientation", orientation)
    if not 0 <= tag <= 8:
        raise InputError(f"orientation: expected an EXIF orientation 1..8 (0: none), got {orientation!r}")
    old = source_size(given, size)
    if size is None and own >= 5:
        old = old[::-1]
    height, width = old
    # 5 to 8 are 4, 1, 2 and 3 after rows and columns were swapped: rows then run along the old columns
    is_turned = tag >= 5
    matrix = transposing() if is_turned else np.eye(3)
    new = (width, height) if is_turned else old
    if tag in (2, 3, 6, 7):
        matrix = translation(new[1], 0, scaling(-1, 1, matrix))
    if tag in (3, 4, 7, 8):
        matrix = translation(0, new[0], scaling(1, -1, matrix))
    return _carried(given, matrix, new, old, clip, min_visible, flip_pairs)


def clip(
    collection: Any,
    height: int | None = None,
    width: int | None = None,
    *,
    size: Any = None,
    min_visible: float = 0.0,
) -> Transformed:
    """Cut annotations to an image, the item's where no size is given, and drop what lies outside.

    Parameters
    ----------
    collection, min_visible
        As for `transform`, and so are the errors.
    height, width : int, optional
        Of the image in px; None: that of `size`.
    size : (height, width), optional
        Of the picture the annotations are on, as for `transform`.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> clip([Box(-2, 0, 4, 2, "car"), Box(20, 20, 30, 30, "bus")], 10, 10).kept.tolist()
    [0]
    """
    given = as_collection(collection)
    old = known_size(given, size)
    if height is None or width is None:
        high, wide = source_size(given, size)
        height, width = high if height is None else height, wide if width is None else width
    return _carried(given, np.eye(3), (height, width), old, True, min_visible, None)


def _carried(
    collection: AnnotationCollection,
    matrix: npt.ArrayLike,
    target: tuple[Any, Any],
    source: Size | None,
    clip: Any,
    min_visible: Any,
    flip_pairs: Any,
) -> Transformed:
    options = Options.checked(clip, min_visible, flip_pairs)
    return carry_out(collection, plan(matrix, checked_size(*target), source), options)


def _about_centre(degrees: float, old: Size, new: Size) -> FloatArray:
    """Return the map that turns, clockwise, and takes one picture's centre to the other's."""
    centred = translation(-old[1] / 2, -old[0] / 2)
    return translation(new[1] / 2, new[0] / 2, turning(math.fmod(degrees, 360.0), centred))


def _whole(name: str, value: Any) -> int:
    found = number(name, value)
    if not found.is_integer():
        raise InputError(
            f"{name}: expected whole pixels, got {value!r}",
            hint="transform() takes a matrix that moves by parts of a pixel",
        )
    return int(found)
