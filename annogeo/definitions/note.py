"""Note: a box with a conversation about it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import describe, number, optional_text
from annogeo.definitions.decoding import Codec, struct_type, xy_type
from annogeo.definitions.frozen import FrozenList
from annogeo.definitions.mapping import nothing_left, region_share
from annogeo.definitions.rectangle import (
    Rectangle,
    clip_rectangle,
    edges_of,
    lower_rectangle,
    rectangle_between,
    write_edges,
)
from annogeo.definitions.registry import FLAT, DefinitionType, register
from annogeo.errors import InputError
from annogeo.geometry.clipping import clip_rings, upright_limits
from annogeo.geometry.mapping import map_extent
from annogeo.geometry.measure import bounds


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a note.

    Parameters
    ----------
    msg_id : str, optional
    creator : str, optional
    msg_time : int, optional
        Milliseconds since 1970; None is now.
    body : str, optional

    Examples
    --------
    >>> Message(creator="ann@example.org", msg_time=1700000000000, body="too wide").to_json()["body"]
    'too wide'
    """

    msg_id: str | None = None
    creator: str | None = None
    msg_time: float = None  # type: ignore[assignment]  # stored as now
    body: str | None = None

    def __post_init__(self) -> None:
        for name in ("msg_id", "creator", "body"):
            object.__setattr__(self, name, optional_text(name, getattr(self, name)))
        moment = time.time_ns() // 1_000_000 if self.msg_time is None else _whole("msg_time", self.msg_time)
        object.__setattr__(self, "msg_time", moment)

    @property
    def id(self) -> str | None:
        """The seed's name of `msg_id`."""
        return self.msg_id

    @property
    def time(self) -> float:
        """The seed's name of `msg_time`."""
        return self.msg_time

    def replace(self, **changes: Any) -> Message:
        """Return a copy with some constructor arguments changed.

        Parameters
        ----------
        **changes
            Arguments of the constructor, by name.

        Raises
        ------
        InputError
            For a name that is no argument, or a value that is not taken.

        Examples
        --------
        >>> Message("m1", msg_time=0, body="too wide").replace(body="fine").body
        'fine'
        """
        unknown = [name for name in changes if name not in self.__slots__]
        if unknown:
            raise InputError(
                f"Message has no argument {', '.join(map(repr, unknown))}",
                hint=f"it has {', '.join(self.__slots__)}",
            )
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Return the platform's form of a message.

        Examples
        --------
        >>> Message("m1", "ann@example.org", 1700000000000, "fine").to_json()
        {'id': 'm1', 'creator': 'ann@example.org', 'time': 1700000000000, 'body': 'fine'}
        """
        return {"id": self.msg_id, "creator": self.creator, "time": self.msg_time, "body": self.body}

    @classmethod
    def from_json(cls, _json: Mapping[str, Any]) -> Message:
        """Read the platform's form of a message; a missing time is 0, not now.

        Parameters
        ----------
        _json : dict
            With ``id``, ``creator``, ``time`` (milliseconds since 1970) and ``body``, each optional.

        Raises
        ------
        InputError
            For a value of another type.

        Examples
        --------
        >>> Message.from_json({"id": "m1", "body": "fine"})
        Message(msg_id='m1', creator=None, msg_time=0, body='fine')
        """
        moment = _json.get("time")
        return cls(_json.get("id"), _json.get("creator"), 0 if moment is None else moment, _json.get("body"))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Note(Rectangle):
    """A box with messages, drawn as a box.

    Parameters
    ----------
    left, top, right, bottom : float
        Edges in any order; stored ordered.
    label : str
    attributes : dict, optional
    messages : list of Message or str, optional
        A single one is taken too.
    status : str
    assignee : str, optional
        None is the creator.
    create_time : int, optional
        Milliseconds since 1970.
    creator : str, optional
    description : str, optional

    Examples
    --------
    >>> note = Note(1, 2, 3, 4, "issue", messages=["too wide"], creator="ann")
    >>> note.messages[0].body, note.assignee, note.area
    ('too wide', 'ann', 4.0)
    """

    type: ClassVar[str] = "note"
    angle: ClassVar[float | None] = None  # type: ignore[misc]  # a note is never turned

    left: float = field()
    top: float = field()
    right: float = field()
    bottom: float = field()
    label: str
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    messages: list[Message] = None  # type: ignore[assignment]  # stored as []
    status: str | None = "issue"
    assignee: str | None = None
    create_time: float | None = None
    creator: str | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        creator = optional_text("creator", self.creator)
        assignee = optional_text("assignee", self.assignee)
        created = None if self.create_time is None else _whole("create_time", self.create_time)
        self._store(
            messages=_message_list(self.messages),
            status=optional_text("status", self.status),
            assignee=creator if assignee is None else assignee,
            create_time=created,
            creator=creator,
            **self._ordered_edges(),
        )


def _whole(name: str, value: Any) -> float:
    """Return an int where the number is one."""
    checked = number(name, value)
    return int(value) if checked.is_integer() else checked


def _message_list(value: Any) -> FrozenList:
    given = [] if value is None else value if isinstance(value, list | tuple) else [value]
    return FrozenList([_message(index, item) for index, item in enumerate(given)])


def _message(index: int, value: Any) -> Message:
    if isinstance(value, Message):
        return value
    if isinstance(value, Mapping):
        return Message.from_json(value)
    if isinstance(value, str):
        return Message(body=value)
    raise InputError(f"messages[{index}]: expected a Message or a string, got {describe(value)}")


def _note_type() -> Any:
    optional: Any = str | None
    moment: Any = int | float | None
    xy: Any = xy_type()
    message: Any = struct_type(
        "NoteMessage",
        [
            ("id", optional, None),
            ("creator", optional, None),
            ("time", moment, None),
            ("body", optional, None),
        ],
    )
    messages: Any = list[message]
    talk: Any = struct_type(
        "NoteTalk",
        [
            ("messages", messages | None, None),
            ("status", optional, "open"),
            ("createTime", moment, None),
            ("creator", optional, None),
            ("assignee", optional, None),
        ],
    )
    corners: Any = list[xy | float | None]
    return struct_type("NoteCoordinates", [("box", corners), ("note", talk | None, None)])


_NOTE = Codec(_note_type)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Note:
    read = _NOTE.decode(coordinates)
    try:
        left, top, right, bottom, _ = edges_of(read.box)
    except InputError as error:
        raise error.located(json_path=".box") from None
    note = Note(left, top, right, bottom, label, attributes, description=description)  # type: ignore[arg-type]
    talk = read.note
    if talk is None:
        return note.replace(status="open")
    messages = [
        Message(item.id, item.creator, 0 if item.time is None else item.time, item.body)
        for item in talk.messages or ()
    ]
    return note.replace(
        messages=messages,
        status=talk.status,
        create_time=talk.createTime,
        creator=talk.creator,
        assignee=talk.assignee,
    )


def _to_coordinates(note: Note) -> dict[str, Any]:
    return {
        "box": write_edges(note),
        "note": {
            "messages": [message.to_json() for message in note.messages],
            "status": note.status,
            "createTime": note.create_time,
            "creator": note.creator,
            "assignee": note.assignee,
        },
    }


def _transform(note: Note, matrix: npt.NDArray[np.float64], size: Any = None) -> Note:
    left, top, right, bottom = map_extent(matrix, note.left, note.top, note.right, note.bottom).tolist()
    return note.replace(left=left, top=top, right=right, bottom=bottom)


def _clip(note: Note, planes: npt.NDArray[np.float64]) -> tuple[Definition, float]:
    if upright_limits(planes) is not None:
        return clip_rectangle(note, planes)
    rings = [note.corners]
    parts = clip_rings(rings, planes)
    if not parts:
        return nothing_left(note), 0.0
    left, top, right, bottom = bounds(parts).tolist()
    cut = note.replace(left=left, top=top, right=right, bottom=bottom)
    return cut, region_share(rings, parts, planes)


register(
    DefinitionType(
        "note",
        Note,
        _from_coordinates,
        _to_coordinates,
        lower_rectangle,
        between=rectangle_between,
        transform=_transform,
        clip=_clip,
        unread=FLAT,
    )
)
