"""Pieces of text that other retrievers find, led back to the clauses they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.clauses import ClauseBook, ClauseDocument
from eval.schema import AnswerRecord, CitationRecord, ClauseRef, Question


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document; ``start`` is its offset, where it is known, in the document's text."""

    text: str
    doc_id: str | None = None
    clause_id: str | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The part ``[start, end)`` of a passage that lies in one clause."""

    ref: ClauseRef
    label: str
    start: int
    end: int
    quote: str


def parts_of(passage: Passage, book: ClauseBook) -> list[Part]:
    """The clauses that a passage lies in, the one with most of it first, each with the words in it.

    A passage without a clause id is located by its text; one that stands nowhere has no parts. This is
    generous to splitters that know nothing of clauses: they are given the clause they hit most.
    """
    located = _locate(passage, book)
    if located is None:
        return []
    document, start, end = located
    parts = []
    for clause in document.clauses:
        low, high = max(start, clause.start), min(end, clause.end)
        words = document.text[low:high]
        if low < high and words.strip():
            skipped = len(words) - len(words.lstrip())
            quote = words.strip()
            ref = ClauseRef(doc_id=document.doc_id, clause_id=clause.clause_id)
            label = f"《{document.title}》{clause.label}"
            parts.append(Part(ref, label, low + skipped, low + skipped + len(quote), quote))
    return sorted(parts, key=lambda part: (-len(part.quote), part.start))


def _locate(passage: Passage, book: ClauseBook) -> tuple[ClauseDocument, int, int] | None:
    if passage.doc_id is not None and passage.doc_id not in book.documents:
        return None
    documents = [book.documents[passage.doc_id]] if passage.doc_id else list(book.documents.values())
    for document in documents:
        clause = document.find(passage.clause_id) if passage.clause_id else None
        if passage.start is not None:
            return document, passage.start, passage.start + len(passage.text)
        start = document.text.find(passage.text, clause.start if clause else 0) if passage.text else -1
        if start >= 0:
            return document, start, start + len(passage.text)
        if clause is not None:
            return document, clause.start, clause.end
    return None


def record_from_passages(
    question: Question, text: str, passages: Sequence[Passage], book: ClauseBook, *, name: str
) -> AnswerRecord:
    """An answer record for a system that gives a text and passages: each passage is cited once, in order.

    Without a passage that stands in the documents, and without a text, it counts as an abstention.
    """
    found = [parts for passage in passages if (parts := parts_of(passage, book))]
    citations = tuple(
        CitationRecord(
            ref=number,
            doc_id=parts[0].ref.doc_id,
            clause_id=parts[0].ref.clause_id,
            label=parts[0].label,
            quote=parts[0].quote,
            start=parts[0].start,
            end=parts[0].end,
        )
        for number, parts in enumerate(found, start=1)
    )
    retrieved = tuple(dict.fromkeys(part.ref for parts in found for part in parts))
    answered = bool(text.strip()) or bool(citations)
    return AnswerRecord(
        id=question.id,
        question=question.last,
        status="answered" if answered else "abstained",
        reason=None if answered else "not_stated",
        answer=text,
        citations=citations,
        answerer=name,
        retrieved=retrieved,
    )
