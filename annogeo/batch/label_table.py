"""Ids and colours of labels for one output folder: given by an ontology, or numbered over the whole input and recorded.

The record, ``labels.json``, is what keeps ids the same when a folder is rendered again with more items. Layer: batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annogeo.atomic import write_bytes
from annogeo.colors import Color
from annogeo.draw import Skeleton
from annogeo.errors import InputError
from annogeo.files.ontologies import read_ontology
from annogeo.model.ontology import BACKGROUND, Ontology
from annogeo.model.palette import assign_colors, object_color

RECORD_NAME = "labels.json"


@dataclass(frozen=True, slots=True)
class LabelTable:
    """Label -> id and label -> colour.

    Parameters
    ----------
    ids : mapping of label -> int
        May hold ``$default``, the background.
    colors : mapping of label -> colour
    skeletons : mapping of template id -> Skeleton
    """

    ids: Mapping[str, int] = field(default_factory=dict)
    colors: Mapping[str, Color] = field(default_factory=dict)
    skeletons: Mapping[str, Skeleton] = field(default_factory=dict)

    @classmethod
    def from_ontology(cls, ontology: Ontology) -> LabelTable:
        """Take what an ontology says."""
        return cls(ontology.instance_map, ontology.color_map, ontology.skeletons)

    def ontology(self) -> Ontology:
        """Make the ontology that drawing looks things up in."""
        return Ontology(color_map=self.colors, instance_map=self.ids, skeletons=self.skeletons)

    def with_labels(self, labels: Iterable[str], palette: Sequence[Color] | None = None) -> LabelTable:
        """Append labels that are missing, in string order; what is there stays.

        Parameters
        ----------
        labels : iterable of str
        palette : sequence of colours, optional
            New labels get the entry of their id, counted from 1, instead of a colour of the built-in palette.

        Examples
        --------
        >>> LabelTable({"dog": 1}, {"dog": (1, 2, 3)}).with_labels(["cat", "dog"]).ids
        {'dog': 1, 'cat': 2}
        """
        following = max((number for label, number in self.ids.items() if label != BACKGROUND), default=0) + 1
        new_ids = sorted({label for label in labels if label not in self.ids})
        ids = {**self.ids, **{label: following + i for i, label in enumerate(new_ids)}}
        new_colors = [label for label in ids if label not in self.colors and label != BACKGROUND]
        taken = [color[:3] for label, color in self.colors.items() if label != BACKGROUND]
        given: dict[str, Color] = {}
        if palette is None:
            given.update(assign_colors(new_colors, taken))
        else:
            given.update((label, object_color(ids[label] - 1, palette)) for label in new_colors)
        return LabelTable(ids, {**self.colors, **given}, self.skeletons)

    def part(self, labels: Iterable[str]) -> list[tuple[str, int | None, Color | None]]:
        """The rows of some labels, and the background's: what an item's pictures depend on."""
        names = sorted({*labels, BACKGROUND})
        return [(name, self.ids.get(name), self.colors.get(name)) for name in names]


def read_record(output: Path) -> LabelTable:
    """Read the table an earlier run has left in the output folder; empty where there is none.

    Raises
    ------
    InputError
        If the file is there and can't be understood: numbering anew would contradict pictures that exist.
    """
    path = output / RECORD_NAME
    if not path.exists():
        return LabelTable()
    try:
        return LabelTable.from_ontology(read_ontology(path))
    except InputError as error:
        raise InputError(
            error.message, path=error.path, json_path=error.json_path, hint="repair it or move it away"
        ) from None


def write_record(output: Path, table: LabelTable) -> str:
    """Write the table into the output folder; return the file's path."""
    path = output / RECORD_NAME
    ontology = Ontology(color_map=table.colors, instance_map=table.ids)
    record = ontology.to_table()
    if BACKGROUND in table.ids or BACKGROUND in table.colors:
        from annogeo.colors import to_hex

        color = table.colors.get(BACKGROUND)
        shown = {} if color is None else {"color": to_hex(color)}
        record[BACKGROUND] = {"id": table.ids.get(BACKGROUND, 0), **shown}
    text = json.dumps(record, ensure_ascii=False, indent=2).encode("utf-8", "surrogatepass") + b"\n"
    if not path.exists() or path.read_bytes() != text:
        write_bytes(path, text)
    return str(path)
