"""The turns before a question, with their answers, where a program gives questions alone."""

from __future__ import annotations

from collections.abc import Iterable

from bot.schema import Turn
from bot.web.contract import AskService


def with_answers(service: AskService, earlier: Iterable[Turn]) -> list[Turn]:
    """The same turns, oldest first; one without an answer is asked again, after those before it."""
    history: list[Turn] = []
    for turn in earlier:
        if turn.answer is None:
            turn = Turn(turn.question, service.ask(turn.question, tuple(history)))
        history.append(turn)
    return history
