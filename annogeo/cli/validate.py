"""``annogeo validate``: read everything, decode everything, list what is wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from annogeo.cli import DONE, SOME_FAILED, about, printable

if TYPE_CHECKING:
    from annogeo.errors import Problem
    from annogeo.files import Dataset

_SEVERITIES = ("error", "warning", "info")


@click.command("validate")
@click.argument("inputs", nargs=-1, metavar="INPUT...", type=click.Path())
@click.option("--format", "format_name", metavar="F", help="Format of the input; by default it is found out.")
@click.option("--only", "codes", multiple=True, metavar="CODE", help="Only this check; may be repeated.")
@click.option("--errors", "errors_only", is_flag=True, help="Errors only, no warnings.")
@click.option("--all", "list_all", is_flag=True, help="Every finding, where files have many of a kind.")
@click.option("--checks", "list_checks", is_flag=True, help="List the checks and their codes.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(
    inputs: tuple[str, ...],
    format_name: str | None,
    codes: tuple[str, ...],
    errors_only: bool,
    list_all: bool,
    list_checks: bool,
    as_json: bool,
) -> int:
    """Check a dataset and list what is wrong with it.

    Each finding names the annotation, the ring and vertex, and the place in px. Nothing is changed; `annogeo repair`
    repairs what can be.

    Exit codes: 0 no errors (there may be warnings), 1 errors, 2 the input can't be used at all.
    """
    if list_checks:
        _list_checks(as_json)
        return DONE
    if not inputs:
        raise click.UsageError("expected INPUT")
    from annogeo.files import load

    dataset = load(list(inputs), format=format_name)
    n_annotations, problems = _checked(dataset, codes)
    shown = [problem for problem in problems if problem.severity == "error" or not errors_only]
    counts: Counter[str] = Counter(problem.severity for problem in shown)
    if as_json:
        totals = {f"{severity}s": counts[severity] for severity in _SEVERITIES if severity != "info"}
        summary = {"items": len(dataset), "annotations": n_annotations, **totals, "infos": counts["info"]}
        listed = [asdict(problem) for problem in shown]
        click.echo(json.dumps({**summary, "problems": listed}, indent=2))
    else:
        for line in report(shown, None if list_all else 10):
            click.echo(printable(line))
    words = [f"{counts['error']} errors", f"{counts['warning']} warnings"]
    words += [f"{counts['info']} remarks"] if counts["info"] else []
    click.echo(f"{len(dataset)} items, {n_annotations} annotations: {', '.join(words)}", err=as_json)
    return SOME_FAILED if counts["error"] else DONE


def report(problems: Sequence[Problem], most: int | None) -> Iterator[str]:
    """Give lines: findings below the file they are in, at most so many of one kind in one file.

    Two short lines for each: where, and what. A hint is given once for each kind.
    """
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.path or "", []).append(problem)
    hinted: set[str | None] = set()
    for path, found in by_file.items():
        yield path or "dataset"
        kinds = Counter((problem.severity, problem.code) for problem in found)
        said: Counter[tuple[str, str | None]] = Counter()
        for problem in found:
            kind = (problem.severity, problem.code)
            said[kind] += 1
            if most is None or said[kind] <= most:
                yield from _lines(problem, hinted)
            elif said[kind] == most + 1:
                yield f"  ... {kinds[kind] - most} more {problem.code or problem.severity} (--all lists them)"


def _lines(problem: Problem, hinted: set[str | None]) -> Iterator[str]:
    code = f" {problem.code}" if problem.code else ""
    yield f"  {problem.severity}{code}: {problem.place or 'all of it'}"
    yield f"    {problem.message}"
    if problem.hint and (problem.code is None or problem.code not in hinted):
        hinted.add(problem.code)
        yield f"    ({problem.hint})"


def _checked(dataset: Dataset, codes: tuple[str, ...]) -> tuple[int, list[Problem]]:
    """Check every sample; return the number of annotations, and what is wrong with files and annotations."""
    from annogeo.cli.progress import make_progress
    from annogeo.ops.validation import validate
    from annogeo.ops.validation.checking import chosen_checks

    chosen_checks(codes)  # refuses unknown codes before anything is read
    progress = make_progress()
    n_annotations = 0
    found: list[Problem] = []
    with progress.phase("checking", len(dataset)):
        for source, sample in zip(dataset.sources, dataset, strict=True):
            n_annotations += len(sample.annotations)
            path = source.json_path or source.image_path
            with about(path):
                problems = validate(sample.annotations, codes=codes or None)
            found += [problem.located(path=path) for problem in problems]
            progress.step(source.name)
    known = {replace(problem, code=None) for problem in found}
    # what reading said of annotations, the checks say with a code
    of_files = [problem for problem in dataset.problems if problem not in known] if not codes else []
    return n_annotations, list(dict.fromkeys([*of_files, *found]))


def _list_checks(as_json: bool) -> None:
    from annogeo.ops.validation import all_checks

    rows = [
        {"code": row.code, "severity": row.severity, "summary": row.summary} for row in all_checks().values()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(f"{row['code']:<18}{row['severity']:<9}{row['summary']}")
