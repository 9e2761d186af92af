"""``annogeo sync``: pull, status, push and resolve, on the command line.

The token never is an argument: arguments can be seen by everybody on the machine.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from annogeo.cli import DONE, INTERRUPTED, SOME_FAILED, complain, printable

if TYPE_CHECKING:
    from annogeo.sync import Remote, Report

PRODUCTION = "https://gate.dataloop.ai"
_QUIET = frozenset(("unchanged", "downloaded"))


@click.group("sync")
def command() -> None:
    """Keep a folder and a dataset of the platform in step.

    Nothing that was changed in the folder is overwritten, nothing is created twice on the platform, and a run that was
    stopped goes on when it is called again.

    The access token comes from the variable ANNOGEO_DATALOOP_TOKEN, a file (--token-file, mode 0600) or the keyring.
    """


def _connected(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of whatever talks to the platform."""
    options = (
        click.option(
            "--url",
            default=PRODUCTION,
            show_default=True,
            envvar="ANNOGEO_DATALOOP_URL",
            help="The platform.",
        ),
        click.option("--token-file", type=click.Path(), help="A file with the token, readable by you alone."),
        click.option("--ca-file", type=click.Path(), help="Certificates of your own."),
        click.option("--insecure", is_flag=True, help="Allow plain http to other machines."),
        click.option(
            "--jobs", default=8, show_default=True, type=click.IntRange(1, 64), help="Requests at once."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _reporting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of how it is told."""
    function = click.option("--all", "list_all", is_flag=True, help="List what went without a hitch too.")(
        function
    )
    return click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")(function)


@command.command("pull")
@click.argument("root", metavar="FOLDER", type=click.Path())
@click.option("--dataset", metavar="ID", help="Which dataset; needed the first time.")
@click.option(
    "--include", multiple=True, metavar="PATTERN", help="Only these paths or folders; may be repeated."
)
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Not these; may be repeated.")
@click.option(
    "--filter", "filter_file", type=click.Path(), help="A file with a query in the platform's language."
)
@click.option("--annotations-only", is_flag=True, help="Leave the pictures.")
@click.option("--prune", is_flag=True, help="Take away, into the trash, what is gone on the platform.")
@click.option("--max-delete", default=100, show_default=True, help="The most items --prune may take away.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@_connected
@_reporting
def pull(
    root: str,
    dataset: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    filter_file: str | None,
    annotations_only: bool,
    prune: bool,
    max_delete: int,
    dry_run: bool,
    jobs: int,
    as_json: bool,
    list_all: bool,
    **connection: Any,
) -> int:
    """Fetch what has changed into FOLDER: items/, json/, ontology.json.

    Exit codes: 0 done; 1 some items failed or are in conflict (each named); 2 unusable arguments, or the platform
    cannot be reached; 130 interrupted.
    """
    from annogeo.sync import Workspace

    with _remote(connection) as remote, _progress(as_json) as progress:
        report = Workspace(root).pull(
            remote,
            dataset,
            filters=_filters(filter_file),
            include=include,
            exclude=exclude,
            binaries=not annotations_only,
            prune=prune,
            max_delete=max_delete,
            dry_run=dry_run,
            jobs=jobs,
            progress=progress,
        )
    return _told(report, as_json=as_json, list_all=list_all)


@command.command("status")
@click.argument("root", metavar="FOLDER", type=click.Path())
@_reporting
def status(root: str, as_json: bool, list_all: bool) -> int:
    """Say what was changed in FOLDER and what waits for a decision; nobody is asked.

    Exit codes: 0 nothing is in conflict or broken; 1 something is; 2 FOLDER is no workspace.
    """
    from annogeo.sync import Workspace

    return _told(Workspace(root).status(), as_json=as_json, list_all=list_all)


@command.command("push")
@click.argument("root", metavar="FOLDER", type=click.Path())
@click.option("--delete", is_flag=True, help="Delete on the platform what was deleted here.")
@click.option(
    "--max-delete", default=100, show_default=True, help="The most annotations --delete may delete."
)
@click.option("--dry-run", "--plan", "plan_only", is_flag=True, help="Say what would be sent.")
@_connected
@_reporting
def push(
    root: str,
    delete: bool,
    max_delete: int,
    plan_only: bool,
    jobs: int,
    as_json: bool,
    list_all: bool,
    **connection: Any,
) -> int:
    """Send the annotations that were changed in FOLDER; what was changed on both sides is not sent.

    Exit codes: 0 done; 1 something failed, is unclear or in conflict (each named); 2 unusable arguments, or the
    platform cannot be reached; 130 interrupted.
    """
    from annogeo.sync import Workspace

    with _remote(connection) as remote, _progress(as_json) as progress:
        report = Workspace(root).push(
            remote, plan_only, delete=delete, max_delete=max_delete, jobs=jobs, progress=progress
        )
    return _told(report, as_json=as_json, list_all=list_all)


@command.command("resolve")
@click.argument("root", metavar="FOLDER", type=click.Path())
@click.argument("item", metavar="ITEM")
@click.argument("side", metavar="SIDE", type=click.Choice(["local", "remote", "both"]))
@_reporting
def resolve(root: str, item: str, side: str, as_json: bool, list_all: bool) -> int:
    """Decide the conflicts of ITEM (its path or id): SIDE is local, remote or both.

    `local`: the next push sends what is here. `remote`: what is on the platform is written here; the file as it was
    goes into the trash. `both`: the platform's stays, and what is here becomes a new annotation.
    """
    from annogeo.sync import Workspace

    return _told(Workspace(root).resolve(item, side), as_json=as_json, list_all=True)


@contextmanager
def _remote(connection: dict[str, Any]) -> Iterator[Remote]:
    """Open the platform; the first Ctrl-C lets what is in flight finish, the second ends at once."""
    from annogeo.sync import Remote

    with Remote(connection.pop("url"), **connection) as remote:

        def stop(*_: object) -> None:
            signal.signal(signal.SIGINT, before)
            remote.transport.stop.set()
            complain("stopping; what is in flight is finished")

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield remote
        finally:
            signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, int, int | None], None]]:
    """Show how far it is: the listing as it grows, then a bar."""
    from annogeo.cli.progress import make_progress

    shown = make_progress(quiet=quiet)
    phase = ""

    def step(what: str, done: int, total: int | None) -> None:
        nonlocal phase
        if total is None:
            return  # nobody knows how long a listing is
        if what != phase:
            shown.end()
            shown.begin(what, total)
            phase = what
        shown.step(what)

    try:
        yield step
    finally:
        shown.end()


def _filters(path: str | None) -> Any:
    if path is None:
        return None
    from annogeo.errors import InputError
    from annogeo.files.documents import read_bytes
    from annogeo.sync import Filters

    try:
        found = json.loads(read_bytes(path))
    except ValueError as error:
        raise InputError(f"is no JSON: {error}", path=path) from None
    if not isinstance(found, dict):
        raise InputError(f"expected a query, got {type(found).__name__}", path=path)
    return Filters(custom_filter=found)


def _told(report: Report, *, as_json: bool, list_all: bool) -> int:
    """Print what was done, and say how it ended."""
    code = INTERRUPTED if report.interrupted else DONE if report.ok else SOME_FAILED
    words = ", ".join(f"{n} {state}" for state, n in report.counts.items()) or "nothing to do"
    head = f"{report.verb}{' (plan)' if report.is_plan else ''}: {words}"
    if report.interrupted:
        head += "; interrupted, run the same command again to go on"
    if as_json:
        click.echo(json.dumps({**report.to_json(), "exit_code": code}, indent=2))
    else:
        for outcome in report.outcomes:
            if list_all or report.is_plan or outcome.message or outcome.state not in _QUIET:
                click.echo(printable(str(outcome)))
    click.echo(head, err=as_json)
    return code
