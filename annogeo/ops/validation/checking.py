"""`validate`: run the table of checks over a collection or a definition. Layer: ops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from annogeo.definitions import Definition
from annogeo.errors import InputError, Problem
from annogeo.model.annotation import Annotation
from annogeo.model.collecting import paused_gc
from annogeo.model.collection import AnnotationCollection
from annogeo.ops.validation.registry import Check, all_checks
from annogeo.ops.validation.scene import Scene, Subject


def validate(collection: Any, *, codes: Iterable[str] | None = None) -> list[Problem]:
    """List what is wrong or odd about annotations, each with its address and the reason in words.

    Parameters
    ----------
    collection : AnnotationCollection, Annotation, Definition or a list of these two
        Never changed. What is known of the image's size, of labels and templates comes from its item and ontology.
    codes : iterable of str, optional
        Only these checks; None: all. `annogeo.ops.validation.all_checks` has the table.

    Returns
    -------
    list of Problem
        In the order of the annotations. ``code`` says which check it was; ``json_path``, ``annotation_id``, ``frame``,
        ``ring``, ``vertex``, ``x`` and ``y`` where it is. Severity ``error``: draws nothing, or not what it is meant
        to be; ``warning``: worth a look; ``info``: good to know. What could not be understood on reading is an
        ``unreadable`` error.

    Raises
    ------
    InputError
        If there is no check of a given code.

    Examples
    --------
    >>> from annogeo.definitions import Polygon
    >>> from annogeo.model import AnnotationCollection
    >>> scene = AnnotationCollection()
    >>> scene.add(Polygon([(0, 0), (4, 4), (4, 0), (0, 4)], "car"))
    >>> problem, = validate(scene, codes=["self-crossing"])
    >>> problem.ring, problem.vertex, problem.x, problem.y
    (0, 0, 2.0, 2.0)
    >>> problem.message
    'ring 0 crosses itself at (2, 2), edges 0 and 2'
    >>> validate(AnnotationCollection())
    []
    """
    checks = chosen_checks(codes)
    if isinstance(collection, Definition):
        return _run(Scene([Subject(collection)]), [check for check in checks if not check.needs_collection])
    collection = _as_collection(collection)
    with paused_gc():
        found = _run(Scene.of(collection), checks)
        if codes is None or UNREADABLE in codes:
            found = [*(_unreadable(collection)), *found]
    return found


UNREADABLE = "unreadable"


def chosen_checks(codes: Iterable[str] | None) -> list[Check]:
    """Return the checks of these codes; InputError for a code there is none of."""
    table = all_checks()
    if codes is None:
        return list(table.values())
    if isinstance(codes, str):
        raise InputError(f"codes: expected a list of codes, got {codes!r}", hint=f"write [{codes!r}]")
    wanted = list(codes)
    for code in wanted:
        if code not in table and code != UNREADABLE:
            raise InputError(f"codes: there is no check {code!r}", hint=f"there are {', '.join(table)}")
    return [table[code] for code in table if code in wanted]


def _as_collection(given: Any) -> AnnotationCollection:
    if isinstance(given, AnnotationCollection):
        return given
    if isinstance(given, Annotation):
        return AnnotationCollection(given.item, annotations=[given])
    if isinstance(given, list | tuple):
        made = AnnotationCollection()
        for entry in given:
            if isinstance(entry, Annotation):
                made.annotations.append(entry)
            else:
                made.add(entry)
        return made
    raise InputError(
        f"collection: expected an AnnotationCollection, an Annotation or a definition, got {type(given).__name__}"
    )


def _run(scene: Scene, checks: list[Check]) -> list[Problem]:
    found: list[tuple[int, Problem]] = []
    for check in checks:
        for finding in check.find(scene):
            severity = finding.severity or check.severity
            if finding.subject is None:
                problem = Problem(severity, finding.message, hint=finding.hint, code=check.code)
                found.append((-1, problem))
            else:
                problem = finding.subject.problem(finding, check.code, severity)
                found.append((finding.subject.position, problem))
    found.sort(key=lambda entry: entry[0])
    return [problem for _, problem in found]


def _unreadable(collection: AnnotationCollection) -> Iterator[Problem]:
    """What reading has found; damaged masks have a check of their own."""
    damaged = {problem.message for problem in _run(Scene.of(collection), chosen_checks(["damaged-mask"]))}
    for problem in collection.problems:
        if problem.message not in damaged:
            yield replace(problem, code=problem.code or UNREADABLE)
