"""Letters: every script is drawn right, or said to be missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import ImageFont

from annogeo import Style
from annogeo.errors import InputError
from annogeo.rendering.text import Bitmap, Typesetter, fonts as font_module, typesetter
from annogeo.rendering.text.font_files import candidates, system_fonts
from annogeo.rendering.text.fonts import can_shape, open_font
from annogeo.rendering.text.typesetting import Fonts

NO_CHARACTER = "\U0010fffd"


@pytest.fixture(scope="module")
def setter() -> Typesetter:
    return Typesetter()


class Block:
    """A font that draws each letter as a block as wide as its place in the alphabet says, for a set of letters."""

    def __init__(self, letters: str, *, shapes: bool = False) -> None:
        self.letters, self.shapes = letters, shapes
        self.drawn: list[tuple[str, bool]] = []

    def has(self, characters: str) -> bool:
        return all(c in self.letters for c in characters)

    def draw(self, text: str, size_px: int, *, is_rtl: bool = False) -> Bitmap:
        self.drawn.append((text, is_rtl))
        return Bitmap(np.full((size_px, size_px * len(text)), 255, np.uint8), size_px)


LATIN = Block("abcdefghijklmnopqrstuvwxyz ?()0123456789")


def _drawn(text: str, *fonts: Block) -> Bitmap:
    for font in fonts:
        font.drawn.clear()
    return Typesetter(lambda script: fonts).draw(text, 20)


def _font_with(letters: str) -> Path:
    if not can_shape():
        pytest.skip("Pillow without raqm does not order or join letters")
    from annogeo.rendering.text.letters import clusters

    for path in candidates(clusters(letters)[0].script):
        try:
            if open_font(path).has(letters):
                return path
        except InputError:
            continue
    pytest.skip(f"no font with {letters} on this machine")


# --- plain text -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["person", "Ärger", "Привет", "Ελλάδα"])
def test_plain_text_has_ink(setter: Typesetter, text: str) -> None:
    bitmap = setter.draw(text, 20)

    assert bitmap.coverage.max() > 200
    assert bitmap.coverage.shape[1] > 20


@pytest.mark.parametrize("text", ["汽车", "くるま", "자동차", "Größe", "дорога", "שלום"])
def test_opencv_5_has_these_scripts_out_of_the_box(text: str) -> None:
    own = font_module.built_in()
    if own is None:
        pytest.skip("FontFace came with OpenCV 5")
    setter = Typesetter(lambda script: [own])

    assert not setter.draw(text, 20).missing


def test_larger_text_is_larger(setter: Typesetter) -> None:
    small, large = setter.draw("person", 10).coverage, setter.draw("person", 40).coverage

    assert large.shape[1] > 3 * small.shape[1]
    assert large.shape[0] > 3 * small.shape[0]


def test_lines_of_plain_text_are_equally_high(setter: Typesetter) -> None:
    heights = {setter.draw(text, 20).coverage.shape[0] for text in ("car", "dog", "Person", "sign.stop", "x")}

    assert len(heights) == 1


def test_parentheses_stand_close_to_what_they_hold(setter: Typesetter) -> None:
    """OpenCV 5.0 gives them twice the room they need."""
    inside, whole = (setter.draw(text, 40).coverage.shape[1] for text in ("red", "(red)"))

    assert whole - inside < 40


def test_ascii_is_never_missing(setter: Typesetter) -> None:
    assert not setter.draw("".join(map(chr, range(32, 127))), 12).missing


# --- what is no letter ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "\u200e\u200f", "\ufe0f", "\u3164"])
def test_text_without_letters_has_no_ink_and_nothing_missing(setter: Typesetter, text: str) -> None:
    bitmap = setter.draw(text, 20)

    assert not bitmap.coverage.any()
    assert not bitmap.missing


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\tb", "a\x00b", "a\u2028b", " a \u3000 b "])
def test_line_breaks_and_control_characters_become_one_space(setter: Typesetter, text: str) -> None:
    np.testing.assert_array_equal(setter.draw(text, 20).coverage, setter.draw("a b", 20).coverage)


@pytest.mark.parametrize(
    "text", ["c\u200bar", "ca\u200dr", "\ufeffcar", "car\ufe0f", "c\u00adar", "\u202ecar"]
)
def test_invisible_characters_are_not_drawn(setter: Typesetter, text: str) -> None:
    np.testing.assert_array_equal(setter.draw(text, 20).coverage, setter.draw("car", 20).coverage)


def test_composed_and_decomposed_accents_look_the_same(setter: Typesetter) -> None:
    np.testing.assert_array_equal(setter.draw("e\u0301", 20).coverage, setter.draw("é", 20).coverage)


def test_half_a_character_from_a_broken_file_is_drawn_as_something(setter: Typesetter) -> None:
    assert setter.draw("car \ud83d", 20).coverage.any()


def test_endless_text_is_cut(setter: Typesetter) -> None:
    assert setter.draw("x" * 10_000, 8).coverage.shape[1] < 10_000 * 8


@given(st.text(max_size=12))
def test_any_text_is_drawn(text: str) -> None:
    bitmap = typesetter(None).draw(text, 9)

    assert bitmap.coverage.ndim == 2
    assert bitmap.coverage.any() or not bitmap.missing


# --- what no font has -------------------------------------------------------------------------------------------


def test_character_no_font_has_is_substituted_and_named(setter: Typesetter) -> None:
    bitmap = setter.draw(f"car {NO_CHARACTER}", 20)

    assert bitmap.missing == {NO_CHARACTER}
    assert bitmap.coverage[:, -8:].any()


def test_missing_characters_are_named_each_time(setter: Typesetter) -> None:
    assert setter.draw(NO_CHARACTER, 20).missing == setter.draw(NO_CHARACTER, 20).missing == {NO_CHARACTER}


@pytest.mark.parametrize("text", ["שָׁלוֹם", "سيارة", "गाड़ी", "รถยนต์", "ကား", "x\u0302"])
def test_text_that_needs_shaping_is_never_drawn_letter_by_letter(text: str) -> None:
    plain = Block(LATIN.letters + text)

    bitmap = _drawn(text, plain)

    assert bitmap.missing
    assert not any(set(drawn) & set(text) - set("xשלום") for drawn, _ in plain.drawn)


def test_mark_that_cannot_be_placed_is_left_off_and_named() -> None:
    plain = Block(LATIN.letters + "\u0302")

    bitmap = _drawn("x\u0302", plain)

    assert bitmap.missing == {"\u0302"}
    assert plain.drawn == [("x", False)]


def test_letters_of_a_script_no_font_shapes_become_question_marks() -> None:
    bitmap = _drawn("نور", Block(LATIN.letters + "نور"))

    assert bitmap.missing == set("نور")
    assert bitmap.coverage.any()


# --- the right font for each run --------------------------------------------------------------------------------


def test_mixed_scripts_are_drawn_by_a_font_each_in_the_order_they_are_seen() -> None:
    """Defect: one font drew all of a label with Hebrew in it, and lacked the Chinese."""
    order: list[str] = []

    class Telling(Block):
        def draw(self, text: str, size_px: int, *, is_rtl: bool = False) -> Bitmap:
            order.append(text.strip())
            return Block.draw(self, text, size_px, is_rtl=is_rtl)

    latin, chinese, arabic = Telling(LATIN.letters), Telling("汽车"), Telling("سيارة ", shapes=True)

    bitmap = Typesetter(lambda script: (latin, chinese, arabic)).draw("سيارة 汽车 car", 20)

    assert not bitmap.missing
    assert [text for text in order if text] == ["汽车", "car", "سيارة"]


def test_words_of_one_script_are_not_split_between_fonts() -> None:
    first, second = Block("Vit?"), Block("Việt?")

    _drawn("Việt", first, second)

    assert not first.drawn
    assert second.drawn == [("Việt", False)]


def test_a_word_that_needs_shaping_goes_whole_to_the_font_that_has_it() -> None:
    half, whole = Block("نو", shapes=True), Block("نور ", shapes=True)

    _drawn("نور", LATIN, half, whole)

    assert whole.drawn == [("نور", True)]


def test_two_words_of_a_shaped_script_are_drawn_with_the_space_between_them() -> None:
    arabic = Block("نور ", shapes=True)

    _drawn("نور نور", LATIN, arabic)

    assert arabic.drawn == [("نور نور", True)]


def test_letters_that_only_run_the_other_way_need_no_shaping_font() -> None:
    plain = Block("שלום?")

    bitmap = _drawn("שלום", plain)

    assert not bitmap.missing
    assert plain.drawn == [("שלום", True)]


def test_hebrew_starts_at_the_right(setter: Typesetter) -> None:
    """Defect of a letter-by-letter font: the first letter of a Hebrew word came out at the left."""
    word, first = setter.draw("שלום", 40), setter.draw("ש", 40)
    if word.missing:
        pytest.skip("no font with Hebrew here")

    ink = np.flatnonzero(first.coverage.any(axis=0))
    drawn = first.coverage[:, ink[0] : ink[-1] + 1]
    end = np.flatnonzero(word.coverage.any(axis=0))[-1] + 1
    np.testing.assert_array_equal(word.coverage[:, end - drawn.shape[1] : end], drawn)


def test_arabic_letters_are_joined() -> None:
    font = open_font(_font_with("بيت"))

    word = font.draw("بيت", 60, is_rtl=True).coverage.shape[1]
    apart = sum(font.draw(c, 60, is_rtl=True).coverage.shape[1] for c in "بيت")

    assert word < 0.9 * apart


def test_devanagari_vowel_stands_before_its_consonant() -> None:
    font = open_font(_font_with("कि"))

    syllable = font.draw("कि", 60).coverage.shape[1]
    apart = font.draw("क", 60).coverage.shape[1] + font.draw("ि", 60).coverage.shape[1]

    assert syllable < apart


# --- machines ---------------------------------------------------------------------------------------------------


def test_an_opencv_without_fonts_leaves_it_to_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    """`FontFace` came with OpenCV 5."""
    import cv2

    monkeypatch.delattr(cv2, "FontFace", raising=False)

    bitmap = Typesetter().draw("person (2)", 20)

    assert bitmap.coverage.max() > 200
    assert not bitmap.missing


def test_without_any_font_file_pillow_has_latin(monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2

    monkeypatch.delattr(cv2, "FontFace", raising=False)
    monkeypatch.setattr("annogeo.rendering.text.typesetting.candidates", lambda script: iter(()))

    bitmap = Typesetter().draw("person 汽车", 20)

    assert bitmap.coverage.max() > 200
    assert bitmap.missing == set("汽车")


def test_without_raqm_what_needs_shaping_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_module, "can_shape", lambda: False)

    assert Typesetter().draw("سيارة", 20).missing == set("سيارة")
    assert Typesetter().draw("x\u0302", 20).missing == {"\u0302"}


def test_pillow_without_raqm_draws_hebrew_from_the_right(monkeypatch: pytest.MonkeyPatch) -> None:
    path = _font_with("שלום")
    monkeypatch.setattr(font_module, "can_shape", lambda: False)
    font = open_font(path)

    np.testing.assert_array_equal(font.draw("שלום", 40, is_rtl=True).coverage, font.draw("םולש", 40).coverage)


def test_threads_share_a_typesetter(setter: Typesetter) -> None:
    wanted = {k: Typesetter().draw(f"label {k}", 14).coverage for k in range(20)}
    wrong: list[int] = []

    def work() -> None:
        for k in range(20):
            if not np.array_equal(setter.draw(f"label {k}", 14).coverage, wanted[k]):
                wrong.append(k)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


# --- font files -------------------------------------------------------------------------------------------------


@pytest.fixture
def font_file(tmp_path: Path) -> Iterator[Path]:
    """A font every machine has: the one inside Pillow."""
    font = ImageFont.load_default(16)
    if not isinstance(font, ImageFont.FreeTypeFont):
        pytest.skip("Pillow without FreeType")
    path = tmp_path / "own.ttf"
    path.write_bytes(font.font_bytes if hasattr(font, "font_bytes") else font.path.getvalue())
    yield path
    typesetter.cache_clear()


def test_a_given_font_comes_first(font_file: Path) -> None:
    given = typesetter(str(font_file)).draw("person", 20).coverage

    np.testing.assert_array_equal(given, open_font(font_file).draw("person", 20).coverage)


def test_what_a_given_font_lacks_comes_from_the_others(font_file: Path) -> None:
    if font_module.built_in() is None:
        pytest.skip("FontFace came with OpenCV 5")

    assert not typesetter(str(font_file)).draw("person 汽车", 20).missing


@pytest.mark.parametrize("content", [None, b"", b"no font at all"])
def test_a_font_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "broken.ttf"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError, match=r"font: .*broken\.ttf") as caught:
        typesetter(Style(font=str(path)).font)

    assert caught.value.path == str(path)


def test_fonts_named_after_a_script_are_asked_first() -> None:
    files = {name: Path(name) for name in ("arial.ttf", "notosansthai-bold.ttf", "notosansthai-regular.ttf")}

    assert [path.name for path in candidates("THAI", files)] == [
        "notosansthai-regular.ttf",
        "arial.ttf",
        "notosansthai-bold.ttf",
    ]


def test_a_broken_font_of_the_machine_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "dejavusans.ttf"
    broken.write_bytes(b"nothing")
    monkeypatch.setattr("annogeo.rendering.text.typesetting.candidates", lambda script: iter([broken]))

    assert all(font.has("car") for font in Fonts().for_script(""))


def test_fonts_are_looked_for_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import sys

    if sys.platform in ("win32", "darwin"):
        pytest.skip("these keep fonts in one place")
    (tmp_path / "fonts" / "deep").mkdir(parents=True)
    (tmp_path / "fonts" / "deep" / "Mine.TTF").write_bytes(b"")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    system_fonts.cache_clear()

    found = system_fonts()
    system_fonts.cache_clear()

    assert found["mine.ttf"] == tmp_path / "fonts" / "deep" / "Mine.TTF"
