"""The types between a question and its answer.

Hit -> Evidence -> Answer(Citation ...)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ingest.schema import Chunk, Form, Level

Status = Literal["answered", "abstained"]
Reason = Literal["out_of_scope", "not_stated", "no_such_clause", "unreadable"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of the same conversation."""

    question: str
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that a retriever found.

    :ivar score: higher is better; comparable within one ranking only.
    :ivar rank: position in the ranking, from 1.
    :ivar scores: the parts that the score is made of, by name, for the explanation.
    """

    chunk: Chunk
    score: float
    rank: int
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim span that answers, with the clause it stands in: ``text == doc.text[start:end]``."""

    doc_id: str
    clause_id: str
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered reference from an answer to the words it stands on.

    ``quote`` is verbatim: it equals ``text[start:end]`` of the document's reading form.
    """

    ref: int
    doc_id: str
    clause_id: str
    label: str
    quote: str
    start: int
    end: int
    level: Level
    form: Form

    def to_dict(self) -> dict[str, Any]:
        return {
            "ref": self.ref,
            "doc_id": self.doc_id,
            "clause_id": self.clause_id,
            "label": self.label,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "level": self.level,
            "form": self.form,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The one shape of every answer; ``design.md`` of the project gives its contract.

    ``trace`` explains how the answer came about. It is not part of the contract and is left out of
    ``to_dict``.
    """

    id: str
    question: str
    status: Status
    reason: Reason | None
    answer: str
    citations: tuple[Citation, ...]
    confidence: float
    answerer: str
    latency_ms: float
    trace: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The Answer object of the contract, ready for JSON."""
        return {
            "id": self.id,
            "question": self.question,
            "status": self.status,
            "reason": self.reason,
            "answer": self.answer,
            "citations": [citation.to_dict() for citation in self.citations],
            "confidence": self.confidence,
            "answerer": self.answerer,
            "latency_ms": self.latency_ms,
        }
