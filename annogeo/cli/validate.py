"""``annogeo validate``: read everything, decode everything, list what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from annogeo.cli import DONE, SOME_FAILED, printable


@click.command("validate")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", type=click.Path())
@click.option("--format", "format_name", metavar="F", help="Format of the input; by default it is found out.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(inputs: tuple[str, ...], format_name: str | None, as_json: bool) -> int:
    """Check a dataset and list what is wrong with it.

    Exit codes: 0 nothing is wrong, 1 something is, 2 the input can't be used at all.
    """
    from annogeo.cli.progress import make_progress
    from annogeo.files import load

    dataset = load(list(inputs), format=format_name)
    progress = make_progress()
    n_annotations = 0
    with progress.phase("checking", len(dataset)):
        for source, sample in zip(dataset.sources, dataset, strict=True):
            n_annotations += len(sample.annotations)
            dataset.problems += _decoded(sample.annotations, source.json_path)
            progress.step(source.name)
    problems = list(dict.fromkeys(dataset.problems))
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        summary = {"items": len(dataset), "annotations": n_annotations, "errors": errors}
        click.echo(json.dumps({**summary, "problems": [asdict(problem) for problem in problems]}, indent=2))
    else:
        for problem in problems:
            click.echo(printable(str(problem)))
    counts = f"{errors} errors, {len(problems) - errors} warnings"
    click.echo(f"{len(dataset)} items, {n_annotations} annotations: {counts}", err=as_json)
    return SOME_FAILED if errors else DONE


def _decoded(collection: Any, path: str | None) -> Iterator[Any]:
    """Make every annotation read its geometry, and give the problems that only show then."""
    before = set(collection.problems)
    for annotation in collection:
        _ = annotation.annotation_definition.bounds
    return (problem.located(path=path) for problem in collection.problems if problem not in before)
