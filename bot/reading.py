"""A question as it is to be understood: readable, simplified, its slips mended, completed by what was said before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot import messages
from bot.conversation import Completed, complete, goes_on, last_cited
from bot.dialect import standard
from bot.readable import readable
from bot.retrieve import Retriever
from bot.schema import Turn
from bot.settings import BotSettings
from ingest.fold import fold
from ingest.schema import ClauseTree
from ingest.script import is_traditional, to_simplified

#: Clauses, as ``(doc_id, clause_id)``.
Recent = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as read.

    :ivar completed: None where it cannot be read; ``problem`` then says why.
    :ivar remark: what was understood otherwise than written, for the answer to begin with.
    :ivar before: the turns whose subject it may lack although it looks like a question of its own.
    :ivar traditional: whether it was asked in Traditional characters, and so is answered in them.
    :ivar recent: the clauses that the answer before stood on.
    """

    completed: Completed | None = None
    remark: str = ""
    traditional: bool = False
    problem: str = ""
    before: Sequence[Turn] = ()
    recent: Recent = frozenset()


def read_question(
    question: str,
    history: Sequence[Turn],
    *,
    retriever: Retriever,
    settings: BotSettings,
    trees: dict[str, ClauseTree],
) -> Reading:
    """Read a question, or say why it cannot be read.

    :param history: earlier turns of the same conversation, oldest first.
    """
    limit = settings.max_question_chars
    if len(question) > limit:
        return Reading(problem=messages.too_long(len(question), limit))
    text = readable(question)
    if not re.search(r"\w", text):
        return Reading(problem=messages.EMPTY)
    simplified, remark = _corrected(standard(to_simplified(text)), retriever)
    recent = history[-settings.max_history :] if settings.max_history else ()
    # 今天天气怎么样 after a question is no follow-up to it.
    talk = messages.is_small_talk(fold(simplified)) and not (recent and goes_on(simplified))
    completed = Completed(simplified) if talk else complete(simplified, recent, trees)
    before = () if talk else recent
    recent_clauses = frozenset() if talk else last_cited(recent)
    return Reading(completed, remark, is_traditional(text), before=before, recent=recent_clauses)


def _corrected(text: str, retriever: Retriever) -> tuple[str, str]:
    """The text with its slips mended, and the remark that says so."""
    remark = ""
    for correction in retriever.read(text).corrections:
        if correction.written in text:
            text = text.replace(correction.written, correction.understood)
            remark += messages.corrected(correction.written, correction.understood)
    return text, remark
