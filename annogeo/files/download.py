"""`download`: write one view of an annotation or a collection to a file, under the seed SDK's names and arguments.

Drawing is rendering's; this decides the path, reads the image, turns EXIF orientations there and back, and writes in
one step. Layer: files.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.atomic import write_bytes
from annogeo.codecs.platform import dumps, dumps_annotation
from annogeo.draw import Style
from annogeo.errors import InputError
from annogeo.model import Annotation
from annogeo.rendering.orientation import apply_orientation, undo_orientation
from annogeo.rendering.show import show_view
from annogeo.rendering.views import view_named

AnyArray = npt.NDArray[Any]
PathLike = str | os.PathLike[str]

_LOSSLESS = (".png", ".tif", ".tiff")  # ids and colour codes must come back as they were
_EXTENSIONS: dict[str, tuple[str, ...]] = {
    "json": (".json",),
    "vtt": (".vtt",),
    "mask": _LOSSLESS,
    "instance": _LOSSLESS,
    "object_id": _LOSSLESS,
    "overlay": (*_LOSSLESS, ".jpg", ".jpeg", ".bmp", ".webp"),
}
_TEXTS = ("json", "vtt")
_PICTURE_EXTENSIONS = _EXTENSIONS["overlay"]
_LARGEST_PIXEL = 65535
_WITHOUT_ALPHA = (".jpg", ".jpeg", ".bmp")


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What to draw and how, as `download` was asked."""

    source: Any  # AnnotationCollection | Annotation
    item: Any  # Item | None
    image_path: PathLike | None
    height: int | None
    width: int | None
    orientation: int
    options: dict[str, Any]  # keyword arguments of show_view

    @property
    def is_video(self) -> bool:
        return str(getattr(self.item, "mimetype", None) or "").startswith("video")


def download_collection(
    collection: Any,
    filepath: PathLike,
    img_filepath: PathLike | None = None,
    annotation_format: Any = "json",
    height: int | None = None,
    width: int | None = None,
    thickness: float | None = 1,
    with_text: bool = False,
    orientation: int = 0,
    alpha: float = 1.0,
    *,
    rule: str = "center",
    style: Style | None = None,
    interpolation: str = "linear",
) -> str:
    """Write one view of a collection to a file.

    Parameters
    ----------
    collection : AnnotationCollection
    filepath : path
        A file, or, without an extension, a folder: the file is then named after the item.
    img_filepath : path, optional
        The picture ``img_mask`` is drawn on, and which gives the size; None: the item's own file. Of a video item: the
        video, which every view of it needs.
    annotation_format : ViewAnnotationOptions or str
        ``json``, ``mask``, ``instance``, ``object_id``, ``img_mask`` or ``vtt``.
    height, width : int, optional
        Of the picture as displayed.
    thickness, with_text, alpha, rule, style, interpolation
        As in `show`.
    orientation : int
        The picture's EXIF orientation 1..8. Geometry is that of the displayed picture; the file has the orientation
        of the stored one. 0: the file is as displayed.

    Returns
    -------
    str
        The path written.

    Raises
    ------
    InputError
        For an extension the view cannot be written as, a missing size, image or video, ids a PNG cannot hold.

    Notes
    -----
    The views of a video item are videos, written by `annogeo.render_video`: the overlay as H.264, others losslessly.
    """
    options = {
        "thickness": thickness,
        "with_text": with_text,
        "alpha": alpha,
        "rule": rule,
        "style": style,
        "interpolation": interpolation,
    }
    item = getattr(collection, "item", None)
    drawing = _Drawing(collection, item, img_filepath, height, width, orientation, options)
    stem = _stem_of_item(item, getattr(collection, "filename", None))
    return _write(drawing, filepath, stem, annotation_format)


def download_annotation(
    annotation: Any,
    filepath: PathLike,
    annotation_format: Any = "json",
    height: int | None = None,
    width: int | None = None,
    thickness: float | None = 1,
    with_text: bool = False,
    alpha: float = 1.0,
    *,
    rule: str = "center",
    style: Style | None = None,
    interpolation: str = "linear",
) -> str:
    """Write one view of an annotation to a file; in a folder it is named after the annotation's id.

    Parameters and errors are those of `download_collection`.
    """
    options = {
        "thickness": thickness,
        "with_text": with_text,
        "alpha": alpha,
        "rule": rule,
        "style": style,
        "interpolation": interpolation,
    }
    item = getattr(annotation, "item", None)
    drawing = _Drawing(annotation, item, None, height, width, 0, options)
    return _write(drawing, filepath, _safe_stem(annotation.id), annotation_format)


def _write(drawing: _Drawing, filepath: PathLike, stem: str, annotation_format: Any) -> str:
    view = view_named(annotation_format)
    is_video = drawing.is_video and view.name not in _TEXTS
    known = _video_endings(view.name) if is_video else _EXTENSIONS[view.name]
    path = _target(Path(filepath), stem, view.name, known)
    if is_video:
        _write_video(drawing, path, view.name)
    elif view.name == "json":
        write_bytes(path, _json_bytes(drawing))
    elif view.name == "vtt":
        write_bytes(path, drawing.source.to_vtt().encode("utf-8", "surrogatepass"))
    else:
        write_bytes(path, _picture_bytes(drawing, view.name, path))
    return os.fspath(path)


def _video_endings(view_name: str) -> Sequence[str]:
    from annogeo.video.formats import endings

    return endings(lossless=view_name != "overlay")


def _write_video(drawing: _Drawing, path: Path, view_name: str) -> None:
    from annogeo.video import render_video

    source = drawing.image_path or getattr(drawing.item, "path", None)
    if source is None:
        raise InputError(f"the {view_name} view of a video needs the video", hint="pass img_filepath=")
    render_video(source, drawing.source, path, view=view_name, **drawing.options)


def _target(path: Path, stem: str, view_name: str, known: Sequence[str]) -> Path:
    """Decide the file, and that its extension suits the view."""
    suffix = path.suffix.lower()
    if not suffix:
        return path / f"{stem}{known[0]}"
    if view_name in _TEXTS and suffix not in _PICTURE_EXTENSIONS:
        return path  # any other name will do for text
    if suffix not in known:
        raise InputError(
            f"expected a file name that ends in {' or '.join(known)} for the {view_name} view, got {suffix!r}",
            path=os.fspath(path),
        )
    return path


def _json_bytes(drawing: _Drawing) -> bytes:
    if isinstance(drawing.source, Annotation):
        return dumps_annotation(drawing.source)
    return dumps(drawing.source, defaults={} if drawing.item is None else {"metadata": drawing.item.metadata})


def _picture_bytes(drawing: _Drawing, view_name: str, path: Path) -> bytes:
    image = _displayed_image(drawing, needed=view_name == "overlay")
    height, width = drawing.height, drawing.width
    if image is not None:
        height, width = image.shape[:2]
    shown = show_view(
        drawing.source,
        image if view_name == "overlay" else None,
        height=height,
        width=width,
        annotation_format=view_name,
        **drawing.options,
    )
    return _encoded(np.ascontiguousarray(undo_orientation(shown, drawing.orientation)), path)


def _displayed_image(drawing: _Drawing, *, needed: bool) -> AnyArray | None:
    """Read the picture as people see it: as its own tag says, or as the `orientation` argument does."""
    from annogeo.files.images import read_image

    source = drawing.image_path
    if source is None and needed:
        source = getattr(drawing.item, "path", None)
    if source is None:
        if needed:
            raise InputError("the img_mask view needs a picture to draw on", hint="pass img_filepath=")
        return None
    if not drawing.orientation:
        return read_image(source)
    turned = apply_orientation(read_image(source, oriented=False), drawing.orientation)
    return np.ascontiguousarray(turned)


def _encoded(pixels: AnyArray, path: Path) -> bytes:
    from annogeo.png import encode_png

    suffix = path.suffix.lower()
    if pixels.dtype not in (np.uint8, np.uint16):  # ids, of which the larger ones may lie outside the picture
        largest = int(pixels.max())
        if largest > _LARGEST_PIXEL:
            raise InputError(
                f"a picture holds ids up to {_LARGEST_PIXEL}, got {largest}",
                path=os.fspath(path),
                hint="give smaller ids, or keep the array that show() returns",
            )
        pixels = pixels.astype(np.uint16)
    if suffix == ".png":
        return encode_png(pixels)
    from PIL import Image

    if pixels.dtype == np.uint16 and (pixels.ndim == 3 or suffix not in _LOSSLESS):
        raise InputError(f"{suffix} holds 8 bits, got 16", path=os.fspath(path), hint="write a .png")
    if suffix in _WITHOUT_ALPHA and pixels.ndim == 3:
        pixels = np.ascontiguousarray(pixels[..., :3])
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, format=Image.registered_extensions()[suffix])
    return buffer.getvalue()


def _stem_of_item(item: Any, filename: Any) -> str:
    return _safe_stem(PurePosixPath(getattr(item, "filename", None) or filename or "").stem)


def _safe_stem(name: Any) -> str:
    """Make a plain file name of a name from data: no folders, no drive; `annotations` where nothing is left."""
    plain = PureWindowsPath(PurePosixPath(str(name or "")).name).name.replace("\0", "")
    return plain if plain not in ("", ".", "..") else "annotations"
