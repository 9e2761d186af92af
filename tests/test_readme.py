"""The README's promises that can run do run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_examples_run_and_give_what_they_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")  # what is written stays out of the checkout
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    scope: dict[str, Any] = {"photo": np.zeros((400, 600, 3), np.uint8), "np": np}

    for example in examples:
        exec(compile(example, "README.md", "exec"), scope)

    views = scope["views"]
    assert isinstance(views, dict)
    assert views["mask"].shape == (400, 600, 4)
    assert views["instance"].dtype == np.uint8
    report = scope["report"]
    assert (report.frames, report.codec, report.problems) == (50, "libx264", [])
    document = scope["document"]
    assert isinstance(document, dict)
    assert document["annotations"][3]["label"] == "mug"


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_what_the_readme_links_to_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_layer_of_the_readme_is_the_one_that_is_enforced() -> None:
    from tests.test_layers import LAYERS

    (line,) = re.findall(r"^`(errors < .*)`$", README, flags=re.MULTILINE)

    assert [group.split(", ") for group in line.split(" < ")] == [
        [name for name in group if name != "__main__"] for group in LAYERS
    ]
