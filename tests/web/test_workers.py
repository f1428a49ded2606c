"""Processes that answer: the same answers as without them, and no question lost when one dies."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from functools import partial

import pytest

from bot.schema import Turn
from bot.service import Service
from bot.web.workers import Workers
from ingest.settings import IngestSettings

from .conftest import make_service

QUESTIONS = ["公办园占比要到多少？", "由谁负责？", "食堂几点开门？", "第6项写了什么？"]


@pytest.fixture
def own(built_settings: IngestSettings) -> Service:
    """A service of the test's own, whose documents it may change."""
    return Service.open(built_settings)


@pytest.fixture
def workers(own: Service, built_settings: IngestSettings) -> Iterator[Workers]:
    workers = Workers(own, partial(Service.open, built_settings), 1)
    yield workers
    workers.close()


def bare(answer):
    return replace(answer, latency_ms=0.0)


def test_a_process_gives_the_same_answers_as_the_service(workers: Workers, own: Service) -> None:
    early = bare(workers.ask(QUESTIONS[0]))
    assert workers.ready.wait(timeout=120)
    own_ask, own.ask = own.ask, lambda *_, **__: pytest.fail("the process did not answer")
    history: list[Turn] = []
    for number, question in enumerate(QUESTIONS):
        answer = workers.ask(question, history, question_id=f"q{number}")
        expected = own_ask(question, history, question_id=f"q{number}")
        assert bare(answer) == bare(expected) and dict(answer.trace) == dict(expected.trace)
        assert bare(list(workers.stream(question, history, question_id=f"q{number}"))[-1]) == bare(expected)
        history.append(Turn(question, answer))
    assert replace(early, id="q0") == bare(own_ask(QUESTIONS[0], question_id="q0"))


def test_when_a_process_dies_the_question_is_answered_all_the_same(workers: Workers, own: Service) -> None:
    assert workers.ready.wait(timeout=120)
    for process in workers._pool._processes.values():
        os.kill(process.pid, signal.SIGKILL)
    assert bare(workers.ask(QUESTIONS[0])) == bare(own.ask(QUESTIONS[0]))
    assert not workers.ready.is_set()


def test_processes_that_read_other_documents_are_not_asked(
    trees, built_settings: IngestSettings, caplog: pytest.LogCaptureFixture
) -> None:
    workers = Workers(make_service(trees), partial(Service.open, built_settings), 1)
    for waiting in threading.enumerate():
        if waiting.name == "workers-begin":
            waiting.join(timeout=120)
    assert not workers.ready.is_set() and "other documents" in caplog.text
    assert workers.ask("晨读多久？").citations[0].doc_id == "shili-2026-1"
    workers.close()


def test_the_processes_start_anew_when_the_documents_change(workers: Workers, own: Service) -> None:
    assert workers.ready.wait(timeout=120)
    first = workers._pool
    own.trees["fuling-2025-6"] = copy(own.trees["fuling-2025-6"])
    assert bare(workers.ask(QUESTIONS[0])) == bare(own.ask(QUESTIONS[0]))
    assert workers._pool is not first
    assert workers.ready.wait(timeout=120), "the same words, so they may answer again"
