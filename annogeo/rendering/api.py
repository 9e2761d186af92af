"""`render` and its flat-array sisters: label maps, stacks of masks, runs.

Every function takes an AnnotationCollection, a list of annotations or definitions, one annotation or one definition,
and changes none of it. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Pen, Style
from annogeo.errors import InputError
from annogeo.rendering.canvas import AnyArray, canvas_size, picture
from annogeo.rendering.edges import item_columns, item_edges
from annogeo.rendering.rasterize import item_masks
from annogeo.rendering.rules import scan
from annogeo.rendering.scene import lower, polygons_alone
from annogeo.rendering.subject import Subject, subject_of
from annogeo.rendering.views import Options, View, checked_style, run, view_named
from annogeo.rle import CocoRle, Rle
from annogeo.rle.coco import with_strings


def render(
    collection: Any,
    views: Any = ("mask",),
    *,
    height: int | None = None,
    width: int | None = None,
    image: AnyArray | None = None,
    frame: int | None = None,
    rule: str = "center",
    thickness: float | None = -1,
    alpha: float = 1.0,
    with_text: bool = False,
    style: Style | None = None,
    ids: Mapping[str, int] | None = None,
    dtype: npt.DTypeLike | None = None,
    out: AnyArray | Mapping[str, AnyArray] | None = None,
    interpolation: str = "linear",
) -> dict[str, Any]:
    """Render one or several views of annotations, all from one scan.

    Parameters
    ----------
    collection : AnnotationCollection, Annotation, definition, or a list of these
    views : str, ViewAnnotationOptions, or a sequence of these
        ``mask``, ``instance``, ``object_id``, ``overlay`` (also ``img_mask``), ``json``, ``vtt``.
    height, width : int, optional
        The canvas; without them the size of `image`, of the collection's item, or of its annotations.
    image : uint8 or uint16 (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), optional
        What the overlay is drawn on a copy of.
    frame : int, optional
        The frame of a video; stills are drawn at every frame. None: each annotation's first state.
    rule : str
        Which pixels belong to a shape: ``"center"``, ``"opencv"``, ``"coco"``, ``"pil"`` or ``"all_touched"``.
    thickness : float or None
        -1 fills, a positive number outlines, None outlines 2 px wide.
    alpha : float
        Opacity, 0..1, of the mask and overlay views.
    with_text : bool
        Write labels onto the mask and overlay views.
    style : Style, optional
    ids : mapping of label -> int, optional
        For the instance view; ``$default`` is the background. Without them the ontology's, else sorted labels from 1.
    dtype : integer dtype, optional
        Of the id views; None: the smallest of uint8, uint16, int32 that holds the largest id.
    out : array, or mapping of view name -> array, optional
        Buffers to clear and use; one array where one view is asked for.
    interpolation : {'linear', 'hold'}
        Between keyframes, as for `Annotation.at_frame`.

    Returns
    -------
    dict
        View name, spelled as asked -> array: mask uint8 (H, W, 4) RGBA, ids (H, W), overlay (H, W, 3 or 4).

    Raises
    ------
    InputError
        For an unknown view, no size, an `alpha` outside 0..1, an image or buffer that does not fit.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> views = render([Box(0, 0, 2, 1, "car")], ("instance", "mask"), height=2, width=3)
    >>> views["instance"].tolist(), views["mask"].shape
    ([[1, 1, 0], [0, 0, 0]], (2, 3, 4))
    >>> render([], "instance", height=1, width=2)["instance"].tolist()
    [[0, 0]]
    """
    asked = _asked(views)
    rows = [view_named(name) for name in asked]
    options = Options(rule, checked_alpha(alpha), with_text, checked_style(style), ids, dtype)
    subject = subject_of(collection)
    image = None if image is None else picture(image)
    if not any(view.draws for view in rows):
        size = (0, 0)  # nothing is drawn: json needs no canvas
    else:
        size = canvas_size(height, width, image, subject.known_size)
    scene = lower(subject, frame, pen=Pen.from_thickness(thickness), size=size, interpolation=interpolation)
    made = run(rows, scene, size, options, image=image, outs=_outs(out, asked, rows))
    return dict(zip(asked, made, strict=True))


def label_map(
    collection: Any,
    height: int,
    width: int,
    ids: Mapping[str, int] | None = None,
    rule: str = "center",
    dtype: npt.DTypeLike | None = None,
    out: AnyArray | None = None,
    *,
    frame: int | None = None,
) -> AnyArray:
    """Return the map of label ids, (height, width): 0 is background, later annotations lie on top.

    Parameters
    ----------
    collection : AnnotationCollection, Annotation, definition, or a list of these
    height, width : int
        In px.
    ids : mapping of label -> int, optional
        ``$default`` is the background. None: the ontology's, else sorted labels from 1.
    rule : str
        Which pixels belong to a shape: ``"center"``, ``"opencv"``, ``"coco"``, ``"pil"`` or ``"all_touched"``.
    dtype : integer dtype, optional
        None: that of `out`, else the smallest of uint8, uint16, int32 that holds the largest id.
    out : integer (height, width), optional
        Cleared, written and returned.
    frame : int, optional
        The frame of a video; None: each annotation's first state.

    Returns
    -------
    integer (height, width)

    Raises
    ------
    InputError
        For an unknown rule, a size below 1 px, ids that do not fit the dtype, or an `out` of another shape or dtype.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> label_map([Box(1, 0, 3, 1, "car")], 2, 3, ids={"car": 300}).tolist()
    [[0, 300, 300], [0, 0, 0]]
    """
    views = render(
        collection,
        "instance",
        height=height,
        width=width,
        frame=frame,
        rule=rule,
        ids=ids,
        dtype=dtype,
        out=out,
    )
    return np.asarray(views["instance"])


def object_id_map(
    collection: Any,
    height: int,
    width: int,
    rule: str = "center",
    dtype: npt.DTypeLike | None = None,
    out: AnyArray | None = None,
    *,
    frame: int | None = None,
) -> AnyArray:
    """Return the map of object ids, (height, width): 0 is background; an id that is no integer draws 0.

    Parameters
    ----------
    collection, height, width, rule, dtype, out, frame
        As for `label_map`.

    Returns
    -------
    integer (height, width)

    Raises
    ------
    InputError
        As `label_map` raises it.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> from annogeo.model import Annotation
    >>> car = Annotation.new(annotation_definition=Box(1, 0, 3, 1, "car"), object_id=7)
    >>> object_id_map(car, 1, 4).tolist()
    [[0, 7, 7, 0]]
    >>> object_id_map([], 1, 2).tolist()
    [[0, 0]]
    """
    views = render(
        collection, "object_id", height=height, width=width, frame=frame, rule=rule, dtype=dtype, out=out
    )
    return np.asarray(views["object_id"])


def mask_stack(
    collection: Any,
    height: int,
    width: int,
    rule: str = "center",
    out: npt.NDArray[np.bool_] | None = None,
    *,
    frame: int | None = None,
) -> npt.NDArray[np.bool_]:
    """Return one mask per annotation, bool (n, height, width), in list order; what draws nothing has an empty one.

    A `DrawList`, which has been lowered at a frame already, gives one per item.

    Parameters
    ----------
    collection : AnnotationCollection, Annotation, definition, a list of these, or DrawList
    height, width, rule
        As for `label_map`.
    out : bool (n, height, width), optional
        Cleared, written and returned.
    frame : int, optional
        The frame of a video; None: each annotation's first state. Without meaning for a `DrawList`.

    Returns
    -------
    bool (n, height, width)

    Raises
    ------
    InputError
        For an unknown rule, a size below 1 px, or an `out` of another shape or dtype.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> mask_stack([Box(0, 0, 2, 1, "a"), Box(0, 0, 1, 1, "b")], 1, 2).tolist()
    [[[True, True]], [[True, False]]]
    """
    drawlist, size = _filled(collection, height, width, frame)
    masks: npt.NDArray[np.bool_] = item_masks(scan(drawlist, *size, rule), drawlist.n_items, *size, out=out)
    return masks


def rles(
    collection: Any, height: int, width: int, rule: str = "center", *, frame: int | None = None
) -> list[Rle]:
    """Return one `Rle` per annotation in list order, without making pixels; of a `DrawList`, one per item.

    Their edges are parts of one array: ``Rle(rle.shape, rle.edges)`` copies those of one that is kept alone.

    Parameters
    ----------
    collection, height, width, rule, frame
        As for `mask_stack`.

    Returns
    -------
    list of Rle
        Of the shape (height, width); what draws nothing has an empty one.

    Raises
    ------
    InputError
        For an unknown rule or a size below 1 px.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> [rle.area for rle in rles([Box(0, 0, 2, 1, "a")], 4, 4)]
    [2]
    """
    drawlist, size = _filled(collection, height, width, frame)
    edges, offsets = item_edges(drawlist, *size, rule)
    return Rle.many(size, edges, offsets)


def coco_rles(
    collection: Any, height: int, width: int, rule: str = "center", *, frame: int | None = None
) -> list[CocoRle]:
    """Return one compressed COCO dict per annotation in list order: ``rle.to_coco()`` of each of `rles`, in one go.

    Rule ``"coco"`` gives what pycocotools makes of polygons, ``"center"`` the pixels that `rles` gives.

    Parameters
    ----------
    collection, height, width, rule, frame
        As for `mask_stack`.

    Returns
    -------
    list of dict
        ``size`` (height, width) and ``counts``, a str; see `Rle.to_coco`.

    Raises
    ------
    InputError
        For an unknown rule or a size below 1 px.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> coco_rles([Box(0, 0, 2, 1, "a")], 2, 2)
    [{'size': [2, 2], 'counts': '01100'}]
    """
    drawlist, size = _filled(collection, height, width, frame)
    return with_strings(*item_columns(drawlist, *size, rule), size)


def definition_mask(definition: Any, height: int, width: int, rule: str = "center") -> npt.NDArray[np.bool_]:
    """Return the pixels of one filled shape: bool (height, width)."""
    mask: npt.NDArray[np.bool_] = mask_stack(definition, height, width, rule)[0]
    return mask


def definition_rle(definition: Any, height: int, width: int, rule: str = "center") -> Rle:
    """Return the pixels of one filled shape as runs."""
    return rles(definition, height, width, rule)[0]


def checked_alpha(alpha: Any) -> float:
    """Check an opacity.

    Raises
    ------
    InputError
        If it is no number of 0..1.
    """
    is_number = isinstance(alpha, int | float | np.integer | np.floating) and not isinstance(alpha, bool)
    if not is_number or not 0 <= alpha <= 1:
        raise InputError(f"alpha: expected a number 0..1, got {alpha!r}")
    return float(alpha)


def _asked(views: Any) -> list[str]:
    names = [views] if isinstance(views, str) else views  # the enum's members are strings too
    if not isinstance(names, Iterable) or not (names := list(names)):
        raise InputError(f"views: expected a view name or a sequence of them, got {views!r}")
    return [str(name) if isinstance(name, str) else name for name in names]


def _outs(
    out: AnyArray | Mapping[str, AnyArray] | None, asked: Sequence[str], rows: Sequence[View]
) -> list[AnyArray | None]:
    if out is None:
        return [None] * len(asked)
    if isinstance(out, Mapping):
        unknown = [name for name in out if view_named(name) not in rows]
        if unknown:
            raise InputError(f"out: {unknown[0]!r} is not among the views asked for, {', '.join(asked)}")
        by_row = {view_named(name).name: array for name, array in out.items()}
        return [by_row.get(row.name) for row in rows]
    if len(asked) != 1:
        raise InputError(
            f"out: expected a mapping of view name to array for {len(asked)} views, got {type(out).__name__}"
        )
    return [out]


def _filled(collection: Any, height: int, width: int, frame: int | None) -> tuple[DrawList, tuple[int, int]]:
    """Lower what is drawn filled, an item for each annotation; a draw list is that already."""
    if isinstance(collection, DrawList):
        return collection, canvas_size(height, width, None, lambda: None)
    subject: Subject = subject_of(collection)
    size = canvas_size(height, width, None, subject.known_size)
    polygons = polygons_alone(subject, frame)
    if polygons is not None:
        return polygons, size
    return lower(subject, frame, pen=Pen(), size=size).drawlist, size
