"""The optional platform layer (extra ``sync``): `Remote`, `Workspace`, `Filters`.

    filters.py                  queries in the platform's language, as data
    secret.py, address.py       the token, and where it may go
    retrying.py, transport.py   requests: two retry policies, one gate, typed errors
    paging.py, remote.py        endpoints, as JSON in and out
    export.py, renewal.py       commands; new tokens
    layout.py, lock.py          a workspace's places; one run at a time
    state.py                    what it remembers, in SQLite
    content.py, document.py     what an annotation says; the JSON file of an item
    merging.py                  three ways: here, there, as last agreed
    fetching.py, pulling.py     bytes; pull
    pushing.py, standing.py     push; status and resolve
    workspace.py, reports.py    the door; what a run did
    entities.py                 items whose annotations have verbs

Nothing below imports it.
"""

from annogeo.sync.entities import RemoteItem
from annogeo.sync.filters import (
    Filters,
    FiltersMethod,
    FiltersOperations,
    FiltersOrderByDirection,
    FiltersResource,
)
from annogeo.sync.remote import Remote
from annogeo.sync.reports import Outcome, Report
from annogeo.sync.retrying import Policy
from annogeo.sync.secret import Token
from annogeo.sync.transport import AnswerError, UnclearWrite
from annogeo.sync.workspace import Workspace

__all__ = [
    "AnswerError",
    "Filters",
    "FiltersMethod",
    "FiltersOperations",
    "FiltersOrderByDirection",
    "FiltersResource",
    "Outcome",
    "Policy",
    "Remote",
    "RemoteItem",
    "Report",
    "Token",
    "UnclearWrite",
    "Workspace",
]
