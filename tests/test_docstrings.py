"""Every example in a docstring runs and gives what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import annogeo

NAMES = [
    module.name
    for module in pkgutil.walk_packages(annogeo.__path__, "annogeo.")
    if not module.name.startswith(("annogeo.kernels", "annogeo.__main__"))
]


@pytest.mark.parametrize("name", NAMES)
def test_examples_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))

    assert failed == 0, capsys.readouterr().out
