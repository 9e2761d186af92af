"""Every example in a docstring runs and gives what it says; every public argument is described where it is taken."""

from __future__ import annotations

import doctest
import enum
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import annogeo

NAMES = [
    module.name
    for module in pkgutil.walk_packages(annogeo.__path__, "annogeo.")
    if not module.name.startswith(("annogeo.kernels", "annogeo.__main__"))
]


def _public() -> Iterator[tuple[str, Any]]:
    """Every function and class at the top, and every public method of these classes."""
    for name in annogeo.__all__:
        value = getattr(annogeo, name)
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value) and not issubclass(value, enum.Enum | Warning):
            yield name, value
            for member in dir(value):
                held = inspect.getattr_static(value, member)
                is_method = inspect.isfunction(held) or isinstance(held, classmethod | staticmethod)
                if is_method and not member.startswith("_"):
                    yield f"{name}.{member}", getattr(value, member)


CALLABLES = {name: value for name, value in _public() if (value.__module__ or "").startswith("annogeo")}


def _described(docstring: str) -> set[str]:
    """Return the names that the section on parameters has."""
    found = re.search(r"^Parameters\n-+\n(.*?)(?=\n\n\S.*\n-+\n|\Z)", docstring, re.DOTALL | re.MULTILINE)
    lines = re.findall(r"^\S.*", found[1], re.MULTILINE) if found else []
    return {name.strip().lstrip("*") for line in lines for name in line.split(" : ")[0].split(",")}


@pytest.mark.parametrize("name", NAMES)
def test_examples_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))

    assert failed == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", CALLABLES)
def test_arguments_are_described_and_no_others(name: str) -> None:
    docstring = inspect.getdoc(CALLABLES[name]) or ""
    if "arguments as for `" in docstring.partition("\n")[0]:
        return  # all of them
    taken = [argument for argument in inspect.signature(CALLABLES[name]).parameters if argument != "self"]

    assert _described(docstring) == set(taken)


@pytest.mark.parametrize(
    "name", [name for name in annogeo.__all__ if inspect.isfunction(CALLABLES.get(name))]
)
def test_public_functions_have_an_example(name: str) -> None:
    assert ">>>" in (inspect.getdoc(CALLABLES[name]) or "")
