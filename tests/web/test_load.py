"""``python -m eval load`` against a real server: every question is asked, over REST and as the chat page does."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from typer.testing import CliRunner

from bot.web.app import create_app
from bot.web.rate import Buckets
from eval.__main__ import app as command
from eval.errors import EvalError
from eval.load import LoadResult, ask_rest, check_address, measure, open_chat
from eval.wire import Connection

from .conftest import make_service, serve_in_thread

QUESTIONS = [f"第{number}个问题是什么？" for number in range(12)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def served(trees):
    return make_service(trees)


@pytest.fixture(scope="module")
def address(served) -> Iterator[str]:
    yield from serve_in_thread(create_app(served, examples=[]))


@pytest.mark.parametrize("interface", ["rest", "chat"])
def test_every_question_is_asked_once_and_all_are_answered(served, address: str, interface: str) -> None:
    served.asked.clear()
    asked = [f"{interface}：{question}" for question in QUESTIONS]

    async def go() -> LoadResult:
        ask = ask_rest if interface == "rest" else (await open_chat(address)).ask
        return await measure(interface, ask, address, asked, users=4, limit_seconds=30)

    result = asyncio.run(go())
    assert result.errors == () and len(result.seconds) == 12
    assert sorted(question for question, _ in served.asked) == sorted(asked)


def test_a_user_who_reads_the_answer_pauses_before_the_next_question(address: str) -> None:
    asked = [f"停顿：{question}" for question in QUESTIONS[:4]]
    began = time.perf_counter()
    result = asyncio.run(measure("rest", ask_rest, address, asked, users=1, limit_seconds=30, think=0.1))
    # Three pauses of at least half the mean lie between four questions, and none of them counts as waiting.
    assert time.perf_counter() - began >= 0.15
    assert len(result.seconds) == 4 and result.wall >= sum(result.seconds) + 0.15
    assert result.to_dict()["think_s"] == 0.1 and result.own > 0


def test_a_server_that_has_gone_is_an_error_and_no_answer(address: str) -> None:
    async def go() -> LoadResult:
        async def ask(connection: Connection, question: str) -> None:
            connection.close()
            await Connection(f"http://127.0.0.1:{free_port()}").get("/")

        return await measure("rest", ask, address, QUESTIONS[:3], users=2, limit_seconds=30)

    result = asyncio.run(go())
    assert result.seconds == () and len(result.errors) == 3 and "Connect" in result.errors[0]


def test_replies_of_a_length_and_in_chunks_are_read_from_one_connection(address: str) -> None:
    async def go() -> tuple[int, object, bytes]:
        connection = Connection(address)
        missing = await connection.get("/api/documents/none/clauses/1")
        page = await connection.get("/")
        documents = (await connection.get("/api/documents")).json()
        connection.close()
        with pytest.raises(ValueError, match="404"):
            missing.json()
        return missing.status, documents, page.body

    status, documents, page = asyncio.run(go())
    assert status == 404 and page.rstrip().endswith(b"</html>")
    assert documents == httpx.get(f"{address}/api/documents").json()


def test_what_the_server_refuses_is_counted_and_shown(shared_service, tmp_path) -> None:
    lines = [
        json.dumps(
            {
                "id": f"q{n}",
                "question": question,
                "kind": "out_of_scope",
                "answerable": False,
                "reason": "not_stated",
            }
        )
        for n, question in enumerate(QUESTIONS)
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(lines), encoding="utf-8")
    app = create_app(shared_service, examples=[], buckets=Buckets(per_minute=1, burst=10))
    for url in serve_in_thread(app):
        arguments = ["load", "--url", url, "--users", "3", "--rounds", "4", "--interface", "rest", "--json"]
        ran = CliRunner().invoke(command, [*arguments, "--questions", str(tmp_path / "q.jsonl")])
    assert ran.exit_code == 1 and "429" in ran.stderr
    row = json.loads(ran.stdout)[0]
    assert (row["questions"], row["errors"], row["interface"]) == (12, 2, "rest")


def test_the_figures_are_those_of_the_answers() -> None:
    row = LoadResult("rest", (0.1, 0.2, 0.3, 0.4, 0.5), ("x",), 2.0, 0.1, 5.0).to_dict()
    assert row == {
        "interface": "rest", "think_s": 5.0, "questions": 6, "errors": 1,
        # p95 lies four fifths of the way from the fourth to the fifth: 400 + 0.8 * 100.
        "p50_ms": 300.0, "p95_ms": 480.0, "max_ms": 500.0, "per_second": 2.5,
        "own_cpu_percent": 5.0,
    }  # fmt: skip


@pytest.mark.parametrize("url", ["http://192.0.2.7:7860", "https://policy.example"])
def test_another_machine_is_left_alone_unless_asked_for(url: str) -> None:
    with pytest.raises(EvalError, match="不是本机"):
        check_address(url, remote=False)
    assert check_address(url + "/", remote=True) == url
