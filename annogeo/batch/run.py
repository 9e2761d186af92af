"""`render_dataset`: a work list, rendered and saved; what `annogeo render` does. Layer: batch."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from annogeo.batch.engine import Engine, ProcessEngine, SerialEngine
from annogeo.batch.label_table import RECORD_NAME, write_record
from annogeo.batch.manifest import Entry, Manifest
from annogeo.batch.options import RenderOptions
from annogeo.batch.outcomes import BatchReport, Job, Outcome
from annogeo.batch.planning import Plan, entries, find_sources, number_labels, plan_jobs, still_to_do
from annogeo.batch.work import lost_job, prepare, render_job
from annogeo.errors import InputError, Problem
from annogeo.files.atomic import sweep_temporaries
from annogeo.files.format_table import check_format

_FEW_JOBS = 64  # below this, starting processes costs more than they save


class Progress:
    """What a run tells while it goes on; this one does nothing with it."""

    def begin(self, phase: str, total: int) -> None:
        """A phase starts."""

    def step(self, name: str, failure: Problem | None = None) -> None:
        """One item of it is done, or has failed."""

    def end(self) -> None:
        """The phase is over."""


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
    target = Path(output)
    _check_arguments(target, format, workers)
    paths = [Path(path) for path in inputs]
    sources = find_sources(paths, target, options)
    plan = plan_jobs(sources, target, options)
    if options.views != ("json",):
        progress.begin("reading labels", len(plan.jobs))
        number_labels(plan, target, Path(ontology) if ontology else None, paths, lambda: progress.step(""))
        progress.end()
    manifest = Manifest(target, resume=resume)
    described = entries(plan, target, options)
    jobs = still_to_do(plan, described, manifest)
    report = BatchReport(total=len(sources), skipped=len(plan.jobs) - len(jobs), problems=list(plan.problems))
    report.failures = list(plan.refused)
    if dry_run:
        report.planned = [path for job in jobs for _, path in job.outputs]
        report.labels = str(target / RECORD_NAME) if plan.records_labels else None
    else:
        _prepare_output(target, plan, options, report)
        _run(jobs, plan, options, described, manifest, workers, progress, report)
    report.failed = len(report.failures)
    report.seconds = time.perf_counter() - started
    return report


def _check_arguments(output: Path, format: str | None, workers: int | None) -> None:
    check_format(format)
    if output.exists() and not output.is_dir():
        raise InputError("expected a folder for the output, this is a file", path=str(output))
    if workers is not None and workers < 1:
        raise InputError(f"workers: expected at least 1, got {workers}")


def _prepare_output(output: Path, plan: Plan, options: RenderOptions, report: BatchReport) -> None:
    for view in options.views:
        if (output / view).is_dir():
            sweep_temporaries(output / view)
    if plan.records_labels:
        report.labels = write_record(output, plan.table)


def _run(
    jobs: list[Job],
    plan: Plan,
    options: RenderOptions,
    described: Sequence[Entry | None],
    manifest: Manifest,
    workers: int | None,
    progress: Progress,
    report: BatchReport,
) -> None:
    """Render the jobs; what is done is recorded at once, so that an interruption loses nothing."""
    manifest.open()
    progress.begin("rendering", len(jobs) + len(plan.refused))
    for name, failure in plan.refused:
        progress.step(name, failure)
    try:
        with closing(_engine(workers, len(jobs), options, plan).run(render_job, jobs, lost_job)) as results:
            for outcome in results:
                _count(
                    outcome, plan.jobs[outcome.index], described[outcome.index], manifest, progress, report
                )
    except KeyboardInterrupt:
        report.interrupted = True
    finally:
        manifest.close()
        progress.end()
    report.failures.sort(key=lambda failure: failure[0])
    report.problems.sort(key=lambda problem: (problem.path or "", problem.json_path or ""))


def _engine(workers: int | None, n_jobs: int, options: RenderOptions, plan: Plan) -> Engine:
    if workers is None:
        workers = available_cores() if n_jobs >= _FEW_JOBS else 1
    if workers == 1 or n_jobs <= 1:
        return SerialEngine(prepare, (options, plan.table))
    return ProcessEngine(min(workers, n_jobs), prepare, (options, plan.table))


def _count(
    outcome: Outcome,
    job: Job,
    entry: Entry | None,
    manifest: Manifest,
    progress: Progress,
    report: BatchReport,
) -> None:
    report.problems += outcome.problems
    if outcome.failure is not None:
        report.failures.append((job.name, outcome.failure))
    else:
        report.done += 1
        if entry is not None:
            manifest.add(entry, outcome.sizes)
    progress.step(job.name, outcome.failure)


def available_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
