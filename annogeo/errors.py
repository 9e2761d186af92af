"""What annogeo raises, warns and reports.

    AnnogeoError
    ├── InputError        (also ValueError)            bad data or arguments
    ├── UnsupportedError  (also NotImplementedError)   understood, but not offered
    └── SyncError                                      the platform side failed

An error carries where it happened as data (file, JSON path, annotation id, frame), so that callers can
report or collect it; `Problem` is the same as a plain value. Lowest layer: imports nothing of the package.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, Self

Severity = Literal["error", "warning", "info"]


class AnnogeoWarning(UserWarning):
    """Something the caller should know, where going on is still right.

    Examples
    --------
    >>> issubclass(AnnogeoWarning, UserWarning)
    True
    """


class AnnogeoError(Exception):
    """Base of every error annogeo raises on purpose.

    Parameters
    ----------
    message : str
        What was got and what was expected.
    path : str, optional
        The file.
    json_path : str, optional
        Where in the document, as ``$.annotations[3].coordinates[0]``.
    annotation_id : str, optional
        The annotation's own id.
    frame : int, optional
        The video frame.
    hint : str, optional
        What to do next.

    Examples
    --------
    >>> str(InputError("expected a number, got 'a'", json_path="$.x", hint="write 1.5"))
    "$.x: expected a number, got 'a'; write 1.5"
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        json_path: str | None = None,
        annotation_id: str | None = None,
        frame: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.json_path = json_path
        self.annotation_id = annotation_id
        self.frame = frame
        self.hint = hint

    def __str__(self) -> str:
        where = _place([self.path, self.json_path], self.annotation_id, {"frame": self.frame})
        return _sentence(where, self.message, self.hint)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message, dict(vars(self))))

    def located(
        self,
        *,
        path: str | None = None,
        json_path: str | None = None,
        annotation_id: str | None = None,
        frame: int | None = None,
    ) -> Self:
        """Return the same error seen from further out: `json_path` goes in front, the rest fills gaps.

        Parameters
        ----------
        path, json_path, annotation_id, frame
            As for `AnnogeoError`.

        Returns
        -------
        AnnogeoError
            A new one of the same class.

        Examples
        --------
        >>> str(InputError("expected a number", json_path="[0].x").located(json_path="$.coordinates"))
        '$.coordinates[0].x: expected a number'
        """
        return type(self)(
            self.message,
            path=self.path or path,
            json_path=(json_path or "") + (self.json_path or "") or None,
            annotation_id=self.annotation_id or annotation_id,
            frame=self.frame if self.frame is not None else frame,
            hint=self.hint,
        )


class InputError(AnnogeoError, ValueError):
    """Data or an argument is not what it has to be; arguments as for `AnnogeoError`.

    Examples
    --------
    >>> isinstance(InputError("expected a number, got 'a'"), ValueError)
    True
    """


class UnsupportedError(AnnogeoError, NotImplementedError):
    """What was asked for is understood but not offered (here, or yet); arguments as for `AnnogeoError`.

    Examples
    --------
    >>> isinstance(UnsupportedError("the format comes later"), NotImplementedError)
    True
    """


class SyncError(AnnogeoError):
    """Talking to the platform failed; arguments as for `AnnogeoError`.

    Examples
    --------
    >>> str(SyncError("the platform does not answer", hint="try again"))
    'the platform does not answer; try again'
    """


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about data that was kept anyway, and where it is.

    Parameters
    ----------
    severity : {'error', 'warning', 'info'}
    message : str
        The reason in words.
    path, json_path, annotation_id, frame, hint
        As of `AnnogeoError`.
    code : str, optional
        The kind of finding, such as ``self-crossing``: a word that stays, to sort and choose by.
    ring, vertex : int, optional
        Which ring of the shape (or line), which point of it, both from 0.
    x, y : float, optional
        The place in px.

    Examples
    --------
    >>> str(Problem("error", "expected 2 corners, got 1", json_path="$.annotations[0].coordinates"))
    'error: $.annotations[0].coordinates: expected 2 corners, got 1'
    >>> str(Problem("warning", "it stands twice", annotation_id="5f1", code="repeated-point", ring=0, vertex=3))
    'warning: annotation 5f1, ring 0, vertex 3: it stands twice'
    """

    severity: Severity
    message: str
    path: str | None = None
    json_path: str | None = None
    annotation_id: str | None = None
    frame: int | None = None
    hint: str | None = None
    code: str | None = None
    ring: int | None = None
    vertex: int | None = None
    x: float | None = None
    y: float | None = None

    @classmethod
    def from_error(cls, error: AnnogeoError, severity: Severity = "error") -> Problem:
        """Turn an error into the value that lists it.

        Parameters
        ----------
        error : AnnogeoError
        severity : {'error', 'warning', 'info'}

        Examples
        --------
        >>> str(Problem.from_error(InputError("expected a number", json_path="$.x"), "warning"))
        'warning: $.x: expected a number'
        """
        return cls(
            severity,
            error.message,
            error.path,
            error.json_path,
            error.annotation_id,
            error.frame,
            error.hint,
        )

    def located(self, *, path: str | None = None) -> Problem:
        """Return the same problem with the file filled in.

        Parameters
        ----------
        path : str, optional
            The file; passed over where one is known already.

        Examples
        --------
        >>> str(Problem("error", "expected a number", json_path="$.x").located(path="a.json"))
        'error: a.json, $.x: expected a number'
        """
        return replace(self, path=self.path or path)

    @property
    def place(self) -> str:
        """Where it is, without the file: JSON path, annotation, frame, ring, vertex."""
        within = {"frame": self.frame, "ring": self.ring, "vertex": self.vertex}
        return _place([self.json_path], self.annotation_id, within)

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.path, self.place) if part)
        return f"{self.severity}: {_sentence(where, self.message, self.hint)}"


def _rebuild(cls: type[AnnogeoError], message: str, state: dict[str, Any]) -> AnnogeoError:
    error = cls(message)
    vars(error).update(state)
    return error


def _place(paths: list[str | None], annotation_id: str | None, within: dict[str, int | None]) -> str:
    parts = [part for part in paths if part]
    if annotation_id:
        parts.append(f"annotation {annotation_id}")
    parts += [f"{name} {number}" for name, number in within.items() if number is not None]
    return ", ".join(parts)


def _sentence(where: str, message: str, hint: str | None) -> str:
    tail = f"; {hint}" if hint else ""
    return f"{where}: {message}{tail}" if where else f"{message}{tail}"
