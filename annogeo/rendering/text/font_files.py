"""Which font files this machine has, and which of them to ask for a script.

Layer: rendering.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

# Wide coverage first; lower case, as files are named differently from system to system.
BROAD = (
    "notosans-regular.ttf",
    "dejavusans.ttf",
    "arial unicode.ttf",
    "segoeui.ttf",
    "freesans.ttf",
    "arial.ttf",
    "seguisym.ttf",
    "notosanssymbols-regular.ttf",
    "notosanssymbols2-regular.ttf",
    "notosanscjk-regular.ttc",
    "notosanscjksc-regular.otf",
    "msyh.ttc",
    "malgun.ttf",
    "yugothm.ttc",
    "nirmala.ttf",
    "nirmala.ttc",
    "leelawui.ttf",
    "pingfang.ttc",
    "hiragino sans gb.ttc",
    "wqy-microhei.ttc",
    "droidsansfallbackfull.ttf",
    "notoemoji-regular.ttf",
    "symbola.ttf",
    "seguiemj.ttf",
    "unifont.ttf",
)
# Fonts whose names do not tell the script, by the script's name in Unicode.
SCRIPT_FONTS: Mapping[str, tuple[str, ...]] = {
    "ARABIC": ("notonaskharabic-regular.ttf", "geezapro.ttc", "sfarabic.ttf"),
    "HEBREW": ("arialhb.ttc", "sfhebrew.ttf"),
    "DEVANAGARI": ("kohinoor.ttc", "lohit-devanagari.ttf", "mangal.ttf"),
    "BENGALI": ("kohinoorbangla.ttc", "vrinda.ttf"),
    "THAI": ("thonburi.ttc", "sukhumvitset.ttc", "garuda.ttf", "loma.ttf"),
    "MYANMAR": ("mmrtext.ttf",),
    "KHMER": ("khmerui.ttf", "khmer sangam mn.ttf"),
    "TIBETAN": ("notoseriftibetan-regular.ttf", "himalaya.ttf", "kailasa.ttc"),
    "ETHIOPIC": ("ebrima.ttf", "kefa.ttc"),
    "ARMENIAN": ("sylfaen.ttf", "mshtakan.ttc"),
}
_SUFFIXES = (".ttf", ".ttc", ".otf")
_STYLES = ("bold", "italic", "oblique", "black", "light", "thin", "mono", "condensed", "serif")


def candidates(script: str, files: Mapping[str, Path] | None = None) -> Iterator[Path]:
    """List the font files worth opening for a script, best first.

    Parameters
    ----------
    script : str
        As it begins the names of its letters in Unicode: ``"DEVANAGARI"``.
    files : mapping of file name in lower case -> path, optional
        None: those of this machine.

    Examples
    --------
    >>> fonts = {"dejavusans.ttf": Path("d"), "notosansthai-bold.ttf": Path("b"), "notosansthai-regular.ttf": Path("t")}
    >>> [path.name for path in candidates("THAI", fonts)]
    ['t', 'd', 'b']
    """
    files = system_fonts() if files is None else files
    named = [name for name in files if script and script.lower().replace("-", "") in name]
    named.sort(key=lambda name: (not name.startswith("notosans" + script.lower()), len(name), name))
    plain = [name for name in named if not any(style in name for style in _STYLES)]
    known = SCRIPT_FONTS.get(script, ())
    for name in dict.fromkeys((*plain, *known, *BROAD, *named)):
        if name in files:
            yield files[name]


@lru_cache(maxsize=1)
def system_fonts() -> Mapping[str, Path]:
    """Find the font files of this machine: file name in lower case -> path.

    Examples
    --------
    >>> all(name == path.name.lower() for name, path in system_fonts().items())
    True
    """
    found: dict[str, Path] = {}
    for folder in _folders():
        for root, folders, names in os.walk(folder):
            folders.sort()
            for name in sorted(names):
                if name.lower().endswith(_SUFFIXES):
                    found.setdefault(name.lower(), Path(root, name))
    return found


def _folders() -> list[Path]:
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        own = [Path(local, "Microsoft", "Windows", "Fonts")] if local else []
        return [Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"), *own]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    data_home = os.environ.get("XDG_DATA_HOME") or home / ".local/share"
    shared = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    return [home / ".fonts", *(Path(folder, "fonts") for folder in (data_home, *shared) if folder)]
