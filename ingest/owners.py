"""The owner register: every place where a document names a body as the one who acts.

A note on a group of items holds for each of them. Where a document names no department for an item, the table
of bodies may suggest one; a suggestion (推定) is never mixed with what the document says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ingest.actors import NOTE, Actor, actors_in, task_of
from ingest.bodies import BodyTable
from ingest.body_names import kind_of, normal_name
from ingest.rows import Place, numbered_items, place, policy_clauses
from ingest.schema import Clause, ClauseTree

Basis = Literal["stated", "inferred"]


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """One body that acts in one clause; the contract of the project gives the meaning of the columns.

    :ivar named_as: the name as printed, a sign of 校企 or a word of 教育、公安等部门 included.
    :ivar basis: ``stated`` when the document says so; ``inferred`` (推定) when it is only a suggestion.
    :ivar ground: what a suggestion rests on and how strong that is; of a stated row, where it comes from.
    """

    doc_id: str
    clause_id: str | None
    label: str
    quote: str
    start: int
    end: int
    body: str
    named_as: str
    role: str
    task: str
    basis: Basis = "stated"
    ground: str = ""


def extract_owners(tree: ClauseTree, bodies: BodyTable) -> tuple[OwnerRow, ...]:
    """Every body that a document names as an actor, then the suggestions for the items that name none.

    Rows of one clause, body and role are one row, that of the first mention.
    """
    rows: dict[tuple[str | None, str, str], OwnerRow] = {}
    for clause in policy_clauses(tree):
        for actor in actors_in(tree, clause):
            row = _row(tree, clause, actor, bodies)
            if row is not None:
                rows.setdefault((row.clause_id, row.body, row.role), row)
    stated = _without_repetition([*rows.values(), *_passed_on(tree, list(rows.values()))])
    return (*stated, *_suggestions(tree, stated, bodies))


def _row(tree: ClauseTree, clause: Clause, actor: Actor, bodies: BodyTable) -> OwnerRow | None:
    name = normal_name(actor.name)
    if not name or name in ("单位", "有关方面", "办公室"):
        return None
    at = place(tree, clause, actor.start, actor.end)
    body = bodies.resolve(name, tree.meta)
    return OwnerRow(
        at.doc_id,
        at.clause_id,
        at.label,
        at.quote,
        at.start,
        at.end,
        body,
        actor.printed or actor.name,
        actor.role,
        actor.task,
    )


def _without_repetition(rows: list[OwnerRow]) -> tuple[OwnerRow, ...]:
    """In the order of the text; a body with a telling role in a clause is not listed there again as 主体."""
    told = {(row.clause_id, row.body) for row in rows if row.role != "主体"}
    kept = [row for row in rows if row.role != "主体" or (row.clause_id, row.body) not in told]
    return tuple(sorted(kept, key=lambda row: row.start))


def _passed_on(tree: ClauseTree, rows: list[OwnerRow]) -> Iterator[OwnerRow]:
    """What a note on a group says, said of each of its items that has no note of its own."""
    noted = {row.clause_id for row in rows if NOTE.search(row.quote)}
    items = {item.clause_id for item in numbered_items(tree)}
    for row in rows:
        group = tree.find(row.clause_id) if row.clause_id and row.clause_id in noted else None
        if group is None or not NOTE.match(row.quote):
            continue
        for item in group.walk():
            if item is not group and item.clause_id in items and item.clause_id not in noted:
                yield replace(
                    row,
                    clause_id=item.clause_id,
                    label=item.label,
                    task=task_of(tree, item),
                    ground=f"承自{row.label}对全组的说明",
                )


def names_an_owner(row: OwnerRow) -> bool:
    """Whether a stated row names a definite department or group, and not just 部门, 学校 or 企业."""
    return row.basis == "stated" and (kind_of(row.body) == "organ" or row.ground.startswith("承自"))


def unowned_items(tree: ClauseTree, rows: tuple[OwnerRow, ...]) -> tuple[Clause, ...]:
    """The working items for which the document names no department and no leading group, in its order."""
    items = numbered_items(tree)
    depth = max((len(tree.path(item.clause_id)) for item in items), default=1)
    # 一、总体要求 sets no task where other parts have items below them.
    items = [item for item in items if depth == 1 or len(tree.path(item.clause_id)) > 1]
    owned = {row.clause_id for row in rows if row.doc_id == tree.doc_id and names_an_owner(row)}
    return tuple(item for item in items if not any(below.clause_id in owned for below in item.walk()))


def _suggestions(tree: ClauseTree, stated: tuple[OwnerRow, ...], bodies: BodyTable) -> Iterator[OwnerRow]:
    for item in unowned_items(tree, stated):
        text = tree.full_text(item)
        for found in bodies.suggest(text, tree.meta):
            word = found.word or item.heading or text.strip()[:20]
            start = item.start + text.index(word)
            at: Place = place(tree, item, start, start + len(word))
            yield OwnerRow(
                at.doc_id, at.clause_id, at.label, at.quote, at.start, at.end,
                found.body, found.short, "建议", found.task, "inferred", found.ground,
            )  # fmt: skip
