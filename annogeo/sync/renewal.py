"""A new access token for a refresh token. Layer: sync."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from annogeo.sync.address import API
from annogeo.sync.secret import Token

if TYPE_CHECKING:
    from annogeo.sync.transport import Transport


def renewed(transport: Transport, refresh: Token) -> Token | None:
    """Ask the platform's gate, which lies beside the API, for a new token; None: it gives none.

    One attempt: whoever needs it says that the token has ended.
    """
    import urllib3

    address = transport.base.removesuffix(API) + "/token?default"
    body = json.dumps({"type": "refresh_token", "refresh_token": refresh.reveal()}).encode()
    headers = {"content-type": "application/json"}
    try:
        response = transport.pool.request(
            "POST", address, body=body, headers=headers, retries=False, redirect=False
        )
        found = json.loads(response.data) if response.status == 200 else None
    except (urllib3.exceptions.HTTPError, OSError, ValueError, RecursionError):
        return None
    value = found.get("id_token") if isinstance(found, dict) else None
    return Token(value) if isinstance(value, str) and value else None
