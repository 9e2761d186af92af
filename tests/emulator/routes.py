"""The endpoints: a table of patterns, each with a function of the store."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.queries import answer, selected
from tests.emulator.store import Json, Store


@dataclass
class Request:
    """A request as routes see it."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]
    raw: bytes = b""


@dataclass
class Reply:
    """What is answered: JSON, or bytes."""

    status: int = 200
    json: Any = None
    data: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


Route = Callable[..., Reply]
_ROUTES: list[tuple[str, re.Pattern[str], Route]] = []


class Missing(Exception):
    """There is no such thing."""


def route(method: str, pattern: str) -> Callable[[Route], Route]:
    """Add a row to the table."""

    def register(made: Route) -> Route:
        _ROUTES.append((method, re.compile(pattern), made))
        return made

    return register


def reply_to(store: Store, request: Request) -> Reply:
    """Find the route of a request and follow it."""
    for method, pattern, made in _ROUTES:
        found = pattern.fullmatch(request.path)
        if method == request.method and found is not None:
            try:
                return made(store, request, *found.groups())
            except (Missing, KeyError):
                return error(404, "not found")
    return error(404, f"no route {request.method} {request.path}")


def error(status: int, message: str) -> Reply:
    """Return the platform's error body."""
    return Reply(status, {"name": "Error", "message": message})


def _found(table: dict[str, Json], key: str) -> Json:
    if key not in table:
        raise Missing(key)
    return table[key]


@route("GET", r"/users/me")
def _me(store: Store, request: Request) -> Reply:
    return Reply(json={"id": "u", "email": "a@b", "username": "a@b", "firstName": "A"})


@route("GET", r"/projects/([^/]+)")
def _project(store: Store, request: Request, project: str) -> Reply:
    return Reply(
        json={"id": project, "name": "project", "creator": "a@b", "role": "owner", "contributors": []}
    )


@route("GET", r"/datasets/([^/]+)")
def _dataset(store: Store, request: Request, dataset: str) -> Reply:
    return Reply(json=_found(store.datasets, dataset))


@route("POST", r"/datasets/([^/]+)/query")
def _query(store: Store, request: Request, dataset: str) -> Reply:
    _found(store.datasets, dataset)
    return Reply(json=answer(store, dataset, request.body))


@route("GET", r"/recipes/([^/]+)")
def _recipe(store: Store, request: Request, recipe: str) -> Reply:
    return Reply(json=_found(store.recipes, recipe))


@route("GET", r"/ontologies/([^/]+)")
def _ontology(store: Store, request: Request, ontology: str) -> Reply:
    return Reply(json=_found(store.ontologies, ontology))


@route("GET", r"/items/([^/]+)")
def _item(store: Store, request: Request, item: str) -> Reply:
    return Reply(json=_found(store.items, item))


@route("DELETE", r"/items/([^/]+)")
def _delete_item(store: Store, request: Request, item: str) -> Reply:
    _found(store.items, item)
    store.delete_item(item)
    return Reply(204)


@route("GET", r"/items/([^/]+)/stream")
def _stream(store: Store, request: Request, item: str) -> Reply:
    data = store.bytes[_found(store.items, item)["id"]]
    asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
    if asked is None or int(asked[1]) == 0:
        return Reply(data=data)
    start = int(asked[1])
    if start >= len(data):
        return Reply(416, headers={"Content-Range": f"bytes */{len(data)}"})
    place = f"bytes {start}-{len(data) - 1}/{len(data)}"
    return Reply(206, data=data[start:], headers={"Content-Range": place})


@route("GET", r"/items/([^/]+)/annotations")
def _of_item(store: Store, request: Request, item: str) -> Reply:
    _found(store.items, item)
    return Reply(json=store.of_item(item))


@route("POST", r"/items/([^/]+)/annotations")
def _create(store: Store, request: Request, item: str) -> Reply:
    _found(store.items, item)
    given = request.body
    if isinstance(given, list):
        made: list[Json] = []
        with store.lock:
            try:
                for one in given:
                    made.append(store.create(item, one))
            except KeyError:  # all or none
                for one in made:
                    store.delete(one["id"])
                raise
        return Reply(json=made)
    return Reply(json=store.create(item, given))


@route("GET", r"/annotations/([^/]+)")
def _annotation(store: Store, request: Request, annotation: str) -> Reply:
    return Reply(json=_found(store.annotations, annotation))


@route("PUT", r"/annotations/([^/]+)")
def _update(store: Store, request: Request, annotation: str) -> Reply:
    _found(store.annotations, annotation)
    is_system = request.query.get("system", "").lower() == "true"
    return Reply(json=store.update(annotation, request.body, is_system=is_system))


@route("DELETE", r"/annotations/([^/]+)")
def _delete(store: Store, request: Request, annotation: str) -> Reply:
    _found(store.annotations, annotation)
    store.delete(annotation)
    return Reply(204)


@route("POST", r"/datasets/([^/]+)/export")
def _export(store: Store, request: Request, dataset: str) -> Reply:
    with store.lock:
        query = (request.body or {}).get("itemsQuery") or {}
        rows = selected(store, dataset, {**query, "resource": "items"})
        written = [{**row, "annotations": store.of_item(row["id"])} for row in rows]
        output = store.add_item(dataset, "/.dataloop/export.json", json.dumps(written).encode(), hidden=True)
        command = store.new_id()
        store.commands[command] = {
            "id": command,
            "url": f"{store.base}/commands/{command}",
            "status": "created",
            "type": "ExportDatasetAsJson",
            "createdAt": store.now(),
            "updatedAt": store.now(),
            "progress": 0,
            "spec": {"outputItemId": output},
            "error": "",
        }
        return Reply(json=store.commands[command])


@route("GET", r"/commands/([^/]+)")
def _command(store: Store, request: Request, command: str) -> Reply:
    found = _found(store.commands, command)
    if found["status"] in ("created", "in-progress"):
        found["status"], found["progress"] = "success", 100
    return Reply(json=found)


@route("POST", r"/commands/([^/]+)/abort")
def _abort(store: Store, request: Request, command: str) -> Reply:
    _found(store.commands, command)["status"] = "aborted"
    return Reply(json=store.commands[command])
