"""The line from the nation to the district: which clauses of a parent document a clause carries out, and how.

Clauses are compared by what they are called and by what they say, as weighted bags of words and character
bigrams; a document is compared with those of a higher level that it names, or with all if it names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ingest.rows import numbered_items, place, policy_clauses
from ingest.schema import Clause, ClauseTree, Form
from ingest.similarity import Matrix, compare, compare_phrases
from ingest.targets import TargetRow

Relation = Literal["照搬", "细化", "提高", "降低", "新增", "上位有而本级未提"]

_RANK = {"national": 3, "municipal": 2, "district": 1, "other": 0}
#: Below this score two clauses have nothing to do with each other; a second parent must also come near the
#: first. Both were set with the plan's gold table (``tests/gold/score.py``).
_THRESHOLD = 0.044
_NEAR = 0.75
_MOST_PARENTS = 3
#: Where two clauses meet only in a few words, the best parent is worth a look and the others are chance.
_SECOND_THRESHOLD = 0.065
#: A parent's clause is carried out by the clause that fits it best, also where that one fits another even
#: better (优化师资管理 carries out two clauses on teachers), from this score on.
_CARRIED_OUT = 0.1
#: What a document calls the part that is about the whole of it; such parts only stand beside each other.
_OVERALL = re.compile("总体|总则|指导思想|基本原则|主要目标|工作目标|发展目标|主要指标")
#: A heading alone is short; two must share this much to stand for the same group.
_GROUP_THRESHOLD = 0.3
#: Share of a clause's wording that stands in the parent's for it to be a copy.
_COPY = 0.8
_SAME_INDICATOR = 0.5


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure or date side by side; ``there`` is empty where the parent gives none."""

    indicator: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class AlignRow:
    """A clause and a clause of a parent document.

    :ivar clause_id: None where only the parent has one (上位有而本级未提).
    :ivar parent_clause_id: None where only this document has one (新增).

    :ivar score: 0 to 1, comparable between rows.
    :ivar parent_form: a digest is never taken for the official wording, so it is said in every row.
    """

    doc_id: str
    clause_id: str | None
    label: str
    quote: str
    start: int
    end: int
    parent_doc_id: str
    parent_clause_id: str | None
    relation: Relation
    differences: tuple[Difference, ...]
    score: float
    form: Form
    parent_form: Form
    parent_label: str = ""
    parent_quote: str = ""
    parent_start: int = 0
    parent_end: int = 0


def align_documents(trees: Sequence[ClauseTree], targets: Sequence[TargetRow]) -> tuple[AlignRow, ...]:
    """The alignment of every document with those above it."""
    rows: list[AlignRow] = []
    for tree in trees:
        found = [row for parent in parents_of(tree, trees) for row in _align(tree, parent, targets)]
        aligned = {row.clause_id for row in found if row.parent_clause_id}
        new: set[str | None] = set()
        for row in found:
            # 新增 is said once, and only of what no parent has: a digest that shows little of its document
            # proves nothing.
            if row.relation == "新增" and (row.clause_id in aligned or row.clause_id in new):
                continue
            new |= {row.clause_id} if row.relation == "新增" else set()
            rows.append(row)
    return tuple(rows)


def parents_of(tree: ClauseTree, trees: Sequence[ClauseTree]) -> tuple[ClauseTree, ...]:
    """The documents of a higher level that a document names, or all if it names none; highest first."""
    higher = [other for other in trees if _RANK[other.meta.level] > _RANK[tree.meta.level] > 0]
    named = [other for other in higher if f"《{other.meta.title}》" in tree.doc.text]
    return tuple(sorted(named or higher, key=lambda other: -_RANK[other.meta.level]))


def _align(tree: ClauseTree, parent: ClauseTree, targets: Sequence[TargetRow]) -> Iterator[AlignRow]:
    ours, theirs = _items(tree), _items(parent)
    carried_out: set[str] = set()
    if ours and theirs:
        comparison = compare(tree, ours, parent, theirs)
        scores = comparison.scores * _comparable(ours, theirs)
        for row, clause in enumerate(ours):
            kept = _parents(scores, row)
            for rank, column in enumerate(kept):
                carried_out.add(theirs[column].clause_id)
                spans = comparison.best_sentences(row, column)
                figures = targets if rank == 0 else ()
                yield _pair(tree, parent, clause, theirs[column], spans, float(scores[row, column]), figures)
            if not kept:
                yield _alone(tree, parent, clause)
    yield from _groups(tree, parent)
    if tree.meta.form == "original":
        # A digest does not show what its document leaves out.
        for clause in theirs:
            if clause.clause_id not in carried_out:
                yield _missing(tree, parent, clause)


def _comparable(ours: Sequence[Clause], theirs: Sequence[Clause]) -> Matrix:
    """1 where both clauses or neither is about its whole document, else 0; shape (n_ours, n_theirs)."""
    here = np.array([bool(_OVERALL.search(clause.heading)) for clause in ours])
    there = np.array([bool(_OVERALL.search(clause.heading)) for clause in theirs])
    same: Matrix = np.asarray(here[:, None] == there[None, :], dtype=np.float32)
    return same


def _parents(scores: Matrix, row: int) -> list[int]:
    """Columns of the parent's clauses that a clause carries out, best first."""
    own = scores[row]
    floor = max(_THRESHOLD, _NEAR * float(own.max()))
    best = [int(column) for column in (-own).argsort(kind="stable")]
    near = [
        column
        for rank, column in enumerate(best[:_MOST_PARENTS])
        if own[column] >= (max(floor, _SECOND_THRESHOLD) if rank else floor)
    ]
    only = [c for c in best if c not in near and own[c] >= _CARRIED_OUT and int(scores[:, c].argmax()) == row]
    return near + only


def _items(tree: ClauseTree) -> list[Clause]:
    own = {clause.clause_id for clause in policy_clauses(tree)}
    return [item for item in numbered_items(tree) if item.clause_id in own and _speaks(tree, item, own)]


def _speaks(tree: ClauseTree, item: Clause, own: set[str]) -> bool:
    """Whether an item says something beside its heading, in the document's own voice."""
    return any(
        clause.clause_id in own
        and tree.own_text(clause).strip().removeprefix(item.number).strip(" 。") != item.heading
        for clause in item.walk()
    )


Span = tuple[int, int]


def _pair(
    tree: ClauseTree,
    parent: ClauseTree,
    clause: Clause,
    other: Clause,
    spans: tuple[Span, Span] | None,
    score: float,
    targets: Sequence[TargetRow],
) -> AlignRow:
    here, there = spans or ((clause.start, clause.end), (other.start, other.end))
    ours = _targets_in(tree, clause, targets)
    differences, direction = _differences(ours, _targets_in(parent, other, targets))
    covered = _coverage(tree.full_text(clause), parent.full_text(other))
    relation: Relation = direction or ("照搬" if covered >= _COPY else "细化")
    at, above = place(tree, clause, *here), place(parent, other, *there)
    inner = parent.at(there[0])
    return AlignRow(
        at.doc_id, at.clause_id, at.label, at.quote, at.start, at.end,
        parent.doc_id, other.clause_id, relation, differences, round(score, 4),
        tree.meta.form, parent.meta.form, inner.label or above.label, above.quote, above.start, above.end,
    )  # fmt: skip


def _alone(tree: ClauseTree, parent: ClauseTree, clause: Clause) -> AlignRow:
    end = clause.start + len(tree.own_text(clause).rstrip())
    at = place(tree, clause, clause.start, end)
    return AlignRow(
        at.doc_id, at.clause_id, at.label, at.quote, at.start, at.end,
        parent.doc_id, None, "新增", (), 0.0, tree.meta.form, parent.meta.form,
    )  # fmt: skip


def _missing(tree: ClauseTree, parent: ClauseTree, clause: Clause) -> AlignRow:
    end = clause.start + len(parent.own_text(clause).rstrip())
    above = place(parent, clause, clause.start, end)
    return AlignRow(
        tree.doc_id, None, "", "", 0, 0, parent.doc_id, clause.clause_id, "上位有而本级未提", (), 0.0,
        tree.meta.form, parent.meta.form, above.label, above.quote, above.start, above.end,
    )  # fmt: skip


def _groups(tree: ClauseTree, parent: ClauseTree) -> Iterator[AlignRow]:
    """Parts of the two documents that go by nearly the same heading."""
    ours, theirs = _headed(tree), _headed(parent)
    if not ours or not theirs:
        return
    cosines = compare_phrases([clause.heading for clause in ours], [clause.heading for clause in theirs])
    for clause, row in zip(ours, cosines, strict=True):
        score, found = float(row.max()), theirs[int(row.argmax())]
        if score < _GROUP_THRESHOLD:
            continue
        at = place(tree, clause, clause.start, clause.start + len(tree.own_text(clause).rstrip()))
        above = place(parent, found, found.start, found.start + len(parent.own_text(found).rstrip()))
        yield AlignRow(
            at.doc_id, at.clause_id, at.label, at.quote, at.start, at.end, parent.doc_id, found.clause_id,
            "照搬" if score >= _COPY else "细化", (), round(score, 4),
            tree.meta.form, parent.meta.form, above.label, above.quote, above.start, above.end,
        )  # fmt: skip


def _headed(tree: ClauseTree) -> list[Clause]:
    items = {item.clause_id for item in _items(tree)}
    return [
        clause
        for clause in tree.walk()
        if clause.heading
        and clause.children
        and clause.clause_id not in items
        and clause.kind in ("level_1", "level_2", "named")
    ]


def _targets_in(tree: ClauseTree, clause: Clause, targets: Sequence[TargetRow]) -> list[TargetRow]:
    return [
        row for row in targets if row.doc_id == tree.doc_id and clause.start <= row.start < clause.subtree_end
    ]


def _differences(
    ours: list[TargetRow], theirs: list[TargetRow]
) -> tuple[tuple[Difference, ...], Relation | None]:
    """Figures side by side, and whether ours ask for more or less where both speak of the same indicator."""
    differences: list[Difference] = []
    direction: Relation | None = None
    for row in ours:
        same = max(theirs, key=lambda other: _likeness(row, other), default=None)
        if same is None or _likeness(row, same) < _SAME_INDICATOR:
            differences.append(Difference(row.indicator, figure(row), ""))
            continue
        if figure(row) != figure(same):
            differences.append(Difference(row.indicator, figure(row), figure(same)))
        if row.value is not None and same.value is not None and row.value != same.value:
            more = row.value > same.value
            if row.comparator in ("<=", "<"):
                more = not more
            direction = "提高" if more else "降低"
    return tuple(differences), direction


def _likeness(one: TargetRow, other: TargetRow) -> float:
    if one.unit != other.unit:
        return 0.0
    a, b = _pairs(one.indicator), _pairs(other.indicator)
    return 2 * len(a & b) / max(1, len(a) + len(b))


def _pairs(text: str) -> set[str]:
    return {text[index : index + 2] for index in range(len(text) - 1)}


def _coverage(text: str, other: str) -> float:
    """Share of the character pairs of a text that stand in another."""
    plain = re.sub(r"[^\w]", "", text)
    pairs, there = _pairs(plain), _pairs(re.sub(r"[^\w]", "", other))
    return len(pairs & there) / max(1, len(pairs))


_WORDS = {
    "=": "",
    ">=": "不少于",
    ">": "超过",
    "<=": "不超过",
    "<": "低于",
    "range": "",
    "non-decreasing": "只增不减",
}


def figure(row: TargetRow) -> str:
    """A target's figure in words: 不少于2小时, 3—5门, 65%（到2027年）, 全覆盖 where no figure is printed."""
    if row.value == 100 and row.unit == "%" and "覆盖" in row.quote and "100" not in row.quote:
        return "全覆盖"
    if row.value == 0 and not row.unit:
        return "零发生"
    value = (
        ""
        if row.value is None
        else f"{row.value:g}"
        if row.value2 is None
        else f"{row.value:g}—{row.value2:g}"
    )
    date = f"（到{row.deadline}年）" if row.deadline and row.deadline_stated else ""
    return f"{_WORDS[row.comparator]}{value}{row.unit}{date}"
