"""The token: found in order, refused where others can read it, never shown."""

from __future__ import annotations

import base64
import copy
import json
import os
import pickle
from pathlib import Path

import pytest

from annogeo.errors import InputError, SyncError
from annogeo.sync import Remote, Token
from annogeo.sync.address import checked_base
from annogeo.sync.secret import VARIABLE, find_token

SECRET = "eyJzZWNyZXQ.dG9rZW4.c2ln"


def test_it_never_shows() -> None:
    token = Token(SECRET)

    assert (
        SECRET
        not in f"{token!r} {token} {token.__slots__} {[getattr(token, name) for name in token.__slots__]}"
    )
    assert token.reveal() == SECRET
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(token)
    with pytest.raises(TypeError):
        json.dumps({"token": token})


def test_a_remote_shows_its_address_only() -> None:
    remote = Remote("https://gate.example.org/", SECRET)

    assert repr(remote) == "Remote('https://gate.example.org/api/v1')"
    assert SECRET not in repr(vars(remote)) + repr(vars(remote.transport))


def test_it_is_found_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text("from-file\n")
    file.chmod(0o600)
    monkeypatch.setenv(VARIABLE, "from-environment")

    assert find_token("given", file).reveal() == "given"
    assert find_token(None, file).reveal() == "from-file"
    assert find_token().reveal() == "from-environment"
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(SyncError, match=VARIABLE):
        find_token()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(SECRET)
    file.chmod(0o644)

    with pytest.raises(SyncError, match="chmod 600") as caught:
        find_token(None, file)
    assert SECRET not in str(caught.value)
    with pytest.raises(SyncError, match="cannot be read"):
        find_token(None, tmp_path / "none")


@pytest.mark.parametrize("wrong", ["", "  ", "a b", "a\r\nHost: b", "tökén"])
def test_what_is_no_token_is_refused_unseen(wrong: str) -> None:
    with pytest.raises(SyncError) as caught:
        Token(wrong)
    assert not wrong.strip() or wrong not in str(caught.value)


@pytest.mark.parametrize(
    ("claims", "expires"),
    [({"exp": 12}, 12.0), ({}, None), ({"exp": "soon"}, None), ([1], None), ({"exp": True}, None)],
)
def test_a_jwt_says_when_it_ends(claims: object, expires: float | None) -> None:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()

    assert Token(f"e30.{body}.x").expires == expires
    assert Token("no-jwt").expires is None
    assert Token("a.%%%.b").expires is None


@pytest.mark.parametrize(
    "wrong",
    [
        "http://gate.example.org",
        "ftp://gate.example.org",
        "gate.example.org",
        "https://user:secret@gate.example.org",
        "https://gate.example.org?token=secret",
        "https://",
        "https://[::1",
        "",
        None,
    ],
)
def test_an_address_that_would_give_the_token_away_is_refused(wrong: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_base(wrong)
    assert "secret" not in str(caught.value)


def test_plain_http_is_for_this_machine_or_on_request() -> None:
    assert checked_base("http://localhost:1") == "http://localhost:1/api/v1"
    assert checked_base("http://[::1]:1/api/v1") == "http://[::1]:1/api/v1"
    assert checked_base("http://gate.example.org", insecure=True) == "http://gate.example.org/api/v1"
