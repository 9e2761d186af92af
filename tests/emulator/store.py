"""What the emulated platform holds: datasets, items with bytes, annotations, recipes, ontologies, commands."""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import posixpath
import threading
from typing import Any

Json = dict[str, Any]

# What the server owns of an annotation: a client's value of these is not taken.
OWNED = (
    "id",
    "url",
    "item",
    "itemId",
    "dataset",
    "datasetId",
    "createdAt",
    "updatedAt",
    "hash",
    "creator",
    "updatedBy",
)


class Store:
    """Everything there is; every change takes the lock and moves the clock on."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.datasets: dict[str, Json] = {}
        self.items: dict[str, Json] = {}
        self.bytes: dict[str, bytes] = {}
        self.annotations: dict[str, Json] = {}
        self.recipes: dict[str, Json] = {}
        self.ontologies: dict[str, Json] = {}
        self.commands: dict[str, Json] = {}
        self.base = ""
        self._ids = itertools.count(0x65A000000000)
        self._ticks = itertools.count(1)

    # --- making ---------------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        """Return the next id, 24 hex digits, rising."""
        return f"{next(self._ids):012x}{0:012x}"

    def now(self) -> str:
        """Return a time later than every one before."""
        tick = next(self._ticks)
        seconds, thousandths = divmod(tick, 1000)
        minutes, seconds = divmod(seconds, 60)
        return f"2026-01-01T{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{thousandths:03d}Z"

    def add_dataset(self, name: str = "street", labels: dict[str, str] | None = None) -> str:
        """Make a dataset with a recipe and an ontology; returns its id."""
        with self.lock:
            dataset, recipe, ontology = self.new_id(), self.new_id(), self.new_id()
            roots = [
                {"value": {"tag": tag, "color": color, "displayLabel": tag, "attributes": []}, "children": []}
                for tag, color in (labels or {"car": "#ff0000", "dog": "#00ff00"}).items()
            ]
            self.ontologies[ontology] = {
                "id": ontology,
                "title": name,
                "attributes": [],
                "metadata": {"system": {"projectIds": ["p"]}, "attributes": []},
                "roots": roots,
            }
            self.recipes[recipe] = {
                "id": recipe,
                "title": name,
                "projectIds": ["p"],
                "ontologyIds": [ontology],
                "uiSettings": {},
                "customActions": [],
                "metadata": {},
            }
            self.datasets[dataset] = {
                "id": dataset,
                "name": name,
                "projects": ["p"],
                "createdAt": self.now(),
                "creator": "a@b",
                "url": f"{self.base}/datasets/{dataset}",
                "items": f"{self.base}/datasets/{dataset}/items",
                "itemsCount": 0,
                "annotated": 0,
                "metadata": {"system": {"recipes": [recipe]}, "user": {}},
                "readonly": False,
            }
            return dataset

    def add_item(
        self,
        dataset: str,
        filename: str,
        data: bytes = b"",
        *,
        width: int = 64,
        height: int = 48,
        **extra: Any,
    ) -> str:
        """Make an item; returns its id."""
        with self.lock:
            item = self.new_id()
            url = f"{self.base}/items/{item}"
            self.bytes[item] = data
            self.items[item] = {
                "id": item,
                "url": url,
                "datasetId": dataset,
                "dataset": f"{self.base}/datasets/{dataset}",
                "dir": posixpath.dirname(filename) or "/",
                "filename": filename,
                "name": posixpath.basename(filename),
                "type": "file",
                "hidden": False,
                "spec": "MasterItemSpec",
                "metadata": {
                    "system": {
                        "size": len(data),
                        "originalname": posixpath.basename(filename),
                        "encoding": "7bit",
                        "mimetype": "image/png",
                        "width": width,
                        "height": height,
                    },
                    "user": {},
                },
                "creator": "a@b",
                "createdAt": self.now(),
                "updatedAt": self.now(),
                "updatedBy": "a@b",
                "annotated": False,
                "annotationsCount": 0,
                "stream": f"{url}/stream",
                "thumbnail": f"{url}/thumbnail",
                "annotations": f"{url}/annotations",
            } | extra
            return item

    def add_annotation(self, item: str, given: Json | None = None) -> str:
        """Make an annotation, a box unless told otherwise; returns its id."""
        return str(self.create(item, given or box())["id"])

    # --- what requests do -----------------------------------------------------------------------------------------

    def create(self, item: str, given: Json) -> Json:
        """Store a new annotation. A supplied id is not taken: the worse of what the real server may do."""
        with self.lock:
            owner = self.items[item]
            annotation = self.new_id()
            made: Json = {key: value for key, value in copy.deepcopy(given).items() if key not in OWNED}
            made |= {
                "id": annotation,
                "url": f"{self.base}/annotations/{annotation}",
                "itemId": item,
                "item": owner["url"],
                "datasetId": owner["datasetId"],
                "dataset": owner["dataset"],
                "creator": "a@b",
                "createdAt": self.now(),
                "updatedBy": "a@b",
                "updatedAt": self.now(),
                "labelSuggestions": {},
            }
            made.setdefault("metadata", {})
            made.setdefault("source", "sdk")
            self._stored(made)
            return copy.deepcopy(made)

    def update(self, annotation: str, changed: Json, *, is_system: bool) -> Json:
        """Change an annotation: keys whole, metadata key by key; system metadata only when asked for."""
        with self.lock:
            made = self.annotations[annotation]
            for key, value in copy.deepcopy(changed).items():
                if key in OWNED:
                    continue
                if key == "metadata":
                    for space, values in (value or {}).items():
                        if space != "system" or is_system:
                            made["metadata"].setdefault(space, {}).update(values)
                else:
                    made[key] = value
            made["updatedAt"] = self.now()
            self._stored(made)
            return copy.deepcopy(made)

    def delete(self, annotation: str) -> None:
        """Take an annotation out."""
        with self.lock:
            gone = self.annotations.pop(annotation)
            self._count(gone["itemId"])

    def delete_item(self, item: str) -> None:
        """Take an item out, with its annotations."""
        with self.lock:
            del self.items[item]
            self.bytes.pop(item, None)
            for annotation in [a["id"] for a in self.annotations.values() if a["itemId"] == item]:
                del self.annotations[annotation]

    def of_item(self, item: str) -> list[Json]:
        """Return an item's annotations, in the order they were made."""
        with self.lock:
            return copy.deepcopy([a for a in self.annotations.values() if a["itemId"] == item])

    def _stored(self, made: Json) -> None:
        content = {key: value for key, value in made.items() if key not in OWNED}
        made["hash"] = hashlib.sha1(json.dumps(content, sort_keys=True).encode()).hexdigest()
        self.annotations[made["id"]] = made
        self._count(made["itemId"])

    def _count(self, item: str) -> None:
        owner = self.items.get(item)
        if owner is not None:
            owner["annotationsCount"] = sum(a["itemId"] == item for a in self.annotations.values())
            owner["annotated"] = owner["annotationsCount"] > 0


def box(label: str = "car", left: float = 5, top: float = 6, right: float = 25, bottom: float = 30) -> Json:
    """Return a box as a client sends it."""
    return {
        "type": "box",
        "label": label,
        "attributes": [],
        "coordinates": [{"x": left, "y": top, "z": 0}, {"x": right, "y": bottom, "z": 0}],
        "metadata": {"system": {"automated": False}, "user": {}},
    }
