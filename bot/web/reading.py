"""The reader: a whole document as a page, or one clause with its neighbours as a panel beside the chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.official import citation_text
from bot.web.links import outline_entry
from bot.web.margin import WEAK, Notes, by_quote, names_by_role, notes_below, notes_by_clause
from bot.web.passage import Passage, Span, find_all, passage
from bot.web.table_data import TableSet
from bot.web.templating import render
from ingest.align import figure
from ingest.schema import Clause, ClauseTree, DocumentMeta

#: Levels that the outline shows.
_OUTLINE_DEPTH = 4


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Words found in a clause, with a little of what stands around them."""

    clause_id: str
    label: str
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A clause on the page of its document.

    :ivar path: the headings that it stands under.
    :ivar before: the id of the clause before it that has words, empty at the start; ``after`` likewise.
    :ivar citation: to be copied.
    :ivar notes: None where the tables know nothing of it.
    """

    passage: Passage
    path: str
    before: str
    after: str
    citation: str
    notes: Notes | None


class OutlineEntry(NamedTuple):
    """A clause in the outline and what stands below it there."""

    clause: Clause
    below: list[OutlineEntry]


def quote_span(tree: ClauseTree, start: int | None, end: int | None) -> Span | None:
    """The span when it lies within the document, else None: an old address still shows the page."""
    if start is None or end is None or not 0 <= start < end <= len(tree.doc.text):
        return None
    return start, end


def document_page(tree: ClauseTree, tables: TableSet, *, quoted: Span | None = None, query: str = "") -> str:
    """The reader page of a document, with a quote or the found words highlighted."""
    found = find_all(tree.doc.text, query)
    marks = [quoted] if quoted else found
    cited = tree.at(quoted[0]) if quoted else None
    return render(
        "document.html",
        meta=tree.meta,
        lines=_lines(tree, notes_by_clause(tables, tree.doc_id), marks),
        outline=_outline(tree.roots),
        cited=cited,
        citation=citation_text(tree, cited, tree.doc.text[quoted[0] : quoted[1]]) if cited and quoted else "",
        query=query,
        found=[_search_result(tree, span) for span in found],
        **_margin(tables),
    )


def clause_page(tree: ClauseTree, clause: Clause, tables: TableSet, quoted: Span | None = None) -> str:
    """A page for one clause with all below it: its place, its text, what the tables know, its neighbours."""
    order = list(tree.walk())
    shown = list(clause.walk())
    first = order.index(clause)
    words = tree.doc.text[quoted[0] : quoted[1]] if quoted else ""
    return render(
        "clause.html",
        meta=tree.meta,
        clause=clause,
        path=_headings_above(tree, clause),
        passages=[passage(tree, each, [quoted] if quoted else []) for each in shown],
        notes=notes_below(notes_by_clause(tables, tree.doc_id), clause),
        before=_nearest(tree, order[:first][::-1]),
        after=_nearest(tree, order[first + len(shown) :]),
        quoted=quoted,
        citation=citation_text(tree, clause, words),
        **_margin(tables),
    )


def _margin(tables: TableSet) -> dict[str, Any]:
    """What the templates of the margin need."""
    return {
        "tables": tables,
        "figure": figure,
        "weak": WEAK,
        "names_by_role": names_by_role,
        "by_quote": by_quote,
    }


def _lines(tree: ClauseTree, notes: Mapping[str, Notes], marks: Sequence[Span]) -> list[Line]:
    clauses = list(tree.walk())
    with_words = [clause.clause_id for clause in clauses if tree.own_text(clause).strip()]
    place = {clause_id: at for at, clause_id in enumerate(with_words)}
    lines = []
    for clause in clauses:
        at = place.get(clause.clause_id)
        lines.append(
            Line(
                passage(tree, clause, marks),
                " › ".join(outline_entry(step) for step in _headings_above(tree, clause)),
                with_words[at - 1] if at else "",
                with_words[at + 1] if at is not None and at + 1 < len(with_words) else "",
                citation_text(tree, clause, ""),
                notes.get(clause.clause_id),
            )
        )
    return lines


def _headings_above(tree: ClauseTree, clause: Clause) -> list[Clause]:
    return [step for step in tree.path(clause.clause_id)[:-1] if step.heading]


def clause_panel(tree: ClauseTree, clause: Clause, quoted: Span | None = None) -> str:
    """The cited clause with the quote highlighted, the clause before it and the one after it."""
    clauses = list(tree.walk())
    shown = [clause] if _has_own_words(tree, clause) else list(clause.walk())
    first = clauses.index(shown[0])
    before = _nearest(tree, clauses[:first][::-1])
    after = _nearest(tree, clauses[first + len(shown) :])
    marks = [quoted] if quoted else []
    words = tree.doc.text[quoted[0] : quoted[1]] if quoted else ""
    return render(
        "panel.html",
        meta=tree.meta,
        clause=clause,
        path=_headings_above(tree, clause),
        before=_passage_or_none(tree, before),
        passages=[passage(tree, each, marks) for each in shown],
        after=_passage_or_none(tree, after),
        quoted=quoted,
        citation=citation_text(tree, clause, words),
    )


def shelf(documents: Sequence[DocumentMeta]) -> str:
    """The documents that answers draw on, as the panel shows them before anything is cited."""
    return render("shelf.html", documents=documents)


def _has_own_words(tree: ClauseTree, clause: Clause) -> bool:
    return not clause.children or (passage(tree, clause).tag == "p" and bool(tree.own_text(clause).strip()))


def _nearest(tree: ClauseTree, clauses: Sequence[Clause]) -> Clause | None:
    return next((clause for clause in clauses if tree.own_text(clause).strip()), None)


def _passage_or_none(tree: ClauseTree, clause: Clause | None) -> Passage | None:
    return passage(tree, clause) if clause is not None else None


def _outline(clauses: Sequence[Clause], depth: int = 0) -> list[OutlineEntry]:
    """Clauses with headings, nested as they are; one without is passed over, not what stands below it."""
    entries: list[OutlineEntry] = []
    if depth == _OUTLINE_DEPTH:
        return entries
    for clause in clauses:
        below = _outline(clause.children, depth + 1)
        if clause.heading:
            entries.append(OutlineEntry(clause, below))
        else:
            entries.extend(below)
    return entries


def _search_result(tree: ClauseTree, span: Span, around: int = 16) -> SearchResult:
    clause = tree.at(span[0])
    text, (start, end) = tree.doc.text, span
    before = text[max(clause.start, start - around) : start]
    after = text[end : min(clause.end, end + around)]
    return SearchResult(
        clause.clause_id, clause.label, before.replace("\n", ""), text[start:end], after.replace("\n", "")
    )
