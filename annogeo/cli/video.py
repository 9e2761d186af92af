"""``annogeo video``."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import Any

import click

from annogeo.cli import DONE, printable
from annogeo.cli.groups import GroupedCommand, GroupedOption
from annogeo.cli.style_options import look_options, read_look, shape_option, text_option
from annogeo.errors import AnnogeoError

_what = partial(click.option, cls=GroupedOption, group="What to draw")
_code = partial(click.option, cls=GroupedOption, group="Encoding")
_run = partial(click.option, cls=GroupedOption, group="Running")


@click.command("video", cls=GroupedCommand)
@click.argument("video", type=click.Path())
@click.argument("annotations", type=click.Path())
@click.argument("output", type=click.Path())
@_what(
    "--view",
    metavar="V",
    default="overlay",
    show_default=True,
    help="overlay, mask, instance or object_id; all but overlay are lossless.",
)
@_what("--ontology", metavar="FILE", type=click.Path(), help="Ids and colours of labels.")
@_what("--hold", is_flag=True, help="Keep each keyframe until the next one, instead of moving between them.")
@_what("--stream", metavar="N", type=int, help="Which stream of the video; by default the best.")
@shape_option(
    "--thickness",
    metavar="N",
    type=float,
    help="Width of outlines in px; -1 fills. Default: 2 in overlays, else filled.",
)
@look_options
@text_option("--no-text", is_flag=True, help="Write no labels.")
@text_option(
    "--subtitles",
    metavar="burn|track",
    help="Write subtitles into the pictures, or into a track of their own.",
)
@_code("--codec", metavar="C", help="FFmpeg's name of an encoder; by default H.264, or VP9 in .webm.")
@_code(
    "--option",
    "options",
    metavar="K=V",
    multiple=True,
    help="Of the encoder, such as crf=18 or preset=slow; may be repeated.",
)
@_run("--json", "as_json", is_flag=True, help="Print a summary as JSON on standard output.")
def command(
    video: str,
    annotations: str,
    output: str,
    view: str,
    ontology: str | None,
    hold: bool,
    stream: int | None,
    rule: str,
    thickness: float | None,
    alpha: float,
    no_text: bool,
    codec: str | None,
    options: tuple[str, ...],
    subtitles: str | None,
    as_json: bool,
    **look: Any,
) -> int:
    """Draw annotations onto a video, or write the video of their ids.

    ANNOTATIONS is the platform's JSON, or WebVTT and SRT subtitles; OUTPUT ends in .mp4, .mov, .mkv, .webm, .avi, or
    stands for pictures, as masks/%06d.png. Times, sound and subtitles are kept.
    """
    from annogeo.cli.video_progress import frame_progress
    from annogeo.style import Style
    from annogeo.video import render_video

    collection = _read(annotations, ontology)
    with frame_progress() as progress:
        report = render_video(
            video,
            collection,
            output,
            view=view,
            codec=codec,
            options=_options(options),
            thickness=thickness,
            alpha=alpha,
            with_text=not no_text,
            style=Style(**read_look(look)),
            rule=rule,
            interpolation="hold" if hold else "linear",
            progress=progress,
            subtitles=subtitles,
            stream=stream,
        )
    problems = [*(problem.located(path=annotations) for problem in collection.problems), *report.problems]
    if as_json:
        summary = {
            "output": output,
            "frames": report.frames,
            "seconds": float(report.duration),
            "codec": report.codec,
            "problems": [asdict(problem) for problem in problems],
        }
        click.echo(json.dumps(summary, indent=2))
    for problem in problems:
        click.echo(printable(str(problem)), err=True)
    click.echo(f"{report.frames} frames, {float(report.duration):.2f} s, {report.codec}", err=True)
    return DONE


def _read(annotations: str, ontology: str | None) -> Any:
    """Read annotations, with ids and colours of labels."""
    from annogeo.files.documents import read_bytes, read_head
    from annogeo.files.ontologies import read_ontology
    from annogeo.files.subtitles import SUFFIXES
    from annogeo.model import AnnotationCollection, Item

    if annotations.lower().endswith(SUFFIXES):
        collection = AnnotationCollection()
        collection.from_vtt_file(annotations)
        return collection
    data = read_bytes(annotations)
    try:
        item = Item.from_json(read_head(data).keys)
        item.ontology = None if ontology is None else read_ontology(ontology)
        return AnnotationCollection.from_json(data, item=item)
    except AnnogeoError as error:
        raise error.located(path=annotations) from None


def _options(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"expected K=V, such as crf=18, got {text!r}", param_hint="--option")
        found[key] = value
    return found
