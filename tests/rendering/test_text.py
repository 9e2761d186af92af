"""Letters: every script is drawn right, or said to be missing."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import features

from annogeo.rendering.text import Bitmap, PillowFont, Typesetter


@pytest.fixture(scope="module")
def setter() -> Typesetter:
    return Typesetter()


@pytest.mark.parametrize("text", ["person", "Ärger", "Привет", "Ελλάδα"])
def test_plain_text_has_ink(setter: Typesetter, text: str) -> None:
    bitmap = setter.draw(text, 20)

    assert bitmap.coverage.max() > 200
    assert bitmap.coverage.shape[1] > 20


def test_larger_text_is_larger(setter: Typesetter) -> None:
    small, large = setter.draw("person", 10).coverage, setter.draw("person", 40).coverage

    assert large.shape[1] > 3 * small.shape[1]
    assert large.shape[0] > 3 * small.shape[0]


def test_lines_of_plain_text_are_equally_high(setter: Typesetter) -> None:
    heights = {setter.draw(text, 20).coverage.shape[0] for text in ("car", "dog", "Person", "sign.stop", "x")}

    assert len(heights) == 1


def test_empty_text_has_no_width(setter: Typesetter) -> None:
    assert setter.draw("", 20).coverage.shape[1] == 0


def test_line_breaks_become_spaces(setter: Typesetter) -> None:
    np.testing.assert_array_equal(setter.draw("a\nb", 20).coverage, setter.draw("a b", 20).coverage)


def test_composed_and_decomposed_accents_look_the_same(setter: Typesetter) -> None:
    np.testing.assert_array_equal(setter.draw("e\u0301", 20).coverage, setter.draw("é", 20).coverage)


def test_character_no_font_has_is_substituted_and_listed() -> None:
    setter = Typesetter()

    bitmap = setter.draw("car \U0010fffd", 20)

    assert setter.missing == {"\U0010fffd"}
    assert bitmap.coverage[:, -8:].any()


def test_ascii_is_never_missing() -> None:
    setter = Typesetter()

    setter.draw("".join(map(chr, range(32, 127))), 12)

    assert not setter.missing


@pytest.mark.skipif(not features.check("raqm"), reason="Pillow without raqm does not order letters")
def test_right_to_left_text_starts_at_the_right() -> None:
    """Defect of a letter-by-letter font: the first letter of a Hebrew word came out at the left."""
    setter = Typesetter()
    if not any(font.shapes and font.has("ש") for font in setter.fonts):
        pytest.skip("no font with Hebrew here")

    word, first = setter.draw("שלום", 40).coverage, setter.draw("ש", 40).coverage

    def right_end(page: np.ndarray) -> np.ndarray:
        return page[:, : np.flatnonzero(page.any(axis=0))[-1] + 1][:, -first.shape[1] // 2 :]

    np.testing.assert_array_equal(right_end(word)[-30:], right_end(first)[-30:])


def test_text_that_needs_shaping_is_never_drawn_letter_by_letter() -> None:
    class Plain:
        shapes = False

        def has(self, character: str) -> bool:
            return True

        def draw(self, text: str, size_px: int) -> Bitmap:
            assert "ש" not in text
            return Bitmap(np.zeros((size_px, size_px * len(text)), np.uint8), size_px)

    setter = Typesetter(fonts=[Plain()])

    setter.draw("שלום", 20)

    assert setter.missing == set("שלום")


def test_without_opencv_fonts_pillow_draws() -> None:
    from PIL import ImageFont

    setter = Typesetter(fonts=[PillowFont(ImageFont.load_default(16), shapes=False)])

    assert setter.draw("person", 20).coverage.max() > 200


def test_half_a_character_from_a_broken_file_is_drawn_as_something(setter: Typesetter) -> None:
    assert setter.draw("car \ud83d", 20).coverage.any()


def test_an_opencv_without_fonts_leaves_it_to_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    """`FontFace` came with OpenCV 5."""
    import cv2

    monkeypatch.delattr(cv2, "FontFace", raising=False)

    assert Typesetter().draw("person", 20).coverage.max() > 200
