"""`repair`: a collection without what the checks found and can be put right, and what was changed. Layer: ops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annogeo.definitions import Definition
from annogeo.errors import InputError
from annogeo.model.collection import AnnotationCollection
from annogeo.ops.validation.records import duplicates
from annogeo.ops.validation.registry import Finding, all_checks
from annogeo.ops.validation.repairs import EMPTY, IN_PART, REPAIRS, Fix, Repair, Room, swapped_entry
from annogeo.ops.validation.scene import Scene, Subject

if TYPE_CHECKING:
    from annogeo.model.frames import Keyframe


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that `repair` changed.

    Parameters
    ----------
    code : str
        The check that had found it.
    message : str
        What was changed, in words.
    before, after : float, optional
        The number that the words speak of: points, rings, square px ...
    path, json_path, annotation_id, frame
        Where, as of `Problem`.

    Examples
    --------
    >>> str(Change("spike", "dropped 1 spike: 5 points became 3", 5, 3, annotation_id="5f1"))
    'annotation 5f1: dropped 1 spike: 5 points became 3'
    """

    code: str
    message: str
    before: float | None = None
    after: float | None = None
    path: str | None = None
    json_path: str | None = None
    annotation_id: str | None = None
    frame: int | None = None

    @property
    def place(self) -> str:
        """Where it is, without the file."""
        parts = [self.json_path, self.annotation_id and f"annotation {self.annotation_id}"]
        parts.append(None if self.frame is None else f"frame {self.frame}")
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.path, self.place) if part)
        return f"{where}: {self.message}" if where else self.message


def repair(
    collection: AnnotationCollection,
    *,
    codes: Iterable[str] | None = None,
    clip: bool = False,
    resize_masks: bool = False,
    drop_duplicates: bool = False,
    drop_empty: bool = False,
) -> tuple[AnnotationCollection, list[Change]]:
    """Return a repaired copy of a collection, and what was changed in it.

    Repeated points, spikes and rings without area go; rings that cross or touch themselves or one another become rings
    that do not, with the same inside (even-odd, holes found out), small parts and winding kept; swapped corners of a
    box are put in order. None of this changes a pixel under ``rule="center"``: where it would, the shape stays as it
    is. The options change more, each only when asked for. What nobody changed is written back as it was read.

    Parameters
    ----------
    collection : AnnotationCollection
        Not changed.
    codes : iterable of str, optional
        Repair only what these checks find; an option that is off is switched on by its code.
    clip : bool
        ``partly-outside``: cut boxes, polygons and lines to the image. Pixels in it stay.
    resize_masks : bool
        ``mask-size``: crop or pad masks to the image, from its top-left corner.
    drop_duplicates : bool
        ``duplicate``: drop annotations that equal an earlier one.
    drop_empty : bool
        Drop annotations that draw nothing or lie wholly outside the image.

    Returns
    -------
    (AnnotationCollection, list of Change)

    Raises
    ------
    InputError
        If a code is unknown or nothing is repaired for it.

    Examples
    --------
    >>> from annogeo.definitions import Polygon
    >>> scene = AnnotationCollection()
    >>> scene.add(Polygon([(0, 0), (4, 4), (4, 0), (0, 4)], "car"))
    >>> repaired, (change,) = repair(scene)
    >>> change.message, len(repaired[0].annotation_definition.rings)
    ('resolved a ring that crosses itself: 1 ring became 2', 2)
    >>> repair(repaired)[1]
    []
    """
    if not isinstance(collection, AnnotationCollection):
        raise InputError(f"collection: expected an AnnotationCollection, got {type(collection).__name__}")
    options = {
        "partly-outside": clip,
        "mask-size": resize_masks,
        "duplicate": drop_duplicates,
        **dict.fromkeys(EMPTY - IN_PART, drop_empty),
    }
    wanted = _wanted(codes, options)
    repaired = collection.like(annotation.copied() for annotation in collection)
    changes = _order_corners(repaired) if "swapped-corners" in wanted else []
    for row in REPAIRS:
        if wanted & row.codes:
            changes += _apply(repaired, row, wanted & row.codes)
    doomed = _empty(repaired, EMPTY if drop_empty else wanted & EMPTY - IN_PART)
    if "duplicate" in wanted:
        doomed = {**_doubles(repaired), **doomed}
    return repaired, [*changes, *_drop(repaired, doomed)]


def repairable() -> set[str]:
    """Return the codes of the checks whose findings can be repaired."""
    return {code for row in REPAIRS for code in row.codes} | {"swapped-corners", "duplicate"} | EMPTY


def _wanted(codes: Iterable[str] | None, options: dict[str, bool]) -> set[str]:
    known = repairable()
    if codes is None:
        return {code for code in known if options.get(code, True)}
    if isinstance(codes, str):
        raise InputError(f"codes: expected a list of codes, got {codes!r}", hint=f"write [{codes!r}]")
    wanted = set(codes)
    for code in sorted(wanted - known):
        if code in all_checks():
            raise InputError(f"codes: what {code!r} finds has to be repaired by hand")
        raise InputError(f"codes: there is no check {code!r}", hint=f"there are {', '.join(sorted(known))}")
    return wanted | {code for code, is_on in options.items() if is_on}


def _apply(collection: AnnotationCollection, row: Repair, codes: set[str]) -> list[Change]:
    """Repair every state in which one of these checks finds something."""
    scene = Scene.of(collection)
    found: dict[Subject, set[str]] = {}
    for code in codes:
        for finding in all_checks()[code].find(scene):
            if finding.subject is not None:
                found.setdefault(finding.subject, set()).add(code)
    room, order = Room(scene.height, scene.width), list(all_checks())
    changes = []
    for subject in scene.subjects:
        if subject not in found:
            continue
        fix = row.fix(subject.definition, found[subject], room)
        if fix is None:
            continue
        _put(subject, fix.definition)
        worst = min(found[subject], key=order.index)  # one change is told once
        changes.append(_change(subject, fix, worst))
    return changes


def _put(subject: Subject, definition: Definition) -> None:
    keyframe: Keyframe | None = subject.keyframe
    assert keyframe is not None
    assert subject.annotation is not None
    subject.annotation.state.track.put(keyframe.replaced(definition))


def _change(subject: Subject, fix: Fix, code: str) -> Change:
    problem = subject.problem(Finding(subject, fix.message), code, "info")
    place = {"json_path": problem.json_path, "annotation_id": problem.annotation_id, "frame": problem.frame}
    return Change(code, fix.message, fix.before, fix.after, **place)  # type: ignore[arg-type]  # a str, a str, an int


def _order_corners(collection: AnnotationCollection) -> list[Change]:
    """Put the corners of boxes in order, in the document itself: as definitions they are equal."""
    scene = Scene.of(collection)
    found: dict[int, list[Subject]] = {}
    for finding in all_checks()["swapped-corners"].find(scene):
        if finding.subject is not None:
            found.setdefault(finding.subject.position, []).append(finding.subject)
    changes = []
    for position, subjects in found.items():
        annotation = collection[position]
        entry, count = swapped_entry(annotation.to_json(), [subject.keyframe for subject in subjects])
        if count:
            collection.annotations[position] = annotation.reread(entry)
            changes += [
                _change(one, Fix(one.definition, "put the corners in order"), "swapped-corners")
                for one in subjects
            ]
    return changes


Doomed = dict[int, tuple[str, str]]  # position of an annotation -> code, and why it is dropped


def _doubles(collection: AnnotationCollection) -> Doomed:
    return {
        subject.position: ("duplicate", f"dropped: it equals annotation {_name(original)}")
        for subject, original in duplicates(Scene.of(collection))
    }


def _name(subject: Subject) -> str:
    own = None if subject.annotation is None else subject.annotation.id
    return own if isinstance(own, str) and own else f"number {subject.position}"


def _empty(collection: AnnotationCollection, codes: Iterable[str]) -> Doomed:
    """Find annotations of which every state draws nothing."""
    scene = Scene.of(collection)
    reasons: dict[int, tuple[str, str]] = {}
    states: dict[int, set[int]] = {}
    for code in sorted(codes):
        for finding in all_checks()[code].find(scene):
            subject = finding.subject
            if subject is not None and not (code in IN_PART and _draws(subject.definition)):
                reasons.setdefault(subject.position, (code, f"dropped: {finding.message}"))
                states.setdefault(subject.position, set()).add(id(subject.keyframe))
    counts = {position: len(collection[position].state.track.keyframes) for position in reasons}
    return {position: why for position, why in reasons.items() if len(states[position]) == counts[position]}


def _draws(definition: Any) -> bool:
    return bool(definition.area) or getattr(definition, "length", 0.0) > 0.0


def _drop(collection: AnnotationCollection, doomed: Doomed) -> list[Change]:
    changes = []
    for position, (code, message) in sorted(doomed.items()):
        annotation = collection[position]
        own = annotation.id if isinstance(annotation.id, str) else None
        place = annotation.json_path or f"$.annotations[{position}]"
        changes.append(Change(code, message, 1, 0, json_path=place, annotation_id=own))
    collection.annotations = [one for position, one in enumerate(collection) if position not in doomed]
    return changes
