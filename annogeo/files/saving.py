"""Writing datasets. Layer: files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annogeo.atomic import write_bytes
from annogeo.codecs.platform import dumps
from annogeo.errors import AnnogeoError, InputError, Problem
from annogeo.files.dataset import Sample
from annogeo.files.documents import read_bytes
from annogeo.files.format_table import check_format
from annogeo.files.pairing import Source, settle_collisions
from annogeo.files.paths import given_path, replaced_suffix, safe_join, safe_relative
from annogeo.model.enums import ExportVersion


@dataclass(slots=True)
class ConversionReport:
    """What was written, and what could not be.

    Parameters
    ----------
    format : str
    items, annotations : int
        How many were written.
    problems : list of Problem
        Every loss.

    Examples
    --------
    >>> ConversionReport("dataloop", items=1, annotations=2).losses
    []
    """

    format: str
    items: int = 0
    annotations: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def losses(self) -> list[Problem]:
        """The same as `problems`: what the target can't hold."""
        return self.problems


def save(
    dataset: Iterable[Sample],
    path: str | os.PathLike[str],
    format: str,
    strict: bool = False,
    *,
    version: ExportVersion | str = ExportVersion.V1,
    copy_items: bool = True,
) -> ConversionReport:
    """Write a dataset.

    Parameters
    ----------
    dataset : Dataset or iterable of Sample
        Or of (item, annotations) pairs.
    path : path
        A folder; made if missing.
    format : str
        A name of `formats`.
    strict : bool
        Raise before anything is written if something would be lost.
    version : ExportVersion
        How files are named; where V1 names collide, V2 is used for those.
    copy_items : bool
        Also copy pictures whose file is known.

    Returns
    -------
    ConversionReport
        What was written, and each loss.

    Raises
    ------
    InputError
        If an item's name would lead out of the folder and `strict` is set, or the place can't be written.
    UnsupportedError
        If the format comes later.

    Examples
    --------
    >>> import tempfile
    >>> from annogeo.definitions import Box
    >>> from annogeo.model import AnnotationCollection, Item
    >>> scene = AnnotationCollection(Item("/street/1.jpg", width=64, height=48))
    >>> scene.add(Box(0, 0, 4, 2, "car"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = save([(scene.item, scene)], folder, "dataloop")
    ...     [file.relative_to(folder).as_posix() for file in Path(folder).rglob("*.json")]
    ['json/street/1.json']
    >>> report.annotations, report.losses
    (1, [])
    """
    root = given_path(path)
    report = ConversionReport(check_format(format, writing=True))
    samples = [Sample(*entry) for entry in dataset]
    planned = _plan(samples, ExportVersion(version), report)
    if strict and report.problems:
        first = report.problems[0]
        raise InputError(first.message, path=first.path, json_path=first.json_path, hint=first.hint)
    for sample, source in planned:
        try:
            _write(sample, source, root, copy_items)
        except AnnogeoError as error:
            if strict:
                raise
            report.problems.append(Problem.from_error(error))
            continue
        report.items += 1
        report.annotations += len(sample.annotations)
    return report


def _plan(
    samples: list[Sample], version: ExportVersion, report: ConversionReport
) -> list[tuple[Sample, Source]]:
    """Name every sample; those whose name is refused are reported and left out."""
    named: list[tuple[Sample, Source]] = []
    for i, sample in enumerate(samples):
        try:
            name = safe_relative(sample.item.filename or f"{i:08d}")
        except InputError as error:
            report.problems.append(Problem.from_error(error))
            continue
        stem = replaced_suffix(name, "")
        named.append((sample, Source(stem, name, image_path=sample.item.path, version=version)))
    settled, _ = settle_collisions([source for _, source in named], ".json")
    return [(sample, source) for (sample, _), source in zip(named, settled, strict=True)]


def _write(sample: Sample, source: Source, root: Path, copy_items: bool) -> None:
    defaults: dict[str, Any] = {"filename": sample.item.filename}
    if sample.item.metadata:
        defaults["metadata"] = sample.item.metadata
    text = dumps(sample.annotations, defaults=defaults)
    target = safe_join(root / "json", source.output_name(".json"))
    if copy_items and source.image_path is not None:
        write_bytes(safe_join(root / "items", source.name), read_bytes(source.image_path))
    write_bytes(target, text)
