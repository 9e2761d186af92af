"""What `AnnotationCollection.add` does: one definition or several, stills, states of tracks, parts of sound.

Layer: model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annogeo.errors import InputError
from annogeo.model.annotation import Annotation
from annogeo.model.values import checked_definition, checked_metadata, object_number

if TYPE_CHECKING:
    from annogeo.definitions import Definition
    from annogeo.model.source import Origin


@dataclass(frozen=True, slots=True)
class Addition:
    """The arguments of `AnnotationCollection.add` but the definitions."""

    object_id: int | str | None
    frame_num: int | None
    end_frame_num: int | None
    start_time: float | None
    end_time: float | None
    automated: bool
    fixed: bool
    object_visible: bool
    metadata: Mapping[str, Any] | None
    parent_id: str | None
    model_info: Mapping[str, Any] | None
    prompt_id: str | None

    @property
    def is_timed(self) -> bool:
        """Whether a frame or a time is given."""
        times = (self.frame_num, self.end_frame_num, self.start_time, self.end_time)
        return any(time is not None for time in times)


def add_to(
    annotations: list[Annotation],
    origin: Origin,
    definitions: Any,
    addition: Addition,
    places: dict[str, int],
) -> None:
    """Add to a list of annotations; the arguments are checked first.

    `places` is where annotations were found before, by object id, and is kept up; it may be wrong or empty.
    """
    many = definitions if isinstance(definitions, list | tuple) else [definitions]
    checked = [checked_definition(definition, None) for definition in many]
    metadata = _metadata(addition)
    for definition in checked:
        if not addition.is_timed or _is_by_seconds(origin, definition, addition):
            annotations.append(_new(origin, definition, addition, metadata))
        else:
            _add_state(annotations, origin, definition, addition, metadata, places)


def checked_annotations(annotations: Iterable[Any]) -> list[Annotation]:
    """Return annotations as a list of their own; anything else among them raises.

    Examples
    --------
    >>> checked_annotations([])
    []
    """
    checked = list(annotations)
    for index, annotation in enumerate(checked):
        if not isinstance(annotation, Annotation):
            raise InputError(
                f"annotations[{index}]: expected an Annotation, got {type(annotation).__name__}",
                hint="add() takes definitions",
            )
    return checked


def _is_by_seconds(origin: Origin, definition: Definition, addition: Addition) -> bool:
    """Whether an annotation lies in time without states: sound, and subtitles that are given no frame.

    Subtitles with an object id are states of one where there are frames.
    """
    if origin.medium == "audio":
        return True
    if definition.type != "subtitle" or not (addition.frame_num is None is addition.end_frame_num):
        return False
    has_frames = origin.medium is not None or getattr(origin.item, "fps", origin.fps) is not None
    return addition.object_id is None or not has_frames


def _add_state(
    annotations: list[Annotation],
    origin: Origin,
    definition: Any,
    addition: Addition,
    metadata: dict[str, Any],
    places: dict[str, int],
) -> None:
    if addition.object_id is None:
        raise InputError(
            "object_id: a video annotation needs one",
            hint="states with the same object_id make up one annotation",
        )
    number = object_number(addition.object_id)
    found = _find(annotations, number, places)
    annotation = _new(origin, definition, addition, metadata) if found is None else found
    annotation.add_frames(
        definition,
        frame_num=addition.frame_num,
        end_frame_num=addition.end_frame_num,
        start_time=addition.start_time,
        end_time=addition.end_time,
        fixed=addition.fixed,
        object_visible=addition.object_visible,
    )
    if found is None:
        places[number] = len(annotations)
        annotations.append(annotation)


def _find(annotations: list[Annotation], number: str, places: dict[str, int]) -> Annotation | None:
    """Return the annotation of an object; looking through all takes long where there are hundreds in every frame."""
    place = places.get(number, len(annotations))
    if place < len(annotations) and annotations[place].object_id == number:
        return annotations[place]
    matches = [k for k, annotation in enumerate(annotations) if annotation.object_id == number]
    if len(matches) > 1:
        raise InputError(f"object_id: {len(matches)} annotations have the id {number}, expected one")
    if not matches:
        return None
    places[number] = matches[0]
    return annotations[matches[0]]


def _new(origin: Origin, definition: Any, addition: Addition, metadata: dict[str, Any]) -> Annotation:
    return Annotation.of_origin(
        origin,
        definition,
        object_id=addition.object_id,
        automated=addition.automated,
        metadata=metadata,
        frame_num=addition.frame_num,
        parent_id=addition.parent_id,
        start_time=addition.start_time,
        end_time=addition.end_time if _is_by_seconds(origin, definition, addition) else None,
    )


def _metadata(addition: Addition) -> dict[str, Any]:
    """The caller's metadata, copied, with what stands in for arguments."""
    metadata = checked_metadata(addition.metadata)
    if addition.model_info is not None:
        metadata.setdefault("user", {})["model"] = checked_model(addition.model_info)
    if addition.prompt_id is not None:
        metadata.setdefault("system", {})["promptId"] = addition.prompt_id
    return metadata


def checked_model(model: Any) -> dict[str, Any]:
    """Return what ``metadata.user.model`` says of the model that made an annotation.

    Examples
    --------
    >>> checked_model({"confidence": 0.75, "name": "m"})
    {'confidence': 0.75, 'name': 'm', 'model_id': None}
    """
    if not isinstance(model, Mapping) or "confidence" not in model:
        raise InputError(
            f"model_info: expected a dict with the key 'confidence', got {model!r}",
            hint="{'confidence': 0.9, 'name': 'my-model', 'model_id': None}",
        )
    try:
        confidence = float(model["confidence"])
    except (TypeError, ValueError):
        confidence = -1.0
    if not 0 <= confidence <= 1:
        raise InputError(f"model_info: expected a confidence from 0 to 1, got {model['confidence']!r}")
    return {"confidence": confidence, "name": model.get("name"), "model_id": model.get("model_id")}
