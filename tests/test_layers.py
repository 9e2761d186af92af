"""The architecture as rules that run: imports point down, heavy packages load late, files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "annogeo"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Lower layers first; modules of one group may import one another.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("geometry", "kernels"),
    ("rle",),
    ("png", "draw"),
    ("definitions",),
    ("model",),
    ("rendering", "masks"),
    ("ops",),
    ("codecs",),
    ("video",),
    ("files",),
    ("batch",),
    ("sync",),
    ("cli", "__main__"),
)
LEVEL = {name: level for level, group in enumerate(LAYERS) for name in group}
# Single modules of plain values, on the level of a neighbour.
BESIDE = {
    "atomic": "errors",
    "colors": "geometry",
    "css_colors": "geometry",
    "timeline": "geometry",
    "style": "draw",
    "vtt": "codecs",
    "warming": "batch",
}
LEVEL |= {name: LEVEL[neighbour] for name, neighbour in BESIDE.items()}

# The object-style verbs: they delegate to a higher layer, inside their body and nowhere else.
FACADES: dict[str, set[str]] = {
    "draw": {"from_collection", "from_shapely"},
    "definitions.base": {"show", "to_mask", "to_rle", "validate"},
    "definitions.box": {"from_segmentation"},
    "definitions.polygon": {"from_segmentation"},
    "definitions.segmentation": {"to_box", "to_polygon"},
    "rle.exchange": {"from_png", "to_png"},
    "model.annotation": {"from_json", "to_json", "to_vtt"},
    "model.collection": {"from_json", "to_json", "from_vtt_file", "to_vtt"},
    "model.collection_views": {
        "show",
        "download",
        "from_instance_mask",
        "from_semantic_map",
        "from_panoptic",
    },
    "model.drawn": {"show", "download"},
    "model.frame_annotation": {"from_snapshot", "to_snapshot", "show"},
}

HEAVY = {
    "numba",
    "llvmlite",
    "cv2",
    "av",
    "skimage",
    "shapely",
    "PIL",
    "msgspec",
    "isal",
    "rich",
    "click",
    "scipy",
}
HEAVY_AT_HOME = {"numba": "kernels", "llvmlite": "kernels", "click": "cli"}

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
MAX_KERNEL_LINES = 120


@dataclass(frozen=True)
class Import:
    target: str
    inside: str | None  # the function it stands in
    line: int


def _imports(path: Path) -> Iterator[Import]:
    """Every import that runs: those under TYPE_CHECKING are left out."""

    def visit(node: ast.AST, inside: str | None) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if isinstance(child, ast.Import):
                yield from (Import(alias.name, inside, child.lineno) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path}:{child.lineno}: imports are absolute"
                names = [f"{child.module}.{alias.name}" for alias in child.names]
                yield from (Import(name, inside, child.lineno) for name in names)
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from visit(child, f"{inside}.{child.name}" if inside else child.name)
            elif isinstance(child, ast.ClassDef):
                yield from (
                    visit(child, f"{inside}.{child.name}" if inside else child.name)
                    if inside
                    else visit(child, None)
                )
            else:
                yield from visit(child, inside)

    yield from visit(ast.parse(path.read_text(encoding="utf-8")), None)


def _layer(dotted: str) -> str | None:
    """The layer an imported name lives in; None outside the package and for the package's own `__version__`."""
    parts = dotted.split(".")
    return parts[1] if parts[0] == "annogeo" and len(parts) > 1 and parts[1] != "__version__" else None


def _own_layer(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = _own_layer(path)
    if own == "__init__":
        return
    key = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    wrong = [
        f"line {found.line}: {found.target} (in {found.inside})"
        for found in _imports(path)
        if (layer := _layer(found.target)) is not None
        and LEVEL[layer] > LEVEL[own]
        and found.inside not in FACADES.get(key, set())
    ]
    assert not wrong, f"{key} imports from a layer above its own: {wrong}"


def test_facades_listed_exist_and_delegate_upwards() -> None:
    for key, functions in FACADES.items():
        path = PACKAGE.joinpath(*key.split(".")).with_suffix(".py")
        own = LEVEL[_own_layer(path)]
        upward = {
            found.inside
            for found in _imports(path)
            if (layer := _layer(found.target)) is not None and LEVEL[layer] > own
        }
        assert functions <= upward, f"{key}: {functions - upward} no longer import upwards; drop them here"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_packages_are_imported_where_they_are_used(path: Path) -> None:
    own = _own_layer(path)
    wrong = [
        f"line {found.line}: {found.target}"
        for found in _imports(path)
        if (root := found.target.split(".")[0]) in HEAVY
        and (found.inside is None or HEAVY_AT_HOME.get(root) is not None)
        and HEAVY_AT_HOME.get(root) != own
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_kernels_are_reached_from_inside_functions(path: Path) -> None:
    own = _own_layer(path)
    at_import = [f for f in _imports(path) if _layer(f.target) == "kernels" and f.inside is None]
    assert own == "kernels" or not at_import, at_import


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    limit = MAX_KERNEL_LINES if _own_layer(path) == "kernels" else MAX_FUNCTION_LINES
    assert len(source.splitlines()) <= MAX_FILE_LINES or _own_layer(path) == "kernels"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert length <= limit, f"{node.name}: {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path}: no module docstring"
