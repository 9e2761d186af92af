"""`AnnotationCollection`: the annotations of one item, in the order they are drawn.

Layer: model; reading and writing JSON is codecs/platform, drawing is rendering, files are files.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, overload

from annogeo.errors import AnnogeoError, Problem
from annogeo.model.adding import Addition, add_to, checked_annotations
from annogeo.model.annotation import Annotation
from annogeo.model.collecting import paused_gc
from annogeo.model.collection_verbs import CollectionVerbs
from annogeo.model.collection_views import CollectionViews
from annogeo.model.frames import checked_interpolation
from annogeo.model.source import Origin
from annogeo.model.timed import frame_number
from annogeo.model.values import item_medium

if TYPE_CHECKING:
    import os

    from annogeo.definitions import Definition
    from annogeo.model.item import Item
    from annogeo.model.ontology import Ontology


class AnnotationCollection(CollectionViews, CollectionVerbs, Sequence[Annotation]):
    """A sequence of annotations; drawn in list order, the last on top.

    Parameters
    ----------
    item : Item, optional
        What is annotated: its size, frame rate, ontology.
    annotations : iterable of Annotation, optional
    dataset : object, optional
        Anything with an ``ontology``.
    colors : mapping of label -> colour, optional
        Comes before the ontology's colours.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> scene = AnnotationCollection()
    >>> scene.add(Box(0, 0, 4, 3, "car"))
    >>> len(scene), scene[0].label, scene.filter(label="dog").annotations
    (1, 'car', [])
    """

    def __init__(
        self,
        item: Item | None = None,
        annotations: Iterable[Annotation] | None = None,
        dataset: Any = None,
        colors: Mapping[str, Any] | None = None,
    ) -> None:
        self._origin = Origin(item, item_medium(item))
        self.annotations: list[Annotation] = [] if annotations is None else checked_annotations(annotations)
        self.colors = colors
        self.document_keys: dict[str, Any] | None = None
        self._dataset = dataset
        self._problems: dict[Problem, None] = {}
        self._places: dict[str, int] = {}  # where `add` found annotations by object id
        self._lock = threading.Lock()

    # --- reading and writing ----------------------------------------------------------------------------------

    @classmethod
    def from_json(
        cls,
        _json: Any,
        item: Item | None = None,
        is_video: bool | None = None,
        fps: float = 25,
        height: int | None = None,
        width: int | None = None,
        client_api: Any = None,
        is_audio: bool | None = None,
        *,
        strict: bool = False,
    ) -> Self:
        """Read a document of the platform's JSON; annotations are decoded when something of them is asked for.

        What cannot be understood stays where it is, is not drawn, comes back from `to_json` as it was, and is listed in
        `problems`. List order is kept.

        Parameters
        ----------
        _json : bytes, str, list or dict
            A list of annotations or an object with ``annotations``. Never changed, and later changes of it do not get
            here.
        item : Item, optional
            Without one, the document describes it.
        is_video, is_audio : bool, optional
            None: by the item's MIME type, the document's, the file name's extension; where all are silent, each
            annotation's own frames decide.
        fps : float
            Frames per second of a video whose item does not say.
        height, width : int, optional
            Size in px where there is no item.
        client_api
            Accepted and not used.
        strict : bool
            Raise at the first annotation that cannot be understood; reads all geometry, masks too.

        Raises
        ------
        InputError
            If it is no JSON (with the byte), no list or object, or has no list of annotations; in both modes.

        Examples
        --------
        >>> document = b'[{"type": "point", "label": "nose", "coordinates": {"x": 1, "y": 2}}, 7]'
        >>> scene = AnnotationCollection.from_json(document)
        >>> scene[0].label, [problem.json_path for problem in scene.problems]
        ('nose', ['$[1]'])
        >>> len(AnnotationCollection.from_json([]))
        0
        """
        from annogeo.codecs.platform import read_collection

        return read_collection(
            cls,
            _json,
            item=item,
            is_video=is_video,
            is_audio=is_audio,
            fps=fps,
            height=height,
            width=width,
            strict=strict,
        )

    @classmethod
    def of_document(cls, annotations: list[Annotation], origin: Origin, keys: dict[str, Any] | None) -> Self:
        """Make the collection of a document (for codecs).

        Parameters
        ----------
        annotations : list of Annotation
        origin : Origin
            Theirs.
        keys : dict, optional
            The document's top-level keys in order, values maybe encoded, ``annotations`` as None.
        """
        collection = cls(origin.item)
        collection.annotations = annotations
        collection._origin = origin
        collection.document_keys = keys
        return collection

    def to_json(self) -> dict[str, Any]:
        """Return the document as fresh values; other keys of the one it was read from are kept.

        Examples
        --------
        >>> AnnotationCollection().to_json()
        {'_id': None, 'filename': None, 'annotations': []}
        """
        from annogeo.codecs.platform import collection_to_json

        return collection_to_json(self)

    def from_vtt_file(self, filepath: str | os.PathLike[str]) -> None:
        """Add a subtitle for each cue of a WebVTT (or SubRip, .srt) file, times exact to the millisecond.

        What is wrong with the file is in `problems`; ids, settings and markup are kept in ``metadata.user.vtt``.

        Parameters
        ----------
        filepath : path

        Raises
        ------
        InputError
            If it is no such file.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "talk.vtt")
        ...     _ = file.write_text("WEBVTT\\n\\n00:01.000 --> 00:02.500\\nhello\\n")
        ...     talk = AnnotationCollection()
        ...     talk.from_vtt_file(file)
        >>> talk[0].annotation_definition.text, talk[0].start_time, talk[0].end_time
        ('hello', 1.0, 2.5)
        """
        from annogeo.files.subtitles import add_subtitles

        add_subtitles(self, filepath)

    def to_vtt(self) -> str:
        """Return the subtitles as the text of a WebVTT file, by time.

        Examples
        --------
        >>> from annogeo.definitions import Subtitle
        >>> collection = AnnotationCollection()
        >>> collection.add(Subtitle("two\\n\\nlines", "Text"))
        >>> collection.to_vtt()
        'WEBVTT\\n\\n00:00:00.000 --> 00:00:00.000\\ntwo\\n<c></c>\\nlines\\n'
        """
        from annogeo.codecs.webvtt.annotations import document_of
        from annogeo.codecs.webvtt.writing import serialize

        return serialize(document_of(self))

    # --- what it belongs to -----------------------------------------------------------------------------------

    @property
    def item(self) -> Item | None:
        """What is annotated."""
        item: Item | None = self._origin.item
        return item

    @item.setter
    def item(self, value: Item | None) -> None:
        self._origin = Origin(value, item_medium(value) or self._origin.medium, self._origin.fps)
        for annotation in self.annotations:
            annotation.item = value

    @property
    def dataset(self) -> Any:
        """The dataset given, else the item's."""
        return self._dataset if self._dataset is not None else getattr(self.item, "dataset", None)

    @property
    def ontology(self) -> Ontology | None:
        """The item's ontology, else the dataset's; None without either."""
        found: Ontology | None = getattr(self.item, "ontology", None)
        return found if found is not None else getattr(self.dataset, "ontology", None)

    @property
    def filename(self) -> str | None:
        """The item's name on the platform."""
        name: str | None = getattr(self.item, "filename", None)
        return name

    @property
    def height(self) -> int | None:
        """Rows of the item, as far as known."""
        height: int | None = getattr(self.item, "height", None)
        return self._origin.height if height is None else height

    @property
    def width(self) -> int | None:
        """Columns of the item, as far as known."""
        width: int | None = getattr(self.item, "width", None)
        return self._origin.width if width is None else width

    @property
    def is_video(self) -> bool:
        """Whether any annotation has frames, or the item is a video."""
        return self._origin.medium == "video" or any(annotation.is_video for annotation in self.annotations)

    @property
    def origin(self) -> Origin:
        """What the annotations have in common (for codecs)."""
        return self._origin

    # --- problems ---------------------------------------------------------------------------------------------

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the annotations, each once; reading it parses all geometry, but decodes no mask."""
        with paused_gc():
            found = {problem: None for annotation in self.annotations for problem in annotation.problems}
        with self._lock:
            return list(found | self._problems)

    def add_problem(self, problem: Problem | AnnogeoError) -> None:
        """List a problem found later; one already known is not added again.

        Parameters
        ----------
        problem : Problem or AnnogeoError
        """
        if isinstance(problem, AnnogeoError):
            problem = Problem.from_error(problem)
        with self._lock:
            self._problems[problem] = None

    # --- adding -----------------------------------------------------------------------------------------------

    def add(
        self,
        annotation_definition: Definition | Sequence[Definition],
        object_id: int | str | None = None,
        frame_num: int | None = None,
        end_frame_num: int | None = None,
        start_time: float | None = None,
        end_time: float | None = None,
        automated: bool = True,
        fixed: bool = True,
        object_visible: bool = True,
        metadata: Mapping[str, Any] | None = None,
        parent_id: str | None = None,
        model_info: Mapping[str, Any] | None = None,
        *,
        prompt_id: str | None = None,
    ) -> None:
        """Add an annotation, or states to one that has the same `object_id` and frames.

        Parameters
        ----------
        annotation_definition : Definition or list of Definition
            Several get the same arguments, each its own copy.
        object_id : int or str of digits, optional
            Needed with frames or times.
        frame_num, end_frame_num : int, optional
            Frames of a video, both included. Giving one makes a video annotation.
        start_time, end_time : float, optional
            Seconds, instead of frames; for sound, the only ones.
        automated : bool
            Made by a machine.
        fixed : bool
            A keyframe, set by a person.
        object_visible : bool
            False: in the range, but hidden.
        metadata : dict, optional
            Copied.
        parent_id : str, optional
            The annotation this one is a part of.
        model_info : dict, optional
            ``confidence`` (0..1), ``name`` and ``model_id`` of the model that made it.
        prompt_id : str, optional
            The prompt it answers.

        Raises
        ------
        InputError
            If an argument is none of these.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> clip = AnnotationCollection()
        >>> clip.add(Point(0, 0, "nose"), object_id=1, frame_num=0)
        >>> clip.add(Point(9, 0, "nose"), object_id=1, frame_num=9)
        >>> len(clip), clip[0].frames.actual_keys()
        (1, [0, 9])
        """
        add_to(
            self.annotations,
            self._origin,
            annotation_definition,
            Addition(
                object_id=object_id,
                frame_num=frame_num,
                end_frame_num=end_frame_num,
                start_time=start_time,
                end_time=end_time,
                automated=automated,
                fixed=fixed,
                object_visible=object_visible,
                metadata=metadata,
                parent_id=parent_id,
                model_info=model_info,
                prompt_id=prompt_id,
            ),
            self._places,
        )

    # --- sequence ---------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.annotations)

    def __iter__(self) -> Iterator[Annotation]:
        return iter(self.annotations)

    @overload
    def __getitem__(self, index: int) -> Annotation: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Annotation | Self:
        if isinstance(index, slice):
            return self.like(self.annotations[index])
        return self.annotations[index]

    def __contains__(self, annotation: object) -> bool:
        return any(annotation is own for own in self.annotations)

    def filter(
        self,
        label: str | Iterable[str] | None = None,
        type: str | Iterable[str] | None = None,
        object_id: int | str | None = None,
        predicate: Callable[[Annotation], bool] | None = None,
    ) -> Self:
        """Return a collection of the annotations that meet every given condition; they are shared, not copied.

        Parameters
        ----------
        label, type : str or iterable of str, optional
            One of these.
        object_id : int or str, optional
        predicate : Annotation -> bool, optional

        Examples
        --------
        >>> from annogeo.definitions import Box, Point
        >>> scene = AnnotationCollection()
        >>> scene.add([Box(0, 0, 4, 3, "car"), Point(1, 1, "nose")])
        >>> [annotation.type for annotation in scene.filter(label=["car", "dog"])]
        ['box']
        """
        kept = self.annotations
        if label is not None:
            labels = {label} if isinstance(label, str) else set(label)
            kept = [annotation for annotation in kept if annotation.label in labels]
        if type is not None:
            types = {str(type)} if isinstance(type, str) else {str(one) for one in type}
            kept = [annotation for annotation in kept if annotation.type in types]
        if object_id is not None:
            kept = [annotation for annotation in kept if annotation.object_id == str(object_id)]
        if predicate is not None:
            kept = [annotation for annotation in kept if predicate(annotation)]
        return self.like(kept)

    def like(
        self,
        annotations: Iterable[Annotation],
        origin: Origin | None = None,
        keys: dict[str, Any] | None = None,
    ) -> Self:
        """Return a collection of other annotations with this one's item, document keys, dataset and colours.

        Parameters
        ----------
        annotations : iterable of Annotation
            Shared, not copied.
        origin, keys : optional
            In place of the item and the document keys.
        """
        if origin is None:
            origin, keys = self._origin, self.document_keys
        other = type(self).of_document(list(annotations), origin, keys)
        other.colors = self.colors
        other._dataset = self._dataset
        return other

    # --- frames -----------------------------------------------------------------------------------------------

    def at_frame(self, frame_num: int, *, interpolation: str = "linear") -> Self:
        """Return a collection of stills: the annotations that are visible at a frame, as they are there.

        Parameters
        ----------
        frame_num : int
        interpolation : {'linear', 'hold'}
            As for `Annotation.at_frame`.

        Notes
        -----
        What is drawn needs no stills: ``render(collection, frame=n)``, and for whole videos `annogeo.SceneCursor`. The
        boxes of all tracks at all frames come as arrays from `annogeo.Tracks`.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> clip = AnnotationCollection()
        >>> clip.add(Point(3, 0, "nose"), object_id=1, frame_num=2, end_frame_num=5)
        >>> len(clip.at_frame(1)), clip.at_frame(4)[0].x
        (0, 3.0)
        """
        number = frame_number(frame_num)
        checked_interpolation(interpolation)
        states = (annotation.at_frame(number, interpolation=interpolation) for annotation in self.annotations)
        return self.like(state.still() for state in states if state is not None and state.object_visible)

    get_frame = at_frame

    # --- below the surface ------------------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        name = f"{self.filename!r}, " if self.filename else ""
        return f"AnnotationCollection({name}{len(self)} annotations)"
