"""HTTP on loopback: parses requests, applies faults, sends replies."""

from __future__ import annotations

import base64
import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.emulator.faults import Fault, Faults
from tests.emulator.routes import Reply, Request, error, reply_to
from tests.emulator.store import Store

API = "/api/v1"


def jwt(expires: float | None = None, email: str = "a@b") -> str:
    """Return a token that says who it is of and when it ends; its signature is nothing."""
    claims = {"email": email, "exp": int(time.time() + 3600 if expires is None else expires), "sub": "u"}
    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


class Emulator:
    """The platform on a port of this machine.

    Attributes
    ----------
    url : str
        With ``/api/v1``.
    token : str
        The one that is accepted; requests with another get 401.
    refresh_token : str or None
        What gets a new token; the new one is accepted from then on.
    store : Store
    log : list of (method, path)
        Every request, with ``/api/v1`` taken off.
    latency : float
        Seconds before every answer.
    """

    def __init__(self, *, latency: float = 0.0) -> None:
        self.store = Store()
        self.token = jwt()
        self.refresh_token: str | None = None
        self.log: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.latency = latency
        self.faults = Faults()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.emulator = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{API}"
        self.store.base = self.url
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def fault(self, method: str, path: str, **kind: Any) -> Fault:
        """Let something go wrong: see `Fault`."""
        return self.faults.add(Fault(method, path, **kind))

    def count(self, method: str, path: str = "") -> int:
        """Return how many requests of a method have gone to a path that contains this."""
        return sum(sent == method and path in place for sent, place in self.log)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    emulator: Emulator

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    wbufsize = -1  # one write per answer

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else small answers take 40 ms

    def _handle(self) -> None:
        emulator = self.server.emulator
        raw = self._body()
        parts = urlsplit(self.path)
        path = parts.path.removeprefix(API)
        place = path + (f"?{parts.query}" if parts.query else "")
        headers = {name.lower(): value for name, value in self.headers.items()}
        emulator.log.append((self.command, place))
        emulator.headers.append(headers)
        if emulator.latency:
            time.sleep(emulator.latency)
        fault = emulator.faults.take(self.command, place)
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        if fault is not None and fault.before is not None:
            self._instead(fault, fault.before)
            return
        reply = self._reply(
            Request(self.command, path, dict(parse_qsl(parts.query)), _parsed(raw), headers, raw)
        )
        if fault is None:
            self._send(reply)
        elif fault.after is not None:
            self._instead(fault, fault.after)
        else:
            if fault.change is not None:
                reply.json = fault.change(reply.json)
            self._send(reply, fault)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def _reply(self, request: Request) -> Reply:
        emulator = self.server.emulator
        if request.path == "/token" and request.method == "POST":
            return self._renewed(request)
        if request.headers.get("authorization") != f"Bearer {emulator.token}":
            return error(401, "unauthorized")
        return reply_to(emulator.store, request)

    def _renewed(self, request: Request) -> Reply:
        emulator = self.server.emulator
        if emulator.refresh_token is None or request.body.get("refresh_token") != emulator.refresh_token:
            return error(401, "no such refresh token")
        emulator.token = jwt(time.time() + 7200 + len(emulator.log))
        return Reply(json={"id_token": emulator.token})

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _instead(self, fault: Fault, kind: int | str | bytes) -> None:
        if kind == "reset":
            self._reset()
        elif isinstance(kind, bytes):
            self._send(Reply(data=kind), fault)
        elif isinstance(kind, int):
            reply = error(kind, f"fault {kind}")
            if fault.body is not None:
                reply.json = fault.body
            self._send(reply, fault)
        else:
            raise AssertionError(kind)

    def _send(self, reply: Reply, fault: Fault | None = None) -> None:
        is_json = reply.data is None
        data = (
            b""
            if reply.status == 204
            else json.dumps(reply.json).encode()
            if reply.data is None
            else reply.data
        )
        short = None if fault is None else fault.short
        if short is not None:
            data = data[:short]
        self.send_response(reply.status)
        headers = {
            "Content-Type": "application/json" if is_json else "application/octet-stream"
        } | reply.headers
        headers |= {} if fault is None else fault.headers
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if fault is not None and fault.cut is not None:
            self.wfile.write(data[: fault.cut])
            self.wfile.flush()
            self._reset()
            return
        self.wfile.write(data)

    def _reset(self) -> None:
        """Cut the connection hard: the client sees a reset, not an end."""
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output clean."""


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None
