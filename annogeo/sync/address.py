"""The platform's address: checked once, so that the token never travels in the open. Layer: sync."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from annogeo.errors import InputError

API = "/api/v1"


def checked_base(url: str, *, insecure: bool = False) -> str:
    """Return the base URL of the API, with ``/api/v1`` and without a slash at its end.

    Parameters
    ----------
    url : str
        With or without ``/api/v1``; ``https`` unless it is this machine.
    insecure : bool
        Allow plain ``http`` to other machines.

    Raises
    ------
    InputError
        If it is no such URL, or carries a user, a query or a fragment.

    Examples
    --------
    >>> checked_base("https://gate.dataloop.ai")
    'https://gate.dataloop.ai/api/v1'
    >>> checked_base("http://127.0.0.1:8080/api/v1/")
    'http://127.0.0.1:8080/api/v1'
    """
    text = url.strip() if isinstance(url, str) else ""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise InputError(f"url: expected https://host, got {url!r}")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError(
            "url: expected scheme, host, port and path only",
            hint="the token goes into token=, not into the URL",
        )
    if parts.scheme == "http" and not insecure and not is_loopback(host):
        raise InputError(
            f"url: plain http to {host!r} would send the token in the open",
            hint="use https, or insecure=True if the network is yours",
        )
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith(API) else path + API}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine.

    Examples
    --------
    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("example.org")
    (True, True, True, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(url: str) -> tuple[str, str, int | None]:
    """Return what decides whether a URL is of the same server: scheme, host, port."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port
