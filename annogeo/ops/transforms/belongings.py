"""What goes along with transformed annotations: an item, an origin and document keys that state the new size.

Layer: ops.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from annogeo.definitions.frozen import thaw
from annogeo.model import Item
from annogeo.model.json_values import decoded
from annogeo.model.source import Origin

Size = tuple[int, int]

_DESCRIBES_ITEM = ("metadata", "itemMetadata")


def origin_of_size(origin: Origin, size: Size, items: dict[int, Item]) -> Origin:
    """Return an origin for a picture of another size.

    Parameters
    ----------
    origin : Origin
    size : (height, width)
    items : dict
        The new items made so far by the id of the old one, so that annotations go on sharing theirs.
    """
    height, width = size
    item = origin.item
    if item is not None:
        if id(item) not in items:
            items[id(item)] = item_of_size(item, size)
        item = items[id(item)]
    return replace(origin, item=item, height=height, width=width)


def item_of_size(item: Item, size: Size) -> Item:
    """Return a copy of an item for its picture in another size: upright, and in no file.

    Examples
    --------
    >>> item = Item("/a.jpg", width=8, height=6, metadata={"system": {"exif": {"Orientation": 6}}})
    >>> new = item_of_size(item, (3, 4))
    >>> new.filename, new.height, new.width, new.orientation, item.height
    ('/a.jpg', 3, 4, 1, 6)
    """
    new = copy.copy(item)
    new.metadata = _resized(item.metadata, size)
    new.height, new.width = size
    new.path = new.platform = None  # the file, and the platform's annotations, are of the old pixels
    return new


def keys_of_size(keys: dict[str, Any] | None, size: Size) -> dict[str, Any] | None:
    """Return a document's top-level keys with the size of its item changed where it is stated."""
    if keys is None:
        return None
    return {
        key: _resized(decoded(value), size) if key in _DESCRIBES_ITEM else value
        for key, value in keys.items()
    }


def _resized(metadata: Any, size: Size) -> Any:
    """Change the size in an item's metadata, and take out how its picture has to be turned."""
    metadata = thaw(metadata)
    system = metadata.get("system") if isinstance(metadata, dict) else None
    if not isinstance(system, dict):
        return metadata
    for place in (system, system.get("ffmpeg")):
        if isinstance(place, dict) and ("width" in place or "height" in place):
            place["height"], place["width"] = size
    exif = system.get("exif")
    if isinstance(exif, dict) and "Orientation" in exif:
        exif["Orientation"] = 1
    return metadata
