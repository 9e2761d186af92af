"""The optional platform layer (extra ``sync``): `Remote`, `Workspace`, `Filters`.

    filters.py                  queries in the platform's language, as data
    secret.py, address.py       the token, and where it may go
    retrying.py, transport.py   requests: two retry policies, one gate, typed errors
    paging.py, remote.py        endpoints, as JSON in and out
    export.py, renewal.py       commands; new tokens

Nothing below imports it.
"""

from annogeo.sync.filters import (
    Filters,
    FiltersMethod,
    FiltersOperations,
    FiltersOrderByDirection,
    FiltersResource,
)
from annogeo.sync.remote import Remote
from annogeo.sync.retrying import Policy
from annogeo.sync.secret import Token
from annogeo.sync.transport import AnswerError, UnclearWrite

__all__ = [
    "AnswerError",
    "Filters",
    "FiltersMethod",
    "FiltersOperations",
    "FiltersOrderByDirection",
    "FiltersResource",
    "Policy",
    "Remote",
    "Token",
    "UnclearWrite",
]
