"""Rows brought into the order in which a page shows them; nothing is left out or added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.table_data import TableSet
from ingest.knowledge import UnownedRow
from ingest.owners import OwnerRow
from ingest.refs import RefRow


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a clause with all who act in it, by role.

    :ivar row: the first of its rows, which gives the words and the place.
    """

    row: OwnerRow
    roles: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ClauseTasks:
    """A clause and the tasks in it."""

    heading: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item without an owner, and the suggestions for it: bodies by the ground they rest on."""

    row: UnownedRow
    suggestions: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A document or coinage and every place that names it.

    :ivar explained: label and address of the clause that explains it, None where none does.
    :ivar doc_id: of a document that is in the corpus under this very title.
    """

    name: str
    rows: tuple[RefRow, ...]
    explained: tuple[str, str] | None
    in_corpus: bool
    doc_id: str | None


def by_task(rows: Sequence[OwnerRow], tables: TableSet) -> list[ClauseTasks]:
    """Rows by clause and task, in the order they come in."""
    clauses: dict[tuple[str, str | None], dict[str, list[OwnerRow]]] = {}
    for row in rows:
        tasks = clauses.setdefault((row.doc_id, row.clause_id), {})
        tasks.setdefault(row.task, []).append(row)
    return [
        ClauseTasks(
            tables.heading(doc_id, clause_id),
            tuple(Task(group[0], _roles(group, tables)) for group in tasks.values()),
        )
        for (doc_id, clause_id), tasks in clauses.items()
    ]


def open_items(unowned: Sequence[UnownedRow], tables: TableSet) -> list[OpenItem]:
    """The items without an owner, each with what is suggested for it or for what stands below it."""
    items = []
    for row in unowned:
        grounds: dict[str, list[str]] = {}
        for guess in tables.knowledge.owners_in(row.doc_id, row.clause_id or "", basis="inferred"):
            names = grounds.setdefault(guess.ground, [])
            short = tables.bodies.short(guess.body)
            if short not in names:
                names.append(short)
        items.append(OpenItem(row, tuple((ground, tuple(names)) for ground, names in grounds.items())))
    return items


def by_name(rows: Sequence[RefRow], tables: TableSet) -> list[Named]:
    """References by name, in the order of their first mention."""
    titles = {meta.title.strip("《》"): meta.doc_id for meta in tables.documents()}
    groups: dict[str, list[RefRow]] = {}
    for row in rows:
        groups.setdefault(row.name, []).append(row)
    return [
        Named(
            name,
            tuple(group),
            next(filter(None, (tables.reference(row.defined_at) for row in group)), None),
            any(row.in_corpus for row in group),
            titles.get(name),
        )
        for name, group in groups.items()
    ]


def _roles(rows: Sequence[OwnerRow], tables: TableSet) -> tuple[tuple[str, tuple[str, ...]], ...]:
    roles: dict[str, list[str]] = {}
    for row in rows:
        names = roles.setdefault(row.role, [])
        short = tables.bodies.short(row.body)
        if short not in names:
            names.append(short)
    return tuple((role, tuple(names)) for role, names in roles.items())
