from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from bot.web.contract import QUESTION_LIMIT
from bot.web.guard import BODY_LIMIT

QUESTION = "图书馆达标率要达到多少？"


def test_ask_gives_the_answer_object_unchanged(client: TestClient, service) -> None:
    reply = client.post("/api/ask", json={"question": QUESTION, "id": "q7"})
    assert reply.status_code == 200
    assert reply.json() == service.ask(QUESTION, question_id="q7").to_dict()
    assert list(reply.json()) == list(service.ask(QUESTION).to_dict())


def test_an_abstention_has_its_reason_and_no_citation(client: TestClient) -> None:
    body = client.post("/api/ask", json={"question": "食堂几点开门？"}).json()
    assert (body["status"], body["reason"], body["citations"]) == ("abstained", "not_stated", [])


def test_earlier_questions_are_asked_again_so_that_the_history_has_answers(
    client: TestClient, service
) -> None:
    client.post("/api/ask", json={"question": "由谁负责？", "history": [{"question": QUESTION}]})
    question, history = service.asked[-1]
    assert question == "由谁负责？"
    assert [(turn.question, turn.answer.citations[0].clause_id) for turn in history] == [(QUESTION, "2.1.1")]


def test_an_answer_given_back_in_the_history_is_not_asked_again(client: TestClient, service) -> None:
    first = client.post("/api/ask", json={"question": QUESTION}).json()
    body = {"question": "由谁负责？", "history": [{"question": QUESTION, "answer": first}]}
    assert client.post("/api/ask", json=body).status_code == 200
    assert [question for question, _ in service.asked] == [QUESTION, "由谁负责？"]
    assert service.asked[-1][1][0].answer.to_dict() == first


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "缺少 question"),
        ({"question": "问" * (QUESTION_LIMIT + 1)}, f"最多{QUESTION_LIMIT}个字"),
        ({"question": "问", "turns": []}, "不认识 turns"),
        ({"question": 5}, "question 的值不合要求"),
        ({"question": "问", "history": [{"question": "问"}] * 9}, "history 太多，最多8项"),
    ],
)
def test_a_body_that_is_not_valid_is_told_what_to_change(
    client: TestClient, body: object, words: str
) -> None:
    reply = client.post("/api/ask", json=body)
    assert reply.status_code == 422
    assert words in reply.json()["message"]
    assert "question" in reply.json()["remedy"]


def test_a_body_that_is_no_json_is_told_so(client: TestClient) -> None:
    reply = client.post("/api/ask", content=b"{", headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["message"]) == (422, "请求体不是有效的 JSON。")


def test_a_huge_body_is_refused_unread(client: TestClient, service) -> None:
    reply = client.post("/api/ask", content=b"a" * (BODY_LIMIT + 1))
    assert (reply.status_code, reply.json()["error"]) == (413, "too_large")
    assert service.asked == []


def test_a_failure_inside_tells_nothing_of_the_host(client: TestClient) -> None:
    reply = client.post("/api/ask", json={"question": "请出错"})
    assert (reply.status_code, reply.json()["error"]) == (500, "failed")
    assert "secret" not in reply.text


def test_documents_are_listed_with_level_form_and_date(client: TestClient) -> None:
    rows = client.get("/api/documents").json()
    assert [(row["doc_id"], row["level"], row["form"], row["issued"]) for row in rows] == [
        ("shili-2026-1", "district", "original", "2026-03-08"),
        ("shili-digest", "municipal", "digest", None),
    ]
    assert client.get(rows[0]["address"]).status_code == 200


def test_a_clause_comes_with_its_place_in_the_document(client: TestClient, trees) -> None:
    row = client.get("/api/documents/shili-2026-1/clauses/2.1.2").json()
    text = trees["shili-2026-1"].doc.text
    assert row["own_text"] == text[row["start"] : row["end"]]
    assert [step["clause_id"] for step in row["path"]] == ["2", "2.1"]
    assert (row["previous"]["clause_id"], row["next"]["clause_id"]) == ("2.1.1", "2.2")
    assert row["address"] == "/doc/shili-2026-1#2.1.2"


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("/api/documents/nope/clauses/1", "no_such_document", "shili-2026-1"),
        ("/api/documents/shili-2026-1/clauses/9.9", "no_such_clause", "0、1、2、3"),
        ("/api/nope", "not_found", "/docs"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_does(
    client: TestClient, address: str, error: str, words: str
) -> None:
    reply = client.get(address)
    assert (reply.status_code, reply.json()["error"]) == (404, error)
    assert words in reply.json()["remedy"]


def test_health_and_readiness_answer(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json() == {"status": "ready", "documents": 2}


def test_the_interface_page_names_every_route_and_loads_nothing_from_outside(client: TestClient) -> None:
    page = client.get("/docs").text
    assert all(path in page for path in client.get("/openapi.json").json()["paths"])
    assert "https://" not in page


@pytest.mark.parametrize("address", ["/", "/doc", "/doc/shili-2026-1", "/api/documents"])
def test_every_reply_carries_a_content_policy(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_judgement_is_kept_as_a_line(client: TestClient, feedback_file) -> None:
    body = {"verdict": "wrong", "question": QUESTION, "answer": "甲\n乙", "note": "应为95%"}
    assert client.post("/api/feedback", json=body).json() == {"message": "已记下，谢谢。"}
    row = json.loads(feedback_file.read_text(encoding="utf-8").splitlines()[-1])
    assert {name: row[name] for name in body} == body
    assert row["time"].endswith("+00:00")


def test_judgements_stop_before_they_fill_the_disk(client: TestClient, feedback_file, monkeypatch) -> None:
    body = {"verdict": "right", "question": QUESTION, "answer": "甲"}
    client.post("/api/feedback", json=body)
    before = feedback_file.read_bytes()
    monkeypatch.setattr("bot.feedback.FILE_LIMIT", len(before))
    reply = client.post("/api/feedback", json=body)
    assert (reply.status_code, "没有记下" in reply.json()["message"]) == (507, True)
    assert feedback_file.read_bytes() == before


def test_a_judgement_that_is_none_is_refused(client: TestClient) -> None:
    reply = client.post("/api/feedback", json={"verdict": "maybe", "question": "问", "answer": "答"})
    assert (reply.status_code, reply.json()["message"]) == (422, "verdict 的值不合要求。")
