"""Errors say what, where and what to do; they survive pickling."""

from __future__ import annotations

import copy
import pickle

import pytest

from annogeo.errors import AnnogeoError, InputError, Problem, SyncError, UnsupportedError


@pytest.mark.parametrize("cls", [AnnogeoError, InputError, UnsupportedError, SyncError])
def test_error_survives_pickle_and_copy(cls: type[AnnogeoError]) -> None:
    error = cls("bad", path="a.json", json_path="$.x", annotation_id="7", frame=0, hint="mend it")

    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(twin) is cls
        assert vars(twin) == vars(error)
        assert str(twin) == "a.json, $.x, annotation 7, frame 0: bad; mend it"


def test_located_puts_the_outer_path_in_front_and_keeps_what_was_known() -> None:
    inner = InputError("expected a number", json_path="[0].x", annotation_id="7")

    outer = inner.located(json_path="$.annotations[3].coordinates", annotation_id="9", path="a.json")

    assert outer.json_path == "$.annotations[3].coordinates[0].x"
    assert outer.annotation_id == "7"
    assert outer.path == "a.json"
    assert inner.json_path == "[0].x"


def test_problem_is_the_error_as_a_value() -> None:
    problem = Problem.from_error(InputError("bad", json_path="$.x", hint="mend it"), severity="warning")

    assert problem == Problem("warning", "bad", json_path="$.x", hint="mend it")
    assert str(problem) == "warning: $.x: bad; mend it"
    assert hash(problem) == hash(problem.located())
