"""Processes that answer: the same answers as without them, and no question lost when one dies."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from copy import copy
from dataclasses import replace
from functools import partial
from itertools import islice

import pytest

from bot.schema import Turn
from bot.service import Service
from bot.web.workers import Workers, _Free
from ingest.settings import IngestSettings

from .conftest import make_service

QUESTIONS = ["公办园占比要到多少？", "由谁负责？", "食堂几点开门？", "第6项写了什么？"]


@pytest.fixture
def own(built_settings: IngestSettings) -> Service:
    """A service of the test's own, whose documents it may change."""
    return Service.open(built_settings)


@pytest.fixture
def workers(own: Service, built_settings: IngestSettings) -> Iterator[Workers]:
    workers = Workers(own, partial(Service.open, built_settings), 1, rest=0)
    workers.begin()
    yield workers
    workers.close()


def bare(answer):
    return replace(answer, latency_ms=0.0)


def only_by_process(workers: Workers, own: Service, monkeypatch) -> None:
    """Wait for the process, and let the service itself be busy from now on."""
    assert workers.ready.wait(timeout=120)
    assert workers._free.get() == (0, None)
    monkeypatch.setattr(own, "ask", lambda *_, **__: pytest.fail("the process did not answer"))


def test_a_process_gives_the_same_answers_as_the_service(workers: Workers, own: Service, monkeypatch) -> None:
    early, own_ask = bare(workers.ask(QUESTIONS[0])), own.ask
    only_by_process(workers, own, monkeypatch)
    history: list[Turn] = []
    for number, question in enumerate(QUESTIONS):
        answer = workers.ask(question, history, question_id=f"q{number}")
        expected = own_ask(question, history, question_id=f"q{number}")
        assert bare(answer) == bare(expected) and dict(answer.trace) == dict(expected.trace)
        history.append(Turn(question, answer))
    assert replace(early, id="q0") == bare(own_ask(QUESTIONS[0], question_id="q0"))


def test_many_questions_at_once_are_shared_between_the_service_and_the_process(
    workers: Workers, own: Service, monkeypatch
) -> None:
    assert workers.ready.wait(timeout=120)
    by_itself, own_ask, busy = [], own.ask, threading.Event()

    def ask(question: str, *given, **named):
        by_itself.append(question)
        # Until the process has answered all the others.
        assert busy.wait(timeout=60)
        return own_ask(question, *given, **named)

    monkeypatch.setattr(own, "ask", ask)
    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        asked = [pool.submit(workers.ask, question) for question in QUESTIONS]
        for future in islice(as_completed(asked), len(QUESTIONS) - 1):
            future.result()
        busy.set()
        answers = [future.result() for future in asked]
    assert [answer.question for answer in answers] == QUESTIONS and len(by_itself) == 1


def test_those_who_wait_are_served_in_the_order_in_which_they_came() -> None:
    free = _Free()
    with ThreadPoolExecutor(3) as pool:
        waiting = []
        for number in range(3):
            waiting.append(pool.submit(free.get))
            while len(free._waiting) <= number:
                assert not waiting[-1].done()
        for rank in (2, 0, 1):
            free.put((rank, None))
        assert [future.result()[0] for future in waiting] == [2, 0, 1]
    for rank in (2, 0, 1):
        free.put((rank, None))
    assert [free.get()[0] for _ in range(3)] == [0, 1, 2]


def test_when_a_process_dies_its_question_is_answered_all_the_same_and_another_takes_its_place(
    workers: Workers, own: Service, monkeypatch
) -> None:
    expected = bare(own.ask(QUESTIONS[0]))
    only_by_process(workers, own, monkeypatch)
    (process,) = workers._workers
    os.kill(process._process.pid, signal.SIGKILL)
    assert bare(workers.ask(QUESTIONS[0])) == expected
    assert workers._workers[0]._process.pid != process._process.pid


def test_a_question_that_fails_in_a_process_is_answered_by_the_service(
    workers: Workers, own: Service
) -> None:
    assert workers.ready.wait(timeout=120)
    own_turn = workers._free.get()
    # Nothing that can be asked fails; this is no question at all.
    with pytest.raises(TypeError):
        workers.ask(None)  # type: ignore[arg-type]
    workers._free.put(own_turn)
    assert workers.ready.is_set() and bare(workers.ask(QUESTIONS[0])) == bare(own.ask(QUESTIONS[0]))


def test_processes_that_read_other_documents_are_not_asked(
    trees, built_settings: IngestSettings, caplog: pytest.LogCaptureFixture
) -> None:
    workers = Workers(make_service(trees), partial(Service.open, built_settings), 1)
    workers.begin()
    for waiting in threading.enumerate():
        if waiting.name == "worker-begin":
            waiting.join(timeout=120)
    assert not workers.ready.is_set() and "other documents" in caplog.text
    assert workers.ask("晨读多久？").citations[0].doc_id == "shili-2026-1"
    workers.close()


def test_the_processes_start_anew_when_the_documents_change(
    workers: Workers, own: Service, monkeypatch
) -> None:
    assert workers.ready.wait(timeout=120)
    (first,) = workers._workers
    own.trees["fuling-2025-6"] = copy(own.trees["fuling-2025-6"])
    assert bare(workers.ask(QUESTIONS[0])) == bare(own.ask(QUESTIONS[0]))
    assert workers.ready.wait(timeout=120), "the same words, so they may answer again"
    assert workers._workers[0] is not first and not first._process.is_alive()
    expected = bare(own.ask(QUESTIONS[0]))
    only_by_process(workers, own, monkeypatch)
    # The place of the one that has ended is still in the row of those who are free.
    assert bare(workers.ask(QUESTIONS[0])) == expected


def test_processes_end_with_the_server_and_the_service_goes_on(workers: Workers, own: Service) -> None:
    assert workers.ready.wait(timeout=120)
    (process,) = workers._workers
    workers.close()
    process._process.join(timeout=60)
    assert not process._process.is_alive()
    assert bare(workers.ask(QUESTIONS[0])) == bare(own.ask(QUESTIONS[0]))
