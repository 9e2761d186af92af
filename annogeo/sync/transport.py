"""Requests: one connection pool, two retry policies, typed errors, and a token that no error shows. Layer: sync."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

from annogeo.errors import SyncError
from annogeo.sync.address import checked_base, is_loopback, origin
from annogeo.sync.retrying import AGAIN, Gate, Policy, asked_wait
from annogeo.sync.secret import Token

if TYPE_CHECKING:
    import urllib3

MOST_JSON = 512 * 2**20
"""Bytes of one JSON answer: a page of 1000 annotations with masks is some ten MB."""

_PIECE = 256 * 1024
_FILE_PIECE = 64 * 1024  # what a break can cost
_MOST_REDIRECTS = 5


class Answer(NamedTuple):
    """A complete answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class AnswerError(SyncError):
    """The server refused, or answered what cannot be understood.

    Attributes
    ----------
    status : int or None
        HTTP status; None: no answer came.
    """

    status: int | None = None


class UnclearWrite(SyncError):
    """A write was sent, and whether it took effect is not known: read back before sending it again."""


class Transport:
    """Sends requests to one server.

    Parameters
    ----------
    url : str
        Base URL, see `checked_base`.
    token : Token
    insecure : bool
        Allow plain http to other machines.
    ca_file : path, optional
        Certificates to trust instead of the system's.
    policy : Policy, optional
    renew : () -> Token or None, optional
        Called once when the token has ended or was refused; None: there is no new one.
    max_connections : int
        Open at once.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        insecure: bool = False,
        ca_file: str | None = None,
        policy: Policy | None = None,
        renew: Callable[[], Token | None] | None = None,
        max_connections: int = 16,
    ) -> None:
        self.base = checked_base(url, insecure=insecure)
        self.policy = policy or Policy()
        self.stop = threading.Event()
        self._token = token
        self._renew = renew
        self._renewing = threading.Lock()
        self._insecure = insecure
        self._gate = Gate(self.policy, self.stop)
        self.pool = _pool(self.base, ca_file, max_connections, self.policy)

    # --- what callers use -----------------------------------------------------------------------------------------

    def read(self, method: str, path: str, body: Any = None) -> Any:
        """Ask for something that changes nothing, as often as needed; returns the parsed JSON.

        Raises
        ------
        AnswerError
            If the server refuses, or its answer is no JSON, twice.
        SyncError
            If it cannot be reached.
        """
        for is_last in (False, True):
            answer = self._send(method, path, body, is_write=False)
            try:
                return self._parsed(answer, path)
            except AnswerError:
                if is_last:
                    raise
                self._gate.sleep(self.policy.wait(1))
        raise AssertionError

    def write(self, method: str, path: str, body: Any = None) -> Any:
        """Change something; sent again only where the connection was never made. Returns the parsed JSON, or None.

        Raises
        ------
        UnclearWrite
            If it may or may not have taken effect.
        AnswerError
            If the server refused it (status 400 to 499): it had no effect.
        """
        answer = self._send(method, path, body, is_write=True)
        if not answer.body.strip():
            return None
        try:
            return self._parsed(answer, path)
        except AnswerError as error:
            raise UnclearWrite(f"the write may have been done: {error.message}", path=error.path) from None

    @contextmanager
    def stream(self, url: str, start: int = 0) -> Iterator[tuple[int, Iterator[bytes]]]:
        """Open a file's bytes, from `start` on; gives where they really start, and pieces.

        One attempt: whoever writes the file knows what it already has. A redirect to another server is followed without
        the token.

        Raises
        ------
        SyncError
            Also while the pieces come.
        """
        headers = {"Range": f"bytes={start}-", "x-dl-sanitize": "0"} if start else {"x-dl-sanitize": "0"}
        response = self._open_stream(url, headers)
        try:
            yield _first_byte(response, start), self._pieces(response, url)
        finally:
            response.close()

    @property
    def token(self) -> Token:
        """The token in use; it is renewed where it has ended, if it can be."""
        token = self._token
        if self._renew is not None and token.expires is not None and token.expires <= time.time():
            self._renewed(token)
        return self._token

    @property
    def n_requests(self) -> int:
        """How many requests went out so far."""
        return self._gate.n_passed

    def close(self) -> None:
        """Close all connections."""
        self.pool.clear()

    # --- one request ----------------------------------------------------------------------------------------------

    def _send(self, method: str, path: str, body: Any, *, is_write: bool) -> Answer:
        data = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        end = time.monotonic() + self.policy.budget
        attempt, has_renewed = 0, False
        while True:
            attempt += 1
            self._gate.enter()
            token = self.token
            failure = self._attempt(method, path, data, token)
            if isinstance(failure, Answer):
                answer = failure
                if answer.status == 401 and not has_renewed and self._renewed(token):
                    has_renewed = True
                    continue
                if answer.status not in AGAIN:
                    self._gate.answered()
                    return self._accepted(answer, path)
                wait = self._pause(answer, attempt)
                message, was_sent, status = self._told(answer, path), True, answer.status
            else:
                wait, status = self.policy.wait(attempt), None
                message, was_sent = failure.message, failure.was_sent
            self._gate.failed()
            if is_write and was_sent:
                raise UnclearWrite(f"the write may have been done: {message}", path=path)
            if attempt >= self._gate.attempts or time.monotonic() + wait > end:
                raise self._error(f"{message} ({attempt} attempts)", path, status)
            self._gate.sleep(wait)

    def _attempt(self, method: str, path: str, data: bytes | None, token: Token) -> Answer | _Failure:
        """Send once; whatever goes wrong on the way comes back as a value."""
        import urllib3

        headers = {"authorization": f"Bearer {token.reveal()}", "accept-encoding": "gzip"}
        if data is not None:
            headers["content-type"] = "application/json"
        try:
            response = self.pool.request(
                method,
                self.base + path,
                body=data,
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                body = self._whole(response)
            except BaseException:
                response.close()  # half read: not to be used again
                raise
            response.release_conn()
            return Answer(response.status, response.headers, body)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
            return _Failure("the server cannot be reached", was_sent=False)
        except urllib3.exceptions.SSLError as error:
            raise SyncError(
                f"the server's certificate is not trusted: {_said(error, token)}",
                hint="give ca_file= (a company's own certificates), or look at who answers",
            ) from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            return _Failure(f"the connection broke: {_said(error, token)}", was_sent=True)

    def _whole(self, response: urllib3.BaseHTTPResponse) -> bytes:
        found = bytearray()
        for piece in response.stream(_PIECE, decode_content=True):
            found += piece
            if len(found) > MOST_JSON:
                raise SyncError(f"an answer has more than {MOST_JSON >> 20} MiB")
        return bytes(found)

    def _pause(self, answer: Answer, attempt: int) -> float:
        """Return how long to wait after an answer that says later; where the server asks, all threads do."""
        asked = asked_wait(answer.headers.get("Retry-After"))
        wait = self.policy.wait(attempt)
        if asked is not None:
            wait = min(asked, self.policy.most_asked) + 0.1 * wait
        if asked is not None or answer.status == 429:
            self._gate.close_for(wait)
        return wait

    # --- answers --------------------------------------------------------------------------------------------------

    def _accepted(self, answer: Answer, path: str) -> Answer:
        if 200 <= answer.status < 300:
            return answer
        raise self._error(self._told(answer, path), path, answer.status)

    def _told(self, answer: Answer, path: str) -> str:
        """Say what the server said, in its own words where it has some."""
        try:
            said = json.loads(answer.body)
            message = said.get("message") if isinstance(said, dict) else None
        except (ValueError, RecursionError):
            message = None
        text = message if isinstance(message, str) and message else _start_of(answer.body)
        return (
            f"the server answered {answer.status}: {text}" if text else f"the server answered {answer.status}"
        )

    def _parsed(self, answer: Answer, path: str) -> Any:
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            kind = answer.headers.get("content-type", "no content type")
            message = f"expected JSON, got status {answer.status}, {kind}: {_start_of(answer.body)!r}"
            raise self._error(message, path, answer.status) from None

    def _error(self, message: str, path: str, status: int | None) -> AnswerError:
        hints = {
            401: "the token has ended or was revoked: get a fresh one and run again",
            403: "the token's owner may not do this",
            404: "look at the id",
        }
        hint = None if status is None else hints.get(status)
        error = AnswerError(self._token.redact(message), path=self.base + path, hint=hint)
        error.status = status
        return error

    # --- streams --------------------------------------------------------------------------------------------------

    def _open_stream(self, url: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        import urllib3

        place = url if "://" in url else self.base + url
        for _ in range(_MOST_REDIRECTS):
            self._gate.enter()
            token, own = self.token, origin(place) == origin(self.base)
            sent = {**headers, "authorization": f"Bearer {token.reveal()}"} if own else headers
            try:
                response: urllib3.BaseHTTPResponse = self.pool.request(
                    "GET", place, headers=sent, retries=False, redirect=False, preload_content=False
                )
            except (urllib3.exceptions.HTTPError, OSError) as error:
                self._gate.failed()
                raise SyncError(f"the connection broke: {_said(error, token)}", path=_bare(place)) from None
            if response.status in (301, 302, 303, 307, 308):
                place = urljoin(place, response.headers.get("location", ""))
                response.close()
                self._refuse_unsafe(place)
                continue
            if response.status in (200, 206):
                self._gate.answered()
                return response
            answer = Answer(response.status, response.headers, response.read(2000))
            response.close()
            if answer.status == 401 and own and self._renewed(token):
                continue
            if answer.status in AGAIN:
                self._gate.failed()
                self._gate.close_for(self._pause(answer, 1))
            refused = self._error(self._told(answer, _bare(place)), "", answer.status)
            refused.path = _bare(place)
            raise refused
        raise SyncError(f"more than {_MOST_REDIRECTS} redirects", path=_bare(url))

    def _refuse_unsafe(self, place: str) -> None:
        scheme, host, _ = origin(place)
        if scheme == "https" or (scheme == "http" and (self._insecure or is_loopback(host))):
            return
        raise SyncError(f"redirected to {_bare(place)!r}, which is not safe", hint="only https is followed")

    def _pieces(self, response: urllib3.BaseHTTPResponse, url: str) -> Iterator[bytes]:
        import urllib3

        try:
            yield from response.stream(_FILE_PIECE, decode_content=False)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise SyncError(f"the connection broke: {_said(error, self._token)}", path=_bare(url)) from None

    # --- token ----------------------------------------------------------------------------------------------------

    def _renewed(self, used: Token) -> bool:
        """Get a new token in place of the one used, once for all threads; False: there is none."""
        with self._renewing:
            if self._token is not used:
                return True  # another thread has done it
            new = None if self._renew is None else self._renew()
            if new is None:
                return False  # whether it has ended is the server's to say: this machine's clock may be wrong
            self._token = new
            return True


class _Failure(NamedTuple):
    message: str
    was_sent: bool


def _pool(base: str, ca_file: str | None, size: int, policy: Policy) -> Any:
    import os
    import urllib.request

    try:
        import urllib3
    except ImportError:
        raise SyncError("urllib3 is not installed", hint="pip install 'annogeo[sync]'") from None

    options: dict[str, Any] = {
        "maxsize": size,
        "block": True,
        "timeout": urllib3.Timeout(connect=policy.connect, read=policy.answer),
    }
    if ca_file is not None:
        if not os.path.isfile(ca_file):
            raise SyncError("the file of certificates is not there", path=os.fspath(ca_file))
        options["ca_certs"] = ca_file
    scheme, host, _ = origin(base)
    proxy = None if is_loopback(host) else urllib.request.getproxies().get(scheme)
    if proxy and not urllib.request.proxy_bypass(host):
        return urllib3.ProxyManager(proxy, **options)
    return urllib3.PoolManager(**options)


def _first_byte(response: urllib3.BaseHTTPResponse, start: int) -> int:
    """Return which byte of the file an answer starts with: a server may ignore that only the rest was asked for."""
    if response.status != 206:
        return 0
    stated = response.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0].strip()
    return int(stated) if stated.isdigit() else start


def _bare(url: str) -> str:
    """Return a URL without its query, where signed links carry secrets."""
    return url.partition("?")[0]


def _start_of(body: bytes) -> str:
    return body[:200].decode("utf-8", "replace").strip()


def _said(error: Exception, token: Token) -> str:
    reason = getattr(error, "reason", None) or error
    return token.redact(str(reason) or type(error).__name__)
