"""What the rows of all four tables share: the place in the text that a row stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.schema import Clause, ClauseTree
from ingest.sentences import sentence_spans

_OPENING = "（《“‘「『〔【("
_CLOSING = "）》”’」』〕】)"
_PROVENANCE = re.compile(
    r"^(?:〔(?P<mark>[^〔〕]{1,8})〕|(?:背景|口径提醒|提醒|注|说明)(?:（[^）]*）)?[：:])"
)
_PROVENANCE_INSIDE = re.compile(r"^[^。；〔]{0,30}〔(?P<mark>[^〔〕]{1,8})〕")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row's words stand: ``quote == text[start:end]`` of the document's reading form."""

    doc_id: str
    clause_id: str | None
    label: str
    quote: str
    start: int
    end: int


def place(tree: ClauseTree, clause: Clause, start: int, end: int) -> Place:
    """The place of a span of a clause's own text."""
    return Place(tree.doc_id, clause.clause_id, clause.label, tree.doc.text[start:end], start, end)


def policy_clauses(tree: ClauseTree) -> Iterator[Clause]:
    """The clauses that speak with the document's own voice.

    A digest also tells about itself (its head) and about other sources, which it marks in front of a
    paragraph (〔进展〕…, 背景：…); what is so marked is no policy of this document, unless the mark names
    the document's own kind (〔规划〕 in a digest of a 规划).
    """
    for clause in tree.walk():
        if tree.meta.form == "digest" and (clause.clause_id.split(".")[0] == "0" or _foreign(tree, clause)):
            continue
        yield clause


def _foreign(tree: ClauseTree, clause: Clause) -> bool:
    text = tree.own_text(clause)
    match = _PROVENANCE.match(text) or _PROVENANCE_INSIDE.match(text)
    return match is not None and (match["mark"] or "背景") not in tree.meta.title


def sentences(tree: ClauseTree, clause: Clause) -> list[tuple[int, int]]:
    """The sentences of a clause's own text, its printed number and a heading that stands alone left out."""
    spans = list(sentence_spans(tree.doc.text, start=clause.start, end=clause.end))
    if spans and clause.number:
        start, end = spans[0]
        start += len(clause.number)
        while start < end and tree.doc.text[start] in " \u3000":
            start += 1
        spans[0] = (start, end)
    return [(start, end) for start, end in spans if start < end]


def parts(text: str, start: int, end: int, stops: str = "，；。：:;,！？!?\n") -> list[tuple[int, int]]:
    """The spans between the given stops, those inside quotation marks or brackets not counted as stops."""
    found: list[tuple[int, int]] = []
    begin, depth = start, 0
    for position in range(start, end):
        character = text[position]
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 and character in stops:
            if begin < position:
                found.append((begin, position))
            begin = position + 1
    if begin < end:
        found.append((begin, end))
    return found


def numbered_items(tree: ClauseTree) -> list[Clause]:
    """The working items of a document: the innermost clauses with a printed number."""
    return [
        clause
        for clause in tree.walk()
        if clause.number
        and clause.kind not in ("row", "table", "paragraph")
        and not any(child.number for child in clause.children)
        and tree.full_text(clause).strip().removeprefix(clause.number).strip() not in ("", clause.heading)
    ]
