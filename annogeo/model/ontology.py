"""`Ontology`: the labels of a dataset, their colours and ids, and its pose templates.

Read from the platform's ontology and recipe JSON or from a plain ``{label: ...}`` table. Layer: model; no files here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annogeo.colors import Color, parse_color, to_hex
from annogeo.draw import Skeleton
from annogeo.errors import InputError
from annogeo.model.label import Label
from annogeo.model.ontology_json import (
    checked_id,
    edge_of,
    inner_ontology,
    parsed,
    table_entry,
    table_of_maps,
    templates_of,
    with_templates,
)
from annogeo.model.palette import label_color

BACKGROUND = "$default"
_OWN_KEYS = frozenset(("roots", "labels", "id", "title", "attributes", "metadata"))


class Ontology:
    """Labels (a tree), and what follows from them: `color_map`, `instance_map`, `skeletons`.

    Parameters
    ----------
    labels : list or mapping, optional
        Names, `Label` objects or the platform's nodes; or ``{name: colour}``, ``{name: {"id": 3, "color": "#f80"}}``.
    color_map : mapping of label -> colour, optional
        Replaces the labels' own colours; ``$default`` is the background.
    instance_map : mapping of label -> int, optional
        Replaces the numbering; ``$default`` is the background.
    skeletons : mapping of template id -> Skeleton, optional
    id, title : str, optional
    attributes : list, optional
    metadata : dict, optional

    Examples
    --------
    >>> ontology = Ontology({"dog": "#f80", "cat": "rgb(1, 2, 3)"})
    >>> ontology.instance_map
    {'cat': 1, 'dog': 2}
    >>> ontology.color_map
    {'dog': (255, 136, 0), 'cat': (1, 2, 3)}
    >>> Ontology().instance_map
    {}
    """

    def __init__(
        self,
        labels: Any = None,
        color_map: Mapping[str, Any] | None = None,
        instance_map: Mapping[str, int] | None = None,
        *,
        skeletons: Mapping[str, Skeleton] | None = None,
        id: str | None = None,
        title: str | None = None,
        attributes: list[Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self.id = id
        self.title = title
        self.attributes = attributes if attributes is not None else []
        self.metadata = metadata if metadata is not None else {}
        self.labels: list[Label] = []
        self.skeletons: dict[str, Skeleton] = dict(skeletons or {})
        self._extra: dict[str, Any] = {}
        self._ids: dict[str, int] = {}
        self._background: Color | None = None
        self._color_map: dict[str, Color] | None = None
        self._instance_map: dict[str, int] | None = None
        if isinstance(labels, Mapping):
            self._read_table(labels)
        elif labels is not None:
            self.labels = [Label.from_root(label, f"$[{i}]") for i, label in enumerate(labels)]
        if color_map is not None:
            self.color_map = color_map
        if instance_map is not None:
            self.instance_map = instance_map

    @classmethod
    def from_json(cls, _json: Any) -> Ontology:
        """Read an ontology.

        Parameters
        ----------
        _json : dict, list, str or bytes
            The platform's ontology (``roots``), its list of labels, a recipe (pose templates in
            ``metadata.system.collectionTemplates``, the ontology itself under ``ontology``), a table
            ``{label: colour}``, ``{label: id}`` or ``{label: {"id": 3, "color": "#f80"}}``, or
            ``{"instance_map": {label: id}, "color_map": {label: colour}}`` or one of the two.

        Raises
        ------
        InputError
            With the JSON path of what could not be read.

        Examples
        --------
        >>> Ontology.from_json({"roots": [{"value": {"tag": "cat", "color": "#ff0000"}}]}).color_map
        {'cat': (255, 0, 0)}
        >>> Ontology.from_json({"car": {"id": 3, "color": "#f80"}}).instance_map
        {'car': 3}
        """
        document = parsed(_json)
        if isinstance(document, list):
            return cls(document)
        if not isinstance(document, Mapping):
            raise InputError(f"expected an ontology (an object or a list), got {type(document).__name__}")
        key = next((k for k in ("roots", "labels") if isinstance(document.get(k), list)), None)
        inner = inner_ontology(document)
        if key is not None:
            ontology = cls._from_platform(document, key)
        elif inner is not None:
            ontology = cls.from_json(inner)
        elif templates_of(document) or "ontologyIds" in document:
            ontology = cls()
        else:
            return cls(table_of_maps(document) or document)
        for source in (document, document.get("recipe")):
            for template in templates_of(source):
                ontology._add_template(template)
        return ontology

    @classmethod
    def _from_platform(cls, document: Mapping[str, Any], key: str) -> Ontology:
        metadata = document.get("metadata")
        ontology = cls(
            id=document.get("id"),
            title=document.get("title"),
            attributes=document.get("attributes"),
            metadata=dict(metadata) if isinstance(metadata, Mapping) else None,
        )
        roots = document[key]
        ontology.labels = [Label.from_root(root, f"$.{key}[{i}]") for i, root in enumerate(roots)]
        ontology._extra = {k: v for k, v in document.items() if k not in _OWN_KEYS}
        return ontology

    def to_json(self) -> dict[str, Any]:
        """Write the platform's ontology JSON; keys that came with it and mean nothing here go back as they were.

        Examples
        --------
        >>> Ontology(["cat"]).to_json()["roots"][0]["value"]["tag"]
        'cat'
        """
        return {
            "id": self.id,
            "title": self.title,
            "attributes": self.attributes,
            "metadata": with_templates(self.metadata, self.skeletons),
            **self._extra,
            "roots": [label.to_root() for label in self.labels],
        }

    def to_table(self) -> dict[str, dict[str, Any]]:
        """Write ``{label: {"id": ..., "color": "#rrggbb"}}``; a label without a colour gets its palette colour.

        Examples
        --------
        >>> Ontology({"car": "#f80"}).to_table()
        {'car': {'id': 1, 'color': '#ff8800'}}
        """
        colors, ids = self.color_map, self.instance_map
        names = [name for name in ids if name != BACKGROUND]
        return {
            name: {"id": ids[name], "color": to_hex(colors.get(name, label_color(name)))} for name in names
        }

    @property
    def labels_flat_dict(self) -> dict[str, Label]:
        """Every label by its dotted name, parents first."""
        return {name: label for root in self.labels for name, label in root.walk()}

    @property
    def color_map(self) -> dict[str, Color]:
        """Label -> (r, g, b[, a]); labels without a colour are not in it. Assign a mapping to replace it."""
        if self._color_map is not None:
            return self._color_map
        colors = {name: label.rgb for name, label in self.labels_flat_dict.items()}
        if self._background is not None:
            colors[BACKGROUND] = self._background
        return {name: color for name, color in colors.items() if color is not None}

    @color_map.setter
    def color_map(self, values: Mapping[str, Any]) -> None:
        if not isinstance(values, Mapping):
            raise InputError(f"color_map: expected a mapping of label -> colour, got {type(values).__name__}")
        self._color_map = {label: parse_color(value) for label, value in values.items() if value is not None}

    @property
    def instance_map(self) -> dict[str, int]:
        """Label -> id: the ids that were given, the others numbered from 1 in string order. Assign to replace it."""
        if self._instance_map is not None:
            return self._instance_map
        ids = {name: number for name, number in self._ids.items() if name != BACKGROUND}
        following = max(ids.values(), default=0) + 1
        missing = sorted(name for name in self.labels_flat_dict if name not in ids)
        ids.update((name, following + i) for i, name in enumerate(missing))
        if BACKGROUND in self._ids:
            ids[BACKGROUND] = self._ids[BACKGROUND]
        return ids

    @instance_map.setter
    def instance_map(self, values: Mapping[str, int]) -> None:
        if not isinstance(values, Mapping):
            raise InputError(f"instance_map: expected a mapping of label -> id, got {type(values).__name__}")
        self._instance_map = {label: checked_id(label, value) for label, value in values.items()}

    def add_label(
        self,
        label_name: str,
        color: Any = None,
        children: Any = None,
        attributes: Any = None,
        display_label: str | None = None,
        label: Label | None = None,
        add: bool = True,
        icon_path: str | None = None,
        update_ontology: bool = False,
        *,
        id: int | None = None,
    ) -> Label:
        """Add a label, or change the one of this name; missing parents of a dotted name are made.

        Parameters
        ----------
        label_name : str
            Dotted for a nested label: ``"animal.cat"``.
        color : colour, optional
            Without one, the label's palette colour.
        children : list, optional
            Names, `Label` objects or dicts with ``label_name`` and the arguments of this method.
        attributes : list, optional
        display_label : str, optional
            Without one, made from the name.
        label : Label, optional
            Added as it is, in place of the arguments above.
        add : bool
            False only makes the label.
        icon_path, update_ontology
            Accepted as in the seed SDK; without meaning here.
        id : int, optional
            Its id in instance maps.

        Returns
        -------
        Label
            The one in the ontology.

        Examples
        --------
        >>> ontology = Ontology()
        >>> _ = ontology.add_label("animal.cat", color=(1, 2, 3))
        >>> sorted(ontology.instance_map)
        ['animal', 'animal.cat']
        """
        *parents, tag = _name_parts(label_name)
        made = label or Label(
            tag,
            color=color if color is not None else label_color(label_name),
            display_label=display_label if display_label is not None else _display(tag),
            attributes=list(_listed(attributes)),
            children=[_child(child) for child in _listed(children)],
        )
        if not add:
            return made
        siblings = self._siblings(parents)
        position = next((i for i, other in enumerate(siblings) if other.tag == made.tag), None)
        if position is None:
            siblings.append(made)
        elif label is not None:
            siblings[position] = made
        else:
            made = _merge(siblings[position], made, color, children, attributes, display_label)
        if id is not None:
            self._ids[label_name] = checked_id(label_name, id)
        return made

    def add_labels(self, label_list: Iterable[Any], update_ontology: bool = False) -> list[Label]:
        """Add several: names, `Label` objects or the platform's nodes.

        Parameters
        ----------
        label_list : iterable of str, Label or dict
        update_ontology : bool
            Accepted as in the seed SDK; without meaning here.

        Examples
        --------
        >>> [label.tag for label in Ontology().add_labels(["car", {"value": {"tag": "bus"}}])]
        ['car', 'bus']
        """
        labels = [Label.from_root(entry, f"$[{i}]") for i, entry in enumerate(label_list)]
        return [self.add_label(label.tag, label=label) for label in labels]

    def update_label(self, label_name: str, color: Any = None, **changes: Any) -> Label:
        """Change a label; the same as `add_label`, which changes a label that exists.

        Parameters
        ----------
        label_name, color, **changes
            As for `add_label`.

        Examples
        --------
        >>> ontology = Ontology(["car"])
        >>> ontology.update_label("car", (1, 2, 3)).rgb
        (1, 2, 3)
        """
        changes.pop("upsert", None)
        return self.add_label(label_name, color, **changes)

    def delete_labels(self, label_names: Any) -> None:
        """Remove labels by dotted name (or `Label`), with all below them.

        Parameters
        ----------
        label_names : str, Label, or list of these
            Those that are not there are passed over.

        Examples
        --------
        >>> ontology = Ontology(["car", "bus"])
        >>> ontology.delete_labels("bus")
        >>> list(ontology.instance_map)
        ['car']
        """
        for given in _listed(label_names):
            *parents, tag = _name_parts(given.tag if isinstance(given, Label) else given)
            siblings = self._siblings(parents)
            siblings[:] = [label for label in siblings if label.tag != tag]

    def add_skeleton(
        self,
        template_id: str,
        points: Sequence[str],
        edges: Iterable[Sequence[Any]] = (),
    ) -> Skeleton:
        """Add a pose template.

        Parameters
        ----------
        template_id : str
            As poses name it.
        points : sequence of str
            The points' labels, in order.
        edges : iterable of pairs
            Of point labels or of indices into `points`.

        Examples
        --------
        >>> Ontology().add_skeleton("t1", ["head", "tail"], [("head", "tail")]).edges
        ((0, 1),)
        """
        order = {point: i for i, point in enumerate(points)}
        pairs = tuple(edge_of(edge, order) for edge in edges)
        skeleton = Skeleton(points=tuple(points), edges=pairs)
        self.skeletons[template_id] = skeleton
        return skeleton

    def _add_template(self, template: Any) -> None:
        place = "$.metadata.system.collectionTemplates"
        if not isinstance(template, Mapping) or not isinstance(template.get("id"), str):
            raise InputError(f"expected a pose template with an id, got {template!r}", json_path=place)
        points = template.get("order") or []
        edges = template.get("arcs") or []
        try:
            self.add_skeleton(template["id"], points, edges)
        except (InputError, TypeError) as error:
            message = f"template {template['id']!r}: {error}"
            raise InputError(message, json_path=place) from error

    def _read_table(self, table: Mapping[str, Any]) -> None:
        for name, entry in table.items():
            try:
                color, number = table_entry(name, entry)
                if number is not None:
                    self._ids[name] = number
                if name == BACKGROUND:
                    self._background = None if color is None else parse_color(color)
                else:
                    self.labels.append(_leaf(name, color))
            except InputError as error:
                raise error.located(json_path=f"$[{json.dumps(name)}]") from None

    def _siblings(self, parents: Sequence[str]) -> list[Label]:
        """The list a label with these parents stands in; parents that are missing are made."""
        siblings = self.labels
        path = ""
        for tag in parents:
            path = f"{path}.{tag}" if path else tag
            parent = next((label for label in siblings if label.tag == tag), None)
            if parent is None:
                parent = Label(tag, color=label_color(path), display_label=_display(tag))
                siblings.append(parent)
            siblings = parent.children
        return siblings

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ontology) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Ontology({len(self.labels_flat_dict)} labels, {len(self.skeletons)} skeletons)"


def _leaf(name: str, color: Any) -> Label:
    """A label of a flat table: dots in its name are part of it, as its parents need not exist."""
    return Label(name, color=color, display_label=name)


def _name_parts(name: Any) -> list[str]:
    """Take a dotted name apart."""
    if not isinstance(name, str):
        raise InputError(f"expected a label's name, got {name!r}")
    return name.split(".")


def _display(tag: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in tag.split("_"))


def _listed(value: Any) -> Iterable[Any]:
    if value is None:
        return []
    return value if isinstance(value, list | tuple) else [value]


def _child(child: Any) -> Label:
    if isinstance(child, Mapping) and "label_name" in child:
        return Ontology().add_label(**child)
    return Label.from_root(child)


def _merge(old: Label, new: Label, color: Any, children: Any, attributes: Any, display_label: Any) -> Label:
    """Change in `old` what was given."""
    if color is not None:
        old.color = new.color
    if children is not None:
        old.children = new.children
    if attributes is not None:
        old.attributes = new.attributes
    if display_label is not None:
        old.display_label = new.display_label
    return old
