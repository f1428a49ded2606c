"""A model behind any OpenAI-compatible endpoint, through LangChain: text as it comes, within one limit of time."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from ingest.errors import IngestError

log = logging.getLogger(__name__)

#: Seconds before a server that failed, or asked for patience without saying how long, is asked again.
_PATIENCE = 0.5
#: Less time than this, in seconds, is not worth another try; nor is a fourth one, whoever has the time.
_WORTH_TRYING = 0.3
_MOST_TRIES = 3
#: Replies that are read at once; beyond, the model counts as busy. A server that never ends holds each of its own.
_MOST_READERS = 64
#: How the reply is asked for: by schema, as any JSON, as text. What a server refuses is not asked of it again.
_FORMATS = ("json_schema", "json_object", "text")
#: A reply longer than this, in characters, is no answer to a question; the rest is not read.
_LONGEST_REPLY = 60_000

Messages = Sequence[tuple[str, str]]


class LlmNotReady(IngestError):
    """The settings ask for a model that cannot be used; the message says what to do."""


class LlmFailed(Exception):
    """The model gave no usable reply; the message says why, without the key."""


class TextModel(Protocol):
    """What the answerer needs of a model."""

    name: str

    def stream(self, messages: Messages, schema: dict[str, Any], *, deadline: float) -> Iterator[str]:
        """Pieces of the reply as they come; :class:`LlmFailed` when it fails or ``deadline`` (monotonic) passes."""


class ChatModel:
    """A chat model by name and address.

    :raises LlmNotReady: when the address is missing or LangChain's client is not installed.
    """

    def __init__(self, *, model: str, base_url: str, api_key: SecretStr) -> None:
        base_url = base_url.strip()
        if not _is_address(base_url):
            raise LlmNotReady(
                f"LLM_MODEL={model} 要配上 LLM_BASE_URL，收到的是“{base_url}”。"
                "例如本机的 Ollama：LLM_BASE_URL=http://127.0.0.1:11434/v1；不用大模型就去掉 LLM_MODEL。"
            )
        try:
            from langchain_openai import ChatOpenAI

            from bot.llm.wire import http_client
        except ImportError as error:
            raise LlmNotReady(
                "用大模型要先安装 langchain-openai：pip install -r requirements.txt；不用大模型就去掉 LLM_MODEL。"
            ) from error
        self.name = model
        self._format = 0
        self._takes_temperature = True
        self._client = ChatOpenAI(
            model=model,
            base_url=base_url,
            # A server of one's own often wants none, but the client insists on some key.
            api_key=api_key if api_key.get_secret_value() else SecretStr("none"),
            max_retries=0,
            use_responses_api=False,
            stream_usage=False,
            http_client=http_client(base_url),
            # What the environment names for other programs is not for this one.
            openai_proxy="",
        )
        self._readers = threading.BoundedSemaphore(_MOST_READERS)

    def stream(self, messages: Messages, schema: dict[str, Any], *, deadline: float) -> Iterator[str]:
        """As the protocol says; a server that fails before its first word is asked again while there is time."""
        failed = 0
        while True:
            begun = False
            kind = self._format
            try:
                for piece in self._pieces(messages, schema, kind, deadline):
                    begun = begun or bool(piece)
                    yield piece
                return
            except Exception as error:
                if not begun and self._asked_too_much(error, kind):
                    continue
                failed += 1
                wait = _wait_before_next(error, failed)
                left = deadline - time.monotonic()
                if begun or wait is None or failed >= _MOST_TRIES or left - wait < _WORTH_TRYING:
                    raise LlmFailed(_reason(error)) from None
                time.sleep(wait)

    def _pieces(
        self, messages: Messages, schema: dict[str, Any], kind: int, deadline: float
    ) -> Iterator[str]:
        """The reply from a thread of its own, since a socket that drips a byte at a time never times out."""
        from bot.llm.wire import Halt, halted_by

        if not self._readers.acquire(blocking=False):
            raise TimeoutError("too many replies are still being read")
        pieces: queue.Queue[str | BaseException | None] = queue.Queue()
        halt = Halt(deadline)

        def read() -> None:
            try:
                length = 0
                with halted_by(halt):
                    for chunk in self._chat(schema, kind, deadline).stream(list(messages)):
                        text = chunk.content if isinstance(chunk.content, str) else _joined(chunk.content)
                        length += len(text)
                        if halt.reached or length > _LONGEST_REPLY:
                            break
                        pieces.put(text)
                pieces.put(None)
            except BaseException as error:
                pieces.put(error)
            finally:
                self._readers.release()

        threading.Thread(target=read, name="llm-reply", daemon=True).start()
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    piece = TimeoutError()
                if time.monotonic() >= deadline:
                    raise TimeoutError("the time for an answer is over")
                if piece is None:
                    return
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
        finally:
            halt.now()

    def _chat(self, schema: dict[str, Any], kind: int, deadline: float) -> Any:
        left = max(_WORTH_TRYING, deadline - time.monotonic())
        wanted: dict[str, Any] = {"timeout": left}
        if _FORMATS[kind] == "json_schema":
            strict = {"name": "answer", "schema": schema, "strict": True}
            wanted["response_format"] = {"type": "json_schema", "json_schema": strict}
        elif _FORMATS[kind] == "json_object":
            wanted["response_format"] = {"type": "json_object"}
        if self._takes_temperature:
            wanted["temperature"] = 0.0
        return self._client.bind(**wanted)

    def _asked_too_much(self, error: Exception, kind: int) -> bool:
        """Whether the server refused the form of the request; what it refused is not asked of it again."""
        status = getattr(error, "status_code", None)
        if status not in (400, 404, 415, 422, 501):
            return False
        if self._takes_temperature and "temperature" in str(error).lower():
            self._takes_temperature = False
            return True
        if kind + 1 < len(_FORMATS) and _about_format(error):
            # Several questions may learn it at once.
            self._format = max(self._format, kind + 1)
            log.info("the model's server does not know %s; asking for %s", *_FORMATS[kind : kind + 2])
            return True
        return False


def _wait_before_next(error: Exception, failed: int) -> float | None:
    """Seconds before another try, or None where another one would give the same."""
    status = getattr(error, "status_code", None)
    if status == 429:
        return _retry_after(error)
    if isinstance(error, TimeoutError):
        return None
    # 5xx, and connections that were refused or cut; what is wrong with the request stays wrong.
    return _PATIENCE * failed if status is None or status >= 500 else None


def _about_format(error: Exception) -> bool:
    """Whether a refusal may be about the response format: it says so, or says nothing of the model or the key."""
    text = str(error).lower()
    return "format" in text or "schema" in text or getattr(error, "status_code", None) in (400, 422)


def _retry_after(error: Exception) -> float:
    response = getattr(error, "response", None)
    given = response.headers.get("retry-after", "") if response is not None else ""
    return float(given) if given.replace(".", "", 1).isdigit() else _PATIENCE


def _joined(parts: Sequence[Any]) -> str:
    """The text of a reply that comes in typed parts."""
    return "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def _reason(error: BaseException) -> str:
    """What went wrong, in words that hold neither the key nor the request."""
    status = getattr(error, "status_code", None)
    return f"HTTP {status}" if status is not None else type(error).__name__


def _is_address(base_url: str) -> bool:
    """Whether an address can be asked over HTTP."""
    try:
        parts = urlsplit(base_url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in base_url
