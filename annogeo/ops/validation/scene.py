"""What checks look at: the stored states of a collection's annotations, and their rings as flat arrays. Layer: ops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Definition, Polygon
from annogeo.errors import InputError, Problem
from annogeo.geometry.cleaning import cleaned, repeated_points, spike_tips
from annogeo.geometry.crossings import valid_rings
from annogeo.ops.validation.registry import Finding

if TYPE_CHECKING:
    from annogeo.model import Annotation, AnnotationCollection
    from annogeo.model.frames import Keyframe

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One stored state of an annotation, or a definition alone.

    Parameters
    ----------
    definition : Definition
    annotation : Annotation, optional
    keyframe : Keyframe, optional
    position : int
        Of the annotation in its collection.
    """

    definition: Definition
    annotation: Annotation | None = None
    keyframe: Keyframe | None = None
    position: int = 0

    @property
    def is_first(self) -> bool:
        """Whether it is the annotation's first state: what is said of all of it is said there."""
        return self.annotation is None or self.keyframe is self.annotation.state.track.keyframes[0]

    def problem(self, finding: Finding, code: str, severity: Any) -> Problem:
        """Return a finding with its full address."""
        json_path = annotation_id = frame = None
        if self.annotation is not None:
            own = self.annotation.id
            annotation_id = own if isinstance(own, str) else None
            root = self.annotation.json_path or f"$.annotations[{self.position}]"
            json_path = root + self._within(finding.place)
            if self.keyframe is not None and self.annotation.is_video:
                frame = self.keyframe.number
        return Problem(
            severity,
            finding.message,
            json_path=json_path,
            annotation_id=annotation_id,
            frame=frame,
            hint=finding.hint,
            code=code,
            ring=finding.ring,
            vertex=finding.vertex,
            x=finding.x,
            y=finding.y,
        )

    def _within(self, place: str) -> str:
        keyframe = self.keyframe
        if keyframe is None or place != ".coordinates":
            return place
        key = keyframe.reading.key if keyframe.reading is not None else "coordinates"
        return f"{keyframe.place}.{key}"


class Rings(NamedTuple):
    """The rings of all polygons: ring k has points ``offsets[k]:offsets[k + 1]`` and belongs to ``owners[k]``."""

    xy: FloatArray
    offsets: IntArray
    owners: list[Subject]
    numbers: list[int]

    def points(self, ring: int) -> FloatArray:
        """Return the points of one ring."""
        return self.xy[self.offsets[ring] : self.offsets[ring + 1]]


@dataclass(eq=False)
class Scene:
    """The subjects of a collection and what is known of it.

    Parameters
    ----------
    subjects : list of Subject
    collection : AnnotationCollection, optional
    height, width : int, optional
        Of the image in px.
    """

    subjects: list[Subject]
    collection: AnnotationCollection | None = None
    height: int | None = None
    width: int | None = None
    _bounds: dict[int, FloatArray | None] = field(default_factory=dict)

    @classmethod
    def of(cls, collection: AnnotationCollection) -> Scene:
        """Gather every stored state that could be understood."""
        subjects = [
            Subject(keyframe.definition, annotation, keyframe, position)
            for position, annotation in enumerate(collection)
            for keyframe in annotation.state.track.keyframes
            if keyframe.error is None
        ]
        return cls(subjects, collection, collection.height, collection.width)

    @property
    def ontology(self) -> Any:
        """The collection's ontology, if it has one."""
        return None if self.collection is None else self.collection.ontology

    def of_type(self, *classes: type[Any]) -> Iterator[Subject]:
        """Give the subjects of some classes."""
        return (subject for subject in self.subjects if isinstance(subject.definition, classes))

    def bounds(self, subject: Subject) -> FloatArray | None:
        """Return the extent of a subject; None without geometry, or of a mask that does not decode."""
        key = id(subject)
        if key not in self._bounds:
            try:
                self._bounds[key] = subject.definition.bounds
            except InputError:
                self._bounds[key] = None
        return self._bounds[key]

    @cached_property
    def rings(self) -> Rings:
        """The rings of all polygons."""
        owners: list[Subject] = []
        numbers: list[int] = []
        arrays: list[FloatArray] = []
        for subject in self.of_type(Polygon):
            polygon: Any = subject.definition
            for number, ring in enumerate(polygon.rings):
                owners.append(subject)
                numbers.append(number)
                arrays.append(ring)
        offsets = np.zeros(len(arrays) + 1, np.int64)
        np.cumsum([len(ring) for ring in arrays], out=offsets[1:])
        xy = np.concatenate(arrays) if arrays else np.zeros((0, 2))
        return Rings(xy, offsets, owners, numbers)

    @cached_property
    def repeated(self) -> dict[int, IntArray]:
        """Ring -> its points that equal the next one; rings without any are left out."""
        return self._by_ring(repeated_points(self.rings.xy, self.rings.offsets))

    @cached_property
    def cleaned(self) -> dict[int, tuple[FloatArray, list[int], list[int]]]:
        """Ring -> what `cleaned` gives for it; rings with neither repeated points nor spikes are left out."""
        spiked = self._by_ring(spike_tips(self.rings.xy, self.rings.offsets))
        return {ring: cleaned(self.rings.points(ring)) for ring in sorted({*self.repeated, *spiked})}

    @cached_property
    def clean_rings(self) -> list[FloatArray]:
        """Every ring without repeated points and spikes."""
        count = len(self.rings.owners)
        return [self.cleaned[k][0] if k in self.cleaned else self.rings.points(k) for k in range(count)]

    @cached_property
    def doubtful(self) -> list[int]:
        """Rings that cross or touch themselves somewhere."""
        arrays = self.clean_rings
        offsets = np.zeros(len(arrays) + 1, np.int64)
        np.cumsum([len(ring) for ring in arrays], out=offsets[1:])
        xy = np.concatenate(arrays) if arrays else np.zeros((0, 2))
        doubtful: list[int] = np.flatnonzero(~valid_rings(xy, offsets)).tolist()
        return doubtful

    @cached_property
    def by_polygon(self) -> dict[Subject, list[int]]:
        """Polygon -> its rings."""
        found: dict[Subject, list[int]] = {}
        for ring, owner in enumerate(self.rings.owners):
            found.setdefault(owner, []).append(ring)
        return found

    def _by_ring(self, marks: npt.NDArray[np.bool_]) -> dict[int, IntArray]:
        points = np.flatnonzero(marks)
        rings = np.searchsorted(self.rings.offsets, points, side="right") - 1
        return {int(k): points[rings == k] - self.rings.offsets[k] for k in np.unique(rings)}
