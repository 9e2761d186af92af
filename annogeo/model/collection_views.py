"""`CollectionViews`: drawing, writing and printing a collection, and making one from masks.

Facades; the work is done in rendering, files and masks. Layer: model; imports them inside the methods.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import MethodType
from typing import TYPE_CHECKING, Any

from annogeo.model.enums import ViewAnnotationOptions

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from annogeo.draw import Style


class _EitherWay:
    """A method that is called on an object, or on the class, where it starts from a new object."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type) -> Any:
        return MethodType(self._function, owner if instance is None else instance)


class CollectionViews:
    """The seed SDK's verbs of a collection that end in pixels, files or text."""

    def show(
        self,
        image: npt.NDArray[Any] | None = None,
        thickness: float | None = None,
        with_text: bool = False,
        height: int | None = None,
        width: int | None = None,
        annotation_format: str = ViewAnnotationOptions.MASK,
        label_instance_dict: Mapping[str, int] | None = None,
        color: Any = None,
        alpha: float = 1,
        frame_num: int | None = None,
        *,
        rule: str = "center",
        style: Style | None = None,
        interpolation: str = "linear",
    ) -> npt.NDArray[np.generic]:
        """Draw the annotations and return the view as an array; nothing given is changed.

        Parameters
        ----------
        image : array, optional
            What to draw on, copied: for ``mask`` and ``img_mask`` a picture (H, W), (H, W, 1), (H, W, 3) or
            (H, W, 4), uint8 or uint16; for ids a map (H, W), whose dtype is kept. Its size is the view's.
        thickness : float, optional
            Line width and point radius in px; None: 2 and 5; -1 fills.
        with_text : bool
            Write the labels; not onto id maps.
        height, width : int, optional
            Of the canvas in px where there is no image; None: the item's.
        annotation_format : str
            ``mask`` (RGBA), ``instance``, ``object_id``, ``img_mask``; ``json`` and ``vtt`` give what `to_json` and
            `to_vtt` do.
        label_instance_dict : mapping of label -> id, optional
            For ``instance``; ``$default`` is the background. None: the ontology's, else sorted labels from 1.
        color : colour, optional
            One for all: 3 or 4 values 0..255.
        alpha : float
            Opacity, 0..1, of ``mask`` and ``img_mask``.
        frame_num : int, optional
            The frame of a video; None: each annotation's first state.
        rule : str
            Which pixels belong to a shape: ``"center"``, ``"opencv"``, ``"coco"``, ``"pil"`` or ``"all_touched"``.
        style : Style, optional
        interpolation : {'linear', 'hold'}
            Between keyframes, as for `Annotation.at_frame`.

        Returns
        -------
        array
            ``mask``: (H, W, 4); ids: (H, W); ``img_mask``: the picture's channels, 3 for a grey one.

        Raises
        ------
        InputError
            For an unknown view or rule, no size, an `alpha` outside 0..1, an image that does not fit the view.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> from annogeo.model import AnnotationCollection
        >>> scene = AnnotationCollection()
        >>> scene.add(Box(1, 0, 3, 1, "car"))
        >>> ids = {"car": 5}
        >>> scene.show(thickness=-1, height=2, width=4, annotation_format="instance", label_instance_dict=ids).tolist()
        [[0, 5, 5, 0], [0, 0, 0, 0]]
        """
        from annogeo.rendering.show import show_view

        shown: npt.NDArray[np.generic] = show_view(
            self,
            image=image,
            thickness=thickness,
            with_text=with_text,
            height=height,
            width=width,
            annotation_format=annotation_format,
            label_instance_dict=label_instance_dict,
            color=color,
            alpha=alpha,
            frame_num=frame_num,
            rule=rule,
            style=style,
            interpolation=interpolation,
        )
        return shown

    def download(
        self,
        filepath: str | os.PathLike[str],
        img_filepath: str | os.PathLike[str] | None = None,
        annotation_format: str = ViewAnnotationOptions.JSON,
        height: int | None = None,
        width: int | None = None,
        thickness: float | None = 1,
        with_text: bool = False,
        orientation: int = 0,
        alpha: float = 1,
        *,
        rule: str = "center",
        style: Style | None = None,
        interpolation: str = "linear",
    ) -> str:
        """Write a view to a file and return its path.

        Parameters
        ----------
        filepath : path
            A folder, where the file is named after the item, or a file with an extension that fits the view.
        img_filepath : path, optional
            The picture, for ``img_mask``; it gives the size of other views, too. None: the item's own file. Of a video
            item the video, for all views of it.
        annotation_format : str
            As for `show`; written as JSON, text, PNG or TIFF; ``img_mask`` also as JPEG, BMP or WebP.
        height, width, thickness, with_text, alpha, rule, style, interpolation
            As for `show`.
        orientation : int
            EXIF orientation of the stored picture, 1 to 8, which the file then has too; 0: the file is as displayed.

        Returns
        -------
        str
            The path of the file.

        Raises
        ------
        InputError
            For an extension that the view cannot be written as, a missing size, picture or video, ids above 65535.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from annogeo.definitions import Box
        >>> from annogeo.model import AnnotationCollection
        >>> scene = AnnotationCollection()
        >>> scene.add(Box(1, 0, 3, 1, "car"))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     written = scene.download(folder, annotation_format="mask", height=2, width=4)
        ...     Path(written).name
        'annotations.png'
        """
        from annogeo.files.download import download_collection

        return download_collection(
            self,
            filepath,
            img_filepath,
            annotation_format,
            height,
            width,
            thickness,
            with_text,
            orientation,
            alpha,
            rule=rule,
            style=style,
            interpolation=interpolation,
        )

    def print(self, to_return: bool = False, columns: str | Sequence[str] | None = None) -> str | None:
        """Print the annotations as a table in list order; with `to_return`, return the text instead.

        Parameters
        ----------
        to_return : bool
        columns : str or list of str, optional
            JSON keys to show; None: all but the long ones.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> from annogeo.model import AnnotationCollection
        >>> scene = AnnotationCollection()
        >>> scene.add(Box(1, 0, 3, 1, "car"))
        >>> scene.print(columns=["label", "type"])
        +----+---------+--------+
        |    | label   | type   |
        |----+---------+--------|
        |  0 | car     | box    |
        +----+---------+--------+
        """
        from annogeo.model.table import table

        text = table(self.to_json()["annotations"], columns)  # type: ignore[attr-defined]  # only the collection mixes this in
        if to_return:
            return text
        sys.stdout.write(text + "\n")
        return None

    @_EitherWay
    def from_instance_mask(
        receiver: Any,
        mask: npt.ArrayLike,
        instance_map: Mapping[str, int] | None = None,
        *,
        connectivity: int = 4,
    ) -> Any:
        """Add one segmentation per label of an instance map; called on the class, to a new collection.

        Parameters
        ----------
        mask : int (H, W)
            Ids.
        instance_map : mapping of label -> id, optional
            The ontology's without one. Ids that are not in it are passed over.
        connectivity : 4 or 8
            Checked, as the other readers of masks do, and then without effect: a segmentation holds all pixels of its
            label, whether or not they belong together.

        Returns
        -------
        AnnotationCollection
            The one that was added to.
        """
        from annogeo.masks import segmentations_from_instance_mask

        collection = receiver() if isinstance(receiver, type) else receiver
        if instance_map is None:
            instance_map = getattr(collection.ontology, "instance_map", None)
        collection.add(segmentations_from_instance_mask(mask, instance_map, connectivity))
        return collection

    @_EitherWay
    def from_semantic_map(
        receiver: Any,
        semantic: npt.ArrayLike,
        ids: Mapping[str, int] | None = None,
        *,
        kind: str = "segmentation",
        parts: bool = False,
        connectivity: int = 4,
        min_area: float = 0,
    ) -> Any:
        """Add one annotation per class of a map, or one per connected part; called on the class, to a new collection.

        Parameters
        ----------
        semantic : int (H, W)
            The class of each pixel.
        ids : mapping of label -> id, optional
            The ontology's without one; without that too, labels are the ids as text and 0 is background. Classes that
            are not in it are passed over, and so is its ``$default``, the background; the annotations come in its
            order.
        kind : {'segmentation', 'polygon'}
            Masks, or their outlines: filled by rule ``center`` these have the same pixels.
        parts : bool
            An annotation for each connected part, largest first.
        connectivity : 4 or 8
            Whether pixels that meet only in a point belong to one part.
        min_area : float
            Annotations need more pixels than this.

        Returns
        -------
        AnnotationCollection
            The one that was added to; `annogeo.semantic_map` makes the map again.
        """
        from annogeo.masks import from_semantic_map

        collection = receiver() if isinstance(receiver, type) else receiver
        given = _ids_of(collection) if ids is None else ids
        shapes = from_semantic_map(
            semantic, given, kind, parts=parts, connectivity=connectivity, min_area=min_area
        )
        collection.add(shapes)
        return collection

    @_EitherWay
    def from_panoptic(
        receiver: Any,
        panoptic: npt.ArrayLike,
        segments: Any = None,
        ids: Mapping[str, int] | None = None,
        *,
        kind: str = "segmentation",
        divisor: int | None = None,
    ) -> Any:
        """Add one annotation per segment of a panoptic map; called on the class, to a new collection.

        Parameters
        ----------
        panoptic : int (H, W), uint8 (H, W, 3), or PanopticMap
            The segment of each pixel, 0 for none; or the RGB picture of COCO's PNG; or what `annogeo.panoptic_map`
            gives, with its segments.
        segments : list of dict, or COCO annotation, optional
            ``id``, ``category_id`` and perhaps ``iscrowd`` and others, which become attributes. One is needed for every
            id of the map; one without pixels makes an empty annotation. None: see `divisor`.
        ids : mapping of label -> category id, optional
            The ontology's without one; without that too, labels are the category ids as text.
        kind : {'segmentation', 'polygon'}
            Masks, or their outlines: filled by rule ``center`` these have the same pixels.
        divisor : int, optional
            Without `segments`: an id from this on is of the category ``id // divisor``, as Cityscapes has it with 1000,
            a smaller one is a category. None: the ids are categories.

        Returns
        -------
        AnnotationCollection
            The one that was added to, the segments' ids as object ids; ``annogeo.panoptic_map(...,
            segment_ids="object_id")`` makes the same map again.
        """
        from annogeo.masks import from_panoptic

        collection = receiver() if isinstance(receiver, type) else receiver
        given = _ids_of(collection) if ids is None else ids
        for number, shape in from_panoptic(panoptic, segments, given, kind, divisor=divisor):
            collection.add(shape, object_id=number)
        return collection


def _ids_of(collection: Any) -> Mapping[str, int] | None:
    """Return the ontology's label -> id map; None where nobody gave ids."""
    return getattr(collection.ontology, "instance_map", None) or None
