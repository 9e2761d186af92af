"""`render_dataset`: a work list, rendered and saved; what `annogeo render` does. Layer: batch."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from annogeo.atomic import sweep_temporaries
from annogeo.batch.engine import Engine, SerialEngine
from annogeo.batch.interrupts import Interrupts
from annogeo.batch.label_table import RECORD_NAME, write_record
from annogeo.batch.manifest import Entry, Manifest
from annogeo.batch.options import RenderOptions
from annogeo.batch.outcomes import DONE, PENDING, SKIPPED, BatchReport, ItemReport, Job, Outcome
from annogeo.batch.planning import Plan, entries, find_sources, number_labels, plan_jobs, still_to_do
from annogeo.batch.work import lost_job, prepare, render_job
from annogeo.errors import InputError, Problem
from annogeo.files.format_table import check_format
from annogeo.files.paths import given_path

_FEW_JOBS = 64  # below this, starting processes costs more than they save


class Progress:
    """What a run tells while it goes on; this one does nothing with it."""

    @contextmanager
    def phase(self, name: str, total: int) -> Iterator[None]:
        """A phase, from its beginning to its end, whatever comes between."""
        self.begin(name, total)
        try:
            yield
        finally:
            self.end()

    def begin(self, phase: str, total: int) -> None:
        """A phase starts."""

    def step(self, name: str, failure: Problem | None = None) -> None:
        """One item of it is done, or has failed."""

    def end(self) -> None:
        """The phase is over."""

    def interrupted(self) -> None:
        """The run has been interrupted, and is on record; from the end of this on, interrupts raise again."""


def render_dataset(
    inputs: Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    options: RenderOptions | None = None,
    *,
    format: str | None = None,
    ontology: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    resume: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> BatchReport:
    """Render every item of the inputs into files below `output`.

    Parameters
    ----------
    inputs : sequence of paths
        Folders, JSON files, pictures.
    output : path
        Gets a folder for each view.
    options : RenderOptions, optional
    format : str, optional
        A name of `annogeo.formats`.
    ontology : path, optional
        Ids and colours; without it, labels are numbered over the input and recorded in ``labels.json``.
    workers : int, optional
        Processes; 1 renders here, None decides. The files are the same for every number.
    resume : bool
        Leave out what an earlier run has finished from the same input with the same options.
    dry_run : bool
        Only say what would be written.
    progress : Progress, optional

    Returns
    -------
    BatchReport
        One bad item never stops the others: it is among `failures`.

    Raises
    ------
    InputError
        If the arguments or the input as a whole can't be used, or the output can't be written.
    """
    started = time.perf_counter()
    options = options or RenderOptions()
    progress = progress or Progress()
    target, paths = given_path(output), [given_path(path) for path in inputs]
    given_ontology = None if ontology is None else given_path(ontology)
    _check_arguments(target, format, workers)
    plan = plan_jobs(find_sources(paths, target, options), target, options)
    if options.views != ("json",):
        with progress.phase("reading labels", len(plan.jobs)):
            palette = options.style.palette
            number_labels(plan, target, given_ontology, paths, lambda: progress.step(""), palette)
    manifest = Manifest(target, resume=resume)
    described = entries(plan, target, options)
    jobs = still_to_do(plan, described, manifest)
    items = [ItemReport(job.name, job.outputs, SKIPPED) for job in plan.jobs]
    for job in jobs:
        items[job.index].status = PENDING
    report = BatchReport(problems=plan.problems)
    if plan.records_labels:
        report.labels = str(target / RECORD_NAME)
    if not dry_run:
        _prepare_output(target, plan, options)
        interrupts = Interrupts()
        engine = _engine(workers, len(jobs), options, plan, interrupts)
        with progress.phase("rendering", len(jobs) + len(plan.refused)):
            _run(
                engine,
                jobs,
                _Recorder(items, described, manifest, progress, report),
                plan.refused,
                interrupts,
            )
    report.items = sorted(items + plan.refused, key=lambda item: item.item)
    report.problems.sort(key=lambda problem: (problem.path or "", problem.json_path or ""))
    report.seconds = time.perf_counter() - started
    return report


def _check_arguments(output: Path, format: str | None, workers: int | None) -> None:
    check_format(format)
    if os.path.lexists(output) and not os.path.isdir(output):
        raise InputError("expected a folder for the output, this is a file", path=os.fspath(output))
    if workers is not None and workers < 1:
        raise InputError(f"workers: expected at least 1, got {workers}")


def _prepare_output(output: Path, plan: Plan, options: RenderOptions) -> None:
    for view in options.views:
        if (output / view).is_dir():
            sweep_temporaries(output / view)
    if plan.records_labels:
        write_record(output, plan.table)


@dataclass(frozen=True, slots=True)
class _Recorder:
    """Puts what becomes of the items where it belongs: the manifest, the report, the progress."""

    items: Sequence[ItemReport]
    entries: Sequence[Entry | None]
    manifest: Manifest
    progress: Progress
    report: BatchReport

    def __call__(self, outcome: Outcome) -> None:
        item, entry = self.items[outcome.index], self.entries[outcome.index]
        self.report.problems += outcome.problems
        if outcome.failure is not None:
            item.fail(outcome.failure)
        else:
            item.status = DONE
            if entry is not None:
                self.manifest.add(entry, outcome.sizes)
        self.progress.step(item.item, outcome.failure)


def _run(
    engine: Engine,
    jobs: Sequence[Job],
    record: _Recorder,
    refused: Sequence[ItemReport],
    interrupts: Interrupts,
) -> None:
    """Render the jobs; what is done is recorded at once, so that an interruption loses nothing."""
    for item in refused:
        record.progress.step(item.item, item.failure)
    with interrupts:
        record.manifest.open()
        try:
            with closing(engine.run(render_job, jobs, lost_job)) as outcomes:
                for outcome in outcomes:
                    record(outcome)
        except KeyboardInterrupt:
            record.report.interrupted = True
        finally:
            record.manifest.close()
        if interrupts.count:
            record.report.interrupted = True
            record.progress.interrupted()


def _engine(
    workers: int | None, n_jobs: int, options: RenderOptions, plan: Plan, interrupts: Interrupts
) -> Engine:
    if workers is None:
        workers = available_cores() if n_jobs >= _FEW_JOBS else 1
    if workers == 1 or n_jobs <= 1:
        return SerialEngine(prepare, (options, plan.table), interrupts)
    from annogeo.batch.processes import ProcessEngine

    return ProcessEngine(min(workers, n_jobs), prepare, (options, plan.table), interrupts=interrupts)


def available_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
