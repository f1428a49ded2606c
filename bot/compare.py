"""Two documents, or two years, side by side: who says what, each with its clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.decide import Decision
from bot.definitions import asked_sets
from bot.evidence import window
from bot.question import Question, QuestionKind
from bot.schema import Answer
from bot.scope import default_document
from bot.statements import LEVEL_NAMES, Statement

if TYPE_CHECKING:
    from bot.service import Service

#: A side must be covered at least this well, since it is asked for by name and lacks the words of the other.
_SIDE_REACH = 0.45
_STATEMENT_LIMIT = 90


def compare(service: Service, question: Question, named: Sequence[str]) -> Answer | None:
    """A line for each side of a comparison, the district first; None where the question compares nothing."""
    if len(question.years) >= 2:
        return _by_year(service, question, named)
    sides = list(named)
    if len(sides) < 2:
        return None
    statements, missing = [], []
    for doc_id in sides:
        found = _side(service, question, doc_id)
        if found is None:
            missing.append(doc_id)
        else:
            statements.append(found)
    if not statements:
        return None
    if missing and len(named) > 1:
        absent = "、".join(f"《{service.trees[doc_id].meta.short_title}》" for doc_id in missing)
        first = statements[0]
        statements[0] = Statement(f"{absent}没有写到这一点；{first.text}", first.evidence)
    elif len(statements) < 2:
        return None
    return service.checked(statements, Decision(None, 0.8, {}), {"kind": "comparison", "documents": sides})


def _side(service: Service, question: Question, doc_id: str) -> Statement | None:
    """What one document says, introduced by its level and title."""
    kind = question.kind if question.unit or question.kind is QuestionKind.DEFINITION else QuestionKind.OPEN
    if asked_sets(question):
        kind = QuestionKind.DEFINITION
    plain = replace(question, kind=kind, figures=())
    _, _, drafted = service.draft(plain, named=[doc_id])
    if drafted is None or drafted.lead.reach < _SIDE_REACH:
        return None
    tree = service.trees[doc_id]
    digest = "（摘编）" if tree.meta.form == "digest" else ""
    said = drafted.statements[0]
    return Statement(
        f"{LEVEL_NAMES[tree.meta.level]}《{tree.meta.short_title or tree.meta.title}》{digest}：{said.text}",
        said.evidence,
    )


def _by_year(service: Service, question: Question, named: Sequence[str]) -> Answer | None:
    """For each year that the question names, what is said of it."""
    statements = []
    for year in question.years:
        text, topic_text = question.text, question.topic
        for other in question.years:
            if other != year:
                text = text.replace(f"{other}年", "").replace(other, "")
                topic_text = topic_text.replace(f"{other}年", "")
        rest = replace(question, text=text, topic=topic_text, years=(year,), kind=QuestionKind.OPEN)
        doc_ids = list(named) or [default_document(service.trees)]
        _, topic, drafted = service.draft(rest, named=doc_ids)
        if drafted is None or drafted.lead.reach < _SIDE_REACH or year not in drafted.lead.text:
            continue
        start, end = window(drafted.lead, topic, limit=_STATEMENT_LIMIT)
        evidence = drafted.lead.evidence(start, end)
        statements.append(Statement(evidence.text, (evidence,)))
    if len(statements) < 2:
        return None
    return service.checked(statements, Decision(None, 0.85, {}), {"kind": "comparison"})
