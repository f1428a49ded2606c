"""What looks wrong in a document's structure, for a person to look at; nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.marks import read_mark
from ingest.schema import Clause, ClauseTree

_NUMBERED = ("chapter", "section", "article", "level_1", "level_2", "level_3", "level_4", "level_5", "item")
#: What cleaning should have taken out, or a converter left behind.
_RESIDUE = re.compile(r"\?{2,}|�|□{2,}|分享到|打印本页|当前位置|ICP备")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at, with the clause where it is."""

    clause_id: str
    message: str


def lint_tree(tree: ClauseTree) -> list[Finding]:
    """Skipped and repeated numbers, clauses without text, traces of the page, in the order of the text."""
    findings = list(_numbering(tree))
    for clause in tree.walk():
        own = tree.own_text(clause)
        if clause.kind in _NUMBERED and not clause.children and own.strip() == clause.number.strip():
            findings.append(Finding(clause.clause_id, f"{clause.label}只有编号，没有正文"))
        residue = _RESIDUE.search(own)
        if residue:
            findings.append(Finding(clause.clause_id, f"{clause.label}里有残留文字“{residue.group(0)}”"))
    order = {clause.clause_id: position for position, clause in enumerate(tree.walk())}
    return sorted(findings, key=lambda finding: order.get(finding.clause_id, -1))


def _numbering(tree: ClauseTree) -> Iterator[Finding]:
    """Numbers of one kind, in order: each goes on from the last, or starts again at 1 below a new parent."""
    last: dict[str, int] = {}
    parents: dict[str, Clause | None] = {}
    for clause in tree.walk():
        mark = read_mark(clause.number) if clause.kind in _NUMBERED else None
        if mark is None or mark.number is None or mark.suffix is not None:
            continue
        if "~" in clause.clause_id.rsplit(".", 1)[-1]:
            yield Finding(clause.clause_id, f"{clause.label}的编号重复了")
        parent = tree.parent(clause.clause_id)
        previous = last.get(clause.kind, 0)
        starts_again = mark.number == 1 and parent is not parents.get(clause.kind, parent)
        if mark.number != previous + 1 and not starts_again and mark.number != 1:
            yield Finding(clause.clause_id, f"{clause.label}之前是 {previous}，编号不连续")
        last[clause.kind], parents[clause.kind] = mark.number, parent
