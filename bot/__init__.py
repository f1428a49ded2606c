"""From a question to a short answer with the clause it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.schema import Answer, Citation, Turn
from bot.service import Service

__all__ = ["Answer", "Citation", "Service", "Turn", "ask"]


@lru_cache(maxsize=1)
def _service() -> Service:
    return Service.open()


def ask(question: str, history: Sequence[Turn] = ()) -> Answer:
    """Answer a question from the index of this process's settings, opened once.

    :param history: earlier turns of the same conversation, oldest first.
    :raises IngestError: when there is no index that fits; the message says what to do.
    """
    return _service().ask(question, history)
