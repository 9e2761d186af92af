"""Large documents: little memory, and no work before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from annogeo.model import AnnotationCollection
from tests.platform.entries import box

N = 20_000
PROGRAM = """
import resource, sys
from annogeo.model import AnnotationCollection
content = open(sys.argv[1], "rb").read()
AnnotationCollection.from_json(b'[{"type": "class"}]')[0].label
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
collection = AnnotationCollection.from_json(content)
assert len(collection) == int(sys.argv[2])
loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert not collection.problems
read = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(content), (loaded - before) * 1024, (read - before) * 1024)
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    entry = box(
        id="61d5e83f5575066ffd58fcda", url="https://gate.example/api/v1/annotations/61d5e83f5575066ffd58fcda"
    )
    entry["metadata"]["user"] = {"note": "x" * 600}
    path = tmp_path_factory.mktemp("large") / "large.json"
    path.write_text(json.dumps({"annotations": [entry] * N}))
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="measures peak memory in KiB")
def test_loading_takes_less_memory_than_the_file_again_and_reading_less_than_four_files(
    document: Path,
) -> None:
    program = [sys.executable, "-c", PROGRAM, str(document), str(N)]

    result = subprocess.run(
        program, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )

    size, loaded, read = map(int, result.stdout.split())
    assert loaded < size
    assert read < 3 * size  # the file itself is the fourth


def test_nothing_is_decoded_before_it_is_asked_for(document: Path) -> None:
    collection = AnnotationCollection.from_json(document.read_bytes())

    assert collection[7].is_untouched
    assert collection[7]._state is None
    assert len(collection.to_json()["annotations"]) == N
    assert collection[7]._state is None
