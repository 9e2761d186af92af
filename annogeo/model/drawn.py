"""`Drawn`: the seed SDK's verbs of an annotation. Facades; the work is done in rendering, files and sync.

Layer: model; imports what it delegates to inside the methods.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self

from annogeo.model.enums import ViewAnnotationOptions
from annogeo.model.platform import Platform, platform_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from annogeo.draw import Style


class Drawn:
    """Drawing, printing, and the platform verbs that need a remote item."""

    __slots__ = ()

    def show(
        self,
        image: npt.NDArray[Any] | None = None,
        thickness: float | None = None,
        with_text: bool = False,
        height: int | None = None,
        width: int | None = None,
        annotation_format: str = ViewAnnotationOptions.MASK,
        color: Any = None,
        label_instance_dict: Mapping[str, int] | None = None,
        alpha: float = 1,
        frame_num: int | None = None,
        *,
        rule: str = "center",
        style: Style | None = None,
        interpolation: str = "linear",
    ) -> npt.NDArray[np.generic]:
        """Draw the annotation and return the view as an array; `image` is not changed.

        Parameters
        ----------
        image, thickness, with_text, height, width, annotation_format, color, label_instance_dict, alpha, frame_num
            As for `AnnotationCollection.show`.
        rule, style, interpolation
            Likewise.

        Returns
        -------
        array
            As of `AnnotationCollection.show`.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> from annogeo.model import Annotation
        >>> car = Annotation.new(annotation_definition=Box(1, 0, 3, 1, "car"))
        >>> car.show(thickness=-1, height=2, width=4, color=(9, 8, 7))[0, 1].tolist()
        [9, 8, 7, 255]
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
            color=color,
            label_instance_dict=label_instance_dict,
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
        annotation_format: str = ViewAnnotationOptions.JSON,
        height: int | None = None,
        width: int | None = None,
        thickness: float | None = 1,
        with_text: bool = False,
        alpha: float = 1,
        *,
        rule: str = "center",
        style: Style | None = None,
        interpolation: str = "linear",
    ) -> str:
        """Write the view to a file and return its path.

        Parameters
        ----------
        filepath : path
            A folder, where the file is named after the annotation's id, or a file with an extension that fits the view.
        annotation_format, height, width, thickness, with_text, alpha, rule, style, interpolation
            As for `AnnotationCollection.download`.

        Returns
        -------
        str
            The path of the file.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from annogeo.definitions import Box
        >>> from annogeo.model import Annotation
        >>> car = Annotation(id="5f1", annotation_definition=Box(1, 0, 3, 1, "car"))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Path(car.download(folder)).name
        '5f1.json'
        """
        from annogeo.files.download import download_annotation

        return download_annotation(
            self,
            filepath,
            annotation_format=annotation_format,
            height=height,
            width=width,
            thickness=thickness,
            with_text=with_text,
            alpha=alpha,
            rule=rule,
            style=style,
            interpolation=interpolation,
        )

    def print(self, to_return: bool = False, columns: str | Sequence[str] | None = None) -> str | None:
        """Print the annotation as a table of one row; with `to_return`, return the text instead.

        Parameters
        ----------
        to_return : bool
        columns : str or list of str, optional
            JSON keys to show; None: all but the long ones.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> from annogeo.model import Annotation
        >>> Annotation.new(annotation_definition=Box(1, 0, 3, 1, "car")).print(columns="label")
        +----+---------+
        |    | label   |
        |----+---------|
        |  0 | car     |
        +----+---------+
        """
        from annogeo.model.table import table

        text = table([self.to_json()], columns)  # type: ignore[attr-defined]  # only Annotation mixes this in
        if to_return:
            return text
        sys.stdout.write(text + "\n")
        return None

    # --- platform verbs -------------------------------------------------------------------------------------------

    def upload(self) -> Self:
        """Create the annotation on the platform, or update it where it has an id; for items from `annogeo.sync`."""
        self._platform("upload()").upload([self])  # type: ignore[list-item]  # only Annotation mixes this in
        return self

    def update(self, system_metadata: bool = False) -> Self:
        """Send what was changed to the platform; for items from `annogeo.sync`.

        Parameters
        ----------
        system_metadata : bool
            Accepted as in the seed SDK; frames, attributes and object ids, which live there, are always sent.
        """
        self._platform("update()").update([self], system_metadata=system_metadata)  # type: ignore[list-item]
        return self

    def delete(self) -> bool:
        """Delete the annotation on the platform; for items from `annogeo.sync`."""
        self._platform("delete()").delete([self])  # type: ignore[list-item]
        return True

    def update_status(self, status: str = "issue") -> Self:
        """Set the review state on the platform; for items from `annogeo.sync`.

        Parameters
        ----------
        status : {'issue', 'review', 'approved', 'clear'}
        """
        self._platform("update_status()").update_status(self, status)  # type: ignore[arg-type]
        return self

    def _platform(self, verb: str) -> Platform:
        return platform_of(self.item, verb)  # type: ignore[attr-defined]  # Annotation has one
