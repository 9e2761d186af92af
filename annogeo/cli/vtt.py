"""``annogeo vtt``: check subtitle files, and turn WebVTT, SubRip and the platform's JSON into one another."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from annogeo.cli import DONE, SOME_FAILED, about, complain, printable

if TYPE_CHECKING:
    from annogeo.codecs.webvtt.document import Document


@click.group("vtt")
def command() -> None:
    """Check and convert subtitles."""


@command.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(files: tuple[str, ...], as_json: bool) -> int:
    """List what the WebVTT specification does not allow in FILE, with line numbers.

    The texts of cues are taken for captions ('info' marks what is said of them): in files of metadata anything may
    stand there. SubRip files (.srt) are checked for what cannot be understood.
    Exit codes: 0 nothing found, 1 something, 2 no such file.
    """
    from annogeo.errors import InputError, Problem
    from annogeo.files.subtitles import read_subtitles

    problems: list[Problem] = []
    cues = 0
    for path in files:
        if not os.path.isfile(path):
            raise InputError("no such file", path=path)
        try:
            document = read_subtitles(path, markup=True)
        except InputError as error:
            problems.append(Problem.from_error(error))
            continue
        cues += len(document.cues)
        problems += document.problems
    code = SOME_FAILED if problems else DONE
    if as_json:
        listed = [{key: value for key, value in asdict(one).items() if value is not None} for one in problems]
        click.echo(
            json.dumps({"files": len(files), "cues": cues, "problems": listed, "exit_code": code}, indent=2)
        )
    else:
        for problem in problems:
            click.echo(printable(str(problem)))
    click.echo(f"{len(files)} files, {cues} cues, {len(problems)} problems", err=as_json)
    return code


@command.command("convert")
@click.argument("source", metavar="FILE", type=click.Path())
@click.argument("target", metavar="OUTPUT", type=click.Path())
@click.option("--strict", is_flag=True, help="Stop where the file is wrong or something would be lost.")
def convert(source: str, target: str, strict: bool) -> int:
    """Turn FILE into OUTPUT: .vtt, .srt or .json (the platform's), by their names.

    What OUTPUT cannot hold is listed. Exit codes: 0 done; 2 FILE cannot be used, OUTPUT cannot be written, or with
    --strict something is wrong.
    """
    from annogeo.errors import InputError

    kinds = [os.path.splitext(path)[1].lower() for path in (source, target)]
    for kind, path in zip(kinds, (source, target), strict=True):
        if kind not in (".vtt", ".srt", ".json"):
            raise InputError("expected a name that ends in .vtt, .srt or .json", path=path)
    if os.path.abspath(source) == os.path.abspath(target):
        raise InputError("expected another file than the one read", path=target)
    document, said = _read(source, kinds[0], strict)
    said += _write(document, target, kinds[1], strict)
    for message in said:
        complain(message)
    click.echo(f"{len(document.cues)} cues")
    return DONE


def _read(path: str, kind: str, strict: bool) -> tuple[Document, list[str]]:
    if kind != ".json":
        from annogeo.files.subtitles import read_subtitles

        document = read_subtitles(path, strict=strict)
        return document, [str(problem) for problem in document.problems]
    from annogeo.codecs.webvtt.annotations import document_of
    from annogeo.files.documents import read_bytes
    from annogeo.model import AnnotationCollection

    with about(path):
        collection = AnnotationCollection.from_json(read_bytes(path), strict=strict)
    document = document_of(collection)
    others = len(collection) - len(document.cues)
    said = [str(problem.located(path=path)) for problem in collection.problems]
    return document, said + (
        [f"{path}: {others} annotations are no subtitles and were left out"] if others else []
    )


def _write(document: Document, path: str, kind: str, strict: bool) -> list[str]:
    if kind != ".json":
        from annogeo.files.subtitles import write_subtitles

        return [f"{path}: {loss}" for loss in write_subtitles(document, path, strict=strict)]
    from annogeo.atomic import write_bytes
    from annogeo.codecs.webvtt.annotations import add_cues
    from annogeo.model import AnnotationCollection

    collection = AnnotationCollection()
    add_cues(collection, document)
    write_bytes(
        path, json.dumps(collection.to_json(), ensure_ascii=False, indent=2).encode("utf-8", "surrogatepass")
    )
    return [
        f"{path}: {len(held)} {what} are lost"
        for what, held in (
            ("regions", document.regions),
            ("styles", document.styles),
            ("notes", document.notes),
        )
        if held
    ]
