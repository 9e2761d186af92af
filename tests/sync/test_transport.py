"""Faults on the way: each row of what goes wrong between two machines, and what our client makes of it."""

from __future__ import annotations

import email.utils
import threading
import time
from typing import Any

import pytest

from annogeo.errors import SyncError
from annogeo.sync import AnswerError, Filters, Policy, Remote, UnclearWrite
from annogeo.sync.retrying import asked_wait
from tests.emulator import Emulator
from tests.emulator.server import jwt
from tests.emulator.store import box
from tests.sync.conftest import HASTY


@pytest.fixture
def dataset(platform: Emulator) -> str:
    made = platform.store.add_dataset()
    for k in range(25):
        item = platform.store.add_item(made, f"/a/{k}.png", b"x" * k)
        platform.store.add_annotation(item, box(left=k))
    return made


# --- reads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"before": 429, "times": 3},
        {"before": 429, "headers": {"Retry-After": "0"}, "times": 2},
        {"before": 502, "times": 3},
        {"before": 500},
        {"before": 503, "headers": {"Retry-After": "soon"}},
        {"before": 504},
        {"before": 408},
        {"before": "reset", "times": 2},
        {"after": "reset"},
        {"after": 502},
        {"cut": 7},
        {"before": b'{"items": [', "times": 1},
        {"before": b"<html>busy</html>", "times": 1},
    ],
)
def test_a_read_gets_there(platform: Emulator, remote: Remote, dataset: str, fault: dict[str, Any]) -> None:
    remote.me()
    hit = platform.fault("POST", "/query", **fault)

    assert len(list(remote.items(dataset))) == 25
    assert hit.hits == fault.get("times", 1)


def test_retry_after_is_honoured_by_all_threads_and_capped(
    platform: Emulator, remote: Remote, dataset: str
) -> None:
    remote.me()
    platform.fault("GET", "/users/me", before=429, headers={"Retry-After": "21600"})
    began = time.monotonic()
    threads = [threading.Thread(target=remote.me) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert HASTY.most_asked <= time.monotonic() - began < 5


def test_retry_after_as_a_date() -> None:
    in_a_minute = email.utils.formatdate(time.time() + 60, usegmt=True)

    assert 58 <= (asked_wait(in_a_minute) or 0) <= 60
    assert asked_wait(email.utils.formatdate(0, usegmt=True)) == 0.0
    assert asked_wait("") is None
    assert asked_wait("9" * 400) is None


def test_a_storm_ends_and_says_what_to_do(platform: Emulator, dataset: str) -> None:
    policy = Policy(attempts=50, budget=30, first_wait=0.001, most_wait=0.001, give_up_after=8)
    with Remote(platform.url, platform.token, policy=policy) as remote:
        remote.me()
        platform.fault("*", ".*", before=502, times=-1)
        with pytest.raises(SyncError, match="in a row") as caught:
            remote.me()

    assert "again later" in str(caught.value)
    assert platform.count("GET", "/users/me") == 9


def test_a_server_that_is_down_fails_fast() -> None:
    with Emulator() as gone:
        address, token = gone.url, gone.token
    began = time.monotonic()
    with (
        Remote(address, token, policy=Policy(first_wait=0.01)) as remote,
        pytest.raises(SyncError, match="reached"),
    ):
        remote.me()

    assert time.monotonic() - began < 5


@pytest.mark.parametrize("status", [400, 403, 404, 409, 423])
def test_a_refusal_is_told_at_once_in_the_servers_words(
    platform: Emulator, remote: Remote, status: int
) -> None:
    platform.fault("GET", "/users/me", before=status, body={"message": "the dataset is locked"}, times=-1)

    with pytest.raises(AnswerError, match="the dataset is locked") as caught:
        remote.me()
    assert caught.value.status == status
    assert platform.count("GET", "/users/me") == 1


def test_what_is_no_json_is_told_with_its_start(platform: Emulator, remote: Remote) -> None:
    platform.fault("GET", "/users/me", before=b"<html>maintenance</html>", times=-1)

    with pytest.raises(AnswerError, match="<html>maintenance") as caught:
        remote.me()
    assert "/users/me" in str(caught.value)


def test_stopping_ends_a_wait(platform: Emulator) -> None:
    with Remote(platform.url, platform.token, policy=Policy(first_wait=60, most_wait=60)) as remote:
        remote.me()
        platform.fault("GET", "/users/me", before=502, times=-1)
        threading.Timer(0.1, remote.transport.stop.set).start()
        began = time.monotonic()
        with pytest.raises(SyncError, match="stopped"):
            remote.me()
        assert time.monotonic() - began < 5


# --- writes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [{"after": 502}, {"after": 500}, {"after": "reset"}, {"cut": 3}, {"before": 503}, {"before": "reset"}],
)
def test_a_write_is_sent_once_and_what_is_unclear_is_said(
    platform: Emulator, remote: Remote, dataset: str, fault: dict[str, Any]
) -> None:
    item = platform.store.add_item(dataset, "/b.png")
    platform.fault("POST", "/annotations", **fault)

    with pytest.raises(UnclearWrite):
        remote.create_annotations(item, [box()])
    assert len(platform.store.of_item(item)) == (0 if "before" in fault else 1)
    assert platform.count("POST", f"/items/{item}/annotations") == 1


def test_a_write_that_could_not_be_sent_is_sent_again(
    platform: Emulator, remote: Remote, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import urllib3.connection

    connect = urllib3.connection.HTTPConnection.connect
    failures = iter([True, True])

    def flaky(self: Any) -> None:
        if next(failures, False):
            raise urllib3.exceptions.NewConnectionError(self, "refused")
        connect(self)

    remote.me()
    remote.transport.pool.clear()
    monkeypatch.setattr(urllib3.connection.HTTPConnection, "connect", flaky)
    item = platform.store.add_item(dataset, "/b.png")

    assert len(remote.create_annotations(item, [box(), box()])) == 2
    assert len(platform.store.of_item(item)) == 2


def test_a_refused_write_had_no_effect(platform: Emulator, remote: Remote, dataset: str) -> None:
    item = platform.store.add_item(dataset, "/b.png")
    platform.fault("POST", "/annotations", before=400, body={"message": "label is missing"})

    with pytest.raises(AnswerError, match="label is missing"):
        remote.create_annotations(item, [box()])


def test_updates_status_and_deletes(platform: Emulator, remote: Remote, dataset: str) -> None:
    annotation = next(iter(platform.store.annotations))

    remote.update_annotation(annotation, {"label": "dog", "metadata": {"system": {"objectId": "7"}}})
    remote.set_status(annotation, "approved")
    stored = platform.store.annotations[annotation]
    assert (stored["label"], stored["metadata"]["system"]["objectId"]) == ("dog", "7")
    assert stored["metadata"]["system"]["status"] == "approved"
    remote.set_status(annotation, "clear")
    assert stored["metadata"]["system"]["status"] is None
    assert remote.delete_annotation(annotation)
    assert not remote.delete_annotation(annotation)
    assert remote.annotation(annotation) is None


# --- the token --------------------------------------------------------------------------------------------------------


def test_a_refused_token_is_renewed_once(platform: Emulator) -> None:
    platform.refresh_token = "again"
    with Remote(platform.url, jwt(), refresh_token="again", policy=HASTY) as remote:  # another token
        platform.token = "something-else"
        assert remote.me()["email"] == "a@b"
        assert platform.count("POST", "/token") == 1


def test_a_token_that_has_ended_is_renewed_by_one_thread_for_all(platform: Emulator) -> None:
    platform.refresh_token = "again"
    with Remote(platform.url, jwt(time.time() - 5), refresh_token="again", policy=HASTY) as remote:
        threads = [threading.Thread(target=remote.me) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert platform.count("POST", "/token") == 1
    assert platform.count("GET", "/users/me") == 6


def test_without_another_the_run_ends_and_says_so(platform: Emulator) -> None:
    with (
        Remote(platform.url, jwt(time.time() - 5), policy=HASTY) as remote,
        pytest.raises(AnswerError) as caught,
    ):
        remote.me()

    assert caught.value.status == 401
    assert "fresh" in str(caught.value)


def test_a_wrong_clock_here_does_not_matter(platform: Emulator) -> None:
    platform.token = jwt(time.time() - 3600)  # ended, this machine's clock says; the server's does not
    with Remote(platform.url, platform.token, policy=HASTY) as remote:
        assert remote.me()["id"] == "u"


@pytest.mark.parametrize(
    "fault",
    [
        {"before": 400, "body": {"message": "TOKEN is no good"}},
        {"before": b"you sent TOKEN"},
        {"before": 502, "times": -1},
        {"before": "reset", "times": -1},
    ],
)
def test_no_error_shows_the_token(platform: Emulator, fault: dict[str, Any]) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, bytes):
            return value.replace(b"TOKEN", platform.token.encode())
        return (
            {"message": value["message"].replace("TOKEN", platform.token)}
            if isinstance(value, dict)
            else value
        )

    platform.fault("GET", "/users/me", **{"times": -1} | {key: filled(value) for key, value in fault.items()})
    with Remote(platform.url, platform.token, policy=HASTY) as remote, pytest.raises(SyncError) as caught:
        remote.me()

    import traceback

    assert platform.token not in "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))


def test_redirects_do_not_take_the_token_elsewhere(platform: Emulator, remote: Remote, dataset: str) -> None:
    item = platform.store.add_item(dataset, "/b.png", b"bytes")
    with Emulator() as storage:
        place = storage.url.replace("/api/v1", "/bucket/b.png?signature=secret")
        storage.fault("GET", "/bucket", before=b"stored elsewhere")
        platform.fault("GET", "/stream", before=302, headers={"Location": place})
        with remote.stream(item) as (start, pieces):
            assert (start, b"".join(pieces)) == (0, b"stored elsewhere")
        assert "authorization" not in storage.headers[0]

    platform.fault(
        "GET", "/stream", before=302, headers={"Location": "http://198.51.100.1/b.png?signature=secret"}
    )
    with pytest.raises(SyncError, match="not safe") as caught, remote.stream(item):
        pass
    assert "secret" not in str(caught.value)
    platform.fault("GET", "/users/me", before=302, headers={"Location": "https://198.51.100.1/"})
    with pytest.raises(AnswerError, match="302"):
        remote.me()


# --- listings ---------------------------------------------------------------------------------------------------------


def paged(size: int) -> Filters:
    return Filters(page_size=size)


def test_pages_go_by_id_so_that_vanishing_rows_hide_none(
    platform: Emulator, remote: Remote, dataset: str
) -> None:
    seen = []
    for item in remote.items(dataset, paged(10)):
        if len(seen) == 9:
            for gone in sorted(platform.store.items)[:5]:
                platform.store.delete_item(gone)
        seen.append(item["id"])

    assert len(seen) == len(set(seen)) == 25


def test_rows_that_come_twice_are_given_once(platform: Emulator, remote: Remote, dataset: str) -> None:
    platform.fault(
        "POST", "/query", change=lambda page: {**page, "items": page["items"] + page["items"][-3:]}, times=-1
    )

    ids = [item["id"] for item in remote.items(dataset, paged(10))]
    assert ids == sorted(set(ids))
    assert len(ids) == 25


@pytest.mark.parametrize(
    "fault",
    [
        {"before": 400},
        {"change": lambda page: {**page, "items": [], "hasNextPage": True}, "times": -1},
        {"change": lambda page: {**page, "items": None}},
        {"change": lambda page: [page]},
        {"change": lambda page: {**page, "items": [{"filename": "/a"}]}},
    ],
)
def test_a_page_that_cannot_be_had_fails_the_listing(
    platform: Emulator, remote: Remote, dataset: str, fault: dict[str, Any]
) -> None:
    platform.fault("POST", "/query", skip=1, **fault)

    with pytest.raises(SyncError):
        list(remote.items(dataset, paged(10)))


def test_a_server_that_ignores_the_key_does_not_loop(
    platform: Emulator, remote: Remote, dataset: str
) -> None:
    first = {}

    def same(page: Any) -> Any:
        return first.setdefault("page", page)

    platform.fault("POST", "/query", change=same, times=-1)
    with pytest.raises(SyncError, match="does not go on"):
        list(remote.items(dataset, paged(10)))


def test_all_annotations_of_a_dataset_take_few_requests_notes_too(platform: Emulator, remote: Remote) -> None:
    dataset = platform.store.add_dataset()
    for k in range(30):
        item = platform.store.add_item(dataset, f"/{k}.png")
        for _ in range(99):
            platform.store.add_annotation(item)
        platform.store.add_annotation(item, {**box(), "type": "note"})

    found = list(remote.annotations(dataset))
    assert len(found) == 3000
    assert sum(one["type"] == "note" for one in found) == 30
    assert platform.count("POST", "/query") == 3
    assert len(remote.item_annotations(dataset, item)) == 100


# --- files and exports ------------------------------------------------------------------------------------------------


def test_a_stream_goes_on_where_it_is_asked_to(platform: Emulator, remote: Remote, dataset: str) -> None:
    item = platform.store.add_item(dataset, "/b.png", bytes(range(200)))

    with remote.stream(item, 150) as (start, pieces):
        assert (start, b"".join(pieces)) == (150, bytes(range(150, 200)))
    platform.fault("GET", "/stream", cut=50)
    with pytest.raises(SyncError, match="broke"), remote.stream(item) as (_, pieces):
        list(pieces)
    with pytest.raises(AnswerError) as caught, remote.stream(item, 200):
        pass
    assert caught.value.status == 416


def test_an_export_is_waited_for(platform: Emulator, remote: Remote, dataset: str) -> None:
    platform.fault("GET", "/commands", change=lambda c: {**c, "status": "polishing"})
    platform.fault("GET", "/stream", cut=100)

    found = remote.export(dataset)
    assert len(found) == 25
    assert found[3]["annotations"][0]["coordinates"][0]["x"] == 3


def test_an_export_that_fails_or_never_ends_is_told(platform: Emulator, remote: Remote, dataset: str) -> None:
    failed = {"status": "failed", "error": "quota"}
    platform.fault("GET", "/commands", change=lambda c: {**c, **failed})
    with pytest.raises(SyncError, match="quota"):
        remote.export(dataset)
    platform.fault("GET", "/commands", change=lambda c: {**c, "status": "in-progress"}, times=-1)
    with pytest.raises(SyncError, match="not ended"):
        remote.export(dataset, deadline=1)
    assert platform.count("POST", "/abort") == 1
    platform.faults.clear()
    platform.fault("GET", "/stream", before=b"[{")
    with pytest.raises(SyncError, match="no JSON"):
        remote.export(dataset)


def test_the_ontology_of_a_dataset(platform: Emulator, remote: Remote, dataset: str) -> None:
    ontology = remote.ontology(dataset)

    assert ontology is not None
    assert sorted(ontology.instance_map) == ["car", "dog"]
