"""The MCP server as its own client sees it: over HTTP with and without a token, and over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamablehttp_client
from mcp.types import CallToolResult

from bot.web import mcp_server
from bot.web.access import Access, AccessSettings
from bot.web.app import create_app
from bot.web.credentials import hash_token
from ingest.settings import IngestSettings

from .conftest import serve_in_thread

QUESTION = "图书馆达标率要达到多少？"
TOKEN = "zc_token-of-an-assistant"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def address(shared_app) -> Iterator[str]:
    yield from serve_in_thread(shared_app)


@pytest.fixture(scope="module")
def closed_address(shared_service) -> Iterator[str]:
    access = Access(AccessSettings.model_construct(access_tokens=hash_token(TOKEN)))
    yield from serve_in_thread(create_app(shared_service, examples=[], access=access))


@asynccontextmanager
async def over_http(address: str, token: str = "") -> AsyncIterator[ClientSession]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        streamablehttp_client(f"{address}/mcp", headers=headers) as (reading, writing, _),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        yield session


def using(address: str, work: Callable[[ClientSession], Awaitable[Any]], token: str = "") -> Any:
    async def go() -> Any:
        async with over_http(address, token) as session:
            return await work(session)

    return asyncio.run(go())


def call(address: str, tool: str, token: str = "", **arguments: Any) -> CallToolResult:
    return using(address, lambda session: session.call_tool(tool, arguments), token)


def test_the_tools_say_what_they_take_and_give(address: str) -> None:
    tools = {tool.name: tool for tool in using(address, lambda session: session.list_tools()).tools}
    assert {"ask", "clause", "owners", "targets", "verify"} == set(tools)
    assert all(
        tool.description and tool.outputSchema and tool.annotations.readOnlyHint for tool in tools.values()
    )
    assert tools["ask"].inputSchema["required"] == ["question"]
    assert "quote" in json.dumps(tools["ask"].outputSchema)


def test_ask_gives_the_answer_that_rest_gives(address: str) -> None:
    said = call(address, "ask", question=QUESTION).structuredContent
    rest = httpx.post(f"{address}/api/ask", json={"question": QUESTION}).json()
    assert {**said, "id": "", "latency_ms": 0} == {**rest, "id": "", "latency_ms": 0}
    assert len(said["citations"]) == 2


def test_earlier_questions_go_with_the_question(address: str, service) -> None:
    call(address, "ask", question="由谁负责？", history=["晨读多久？"])
    question, history = service.asked[-1]
    assert (question, [turn.question for turn in history]) == ("由谁负责？", ["晨读多久？"])
    assert history[0].answer.citations


@pytest.mark.parametrize("written", ["2.1.1", "二、（一）第1项"])
def test_a_clause_is_found_by_its_id_and_as_people_write_it(address: str, written: str) -> None:
    found = call(address, "clause", doc_id="shili-2026-1", clause_id=written).structuredContent
    assert found == httpx.get(f"{address}/api/documents/shili-2026-1/clauses/2.1.1").json()
    assert found["own_text"].startswith("1.改造学校图书馆")


@pytest.mark.parametrize("name", ["owners", "targets"])
def test_the_tables_have_the_rows_that_rest_gives(address: str, name: str) -> None:
    rows = call(address, name, doc_id="shili-2026-1").structuredContent["result"]
    assert rows and rows == httpx.get(f"{address}/api/{name}?doc_id=shili-2026-1").json()


def test_a_text_is_checked_as_rest_checks_it(address: str) -> None:
    text = "到2027年，学校图书馆达标率达到80%。"
    said = call(address, "verify", text=text).structuredContent
    assert said == httpx.post(f"{address}/api/verify", json={"text": text}).json()
    assert said["sentences"][0]["text"] == text


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("clause", {"doc_id": "nothing", "clause_id": "1"}, "现有的文件是：shili-2026-1"),
        ("clause", {"doc_id": "shili-2026-1", "clause_id": "9.9"}, "最外层的条款是"),
        ("targets", {"doc_id": "nothing"}, "没有编号为“nothing”的文件"),
        ("ask", {"question": "请出错"}, "系统内部出错"),
        ("ask", {}, "question"),
    ],
)
def test_what_does_not_work_is_told_and_nothing_of_the_host(
    address: str, tool: str, arguments: dict[str, str], words: str
) -> None:
    result = call(address, tool, **arguments)
    assert result.isError and words in result.content[0].text
    assert "secret" not in result.content[0].text


def test_a_closed_server_takes_the_token_and_no_other(closed_address: str) -> None:
    assert call(closed_address, "ask", TOKEN, question=QUESTION).structuredContent["status"] == "answered"
    for token in ("", "zc_wrong"):
        with pytest.raises(BaseExceptionGroup) as caught:
            call(closed_address, "ask", token, question=QUESTION)
        statuses = [
            error.response.status_code for error in leaves(caught.value) if hasattr(error, "response")
        ]
        assert statuses == [401]


def leaves(group: BaseException) -> Iterator[BaseException]:
    if isinstance(group, BaseExceptionGroup):
        for each in group.exceptions:
            yield from leaves(each)
    else:
        yield group


def test_without_its_library_the_address_says_how_to_install_it(shared_service, monkeypatch) -> None:
    monkeypatch.setattr(mcp_server, "find_spec", lambda name: None)
    with TestClient(create_app(shared_service, examples=[])) as client:
        reply = client.post("/mcp", json={})
    assert (reply.status_code, reply.json()["error"]) == (501, "not_installed")
    assert "requirements-mcp.txt" in reply.json()["remedy"]


def test_over_standard_input_and_output_it_answers_from_the_documents_that_ship(
    built_settings: IngestSettings,
) -> None:
    async def go() -> CallToolResult:
        environment = {**os.environ, "INDEX_DIR": str(built_settings.index_dir)}
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "bot", "mcp"], env=environment, cwd=ROOT
        )
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            return await session.call_tool("ask", {"question": "公办园占比要到多少？"})

    answer = asyncio.run(go()).structuredContent
    assert answer["citations"][0]["clause_id"] == "2.2.5" and "65%" in answer["answer"]
