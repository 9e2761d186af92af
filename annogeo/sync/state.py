"""What a workspace remembers, in SQLite: items, the last agreed state of each annotation, conflicts, and a journal.

All of it can be deleted: the next pull fetches again and compares. Layer: sync.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from annogeo.errors import InputError, SyncError
from annogeo.sync.content import match_hash
from annogeo.sync.merging import Known

Json = dict[str, Any]
VERSION = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, head BLOB NOT NULL,
    version TEXT NOT NULL,             -- of the bytes: what the server says of them
    file_hash TEXT,                    -- SHA-256 of the bytes as they were fetched; NULL: not fetched
    doc_hash TEXT,                     -- SHA-256 of the JSON as it was written last; NULL: not written
    gone INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS annotation (
    id TEXT PRIMARY KEY, item TEXT NOT NULL, base BLOB NOT NULL, digest TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS annotation_item ON annotation (item);
CREATE TABLE IF NOT EXISTS conflict (
    id TEXT PRIMARY KEY, item TEXT NOT NULL, theirs BLOB              -- NULL: deleted there
);
CREATE INDEX IF NOT EXISTS conflict_item ON conflict (item);
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, run TEXT NOT NULL,
    item TEXT NOT NULL, verb TEXT NOT NULL, key TEXT, annotation TEXT, sent TEXT, state TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_item ON journal (item, state);
CREATE TABLE IF NOT EXISTS incoming (id TEXT PRIMARY KEY, item TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS incoming_item ON incoming (item);
"""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as remembered; see the table."""

    id: str
    path: str
    head: Json
    version: str
    file_hash: str | None = None
    doc_hash: str | None = None
    gone: bool = False


class State:
    """The open database. One thread."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=5)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")  # the journal must be on disk before a write is sent
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            hint = "if it is damaged, move the .annogeo folder away and pull again: nothing else is in it"
            raise InputError(f"could not be opened: {error}", path=os.fspath(path), hint=hint) from None
        found = self.get("version")
        if found is None:
            self.set("version", str(VERSION))
        elif found != str(VERSION):
            raise SyncError(
                f"the workspace's state has version {found}, expected {VERSION}", path=os.fspath(path)
            )

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all changes in a block be there, or none."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # --- meta -----------------------------------------------------------------------------------------------------

    def get(self, key: str) -> str | None:
        """Return a remembered value."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set(self, key: str, value: str) -> None:
        """Remember a value."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # --- items ----------------------------------------------------------------------------------------------------

    def items(self) -> list[ItemRow]:
        """Return all items, by path."""
        return [_item(row) for row in self._db.execute("SELECT * FROM item ORDER BY path")]

    def item(self, item_id: str) -> ItemRow | None:
        """Return one item."""
        row = self._db.execute("SELECT * FROM item WHERE id = ?", (item_id,)).fetchone()
        return None if row is None else _item(row)

    def item_at(self, path: str) -> ItemRow | None:
        """Return the item at a path."""
        row = self._db.execute("SELECT * FROM item WHERE path = ?", (path,)).fetchone()
        return None if row is None else _item(row)

    def put_item(self, row: ItemRow) -> None:
        """Remember an item."""
        values = (
            row.id,
            row.path,
            _packed(row.head),
            row.version,
            row.file_hash,
            row.doc_hash,
            int(row.gone),
        )
        self._db.execute("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def drop_item(self, item_id: str) -> None:
        """Forget an item and everything about it."""
        with self.together():
            for table, column in (
                ("item", "id"),
                ("annotation", "item"),
                ("conflict", "item"),
                ("journal", "item"),
            ):
                self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (item_id,))

    # --- annotations ----------------------------------------------------------------------------------------------

    def known(self, item_id: str) -> dict[str, Known]:
        """Return the last agreed state of an item's annotations."""
        rows = self._db.execute(
            "SELECT id, base, digest FROM annotation WHERE item = ? ORDER BY id", (item_id,)
        )
        return {own: Known(_unpacked(base), digest) for own, base, digest in rows}

    def digests(self) -> dict[str, dict[str, str]]:
        """Return item -> annotation -> content hash, for all."""
        found: dict[str, dict[str, str]] = {}
        for own, item, digest in self._db.execute("SELECT id, item, digest FROM annotation"):
            found.setdefault(item, {})[own] = digest
        return found

    def put_known(
        self, item_id: str, known: Mapping[str, Known], conflicts: Mapping[str, Json | None]
    ) -> None:
        """Remember the agreed state of all of an item's annotations, and which are in conflict."""
        with self.together():
            self._db.execute("DELETE FROM annotation WHERE item = ?", (item_id,))
            self._db.execute("DELETE FROM conflict WHERE item = ?", (item_id,))
            rows = [(own, item_id, _packed(held.base), held.digest) for own, held in known.items()]
            self._db.executemany("INSERT OR REPLACE INTO annotation VALUES (?, ?, ?, ?)", rows)
            theirs = [(own, item_id, None if one is None else _packed(one)) for own, one in conflicts.items()]
            self._db.executemany("INSERT OR REPLACE INTO conflict VALUES (?, ?, ?)", theirs)

    def put_one(self, item_id: str, annotation: Json) -> None:
        """Remember one annotation as the server has it now."""
        held = Known.of(annotation)
        with self.together():
            values = (annotation["id"], item_id, _packed(held.base), held.digest)
            self._db.execute("INSERT OR REPLACE INTO annotation VALUES (?, ?, ?, ?)", values)
            self._db.execute("DELETE FROM conflict WHERE id = ?", (annotation["id"],))

    def forget(self, annotation_id: str) -> None:
        """Forget an annotation: it is deleted on both sides."""
        with self.together():
            for table in ("annotation", "conflict"):
                self._db.execute(f"DELETE FROM {table} WHERE id = ?", (annotation_id,))

    def conflicts(self, item_id: str) -> dict[str, Json | None]:
        """Return the remote state of what both sides have changed."""
        rows = self._db.execute("SELECT id, theirs FROM conflict WHERE item = ? ORDER BY id", (item_id,))
        return {own: None if theirs is None else _unpacked(theirs) for own, theirs in rows}

    def in_conflict(self) -> dict[str, int]:
        """Return item -> number of conflicts."""
        return dict(self._db.execute("SELECT item, COUNT(*) FROM conflict GROUP BY item").fetchall())

    # --- journal --------------------------------------------------------------------------------------------------

    def sending(self, run: str, item_id: str, entries: Iterable[tuple[str, Json]]) -> None:
        """Note, on disk, which annotations are about to be created: key and content of each."""
        with self.together():
            rows = [(run, item_id, "create", key, match_hash(entry), "sent") for key, entry in entries]
            self._db.executemany(
                "INSERT INTO journal (run, item, verb, key, sent, state) VALUES (?, ?, ?, ?, ?, ?)", rows
            )

    def created(self, item_id: str, made: Mapping[str, Json]) -> None:
        """Note what the server has made of them: key -> annotation."""
        with self.together():
            for key, annotation in made.items():
                self._db.execute(
                    "UPDATE journal SET state = 'done', annotation = ? WHERE item = ? AND key = ?",
                    (annotation["id"], item_id, key),
                )
                self.put_one(item_id, annotation)

    def refused(self, item_id: str, keys: Iterable[str]) -> None:
        """Note that the server has refused them."""
        self._db.executemany(
            "DELETE FROM journal WHERE item = ? AND key = ?", [(item_id, key) for key in keys]
        )

    def sent(self, item_id: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return key -> content as it was sent, and key -> id where the answer has come."""
        rows = self._db.execute(
            "SELECT key, sent, annotation FROM journal WHERE item = ? AND verb = 'create' ORDER BY seq",
            (item_id,),
        ).fetchall()
        return {key: sent for key, sent, _ in rows}, {key: own for key, _, own in rows if own is not None}

    def settled(self, item_id: str) -> None:
        """Forget an item's journal: the local file has all ids."""
        self._db.execute("DELETE FROM journal WHERE item = ?", (item_id,))

    # --- what a listing brings --------------------------------------------------------------------------------------

    def clear_incoming(self) -> None:
        """Forget the annotations of an earlier listing."""
        self._db.execute("DELETE FROM incoming")

    def add_incoming(self, annotations: Iterable[Json]) -> None:
        """Keep annotations on disk, for a listing may be larger than memory."""
        rows = [(one["id"], str(one.get("itemId")), _packed(one)) for one in annotations]
        with self.together():
            self._db.executemany("INSERT OR REPLACE INTO incoming VALUES (?, ?, ?)", rows)

    def incoming(self, item_id: str) -> dict[str, Json]:
        """Return the listed annotations of an item, by id."""
        rows = self._db.execute("SELECT id, body FROM incoming WHERE item = ? ORDER BY id", (item_id,))
        return {own: _unpacked(body) for own, body in rows}


def _item(row: tuple[Any, ...]) -> ItemRow:
    own, path, head, version, file_hash, doc_hash, gone = row
    return ItemRow(own, path, _unpacked(head), version, file_hash, doc_hash, bool(gone))


def _packed(value: Json) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=True).encode(), 1)


def _unpacked(data: bytes) -> Json:
    found: Json = json.loads(zlib.decompress(data))
    return found
