"""What a run loads: nothing that plain label maps on one worker do without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from annogeo.kernels._jit import JIT_IS_OFF
from tests.cli.datasets import make_dataset

SPARED = (
    "scipy.linalg",
    "PIL",
    "cv2",
    "skimage",
    "shapely",
    "av",
    "rich",
    "asyncio",
    "concurrent.futures.process",
)


@pytest.mark.skipif(JIT_IS_OFF, reason="nothing is compiled")
def test_a_warm_start_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    source = make_dataset(tmp_path / "in")
    arguments = [
        "annogeo",
        "render",
        str(source),
        str(tmp_path / "out"),
        "--view",
        "mask,instance",
        "--workers",
        "1",
    ]
    script = f"import sys; sys.argv = {arguments}\nfrom annogeo.cli import main\n"
    script += "try: main()\nexcept SystemExit: pass\nprint(*sys.modules)"

    for _ in range(2):  # the first may have to compile
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert not set(done.stdout.split()) & set(SPARED)
    assert not done.stderr.startswith("Traceback")
