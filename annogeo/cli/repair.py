"""``annogeo repair``: write a copy of a dataset in which what can be put right is right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from annogeo.cli import DONE, SOME_FAILED, about, complain, printable
from annogeo.errors import AnnogeoError, Problem

if TYPE_CHECKING:
    from annogeo.files import Dataset
    from annogeo.files.mirroring import Mirror
    from annogeo.files.pairing import Source
    from annogeo.model import AnnotationCollection
    from annogeo.ops.validation import Change

_SHOWN = 10  # changes of one kind in one file


@click.command("repair")
@click.argument("source", metavar="INPUT", type=click.Path())
@click.argument("target", metavar="OUTPUT", type=click.Path())
@click.option("--format", "format_name", metavar="F", help="Format of the input; by default it is found out.")
@click.option("--only", "codes", multiple=True, metavar="CODE", help="Repair only this; may be repeated.")
@click.option("--clip/--no-clip", default=False, help="Cut shapes to the image.")
@click.option("--resize-masks", is_flag=True, help="Crop or pad masks to the image.")
@click.option("--drop-duplicates", is_flag=True, help="Drop annotations equal to an earlier one.")
@click.option("--drop-empty", is_flag=True, help="Drop annotations that draw nothing.")
@click.option("--copy-items/--no-copy-items", default=True, help="Copy the pictures too (the default).")
@click.option("--dry-run", is_flag=True, help="Only list what would be changed.")
@click.option("--all", "list_all", is_flag=True, help="Every change, where files have many of a kind.")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def command(
    source: str,
    target: str,
    format_name: str | None,
    codes: tuple[str, ...],
    copy_items: bool,
    dry_run: bool,
    list_all: bool,
    as_json: bool,
    **options: bool,
) -> int:
    """Write a repaired copy of a dataset.

    Repeated points, spikes and rings without area go, rings that cross are resolved; no pixel changes. The options do
    more. OUTPUT gets the layout of INPUT, which is never changed; annotations without a change keep their bytes.

    Exit codes: 0 done; 1 some files could not be read or written (each named, the rest is done); 2 unusable arguments
    or input; 130 interrupted.
    """
    from annogeo.files import load
    from annogeo.files.mirroring import Mirror
    from annogeo.ops.validation import repair

    dataset = load(source, format=format_name)
    mirror = Mirror(source, target, dataset.sources)
    arguments: dict[str, Any] = {**options, "codes": codes or None}
    from annogeo.model import AnnotationCollection

    repair(AnnotationCollection(), **arguments)  # refuses unknown codes before anything is written
    run = _Run(mirror, arguments, copy_items, dry_run)
    run.all(dataset)
    code = SOME_FAILED if run.failures else DONE
    if as_json:
        click.echo(json.dumps(run.summary(len(dataset), code), indent=2))
    else:
        for line in report(run.changes, None if list_all else _SHOWN):
            click.echo(printable(line))
    for problem in run.failures:
        complain(str(problem))
    what = "would change" if dry_run else "changed"
    words = f"{what} {run.changed} of {len(dataset)} items ({len(run.changes)} changes)"
    left = f", {run.left} errors are left" if run.left else ""
    click.echo(f"{words}{left}", err=as_json)
    return code


@dataclass(slots=True)
class _Run:
    """One run: what it does with each item, and what came of it."""

    mirror: Mirror
    arguments: dict[str, Any]
    copy_items: bool
    dry_run: bool
    changes: list[Change] = field(default_factory=list)
    failures: list[Problem] = field(default_factory=list)
    changed: int = 0
    left: int = 0
    _unread: set[str | None] = field(default_factory=set)

    def all(self, dataset: Dataset) -> None:
        """Repair and write every item."""
        from annogeo.cli.progress import make_progress

        progress = make_progress()
        if not self.dry_run:
            self.mirror.copy_ontology()
        with progress.phase("repairing", len(dataset)):
            for source, sample in zip(dataset.sources, dataset, strict=True):
                try:
                    with about(source.json_path or source.image_path):
                        self._one(source, sample.annotations)
                except AnnogeoError as error:
                    self.failures.append(Problem.from_error(error))
                progress.step(source.name)
        unread = {failure.path for failure in self.failures}
        self.failures += [
            problem
            for problem in dataset.problems
            if problem.severity == "error" and problem.path in self._unread and problem.path not in unread
        ]

    def _one(self, source: Source, annotations: AnnotationCollection) -> None:
        from annogeo.codecs.platform import dumps
        from annogeo.ops.validation import repair, validate

        if source.image_path is not None and self.copy_items and not self.dry_run:
            self.mirror.copy(source.image_path)
        path = source.json_path
        if path is None:
            return
        changes: list[Change] = []
        repaired = annotations
        if annotations.origin.reader is None:  # could not be read at all: it goes along as it is
            self._unread.add(path)
        else:
            repaired, changes = repair(annotations, **self.arguments)
            self.left += sum(problem.severity == "error" for problem in validate(repaired))
        self.changes += [replace(change, path=path) for change in changes]
        self.changed += bool(changes)
        if self.dry_run:
            return
        if changes:
            self.mirror.write(path, dumps(repaired, keep_list=True))
        else:
            self.mirror.copy(path)

    def summary(self, items: int, code: int) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "items": items,
            "changed": self.changed,
            "errors_left": self.left,
            "dry_run": self.dry_run,
            "changes": [asdict(change) for change in self.changes],
            "failures": [asdict(problem) for problem in self.failures],
            "exit_code": code,
        }


def report(changes: Sequence[Change], most: int | None) -> Iterator[str]:
    """Give lines: changes below the file they are in, at most so many of one kind in one file."""
    by_file: dict[str | None, list[Change]] = {}
    for change in changes:
        by_file.setdefault(change.path, []).append(change)
    for path, made in by_file.items():
        yield path or "dataset"
        kinds, said = Counter(change.code for change in made), Counter[str]()
        for change in made:
            said[change.code] += 1
            if most is None or said[change.code] <= most:
                yield f"  {change.code}: {change.place}"
                yield f"    {change.message}"
            elif said[change.code] == most + 1:
                yield f"  ... {kinds[change.code] - most} more {change.code} (--all lists them)"
