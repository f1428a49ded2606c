"""Answers worded by a model, on the clauses that were found for the question and on nothing else."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.llm.asked import answers, needs_no_model
from bot.llm.client import LlmFailed, TextModel
from bot.llm.ground import ground
from bot.llm.prompt import SCHEMA, messages_for, shown_clauses
from bot.llm.reply import ReplyReader
from bot.question import analyse
from bot.schema import Answer
from bot.statements import Statement, numbered
from bot.verify import verify

if TYPE_CHECKING:
    from bot.service import Service

log = logging.getLogger(__name__)

#: After so many failures in a row the model is left alone for so many seconds, and nobody waits for it.
_FAILURES, _REST = 3, 30.0
#: How much of a reply is kept for the explanation, in characters.
_KEPT_REPLY = 4000


class ModelAnswerer:
    """Words answers with a model.

    The model is asked where clauses were searched for. A clause given by its number, the head of a document, the
    tables and every other refusal are answered without it.

    :param timeout: the longest that an answer may take, in seconds, other tries included.
    """

    def __init__(self, model: TextModel, *, timeout: float) -> None:
        self._model = model
        self._timeout = timeout
        self._failures = 0
        self._resting_until = 0.0

    def stream(self, service: Service, question: str, plain: Answer) -> Iterator[Answer]:
        """Answers that grow by a sentence each, the last one whole; ``plain`` where the model adds nothing.

        :param question: as it is understood, complete in itself.
        :param plain: the answer taken from the text, which stands whenever the model fails.
        """
        refs = [candidate["clause"] for candidate in plain.trace.get("candidates", ())]
        lead = plain.trace.get("lead")
        shown = shown_clauses([lead, *refs] if lead else refs, service.trees)
        asked = analyse(question)
        if not shown or needs_no_model(asked, plain):
            yield plain
            return
        if time.monotonic() < self._resting_until:
            yield self._told(plain, [], "刚才几次都没有回应，稍后再用")
            return
        reader = ReplyReader()
        kept: list[Statement] = []
        remarks: list[str] = []
        failure = ""
        deadline = time.monotonic() + self._timeout
        try:
            for piece in self._model.stream(messages_for(question, shown), SCHEMA, deadline=deadline):
                grown = False
                for said in reader.feed(piece):
                    made = ground(said, shown, service.trees, service.bodies)
                    remarks += [made.remark] if made.remark else []
                    if made.statement is not None and made.statement not in kept:
                        kept.append(made.statement)
                        grown = True
                if grown and not reader.refuses and answers(asked, kept):
                    yield self._answer(service, kept, plain, {})
            self._failures = 0
        except LlmFailed as error:
            failure = str(error)
            self._warn(failure)
        told = self._told(plain, remarks, failure, reply=reader.raw[:_KEPT_REPLY])
        if not kept or reader.refuses:
            # A model that finds no answer does not outvote a text that was found to state one.
            yield told
        elif not answers(asked, kept):
            yield self._told(plain, [*remarks, "没有写出所问的内容"], failure, reply=reader.raw[:_KEPT_REPLY])
        else:
            yield self._answer(service, kept, plain, told.trace["llm"])

    def _told(self, plain: Answer, dropped: Sequence[str], failure: str, *, reply: str = "") -> Answer:
        """The answer from the text, with what became of the model's, for the explanation."""
        llm = {"model": self._model.name, "dropped": list(dropped), "failure": failure, "reply": reply}
        return replace(plain, trace={**plain.trace, "llm": llm})

    def _answer(
        self, service: Service, kept: Sequence[Statement], plain: Answer, told: dict[str, Any]
    ) -> Answer:
        text, citations = numbered(kept, service.trees)
        if verify(text, citations, service.trees, bodies=service.bodies):
            return replace(plain, trace={**plain.trace, "llm": told})
        trace = {**plain.trace, "llm": told, "decision": "answered"}
        return replace(
            plain,
            status="answered",
            reason=None,
            answer=text,
            citations=citations,
            answerer=f"llm:{self._model.name}",
            trace=trace,
        )

    def _warn(self, failure: str) -> None:
        """Say once that the model fails, not for every question until it is back."""
        if not self._failures:
            log.warning(
                "the model %s gave no answer (%s); answers are taken from the text", self._model.name, failure
            )
        self._failures += 1
        if self._failures >= _FAILURES:
            self._resting_until = time.monotonic() + _REST
