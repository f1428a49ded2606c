"""Who answers: this project in process, a running server, or somebody else's chain."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from pydantic import ValidationError

from eval.clauses import ClauseBook
from eval.dataset import explain
from eval.errors import AnswererError
from eval.passages import Passage, record_from_passages
from eval.schema import AnswerRecord, Question

#: A server gets this long for one answer, in seconds.
URL_TIMEOUT = 60.0


class Answerer(Protocol):
    """Answers a question, all its turns in order; the record is the answer to the last.

    Never raises for a single question: what goes wrong becomes a record with ``status`` ``error``.
    """

    name: str

    def ask(self, question: Question) -> AnswerRecord: ...


@lru_cache(maxsize=1)
def open_service() -> Any:
    """The service of this project, opened once.

    :raises AnswererError: when it cannot be opened, with the reason it gives.
    """
    from bot.service import Service
    from ingest.errors import IngestError

    try:
        return Service.open()
    except IngestError as error:
        raise AnswererError(str(error)) from error


def project_embedder() -> Any:
    """The embedding model that the index of this project was made with.

    :raises AnswererError: when there is no index.
    """
    return open_service().index.embedder


def failed(question: Question, error: Exception | str) -> AnswerRecord:
    """The record of a question that got no answer."""
    message = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return AnswerRecord(id=question.id, question=question.last, status="error", message=message)


def read_record(question: Question, row: Any) -> AnswerRecord:
    """An answer object as a record under the question's id; one that is not valid becomes an error."""
    if not isinstance(row, Mapping):
        return failed(question, f"答案应是 JSON 对象，实为 {type(row).__name__}")
    try:
        return AnswerRecord.model_validate({**row, "id": question.id})
    except ValidationError as error:
        return failed(question, explain(error))


class ServiceAnswerer:
    """This project, in this process."""

    def __init__(self, service: Any | None = None) -> None:
        self.name = "本项目"
        self._service = service if service is not None else open_service()

    def ask(self, question: Question) -> AnswerRecord:
        from bot.schema import Turn

        history: list[Any] = []
        try:
            for turn in question.turns_asked[:-1]:
                history.append(Turn(turn, self._service.ask(turn, tuple(history))))
            answer = self._service.ask(question.last, tuple(history), question_id=question.id)
        # The answerer under test may fail in any way; the run goes on, and the question counts as wrong.
        except Exception as error:
            return failed(question, error)
        return read_record(question, {**answer.to_dict(), "retrieved": retrieved_refs(answer.trace)})


def retrieved_refs(trace: Mapping[str, Any]) -> list[str]:
    """The clauses that were retrieved, best first, from an answer's trace; empty when it does not tell.

    Read are ``retrieved`` (references) or ``candidates`` / ``hits`` (mappings or objects with ``doc_id`` and
    ``clause_id``, on themselves or on their ``chunk``).
    """
    refs = []
    for key in ("retrieved", "candidates", "hits"):
        items = trace.get(key)
        if isinstance(items, Sequence) and not isinstance(items, str):
            refs = [ref for item in items if (ref := _ref_of(item))]
            break
    return list(dict.fromkeys(refs))


def _ref_of(item: Any) -> str | None:
    if isinstance(item, str):
        doc_id, _, rest = item.partition("#")
        return f"{doc_id}#{rest.partition('@')[0]}" if rest else None
    if isinstance(item, Mapping):
        inner = item.get("clause") or item.get("chunk") or item
        if isinstance(inner, str):
            return _ref_of(inner)
        if not isinstance(inner, Mapping):
            return None
        found = [inner.get(name) for name in ("doc_id", "clause_id")]
    else:
        chunk = getattr(item, "chunk", item)
        found = [getattr(chunk, name, None) for name in ("doc_id", "clause_id")]
    return "#".join(map(str, found)) if all(found) else None


class UrlAnswerer:
    """A running server that speaks the project's REST interface: ``POST /api/ask``."""

    def __init__(self, url: str) -> None:
        import httpx

        base = url.rstrip("/")
        self.name = base
        self._endpoint = base if base.endswith("/api/ask") else f"{base}/api/ask"
        self._client = httpx.Client(timeout=URL_TIMEOUT, trust_env=False)

    def ask(self, question: Question) -> AnswerRecord:
        import httpx

        history: list[dict[str, Any]] = []
        row: Any = None
        try:
            for turn in question.turns_asked:
                body = {"id": question.id, "question": turn, "history": history}
                response = self._client.post(self._endpoint, json=body)
                if response.status_code != 200:
                    return failed(question, f"HTTP {response.status_code}: {response.text[:200]}")
                row = response.json()
                history = [*history, {"question": turn, "answer": row}]
        except (httpx.HTTPError, ValueError) as error:
            return failed(question, error)
        return read_record(question, row)


class ChainAnswerer:
    """A LangChain chain, or any function, named ``module:attribute``.

    A chain is invoked with ``{"input", "question", "query", "chat_history"}``; a function is called with the
    question, and with the earlier exchanges as pairs when it takes a second argument. What comes back may be
    an Answer object, a text, or what the usual chains return: ``answer`` or ``result`` with ``context`` or
    ``source_documents``. Documents whose metadata has no ``doc_id`` and ``clause_id`` are looked up in the
    clauses by their text.
    """

    def __init__(self, target: str, book: ClauseBook) -> None:
        self.name = target
        self._book = book
        self._call = _callable(load_attribute(target))

    def ask(self, question: Question) -> AnswerRecord:
        history: list[tuple[str, str]] = []
        result: Any = None
        try:
            for turn in question.turns_asked:
                result = self._call(turn, history)
                history = [*history, (turn, _text_of(result))]
        # As in ServiceAnswerer: somebody else's chain may raise anything.
        except Exception as error:
            return failed(question, error)
        return self._record(question, result)

    def _record(self, question: Question, result: Any) -> AnswerRecord:
        if hasattr(result, "to_dict"):
            result = result.to_dict()
        if isinstance(result, Mapping) and "status" in result:
            return read_record(question, result)
        documents: Sequence[Any] = ()
        if isinstance(result, Mapping):
            documents = result.get("context") or result.get("source_documents") or ()
        passages = [_passage(document) for document in documents if not isinstance(document, str)]
        return record_from_passages(question, _text_of(result), passages, self._book, name=self.name)


def _text_of(result: Any) -> str:
    if isinstance(result, Mapping):
        result = result.get("answer", result.get("result", ""))
    return str(getattr(result, "content", result))


def _passage(document: Any) -> Passage:
    metadata = getattr(document, "metadata", None) or {}
    text = str(getattr(document, "page_content", document))
    return Passage(text=text, doc_id=metadata.get("doc_id"), clause_id=metadata.get("clause_id"))


def load_attribute(target: str) -> Any:
    """What ``module:attribute`` names.

    :raises AnswererError: when the text has another form, or there is no such module or attribute.
    """
    module_name, mark, attribute = target.partition(":")
    if not (module_name and mark and attribute):
        raise AnswererError(f"“{target}”应写作 module:function，例如 mychain:build")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise AnswererError(f"导入不了模块 {module_name}：{error}") from error
    try:
        return getattr(module, attribute)
    except AttributeError:
        names = "、".join(name for name in vars(module) if not name.startswith("_"))
        raise AnswererError(f"模块 {module_name} 里没有 {attribute}，有：{names}") from None


def _callable(target: Any) -> Callable[[str, list[tuple[str, str]]], Any]:
    """One way to call whatever was named: a chain, a function of it, or a function that makes a chain."""
    if not hasattr(target, "invoke"):
        if not callable(target):
            raise AnswererError(f"{type(target).__name__} 既不是函数，也没有 invoke")
        parameters = inspect.signature(target).parameters.values()
        required = [
            p for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        ]
        if not required:
            return _callable(target())
        if len(required) == 1:
            return lambda turn, history: target(turn)
        return lambda turn, history: target(turn, history)

    def invoke(turn: str, history: list[tuple[str, str]]) -> Any:
        messages = [message for q, a in history for message in (("human", q), ("ai", a))]
        return target.invoke({"input": turn, "question": turn, "query": turn, "chat_history": messages})

    return invoke
