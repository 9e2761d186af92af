"""`Reported`: what is wrong with an annotation, and where it stood. Mixed into `Annotation`. Layer: model."""

from __future__ import annotations

from annogeo.errors import AnnogeoError, Problem
from annogeo.model.stored import Stored


class Reported(Stored):
    """The problems of one annotation."""

    __slots__ = ()

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with it; parses the geometry of every stored frame, but decodes no mask."""
        state = self.state
        found = [self._problem(error) for _, error in state.defects or ()]
        for keyframe in state.track.keyframes:
            error = keyframe.error
            if error is not None:
                frame = keyframe.number if state.track.is_timed else None
                found.append(self._problem(error.located(json_path=keyframe.place, frame=frame)))
        return [*found, *(problem for problem in state.reported or () if problem not in found)]

    def report(self, problem: Problem | AnnogeoError) -> None:
        """Add a problem found later, as a mask that does not decode; one already known is not added again.

        Parameters
        ----------
        problem : Problem or AnnogeoError

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(1, 2, "nose"))
        >>> nose.report(Problem("warning", "far away"))
        >>> str(nose.problems[0])
        'warning: far away'
        """
        if isinstance(problem, AnnogeoError):
            problem = self._problem(problem.located(json_path=".coordinates"))
        state = self.state
        if state.reported is None:
            state.reported = []
        if problem not in state.reported:
            state.reported.append(problem)

    def _problem(self, error: AnnogeoError) -> Problem:
        own = self.read_key("id")
        annotation_id = own if isinstance(own, str) else None
        return Problem.from_error(error.located(json_path=self.json_path, annotation_id=annotation_id))
