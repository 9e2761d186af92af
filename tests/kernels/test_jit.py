"""Where machine code is kept: read-only installations, cold starts side by side, foreign folders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from annogeo.kernels import _jit

ROOT = Path(__file__).resolve().parents[2]
KERNEL = """
from annogeo.kernels._jit import jit

@jit
def double(x):
    return 2 * x
"""
RUN = "import probe; print(probe.double(21)); print(type(probe.double._cache).__name__, probe.double._cache.cache_path)"
IS_OFF = pytest.mark.skipif(_jit.JIT_IS_OFF, reason="nothing is compiled")


def python(code: str, cwd: Path, **env: str) -> subprocess.Popen[str]:
    """Start a process that sees a probe module and the package, and none of the usual cache folders."""
    kept = {
        name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
    }
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={
            **kept,
            "PYTHONPATH": os.pathsep.join([str(cwd), str(ROOT)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            **env,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> list[str]:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output.split()


@pytest.fixture
def read_only_module(tmp_path: Path) -> Path:
    """A folder with a kernel, where no cache can be written next to it (also not by root)."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "probe.py").write_text(KERNEL)
    (folder / "__pycache__").write_text("a file where the folder would be")
    return folder


def no_home(tmp_path: Path) -> dict[str, str]:
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    return {"HOME": str(blocked), "XDG_CACHE_HOME": str(blocked / "cache")}


@IS_OFF
def test_without_a_writable_package_or_home_the_temporary_folder_serves(
    read_only_module: Path, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    result = finish(python(RUN, read_only_module, TMPDIR=str(scratch), **no_home(tmp_path)))

    assert result[:2] == ["42", "_KernelCache"]
    assert Path(result[2]).is_relative_to(scratch)
    assert list(scratch.rglob("*.nbc"))
    assert (next(scratch.iterdir()).stat().st_mode & 0o077) == 0


@IS_OFF
@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_prepared_temporary_folder_is_not_trusted(read_only_module: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    elsewhere = tmp_path / "elsewhere"
    scratch.mkdir()
    elsewhere.mkdir()
    os.symlink(elsewhere, scratch / f"annogeo-kernels-{os.getuid()}")

    result = finish(python(RUN, read_only_module, TMPDIR=str(scratch), **no_home(tmp_path)))

    assert result[:2] == ["42", "NullCache"]
    assert not list(elsewhere.iterdir())


@IS_OFF
def test_two_cold_processes_share_one_cache(tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text(KERNEL)
    cache = tmp_path / "cache"

    processes = [python(RUN, tmp_path, NUMBA_CACHE_DIR=str(cache)) for _ in range(2)]

    assert [finish(process)[0] for process in processes] == ["42", "42"]
    assert list(cache.rglob("*.nbc"))


@IS_OFF
def test_a_damaged_cache_is_compiled_over(tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text(KERNEL)
    cache = tmp_path / "cache"
    finish(python(RUN, tmp_path, NUMBA_CACHE_DIR=str(cache)))
    for path in cache.rglob("*.nb?"):
        path.write_bytes(path.read_bytes()[:20])

    assert finish(python(RUN, tmp_path, NUMBA_CACHE_DIR=str(cache)))[0] == "42"


@IS_OFF
def test_a_cache_that_vanishes_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text(KERNEL)
    cache = tmp_path / "cache"
    replace_by_file = f"shutil.rmtree({str(cache)!r}); open({str(cache)!r}, 'w').close()"
    code = f"import probe, shutil; {replace_by_file}; print(probe.double(21))"

    assert finish(python(code, tmp_path, NUMBA_CACHE_DIR=str(cache))) == ["42"]


def test_the_stamp_covers_every_kernel_file() -> None:
    assert len(_jit._kernel_stamp()) == 32
    assert _jit._kernel_stamp() == _jit._kernel_stamp()
