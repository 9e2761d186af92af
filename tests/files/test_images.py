"""Pictures: sizes from headers, pixels as people see them, and what is said when there are none."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from annogeo.errors import AnnogeoError, InputError, UnsupportedError
from annogeo.files import images
from annogeo.files.headers import read_header
from annogeo.files.images import image_size, read_image
from tests.files.pictures import save_picture
from tests.shared import shared, shared_files


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_pixels_and_size_are_as_displayed(tmp_path: Path, suffix: str, orientation: int) -> None:
    path = save_picture(
        tmp_path / f"a{suffix}", orientation=orientation, **({"quality": 100} if suffix == ".jpg" else {})
    )
    with Image.open(path) as picture:
        expected = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))

    pixels = read_image(path)

    assert image_size(path) == (*expected.shape[:2], orientation)
    assert np.array_equal(pixels, expected)


def test_pixels_may_be_asked_for_as_stored(tmp_path: Path) -> None:
    path = save_picture(tmp_path / "a.png", orientation=6)

    assert read_image(path, oriented=False).shape == (6, 8, 3)


@pytest.mark.parametrize(
    ("mode", "suffix", "channels"),
    [
        ("L", ".png", 0),
        ("1", ".png", 0),
        ("LA", ".png", 4),
        ("P", ".png", 3),
        ("RGBA", ".png", 4),
        ("CMYK", ".jpg", 3),
        ("L", ".jpg", 0),
    ],
)
def test_modes_become_grey_rgb_or_rgba(tmp_path: Path, mode: str, suffix: str, channels: int) -> None:
    pixels = read_image(save_picture(tmp_path / f"a{suffix}", mode=mode))

    assert pixels.dtype == np.uint8
    assert pixels.shape == ((6, 8, channels) if channels else (6, 8))


def test_a_palette_with_transparency_becomes_rgba(tmp_path: Path) -> None:
    Image.new("P", (3, 2)).save(tmp_path / "a.png", transparency=0)

    assert read_image(tmp_path / "a.png").shape == (2, 3, 4)


def test_sixteen_bits_stay_sixteen(tmp_path: Path) -> None:
    import cv2

    grey = np.array([[0, 300], [65535, 1]], np.uint16)
    color = np.dstack([grey, grey + 1, grey + 2])
    Image.fromarray(grey).save(tmp_path / "grey.png")
    cv2.imwrite(str(tmp_path / "color.png"), color[..., ::-1])

    assert np.array_equal(read_image(tmp_path / "grey.png"), grey)
    assert np.array_equal(read_image(tmp_path / "color.png"), color)


def test_floats_are_not_supported(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0.5]], np.float32)).save(tmp_path / "a.tif")

    with pytest.raises(UnsupportedError):
        read_image(tmp_path / "a.tif")


@pytest.mark.filterwarnings("ignore")  # of Pillow, about the same thing
@pytest.mark.parametrize("part", [0, 0.01, 0.05, 0.1, 0.2, 0.5, 0.7])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", ".bmp"])
def test_a_picture_that_is_cut_off_is_an_input_error(tmp_path: Path, suffix: str, part: float) -> None:
    whole = save_picture(tmp_path / f"whole{suffix}", 60, 80).read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole[: int(part * len(whole))])

    with pytest.raises(InputError) as caught:
        read_image(cut)

    assert caught.value.path == str(cut)


@pytest.mark.parametrize("place", ["none.png", "."])
def test_what_is_not_there_is_an_input_error(tmp_path: Path, place: str) -> None:
    with pytest.raises(InputError):
        read_image(tmp_path / place)


def test_text_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("<html>not found</html>")

    with pytest.raises(InputError):
        image_size(tmp_path / "a.png")


def test_a_picture_that_claims_too_much_is_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_picture(tmp_path / "a.png")
    monkeypatch.setattr(images, "MAX_PIXELS", 40)

    with pytest.raises(InputError, match="8 x 6"):
        read_image(path)


@pytest.mark.filterwarnings("ignore")
def test_random_damage_never_raises_anything_else(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    for suffix in (".jpg", ".png", ".tif", ".gif"):
        whole = np.frombuffer(save_picture(tmp_path / f"a{suffix}", orientation=6).read_bytes(), np.uint8)
        for _ in range(60):
            damaged = whole.copy()
            damaged[rng.integers(0, min(len(damaged), 120), 3)] = rng.integers(0, 256, 3)
            (tmp_path / "b").write_bytes(damaged.tobytes())
            with contextlib.suppress(AnnogeoError):
                read_image(tmp_path / "b")


@pytest.mark.parametrize(
    "path", shared_files("data/**/*.jpg")[::25] + shared_files("data/**/*.png")[::25], ids=str
)
def test_headers_of_real_pictures_agree_with_pillow(path: Path) -> None:
    with Image.open(path) as picture:
        displayed = ImageOps.exif_transpose(picture)

    header = read_header(path)

    assert (header.width, header.height) == displayed.size


def test_a_geotiff_of_sixteen_bits_is_read() -> None:
    assert read_image(shared("data/satellite/solaris/sample_geotiff.tif")).dtype == np.uint16


def test_a_jpeg_with_padding_between_its_segments_is_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (5, 4)).save(buffer, "JPEG")
    data = buffer.getvalue()
    (tmp_path / "a.jpg").write_bytes(data[:2] + b"\xff\xff" + data[2:])

    assert image_size(tmp_path / "a.jpg") == (4, 5, 1)
