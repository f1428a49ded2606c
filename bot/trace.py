"""How an answer came about, for the explanation: what was asked, searched, found and decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.decide import Decision
from bot.drafts import Draft
from bot.query import Query
from bot.question import Question
from bot.schema import Hit
from bot.terms import Topic


@dataclass(frozen=True, slots=True)
class Found:
    """What was retrieved for a question, and the query that found it."""

    query: Query
    hits: tuple[Hit, ...]


def trace_of(
    question: Question,
    topic: Topic,
    found: Found,
    named: Sequence[str],
    drafted: Draft | None,
    decision: Decision,
) -> dict[str, Any]:
    """``Answer.trace`` of a question that was searched for, ready for JSON.

    :param named: the documents that the question names.
    """
    return {
        "kind": str(question.kind),
        "terms": [{"term": term.text, "weight": round(term.weight, 2)} for term in topic.terms],
        "expansions": {e.phrase: list(e.wordings) for e in found.query.expansions},
        "corrections": {c.written: c.understood for c in found.query.corrections},
        "documents": list(named),
        "candidates": [
            {
                "clause": f"{hit.chunk.doc_id}#{hit.chunk.clause_id}",
                "score": round(hit.score, 3),
                **{name: round(value, 3) for name, value in hit.scores.items()},
            }
            for hit in found.hits
        ],
        "lead": f"{drafted.lead.tree.doc_id}#{drafted.lead.clause.clause_id}" if drafted else None,
        "support": decision.support,
        "missing": decision.missing,
        "decision": decision.reason or "answered",
    }
