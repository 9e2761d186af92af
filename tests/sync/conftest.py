"""An emulated platform for every test that asks for one, and a client that does not wait long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from annogeo.sync import Policy, Remote
from tests.emulator import Emulator

HASTY = Policy(attempts=6, budget=20, first_wait=0.001, most_wait=0.004, most_asked=0.05, connect=2, answer=2)


@pytest.fixture
def platform() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def remote(platform: Emulator) -> Iterator[Remote]:
    with Remote(platform.url, platform.token, policy=HASTY) as client:
        yield client
