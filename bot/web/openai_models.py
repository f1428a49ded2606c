"""The bodies of the OpenAI protocol, as far as an answer from documents has use for them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from bot.web.models import AnswerModel, CitationModel

#: The one model of ``/v1/models``.
MODEL = "policy-clauses"
#: Messages that are looked at, and characters of each; both far beyond what a question needs.
MESSAGES, LONGEST = 200, 100_000

_EXAMPLE: JsonDict = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "公办园占比要到多少？"}],
    "stream": False,
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

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "local"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelModel]


class OpenAIProblem(BaseModel):
    message: str
    type: str
    param: str | None
    code: str


class OpenAIError(BaseModel):
    """An error in the shape that OpenAI's clients read."""

    error: OpenAIProblem
    request_id: str


OPENAI_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": OpenAIError, "description": "请求不合要求"},
    401: {"model": OpenAIError, "description": "需要令牌"},
    413: {"model": OpenAIError, "description": "请求体太大"},
    429: {"model": OpenAIError, "description": "请求太密"},
    500: {"model": OpenAIError, "description": "系统内部出错"},
}
