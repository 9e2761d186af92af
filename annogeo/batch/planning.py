"""From inputs to jobs: what is rendered, into which files, and what needs no rendering. Layer: batch."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from annogeo.batch.label_table import LabelTable, read_record
from annogeo.batch.manifest import Entry, Manifest, entry_of
from annogeo.batch.options import VIEWS, RenderOptions, suffix_for
from annogeo.batch.outcomes import ItemReport, Job
from annogeo.colors import Color
from annogeo.draw import Skeleton
from annogeo.errors import AnnogeoError, InputError, Problem
from annogeo.files.documents import read_bytes, read_labels
from annogeo.files.ontologies import read_ontology
from annogeo.files.pairing import Source, settle_collisions
from annogeo.files.paths import safe_join, safe_relative
from annogeo.files.scanning import find_ontology, scan


@dataclass(slots=True)
class Plan:
    """What a run is going to do.

    Parameters
    ----------
    jobs : list of Job
    refused : list of ItemReport
        Items that can't be jobs, such as those whose name would lead out of the output folder.
    problems : list of Problem
        About the listing.
    table : LabelTable
    records_labels : bool
        The table was numbered here and is written beside the output.
    labels : list of tuple of str
        Of each job, in the same order; empty where a table was given.
    """

    jobs: list[Job]
    refused: list[ItemReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    table: LabelTable = field(default_factory=LabelTable)
    records_labels: bool = False
    labels: list[tuple[str, ...]] = field(default_factory=list)


def find_sources(inputs: Sequence[Path], output: Path, options: RenderOptions) -> list[Source]:
    """List the input's items; what lies in the output folder is no input.

    Raises
    ------
    InputError
        If nothing is found, or the output would mix with the input.
    """
    exclude = [output]
    if os.path.realpath(output) in {os.path.realpath(path) for path in inputs}:
        if "json" in options.views:
            hint = "choose another output folder, or leave the json view out"
            raise InputError("the json view would be taken for input", path=os.fspath(output), hint=hint)
        exclude = [output / view for view in VIEWS if view != "json"]
    return scan(inputs, exclude=exclude)


def plan_jobs(sources: Sequence[Source], output: Path, options: RenderOptions) -> Plan:
    """Name the output files of every item."""
    settled, changed = settle_collisions(sources)
    plan = Plan([])
    plan.problems += [_ambiguity(source) for source in settled if source.ambiguous]
    if changed:
        plan.problems.append(_collision(changed))
    place = _Placer(output, settled)
    for source in settled:
        try:
            outputs = place(source, options.views)
        except InputError as error:
            item = ItemReport(source.name)
            item.fail(Problem.from_error(error))
            plan.refused.append(item)
            continue
        plan.jobs.append(Job(len(plan.jobs), source, outputs))
    return plan


def number_labels(
    plan: Plan,
    output: Path,
    ontology: Path | None,
    inputs: Sequence[Path],
    step: Callable[[], None],
    palette: Sequence[Color] | None = None,
) -> None:
    """Decide ids and colours: the ontology's, else numbered over all jobs after what the output folder has recorded.

    An ontology that merely lies in the input gives no ids or colours, but its pose templates.
    """
    if ontology is not None:
        plan.table = LabelTable.from_ontology(read_ontology(ontology))
        return
    for job in plan.jobs:
        plan.labels.append(_labels_of(job.source))
        step()
    found = {label for labels in plan.labels for label in labels}
    table = read_record(output).with_labels(found, palette)
    plan.table = replace(table, skeletons=_skeletons(inputs, plan))
    plan.records_labels = True


def _skeletons(inputs: Sequence[Path], plan: Plan) -> dict[str, Skeleton]:
    skeletons: dict[str, Skeleton] = {}
    for path in filter(None, map(find_ontology, inputs)):
        try:
            skeletons.update(read_ontology(path).skeletons)
        except InputError as error:
            plan.problems.append(Problem.from_error(error, "warning"))
    return skeletons


def entries(plan: Plan, output: Path, options: RenderOptions) -> list[Entry | None]:
    """Describe each job for the manifest; None where an input is gone."""
    table = plan.table
    skeletons = [
        [name, skeleton.points, skeleton.edges] for name, skeleton in sorted(table.skeletons.items())
    ]
    options_digest = _digest([options.digest(), skeletons])
    whole = "" if plan.labels else _digest(table.part(table.ids))
    described: list[Entry | None] = []
    for i, job in enumerate(plan.jobs):
        table_digest = _digest(table.part(plan.labels[i])) if plan.labels else whole
        try:
            described.append(entry_of(job, output, options_digest, table_digest))
        except InputError:
            described.append(None)
    return described


def still_to_do(plan: Plan, described: Iterable[Entry | None], manifest: Manifest) -> list[Job]:
    """Leave out the jobs whose files are there and up to date."""
    pairs = zip(plan.jobs, described, strict=True)
    return [job for job, entry in pairs if entry is None or not manifest.is_done(entry)]


class _Placer:
    """Names the files of an item below the output folder, where they are nobody else's.

    Folders are looked at once: for links that lead out, and for their real names.
    """

    def __init__(self, output: Path, sources: Iterable[Source]) -> None:
        self._output = output
        self._folders: dict[str, Path] = {}
        self._real: dict[str, str] = {}
        self._inputs = {self._entry(path) for source in sources for path in source.files}
        self._taken: dict[str, str] = {}

    def __call__(self, source: Source, views: Iterable[str]) -> tuple[tuple[str, str], ...]:
        outputs = tuple((view, self._path(view, source)) for view in views)
        for _, path in outputs:
            if path in self._taken:
                owner = self._taken[path]
                raise InputError(
                    f"{path} is already the output of {owner!r}", hint="rename one of the two items"
                )
            if self._entry(path) in self._inputs:
                raise InputError(f"{path} is a file of the input", hint="choose another output folder")
        self._taken.update((path, source.name) for _, path in outputs)
        return outputs

    def _path(self, view: str, source: Source) -> str:
        folder, _, name = (
            f"{view}/{safe_relative(source.output_name(suffix_for(view, source.name)))}".rpartition("/")
        )
        if folder not in self._folders:
            self._folders[folder] = safe_join(self._output, folder)
        return os.path.join(self._folders[folder], name)

    def _entry(self, path: str) -> tuple[str, str]:
        """What all paths to one file have in common: the real name of its folder, and its name there."""
        folder, name = os.path.split(path)
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        return self._real[folder], name


def _labels_of(source: Source) -> tuple[str, ...]:
    if source.json_path is None:
        return ()
    try:
        return tuple(sorted(set(read_labels(read_bytes(source.json_path)))))
    except AnnogeoError:
        return ()  # the item will fail, and say why


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _ambiguity(source: Source) -> Problem:
    return Problem(
        "warning", f"several pictures fit this document; {source.name!r} was taken", path=source.json_path
    )


def _collision(changed: Sequence[Source]) -> Problem:
    named = ", ".join(repr(source.name) for source in changed[:5]) + (", ..." if len(changed) > 5 else "")
    return Problem(
        "warning",
        f"V1 output names collide for {len(changed)} items, which get V2 names (name.ext.png): {named}",
    )
