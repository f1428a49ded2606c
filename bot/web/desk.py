"""The service as the web sees it: few answers worked out at once, the same one not worked out twice, all of them counted."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.fact_check import Checked
from bot.schema import Answer, Turn
from bot.web.contract import QUESTION_LIMIT, AskService
from bot.web.metrics import Metrics
from bot.web.workers import Workers
from ingest.schema import ClauseTree, DocumentMeta

#: Answers that are remembered; a few kilobytes each.
KEPT = 1000

_Key = tuple[str, tuple[Turn, ...]]


class Desk:
    """An :class:`AskService` over another one, with processes beside it where there are some.

    The same question after the same turns has the same answer as long as the documents stay, so it is given again
    without being worked out; only ``id`` and ``latency_ms`` differ. Answers that a language model wrote are not
    remembered.
    """

    def __init__(
        self, service: AskService, metrics: Metrics, *, workers: Workers | None = None, kept: int = KEPT
    ) -> None:
        self._service = service
        self._workers = workers
        self._metrics = metrics
        self._kept = kept
        self._lock = threading.Lock()
        self._answers: OrderedDict[_Key, Answer] = OrderedDict()
        self._trees: tuple[ClauseTree, ...] = ()

    @property
    def trees(self) -> Mapping[str, ClauseTree]:
        return self._service.trees

    def documents(self) -> Sequence[DocumentMeta]:
        return self._service.documents()

    def warm(self) -> None:
        self._service.warm()

    def ask(self, question: str, history: Sequence[Turn] = (), *, question_id: str = "") -> Answer:
        """The answer, remembered or worked out."""
        started = time.perf_counter()
        key, trees = _key(question, history), tuple(self._service.trees.values())
        answer = self._remembered(key, trees, started, question_id)
        if answer is None:
            answer = (self._workers or self._service).ask(question, history, question_id=question_id)
            self._keep(key, trees, answer)
        self._metrics.answered(answer, time.perf_counter() - started)
        return answer

    def extract(self, question: str) -> Answer:
        return self._service.extract(question)

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, question_id: str = ""
    ) -> Iterator[Answer]:
        """The answer as it grows; one that is remembered or comes from a process is whole."""
        if self._workers is not None:
            yield self.ask(question, history, question_id=question_id)
            return
        started = time.perf_counter()
        key, trees = _key(question, history), tuple(self._service.trees.values())
        answer = self._remembered(key, trees, started, question_id)
        if answer is None:
            for answer in self._service.stream(question, history, question_id=question_id):
                # At once: held back until the next one comes, a first sentence would wait for the second.
                yield answer
            if answer is None:
                return
            self._keep(key, trees, answer)
        else:
            yield answer
        self._metrics.answered(answer, time.perf_counter() - started)

    def check(self, text: str) -> Sequence[Checked]:
        """What the documents say to each sentence of a text; worked out each time."""
        return self._service.check(text)

    def _remembered(
        self, key: _Key, trees: tuple[ClauseTree, ...], started: float, question_id: str
    ) -> Answer | None:
        with self._lock:
            if not _same(self._trees, trees):
                self._trees = trees
                self._answers.clear()
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
        if answer is None:
            return None
        self._metrics.remembered.inc()
        return replace(answer, id=question_id, latency_ms=round((time.perf_counter() - started) * 1000, 2))

    def _keep(self, key: _Key, trees: tuple[ClauseTree, ...], answer: Answer) -> None:
        # One that a model should have worded and did not is the text's only for now.
        failed = answer.trace.get("llm", {}).get("failure")
        if answer.answerer != "extractive" or failed or len(key[0]) > QUESTION_LIMIT:
            return
        with self._lock:
            # Only what was read from the documents that are served now.
            if _same(self._trees, trees) and _same(tuple(self._service.trees.values()), trees):
                self._answers[key] = answer
                if len(self._answers) > self._kept:
                    self._answers.popitem(last=False)


def _key(question: str, history: Sequence[Turn]) -> _Key:
    """What an answer depends on: not on the ids and the times of earlier answers."""
    return question, tuple(
        replace(turn, answer=turn.answer and replace(turn.answer, id="", latency_ms=0.0)) for turn in history
    )


def _same(one: tuple[ClauseTree, ...], other: tuple[ClauseTree, ...]) -> bool:
    # The same objects, not equal ones: comparing whole trees would take longer than an answer.
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
