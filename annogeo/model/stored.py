"""`Stored`: an annotation as a slice of its document, opened when something of it is first needed.

The base of `Annotation`, with all it stores. Layer: model.
"""

from __future__ import annotations

import copy
import os
import threading
from typing import Any, Self

from annogeo.errors import InputError
from annogeo.model.json_values import MISSING
from annogeo.model.source import Origin
from annogeo.model.state import State, open_entry

_opening = threading.RLock()


def _renew_lock() -> None:
    global _opening
    _opening = threading.RLock()


if hasattr(os, "register_at_fork"):
    # a child forked while another thread holds the lock would wait for ever
    os.register_at_fork(after_in_child=_renew_lock)


def opening() -> Any:  # a lock; threading has no public name for its type
    """Return the lock under which annotations are opened: two threads must not each get their own state."""
    return _opening


class Stored:
    """An entry, its place, its origin, and, once opened, its state."""

    __slots__ = ("__weakref__", "_entry", "_index", "_origin", "_state")

    _entry: Any
    _index: int | None
    _origin: Origin
    _state: State | None

    @classmethod
    def of_entry(cls, entry: Any, origin: Origin, index: int | None) -> Self:
        """Make the annotation of one entry of a document, without reading it (for codecs).

        Parameters
        ----------
        entry : msgspec.Raw or JSON value
            Owned from now on.
        origin : Origin
            With a reader.
        index : int, optional
            Its place in the document's list.

        Examples
        --------
        >>> from annogeo.model import Annotation, AnnotationCollection
        >>> point = {"type": "point", "label": "nose", "coordinates": {"x": 1, "y": 2}}
        >>> origin = AnnotationCollection.from_json([point]).origin
        >>> Annotation.of_entry(point, origin, 0).label
        'nose'
        """
        self = object.__new__(cls)
        self._entry = entry
        self._index = index
        self._origin = origin
        self._state = None
        return self

    @property
    def state(self) -> State:
        """The decoded side; for codecs and rendering."""
        state = self._state
        if state is None:
            with opening():
                state = self._state
                if state is None:
                    state = self._state = open_entry(self._entry, self._origin)
        return state

    @property
    def entry(self) -> Any:
        """The entry of the document it was read from, maybe encoded; MISSING for a local one. For codecs."""
        return self._entry

    @property
    def is_untouched(self) -> bool:
        """Whether it is in its document just as it stands here."""
        return self._entry is not MISSING and (self._state is None or not self._state.is_edited)

    @property
    def is_local(self) -> bool:
        """Whether it was made here and not read from a document."""
        return self._entry is MISSING

    @property
    def origin(self) -> Origin:
        """What it has in common with the others of its document; for codecs and ops."""
        return self._origin

    def read_key(self, key: str) -> Any:
        """Read a key of the entry; MISSING where absent, or for a local annotation. For fields.

        Parameters
        ----------
        key : str
            As the document spells it.
        """
        reader = self._origin.reader
        return MISSING if self._entry is MISSING or reader is None else reader.top(self._entry, key)

    def read_system_key(self, key: str) -> Any:
        """Read a key of the entry's ``metadata.system``; MISSING where absent. For fields.

        Parameters
        ----------
        key : str
            As the document spells it.
        """
        reader = self._origin.reader
        return MISSING if self._entry is MISSING or reader is None else reader.system(self._entry, key)

    @property
    def json_path(self) -> str | None:
        """Where it stood in its document; None for a local annotation."""
        if self._entry is MISSING:
            return None
        return "$" if self._index is None else f"{self._origin.root}[{self._index}]"

    @property
    def platform_dict(self) -> Any:
        """The JSON this was read from, as fresh values; an empty dict for a local annotation."""
        reader = self._origin.reader
        return {} if self._entry is MISSING or reader is None else reader.value(self._entry)

    def copied(self) -> Self:
        """Return a copy that can be changed without the other; one read and not edited costs no more than a slice.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(1, 2, "nose"))
        >>> other = nose.copied()
        >>> other.label = "ear"
        >>> nose.label
        'nose'
        """
        if self.is_untouched:
            return self.of_entry(self._entry, self._origin, self._index)
        shared = (self._origin, self._entry)  # neither is ever changed
        return copy.deepcopy(self, {id(one): one for one in shared})

    def reread(self, entry: Any) -> Self:
        """Return the annotation of another entry in this one's place.

        Parameters
        ----------
        entry : JSON value
            Owned from now on.
        """
        return self.of_entry(entry, self._origin, self._index)

    def refuse_unless_object(self) -> None:
        """Raise if the entry is no object, which has no place for a change.

        Raises
        ------
        InputError
            Saying where the entry stands.
        """
        if not self.state.is_object:
            raise InputError(
                "this entry is no annotation and cannot be changed",
                json_path=self.json_path,
                hint="remove it from the collection and add() a new one",
            )

    def __getstate__(self) -> tuple[Any, ...]:
        state = self._state
        if state is not None and not (state.is_edited or state.reported or state.cursor is not None):
            state = None
        return (self._entry, self._index, self._origin, state)

    def __setstate__(self, pickled: tuple[Any, ...]) -> None:
        self._entry, self._index, self._origin, self._state = pickled
