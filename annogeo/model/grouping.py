"""Items that belong together: collections, multi-views and similarities, as the platform's JSON items describe them.

Layer: model, imports no more than errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from annogeo.errors import InputError


class CollectionTypes(StrEnum):
    """Kinds of collections; the value is what stands in the JSON."""

    SIMILARITY = "collection"
    MULTIVIEW = "multi"


class SimilarityTypeEnum(StrEnum):
    """How a member is referred to."""

    ID = "id"
    URL = "url"


class CollectionItem:
    """One member: how it is referred to, and the reference.

    Parameters
    ----------
    type : SimilarityTypeEnum or str
        ``"id"`` or ``"url"``.
    ref : str
        The item's id or URL.

    Examples
    --------
    >>> CollectionItem(SimilarityTypeEnum.ID, "5f1").to_json()
    {'type': 'id', 'ref': '5f1'}
    """

    def __init__(self, type: str, ref: str) -> None:
        if not isinstance(ref, str):
            raise InputError(f"ref: expected an item id or a URL as a string, got {ref!r}")
        self.type = type
        self.ref = ref

    @classmethod
    def from_json(cls, _json: Mapping[str, Any]) -> CollectionItem:
        """Read one entry of ``items``.

        Parameters
        ----------
        _json : dict
            With ``type`` and ``ref``.

        Raises
        ------
        InputError
            If one of them is missing or no string.

        Examples
        --------
        >>> CollectionItem.from_json({"type": "id", "ref": "5f1"})
        CollectionItem(type='id', ref='5f1')
        """
        return cls(type=_field(_json, "type"), ref=_field(_json, "ref"))

    def to_json(self) -> dict[str, Any]:
        """Write one entry of ``items``.

        Examples
        --------
        >>> CollectionItem("url", "https://example.org/1.jpg").to_json()
        {'type': 'url', 'ref': 'https://example.org/1.jpg'}
        """
        return {"type": str(self.type), "ref": self.ref}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), self.type, self.ref))

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({arguments})"


class MultiViewItem(CollectionItem):
    """One view of a `MultiView`; arguments as for `CollectionItem`.

    Examples
    --------
    >>> MultiViewItem("id", "5f1").ref
    '5f1'
    """


class SimilarityItem(CollectionItem):
    """One member of a `Similarity`.

    Parameters
    ----------
    type, ref
        As for `CollectionItem`.
    target : bool
        Whether the others are compared with it.

    Examples
    --------
    >>> SimilarityItem("id", "5f2", target=True)
    SimilarityItem(type='id', ref='5f2', target=True)
    """

    def __init__(self, type: str, ref: str, target: bool = False) -> None:
        super().__init__(type=type, ref=ref)
        self.target = target

    def to_json(self) -> dict[str, Any]:
        """Write one entry of ``items``.

        Examples
        --------
        >>> SimilarityItem("id", "5f2", target=True).to_json()
        {'type': 'id', 'ref': '5f2', 'target': True}
        """
        entry = super().to_json()
        if self.target:
            entry["target"] = True
        return entry


class Collection:
    """A named list of items.

    Parameters
    ----------
    type : CollectionTypes or str
    name : str, optional
    items : item, or list of items, optional
        `CollectionItem` (or a kind of it), `Item` (referred to by its id) or a dict with ``type`` and ``ref``.

    Examples
    --------
    >>> views = MultiView("cameras")
    >>> views.add("5f1")
    >>> views.to_json()["items"]
    [{'type': 'id', 'ref': '5f1'}]
    >>> views.pop("5f1")
    >>> views.items
    []
    """

    def __init__(self, type: str, name: str | None, items: Any = None) -> None:
        self.type = type
        self.name = name
        self._entries = [_entry(item) for item in _as_list(items)]

    def add(self, ref: str, type: str = SimilarityTypeEnum.ID) -> None:
        """Append a member.

        Parameters
        ----------
        ref, type : str
            As for `CollectionItem`.

        Examples
        --------
        >>> views = MultiView("cameras")
        >>> views.add("https://example.org/1.jpg", SimilarityTypeEnum.URL)
        >>> views.items[0].type
        'url'
        """
        self._entries.append(CollectionItem(type, ref).to_json())

    def pop(self, ref: str) -> None:
        """Remove every member with this reference.

        Parameters
        ----------
        ref : str
            Nothing happens where there is none.

        Examples
        --------
        >>> views = MultiView("cameras", [MultiViewItem("id", "5f1"), MultiViewItem("id", "5f2")])
        >>> views.pop("5f1")
        >>> [view.ref for view in views.items]
        ['5f2']
        """
        self._entries = [entry for entry in self._entries if entry["ref"] != ref]

    def to_json(self) -> dict[str, Any]:
        """Return the platform's JSON item.

        Examples
        --------
        >>> MultiView("cameras", MultiViewItem("id", "5f1")).to_json()["metadata"]
        {'dltype': 'multi'}
        """
        return {
            "type": str(self.type),
            "shebang": "dataloop",
            "metadata": {"dltype": str(self.type)},
            "items": [dict(entry) for entry in self._entries],
        }

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, items={len(self._entries)})"


class MultiView(Collection):
    """Several items that show the same scene.

    Parameters
    ----------
    name : str, optional
    items
        As for `Collection`.

    Examples
    --------
    >>> MultiView("cameras", [{"type": "id", "ref": "5f1"}]).items
    [MultiViewItem(type='id', ref='5f1')]
    """

    def __init__(self, name: str | None, items: Any = None) -> None:
        super().__init__(CollectionTypes.MULTIVIEW, name, items)

    @classmethod
    def from_json(cls, _json: Mapping[str, Any]) -> MultiView:
        """Read the platform's JSON item.

        Parameters
        ----------
        _json : dict
            With ``items``, perhaps ``name``.

        Examples
        --------
        >>> MultiView.from_json({"items": [{"type": "id", "ref": "5f1"}]}).items
        [MultiViewItem(type='id', ref='5f1')]
        """
        return cls(name=_json.get("name"), items=_json.get("items", []))

    @property
    def items(self) -> list[CollectionItem]:
        """The members, as new objects."""
        return [MultiViewItem.from_json(entry) for entry in self._entries]


class Similarity(Collection):
    """Items compared with a target item.

    Parameters
    ----------
    ref : str
        The target's item id or URL.
    name : str, optional
        None: `ref`.
    items
        As for `Collection`; the target need not be among them.

    Examples
    --------
    >>> similar = Similarity("5f1", items=[SimilarityItem("id", "5f2")])
    >>> [entry["ref"] for entry in similar.to_json()["items"]]
    ['5f2', '5f1']
    """

    def __init__(self, ref: str, name: str | None = None, items: Any = None) -> None:
        if not isinstance(ref, str):
            raise InputError(f"ref: expected the target's item id or URL as a string, got {ref!r}")
        super().__init__(CollectionTypes.SIMILARITY, ref if name is None else name, items)
        self.ref = ref

    @classmethod
    def from_json(cls, _json: Mapping[str, Any]) -> Similarity:
        """Read the platform's JSON item.

        Parameters
        ----------
        _json : dict
            With ``metadata.target.ref`` and ``items``.

        Raises
        ------
        InputError
            If there is no target.

        Examples
        --------
        >>> Similarity.from_json(Similarity("5f1").to_json()).target.ref
        '5f1'
        """
        metadata = _json.get("metadata")
        target = metadata.get("target") if isinstance(metadata, Mapping) else None
        if not isinstance(target, Mapping):
            raise InputError(
                "expected metadata.target with the target's reference", json_path="$.metadata.target"
            )
        return cls(ref=_field(target, "ref"), items=_json.get("items", []))

    @property
    def items(self) -> list[CollectionItem]:
        """The members, as new objects."""
        return [SimilarityItem.from_json(entry) for entry in self._entries]

    @property
    def target(self) -> SimilarityItem:
        """The item the others are compared with."""
        return SimilarityItem(type=self.type, ref=self.ref, target=True)

    def to_json(self) -> dict[str, Any]:
        """Return the platform's JSON item; the target is among the items, marked.

        Examples
        --------
        >>> Similarity("5f1").to_json()["items"]
        [{'type': 'collection', 'ref': '5f1', 'target': True}]
        """
        document = super().to_json()
        document["metadata"]["target"] = {"type": str(self.type), "ref": self.ref}
        entries = [{k: v for k, v in entry.items() if k != "target"} for entry in self._entries]
        targets = [entry for entry in entries if entry["ref"] == self.ref]
        for entry in targets:
            entry["target"] = True
        document["items"] = entries if targets else [*entries, self.target.to_json()]
        return document


def _as_list(items: Any) -> Iterable[Any]:
    if items is None:
        return []
    return items if isinstance(items, list | tuple) else [items]


def _entry(item: Any) -> dict[str, Any]:
    if isinstance(item, CollectionItem):
        return item.to_json()
    if isinstance(item, Mapping):
        return {**item, **CollectionItem.from_json(item).to_json()}
    item_id = getattr(item, "id", None)
    if isinstance(item_id, str):
        return CollectionItem(SimilarityTypeEnum.ID, item_id).to_json()
    raise InputError(
        f"expected an Item with an id, a MultiViewItem, a SimilarityItem or a dict, got {type(item).__name__}"
    )


def _field(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str):
        raise InputError(f"expected a string, got {value!r}", json_path=name)
    return value
