"""``annogeo render``."""

from __future__ import annotations

import json
import signal
import threading
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from annogeo.cli import DONE, INTERRUPTED, SOME_FAILED, complain, printable
from annogeo.cli.groups import GroupedCommand, GroupedOption
from annogeo.cli.style_options import look_options, read_look, shape_option, text_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annogeo.batch.outcomes import BatchReport, ItemReport
    from annogeo.errors import Problem

_SHOWN_FINDINGS = 20


_what = partial(click.option, cls=GroupedOption, group="What to draw")
_run = partial(click.option, cls=GroupedOption, group="Running")


@click.command("render", cls=GroupedCommand)
@click.argument("paths", nargs=-1, required=True, metavar="INPUT... OUTPUT", type=click.Path())
@_what(
    "--view",
    "views",
    multiple=True,
    metavar="V[,V...]",
    default=("img_mask",),
    help="Of mask, instance, object_id, img_mask, vtt, json; may be repeated. Default: img_mask.",
)
@_what("--format", "format_name", metavar="F", help="Format of the input; by default it is found out.")
@_what("--ontology", metavar="FILE", type=click.Path(), help="Ids and colours of labels.")
@_what(
    "--png-mode", metavar="auto|rgba", default="auto", show_default=True, help="rgba: no palette pictures."
)
@shape_option(
    "--thickness",
    metavar="N",
    type=float,
    default=-1.0,
    help="Draw outlines N px wide; -1 fills (the default).",
)
@look_options
@text_option("--with-text", is_flag=True, help="Write labels.")
@_run("--workers", metavar="N", type=int, help="Processes; by default as many as pay.")
@_run("--resume", is_flag=True, help="Leave out what is done and up to date.")
@_run("--dry-run", is_flag=True, help="Only list what would be written.")
@_run("--json", "as_json", is_flag=True, help="Print a summary as JSON on standard output.")
def command(
    paths: tuple[str, ...],
    views: tuple[str, ...],
    format_name: str | None,
    ontology: str | None,
    workers: int | None,
    resume: bool,
    dry_run: bool,
    as_json: bool,
    png_mode: str,
    rule: str,
    thickness: float,
    alpha: float,
    with_text: bool,
    **look: Any,
) -> int:
    """Draw masks, id maps and overlays of a dataset.

    INPUT is a folder (items/ and json/, or JSON and pictures side by side), a JSON file or a picture; OUTPUT a folder
    that gets one folder for each view. Ids and colours are recorded in OUTPUT/labels.json unless --ontology gives them.

    With several workers Ctrl-C lets the items under way finish, a second one gives them up; what is finished is on
    record either way.

    Exit codes: 0 done; 1 some items failed, the rest is done; 2 unusable arguments or input; 130 interrupted, go on
    with --resume.
    """
    if len(paths) < 2:
        raise click.UsageError("expected INPUT and OUTPUT")
    from annogeo.batch import RenderOptions, render_dataset
    from annogeo.cli.progress import make_progress

    _stop_as_by_keyboard()
    options = RenderOptions.checked(
        views,
        png_mode=png_mode,
        rule=rule,
        thickness=thickness,
        alpha=alpha,
        with_text=with_text or look["show_attributes"],
        **read_look(look),
    )
    report = render_dataset(
        paths[:-1],
        paths[-1],
        options,
        format=format_name,
        ontology=ontology,
        workers=workers,
        resume=resume,
        dry_run=dry_run,
        progress=make_progress(),
    )
    code = INTERRUPTED if report.interrupted else SOME_FAILED if report.failures else DONE
    if as_json:
        click.echo(json.dumps(_summary(report, code), indent=2))
    elif dry_run:
        for path in report.planned:
            click.echo(printable(path))
    _say(report, dry_run)
    return code


def _stop_as_by_keyboard() -> None:
    """A polite `kill` ends a run like Ctrl-C: what is done is recorded."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)


def _summary(report: BatchReport, code: int) -> dict[str, Any]:
    counts = {status: report.count(status) for status in ("done", "skipped", "failed", "pending")}
    return {
        "items": len(report.items),
        **counts,
        "failures": [{"item": name, **asdict(failure)} for name, failure in report.failures],
        "problems": [asdict(problem) for problem in report.problems],
        "outcomes": [_outcome(item) for item in report.items],
        "labels": report.labels,
        "interrupted": report.interrupted,
        "seconds": round(report.seconds, 3),
        "items_per_second": round(counts["done"] / report.seconds, 1) if report.seconds else None,
        "exit_code": code,
    }


def _outcome(item: ItemReport) -> dict[str, Any]:
    error = {} if item.failure is None else {"error": str(item.failure)}
    return {"item": item.item, "status": item.status, "outputs": dict(item.outputs), **error}


def _say(report: BatchReport, dry_run: bool) -> None:
    """Sum up on standard error, findings first; failures have been named as they came."""
    from annogeo.cli.progress import failure_line

    for line in _findings(report.problems):
        click.echo(printable(line), err=True)
    if dry_run:
        for name, failure in report.failures:
            click.echo(failure_line(name, failure), err=True)
        skipped = report.count("skipped")
        click.echo(f"would write {len(report.planned)} files; {skipped} items are up to date", err=True)
        return
    counts = {status: report.count(status) for status in ("done", "skipped", "failed")}
    rate = f", {counts['done'] / report.seconds:.0f} items/s" if counts["done"] and report.seconds else ""
    said = ", ".join(f"{n} {status}" for status, n in counts.items())
    click.echo(f"{said} ({report.seconds:.1f} s{rate})", err=True)
    if report.interrupted:
        complain("interrupted; go on with --resume")


def _findings(problems: Sequence[Problem]) -> Iterator[str]:
    """Give one line for each kind of finding: where it was found first, and how often."""
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.severity, problem.message), []).append(problem)
    for found in list(kinds.values())[:_SHOWN_FINDINGS]:
        more = f" (and {len(found) - 1} more like it)" if len(found) > 1 else ""
        yield f"{found[0]}{more}"
    if len(kinds) > _SHOWN_FINDINGS:
        yield f"... and {len(kinds) - _SHOWN_FINDINGS} other kinds of findings (--json lists all)"
