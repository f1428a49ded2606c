"""Request ids, the log, the metrics, the limit on how often, and answers that are remembered."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.schema import Turn
from bot.web.app import create_app
from bot.web.desk import Desk
from bot.web.metrics import Metrics
from bot.web.rate import Buckets

from .conftest import make_service

QUESTION = "晨读多久？"


def test_every_reply_has_an_id_and_an_error_repeats_it(client: TestClient) -> None:
    first, second = client.get("/healthz"), client.get("/doc")
    ids = [reply.headers["x-request-id"] for reply in (first, second)]
    assert ids[0] != ids[1] and all(re.fullmatch(r"[0-9a-f]{16}", each) for each in ids)
    for path in ("/api/ask", "/api/nothing"):
        reply = client.post(path, json={})
        assert reply.json()["request_id"] == reply.headers["x-request-id"]


@pytest.mark.parametrize(
    ("given", "kept"), [("batch-7.line:3", True), ("a" * 65, False), ("a b", False), ('"x"', False)]
)
def test_an_id_of_the_callers_own_is_kept_when_it_is_sane(client: TestClient, given: str, kept: bool) -> None:
    reply = client.get("/healthz", headers={"x-request-id": given})
    assert (reply.headers["x-request-id"] == given) is kept


def test_a_failure_inside_keeps_its_headers_and_its_id(client: TestClient, caplog) -> None:
    with caplog.at_level(logging.ERROR, "bot.web.observe"):
        reply = client.post("/api/ask", json={"question": "请出错"}, headers={"x-request-id": "q-1"})
    assert (reply.status_code, reply.json()["request_id"]) == (500, "q-1")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "request q-1" in caplog.text


def test_the_log_has_one_line_a_request_and_no_question(client: TestClient, caplog) -> None:
    with caplog.at_level(logging.INFO, "bot.web.access_log"):
        client.post("/api/ask", json={"question": QUESTION}, headers={"x-request-id": "q-2"})
        client.get("/doc/shili-2026-1?q=晨读")
        client.get("/healthz")
    lines = [json.loads(record.getMessage()) for record in caplog.records]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/api/ask", 200),
        ("GET", "/doc/shili-2026-1", 200),
    ]
    assert lines[0]["request_id"] == "q-2" and lines[0]["ms"] >= 0
    assert "晨读" not in caplog.text


def metric(client: TestClient, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([\d.e+-]+)$", client.get("/metrics").text, re.M)
    return float(found[1]) if found else 0.0


def test_the_metrics_count_requests_by_route_and_answers_by_reason(client: TestClient) -> None:
    route = 'policy_requests_total{method="GET",route="/doc/{doc_id}",status="200"}'
    refused = 'policy_answers_total{answerer="extractive",reason="not_stated",status="abstained"}'
    answered = 'policy_answers_total{answerer="extractive",reason="",status="answered"}'
    timed = "policy_answer_seconds_count"
    before = [metric(client, name) for name in (route, refused, answered, timed)]
    client.get("/doc/shili-2026-1")
    client.post("/api/ask", json={"question": "食堂几点开门？"})
    client.post("/api/ask", json={"question": QUESTION})
    after = [metric(client, name) for name in (route, refused, answered, timed)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1, 2]
    assert metric(client, "policy_requests_in_flight") == 1, "the request that asks"


def test_names_from_outside_do_not_become_metrics(client: TestClient) -> None:
    client.get("/nothing-of-the-kind/secret-name")
    client.get("/api/secret-name")
    assert "secret-name" not in client.get("/metrics").text


# --- how often -----------------------------------------------------------------------------------


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    now = [0.0]
    buckets = Buckets(per_minute=60, burst=2, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 1.0]
    assert buckets.take("b") == 0
    now[0] = 0.5
    assert buckets.take("a") == 0.5
    now[0] = 1.0
    assert [buckets.take("a"), buckets.take("a")] == [0, 1.0]


@pytest.fixture(scope="module")
def limited_app(shared_service) -> FastAPI:
    return create_app(shared_service, examples=[], buckets=Buckets(per_minute=1, burst=2))


def test_too_many_questions_are_told_when_to_come_again_and_pages_stay_open(limited_app: FastAPI) -> None:
    client = TestClient(limited_app)
    replies = [client.post("/api/ask", json={"question": QUESTION}) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert 0 < int(replies[2].headers["retry-after"]) <= 60
    assert (
        replies[2].json()["error"] == "too_many_requests" and "RATE_PER_MINUTE" in replies[2].json()["remedy"]
    )
    body = {"messages": [{"role": "user", "content": QUESTION}]}
    assert client.post("/v1/chat/completions", json=body).json()["error"]["type"] == "rate_limit_error"
    assert client.get("/doc").status_code == 200 and client.get("/api/documents").status_code == 200


# --- remembered answers --------------------------------------------------------------------------


@pytest.fixture
def desk(trees) -> Iterator[Desk]:
    yield Desk(make_service(trees), Metrics(), kept=2)


def times_asked(desk: Desk, question: str) -> int:
    return sum(1 for asked, _ in desk._service.asked if asked == question)


def test_the_same_question_is_worked_out_once_and_differs_in_id_and_time_only(desk: Desk) -> None:
    first, second = desk.ask(QUESTION, question_id="a"), desk.ask(QUESTION, question_id="b")
    assert times_asked(desk, QUESTION) == 1
    assert (first.id, second.id) == ("a", "b")
    same = {"id": "", "latency_ms": 0}
    assert {**first.to_dict(), **same} == {**second.to_dict(), **same}
    assert second.trace == first.trace
    assert list(desk.stream(QUESTION, question_id="b"))[-1].answer == first.answer


def test_other_turns_before_it_make_it_another_question_but_other_times_do_not(desk: Desk) -> None:
    one, again = desk.ask(QUESTION, question_id="1"), desk.ask(QUESTION, question_id="2")
    assert one.id != again.id
    for history in ([], [Turn(QUESTION, one)], [Turn(QUESTION, again)], [Turn(QUESTION)]):
        desk.ask("由谁负责？", history)
    assert times_asked(desk, "由谁负责？") == 3


def test_the_oldest_is_forgotten_first(desk: Desk) -> None:
    for question in (QUESTION, "一", "二", QUESTION):
        desk.ask(question)
    assert times_asked(desk, QUESTION) == 2


def test_nothing_is_remembered_across_a_change_of_the_documents(desk: Desk, trees) -> None:
    desk.ask(QUESTION)
    desk._service.trees = {doc_id: tree for doc_id, tree in trees.items() if doc_id != "shili-digest"}
    desk.ask(QUESTION)
    assert times_asked(desk, QUESTION) == 2


def test_a_failure_is_not_remembered(desk: Desk) -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError):
            desk.ask("请出错")
    assert times_asked(desk, "请出错") == 2
