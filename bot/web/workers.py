"""Answers worked out in processes of their own, so that many who ask at once use more than one core.

A process of Python answers on one core at a time. Each worker opens the index again, which costs memory and a few
seconds at the start, so there are none unless asked for.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

from bot.fact_check import Checked
from bot.schema import Answer, Turn
from bot.web.contract import AskService
from ingest.schema import ClauseTree, DocumentMeta

log = logging.getLogger(__name__)

_Documents = tuple[tuple[str, str, str], ...]


class Workers:
    """An :class:`AskService` that hands questions to processes, and answers itself where that is not possible.

    It answers itself until the processes are ready, after one of them has died, and where they read other documents
    than the service does. When the documents of the service change, the processes start anew.

    :param service: what the processes do the same as.
    :param open_service: opens such a service in a process; has to be picklable.
    :param count: how many processes.
    """

    def __init__(self, service: AskService, open_service: Callable[[], AskService], count: int) -> None:
        self._service = service
        self._open = open_service
        self._count = count
        self._lock = threading.Lock()
        self._trees: tuple[ClauseTree, ...] = ()
        self._pool: ProcessPoolExecutor | None = None
        #: Set while questions go to the processes.
        self.ready = threading.Event()
        self._start(tuple(service.trees.values()))

    @property
    def trees(self) -> Mapping[str, ClauseTree]:
        return self._service.trees

    def documents(self) -> Sequence[DocumentMeta]:
        return self._service.documents()

    def warm(self) -> None:
        self._service.warm()

    def ask(self, question: str, history: Sequence[Turn] = (), *, question_id: str = "") -> Answer:
        """The answer, from a process where one is ready."""
        pool = self._usable()
        if pool is not None:
            # How earlier answers came about is never asked, and need not travel.
            turns = [replace(turn, answer=turn.answer and replace(turn.answer, trace={})) for turn in history]
            try:
                return pool.submit(_answer, question, turns, question_id).result()
            except BrokenProcessPool:
                self.ready.clear()
                log.warning(
                    "a worker has ended; questions are answered by the server itself until it restarts"
                )
        return self._service.ask(question, history, question_id=question_id)

    def extract(self, question: str) -> Answer:
        """As :meth:`ask`, without a model; there is none where there are processes."""
        return self.ask(question) if self._usable() is not None else self._service.extract(question)

    def check(self, text: str) -> Sequence[Checked]:
        return self._service.check(text)

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, question_id: str = ""
    ) -> Iterator[Answer]:
        """The answer, which comes whole from a process."""
        if self._usable() is None:
            yield from self._service.stream(question, history, question_id=question_id)
        else:
            yield self.ask(question, history, question_id=question_id)

    def close(self, *, wait: bool = True) -> None:
        """End the processes.

        :param wait: until they have ended.
        """
        self.ready.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=True)

    def _usable(self) -> ProcessPoolExecutor | None:
        trees = tuple(self._service.trees.values())
        with self._lock:
            if len(trees) != len(self._trees) or any(
                a is not b for a, b in zip(trees, self._trees, strict=True)
            ):
                self.close(wait=False)
                self._start(trees)
            return self._pool if self.ready.is_set() else None

    def _start(self, trees: tuple[ClauseTree, ...]) -> None:
        self._trees = trees
        # Not forked: the index and the server have threads, which a fork would cut off in mid-air.
        context = multiprocessing.get_context("spawn")
        self._pool = pool = ProcessPoolExecutor(
            self._count, mp_context=context, initializer=_begin, initargs=(self._open,)
        )
        waiting = threading.Thread(
            target=self._await, args=(pool, _signature(trees)), name="workers-begin", daemon=True
        )
        waiting.start()

    def _await(self, pool: ProcessPoolExecutor, expected: _Documents) -> None:
        try:
            read = [future.result() for future in [pool.submit(_documents) for _ in range(self._count)]]
        except Exception:
            log.exception("the workers did not start; questions are answered by the server itself")
            return
        with self._lock:
            if pool is not self._pool:
                return
            if all(documents == expected for documents in read):
                self.ready.set()
            else:
                log.warning("the workers read other documents than the server; it answers by itself")


def _signature(trees: Sequence[ClauseTree]) -> _Documents:
    return tuple((tree.doc_id, tree.meta.sha256, tree.meta.form) for tree in trees)


#: In a worker, what it answers with.
_own: list[AskService] = []


def _begin(open_service: Callable[[], AskService]) -> None:
    # An interrupt goes to the whole group; the server ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    service = open_service()
    service.warm()
    _own.append(service)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)


def _documents() -> _Documents:
    return _signature(tuple(_own[0].trees.values()))


def _answer(question: str, history: list[Turn], question_id: str) -> Answer:
    return _own[0].ask(question, history, question_id=question_id)
