"""The bodies of the OpenAI protocol, as far as an answer from documents has use for them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from bot.web.models import ANSWER_EXAMPLE, CITATION_EXAMPLE, AnswerModel, CitationModel

#: The one model of ``/v1/models``.
MODEL = "policy-clauses"
#: Messages that are looked at, and characters of each; both far beyond what a question needs.
MESSAGES, LONGEST = 200, 100_000

_EXAMPLE: JsonDict = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "公办园占比要到多少？"}],
    "stream": False,
}
_MODEL_EXAMPLE: JsonDict = {"id": MODEL, "object": "model", "created": 1767225600, "owned_by": "local"}
_SAID = (
    "到2027年，公办在园幼儿占比达到65%。[1]\n"
    "[1] 《加快建设新时代教育强区推进涪陵教育高质量发展实施方案》二、（二）第5项：“到2027年，公办在园幼儿占比达到65%”"
)
_REPLY_EXAMPLE: JsonDict = {
    "id": "chatcmpl-3f2a9c0d51b7e684",
    "object": "chat.completion",
    "created": 1767225600,
    "model": MODEL,
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": _SAID,
                "refusal": None,
                "annotations": [
                    {
                        "type": "url_citation",
                        "url_citation": {
                            "start_index": _SAID.index("[1]"),
                            "end_index": _SAID.index("[1]") + 3,
                            "title": CITATION_EXAMPLE["label"],
                            "url": "http://127.0.0.1:7860/doc/fuling-2025-6?start=3733&end=3753#2.2.5",
                        },
                    }
                ],
                "citations": [CITATION_EXAMPLE],
            },
            "finish_reason": "stop",
            "logprobs": None,
        }
    ],
    "usage": {"prompt_tokens": 6, "completion_tokens": 36, "total_tokens": 42},
    "citations": [CITATION_EXAMPLE],
    "answer": ANSWER_EXAMPLE,
}


class Part(BaseModel):
    """A piece of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: str = "text"
    text: Annotated[str | None, Field(max_length=LONGEST)] = None


class Message(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=LONGEST)] | list[Part] | None = None

    def words(self) -> str:
        """What it says, without what is no text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text" and part.text).strip()
        return (self.content or "").strip()


class StreamOptions(BaseModel):
    """What a stream ends with."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class ChatBody(BaseModel):
    """A conversation whose last user message is the question; parameters of models that compose are let be."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [_EXAMPLE]})

    messages: Annotated[list[Message], Field(min_length=1, max_length=MESSAGES)]
    model: str = Field(default=MODEL, max_length=200, description="任何名字都可以，回答的总是同一个")
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=1, ge=1, le=1, description="只有一个回答")


class UrlCitation(BaseModel):
    """Where the words behind a ``[n]`` stand."""

    start_index: int = Field(description="[n] 在 content 里的起点，按字符计")
    end_index: int = Field(description="终点，不含此字符")
    title: str = Field(description="条款的名称")
    url: str = Field(description="阅读页，引文已标出")


class Annotation(BaseModel):
    """One ``[n]`` of the content."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AssistantMessage(BaseModel):
    """The answer with its citations below it."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]
    citations: list[CitationModel] = Field(description="与 /api/ask 的 citations 相同")


class Choice(BaseModel):
    index: int = 0
    message: AssistantMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Usage(BaseModel):
    """Jieba words of the questions read and of the content; no language model counts anything here."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """A reply in one piece."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REPLY_EXAMPLE]})

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    citations: list[CitationModel] = Field(description="与 /api/ask 的 citations 相同")
    answer: AnswerModel = Field(description="与 /api/ask 的答案相同")


class ModelModel(BaseModel):
    """What answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MODEL_EXAMPLE]})

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "local"


class ModelList(BaseModel):
    """All that answer: one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"object": "list", "data": [_MODEL_EXAMPLE]}]})

    object: Literal["list"] = "list"
    data: list[ModelModel]


class OpenAIProblem(BaseModel):
    message: str
    type: str
    param: str | None
    code: str


class OpenAIError(BaseModel):
    """An error in the shape that OpenAI's clients read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "message": "没有问题：messages 里最后一条 user 消息没有文字。",
                        "type": "invalid_request_error",
                        "param": None,
                        "code": "invalid_request",
                    },
                    "request_id": "3f2a9c0d51b7e684",
                }
            ]
        }
    )

    error: OpenAIProblem
    request_id: str
