"""Answers worked out in processes of their own, so that many who ask at once use more than one core.

A process of Python answers on one core at a time. Each worker opens the index again, which costs memory and a few
seconds, spent after the server is ready; a single reader is answered by the server itself.
"""

from __future__ import annotations

import heapq
import logging
import multiprocessing
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from multiprocessing.connection import Connection

from bot.schema import Answer, Turn
from bot.web.contract import AskService
from ingest.schema import ClauseTree

log = logging.getLogger(__name__)

#: Seconds between the end of a worker and the start of the next in its place.
_REST = 10.0

_Documents = tuple[tuple[str, str, str], ...]
_Asked = tuple[str, list[Turn], str]
#: Its rank, and a worker, or None for the service itself.
_Ranked = tuple[int, "_Worker | None"]


class Workers:
    """Has each question answered by whoever is free: the service itself, or a process that does the same.

    A worker takes part once it has read the same documents as the service. One that ends is replaced, and its
    question is answered by another; when the documents of the service change, all workers start anew.

    :param service: what the processes do the same as.
    :param open_service: opens such a service in a process; has to be picklable.
    :param number: how many processes; they start with :meth:`begin`.
    :param rest: seconds before an ended worker is replaced.
    """

    def __init__(
        self,
        service: AskService,
        open_service: Callable[[], AskService],
        number: int,
        *,
        rest: float = _REST,
    ) -> None:
        self._service = service
        self._open = open_service
        self._number = number
        self._rest = rest
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._trees: tuple[ClauseTree, ...] = ()
        self._workers: list[_Worker] = []
        self._free = _Free()
        # The service itself comes first: what it answers need not travel. It is never at an end.
        self._free.put((0, None))
        self._ranks = count(1)
        #: Set while there is a worker beside the service.
        self.ready = threading.Event()

    def begin(self) -> None:
        """Start the workers, in the background."""
        self._follow()

    def ask(self, question: str, history: Sequence[Turn] = (), *, question_id: str = "") -> Answer:
        """The answer, from whoever is free first."""
        self._follow()
        while True:
            rank, worker = self._free.get()
            if worker is None:
                try:
                    return self._service.ask(question, history, question_id=question_id)
                finally:
                    self._free.put((rank, None))
            # How earlier answers came about is never asked, and need not travel.
            turns = [replace(turn, answer=turn.answer and replace(turn.answer, trace={})) for turn in history]
            try:
                answer = worker.ask((question, turns, question_id))
            except (EOFError, OSError):
                self._lost(worker)
                continue
            self._free.put((rank, worker))
            # Where a worker fails the service does too, with its own trace in the log.
            return answer or self._service.ask(question, history, question_id=question_id)

    def close(self) -> None:
        """End the workers; the service goes on by itself."""
        self._closed.set()
        with self._lock:
            self._end_all()

    def _follow(self) -> None:
        """Let workers that read other documents than the service does now end, and others take their place."""
        trees = tuple(self._service.trees.values())
        with self._lock:
            same = len(trees) == len(self._trees) and all(
                a is b for a, b in zip(trees, self._trees, strict=True)
            )
            if same or self._closed.is_set():
                return
            self._end_all()
            self._trees = trees
            for _ in range(self._number):
                self._start()

    def _start(self, *, after: float = 0.0) -> None:
        threading.Thread(
            target=self._add, args=(self._trees, after), name="worker-begin", daemon=True
        ).start()

    def _add(self, trees: tuple[ClauseTree, ...], after: float) -> None:
        if self._closed.wait(after):
            return
        worker = _Worker(self._open)
        try:
            read = worker.documents()
        except (EOFError, OSError):
            log.warning("a worker did not start; questions are answered without it")
            return
        with self._lock:
            if self._trees is not trees or self._closed.is_set():
                worker.end()
            elif read != _signature(trees):
                log.warning("a worker reads other documents than the server; it is not asked")
                worker.end()
            else:
                self._workers.append(worker)
                self._free.put((next(self._ranks), worker))
                self.ready.set()

    def _lost(self, worker: _Worker) -> None:
        with self._lock:
            if worker not in self._workers:
                # Its documents are no longer those of the service.
                return
            self._workers.remove(worker)
            if not self._workers:
                self.ready.clear()
            log.warning("a worker has ended; another takes its place")
            self._start(after=self._rest)

    def _end_all(self) -> None:
        self.ready.clear()
        for worker in self._workers:
            worker.end()
        self._workers = []


class _Free:
    """Who is free to answer, lowest rank first; those who wait for one are served in the order in which they came.

    A queue of the standard library lets whoever comes just now overtake those who wait.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Ranked] = []
        self._waiting: deque[queue.SimpleQueue[_Ranked]] = deque()

    def get(self) -> _Ranked:
        with self._lock:
            if self._idle:
                return heapq.heappop(self._idle)
            turn: queue.SimpleQueue[_Ranked] = queue.SimpleQueue()
            self._waiting.append(turn)
        return turn.get()

    def put(self, free: _Ranked) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().put(free)
            else:
                heapq.heappush(self._idle, free)


class _Worker:
    """A process that answers one question at a time; each method raises ``EOFError`` or ``OSError`` once it has ended."""

    def __init__(self, open_service: Callable[[], AskService]) -> None:
        # Not forked: the index and the server have threads, which a fork would cut off in mid-air.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, open_service), name="answers", daemon=True
        )
        self._process.start()
        # Held by the process alone, so that its end is seen here.
        theirs.close()

    def documents(self) -> _Documents:
        """What it has read; waits until it is ready to answer."""
        read: _Documents = self._pipe.recv()
        return read

    def ask(self, asked: _Asked) -> Answer | None:
        """The answer; None where it failed."""
        self._pipe.send(asked)
        answer: Answer | None = self._pipe.recv()
        return answer

    def end(self) -> None:
        self._process.terminate()


def _signature(trees: Sequence[ClauseTree]) -> _Documents:
    return tuple((tree.doc_id, tree.meta.sha256, tree.meta.form) for tree in trees)


def _serve(pipe: Connection, open_service: Callable[[], AskService]) -> None:
    """What a worker does, until the server has ended."""
    # An interrupt goes to the whole group; the server ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        service = open_service()
        service.warm()
        pipe.send(_signature(tuple(service.trees.values())))
        while True:
            pipe.send(_answer(service, pipe.recv()))
    except (EOFError, OSError):
        # The server has gone. Not by returning, which waits for threads of libraries that never end.
        os._exit(0)
    except Exception:
        log.exception("a worker has failed")
        os._exit(1)


def _answer(service: AskService, asked: _Asked) -> Answer | None:
    question, history, question_id = asked
    try:
        return service.ask(question, history, question_id=question_id)
    except Exception:
        log.exception("a question failed in a worker")
        return None
