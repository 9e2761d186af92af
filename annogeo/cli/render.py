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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annogeo.batch.outcomes import BatchReport, ItemReport
    from annogeo.errors import Problem

_SHOWN_FINDINGS = 20


_what = partial(click.option, cls=GroupedOption, group="What to draw")
_shape = partial(click.option, cls=GroupedOption, group="Shapes")
_color = partial(click.option, cls=GroupedOption, group="Colours")
_text = partial(click.option, cls=GroupedOption, group="Text (mask and img_mask)")
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
@_shape(
    "--rule",
    metavar="R",
    default="center",
    show_default=True,
    help="Which pixels a shape owns: center, opencv, coco, pil, all_touched.",
)
@_shape(
    "--thickness",
    metavar="N",
    type=float,
    default=-1.0,
    help="Draw outlines N px wide; -1 fills (the default).",
)
@_shape("--alpha", metavar="A", type=float, default=1.0, show_default=True, help="Opacity of everything.")
@_shape(
    "--fill-opacity",
    metavar="A",
    type=float,
    help="Opacity of fills, 0 to 1; adds fills to outlines.",
)
@_shape("--outline-opacity", metavar="A", type=float, help="Opacity of outlines; adds outlines to fills.")
@_shape("--line-width", metavar="N", type=float, help="Width of lines in px; by default as fits.")
@_shape("--dash", metavar="D,G[,...]", help="Dash outlines: px of dashes and gaps, such as 6,4.")
@_shape("--no-antialias", "hard_edges", is_flag=True, help="Hard edges in img_mask, as in mask.")
@_color(
    "--color-by",
    metavar="label|object|ATTRIBUTE",
    default="label",
    show_default=True,
    help="What gets its own colour.",
)
@_color(
    "--palette",
    metavar="C,C...|FILE",
    help="Colours for labels that have none yet: #f80,navy,... or a file with one in each line.",
)
@_color("--legend", is_flag=True, help="Add a legend of the colours to mask and img_mask.")
@_text("--with-text", is_flag=True, help="Write labels.")
@_text("--with-attributes", "show_attributes", is_flag=True, help="Write labels and their attributes.")
@_text("--text-size", metavar="N", type=float, help="Height of text in px; by default as fits the picture.")
@_text("--font", metavar="FILE", help="A font file; by default those found on the machine.")
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
    hard_edges: bool,
    dash: str | None,
    palette: str | None,
    **drawing: Any,
) -> int:
    """Draw masks, id maps and overlays of a dataset.

    INPUT is a folder (items/ and json/, or JSON and pictures side by side), a JSON file or a picture; OUTPUT a folder
    that gets one folder for each view. Ids and colours are recorded in OUTPUT/labels.json unless --ontology gives them.

    Exit codes: 0 done; 1 some items failed, the rest is done; 2 unusable arguments or input; 130 interrupted, go on
    with --resume.
    """
    if len(paths) < 2:
        raise click.UsageError("expected INPUT and OUTPUT")
    from annogeo.batch import RenderOptions, render_dataset
    from annogeo.cli.progress import make_progress
    from annogeo.cli.style_options import read_dash, read_palette

    _stop_as_by_keyboard()
    drawing["with_text"] |= drawing["show_attributes"]
    drawing |= {"antialias": not hard_edges, "dash": read_dash(dash), "palette": read_palette(palette)}
    report = render_dataset(
        paths[:-1],
        paths[-1],
        RenderOptions.checked(views, **drawing),
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
