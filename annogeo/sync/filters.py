"""Queries in the platform's language, built as the seed SDK builds them: `Filters` and its enums.

Plain data: nothing here talks to anybody. Layer: sync.
"""

from __future__ import annotations

import copy
import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from annogeo.errors import InputError
from annogeo.model.enums import AnnotationType

MOST_PER_PAGE = 1000
"""Rows the platform gives at once."""


class FiltersResource(StrEnum):
    """What a query is about."""

    ITEM = "items"
    ANNOTATION = "annotations"
    DATASET = "datasets"
    RECIPE = "recipe"
    ONTOLOGY = "ontology"
    TASK = "tasks"


class FiltersOperations(StrEnum):
    """How a field is compared."""

    OR = "or"
    AND = "and"
    IN = "in"
    NOT_EQUAL = "ne"
    EQUAL = "eq"
    GREATER_THAN = "gt"
    LESS_THAN = "lt"
    EXISTS = "exists"
    MATCH = "match"
    NIN = "nin"
    GREATER_THAN_OR_EQUAL = "gte"
    LESS_THAN_OR_EQUAL = "lte"


class FiltersMethod(StrEnum):
    """How conditions are put together."""

    OR = "or"
    AND = "and"


class FiltersOrderByDirection(StrEnum):
    """Which way rows are sorted."""

    DESCENDING = "descending"
    ASCENDING = "ascending"


@dataclass(slots=True)
class Condition:
    """One condition on one field."""

    field: str
    values: Any
    operator: str | None = None

    def prepare(self, *, recursive: bool = False) -> dict[str, Any]:
        """Return the condition as the platform reads it.

        Examples
        --------
        >>> Condition("filename", "/a").prepare(recursive=True)
        {'filename': '/a/**'}
        >>> Condition("label", ["cat"], "in").prepare()
        {'label': {'$in': ['cat']}}
        """
        values = copy.deepcopy(self.values)
        if recursive and self.field == "filename":
            values = (
                [_recursive(value) for value in values] if isinstance(values, list) else _recursive(values)
            )
        return {self.field: values if self.operator is None else {f"${self.operator}": values}}


class Filters:
    """A query on items or annotations.

    Parameters
    ----------
    field, values, operator, method
        A first condition, as of `add`.
    custom_filter : dict, optional
        A whole query, or its ``filter``, in the platform's language; used as it is.
    resource : FiltersResource or str
        What is asked for.
    use_defaults : bool
        Items: only visible files. Annotations: every type of the seed SDK's list, which has **no notes**; pulling a
        workspace asks for everything.
    context : dict, optional
        Sent along.
    page_size : int, optional
        Rows per answer, 1000 at most.

    Attributes
    ----------
    page, page_size : int
    method : FiltersMethod
        Of conditions added without one.
    recursive : bool
        A `filename` without an extension means everything below that folder.

    Examples
    --------
    >>> filters = Filters("dir", "/street")
    >>> filters.add("updatedAt", "2026-01-01", operator=FiltersOperations.GREATER_THAN)
    >>> filters.add_join("label", "car")
    >>> filters.prepare()["filter"]["$and"][2:]
    [{'dir': '/street'}, {'updatedAt': {'$gt': '2026-01-01'}}]
    >>> filters.prepare()["join"]["filter"]
    {'$and': [{'label': 'car'}]}
    """

    custom_filter: Mapping[str, Any] | None

    def __init__(
        self,
        field: str | None = None,
        values: Any = None,
        operator: FiltersOperations | str | None = None,
        method: FiltersMethod | str | None = None,
        custom_filter: Mapping[str, Any] | None = None,
        resource: FiltersResource | str = FiltersResource.ITEM,
        use_defaults: bool = True,
        context: Mapping[str, Any] | None = None,
        page_size: int | None = None,
    ) -> None:
        self._use_defaults = use_defaults
        self.context = context
        self.system_space: bool | None = None
        self._resource = _text(resource)
        self.reset()
        if custom_filter is not None:
            self.custom_filter = custom_filter
        if page_size is not None:
            self.page_size = page_size
        self._add_defaults()
        if field is not None:
            self.add(field, values, operator, method)

    @property
    def resource(self) -> str:
        """What is asked for; setting it starts anew."""
        return self._resource

    @resource.setter
    def resource(self, resource: FiltersResource | str) -> None:
        self._resource = _text(resource)
        self.reset()
        self._add_defaults()

    def reset(self) -> None:
        """Forget every condition, the defaults too."""
        self.or_filter_list: list[Condition] = []
        self.and_filter_list: list[Condition] = []
        self._unique: frozenset[str] = frozenset()
        self.custom_filter = None
        self.page = 0
        self.page_size = MOST_PER_PAGE
        self.method: FiltersMethod | str = FiltersMethod.AND
        self.sort: dict[str, str] = {}
        self.join: dict[str, Any] | None = None
        self.recursive = True

    def add(
        self,
        field: str,
        values: Any,
        operator: FiltersOperations | str | None = None,
        method: FiltersMethod | str | None = None,
    ) -> None:
        """Add a condition.

        Parameters
        ----------
        field : str
            Such as ``dir``, ``label``, ``metadata.user.batch``.
        values : object
            What it is compared with; a list for ``in`` and ``nin``.
        operator : FiltersOperations or str, optional
            None: equal.
        method : FiltersMethod or str, optional
            Whether it is one of those that all hold, or of which one holds; None: the filter's `method`.

        Raises
        ------
        InputError
            If operator or method is unknown.

        Examples
        --------
        >>> filters = Filters(use_defaults=False)
        >>> filters.add("label", "cat", method="or")
        >>> filters.prepare(query_only=True)
        {'filter': {'$or': [{'label': 'cat'}]}}
        """
        condition = _condition(field, values, operator)
        if _method(self.method if method is None else method) is FiltersMethod.OR:
            self.or_filter_list.append(condition)
            return
        if field in self._unique:  # a default gives way
            self.and_filter_list = [one for one in self.and_filter_list if one.field != field]
        self.and_filter_list.append(condition)

    def has_field(self, field: str) -> bool:
        """Whether there is a condition on a field."""
        return any(one.field == field for one in (*self.or_filter_list, *self.and_filter_list))

    def pop(self, field: str) -> None:
        """Take out the conditions on a field."""
        self.or_filter_list = [one for one in self.or_filter_list if one.field != field]
        self.and_filter_list = [one for one in self.and_filter_list if one.field != field]

    def add_join(
        self,
        field: str,
        values: Any,
        operator: FiltersOperations | str | None = None,
        method: FiltersMethod | str = FiltersMethod.AND,
    ) -> None:
        """Add a condition on the other side: on the annotations of items, or on the item of annotations.

        Parameters are those of `add`.
        """
        join: dict[str, Any] = self.join if self.join is not None else {"on": self._joined_on(), "filter": {}}
        condition = _condition(field, values, operator).prepare()
        join["filter"].setdefault(f"${_method(method).value}", []).append(condition)
        self.join = join

    def pop_join(self, field: str) -> None:
        """Take out the conditions on a field of the other side."""
        if self.join is not None:
            for conditions in self.join["filter"].values():
                conditions[:] = [one for one in conditions if field not in one]

    def sort_by(
        self, field: str, value: FiltersOrderByDirection | str = FiltersOrderByDirection.ASCENDING
    ) -> None:
        """Sort by a field.

        Examples
        --------
        >>> filters = Filters()
        >>> filters.sort_by("filename", "descending")
        >>> filters.prepare()["sort"]
        {'filename': 'descending'}
        """
        known = [direction.value for direction in FiltersOrderByDirection]
        if _text(value) not in known:
            raise InputError(f"value: expected one of {known}, got {value!r}")
        self.sort[field] = _text(value)

    def prepare(
        self,
        operation: str | None = None,
        update: Mapping[str, Any] | None = None,
        query_only: bool = False,
        system_update: Mapping[str, Any] | None = None,
        system_metadata: bool = False,
    ) -> dict[str, Any]:
        """Return the query as the platform reads it; a fresh dict.

        Parameters
        ----------
        operation : {'update', 'delete'}, optional
            What is to be done with all that fits.
        update, system_update : dict, optional
            For ``update``: values of the user metadata; of the system metadata, with `system_metadata`.
        query_only : bool
            Without page and resource.
        system_metadata : bool

        Raises
        ------
        InputError
            If the operation is unknown.
        """
        if self.custom_filter is not None:
            return self._prepare_custom()
        nested = self.recursive and self.resource == FiltersResource.ITEM.value
        query: dict[str, Any] = {"filter": {}}
        for key, conditions in (("$or", self.or_filter_list), ("$and", self.and_filter_list)):
            if conditions:
                query["filter"][key] = [one.prepare(recursive=nested) for one in conditions]
        if not query_only:
            if self.sort:
                query["sort"] = dict(self.sort)
            query |= {"page": self.page, "pageSize": self._rows(), "resource": self.resource}
        if self.join is not None:
            query["join"] = copy.deepcopy(self.join)
        if operation is not None:
            query = self._with_operation(query, operation, update, system_update if system_metadata else None)
        if self.context is not None:
            query["context"] = self.context
        if self.system_space is not None:
            query["systemSpace"] = self.system_space
        return query

    def __repr__(self) -> str:
        return f"Filters({json.dumps(self.prepare(), default=str)})"

    def _prepare_custom(self) -> dict[str, Any]:
        given = copy.deepcopy(dict(self.custom_filter or {}))
        query: dict[str, Any] = given if "filter" in given else {"filter": given}
        query.setdefault("resource", self.resource)
        query.setdefault("page", self.page)
        query.setdefault("pageSize", self._rows())
        if self.join is not None:
            query.setdefault("join", copy.deepcopy(self.join))
        if isinstance(query.get("join"), dict):
            query["join"].setdefault("on", self._joined_on())
        return query

    def _with_operation(
        self,
        query: dict[str, Any],
        operation: str,
        update: Mapping[str, Any] | None,
        system_update: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        if operation == "update":
            metadata: dict[str, Any] = {"user": dict(update)} if update else {}
            if system_update:
                query["systemSpace"] = True
                metadata["system"] = dict(system_update)
            query["update"] = {"metadata": metadata} if metadata else {}
        elif operation == "delete":
            query["delete"] = True
            unused = (
                ("sort", "page", "pageSize") if self.resource == FiltersResource.ITEM.value else ("sort",)
            )
            query = {key: value for key, value in query.items() if key not in unused}
        else:
            raise InputError(f"operation: expected 'update' or 'delete', got {operation!r}")
        return query

    def _rows(self) -> int:
        if isinstance(self.page_size, bool) or not isinstance(self.page_size, int) or self.page_size < 0:
            raise InputError(f"page_size: expected 0 to {MOST_PER_PAGE}, got {self.page_size!r}")
        return min(self.page_size, MOST_PER_PAGE)

    def _joined_on(self) -> dict[str, str]:
        if self.resource == FiltersResource.ITEM.value:
            return {"resource": "annotations", "local": "itemId", "forigen": "id"}  # spelled so there
        if self.resource == FiltersResource.ANNOTATION.value:
            return {"resource": "items", "local": "id", "forigen": "itemId"}
        raise InputError(f"only items and annotations can be joined, this filter is on {self.resource!r}")

    def _add_defaults(self) -> None:
        if not self._use_defaults:
            return
        if self.resource == FiltersResource.ITEM.value:
            self._unique = frozenset(("type", "hidden"))
            self.add("hidden", False, method=FiltersMethod.AND)
            self.add("type", "file", method=FiltersMethod.AND)
        elif self.resource == FiltersResource.ANNOTATION.value:
            self._unique = frozenset(("type",))
            self.add("type", list(_SEED_TYPES), FiltersOperations.IN, FiltersMethod.AND)


_SEED_TYPES = tuple(kind.value for kind in AnnotationType if kind is not AnnotationType.NOTE)


def _condition(field: str, values: Any, operator: FiltersOperations | str | None) -> Condition:
    if not isinstance(field, str) or not field:
        raise InputError(f"field: expected a name, got {field!r}")
    known = [one.value for one in FiltersOperations]
    if operator is not None and _text(operator) not in known:
        raise InputError(f"operator: expected one of {known}, got {operator!r}")
    return Condition(field, values, None if operator is None else _text(operator))


def _method(given: FiltersMethod | str) -> FiltersMethod:
    try:
        return FiltersMethod(_text(given))
    except ValueError:
        raise InputError(f"method: expected 'or' or 'and', got {given!r}") from None


def _text(given: Any) -> str:
    return str(given.value) if isinstance(given, Enum) else str(given)


def _recursive(path: Any) -> Any:
    """Let a folder mean everything below it; what has an extension is a file."""
    if not isinstance(path, str) or path.endswith("*") or posixpath.splitext(path)[1]:
        return path
    return path + "**" if path.endswith("/") else path + "/**"
