"""`FrameAnnotation`: the state of an annotation at one frame, as an unchangeable value. Layer: model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from annogeo.definitions import Definition
from annogeo.definitions.frozen import thaw
from annogeo.errors import InputError
from annogeo.model.enums import ViewAnnotationOptions
from annogeo.model.frames import Keyframe
from annogeo.model.values import checked_definition
from annogeo.model.views import DefinitionView

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from annogeo.draw import Style
    from annogeo.model.annotation import Annotation


class FrameAnnotation(DefinitionView):
    """The state of an annotation at a frame: `label`, `attributes`, `geo`, `left` ... are those of its definition.

    Parameters
    ----------
    annotation : Annotation
    annotation_definition : Definition
    frame_num : int
    fixed : bool
        Whether it is stored as set by a person.
    object_visible : bool
        False: in the range, but hidden; never drawn.
    recipe_2_attributes : dict, optional
        In place of the definition's attributes.
    interpolation : bool
        Whether it was made from stored states around it.

    Examples
    --------
    >>> from annogeo.definitions import Point
    >>> from annogeo.model import AnnotationCollection
    >>> clip = AnnotationCollection()
    >>> clip.add(Point(0, 0, "nose"), object_id=1, frame_num=0)
    >>> clip.add(Point(8, 0, "nose"), object_id=1, frame_num=4)
    >>> state = clip[0].at_frame(2)
    >>> state.x, state.fixed, state.interpolation
    (4.0, False, True)
    """

    __slots__ = (
        "annotation",
        "annotation_definition",
        "fixed",
        "frame_num",
        "interpolation",
        "object_visible",
    )

    annotation: Annotation
    frame_num: int
    fixed: bool
    object_visible: bool
    interpolation: bool

    def __init__(
        self,
        annotation: Annotation,
        annotation_definition: Definition,
        frame_num: int,
        fixed: bool,
        object_visible: bool,
        recipe_2_attributes: Mapping[str, Any] | None = None,
        interpolation: bool = False,
    ) -> None:
        if recipe_2_attributes is not None:
            annotation_definition = annotation_definition.replace(attributes=recipe_2_attributes)
        for name, value in (
            ("annotation", annotation),
            ("annotation_definition", annotation_definition),
            ("frame_num", frame_num),
            ("fixed", fixed),
            ("object_visible", object_visible),
            ("interpolation", interpolation),
        ):
            object.__setattr__(self, name, value)

    @classmethod
    def new(
        cls,
        annotation: Annotation,
        annotation_definition: Definition,
        frame_num: int,
        fixed: bool = True,
        object_visible: bool = True,
    ) -> FrameAnnotation:
        """Make a state; `Annotation.add_frame` is what stores one.

        Parameters
        ----------
        annotation, annotation_definition, frame_num, fixed, object_visible
            As for `FrameAnnotation`.

        Raises
        ------
        InputError
            For what is no definition.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(0, 0, "nose"), frame_num=0)
        >>> FrameAnnotation.new(nose, Point(1, 1, "nose"), 3)
        FrameAnnotation(3, fixed, Point(x=1, y=1, label='nose'))
        """
        return cls(
            annotation, checked_definition(annotation_definition, None), frame_num, fixed, object_visible
        )

    @classmethod
    def from_snapshot(
        cls, annotation: Annotation, _json: Mapping[str, Any], fps: float | None = None
    ) -> FrameAnnotation:
        """Read one entry of the platform's ``metadata.system.snapshots_``; it is copied.

        Parameters
        ----------
        annotation : Annotation
            It belongs to this one, which says the type.
        _json : dict
        fps : float, optional
            Accepted and not used: frames carry their number.

        Raises
        ------
        InputError
            If the entry cannot be understood.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(0, 0, "nose"), frame_num=0)
        >>> FrameAnnotation.from_snapshot(nose, {"frame": 4, "label": "nose", "data": {"x": 8, "y": 0}})
        FrameAnnotation(4, stored, Point(x=8, y=0, label='nose'))
        """
        from annogeo.codecs.platform import read_snapshot

        keyframe = read_snapshot(thaw(dict(_json)), annotation.type, annotation.state.track.numbers[-1] + 1)
        if keyframe.error is not None:
            raise keyframe.error
        return cls(annotation, keyframe.definition, keyframe.number, keyframe.fixed, keyframe.visible)

    def to_snapshot(self) -> dict[str, Any]:
        """Return the state as an entry of the platform's ``snapshots_``.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(0, 0, "nose"), frame_num=0)
        >>> snapshot = FrameAnnotation.new(nose, Point(1, 1, "nose"), 3).to_snapshot()
        >>> snapshot["frame"], snapshot["data"]
        (3, {'x': 1.0, 'y': 1.0, 'z': 0.0})
        """
        from annogeo.codecs.platform import snapshot_to_json

        keyframe = Keyframe(
            self.frame_num, self.annotation_definition, fixed=self.fixed, visible=self.object_visible
        )
        return snapshot_to_json(keyframe)

    @property
    def timestamp(self) -> float | None:
        """Seconds from the start of the video; None without a frame rate."""
        fps = self.annotation.fps
        return float(self.frame_num / fps) if fps else None

    @property
    def status(self) -> str | None:
        """The annotation's review state."""
        return self.annotation.status

    @property
    def object_id(self) -> str | None:
        """The annotation's object id."""
        return self.annotation.object_id

    @property
    def description(self) -> str | None:
        """Free text."""
        text: str | None = self.annotation_definition.description
        return text

    @property
    def coordinates(self) -> Any:
        """The coordinates as the platform's JSON has them, as fresh values."""
        track, definition = self.annotation.state.track, self.annotation_definition
        found = track.neighbours(self.frame_num) if track.is_timed else (track.keyframes[0], None)
        if found is None or found[0].definition is not definition:
            return Keyframe(self.frame_num, definition).coordinates
        return found[0].coordinates

    def still(self) -> Annotation:
        """Return an annotation that has this state and neither frames nor times.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(0, 0, "nose"), frame_num=5)
        >>> nose.at_frame(5).still()
        Annotation(id=None, type='point', label='nose')
        """
        return self.annotation.still(self.annotation_definition)

    def show(
        self,
        image: npt.NDArray[Any] | None = None,
        thickness: float | None = None,
        with_text: bool = False,
        height: int | None = None,
        width: int | None = None,
        annotation_format: str = ViewAnnotationOptions.MASK,
        color: Any = None,
        label_instance_dict: Mapping[str, int] | None = None,
        alpha: float = 1,
        *,
        rule: str = "center",
        style: Style | None = None,
    ) -> npt.NDArray[np.generic]:
        """Draw the state and return the view as an array; `image` is not changed.

        Parameters
        ----------
        image, thickness, with_text, height, width, annotation_format, color, label_instance_dict, alpha, rule, style
            As for `AnnotationCollection.show`.

        Returns
        -------
        array
            As of `AnnotationCollection.show`.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> from annogeo.model import Annotation
        >>> car = Annotation.new(annotation_definition=Box(1, 0, 3, 1, "car"), frame_num=5)
        >>> car.at_frame(5).show(thickness=-1, height=2, width=4, color=(9, 8, 7))[0, 1].tolist()
        [9, 8, 7, 255]
        """
        from annogeo.rendering.show import show_view

        shown: npt.NDArray[np.generic] = show_view(
            self,
            image=image,
            thickness=thickness,
            with_text=with_text,
            height=height,
            width=width,
            annotation_format=annotation_format,
            color=color,
            label_instance_dict=label_instance_dict,
            alpha=alpha,
            rule=rule,
            style=style,
        )
        return shown

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise InputError(
            f"{name}: the state of a frame cannot be changed in place",
            hint="set_frame(n) on the annotation and set it there, or add_frame()",
        )

    def __reduce__(self) -> tuple[Any, ...]:
        values = (
            self.annotation,
            self.annotation_definition,
            self.frame_num,
            self.fixed,
            self.object_visible,
        )
        return (FrameAnnotation, (*values, None, self.interpolation))

    def __repr__(self) -> str:
        marks = "" if self.object_visible else ", object_visible=False"
        kind = "interpolated" if self.interpolation else "fixed" if self.fixed else "stored"
        return f"FrameAnnotation({self.frame_num}, {kind}, {self.annotation_definition!r}{marks})"
