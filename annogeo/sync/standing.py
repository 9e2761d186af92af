"""Status and resolving: what is changed where, offline; and decisions where both sides have changed. Layer: sync."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from annogeo.atomic import write_bytes
from annogeo.errors import AnnogeoError, InputError
from annogeo.sync.content import content, content_hash
from annogeo.sync.document import digest, read_document, written
from annogeo.sync.fetching import file_hash
from annogeo.sync.layout import Layout
from annogeo.sync.merging import Known, is_agreed, split
from annogeo.sync.reports import Outcome, Report
from annogeo.sync.state import ItemRow, State
from annogeo.sync.trash import Trash

Json = dict[str, Any]
SIDES = ("local", "remote", "both")


def status(layout: Layout, state: State) -> Report:
    """Say for every item how it stands: here, as last agreed, and on the server as last seen."""
    report = Report("status")
    in_conflict, digests = state.in_conflict(), state.digests()
    tracked = set()
    for row in state.items():
        tracked.add(layout.document(row.path))
        report.outcomes.append(_standing(layout, row, digests.get(row.id, {}), in_conflict.get(row.id, 0)))
    root = layout.root / "json"
    for folder, _, names in os.walk(root):
        for name in names:
            place = layout.root.joinpath(folder, name)
            if name.endswith(".json") and not name.startswith(".annogeo-") and place not in tracked:
                path = os.path.relpath(place, root).replace(os.sep, "/").removesuffix(".json")
                report.outcomes.append(Outcome(path, "untracked", "no item of the dataset has this name"))
    report.outcomes.sort(key=lambda outcome: outcome.path)
    return report


def _standing(layout: Layout, row: ItemRow, digests: Mapping[str, str], conflicts: int) -> Outcome:
    notes = []
    state = "unchanged"
    if row.file_hash is not None:
        picture = file_hash(layout.item(row.path))
        if picture != row.file_hash:
            state = "missing" if picture is None else "modified"
            notes.append("the file is missing" if picture is None else "the file was changed")
    try:
        here = read_document(layout.document(row.path))
    except AnnogeoError as error:
        return Outcome(row.path, "failed", str(error), row.id)
    if here is None:
        state, notes = "missing", [*notes, "the JSON is missing; a pull brings it back"]
    elif here.digest != row.doc_hash:
        places, new = split(here.entries, digests)
        edited = sum(content_hash(here.entries[place]) != digests[own] for own, place in places.items())
        numbers = {"created": len(new), "changed": edited, "deleted": len(digests) - len(places)}
        if any(numbers.values()):
            state = "modified"
            notes.append(", ".join(f"{n} {word}" for word, n in numbers.items() if n))
    if row.gone:
        state, notes = "gone", ["it is no longer on the server", *notes]
    if conflicts:
        state, notes = "conflict", [f"{conflicts} changed on both sides", *notes]
    return Outcome(row.path, state, "; ".join(notes), row.id)


def resolve(layout: Layout, state: State, row: ItemRow, side: str) -> Report:
    """Decide the conflicts of an item.

    Parameters
    ----------
    side : {'local', 'remote', 'both'}
        ``local``: what is here counts, and the next push sends it. ``remote``: what is on the server counts, and is
        written here; the file as it was goes into the trash. ``both``: the server's stays what it is, and what is here
        becomes a new annotation.

    Raises
    ------
    InputError
        If the side is none of these, or the file cannot be read.
    """
    if side not in SIDES:
        raise InputError(f"side: expected one of {', '.join(SIDES)}, got {side!r}")
    report = Report("resolve")
    conflicts = state.conflicts(row.id)
    if not conflicts:
        report.outcomes.append(Outcome(row.path, "unchanged", "nothing is in conflict", row.id))
        return report
    place = layout.document(row.path)
    here = read_document(place)
    if here is None:
        raise InputError("the JSON is missing", path=os.fspath(place), hint="pull first")
    known = state.known(row.id)
    entries: list[Any] = []
    open_ids = dict(conflicts)
    for entry in here.entries:
        own = entry.get("id") if isinstance(entry, dict) else None
        if own not in open_ids:
            entries.append(entry)
            continue
        theirs = open_ids.pop(own)
        entries += _decided(entry, theirs, side)
    if side != "local":
        entries += [theirs for theirs in open_ids.values() if theirs is not None]  # deleted here
    for own, theirs in conflicts.items():
        if theirs is None:
            known.pop(own, None)
        else:
            known[own] = Known.of(theirs)
    data = written(here.head, entries)
    if entries != here.entries:
        Trash(layout).keep_copy(place, row.path + ".json")
        write_bytes(place, data)
    is_clean = is_agreed(entries, known)
    with state.together():
        state.put_known(row.id, known, {})
        if is_clean:
            state.put_item(replace(row, doc_hash=digest(data) if entries != here.entries else here.digest))
    for own in conflicts:
        report.outcomes.append(Outcome(row.path, "resolved", side, row.id, own))
    return report


def _decided(entry: Json, theirs: Json | None, side: str) -> list[Json]:
    """Return what stands for an entry afterwards; what was deleted on the server and stays here has no id any more."""
    if side == "remote":
        return [] if theirs is None else [theirs]
    if theirs is None:
        return [content(entry)]
    return [entry] if side == "local" else [theirs, content(entry)]
