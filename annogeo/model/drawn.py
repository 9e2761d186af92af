"""`Drawn`: the seed SDK's verbs of an annotation. Facades; the work is done in rendering, files and sync.

Layer: model; imports what it delegates to inside the methods.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

from annogeo.errors import UnsupportedError
from annogeo.model.enums import ViewAnnotationOptions

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

        Parameters are those of `AnnotationCollection.show`.
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

        Parameters are those of `AnnotationCollection.download`.
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
            JSON keys to show.
        """
        from annogeo.model.table import table

        text = table([self.to_json()], columns)  # type: ignore[attr-defined]  # only Annotation mixes this in
        if to_return:
            return text
        sys.stdout.write(text + "\n")
        return None

    def upload(self) -> NoReturn:
        """Create the annotation on the platform; only for items from `annogeo.sync`."""
        raise needs_remote("upload()")

    def update(self, system_metadata: bool = False) -> NoReturn:
        """Send changes to the platform; only for items from `annogeo.sync`."""
        raise needs_remote("update()")

    def delete(self) -> NoReturn:
        """Delete the annotation on the platform; only for items from `annogeo.sync`."""
        raise needs_remote("delete()")

    def update_status(self, status: str = "issue") -> NoReturn:
        """Set the review state on the platform; only for items from `annogeo.sync`."""
        raise needs_remote("update_status()")


def needs_remote(verb: str) -> UnsupportedError:
    """Return the error of a verb that talks to the platform."""
    return UnsupportedError(
        f"{verb} talks to the platform, and this item is local",
        hint="get the item from annogeo.sync, or write to_json() to a file",
    )
