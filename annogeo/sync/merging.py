"""Three-way merging of one item's annotations: as last fetched (base), here (local), there (remote). Pure.

What only one side has changed is taken; what both have changed the same way is agreed; what both have changed in
different ways is a conflict: the local state stays as it is, and the other is kept until somebody decides. Layer: sync.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annogeo.sync.content import KEY, OWNED, content, content_hash, match_hash

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """An annotation as last agreed on with the server.

    Parameters
    ----------
    base : dict
    digest : str
        Its content hash.
    """

    base: Json
    digest: str

    @classmethod
    def of(cls, annotation: Json) -> Known:
        """Know an annotation as the server has it."""
        return cls(annotation, content_hash(annotation))


@dataclass(slots=True)
class Merged:
    """The outcome.

    Parameters
    ----------
    entries : list
        What the local file is to hold.
    known : dict of id -> Known
        The new base.
    conflicts : dict of id -> dict or None
        The remote state of what both sides have changed; None: it is deleted there.
    taken : int
        How many entries came, changed or went because of the server.
    """

    entries: list[Any] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)
    conflicts: dict[str, Json | None] = field(default_factory=dict)
    taken: int = 0


def id_of(entry: Any) -> str | None:
    """Return the id a local entry has; None: it is new."""
    found = entry.get("id") if isinstance(entry, Mapping) else None
    return found if isinstance(found, str) and found else None


def key_of(entry: Any) -> str | None:
    """Return the key of a local entry that is being created."""
    found = entry.get(KEY) if isinstance(entry, Mapping) else None
    return found if isinstance(found, str) and found else None


def is_agreed(entries: Sequence[Any], known: Mapping[str, Known]) -> bool:
    """Whether local entries are what was agreed on, no more and no less; in whatever order.

    Examples
    --------
    >>> one = {"id": "1", "label": "a"}
    >>> is_agreed([one], {"1": Known.of(one)}), is_agreed([one, one], {"1": Known.of(one)}), is_agreed([], {})
    (True, False, True)
    """
    if len(entries) != len(known):
        return False
    listed = {id_of(entry): entry for entry in entries}
    return len(listed) == len(entries) and all(listed.get(own) == held.base for own, held in known.items())


def split(entries: Sequence[Any], ids: Iterable[str]) -> tuple[dict[str, int], list[int]]:
    """Sort local entries: id -> place of those the server knows, and the places of those it does not.

    Of two with one id the second is new: somebody has copied it.
    """
    known = set(ids)
    places: dict[str, int] = {}
    new: list[int] = []
    for place, entry in enumerate(entries):
        own = id_of(entry)
        if own is not None and own in known and own not in places:
            places[own] = place
        else:
            new.append(place)
    return places, new


def claims(
    entries: Sequence[Any],
    new: Iterable[int],
    unclaimed: Mapping[str, Json],
    sent: Mapping[str, str],
    made: Mapping[str, str] | None = None,
) -> dict[int, str]:
    """Find local entries without an id that are on the server already: an answer was lost, or a run killed.

    Parameters
    ----------
    entries : list
    new : iterable of int
        The places of entries without an id.
    unclaimed : dict of id -> annotation
        What the server has and no local entry stands for.
    sent : dict of key -> match hash
        As it was sent, by the entry's key: it may have been edited since.
    made : dict of key -> id, optional
        What the server is known to have made.

    Returns
    -------
    dict of place -> id
        Each id once.
    """
    free: dict[str, list[str]] = defaultdict(list)
    for own in sorted(unclaimed, reverse=True):
        free[match_hash(unclaimed[own])].append(own)
    found: dict[int, str] = {}
    left: list[int] = []
    for place in new:
        told = (made or {}).get(key_of(entries[place]) or "")
        if told is not None and told in unclaimed and told not in found.values():
            found[place] = told
            free[match_hash(unclaimed[told])].remove(told)
        else:
            left.append(place)
    for has_key in (True, False):  # those that were sent come before those that only look the same
        for place in left:
            key = key_of(entries[place])
            if place in found or (key in sent) != has_key or not isinstance(entries[place], Mapping):
                continue
            candidates = free[sent[key] if has_key and key is not None else match_hash(entries[place])]
            if candidates:
                found[place] = candidates.pop()
    return found


def merge(
    entries: Sequence[Any],
    known: Mapping[str, Known],
    remote: Mapping[str, Json],
    sent: Mapping[str, str] | None = None,
    made: Mapping[str, str] | None = None,
) -> Merged:
    """Merge.

    Parameters
    ----------
    entries : list
        The local file's.
    known : dict of id -> Known
        As last agreed on.
    remote : dict of id -> annotation
        All there are now.
    sent, made
        See `claims`.

    Examples
    --------
    >>> old, mine = {"id": "1", "label": "a"}, {"label": "mine"}
    >>> merged = merge([old, mine], {"1": Known.of(old)}, {"1": {"id": "1", "label": "b"}, "2": {"id": "2"}})
    >>> [entry.get("label") for entry in merged.entries], merged.conflicts, merged.taken
    (['b', 'mine', None], {}, 2)
    """
    merged = Merged()
    places, new = split(entries, {*known, *remote})
    unclaimed = {own: one for own, one in remote.items() if own not in places and own not in known}
    if made:
        unclaimed |= {own: remote[own] for own in made.values() if own in remote and own not in places}
    adopted = claims(entries, new, unclaimed, sent or {}, made)
    by_place = {place: own for own, place in places.items()}
    for place, entry in enumerate(entries):
        own = by_place.get(place)
        if own is not None:
            _keep(merged, own, entry, known.get(own), remote.get(own))
        elif place in adopted:
            own = adopted[place]
            merged.entries.append(adopted_entry(entry, remote[own]))
            merged.known[own] = Known.of(remote[own])
            merged.taken += 1
        else:
            is_copy = id_of(entry) in places  # of an entry that stands before it
            merged.entries.append(content(entry) if is_copy else entry)
    here = {*places, *adopted.values()}
    for own, held in known.items():
        if own not in here:
            _stay_deleted(merged, own, held, remote.get(own))
    for own in sorted(remote):
        if own not in here and own not in known:
            merged.entries.append(remote[own])
            merged.known[own] = Known.of(remote[own])
            merged.taken += 1
    return merged


def _keep(merged: Merged, own: str, entry: Json, held: Known | None, there: Json | None) -> None:
    """Merge an entry that has an id the server knows or knew."""
    here = content_hash(entry)
    theirs = None if there is None else content_hash(there)
    before = None if held is None else held.digest
    if there is not None and theirs in (here, before):
        merged.known[own] = Known.of(there)
        merged.entries.append(there if theirs == here else entry)
        merged.taken += theirs == here and here != before
    elif before == here:  # changed or deleted there alone
        merged.taken += 1
        if there is not None:
            merged.entries.append(there)
            merged.known[own] = Known.of(there)
    else:
        merged.entries.append(entry)
        merged.conflicts[own] = there
        if held is not None:
            merged.known[own] = held


def _stay_deleted(merged: Merged, own: str, held: Known, there: Json | None) -> None:
    """Treat what was deleted here: the server may have deleted or changed it too."""
    if there is None:
        return
    merged.known[own] = held
    if content_hash(there) != held.digest:
        merged.conflicts[own] = there
    else:
        merged.known[own] = Known.of(there)


def adopted_entry(entry: Mapping[str, Any], there: Mapping[str, Any]) -> Json:
    """Give a local entry the id and everything else that the server keeps about it.

    What it says itself stays, it may have been edited meanwhile; metadata that the server has added comes along.

    Examples
    --------
    >>> mine = {"label": "car", "annogeo_key": "k"}
    >>> adopted_entry(mine, {"id": "7", "label": "dog", "metadata": {"system": {"size": 1}}})
    {'id': '7', 'label': 'car', 'metadata': {'system': {'size': 1}}}
    """
    made = {key: value for key, value in there.items() if key in OWNED} | content(entry)
    metadata = _joined(there.get("metadata"), entry.get("metadata"))
    return made | {"metadata": metadata} if metadata else made


def _joined(there: Any, here: Any) -> Any:
    """Put metadata together, space by space; what is here counts."""
    if not isinstance(there, Mapping) or not isinstance(here, Mapping | None):
        return here
    joined = dict(there)
    for space, values in (here or {}).items():
        both = isinstance(values, Mapping) and isinstance(joined.get(space), Mapping)
        joined[space] = {**joined[space], **values} if both else values
    return joined
