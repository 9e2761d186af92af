"""The command line: arguments in, text out. Each command lives in its own file, which is imported when it runs.

`main` is the console entry point. Importing this loads click and nothing else. Layer: above everything.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

import click

from annogeo import __version__
from annogeo.errors import AnnogeoError

DONE, SOME_FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130

# name -> (module below annogeo.cli, one line of help, where it leads)
_COMMANDS: dict[str, tuple[str, str]] = {
    "render": ("render", "Draw masks, id maps and overlays of a dataset."),
    "validate": ("validate", "Check a dataset and list what is wrong with it."),
    "repair": ("repair", "Write a repaired copy of a dataset."),
    "formats": ("formats", "List the formats that can be read and written."),
    "warmup": ("warmup", "Compile everything now, so that the first run is fast."),
    "video": ("video", "Draw annotations onto a video, or write its ids."),
    "vtt": ("vtt", "Check and convert subtitles: WebVTT, SubRip."),
    "sync": ("sync", "Pull and push datasets of the platform."),
}


class _Commands(click.Group):
    """A group that knows its commands by name and imports them when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = _COMMANDS.get(cmd_name)
        if row is None:
            return None
        module = import_module(f"annogeo.cli.{row[0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, row[1]) for name, row in _COMMANDS.items()])

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Run; whatever goes wrong ends in one line and an exit code, never in a traceback."""
        run = partial(super().main, args, prog_name, **{**extra, "standalone_mode": False})
        if not extra.get("standalone_mode", True):
            return run()
        sys.exit(_guarded(run))


def _guarded(run: Callable[[], Any]) -> int:
    try:
        code = run()
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except AnnogeoError as error:
        complain(str(error))
        return UNUSABLE
    except (KeyboardInterrupt, click.Abort):
        return _interrupted()
    except BrokenPipeError:
        # whoever read our output has gone; python would complain once more on closing it
        sys.stdout = None
        return SOME_FAILED
    except OSError as error:
        complain(f"{error.filename or 'the system says'}: {(error.strerror or str(error)).lower()}")
        return UNUSABLE
    except Exception as error:
        if isinstance(
            error.__cause__, KeyboardInterrupt
        ):  # as Python 3.11 reports it from inside a class body
            return _interrupted()
        complain(f"{type(error).__name__}: {error}; this is a defect of annogeo, please report it")
        return UNUSABLE


def end_undisturbed() -> None:
    """Ignore further interrupts: the run has been stopped, and one in its last lines would only garble them."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)


def _interrupted() -> int:
    end_undisturbed()
    complain("interrupted")
    return INTERRUPTED


@contextmanager
def about(path: str | None) -> Iterator[None]:
    """Let errors from in here name the file they are about, where they name none."""
    try:
        yield
    except AnnogeoError as error:
        raise error.located(path=path) from None


def complain(message: str) -> None:
    """Write one line of error to standard error."""
    click.echo(f"annogeo: {printable(message)}", err=True)


def printable(text: str) -> str:
    """Keep a message on one line, and names from data from steering the terminal."""
    return (
        "".join(
            character
            if character.isprintable()
            else character.encode("unicode_escape", "surrogatepass").decode()
            for character in text.replace("\n", " ")
        )
        .encode("utf-8", "backslashreplace")
        .decode()
    )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="annogeo")
def main() -> None:
    """Annotations become pixels: masks, id maps and overlays, exact and fast.

    \b
    annogeo render INPUT OUTPUT --view mask,instance
    """
