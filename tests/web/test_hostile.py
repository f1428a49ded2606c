"""Input that means harm over REST, on pages and in what the chat renders: text stays text, and nothing fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import lxml.html
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.service import Service
from bot.web.messages import answer_message

from ..bot.hostile import ALONE, AROUND, ASKED, SAID, TRACES

#: What the chat's own rendering of an answer is made of.
TAGS = {
    "div", "p", "a", "span", "ol", "ul", "li", "q", "details", "summary", "dl", "dt", "dd", "button", "time", "cite", "table",
    "thead", "tbody", "tr", "th", "td", "strong", "em", "section", "h3", "h4", "blockquote", "small", "b", "i", "caption",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(real_app: FastAPI) -> TestClient:
    return TestClient(real_app, raise_server_exceptions=False)


@pytest.mark.parametrize("name", AROUND)
def test_rest_answers_the_question_inside(client: TestClient, name: str) -> None:
    reply = client.post("/api/ask", json={"question": AROUND[name].format(ASKED)})
    assert reply.status_code == 200
    assert SAID in reply.json()["answer"]
    for trace in TRACES:
        assert trace not in reply.json()["answer"]


@pytest.mark.parametrize("path", ["/api/ask", "/api/verify", "/v1/chat/completions"])
@pytest.mark.parametrize("name", ALONE)
def test_no_program_meets_an_internal_error(client: TestClient, path: str, name: str) -> None:
    text = ALONE[name]
    body: dict[str, object] = {"question": text}
    if path == "/api/verify":
        body = {"text": text}
    elif path.startswith("/v1"):
        body = {"model": "policy", "messages": [{"role": "user", "content": text}]}
    reply = client.post(path, json=body)
    assert reply.status_code < 500, reply.text
    assert "Traceback" not in reply.text


def test_half_a_character_is_refused_and_not_an_internal_error(client: TestClient) -> None:
    for path, field in (("/api/ask", "question"), ("/api/verify", "text")):
        data = f'{{"{field}": "\\ud800 公办园占比"}}'
        reply = client.post(path, content=data, headers={"content-type": "application/json"})
        assert reply.status_code < 500


@pytest.mark.parametrize("name", [*AROUND, *ALONE])
def test_pages_show_what_was_typed_as_text(client: TestClient, name: str) -> None:
    text = AROUND[name].format(ASKED) if name in AROUND else ALONE[name]
    replies = [
        client.post("/verify", data={"text": text[:20_001]}),
        client.get("/doc/fuling-2025-6", params={"q": text[:150]}),
        client.get("/owners", params={"task": text[:100]}),
        client.get("/targets", params={"topic": text[:100]}),
    ]
    for reply in replies:
        assert reply.status_code < 500
        root = lxml.html.fromstring(reply.text)
        assert not root.cssselect(
            "img, iframe, svg[onload], body[onload], [onerror], [onmouseover], main script, main style"
        )
        for link in root.cssselect("a[href]"):
            assert not link.get("href").lower().startswith(("javascript:", "data:", "http:", "//"))


@pytest.mark.parametrize("name", AROUND)
def test_what_the_chat_renders_has_only_its_own_markup(
    real_app: FastAPI, service_here: Service, name: str
) -> None:
    answer = service_here.ask(AROUND[name].format(ASKED))
    root = lxml.html.fragment_fromstring(answer_message(answer, service_here.trees), create_parent="div")
    for element in root.iter():
        assert element.tag in TAGS, element.tag
        assert not any(attribute.startswith("on") for attribute in element.attrib)
        href = element.get("href", "/")
        assert href.startswith(("/", "#"))


@pytest.fixture(scope="module")
def service_here(built_settings) -> Service:
    return Service.open(built_settings)


def test_a_batch_goes_on_after_a_line_that_means_harm(built_settings, tmp_path: Path) -> None:
    lines = [json.dumps({"id": name, "question": AROUND[name].format(ASKED)}) for name in AROUND]
    lines += [
        '{"id": "half", "question": "\\ud800公办园占比要到多少？"}',
        '{"id": "deep", "question": ' + "[" * 5000,
        "\x00",
    ]
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    questions.write_text("\n".join(lines), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "bot", "batch", str(questions), str(answers)],
        env={"PATH": "", "INDEX_DIR": str(built_settings.index_dir), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    rows = [json.loads(line) for line in answers.read_text(encoding="utf-8").split("\n") if line]
    assert len(rows) == len(lines), run.stderr
    assert "Traceback" not in run.stderr
    assert all(SAID in row["answer"] for row in rows[: len(AROUND)])
