"""All rows of a query, page by page, by key: nothing is missed when rows vanish or appear on the way. Layer: sync."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from annogeo.errors import SyncError
from annogeo.sync.filters import MOST_PER_PAGE
from annogeo.sync.transport import Transport

KEY = "id"


def rows(transport: Transport, dataset_id: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give every row of a query once, by rising id.

    Page numbers shift when rows are deleted meanwhile; so each page asks for the ids after the last one seen. Any page
    that cannot be had fails the whole listing.

    Parameters
    ----------
    transport : Transport
    dataset_id : str
    query : dict
        As `Filters.prepare` gives it; its own order and page number do not count.

    Raises
    ------
    SyncError
        If a page fails, is malformed, or does not go on.
    """
    path = f"/datasets/{dataset_id}/query"
    size = query.get("pageSize") or MOST_PER_PAGE
    last: str | None = None
    n_empty = 0
    while True:
        page = transport.read("POST", path, _from(query, last, size))
        found, has_more = _checked(page, path)
        new = [row for row in found if last is None or row[KEY] > last]
        if not new:
            if not has_more:
                return
            n_empty += 1
            if n_empty == 3 or found:
                raise SyncError(
                    "the listing does not go on: more rows are announced, and none after the last one come",
                    path=transport.base + path,
                    hint="nothing is taken from an incomplete listing; run again",
                )
            continue
        n_empty = 0
        for row in sorted({row[KEY]: row for row in new}.values(), key=lambda row: str(row[KEY])):
            last = row[KEY]
            yield row
        if not has_more:
            return


def _from(query: Mapping[str, Any], last: str | None, size: int) -> dict[str, Any]:
    """Return the query for the rows after an id."""
    asked = copy.deepcopy(dict(query)) | {
        "page": 0,
        "pageSize": min(size, MOST_PER_PAGE),
        "sort": {KEY: "ascending"},
    }
    if last is not None:
        conditions = asked.setdefault("filter", {})
        conditions["$and"] = [*conditions.get("$and", []), {KEY: {"$gt": last}}]
    return asked


def _checked(page: Any, path: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the rows of a page, and whether more are to come."""
    found = page.get("items") if isinstance(page, dict) else None
    if not isinstance(found, list):
        raise SyncError(f"expected a page with a list of items, got {type(page).__name__}", path=path)
    for row in found:
        if not isinstance(row, dict) or not isinstance(row.get(KEY), str) or not row[KEY]:
            raise SyncError("a row of the listing has no id", path=path)
    total = page.get("totalItemsCount")
    is_short = isinstance(total, int) and total > len({row[KEY] for row in found})
    return found, bool(page.get("hasNextPage")) or is_short
