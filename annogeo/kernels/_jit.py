"""How every kernel is compiled: one decorator, `jit`, and where its machine code is kept between processes.

Lowest layer: numba and the standard library only. The code cache is numba's own, with three additions: a folder
of last resort, a stamp over all kernel files (numba looks at the file of the entry point alone, so a change in a
kernel it calls would go unseen), and no failure when a cache file cannot be read or written.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import stat
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import caching
from numba.core.runtime.nrt import rtsys

Function = TypeVar("Function", bound=Callable[..., Any])

njit: Any = numba.njit  # its stubs do not know all of its options

JIT_IS_OFF = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]
"""True under ``NUMBA_DISABLE_JIT=1``: kernels then run as plain Python."""

ARITHMETIC: dict[str, Any] = {"boundscheck": False, "error_model": "numpy"}


def jit(function: Function) -> Function:
    """Compile a kernel on first use: without the GIL, cached on disk, IEEE arithmetic as written.

    No `fastmath` and no contraction of products and sums: the exact predicates depend on it. Divisions by zero
    give what numpy gives. Without a writable cache folder the kernel is compiled anew in each process.

    Examples
    --------
    >>> @jit
    ... def double(x):
    ...     return 2 * x
    >>> double(2)
    4
    """
    return _cached(njit(nogil=True, no_cfunc_wrapper=True, _nrt=True, **ARITHMETIC)(function), function)


def inner(function: Function) -> Function:
    """Compile a kernel that only kernels call: as `jit`, without the way in from Python, which takes long to compile.

    Examples
    --------
    >>> @inner
    ... def half(x):
    ...     return x / 2
    >>> @jit
    ... def quarter(x):
    ...     return half(half(x))
    >>> quarter(4)
    1.0
    """
    # `_nrt` is said, because without it a kernel takes over what its first caller has
    return _cached(
        njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=True, **ARITHMETIC)(function), function
    )


def leaf(function: Function) -> Function:
    """Compile an `inner` kernel that makes no array and returns none: without counting references.

    Counting costs two calls and two atomic operations for each array that is passed, more than many of these do.

    Examples
    --------
    >>> @leaf
    ... def first(values):
    ...     return values[0]
    >>> @jit
    ... def first_twice(values):
    ...     return 2 * first(values)
    >>> import numpy as np
    >>> int(first_twice(np.array([4, 5])))
    8
    """
    return _cached(
        njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False, **ARITHMETIC)(function), function
    )


def inlined(function: Function) -> Function:
    """Compile a function of a few operations for its callers: as `leaf`, without a cache entry of its own."""
    return njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False, **ARITHMETIC)(function)  # type: ignore[no-any-return]


def merged(function: Function) -> Function:
    """Compile a function into its caller, however large it is: for the one call in a loop that runs often.

    As a function of its own it would be handed seven words for each array.
    """
    compiled: Function = njit(
        forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False, **ARITHMETIC
    )(function)
    return compiled


def _cached(compiled: Any, function: Function) -> Function:
    """Give a compiled function its place in the disk cache, if there is a folder to write to."""
    if not JIT_IS_OFF:
        # RuntimeError: numba found no folder to write to; compiling in each process is the answer left.
        with contextlib.suppress(RuntimeError):
            compiled._cache = _KernelCache(function)
    return compiled  # type: ignore[no-any-return]


@cache
def _kernel_stamp() -> bytes:
    """Fingerprint of every kernel source: any change makes all cached machine code stale."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.digest()


def _private_folder() -> Path | None:
    """Return a folder under the temporary one that only this user can write to, or None.

    Cached code is unpickled and run, so a folder that another user prepared, or a link, is refused.
    """
    user = os.getuid() if hasattr(os, "getuid") else None  # elsewhere the temporary folder is the user's own
    folder = Path(tempfile.gettempdir()) / f"annogeo-kernels-{'user' if user is None else user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
    except OSError:
        return None
    if not stat.S_ISDIR(state.st_mode):
        return None
    if user is not None and (state.st_uid != user or state.st_mode & 0o022):
        return None
    return folder


class _TemporaryLocator(caching._SourceFileBackedLocatorMixin, caching._CacheLocator):
    """Where to cache when neither the package folder nor the user's cache folder can be written."""

    def __init__(self, function: Callable[..., Any], source: str) -> None:
        self._py_file = source
        self._lineno = function.__code__.co_firstlineno
        folder = _private_folder()
        if folder is None:
            raise OSError("no private temporary folder")
        self._folder = folder / self.get_suitable_cache_subpath(source)

    @classmethod
    def from_function(cls, function: Callable[..., Any], source: str) -> Any:
        try:
            return super().from_function(function, source)
        except OSError:
            return None

    def get_cache_path(self) -> str:
        return str(self._folder)


class _KernelCacheContent(caching.CompileResultCacheImpl):
    _locator_classes = [*caching.CompileResultCacheImpl._locator_classes, _TemporaryLocator]  # noqa: RUF012


class _KernelCache(caching.FunctionCache):
    _impl_class = _KernelCacheContent

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = caching.IndexDataCacheFile(
            cache_path=self._cache_path,
            filename_base=self._impl.filename_base,
            source_stamp=_kernel_stamp(),
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        # Finished machine code needs numba's runtime alone. Its own `load_overload` loads the whole compiler first
        # (and scipy with it, 0.4 s); a kernel that does have to be compiled makes numba load that then.
        rtsys.initialize(target_context)
        try:
            with self._guard_against_spurious_io_errors():
                return self._load_overload(sig, target_context)
        except (OSError, EOFError, pickle.UnpicklingError):  # cut off by a full disk or a killed process
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        # a full disk or a folder that has gone costs the next process time, never this one its result
        with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError):
            super().save_overload(sig, data)
