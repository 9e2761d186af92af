"""What importing annogeo costs: checked by what is loaded, not by seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numba", "llvmlite", "cv2", "av", "skimage", "shapely", "scipy", "PIL", "rich")


def _loaded_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import annogeo",
        "import annogeo.definitions",
        "import annogeo.model",
        "import annogeo as ag; ag.Box, ag.Polygon, ag.Annotation, ag.AnnotationCollection, ag.Ontology, ag.Item",
        "import annogeo as ag; ag.Box(0, 0, 4, 3, 'car').area",
    ],
)
def test_import_loads_no_heavy_package(code: str) -> None:
    assert not _loaded_after(code) & set(HEAVY)


def test_definitions_and_model_load_numpy_only() -> None:
    loaded = _loaded_after("import annogeo.definitions, annogeo.model")

    assert not loaded & {*HEAVY, "msgspec", "click", "isal"}


def test_import_annogeo_loads_not_even_numpy() -> None:
    assert "numpy" not in _loaded_after("import annogeo")


def test_command_line_help_loads_click_only() -> None:
    code = "import io, contextlib\nfrom annogeo.cli import main\nsys.argv = ['annogeo', '--help']\n"
    code += "with contextlib.redirect_stdout(io.StringIO()):\n    try: main()\n    except SystemExit: pass"

    loaded = _loaded_after(code)

    assert "click" in loaded
    assert not loaded & {*HEAVY, "numpy", "msgspec"}
