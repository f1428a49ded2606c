"""A model's server costs nobody more than the limit: not by silence, not by floods, not again and again."""

from __future__ import annotations

import logging
import threading
import time

import pytest
from llm_server import Behaviour, Handler, fails, reply, says, serving
from pydantic import SecretStr

from bot.llm.answerer import ModelAnswerer
from bot.llm.client import ChatModel, LlmFailed
from bot.llm.prompt import SCHEMA
from bot.llm.reply import ReplyReader
from bot.service import Service

QUESTION = "公办园占比要到多少？"
QUOTE = "到2027年，公办在园幼儿占比达到65%"
GOOD = reply([("到2027年，公办在园幼儿占比要达到65%", "C1", QUOTE)])
ASKED = [("human", "问题")]


def model_at(url: str) -> ChatModel:
    return ChatModel(model="test-model", base_url=url, api_key=SecretStr("sk-secret"))


def with_model(plain: Service, model: ChatModel, *, timeout: float) -> Service:
    return Service(
        plain.index,
        retriever=plain.retriever,
        settings=plain.settings,
        bodies=plain.bodies,
        model=ModelAnswerer(model, timeout=timeout),
    )


def silent(handler: Handler) -> None:
    """Keeps the connection alive with comments, as some gateways do, and says nothing."""
    handler.begin_events()
    while True:
        handler.wfile.write(b": wait\n\n")
        handler.wfile.flush()
        time.sleep(0.05)


def flooding(handler: Handler) -> None:
    """Says nonsense as fast as it can, for ever."""
    handler.begin_events()
    while True:
        handler.event("}{")


def elsewhere(handler: Handler) -> None:
    handler.send_response(307)
    handler.send_header("location", f"http://127.0.0.1:{handler.server.server_port}/taken")  # type: ignore[attr-defined]
    handler.send_header("content-length", "0")
    handler.end_headers()


@pytest.mark.parametrize("behaviour", [silent, flooding], ids=["comments for ever", "a flood"])
def test_a_reply_that_never_ends_is_left_and_so_is_its_connection(
    service: Service, behaviour: Behaviour
) -> None:
    service.warm()
    with serving(behaviour) as server:
        asking = with_model(service, model_at(server.url), timeout=1.0)
        started = time.monotonic()
        answer = asking.ask(QUESTION)
        assert time.monotonic() - started < 3.0
        assert answer.answerer == "extractive" and "65%" in answer.answer
        readers = [thread for thread in threading.enumerate() if thread.name == "llm-reply"]
        for reader in readers:
            reader.join(timeout=5)
        assert not any(reader.is_alive() for reader in readers)


def test_a_stream_that_nobody_listens_to_any_more_is_let_go(service: Service) -> None:
    def halting(handler: Handler) -> None:
        handler.begin_events()
        handler.event(GOOD[:-2])
        silent(handler)

    with serving(halting) as server:
        growing = with_model(service, model_at(server.url), timeout=60.0).stream(QUESTION)
        assert next(growing).answerer == "llm:test-model"
        growing.close()  # type: ignore[attr-defined]
        readers = [thread for thread in threading.enumerate() if thread.name == "llm-reply"]
        for reader in readers:
            reader.join(timeout=5)
        assert not any(reader.is_alive() for reader in readers)


def test_a_failing_server_is_asked_three_times_for_a_question(service: Service) -> None:
    with serving(fails(500)) as server:
        answer = with_model(service, model_at(server.url), timeout=10.0).ask(QUESTION)
    assert answer.answerer == "extractive" and len(server.requests) == 3


def test_a_model_that_fails_again_and_again_is_left_alone_for_a_while(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(fails(401)) as server, caplog.at_level(logging.WARNING):
        asking = with_model(service, model_at(server.url), timeout=5.0)
        answers = [asking.ask(QUESTION) for _ in range(5)]
    assert len(server.requests) == 3
    assert [answer.answerer for answer in answers] == ["extractive"] * 5
    # What was not asked for is not taken for what the model said.
    assert all(answer.trace["llm"]["failure"] for answer in answers)
    assert len([record for record in caplog.records if "test-model" in record.getMessage()]) == 1


def test_more_patience_than_there_is_time_for_is_not_waited_for(service: Service) -> None:
    with serving(fails(429, retry_after="3600")) as server:
        started = time.monotonic()
        answer = with_model(service, model_at(server.url), timeout=5.0).ask(QUESTION)
        assert time.monotonic() - started < 4.0
    assert answer.answerer == "extractive" and len(server.requests) == 1


def test_a_redirect_does_not_take_the_key_elsewhere() -> None:
    with serving(elsewhere, says(GOOD)) as server, pytest.raises(LlmFailed):
        list(model_at(server.url).stream(ASKED, SCHEMA, deadline=time.monotonic() + 5))
    assert len(server.requests) == 1


def test_a_server_on_this_machine_is_asked_without_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(says(GOOD)) as server:
        pieces = model_at(server.url).stream(ASKED, SCHEMA, deadline=time.monotonic() + 5)
        assert "".join(pieces) == GOOD


def test_a_model_that_takes_no_temperature_is_asked_without() -> None:
    refusal = fails(400, '{"error": {"message": "temperature is not supported with this model"}}')
    with serving(refusal, says(GOOD)) as server:
        model = model_at(server.url)
        assert "".join(model.stream(ASKED, SCHEMA, deadline=time.monotonic() + 5)) == GOOD
    assert ["temperature" in request for request in server.requests] == [True, False]
    assert server.requests[1]["response_format"]["type"] == "json_schema"


def test_thoughts_whose_beginning_is_not_marked_are_passed_over() -> None:
    draft = reply([("草稿", "C1", "草稿里的话")])
    reader = ReplyReader()
    said = [each for piece in (f"先想想 {draft[:-1]}", "}</think>", GOOD) for each in reader.feed(piece)]
    assert said[-1].text == "到2027年，公办在园幼儿占比要达到65%" and not reader.refuses


@pytest.mark.parametrize(
    ("question", "sentences"),
    [
        pytest.param(QUESTION, [("推动新优质幼儿园创建", "C1", "推动新优质幼儿园创建")], id="no figure where one is asked for"),
        pytest.param("“双师型”教师占比是不是要到80%？", [("是的，“双师型”教师占比达到72%以上", "C1", "“双师型”教师占比达到72%以上")], id="a claim confirmed"),
        pytest.param("校园食堂归哪个部门负责？", [("落实校园食堂制度", "C1", "落实校园食堂“三同三公开”制度")], id="nobody is named"),
    ],
)  # fmt: skip
def test_where_the_text_knows_better_it_speaks(
    service: Service, question: str, sentences: list[tuple[str, str, str]]
) -> None:
    with serving(says(reply(sentences))) as server:
        answer = with_model(service, model_at(server.url), timeout=5.0).ask(question)
    plain = Service(service.index, retriever=service.retriever, bodies=service.bodies).ask(question)
    assert (answer.answer, answer.answerer) == (plain.answer, "extractive")
