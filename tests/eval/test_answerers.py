from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from eval.answerers import ChainAnswerer, ServiceAnswerer, UrlAnswerer, load_attribute, retrieved_refs
from eval.clauses import ClauseBook
from eval.errors import AnswererError
from eval.schema import Question

Ask = Callable[..., Question]


class Server(ThreadingHTTPServer):
    """A real server on a free port; keeps what it was asked, replies what it is told."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.replies: list[tuple[int, bytes]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.bodies.append((self.path, json.loads(self.rfile.read(length))))
        status, body = self.server.replies.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()


def body(answer: str = "65%", **changes: Any) -> bytes:
    row = {"id": "", "status": "answered", "answer": answer, "citations": [], "latency_ms": 1.0, **changes}
    return json.dumps(row).encode()


def test_a_server_is_asked_each_turn_with_the_history_before_it(server: Server, ask: Ask) -> None:
    server.replies = [(200, body("一")), (200, body("二"))]
    record = UrlAnswerer(server.url).ask(ask(turns=["先问", "再问"]))
    assert record.answer == "二"
    assert record.id == "q1"
    (path, first), (_, second) = server.bodies
    assert path == "/api/ask"
    assert first == {"id": "q1", "question": "先问", "history": []}
    assert [turn["question"] for turn in second["history"]] == ["先问"]
    assert second["history"][0]["answer"]["answer"] == "一"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((500, b"boom"), "HTTP 500: boom"),
        ((200, b"not json"), "JSONDecodeError"),
        ((200, b"[]"), "JSON 对象"),
        ((200, b'{"status": "maybe"}'), "status"),
    ],
)
def test_a_server_that_misbehaves_gives_an_error_and_the_run_goes_on(
    server: Server, ask: Ask, reply: tuple[int, bytes], said: str
) -> None:
    server.replies = [reply]
    record = UrlAnswerer(server.url).ask(ask())
    assert record.status == "error"
    assert said in record.message


def test_a_server_that_is_not_there_gives_an_error(server: Server, ask: Ask) -> None:
    url = server.url
    server.shutdown()
    server.server_close()
    assert UrlAnswerer(url).ask(ask()).status == "error"


class FakeService:
    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str], str]] = []

    def ask(self, question: str, history: Any = (), *, question_id: str = "") -> Any:
        self.asked.append((question, [turn.question for turn in history], question_id))
        if question == "坏":
            raise RuntimeError("坏了")
        row = json.loads(body(f"答{question}", id=question_id))
        return SimpleNamespace(
            to_dict=lambda: row, trace={"candidates": [{"clause": "doc#2.1.1", "score": 1}]}
        )


def test_the_service_is_asked_in_process_and_tells_what_it_retrieved(ask: Ask) -> None:
    service = FakeService()
    record = ServiceAnswerer(service).ask(ask(turns=["先问", "再问"]))
    assert service.asked == [("先问", [], ""), ("再问", ["先问"], "q1")]
    assert record.answer == "答再问"
    assert [str(ref) for ref in record.retrieved] == ["doc#2.1.1"]


def test_a_service_that_raises_gives_an_error(ask: Ask) -> None:
    record = ServiceAnswerer(FakeService()).ask(ask(question="坏"))
    assert (record.status, record.message) == ("error", "RuntimeError: 坏了")


@pytest.mark.parametrize(
    "trace",
    [
        {"retrieved": ["doc#2.1@0-9", "doc#3", "doc#2.1"]},
        {"hits": [{"doc_id": "doc", "clause_id": "2.1"}, {"chunk": {"doc_id": "doc", "clause_id": "3"}}]},
        {"candidates": [{"clause": "doc#2.1"}, {"clause": "doc#3"}, {"other": 1}, "no reference"]},
        {"hits": [SimpleNamespace(chunk=SimpleNamespace(doc_id="doc", clause_id=c)) for c in ("2.1", "3")]},
    ],
)
def test_what_was_retrieved_is_read_from_any_usual_trace(trace: dict[str, Any]) -> None:
    assert retrieved_refs(trace) == ["doc#2.1", "doc#3"]


@pytest.fixture
def module() -> Iterator[ModuleType]:
    made = ModuleType("somebodys_chain")
    sys.modules["somebodys_chain"] = made
    yield made
    del sys.modules["somebodys_chain"]


def document(text: str, **metadata: Any) -> SimpleNamespace:
    return SimpleNamespace(page_content=text, metadata=metadata)


def test_a_chain_that_returns_documents_is_led_back_to_clauses_by_their_text(
    module: ModuleType, book: ClauseBook, ask: Ask
) -> None:
    class Chain:
        def invoke(self, inputs: dict[str, Any]) -> dict[str, Any]:
            assert inputs["input"] == inputs["question"] == inputs["query"] == "公办园占比多少？"
            return {"answer": "65%", "context": [document("公办园占比达到65%"), document("别处的话")]}

    module.chain = Chain()  # type: ignore[attr-defined]
    record = ChainAnswerer("somebodys_chain:chain", book).ask(ask())
    assert record.status == "answered"
    assert [(c.clause_id, c.quote) for c in record.citations] == [("2.1.1", "公办园占比达到65%")]


def test_a_real_langchain_runnable_can_be_evaluated(module: ModuleType, book: ClauseBook, ask: Ask) -> None:
    from langchain_core.documents import Document
    from langchain_core.runnables import RunnableLambda, RunnablePassthrough

    found = [Document("组建共同体5个", metadata={"doc_id": "doc", "clause_id": "2.1.1"})]
    module.chain = RunnablePassthrough.assign(  # type: ignore[attr-defined]
        context=RunnableLambda(lambda inputs: found), answer=RunnableLambda(lambda inputs: inputs["question"])
    )
    record = ChainAnswerer("somebodys_chain:chain", book).ask(ask())
    assert record.answer == "公办园占比多少？"
    assert record.citations[0].clause_id == "2.1.1"


@pytest.mark.parametrize("form", ["text", "answer", "factory", "history", "message"])
def test_a_function_may_return_a_text_or_an_answer_or_a_chain(
    module: ModuleType, book: ClauseBook, ask: Ask, form: str
) -> None:
    targets: dict[str, Any] = {
        "text": lambda question: f"{question}！",
        "answer": lambda question: json.loads(body(f"{question}！")),
        "factory": lambda: lambda question: f"{question}！",
        "history": lambda question, history: f"{question}！{len(history)}",
        "message": lambda question: SimpleNamespace(content=f"{question}！"),
    }
    module.target = targets[form]  # type: ignore[attr-defined]
    record = ChainAnswerer("somebodys_chain:target", book).ask(ask(turns=["先问", "再问"]))
    assert record.answer == ("再问！1" if form == "history" else "再问！")
    assert record.status == "answered"


def test_a_chain_that_raises_gives_an_error(module: ModuleType, book: ClauseBook, ask: Ask) -> None:
    def broken(question: str) -> str:
        raise LookupError("没有")

    module.target = broken  # type: ignore[attr-defined]
    assert "LookupError" in ChainAnswerer("somebodys_chain:target", book).ask(ask()).message


@pytest.mark.parametrize(
    ("target", "said"),
    [("nothing", "module:function"), ("no_such_module_here:x", "导入不了"), ("json:nothing", "有：")],
)
def test_a_name_that_leads_nowhere_is_explained(target: str, said: str) -> None:
    with pytest.raises(AnswererError, match=said):
        load_attribute(target)


def test_something_that_cannot_be_called_is_refused(module: ModuleType, book: ClauseBook) -> None:
    module.target = 3  # type: ignore[attr-defined]
    with pytest.raises(AnswererError, match="既不是函数"):
        ChainAnswerer("somebodys_chain:target", book)
