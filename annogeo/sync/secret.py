"""The access token: where it comes from, when it ends, and how it never shows. Layer: sync."""

from __future__ import annotations

import base64
import binascii
import json
import os
import stat
from typing import Any, NoReturn

from annogeo.errors import SyncError

VARIABLE = "ANNOGEO_DATALOOP_TOKEN"
"""The environment variable a token is read from."""

KEYRING_SERVICE = "annogeo"
_MASK = "***"
_MOST_BYTES = 64 * 1024  # of a token file; a token has one or two thousand


class Token:
    """An access token that prints, pickles and compares as nothing.

    Parameters
    ----------
    value : str
        What the platform gave, usually a JWT.

    Examples
    --------
    >>> Token("eyJhbGciOi")
    Token(***)
    >>> Token("a b")
    Traceback (most recent call last):
    annogeo.errors.SyncError: the token has characters that no token has; copy it again, without quotes and line breaks
    """

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        text = value.strip() if isinstance(value, str) else ""
        if not text:
            raise SyncError("the token is empty", hint=_HOW)
        if not text.isascii() or not text.isprintable() or " " in text:
            raise SyncError(
                "the token has characters that no token has",
                hint="copy it again, without quotes and line breaks",
            )

        def reveal() -> str:
            return text

        self._reveal = reveal  # a closure: `vars`, debuggers and dumps of attributes do not reach it

    def reveal(self) -> str:
        """Return the token itself, for the header of a request and nothing else."""
        return self._reveal()

    @property
    def expires(self) -> float | None:
        """When it ends, in seconds since 1970, as it says itself (JWT claim ``exp``, RFC 7519); None: not said."""
        claim = _claims(self.reveal()).get("exp")
        is_number = isinstance(claim, int | float) and not isinstance(claim, bool)
        return float(claim) if is_number else None  # type: ignore[arg-type]  # a number it is

    def redact(self, text: str) -> str:
        """Return a text without this token.

        Examples
        --------
        >>> Token("eyJhbGciOi").redact("got 'Bearer eyJhbGciOi'")
        "got 'Bearer ***'"
        """
        return text.replace(self.reveal(), _MASK)

    def __repr__(self) -> str:
        return f"Token({_MASK})"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not stored or sent elsewhere")


_HOW = f"set {VARIABLE}, or give token= or token_file="


def find_token(token: Token | str | None = None, token_file: str | os.PathLike[str] | None = None) -> Token:
    """Find the token: an argument, a file, the environment, the keyring where that package is installed.

    Parameters
    ----------
    token : Token or str, optional
    token_file : path, optional
        A file with nothing else in it, which only its owner can read (mode 0600).

    Raises
    ------
    SyncError
        If there is none, or others can read the file.
    """
    if token is not None:
        return token if isinstance(token, Token) else Token(token)
    if token_file is not None:
        return Token(_read_private(os.fspath(token_file)))
    found = os.environ.get(VARIABLE) or _from_keyring()
    if not found:
        raise SyncError("there is no access token", hint=_HOW)
    return Token(found)


def _read_private(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SyncError(
                    f"the token file can be read by others (mode {stat.S_IMODE(mode):04o})",
                    path=path,
                    hint=f"chmod 600 {path}",
                )
            return stream.read(_MOST_BYTES).decode("ascii", "replace")
    except OSError as error:
        raise SyncError(f"the token file cannot be read: {error.strerror}", path=path) from None


def _from_keyring() -> str | None:
    try:
        import keyring
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password(KEYRING_SERVICE, "token")
    except (
        Exception
    ):  # no backend, locked, denied: each backend has errors of its own, and there is no token then
        return None
    return found


def _claims(token: str) -> dict[str, Any]:
    """Read what a JWT says of itself; its signature is the platform's to check."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
