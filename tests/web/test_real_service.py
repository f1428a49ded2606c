"""The web over the shipped documents: one citation is the same object wherever it is met."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import httpx
import lxml.html
import openai
import pytest
from fastapi import FastAPI
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

from bot.service import Service
from bot.web.app import create_app
from bot.web.links import clause_address
from bot.web.suggestions import example_questions
from eval.load import open_chat
from eval.wire import Connection
from ingest.errors import IndexUnavailable

from .conftest import serve_in_thread

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
def app(service: Service) -> FastAPI:
    return create_app(service)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    yield from serve_in_thread(app)


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_citation_is_the_same_object_wherever_it_is_met(
    question: str, client: httpx.Client, address: str, service: Service
) -> None:
    """In the service, REST, the OpenAI protocol whole and streamed, MCP, the chat, the reader and the export."""
    answer = client.post("/api/ask", json={"question": question}).json()
    citations = answer["citations"]
    assert answer["status"] == "answered" and citations
    assert [each.to_dict() for each in service.ask(question).citations] == citations
    assert openai_citations(address, question) == [citations] * 4
    assert asyncio.run(mcp_citations(address, question)) == citations

    chat = lxml.html.fromstring(asyncio.run(chat_message(address, question)))
    places = [
        clause_address(each["doc_id"], each["clause_id"], each["start"], each["end"]) for each in citations
    ]
    assert [link.get("href") for link in chat.cssselect("a.source")] == places
    assert {link.get("href") for link in chat.cssselect("a.cite")} == set(places)
    shown = zip(chat.cssselect(".source-label"), chat.cssselect(".source-quote"), strict=True)
    assert [(label.text_content(), quote.text_content()) for label, quote in shown] == [
        (each["label"], each["quote"].replace("\n", " ")) for each in citations
    ]

    body = {"format": "markdown", "turns": [{"question": question, "answer": answer}]}
    exported = client.post("/api/export", json=body).text.replace("\\", "")
    for each, place in zip(citations, places, strict=True):
        tree = service.trees[each["doc_id"]]
        assert tree.doc.text[each["start"] : each["end"]] == each["quote"]
        page = lxml.html.fromstring(client.get(place).text)
        assert marked(page) == each["quote"].replace("\n", "")
        one = {"clause": each["clause_id"], "start": each["start"], "end": each["end"]}
        alone = lxml.html.fromstring(client.get(f"/doc/{each['doc_id']}", params=one).text)
        assert marked(alone) == each["quote"].replace("\n", "")
        clause = client.get(f"/api/documents/{each['doc_id']}/clauses/{each['clause_id']}").json()
        assert each["quote"] in clause["text"]
        assert each["label"].endswith(clause["label"])
        assert f"[{each['ref']}] " in exported and f"：“{each['quote']}”".replace("\n", " ") in exported


def openai_citations(address: str, question: str) -> list[object]:
    """The citations at each place where a completion and a stream have them."""
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none") as client:
        messages = [{"role": "user", "content": question}]
        whole = client.chat.completions.create(model="m", messages=messages)
        chunks = list(client.chat.completions.create(model="m", messages=messages, stream=True))
    last = next(chunk for chunk in chunks if chunk.choices[0].finish_reason)
    return [
        whole.model_extra["citations"],
        whole.choices[0].message.model_extra["citations"],
        last.model_extra["citations"],
        last.choices[0].delta.model_extra["citations"],
    ]


async def mcp_citations(address: str, question: str) -> object:
    async with streamablehttp_client(f"{address}/mcp") as streams, ClientSession(*streams[:2]) as session:
        await session.initialize()
        return (await session.call_tool("ask", {"question": question})).structuredContent["citations"]


async def chat_message(address: str, question: str) -> str:
    """The HTML that the chat shows for an answer."""
    visit = await open_chat(address)
    given = await visit.ask(Connection(address), question)
    return next(text for text in texts(given) if 'class="answer' in text)


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def marked(page: lxml.html.HtmlElement) -> str:
    return "".join(mark.text_content() for mark in page.cssselect("article mark"))


def test_every_document_loses_nothing_on_its_page(client: httpx.Client, service: Service) -> None:
    for doc_id, tree in service.trees.items():
        page = lxml.html.fromstring(client.get(f"/doc/{doc_id}").text)
        lines = [line.text_content() for line in page.cssselect("article h2, article h3, article p")]
        assert "".join(lines) == tree.doc.text.replace("\n", "")


def test_the_questions_on_the_first_screen_have_answers(service: Service) -> None:
    questions = example_questions(service)
    assert len(questions) == 4
    assert all(service.ask(question).status == "answered" for question in questions)
