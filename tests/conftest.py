"""The whole suite runs in parallel where pytest-xdist is installed; single files, and ``-n 0``, in one process."""

from __future__ import annotations

import os

import pytest

MOST_WORKERS = 4  # each compiles some kernels of its own


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Choose the number of processes, as ``-n`` would, before pytest-xdist looks at it."""
    is_worker = hasattr(config, "workerinput") or "PYTEST_XDIST_WORKER" in os.environ
    is_whole = config.args_source == pytest.Config.ArgsSource.TESTPATHS and not is_worker
    is_open = getattr(config.option, "numprocesses", 0) is None and not config.option.usepdb
    if is_whole and is_open:
        config.option.numprocesses = min(os.cpu_count() or 1, MOST_WORKERS)
