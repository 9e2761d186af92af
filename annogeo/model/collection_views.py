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
            What to draw on, copied: (H, W), (H, W, 3) or (H, W, 4).
        thickness : float, optional
            Line width and point radius in px; None: 2 and 5; -1 fills.
        with_text : bool
            Write the labels.
        height, width : int, optional
            Size of a blank canvas; else the item's, else the image's.
        annotation_format : str
            ``mask`` (RGBA), ``instance``, ``object_id``, ``img_mask``.
        label_instance_dict : mapping of label -> id, optional
            For ``instance``; else the ontology's.
        color : colour, optional
            One for all.
        alpha : float
            Opacity, 0..1.
        frame_num : int, optional
            The frame of a video; None: each annotation's first state.
        rule : str
            Which pixels belong to a shape: ``center`` or ``opencv``.
        style : Style, optional
        interpolation : {'linear', 'hold'}
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
            A folder, or a file with the right extension.
        img_filepath : path, optional
            The picture, for ``img_mask``.
        annotation_format : str
            As for `show`, and ``json``.
        height, width, thickness, with_text, alpha, rule, style, interpolation
            As for `show`.
        orientation : int
            EXIF orientation of the picture, 1 to 8; 0: the picture's own.
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
            JSON keys to show; without, all but the long ones.
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
