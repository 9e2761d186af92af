"""Collections travel to other processes and are drawn there to the same bytes."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from annogeo.definitions import Box, Ellipse, Polygon, Polyline, Segmentation
from annogeo.model import AnnotationCollection, Item, Ontology
from annogeo.rendering import render

H, W = 48, 64


def _collection() -> AnnotationCollection:
    ontology = Ontology(color_map={"car": "#f80"}, instance_map={"car": 1, "dog": 300})
    collection = AnnotationCollection(item=Item(height=H, width=W, ontology=ontology))
    collection.add(Polygon([[1, 1], [30, 5], [20, 40]], "car"), object_id=1)
    collection.add(Box(5, 5, 30, 20, "dog", angle=20), object_id=2)
    collection.add(Ellipse(40, 20, 12, 7, 30, "car"), object_id=3)
    collection.add(Polyline([[1, 40], [60, 30]], "dog"), object_id=4)
    collection.add(Segmentation(np.eye(H, W, dtype=np.bool_), "car"), object_id=5)
    return collection


def _drawn(collection: AnnotationCollection) -> bytes:
    views = render(collection, ("mask", "instance", "object_id"), alpha=0.5)
    return b"".join(view.tobytes() for view in views.values())


def test_pickled_collection_is_drawn_alike() -> None:
    collection = _collection()

    assert _drawn(pickle.loads(pickle.dumps(collection))) == _drawn(collection)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(
    "method", [m for m in ("fork", "spawn") if m in multiprocessing.get_all_start_methods()]
)
def test_a_pool_of_two_draws_the_same_bytes(method: str) -> None:
    collections = [_collection() for _ in range(4)]

    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        drawn = set(pool.map(_drawn, collections))

    assert drawn == {_drawn(_collection())}
