"""``/v1``: the same answers for programs that speak the OpenAI protocol."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse

from bot.schema import Answer, Turn
from bot.web.contract import HISTORY_LIMIT, QUESTION_LIMIT, AskService
from bot.web.errors import FAILED
from bot.web.history import with_answers
from bot.web.links import clause_address
from bot.web.messages import plain_text
from bot.web.openai_models import (
    MODEL,
    ChatBody,
    ChatCompletion,
    ModelList,
    ModelModel,
    OpenAIError,
)
from ingest.tokenizer import count_tokens

log = logging.getLogger(__name__)

_REF = re.compile(r"\[(\d+)\]")
_SSE = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Asked:
    """A conversation, read: the question and the questions before it."""

    question: str
    earlier: tuple[str, ...]

    @property
    def tokens(self) -> int:
        return sum(count_tokens(text) for text in (*self.earlier, self.question))


def openai_routes(service: AskService) -> APIRouter:
    """``POST /v1/chat/completions`` and ``GET /v1/models``."""
    router = APIRouter(tags=["OpenAI 协议"])
    started = int(time.time())
    model = ModelModel(created=started)

    @router.post(
        "/v1/chat/completions",
        summary="对话",
        response_model=ChatCompletion,
        responses={200: {"content": {_SSE: {}}}},
    )
    def complete(body: ChatBody, request: Request) -> Any:
        """最后一条 user 消息是问题，前面的 user 消息是上文。内容末尾列出依据；`citations` 和 `answer` 与 /api/ask
        相同。`stream` 为 true 时逐段发出，最后一段带引用。其他参数不报错，也不起作用。"""
        asked = read(body)
        base = str(request.base_url).rstrip("/")
        reply_id = f"chatcmpl-{request.scope['state']['request_id']}"
        history = with_answers(service, (Turn(question) for question in asked.earlier))
        if body.stream:
            with_usage = body.stream_options is not None and body.stream_options.include_usage
            events = _events(service, asked, history, base, reply_id, with_usage=with_usage)
            return StreamingResponse(
                events, media_type=_SSE, headers={"cache-control": "no-store", "x-accel-buffering": "no"}
            )
        answer = service.ask(asked.question, history, question_id=reply_id)
        content = plain_text(answer)
        return {
            "id": reply_id,
            "object": "chat.completion",
            "created": int(time.time()),
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": content, **extension(answer, content, base)},
                    "finish_reason": "stop",
                }
            ],
            "usage": usage(asked, content),
            "citations": answer.to_dict()["citations"],
            "answer": answer.to_dict(),
        }

    @router.get("/v1/models", summary="模型", response_model=ModelList)
    def models() -> ModelList:
        """只有一个，名字写什么都由它回答。"""
        return ModelList(data=[model])

    @router.get(
        "/v1/models/{name}",
        summary="一个模型",
        response_model=ModelModel,
        responses={404: {"model": OpenAIError, "description": "没有这个模型"}},
    )
    def one(name: str) -> ModelModel:
        """按名字取；没有的是 404。"""
        if name != MODEL:
            message, remedy = f"没有名为 {name} 的模型。", f"这里只有 {MODEL}。"
            raise HTTPException(404, {"error": "not_found", "message": message, "remedy": remedy})
        return model

    @router.api_route(
        "/v1/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False
    )
    def unknown(path: str) -> None:
        message = f"没有 /v1/{path} 这个地址，或者不能这样访问。"
        remedy = "这里有 POST /v1/chat/completions 和 GET /v1/models。"
        raise HTTPException(404, {"error": "not_found", "message": message, "remedy": remedy})

    return router


def read(body: ChatBody) -> Asked:
    """The question and the last few before it. What the assistant said is not taken on trust: it is worked out again.

    :raises HTTPException: 422 when nobody asks anything.
    """
    said = [message.words() for message in body.messages if message.role == "user"]
    if not said or not said[-1]:
        message = "没有问题：messages 里最后一条 user 消息没有文字。"
        remedy = '例如 {"messages": [{"role": "user", "content": "公办园占比要到多少？"}]}。'
        raise HTTPException(422, {"error": "invalid_request", "message": message, "remedy": remedy})
    earlier = [text for text in said[:-1] if 0 < len(text) <= QUESTION_LIMIT]
    return Asked(said[-1], tuple(earlier[-HISTORY_LIMIT:]))


def extension(answer: Answer, content: str, base: str) -> dict[str, Any]:
    """The citations of a message, as the answer has them and as marks in its content."""
    by_ref = {citation.ref: citation for citation in answer.citations}
    marks = [(match, by_ref[int(match[1])]) for match in _REF.finditer(content) if int(match[1]) in by_ref]
    annotations = [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": match.start(),
                "end_index": match.end(),
                "title": each.label,
                "url": base + clause_address(each.doc_id, each.clause_id, each.start, each.end),
            },
        }
        for match, each in marks
    ]
    return {"annotations": annotations, "citations": [each.to_dict() for each in answer.citations]}


def usage(asked: Asked, content: str) -> dict[str, int]:
    """Words read and written, as :func:`ingest.tokenizer.count_tokens` cuts them."""
    written = count_tokens(content)
    return {
        "prompt_tokens": asked.tokens,
        "completion_tokens": written,
        "total_tokens": asked.tokens + written,
    }


def _events(
    service: AskService, asked: Asked, history: list[Turn], base: str, reply_id: str, *, with_usage: bool
) -> Iterator[str]:
    created = int(time.time())

    def event(delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> str:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        chunk = {
            "id": reply_id, "object": "chat.completion.chunk", "created": created, "model": MODEL,
            "choices": choices, **more,
        }  # fmt: skip
        return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"

    sent = ""
    try:
        yield event({"role": "assistant", "content": ""})
        for answer in service.stream(asked.question, history, question_id=reply_id):
            # What was sent cannot be taken back; a text that grew otherwise waits for the end.
            if answer.answer.startswith(sent) and answer.answer != sent:
                yield event({"content": answer.answer[len(sent) :]})
                sent = answer.answer
        content = plain_text(answer)
        if not content.startswith(sent):
            content = f"{sent}\n\n{content}"
        if content != sent:
            yield event({"content": content[len(sent) :]})
        said = answer.to_dict()
        yield event(extension(answer, content, base), "stop", citations=said["citations"], answer=said)
        if with_usage:
            yield event(None, usage=usage(asked, content))
    except Exception:
        log.exception("a streamed answer broke off, request %s", reply_id)
        code, message, remedy = FAILED
        error = {"message": f"{message}{remedy}", "type": "server_error", "param": None, "code": code}
        yield f"data: {json.dumps({'error': error}, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"
