"""The web over the shipped documents: one citation is the same object wherever it is met."""

from __future__ import annotations

import os

import lxml.html
import pytest
from fastapi.testclient import TestClient

from bot.service import Service
from bot.web.app import create_app
from bot.web.links import clause_address
from bot.web.messages import answer_message
from bot.web.suggestions import example_questions
from ingest.errors import IndexUnavailable

QUESTIONS = [
    "公办园占比要到多少？",
    "第6项写了什么？",
    "教师队伍建设有哪些措施？",
    "国家纲要对学前教育怎么说？",
    "市里的规划对职业教育有什么要求？",
]


@pytest.fixture(scope="module")
def service() -> Service:
    try:
        service = Service.open()
    except IndexUnavailable as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(f"no index: {error}")
    service.warm()
    return service


@pytest.fixture(scope="module")
def client(service: Service) -> TestClient:
    return TestClient(create_app(service))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_citation_is_the_same_in_rest_chat_and_reader(
    question: str, client: TestClient, service: Service
) -> None:
    answer = client.post("/api/ask", json={"question": question}).json()
    assert answer["status"] == "answered"
    chat = lxml.html.fromstring(answer_message(service.ask(question), service.trees))
    addresses = [
        clause_address(each["doc_id"], each["clause_id"], each["start"], each["end"])
        for each in answer["citations"]
    ]
    assert [link.get("href") for link in chat.cssselect("a.source")] == addresses
    assert sorted({link.get("href") for link in chat.cssselect("a.cite")}) == sorted(set(addresses))
    for each, address in zip(answer["citations"], addresses, strict=True):
        page = lxml.html.fromstring(client.get(address).text)
        assert marked(page) == each["quote"].replace("\n", "")
        clause = client.get(f"/api/documents/{each['doc_id']}/clauses/{each['clause_id']}").json()
        assert each["quote"] in clause["text"]
        assert each["label"].endswith(clause["label"])


def marked(page: lxml.html.HtmlElement) -> str:
    return "".join(mark.text_content() for mark in page.cssselect("article mark"))


def test_every_document_loses_nothing_on_its_page(client: TestClient, service: Service) -> None:
    for doc_id, tree in service.trees.items():
        page = lxml.html.fromstring(client.get(f"/doc/{doc_id}").text)
        lines = [line.text_content() for line in page.cssselect("article h2, article h3, article p")]
        assert "".join(lines) == tree.doc.text.replace("\n", "")


def test_the_questions_on_the_first_screen_have_answers(service: Service) -> None:
    questions = example_questions(service)
    assert len(questions) == 4
    assert all(service.ask(question).status == "answered" for question in questions)
