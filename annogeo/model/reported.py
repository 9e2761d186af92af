"""`Reported`: what is wrong with an annotation, and where it stood. Mixed into `Annotation`. Layer: model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annogeo.errors import AnnogeoError, Problem
from annogeo.model.json_values import MISSING

if TYPE_CHECKING:
    from annogeo.model.source import Origin
    from annogeo.model.state import State


class Reported:
    """The problems of one annotation."""

    __slots__ = ()

    if TYPE_CHECKING:
        _entry: Any
        _index: int | None
        _origin: Origin
        id: Any

        @property
        def state(self) -> State: ...

    @property
    def json_path(self) -> str | None:
        """Where it stood in its document; None for a local annotation."""
        if self._entry is MISSING:
            return None
        return "$" if self._index is None else f"{self._origin.root}[{self._index}]"

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with it; parses the geometry of every stored frame, but decodes no mask."""
        state = self.state
        found = [self._problem(error) for _, error in state.defects]
        for keyframe in state.track.keyframes:
            error = keyframe.error
            if error is not None:
                frame = keyframe.number if state.track.is_timed else None
                found.append(self._problem(error.located(json_path=keyframe.place, frame=frame)))
        return [*found, *(problem for problem in state.reported if problem not in found)]

    def report(self, problem: Problem | AnnogeoError) -> None:
        """Add a problem found later, as a mask that does not decode; one already known is not added again."""
        if isinstance(problem, AnnogeoError):
            problem = self._problem(problem.located(json_path=".coordinates"))
        reported = self.state.reported
        if problem not in reported:
            reported.append(problem)

    def _problem(self, error: AnnogeoError) -> Problem:
        return Problem.from_error(
            error.located(json_path=self.json_path, annotation_id=self.id if isinstance(self.id, str) else None)
        )
