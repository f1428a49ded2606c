"""A clause that is asked for by its number: found without search, given whole or looked into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation import Completed
from bot.question import analyse
from bot.reference import MissingRef, References, resolve
from bot.schema import Evidence
from bot.statements import Statement
from ingest.schema import Clause, ClauseTree

#: What is left of a question that asks for the clause as such and not for something in it.
_WHOLE = re.compile(
    r"[\s,，。?？!！:：;；、“”\"'的了里中上下面在是有些个点条款项段节部分分别各和请问一下把给我我们你看想要那这该本就]|讲(的|了)?|说(的|了)?|写(的|了)?|规定(的|了)?|提(到|出)?(的|了)?|关于|内容|原文|全文|原话|原句|条文|正文|完整|文字|具体|什么|啥子?|哪些|哪几|怎么|如何|主要|大概|概括|任务|要求|列出来?|念|读|总结|概述|归纳|梳理|说说|贴|发|查|找|看看|复述|引用|告诉|介绍|解释|说明|展示|显示|出来|呢|吗|吧|啊|多少|几"
)
_TITLE = re.compile(r"题目|标题|主题|小标题|名称|叫什么|关于什么|关于啥|哪方面|讲哪")
_ASKS_PLACE = re.compile(r"第几(条|项|款|部分|点)|哪一?(条|项|部分)")
_SHORTEST_HEADING = 5
#: A clause with more children than this is answered by their headings.
_CHILD_HEADINGS = 2


@dataclass(frozen=True)
class ByNumber:
    """What the references of a question come to.

    :ivar asked: the references as written.
    :ivar statements: the clause as such, which is the answer unless ``within`` is set.
    :ivar missing: that a clause does not exist, in a sentence without its full stop; empty when all exist.
    :ivar hint: which clauses there are instead.
    :ivar within: the clause that the rest of the question asks about; what it does not find there is answered
        by the clause as such.
    :ivar remaining: the question without its references.
    """

    asked: str
    statements: tuple[Statement, ...] = ()
    missing: str = ""
    hint: str = ""
    within: tuple[str, str] | None = None
    remaining: str = ""


def answer_by_number(completed: Completed, trees: Mapping[str, ClauseTree]) -> ByNumber | None:
    """What a question's clause references come to; None where it has none."""
    if completed.clause is not None:
        doc_id, clause_id = completed.clause.split("#", 1)
        clause = trees[doc_id].find(clause_id)
        return ByNumber(completed.clause, _whole(trees[doc_id], clause)) if clause else None
    references = resolve(completed.text, trees)
    if not references:
        return _by_heading(completed.text, trees)
    written = [ref.asked for ref in references.found] + [gap.asked for gap in references.missing]
    asked = "、".join(dict.fromkeys(written))
    if not references.found:
        gap = references.missing[0]
        return ByNumber(asked, missing=_absence(gap, trees), hint=_hint(gap, trees))
    rest = references.rest
    if _TITLE.search(rest.rstrip("?？。 ")) and not re.search(r"内容|原文|全文", rest):
        return ByNumber(asked, _titles(references, trees))
    if not _WHOLE.sub("", rest):
        return ByNumber(asked, _wholes(references, trees))
    first = references.found[0]
    remaining = rest if analyse(rest).topic else completed.text
    return ByNumber(
        asked, _wholes(references, trees), within=(first.doc_id, first.clause_id), remaining=remaining
    )


def _by_heading(text: str, trees: Mapping[str, ClauseTree]) -> ByNumber | None:
    """Where a heading stands, asked by its words (“推进产教深度融合发展”是第几条)."""
    if not _ASKS_PLACE.search(text):
        return None
    found = [
        (len(clause.heading), tree, clause)
        for tree in trees.values()
        for clause in tree.walk()
        if len(clause.heading) >= _SHORTEST_HEADING and clause.heading in text
    ]
    if not found:
        return None
    _, tree, clause = max(found, key=lambda entry: entry[0])
    heading = _heading(tree, clause)
    return ByNumber(clause.heading, (Statement(f"{_place(clause)}：{heading.text}", (heading,)),))


def _wholes(references: References, trees: Mapping[str, ClauseTree]) -> tuple[Statement, ...]:
    statements: list[Statement] = []
    for ref in references.found:
        tree = trees[ref.doc_id]
        clause = tree.find(ref.clause_id)
        if clause is not None:
            statements += _whole(tree, clause)
    return _with_absences(statements, references, trees)


def _titles(references: References, trees: Mapping[str, ClauseTree]) -> tuple[Statement, ...]:
    statements: list[Statement] = []
    for ref in references.found:
        tree = trees[ref.doc_id]
        clause = tree.find(ref.clause_id)
        if clause is None:
            continue
        if not clause.heading:
            statements += _whole(tree, clause)
            continue
        heading = _heading(tree, clause)
        statements.append(Statement(f"{_place(clause)}：{heading.text}", (heading,)))
    return _with_absences(statements, references, trees)


def _with_absences(
    statements: list[Statement], references: References, trees: Mapping[str, ClauseTree]
) -> tuple[Statement, ...]:
    if references.missing and statements:
        first = statements[0]
        statements[0] = Statement(f"{_absence(references.missing[0], trees)}；{first.text}", first.evidence)
    return tuple(statements)


def _whole(tree: ClauseTree, clause: Clause) -> tuple[Statement, ...]:
    """The clause verbatim; one that only holds others, by its heading and theirs."""
    headed = [child for child in clause.children if child.heading]
    if len(headed) > _CHILD_HEADINGS:
        own = _own(tree, clause)
        rows = [Statement(own.text, (own,))]
        for child in headed:
            heading = _heading(tree, child)
            rows.append(Statement(f"{_place(child)}：{heading.text}", (heading,)))
        return tuple(rows)
    rows = []
    for each in clause.walk():
        own_text = tree.own_text(each).strip()
        if own_text:
            own = _own(tree, each)
            rows.append(Statement(own.text, (own,)))
    return tuple(rows)


def _own(tree: ClauseTree, clause: Clause) -> Evidence:
    text = tree.own_text(clause)
    end = clause.start + len(text.rstrip())
    return Evidence(tree.doc_id, clause.clause_id, clause.start, end, tree.doc.text[clause.start : end], 1.0)


def _heading(tree: ClauseTree, clause: Clause) -> Evidence:
    start = tree.doc.text.index(clause.heading, clause.start)
    end = start + len(clause.heading)
    return Evidence(tree.doc_id, clause.clause_id, start, end, clause.heading, 1.0)


def _place(clause: Clause) -> str:
    """A clause's label without its heading, which follows."""
    return clause.label.removesuffix(clause.heading) if clause.kind == "level_1" else clause.label


def _absence(gap: MissingRef, trees: Mapping[str, ClauseTree]) -> str:
    asked = re.sub(r"\s+", "", gap.asked).strip("，,。、的")
    if not gap.doc_id:
        return f"这里没有收录“{asked}”所在的文件"
    meta = trees[gap.doc_id].meta
    bare = asked
    for name in (meta.title, meta.short_title, *meta.aliases):
        bare = bare.removeprefix(f"《{name}》").removeprefix(name)
    return f"《{meta.name}》没有“{bare.lstrip('》的') or asked}”"


def _hint(gap: MissingRef, trees: Mapping[str, ClauseTree]) -> str:
    tree = trees.get(gap.doc_id)
    if tree is None:
        return ""
    nearest = [clause for clause_id in gap.nearest if (clause := tree.find(clause_id)) is not None]
    if nearest:
        return "最接近的是" + "、".join(
            f"{clause.label}（{clause.heading}）"
            if clause.heading and clause.kind != "level_1"
            else clause.label
            for clause in nearest[:1]
        )
    tops = [clause.label for clause in tree.roots if clause.kind != "head"][:4]
    return "它有" + "、".join(tops) if tops else ""
