"""A statement without a clause behind it cannot leave the program: every sentence is held against its quotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.schema import Citation
from ingest.fold import fold
from ingest.schema import ClauseTree

_REFERENCE = re.compile(r"\[(\d+)\]")
#: A figure with the unit that follows it; years and shares are figures too.
_FIGURE = re.compile(r"\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?(?:%|万|亿)?")
_NAMED = re.compile(r"[“《「]([^”》」]{1,60})[”》」]")
_BODY = re.compile(
    r"[\u4e00-\u9fff]{1,12}?(?:委员会|领导小组|人民政府|教委|卫健委|管委会|公安局|财政局|民政局|司法局|文旅委|妇联|残联|团委|办公室|教育局|科技局|检察院|法院)"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not hold in a sentence: the sentence, what it says, and that no quote has it."""

    sentence: str
    what: str


def verify(
    answer: str,
    citations: Sequence[Citation],
    trees: dict[str, ClauseTree],
    *,
    counted: Collection[str] = (),
) -> list[Problem]:
    """What in an answer does not stand in the quotes it cites; empty when all of it does.

    Held are: every line has a citation and every citation is used; every quote is verbatim in the clause
    that it names; every figure, year and share of a line, every name in quotation marks or 《》 and every
    department occurs in a quote of that line, its label or the clause's headings. Numerals, width and script
    are folded first.

    :param counted: figures that the caller counted in the clause tree, which no quote needs to have.
    """
    problems = [*_broken_quotes(citations, trees)]
    by_ref = {citation.ref: citation for citation in citations}
    used: set[int] = set()
    for line in filter(None, (line.strip() for line in answer.split("\n"))):
        refs = [int(ref) for ref in _REFERENCE.findall(line)]
        used.update(refs)
        missing = [ref for ref in refs if ref not in by_ref]
        if not refs or missing:
            problems.append(Problem(line, "没有引用" if not refs else f"引用 {missing} 不存在"))
            continue
        problems += _unsupported(line, [by_ref[ref] for ref in refs], trees, counted)
    problems += [Problem(answer, f"引用 {ref} 没有用到") for ref in by_ref if ref not in used]
    return problems


def _broken_quotes(citations: Sequence[Citation], trees: dict[str, ClauseTree]) -> list[Problem]:
    broken = []
    for citation in citations:
        tree = trees.get(citation.doc_id)
        clause = tree.find(citation.clause_id) if tree else None
        if tree is None or clause is None:
            broken.append(Problem(citation.quote, f"条款 {citation.doc_id}#{citation.clause_id} 不存在"))
        elif (
            tree.doc.text[citation.start : citation.end] != citation.quote
            or not clause.start <= citation.start < citation.end <= clause.subtree_end
        ):
            broken.append(Problem(citation.quote, f"引文不在 {citation.label} 里"))
    return broken


def _unsupported(
    line: str, citations: Sequence[Citation], trees: dict[str, ClauseTree], counted: Collection[str]
) -> list[Problem]:
    said = fold(_REFERENCE.sub("", line))
    quotes = fold("\n".join(citation.quote for citation in citations))
    names = fold("\n".join(_names(citation, trees) for citation in citations))
    problems = []
    figures = {*_FIGURE.findall(quotes), *counted}
    for figure in _FIGURE.findall(_without_labels(said, names)):
        if figure not in figures and not _stands_alone(figure, quotes):
            problems.append(Problem(line, f"“{figure}”不在引文里"))
    quotes, names = _without_marks(quotes), _without_marks(names)
    for pattern, group in ((_NAMED, 1), (_BODY, 0)):
        for match in pattern.finditer(said):
            name = _without_marks(match.group(group))
            if name not in quotes and name not in names and not _within(name, quotes + names):
                problems.append(Problem(line, f"“{name}”不在引文里"))
    return problems


def _names(citation: Citation, trees: dict[str, ClauseTree]) -> str:
    """How the place itself may be called: title, label, numbers and headings down to the clause."""
    tree = trees[citation.doc_id]
    path = tree.path(citation.clause_id)
    meta = tree.meta
    return "\n".join(
        (
            meta.title,
            meta.short_title,
            meta.document_number or "",
            citation.label,
            *meta.aliases,
            *(step.heading for step in path),
            *(step.label for step in path),
        )
    )


def _without_labels(said: str, names: str) -> str:
    """A line without the clause labels and titles in it, whose figures are no statements."""
    for name in sorted(filter(None, names.split("\n")), key=len, reverse=True):
        said = said.replace(name, " ")
    return said


def _without_marks(text: str) -> str:
    """Without quotation marks, which are the inner ones where an answer quotes a quotation."""
    return re.sub("[“”‘’「」『』]", "", text)


def _stands_alone(figure: str, quotes: str) -> bool:
    """Whether a figure occurs in the quotes with no digit on either side (5 is not in 25)."""
    return bool(re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d.])", quotes))


def _within(name: str, text: str) -> bool:
    """A body's name read too far to the left (由区教委) still holds when a proper tail of it stands there."""
    return any(name[start:] in text for start in range(1, max(1, len(name) - 2)))
