"""Exports: the platform writes a file of items with annotations; commands are polled until they end. Layer: sync."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from annogeo.errors import SyncError
from annogeo.sync.filters import Filters

if TYPE_CHECKING:
    from annogeo.sync.remote import Remote

FAILED = frozenset(("failed", "timeout", "canceled", "aborted"))
DONE = "success"
_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # s between looks, the last one again and again
_MOST_BYTES = 4 * 2**30
_ATTEMPTS = 5


def export(remote: Remote, dataset_id: str, filters: Filters | None, deadline: float) -> list[dict[str, Any]]:
    """Export a dataset's items with their annotations, and return the list.

    Parameters
    ----------
    remote : Remote
    dataset_id : str
    filters : Filters, optional
        Of the items.
    deadline : float
        Seconds; then the command is aborted.

    Raises
    ------
    SyncError
        If the command fails, does not end in time, or its file is no list of items.
    """
    body = {
        "exportType": "json",
        "itemsQuery": (filters or Filters()).prepare(),
        "itemsVectorQuery": {},
        "annotations": {"include": True, "convertSemantic": False},
    }
    command = remote.transport.write("POST", f"/datasets/{dataset_id}/export", body)
    finished = wait_for(remote, command, deadline)
    item_id = (finished.get("spec") or {}).get("outputItemId")
    if not isinstance(item_id, str):
        raise SyncError("the export has ended without a file")
    try:
        found = json.loads(_bytes(remote, item_id))
    except (ValueError, RecursionError):
        raise SyncError(
            "the export's file is no JSON", hint="run again; pulling does not need exports"
        ) from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise SyncError("the export's file is no list of items")
    return found


def wait_for(remote: Remote, command: Any, deadline: float) -> dict[str, Any]:
    """Look at a command until it has ended, and return it; a state nobody knows counts as under way.

    Raises
    ------
    SyncError
        If it fails, or takes longer than `deadline` seconds; it is aborted then.
    """
    if not isinstance(command, dict) or not isinstance(command.get("id"), str):
        raise SyncError("the platform has not said which command it started")
    end, n = time.monotonic() + deadline, 0
    path = f"/commands/{command['id']}"
    while command.get("status") != DONE:
        if command.get("status") in FAILED:
            reason = command.get("error") or "no reason given"
            raise SyncError(f"the command {command['status']}: {reason}", path=remote.url + path)
        wait = _WAITS[min(n, len(_WAITS) - 1)]
        if time.monotonic() + wait > end:
            remote.transport.write("POST", f"{path}/abort")
            raise SyncError(f"the command has not ended within {deadline:.0f} s", path=remote.url + path)
        if remote.transport.stop.wait(wait):
            raise SyncError("stopped", hint="run again")
        n += 1
        found = remote.transport.read("GET", path)
        if not isinstance(found, dict):
            raise SyncError("expected a command", path=remote.url + path)
        command = found
    return dict(command)


def _bytes(remote: Remote, item_id: str) -> bytes:
    """Fetch a file into memory; one that breaks off goes on where it did."""
    found = bytearray()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with remote.stream(item_id, len(found)) as (start, pieces):
                del found[start:]
                for piece in pieces:
                    found += piece
                    if len(found) > _MOST_BYTES:
                        raise ValueError
                return bytes(found)
        except ValueError:
            raise SyncError(f"the export's file has more than {_MOST_BYTES >> 30} GiB") from None
        except SyncError:
            if attempt == _ATTEMPTS:
                raise
            remote.transport.stop.wait(remote.transport.policy.wait(attempt))
    raise AssertionError
