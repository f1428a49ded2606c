"""What the web needs of the service behind it; ``bot.service`` offers it, and so does a fake in the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from bot.fact_check import Checked
from bot.schema import Answer, Turn
from ingest.schema import ClauseTree, DocumentMeta

#: Longest question that the web passes on, in characters; a page of text is not a question.
QUESTION_LIMIT = 1000
#: Earlier turns that go with a question; older ones no longer bear on it.
HISTORY_LIMIT = 8

TOO_LONG = (
    "这个问题有{length}个字，太长了，系统没有读。请用一两句话说清想问什么，"
    f"不超过{QUESTION_LIMIT}个字；要问的事情较多时，可以分几次问。"
)


class AskService(Protocol):
    """Documents and answers. Implementations must bear calls from several threads at once."""

    @property
    def trees(self) -> Mapping[str, ClauseTree]:
        """The clause tree of each document, by ``doc_id``."""

    def documents(self) -> Sequence[DocumentMeta]:
        """The documents that answers draw on."""

    def warm(self) -> None:
        """Load what the first question would wait for."""

    def ask(self, question: str, history: Sequence[Turn] = (), *, question_id: str = "") -> Answer:
        """The answer to a question; it abstains rather than fails."""

    def extract(self, question: str) -> Answer:
        """The answer as the text gives it, whatever words answers: for suggestions that are tried beforehand."""

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, question_id: str = ""
    ) -> Iterator[Answer]:
        """The answer as it grows; the last one is what :meth:`ask` gives."""

    def check(self, text: str) -> Sequence[Checked]:
        """What the documents say to each sentence of a text.

        :raises ClaimsError: when the text is empty or too long; the message says so.
        """


def too_long(question: str) -> str | None:
    """What to tell someone whose question is longer than the web takes, or None when it is not."""
    length = len(question)
    return TOO_LONG.format(length=length) if length > QUESTION_LIMIT else None
