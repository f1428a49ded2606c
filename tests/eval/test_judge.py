from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from eval.clauses import ClauseBook
from eval.errors import AnswererError
from eval.judge import Judge, judge_answers, read_judgement
from eval.schema import AnswerRecord, Question

Ask = Callable[..., Question]
Reply = Callable[..., AnswerRecord]


class Model(ThreadingHTTPServer):
    """A real server that speaks chat completions; replies are queued, requests recorded."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.replies: list[str | int] = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Model

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append({"path": self.path, "key": self.headers["Authorization"], **body})
        reply = self.server.replies.pop(0) if self.server.replies else 500
        if isinstance(reply, int):
            self.send_response(reply)
            self.end_headers()
            return
        message = {"role": "assistant", "content": reply}
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
        row = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": choices}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(row).encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    running = Model()
    for name in ("LLM_MODEL", "LLM_BASE_URL", "LLM_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUDGE_MODEL", "m")
    monkeypatch.setenv("JUDGE_API_KEY", "secret")
    monkeypatch.setenv("JUDGE_BASE_URL", f"http://127.0.0.1:{running.server_address[1]}/v1")
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def marks(faithfulness: int, relevance: int) -> str:
    return json.dumps({"faithfulness": faithfulness, "relevance": relevance, "why": "有据"})


def test_the_model_is_shown_question_answer_and_cited_clauses_in_chinese(
    model: Model, book: ClauseBook, ask: Ask, reply: Reply
) -> None:
    model.replies = [marks(2, 1)]
    judgement = Judge().judge(ask(), reply(), book)
    assert (judgement.faithfulness, judgement.relevance, judgement.why) == (1.0, 0.5, "有据")
    request = model.requests[0]
    assert request["path"] == "/v1/chat/completions"
    assert request["key"] == "Bearer secret"
    assert request["temperature"] == 0
    prompt = request["messages"][1]["content"]
    assert "公办园占比多少？" in prompt
    assert "组建共同体5个" in prompt


def test_only_answers_that_were_given_are_judged_and_failures_are_counted_apart(
    model: Model, book: ClauseBook, ask: Ask, reply: Reply
) -> None:
    questions = [ask(id=f"q{number}") for number in range(4)]
    answers = {
        "q0": reply(id="q0"),
        "q1": reply(id="q1"),
        "q2": reply(id="q2", status="abstained"),
        "q3": reply(id="q3"),
    }
    model.replies = [marks(2, 2), "我觉得很好", marks(0, 1)]
    result = judge_answers(Judge(), questions, answers, book)
    assert (result["answers"], result["judged"]) == (3, 2)
    # Faithfulness (2 + 0) / 2 marks of 2: 0.5; relevance (1 + 0.5) / 2.
    assert result["means"]["faithfulness"]["value"] == 0.5
    assert result["means"]["relevance"]["value"] == 0.75
    assert [row["faithfulness"] for row in result["judgements"]] == [1.0, None, 0.0]


def test_a_server_that_fails_gives_no_mark(model: Model, book: ClauseBook, ask: Ask, reply: Reply) -> None:
    model.replies = [400]
    judgement = Judge().judge(ask(), reply(), book)
    assert judgement.faithfulness is None
    assert "没有评成" in judgement.why
    assert "secret" not in judgement.why


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"faithfulness": 2}',
        '{"faithfulness": 3, "relevance": 1}',
        '{"faithfulness": true, "relevance": 1}',
        '{"faithfulness": "2", "relevance": 1}',
        "<think>{...}",
    ],
)
def test_a_reply_without_two_marks_is_no_judgement(text: str) -> None:
    assert read_judgement("q", text).faithfulness is None


def test_without_a_key_the_judge_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUDGE_MODEL", "JUDGE_API_KEY", "LLM_MODEL", "LLM_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AnswererError, match="JUDGE_API_KEY"):
        Judge()
