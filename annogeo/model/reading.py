"""`Reading`: a definition as it stands in a document, decoded on first use and never again.

What cannot be understood becomes an `UndefinedAnnotationType` with its coordinates verbatim, and an error that says
why. Layer: model.
"""

from __future__ import annotations

from typing import Any

from annogeo.definitions import Definition, UndefinedAnnotationType, row_for_type
from annogeo.errors import InputError
from annogeo.model.json_values import MISSING, decoded, json_kind


class Reading:
    """The parts of a definition as they stand in JSON.

    Parameters
    ----------
    json_type, label, attributes, description : JSON value or MISSING
    coordinates : JSON value, `msgspec.Raw` or MISSING
    key : str
        Where the coordinates stand: ``coordinates``, or ``data`` in a snapshot.

    Attributes
    ----------
    is_heir : bool
        Whether its attributes are those of the state before, as it says none of its own.

    Examples
    --------
    >>> Reading("point", {"x": 1, "y": 2}, "nose").definition
    Point(x=1, y=2, label='nose')
    >>> broken = Reading("point", {"x": 1}, "nose")
    >>> broken.definition.type, str(broken.error)
    ('point', ".coordinates: expected the key 'y', it is missing")
    """

    __slots__ = (
        "_result",
        "attributes",
        "coordinates",
        "description",
        "is_heir",
        "json_type",
        "key",
        "label",
    )

    def __init__(
        self,
        json_type: Any,
        coordinates: Any,
        label: Any = MISSING,
        attributes: Any = MISSING,
        description: Any = MISSING,
        *,
        key: str = "coordinates",
    ) -> None:
        self.json_type = json_type
        self.coordinates = coordinates
        self.label = label
        self.attributes = attributes
        self.description = description
        self.key = key
        self.is_heir = False
        self._result: tuple[Definition, InputError | None] | None = None

    def inherit(self, attributes: Any) -> None:
        """Take over attributes, before the definition is first asked for."""
        self.attributes = attributes
        self.is_heir = True

    @property
    def definition(self) -> Definition:
        """The definition; undefined where it could not be understood."""
        return self._read()[0]

    @property
    def error(self) -> InputError | None:
        """Why it could not be understood; its `json_path` is relative to the annotation or snapshot."""
        return self._read()[1]

    def _read(self) -> tuple[Definition, InputError | None]:
        result = self._result
        if result is None:
            # two threads may both come here: each makes the same value, either may stay
            result = self._result = self._decode()
        return result

    def _decode(self) -> tuple[Definition, InputError | None]:
        try:
            return self._understood(), None
        except InputError as error:
            found = error
        json_type = self.json_type if isinstance(self.json_type, str) else ""
        label = self.label if isinstance(self.label, str) else ""
        try:
            return self._undefined(json_type, label), found
        except InputError:  # nested too deeply to be held as values
            return UndefinedAnnotationType(json_type, label, None), found

    def _understood(self) -> Definition:
        json_type, label = self._checked_type(), self._checked_label()
        row = row_for_type(json_type)
        if row is None:
            return self._undefined(json_type, label)
        place = f".{self.key}"
        coordinates: Any = self.coordinates
        if coordinates is MISSING:
            if row.has_coordinates:
                raise InputError("expected coordinates, they are missing", json_path=place)
            coordinates = None
        try:
            return row.from_coordinates(coordinates, label, self._attributes(), self._description())
        except InputError as error:
            raise error.located(json_path=place) from None

    def _undefined(self, json_type: str, label: str) -> Definition:
        coordinates = None if self.coordinates is MISSING else decoded(self.coordinates)
        return UndefinedAnnotationType(
            json_type,
            label,
            coordinates,
            self._attributes(),  # type: ignore[arg-type]  # stored as {}
            self._description(),
        )

    def _attributes(self) -> dict[str, Any] | None:
        return self.attributes if isinstance(self.attributes, dict) else None

    def _description(self) -> str | None:
        return self.description if isinstance(self.description, str) else None

    def _checked_type(self) -> str:
        if isinstance(self.json_type, str):
            return self.json_type
        raise InputError(
            f"expected the name of an annotation type, {_got(self.json_type)}",
            json_path=".type",
            hint='for instance "box"',
        )

    def _checked_label(self) -> str:
        if self.label is MISSING or self.label is None:
            return ""  # the platform lets an annotation be without; an empty label sorts, colours and prints
        if isinstance(self.label, str):
            return self.label
        raise InputError(f"expected a label (a string), {_got(self.label)}", json_path=".label")


def _got(value: Any) -> str:
    if value is MISSING:
        return "it is missing"
    return f"got {value!r}" if isinstance(value, int | float) else f"got {json_kind(value)}"
