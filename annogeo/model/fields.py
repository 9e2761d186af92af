"""Descriptors that say in one line where a property of an annotation lives.

`EnvelopeField`: a key of the annotation's JSON; `SystemField`: one of its ``metadata.system``; `DefinitionField`: an
attribute of its definition. Layer: model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from annogeo.definitions.frozen import freeze
from annogeo.model.json_values import MISSING

if TYPE_CHECKING:
    from annogeo.model.belonging import Belonging

T = TypeVar("T")


class EnvelopeField(Generic[T]):
    """A top-level key of the annotation; None where absent. A list or dict is read-only: assign a new one.

    Parameters
    ----------
    keys : str
        Spellings; the first one present is read and written, the first of all where none is.
    doc : str
        What it is.
    is_name : bool
        A list or an object names nothing: it reads as None, and stays in the document.
    """

    def __init__(self, *keys: str, doc: str, is_name: bool = False) -> None:
        self.keys = keys
        self.__doc__ = doc
        self.is_name = is_name

    @overload
    def __get__(self, annotation: None, owner: type) -> Self: ...
    @overload
    def __get__(self, annotation: Belonging, owner: type) -> T | None: ...
    def __get__(self, annotation: Belonging | None, owner: type) -> Self | T | None:
        if annotation is None:
            return self
        changed = annotation.state.changed or {}
        for key in self.keys:
            value = changed.get(key, MISSING)
            if value is MISSING:
                value = annotation.read_key(key)
            if value is not MISSING:
                value = freeze(value)
                return None if self.is_name and _is_nested(value) else value
        return None

    def __set__(self, annotation: Belonging, value: T | None) -> None:
        annotation.refuse_unless_object()
        state = annotation.state
        changed = state.changed = {} if state.changed is None else state.changed
        present = [k for k in self.keys if k in changed or annotation.read_key(k) is not MISSING]
        changed[(present or self.keys)[0]] = value


class SystemField(Generic[T]):
    """A key of the annotation's ``metadata.system``; None where absent."""

    def __init__(self, key: str, *, doc: str, is_name: bool = False) -> None:
        self.key = key
        self.__doc__ = doc
        self.is_name = is_name

    @overload
    def __get__(self, annotation: None, owner: type) -> Self: ...
    @overload
    def __get__(self, annotation: Belonging, owner: type) -> T | None: ...
    def __get__(self, annotation: Belonging | None, owner: type) -> Self | T | None:
        if annotation is None:
            return self
        value = self.read(annotation)
        return None if self.is_name and _is_nested(value) else value

    def __set__(self, annotation: Belonging, value: T | None) -> None:
        self.write(annotation, value)

    def read(self, annotation: Belonging) -> T | None:
        """Return the value."""
        state = annotation.state
        if state.metadata is not None:
            system = state.metadata.get("system")
            return system.get(self.key) if isinstance(system, dict) else None
        value = annotation.read_system_key(self.key)
        return None if value is MISSING else value

    def write(self, annotation: Belonging, value: T | None) -> None:
        """Set the value; None is written as ``null`` where the key exists, and not at all where it does not."""
        annotation.refuse_unless_object()
        metadata = annotation.metadata
        system = metadata.get("system")
        if not isinstance(system, dict):
            system = {}
        if value is not None or self.key in system:
            metadata["system"] = system
            system[self.key] = value


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


class DefinitionField:
    """An attribute of the definition; setting it on an annotation swaps in a changed definition."""

    def __init__(self, *, doc: str) -> None:
        self.__doc__ = doc
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    # Any: what the attribute is depends on the type of annotation
    def __get__(self, holder: Any, owner: type) -> Any:
        if holder is None:
            return self
        return getattr(holder.annotation_definition, self.name)

    def __set__(self, holder: Any, value: Any) -> None:
        holder.change_definition(**{self.name: value})


class GeoField(DefinitionField):
    """The coordinates as an array; setting them on an annotation swaps in a definition that has them."""

    def __set__(self, holder: Any, value: Any) -> None:
        holder.change_definition(**holder.annotation_definition.geo_arguments(value))
