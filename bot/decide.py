"""Whether a draft may be given as the answer, and if not, why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.compose import Draft
from bot.question import Question, QuestionKind, states_attribute
from bot.schema import Reason
from bot.terms import Topic
from ingest.fold import fold

#: Set on the development half of the questions in eval/; ``python -m eval run --split dev`` shows their effect.
#: Below this share of the topic, headings and clause counted, a question is not about the documents at all.
SCOPE = 0.34
#: Below this share in headings and clause, what is asked for is not what the place speaks of.
REACH = 0.52
#: Below this share in the sentence itself, with its headings at a discount, the sentence is not about it.
SUPPORT = 0.42


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a question is answered or not.

    :ivar reason: None when it is answered.
    :ivar confidence: of the decision that was taken, from 0 to 1.
    :ivar support: the figures that it was taken on, for the explanation.
    """

    reason: Reason | None
    confidence: float
    support: dict[str, float]


def decide(question: Question, topic: Topic, draft: Draft | None, *, inside_clause: bool = False) -> Decision:
    """Answer or abstain.

    Coverage of the question's words says whether the place is the right one; whether it states what is asked
    about the thing (how much, when, the telephone number) is looked at on its own.

    :param inside_clause: whether the question names the clause that the draft was made from.
    """
    if draft is None or not topic.terms:
        return Decision("out_of_scope", 0.9, {})
    lead = draft.lead
    support = {
        "reach": round(lead.reach, 3),
        "coverage": round(lead.coverage, 3),
        "score": round(lead.score, 3),
        "found": round(draft.found, 3),
    }
    if inside_clause:
        # The clause was named: what it says is in scope, and only a figure or a date may be missing.
        if draft.found == 0.0 or _attribute_missing(question, draft):
            return Decision("not_stated", 0.7, support)
        return Decision(None, 0.9, support)
    if lead.reach < SCOPE:
        return Decision("out_of_scope", 1.0 - lead.reach, support)
    missing = (
        _attribute_missing(question, draft)
        or _year_missing(question, draft)
        or (draft.found == 0.0 and question.kind in (QuestionKind.FIGURE, QuestionKind.DATE))
        or lead.reach < REACH
        or _support(topic, draft) < SUPPORT
    )
    if missing:
        return Decision("not_stated", max(0.5, 1.0 - lead.reach * draft.found), support)
    return Decision(None, round(min(0.99, 0.35 + 0.4 * lead.reach + 0.25 * draft.found), 3), support)


def _attribute_missing(question: Question, draft: Draft) -> bool:
    if not question.attribute:
        return False
    return not states_attribute(question.attribute, draft.lead.text)


def _year_missing(question: Question, draft: Draft) -> bool:
    """A question about a year that the place does not name; a claim about one is denied instead."""
    if question.kind is QuestionKind.YES_NO or not question.years:
        return False
    lead = draft.lead
    place = fold(lead.tree.own_text(lead.clause)) + fold(lead.clause.heading)
    return not any(re.search(rf"{year}", place) for year in question.years)


def _support(topic: Topic, draft: Draft) -> float:
    lead = draft.lead
    return topic.coverage(lead.matches, [0.7 * value for value in lead.context])
