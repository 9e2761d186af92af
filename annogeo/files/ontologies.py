"""Reading ontology files. Layer: files."""

from __future__ import annotations

import os

from annogeo.errors import InputError
from annogeo.files.documents import read_bytes
from annogeo.model.ontology import Ontology


def read_ontology(path: str | os.PathLike[str]) -> Ontology:
    """Read an ontology file: the platform's JSON, or a table of labels.

    Raises
    ------
    InputError
        With the file and the JSON path.
    """
    data = read_bytes(path)
    try:
        return Ontology.from_json(data)
    except InputError as error:
        raise error.located(path=os.fspath(path)) from None
