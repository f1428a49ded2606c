"""``/v1`` as the official client sees it, against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import openai
import pytest
from pydantic import SecretStr

from bot.web.access import Access, AccessSettings
from bot.web.app import create_app
from bot.web.credentials import hash_token
from bot.web.links import clause_address

from .conftest import serve_in_thread

QUESTION = "图书馆达标率要达到多少？"
TOKEN = "zc_token-of-a-program"


@pytest.fixture(scope="module")
def address(shared_app) -> Iterator[str]:
    yield from serve_in_thread(shared_app)


@pytest.fixture(scope="module")
def closed_address(shared_service) -> Iterator[str]:
    settings = AccessSettings.model_construct(
        access_tokens=hash_token(TOKEN),
        access_password=SecretStr("a password"),
        session_secret=SecretStr("s"),
    )
    yield from serve_in_thread(create_app(shared_service, examples=[], access=Access(settings)))


@pytest.fixture
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def ask(client: openai.OpenAI, *said: str, **more):
    roles = ["user", "assistant"] * len(said)
    messages = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    return client.chat.completions.create(model="gpt-4o", messages=messages, **more)


def test_a_completion_has_visible_citations_and_the_same_objects_as_rest(
    client: openai.OpenAI, address: str
) -> None:
    reply = ask(client, QUESTION, temperature=0.2, max_tokens=5, tools=[], user="someone")
    rest = httpx.post(f"{address}/api/ask", json={"question": QUESTION}).json()
    message = reply.choices[0].message
    assert message.content.startswith(rest["answer"])
    for citation in rest["citations"]:
        assert f"[{citation['ref']}] {citation['label']}：“{citation['quote']}”" in message.content
    assert message.model_extra["citations"] == rest["citations"] == reply.model_extra["citations"]
    same = reply.model_extra["answer"]
    assert {**same, "id": "", "latency_ms": 0} == {**rest, "id": "", "latency_ms": 0}
    assert (reply.object, reply.choices[0].finish_reason) == ("chat.completion", "stop")


def test_every_mark_in_the_content_has_its_annotation_and_opens_the_reader(
    client: openai.OpenAI, address: str
) -> None:
    message = ask(client, QUESTION).choices[0].message
    marks = [each.url_citation for each in message.annotations]
    assert [message.content[mark.start_index : mark.end_index] for mark in marks] == [
        "[1]",
        "[2]",
        "[1]",
        "[2]",
    ]
    for mark, each in zip(marks[:2], message.model_extra["citations"], strict=True):
        assert mark.title == each["label"]
        place = clause_address(each["doc_id"], each["clause_id"], each["start"], each["end"])
        assert mark.url == address + place
        assert httpx.get(urlsplit(mark.url)._replace(fragment="").geturl()).status_code == 200


def test_a_stream_says_the_same_and_ends_with_the_citations(client: openai.OpenAI) -> None:
    whole = ask(client, QUESTION)
    chunks = list(ask(client, QUESTION, stream=True, stream_options={"include_usage": True}))
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    last = next(chunk for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason)
    assert last.choices[0].finish_reason == "stop"
    assert last.model_extra["citations"] == whole.model_extra["citations"]
    assert last.choices[0].delta.model_extra["citations"] == whole.model_extra["citations"]
    marks = [each.model_dump() for each in whole.choices[0].message.annotations]
    assert last.choices[0].delta.model_extra["annotations"] == marks
    assert chunks[-1].choices == [] and chunks[-1].usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1


def test_without_being_asked_a_stream_counts_nothing(client: openai.OpenAI) -> None:
    assert all(chunk.usage is None for chunk in ask(client, QUESTION, stream=True))


def test_usage_counts_what_was_read_and_what_was_written(client: openai.OpenAI) -> None:
    short, longer = ask(client, QUESTION).usage, ask(client, QUESTION, "…", QUESTION).usage
    assert longer.prompt_tokens == 2 * short.prompt_tokens > 0
    assert longer.completion_tokens == short.completion_tokens > 0
    assert short.total_tokens == short.prompt_tokens + short.completion_tokens


def test_earlier_questions_are_asked_again_and_what_the_assistant_said_is_not_trusted(
    client: openai.OpenAI, service
) -> None:
    ask(client, "晨读多久？", "我说是两小时。", "由谁负责？")
    question, history = service.asked[-1]
    assert question == "由谁负责？"
    assert [turn.question for turn in history] == ["晨读多久？"]
    assert "20分钟" in history[0].answer.answer


def test_a_long_conversation_is_cut_to_its_last_turns(client: openai.OpenAI, service) -> None:
    said = [text for number in range(30) for text in (f"第{number}个问题", "好的")]
    ask(client, *said, QUESTION)
    _, history = service.asked[-1]
    assert [turn.question for turn in history] == [f"第{number}个问题" for number in range(22, 30)]


def test_a_refusal_is_a_sentence_without_citations(client: openai.OpenAI) -> None:
    reply = ask(client, "食堂几点开门？")
    assert reply.choices[0].message.content == "这些文件没有写这件事。"
    assert reply.choices[0].message.annotations == [] == reply.model_extra["citations"]
    assert reply.model_extra["answer"]["reason"] == "not_stated"


def test_a_message_in_parts_is_read_as_text(client: openai.OpenAI, service) -> None:
    parts = [
        {"type": "text", "text": QUESTION},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
    ]
    system = {"role": "system", "content": "You are a pirate."}
    client.chat.completions.create(model="m", messages=[system, {"role": "user", "content": parts}])
    assert service.asked[-1] == (QUESTION, ())


@pytest.mark.parametrize(
    ("messages", "more", "words"),
    [
        ([], {}, "messages"),
        ([{"role": "system", "content": "x"}], {}, "没有问题"),
        ([{"role": "user", "content": " "}], {}, "没有问题"),
        ([{"role": "user", "content": QUESTION}], {"n": 3}, "n 不能大于1"),
    ],
)
def test_what_cannot_be_answered_is_an_error_of_the_request(
    client: openai.OpenAI, messages: list, more: dict, words: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="m", messages=messages, **more)
    assert words in caught.value.body["message"]
    assert caught.value.body["type"] == "invalid_request_error"
    assert caught.value.body["code"] == "invalid_request"


def test_a_failure_inside_is_a_server_error_whole_or_streamed(client: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError) as caught:
        ask(client, "请出错")
    assert caught.value.body["type"] == "server_error" and "secret" not in str(caught.value)
    with pytest.raises(openai.APIError) as streamed:
        list(ask(client, "请出错", stream=True))
    assert streamed.value.body["code"] == "failed" and "secret" not in str(streamed.value.body)


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["policy-clauses"]
    assert client.models.retrieve("policy-clauses").owned_by == "local"
    with pytest.raises(openai.NotFoundError, match="没有名为 gpt-4o 的模型"):
        client.models.retrieve("gpt-4o")


def test_what_is_not_offered_is_told_in_the_same_shape(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="POST /v1/chat/completions"):
        client.embeddings.create(model="m", input="x")


@pytest.mark.parametrize("stream", [False, True])
def test_a_closed_server_takes_the_key_and_no_other(closed_address: str, stream: bool) -> None:
    def opened(key: str) -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{closed_address}/v1", api_key=key, max_retries=0)

    reply = ask(opened(TOKEN), QUESTION, stream=stream)
    if stream:
        reply = list(reply)[-1]
    assert [each["clause_id"] for each in reply.model_extra["citations"]] == ["2.1.1", "2.1.1"]
    with pytest.raises(openai.AuthenticationError) as caught:
        ask(opened("sk-wrong"), QUESTION, stream=stream)
    assert caught.value.body["code"] == "not_signed_in"
    with pytest.raises(openai.AuthenticationError):
        opened("sk-wrong").models.list()
