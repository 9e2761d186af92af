"""Names from data stay inside the folder they are put in."""

from __future__ import annotations

from pathlib import Path

import pytest

from annogeo.errors import InputError
from annogeo.files.paths import safe_join, safe_relative


@pytest.mark.parametrize(
    "hostile",
    [
        "../x",
        "a/../../x",
        "a/..",
        "..",
        "//etc/passwd",
        "C:\\x",
        "C:/x",
        "c:x",
        "\\\\server\\share",
        "a\\b",
        "..\\x",
        "a\0b",
        "",
        "/",
        ".",
        "./",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(hostile: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        safe_join(tmp_path, hostile)

    assert repr(hostile) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("/a/b.jpg", "a/b.jpg"),
        ("a//b.jpg", "a/b.jpg"),
        ("./a/./b", "a/b"),
        ("...", "..."),
        ("a..b/..c", "a..b/..c"),
        ("çé/日本 🙂.png", "çé/日本 🙂.png"),
        ("/etc/x", "etc/x"),
    ],
)
def test_an_honest_name_is_kept(name: str, kept: str) -> None:
    assert safe_relative(name) == kept


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/link").symlink_to(tmp_path)

    with pytest.raises(InputError):
        safe_join(tmp_path / "out", "link/x.png")


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    (tmp_path / "out/real").mkdir(parents=True)
    (tmp_path / "out/link").symlink_to(tmp_path / "out/real")

    assert safe_join(tmp_path / "out", "link/x.png") == tmp_path / "out/link/x.png"


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert safe_join(tmp_path / "link", "x").name == "x"
