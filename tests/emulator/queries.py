"""The platform's query language, as far as clients use it: conditions, a join, order, pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.emulator.store import Json, Store

MOST_ROWS = 1000


def answer(store: Store, dataset: str, query: Json) -> Json:
    """Answer a query, or carry out its ``delete`` or ``update``."""
    resource = query.get("resource", "items")
    rows = selected(store, dataset, query)
    if query.get("delete"):
        for row in rows:
            (store.delete_item if resource == "items" else store.delete)(row["id"])
        return {"items": [], "totalItemsCount": len(rows), "totalPagesCount": 1, "hasNextPage": False}
    for key, way in reversed(list((query.get("sort") or {}).items())):
        rows.sort(key=lambda row: _sortable(_value(row, key)), reverse=way == "descending")
    size = min(query.get("pageSize", MOST_ROWS), MOST_ROWS)
    page = query.get("page", 0)
    pages = -(-len(rows) // size) if size else 0
    return {
        "totalItemsCount": len(rows),
        "items": rows[page * size : (page + 1) * size] if size else [],
        "totalPagesCount": pages,
        "hasNextPage": page + 1 < pages,
    }


def selected(store: Store, dataset: str, query: Json) -> list[Json]:
    """Return copies of the rows a query is about."""
    import copy

    with store.lock:
        resource = query.get("resource", "items")
        table = store.items if resource == "items" else store.annotations
        rows = [row for row in table.values() if row["datasetId"] == dataset]
        rows = [row for row in rows if holds(query.get("filter") or {}, row)]
        join = query.get("join")
        if join:
            other = store.annotations if resource == "items" else store.items
            key, own = join["on"]["local"], join["on"]["forigen"]
            wanted = {_value(row, key) for row in other.values() if holds(join.get("filter") or {}, row)}
            rows = [row for row in rows if _value(row, own) in wanted]
        return copy.deepcopy(rows)


def holds(condition: Json, row: Json) -> bool:
    """Whether a row fits a condition."""
    return all(_holds(field, wanted, row) for field, wanted in condition.items())


def _holds(field: str, wanted: Any, row: Json) -> bool:
    if field == "$and":
        return all(holds(one, row) for one in wanted)
    if field == "$or":
        return any(holds(one, row) for one in wanted)
    found = _value(row, field)
    if isinstance(wanted, dict) and any(key.startswith("$") for key in wanted):
        return all(_OPERATORS[operator[1:]](found, value) for operator, value in wanted.items())
    return _equal(field, found, wanted)


def _equal(field: str, found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(_equal(field, found, one) for one in wanted)
    if field in ("filename", "dir") and isinstance(wanted, str) and "*" in wanted:
        pattern = re.escape(wanted).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
        return re.fullmatch(pattern, found or "") is not None
    return bool(found == wanted)


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda found, value: found is not None and compare(found, value)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda found, value: found == value,
    "ne": lambda found, value: found != value,
    "in": lambda found, value: found in value,
    "nin": lambda found, value: found not in value,
    "gt": _compared(lambda found, value: found > value),
    "gte": _compared(lambda found, value: found >= value),
    "lt": _compared(lambda found, value: found < value),
    "lte": _compared(lambda found, value: found <= value),
    "exists": lambda found, value: (found is not None) == bool(value),
    "match": lambda found, value: found is not None and value in found,
}


def _value(row: Json, field: str) -> Any:
    found: Any = row
    for part in field.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def labels(rows: Iterable[Json]) -> list[str]:
    """Return the labels of rows."""
    return [row["label"] for row in rows]
