"""Push: plan first, then send; every write that is unclear is proved by reading back. Layer: sync."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from annogeo.atomic import write_bytes
from annogeo.errors import AnnogeoError, InputError, SyncError
from annogeo.sync.content import KEY, changed_keys, content, content_hash, match_hash
from annogeo.sync.document import Document, digest, read_document, written
from annogeo.sync.fetching import file_hash
from annogeo.sync.filters import Filters, FiltersOperations, FiltersResource
from annogeo.sync.layout import Layout
from annogeo.sync.merging import Known, adopted_entry, claims, id_of, is_agreed, key_of, merge, split
from annogeo.sync.remote import BATCH, in_batches
from annogeo.sync.reports import Outcome, Report
from annogeo.sync.retrying import Interrupted
from annogeo.sync.state import ItemRow, State
from annogeo.sync.transport import AnswerError, UnclearWrite
from annogeo.sync.trash import Trash

if TYPE_CHECKING:
    from annogeo.sync.remote import Remote

Json = dict[str, Any]
Progress = Callable[[str, int, "int | None"], None]

MOST_DELETED = 100
"""Annotations that one run may delete without being told that so many are meant."""

_IDS_PER_QUERY = 200


@dataclass(slots=True)
class ItemPlan:
    """What is to be sent for one item.

    Parameters
    ----------
    row : ItemRow
    creates : list of dict
        Local entries, each with its key.
    updates : dict of id -> (changed keys, entry)
    deletes : dict of id -> Known
    conflicts : dict of id -> dict or None
    adopted : int
        Entries that were on the server already.
    """

    row: ItemRow
    creates: list[Json] = field(default_factory=list)
    updates: dict[str, tuple[Json, Json]] = field(default_factory=dict)
    deletes: dict[str, Known] = field(default_factory=dict)
    conflicts: dict[str, Json | None] = field(default_factory=dict)
    adopted: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be sent."""
        return not (self.creates or self.updates or self.deletes)


class Push:
    """One run."""

    def __init__(
        self,
        layout: Layout,
        state: State,
        remote: Remote,
        *,
        plan_only: bool,
        delete: bool,
        max_delete: int,
        jobs: int,
        progress: Progress,
    ) -> None:
        self.layout = layout
        self.state = state
        self.remote = remote
        self.plan_only = plan_only
        self.delete = delete
        self.max_delete = max_delete
        self.jobs = jobs
        self.progress = progress
        self.report = Report("push", is_plan=plan_only)
        self.trash = Trash(layout)
        self.run_id = secrets.token_hex(8)

    def run(self) -> Report:
        """Plan and send; a run that is stopped says so."""
        before = self.remote.transport.n_requests
        try:
            plans = self._plans()
            deletes = sum(len(plan.deletes) for plan in plans)
            if deletes > self.max_delete:
                raise SyncError(
                    f"{deletes} annotations would be deleted, more than the {self.max_delete} that one run may",
                    hint="nothing was sent; look at the plan, then give max_delete=",
                )
            for done, plan in enumerate(plans, 1):
                self._one(plan)
                self.progress("pushing", done, len(plans))
        except Interrupted:
            self.report.interrupted = True
        finally:
            self.state.clear_incoming()
        self.report.outcomes.sort(key=lambda outcome: (outcome.path, outcome.annotation_id or ""))
        self.report.requests = self.remote.transport.n_requests - before
        return self.report

    # --- the plan -------------------------------------------------------------------------------------------------

    def _plans(self) -> list[ItemPlan]:
        """Compare what is here with what is on the server now, for every item that was changed here."""
        changed = [row for row in self.state.items() if self._may_differ(row)]
        self._look(changed)
        plans = []
        for done, row in enumerate(changed, 1):
            try:
                plans.append(self._plan(row))
            except (AnnogeoError, OSError) as error:
                self._tell(row, "failed", str(error))
            self.progress("planning", done, len(changed))
        return plans

    def _may_differ(self, row: ItemRow) -> bool:
        found = file_hash(self.layout.document(row.path))
        if found is None:
            return False  # a file that is missing is no wish to delete
        return found != row.doc_hash or bool(self.state.sent(row.id)[0])

    def _look(self, rows: Sequence[ItemRow]) -> None:
        """List the annotations of these items as they are on the server now."""
        self.state.clear_incoming()
        ids = [row.id for row in rows]
        for start in range(0, len(ids), _IDS_PER_QUERY):
            filters = Filters(resource=FiltersResource.ANNOTATION, use_defaults=False)
            filters.add("itemId", ids[start : start + _IDS_PER_QUERY], FiltersOperations.IN)
            page: list[Json] = []
            for one in self.remote.annotations(self._dataset(), filters):
                page.append(one)
                if len(page) == 1000:
                    self.state.add_incoming(page)
                    page = []
            self.state.add_incoming(page)

    def _dataset(self) -> str:
        found = self.state.get("dataset")
        if found is None:
            raise SyncError("the workspace has no dataset yet", hint="pull first")
        return found

    def _plan(self, row: ItemRow) -> ItemPlan:
        """Plan one item; what the server has already is adopted into the local file at once."""
        here = read_document(self.layout.document(row.path))
        if here is None:
            raise SyncError("the file went away")
        _check_entries(here)
        known, there = self.state.known(row.id), self.state.incoming(row.id)
        sent, made = self.state.sent(row.id)
        # what is only on the server is for pull to bring; the rest is merged as pull does
        own = set(split(here.entries, {*known, *there})[0])
        unclaimed = {key: one for key, one in there.items() if key not in own and key not in known}
        unclaimed |= {key: there[key] for key in made.values() if key in there and key not in own}
        new = split(here.entries, {*known, *there})[1]
        adopted = claims(here.entries, new, unclaimed, sent, made)
        relevant = {
            key: one for key, one in there.items() if key in own or key in known or key in adopted.values()
        }
        merged = merge(here.entries, known, relevant, sent, made)
        plan = ItemPlan(row, conflicts=merged.conflicts, adopted=len(adopted))
        entries = [self._keyed(entry, merged.known) for entry in merged.entries]
        for entry in entries:
            identity = entry.get("id")
            if key_of(entry) is not None:
                plan.creates.append(entry)
            elif identity in merged.known and identity not in merged.conflicts:
                changes = changed_keys(merged.known[identity].base, entry)
                if content_hash(entry) != merged.known[identity].digest and changes:
                    plan.updates[identity] = (changes, entry)
        listed = {entry.get("id") for entry in entries}
        missing = {
            key: held
            for key, held in merged.known.items()
            if key not in listed and key not in merged.conflicts
        }
        if self.delete:
            plan.deletes = missing
        elif missing:
            self._tell(row, "kept", f"{len(missing)} annotations were deleted here; they stay on the server")
        if not self.plan_only:
            self._store(row, here, entries, merged.known, merged.conflicts)
        return plan

    def _keyed(self, entry: Json, known: Mapping[str, Known]) -> Json:
        """Give a new entry a key, by which it is recognised until it has an id."""
        if entry.get("id") in known or key_of(entry) is not None:
            return entry
        return content(entry) | {KEY: secrets.token_hex(8)}

    def _store(
        self,
        row: ItemRow,
        here: Document,
        entries: Sequence[Json],
        known: Mapping[str, Known],
        conflicts: Mapping[str, Json | None],
    ) -> None:
        """Write the local file and the base, as far as they changed."""
        place = self.layout.document(row.path)
        data = written(here.head, entries)
        if entries != here.entries:
            if file_hash(place) != here.digest:
                raise SyncError("the file was changed meanwhile", path=os.fspath(place), hint="push again")
            write_bytes(place, data)  # nothing of what people wrote goes: entries get keys and ids
        with self.state.together():
            self.state.put_known(row.id, known, conflicts)
            if is_agreed(entries, known):
                found = digest(data) if entries != here.entries else here.digest
                self.state.put_item(replace(row, doc_hash=found))
                self.state.settled(row.id)

    # --- sending --------------------------------------------------------------------------------------------------

    def _one(self, plan: ItemPlan) -> None:
        """Send what is planned for one item; whatever goes wrong is told of what it went wrong with."""
        row = plan.row
        for own in plan.conflicts:
            self._tell(row, "conflict", "changed here and on the server; resolve it", own)
        if plan.adopted:
            self._tell(row, "adopted", f"{plan.adopted} were on the server already")
        if plan.is_empty:
            if not plan.conflicts and not plan.adopted:
                self._tell(row, "unchanged")
            return
        if self.plan_only:
            for state, ids in (("updated", plan.updates), ("deleted", plan.deletes)):
                for own in ids:
                    self._tell(row, state, annotation_id=own)
            for _ in plan.creates:
                self._tell(row, "created")
            return
        try:
            for batch in in_batches(plan.creates, BATCH):
                self._create(row, list(batch))  # type: ignore[arg-type]  # mappings of JSON are dicts
            self._each(row, plan.updates, self._update)
            self._keep(row, plan.deletes)
            self._each(row, plan.deletes, self._delete)
        except AnswerError as error:
            if error.status == 401:  # nothing else will work either
                raise
            self._tell(row, "unclear", f"{error}; the next push looks again")
        finally:
            self._tidy(row)

    def _create(self, row: ItemRow, batch: list[dict[str, Any]]) -> None:
        """Create annotations; until every one is proved to be there, or refused, or time is out."""
        left = batch
        transport = self.remote.transport
        for attempt in range(1, transport.policy.attempts + 1):
            self.state.sending(self.run_id, row.id, [(entry[KEY], entry) for entry in left])
            try:
                made = self.remote.create_annotations(row.id, [content(entry) for entry in left])
            except UnclearWrite as error:
                if transport.stop.wait(transport.policy.wait(attempt)):
                    raise Interrupted() from None
                left = self._proved(row, left)
                if not left:
                    return
                reason = str(error)
                continue
            except AnswerError as error:
                if len(left) > 1:  # find out which one it is; nobody says that the others were refused too
                    left = self._proved(row, left)
                self.state.refused(row.id, [entry[KEY] for entry in left])
                if len(left) > 1:
                    half = len(left) // 2
                    self._create(row, left[:half])
                    self._create(row, left[half:])
                elif left:
                    self._tell(row, "failed", f"{left[0].get('label')!r} was refused: {error.message}")
                return
            self._created(row, dict(zip((entry[KEY] for entry in left), made, strict=True)))
            return
        for _ in left:
            self._tell(row, "unclear", f"{reason}; the next push looks again")

    def _proved(self, row: ItemRow, batch: list[Json]) -> list[Json]:
        """Read back which annotations are on the server; returns those that are not."""
        known = self.state.known(row.id)
        there = {
            one["id"]: one
            for one in self.remote.item_annotations(self._dataset(), row.id)
            if one["id"] not in known
        }
        sent = {entry[KEY]: match_hash(entry) for entry in batch}
        found = claims(batch, range(len(batch)), there, sent)
        self._created(row, {batch[place][KEY]: there[own] for place, own in found.items()})
        return [entry for place, entry in enumerate(batch) if place not in found]

    def _created(self, row: ItemRow, made: Mapping[str, Json]) -> None:
        self.state.created(row.id, made)
        for annotation in made.values():
            self._tell(row, "created", annotation_id=annotation["id"])

    def _each(self, row: ItemRow, planned: Mapping[str, Any], send: Callable[[str, Any], Any]) -> None:
        """Send single writes in threads, and note each result here."""
        if not planned:
            return
        with ThreadPoolExecutor(min(self.jobs, len(planned)), "annogeo-push") as pool:
            sent = {own: pool.submit(send, own, value) for own, value in planned.items()}
            for own, future in sent.items():
                try:
                    self._noted(row, own, future.result())
                except Interrupted:
                    pool.shutdown(cancel_futures=True)
                    raise
                except UnclearWrite as error:
                    self._tell(row, "unclear", str(error), own)
                except AnnogeoError as error:
                    self._tell(row, "failed", str(error), own)

    def _update(self, own: str, planned: tuple[Json, Json]) -> Json | None:
        """Send a changed annotation and return it as it is then; None: it is gone. Twice is as good as once."""
        changes, _ = planned
        transport = self.remote.transport
        for attempt in range(1, transport.policy.attempts + 1):
            try:
                answer = self.remote.update_annotation(own, changes)
            except UnclearWrite:
                if attempt == transport.policy.attempts:
                    raise
                if transport.stop.wait(transport.policy.wait(attempt)):
                    raise Interrupted() from None
                continue
            except AnswerError as error:
                if error.status == 404:
                    return None
                raise
            if answer is not None and answer.get("id") == own:
                return answer
            return self.remote.annotation(own)
        raise AssertionError

    def _delete(self, own: str, held: Known) -> None:
        """Delete an annotation; that it is gone already is as good."""
        transport = self.remote.transport
        for attempt in range(1, transport.policy.attempts + 1):
            try:
                self.remote.delete_annotation(own)
                return
            except UnclearWrite:
                if attempt == transport.policy.attempts:
                    raise
                if transport.stop.wait(transport.policy.wait(attempt)):
                    raise Interrupted() from None

    def _keep(self, row: ItemRow, doomed: Mapping[str, Known]) -> None:
        """Put what is about to be deleted into the trash."""
        for own, held in doomed.items():
            text = json.dumps(held.base, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")
            self.trash.keep_bytes(text, f"{row.path}.{own}.json")

    def _noted(self, row: ItemRow, own: str, result: Json | None) -> None:
        """Note what the server has now."""
        held = self.state.known(row.id).get(own)
        if result is None:
            if held is not None and not self._is_listed(row, own):
                self.state.forget(own)
                self._tell(row, "deleted", annotation_id=own)
            else:
                conflicts = self.state.conflicts(row.id) | {own: None}
                self.state.put_known(row.id, self.state.known(row.id), conflicts)
                self._tell(row, "conflict", "changed here, deleted on the server", own)
            return
        self.state.put_one(row.id, result)
        self._tell(row, "updated", annotation_id=own)

    def _is_listed(self, row: ItemRow, own: str) -> bool:
        here = read_document(self.layout.document(row.path))
        return here is not None and any(isinstance(e, dict) and e.get("id") == own for e in here.entries)

    def _tidy(self, row: ItemRow) -> None:
        """Write what the server has made of them into the local file; what was edited meanwhile stays edited."""
        place = self.layout.document(row.path)
        try:
            here = read_document(place)
        except InputError as error:
            self._tell(row, "failed", f"{error}; the next push goes on")
            return
        if here is None:
            return
        known = self.state.known(row.id)
        sent, made = self.state.sent(row.id)
        entries: list[Any] = []
        for entry in here.entries:
            own = made.get(key_of(entry) or "")
            held = known.get(own or id_of(entry) or "")
            if held is None:
                entries.append(entry)
            elif own is not None:
                unedited = match_hash(entry) == sent.get(key_of(entry) or "")
                same = unedited and _says_no_more(entry, held.base)
                entries.append(held.base if same else adopted_entry(entry, held.base))
            else:
                entries.append(held.base if content_hash(entry) == held.digest else entry)
        self._store(row, here, entries, known, self.state.conflicts(row.id))

    def _tell(self, row: ItemRow, state: str, message: str = "", annotation_id: str | None = None) -> None:
        self.report.outcomes.append(Outcome(row.path, state, message, row.id, annotation_id))


def _says_no_more(entry: Json, there: Json) -> bool:
    """Whether everything a local entry says is in what the server has, which may say more in its metadata."""
    return content_hash(adopted_entry(entry, there)) == content_hash(there)


def _check_entries(here: Document) -> None:
    for place, entry in enumerate(here.entries):
        if not isinstance(entry, dict):
            raise InputError(
                f"expected an object, got {type(entry).__name__}", json_path=f"$.annotations[{place}]"
            )
        for name in ("type", "label"):
            if not isinstance(entry.get(name), str):
                raise InputError(
                    f"expected a text, got {entry.get(name)!r}",
                    json_path=f"$.annotations[{place}].{name}",
                    hint="nothing of this item was sent",
                )
