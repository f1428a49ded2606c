"""What the tables know of a clause, for the margin beside it: who acts, what is to be reached, what corresponds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.web.table_data import TableSet
from ingest.align import AlignRow
from ingest.owners import OwnerRow
from ingest.schema import Clause, Form
from ingest.targets import TargetRow

#: Below this, a counterpart is a lead to follow rather than a correspondence.
WEAK = 0.07


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A clause of another document that corresponds to this one.

    :ivar relation: how the lower document stands to the higher: 照搬, 细化, 提高 …
    :ivar above: whether the counterpart is the higher of the two.
    """

    doc_id: str
    clause_id: str
    label: str
    quote: str
    start: int
    end: int
    form: Form
    relation: str
    score: float
    above: bool


@dataclass(slots=True)
class Notes:
    """The rows of the tables that belong to a clause; targets and owners in the order of the text."""

    targets: list[TargetRow] = field(default_factory=list)
    owners: list[OwnerRow] = field(default_factory=list)
    counterparts: list[Counterpart] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.targets or self.owners or self.counterparts)


def notes_by_clause(tables: TableSet, doc_id: str) -> Mapping[str, Notes]:
    """The notes of a document by clause id; a clause without any is not among them."""
    notes: dict[str, Notes] = defaultdict(Notes)
    knowledge = tables.knowledge
    for target in knowledge.targets:
        if target.doc_id == doc_id and target.clause_id:
            notes[target.clause_id].targets.append(target)
    for owner in knowledge.owners:
        if owner.doc_id == doc_id and owner.clause_id:
            notes[owner.clause_id].owners.append(owner)
    for row in knowledge.align:
        if not row.clause_id or not row.parent_clause_id:
            continue
        if row.doc_id == doc_id:
            notes[row.clause_id].counterparts.append(_higher(row))
        if row.parent_doc_id == doc_id:
            notes[row.parent_clause_id].counterparts.append(_lower(row))
    for each in notes.values():
        each.counterparts.sort(key=lambda counterpart: -counterpart.score)
    return dict(notes)


def notes_below(notes: Mapping[str, Notes], clause: Clause) -> Notes:
    """The notes of a clause and of all that stands below it, as one."""
    whole = Notes()
    for each in _present(notes, clause.walk()):
        whole.targets += each.targets
        whole.owners += each.owners
        whole.counterparts += each.counterparts
    whole.counterparts.sort(key=lambda counterpart: -counterpart.score)
    return whole


def _present(notes: Mapping[str, Notes], clauses: Iterable[Clause]) -> Iterable[Notes]:
    return (notes[clause.clause_id] for clause in clauses if clause.clause_id in notes)


def _higher(row: AlignRow) -> Counterpart:
    return Counterpart(
        row.parent_doc_id,
        row.parent_clause_id or "",
        row.parent_label,
        row.parent_quote,
        row.parent_start,
        row.parent_end,
        row.parent_form,
        row.relation,
        row.score,
        above=True,
    )


def _lower(row: AlignRow) -> Counterpart:
    return Counterpart(
        row.doc_id,
        row.clause_id or "",
        row.label,
        row.quote,
        row.start,
        row.end,
        row.form,
        row.relation,
        row.score,
        above=False,
    )


def names_by_role(owners: Iterable[OwnerRow], tables: TableSet) -> dict[str, list[str]]:
    """Short names of bodies by their role in a clause, each once."""
    roles: dict[str, list[str]] = {}
    for owner in owners:
        names = roles.setdefault(owner.role, [])
        short = tables.bodies.short(owner.body)
        if short not in names:
            names.append(short)
    return roles


def by_quote(owners: Iterable[OwnerRow]) -> dict[str, list[OwnerRow]]:
    """Rows that stand on the same words together: those who share a task, or a guess and its ground."""
    groups: dict[str, list[OwnerRow]] = {}
    for owner in owners:
        said = (owner.task or owner.quote) if owner.basis == "stated" else owner.ground
        groups.setdefault(said, []).append(owner)
    return groups
