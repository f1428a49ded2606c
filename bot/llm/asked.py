"""Which questions a model is asked at all, and whether what it says is what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.attributes import states_attribute
from bot.facts import facts_of
from bot.figures import same_unit
from bot.question import Question, QuestionKind
from bot.schema import Answer
from bot.statements import Statement
from ingest.fold import fold

#: The one reason for silence that a model may help with: the question is put in words that the text does not have.
#: Where a name, a year or what is asked about the thing is missing from the text, no wording makes up for it.
ONLY_WORDS_MISSING = "问题里的主要词语"
#: That nobody is named is read from the owner register, which knows better than a model.
_NOBODY = "没有写明责任单位"


def needs_no_model(question: Question, plain: Answer) -> bool:
    """Whether the answer from the text, or its silence, is the better one whatever a model says.

    A claimed figure or year is held against the text by comparison: a yes to it would be the model's own.
    """
    if plain.status == "abstained":
        return plain.trace.get("missing") != ONLY_WORDS_MISSING
    claims = question.kind is QuestionKind.YES_NO and bool(question.figures or question.years)
    return claims or _NOBODY in plain.answer


def answers(question: Question, statements: Sequence[Statement]) -> bool:
    """Whether statements have the kind of thing that is asked for: a figure in the unit, a date, the attribute."""
    said = [facts_of(fold(statement.text)) for statement in statements]
    if question.kind is QuestionKind.FIGURE:
        units = [figure.unit for facts in said for figure in facts.figures]
        units += ["" for facts in said for _ in facts.numerals]
        if not any(not question.unit or same_unit(question.unit, unit) for unit in units):
            return False
    if question.kind is QuestionKind.DATE and not any(facts.dates for facts in said):
        return False
    quotes = [span.text for statement in statements for span in statement.evidence]
    return not question.attribute or any(states_attribute(question.attribute, quote) for quote in quotes)
