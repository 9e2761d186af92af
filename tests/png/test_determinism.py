"""The same canvas gives the same bytes in every process that packs in one thread, whatever its memory held."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import hashlib, random
from annogeo.png.deflate import compress

chance, digest = random.Random(1), hashlib.sha256()
for _ in range(2000):
    rows = bytes(7 * (chance.random() < 0.1) for _ in range(chance.randrange(5, 600))) * chance.randrange(1, 4)
    digest.update(compress(rows, window_bits=9))
    digest.update(compress(rows))
print(digest.hexdigest())
"""


def test_packed_bytes_do_not_depend_on_what_memory_held() -> None:
    digests = set()
    for filler in ("0", "23", "85", "170", "255"):
        environment = {**os.environ, "MALLOC_PERTURB_": filler}
        done = subprocess.run(
            [sys.executable, "-c", CODE],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout)

    assert len(digests) == 1
