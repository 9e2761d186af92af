"""`Label`: one node of an ontology's tree, with the keys of the platform's JSON that nobody here knows kept.

Layer: model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from annogeo.colors import Color, parse_color, to_hex
from annogeo.errors import InputError

_KNOWN = frozenset(
    ("tag", "label_name", "color", "displayLabel", "display_label", "attributes", "displayData")
)


class Label:
    """A label of an ontology, with its children.

    Parameters
    ----------
    tag : str
        Its own name, without those of its parents.
    color : colour, optional
        Anything `annogeo.colors.parse_color` reads; kept as given.
    display_label : str, optional
    attributes : list, optional
    children : list of Label, optional
    display_data : dict, optional

    Examples
    --------
    >>> Label("car", "#f80").rgb
    (255, 136, 0)
    >>> Label("car").rgb is None
    True
    """

    def __init__(
        self,
        tag: str,
        color: Any = None,
        display_label: str | None = None,
        attributes: list[Any] | None = None,
        children: Iterable[Label] = (),
        display_data: dict[str, Any] | None = None,
    ) -> None:
        if not isinstance(tag, str) or not tag:
            raise InputError(f"expected a label's name, got {tag!r}")
        if color is not None:
            parse_color(color)
        self.tag = tag
        self.color = color
        self.display_label = display_label
        self.attributes = attributes if attributes is not None else []
        self.children = list(children)
        self.display_data = display_data if display_data is not None else {}
        self._extra: dict[str, Any] = {}

    @property
    def rgb(self) -> Color | None:
        """The colour as 3 or 4 integers; None where there is none."""
        return None if self.color is None else parse_color(self.color)

    @property
    def hex(self) -> str | None:
        """The colour as ``#rrggbb``; None where there is none."""
        rgb = self.rgb
        return None if rgb is None else to_hex(rgb)

    @classmethod
    def from_root(cls, root: Any, json_path: str = "$") -> Label:
        """Read a node: a name, ``{"value": {...}, "children": [...]}`` or the value alone.

        Parameters
        ----------
        root : str, Label or dict
        json_path : str
            Where it stands, for errors.

        Raises
        ------
        InputError
            With the JSON path of what could not be read.

        Examples
        --------
        >>> Label.from_root({"value": {"tag": "a"}, "children": [{"value": {"tag": "b"}}]}).children[0].tag
        'b'
        """
        if isinstance(root, Label):
            return root
        if isinstance(root, str):
            return cls(root)
        if not isinstance(root, Mapping):
            raise InputError(f"expected a label object, got {root!r}", json_path=json_path)
        value = root.get("value", root)
        if not isinstance(value, Mapping):
            raise InputError(f"expected a label object, got {value!r}", json_path=f"{json_path}.value")
        children = root.get("children") or []
        if not isinstance(children, list):
            raise InputError(
                f"expected a list of labels, got {children!r}", json_path=f"{json_path}.children"
            )
        try:
            label = cls(
                tag=value.get("tag", value.get("label_name")),
                color=value.get("color"),
                display_label=value.get("displayLabel", value.get("display_label")),
                attributes=value.get("attributes"),
                children=[cls.from_root(c, f"{json_path}.children[{i}]") for i, c in enumerate(children)],
                display_data=value.get("displayData"),
            )
        except InputError as error:
            raise error if error.json_path else error.located(json_path=json_path) from None
        label._extra = {k: v for k, v in value.items() if k not in _KNOWN and k != "children"}
        return label

    def to_root(self) -> dict[str, Any]:
        """Write the node as the platform does.

        Examples
        --------
        >>> Label("car", "#f80").to_root()["value"]["color"]
        '#f80'
        """
        value: dict[str, Any] = {"tag": self.tag, "attributes": self.attributes, **self._extra}
        value["displayLabel"] = self.display_label
        value["displayData"] = self.display_data
        if self.color is not None:
            value["color"] = self.color if isinstance(self.color, str) else self.hex
        return {"value": value, "children": [child.to_root() for child in self.children]}

    def walk(self, prefix: str = "") -> Iterator[tuple[str, Label]]:
        """Iterate this label and all below, each with its dotted name.

        Parameters
        ----------
        prefix : str
            In front of each name: those of the parents, with a dot at the end.

        Examples
        --------
        >>> [name for name, _ in Label("a", children=[Label("b")]).walk()]
        ['a', 'a.b']
        """
        name = prefix + self.tag
        yield name, self
        for child in self.children:
            yield from child.walk(f"{name}.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Label) and other.to_root() == self.to_root()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Label({self.tag!r}, color={self.color!r}, children={len(self.children)})"
