"""A small shelf of hand-made documents, a service with prepared answers, and the application on top of both."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.fact_check import Checked
from bot.schema import Answer, Citation, Reason, Turn
from bot.service import Service
from bot.web.app import create_app
from bot.web.screenshots import BROWSER_ARGUMENTS, find_browser
from ingest.parse import parse
from ingest.schema import ClauseTree, CleanDocument, DocumentMeta, Form, Level, OffsetMap
from ingest.settings import IngestSettings

QUESTION = "图书馆达标率要达到多少？"
FIRST_QUOTE = "到2027年，学校图书馆达标率达到90%"
#: Is answered in two sentences, the second only once the gate is open.
SLOW_QUESTION = "图书馆达标率和晨读各是多少？"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}

PLAN = """关于印发示例区阅读推广方案的通知
各学校：
一、总体要求
坚持公益性，面向全体学生。
二、重点任务
（一）建设阅读空间
1.改造学校图书馆。到2027年，学校图书馆达标率达到90%。由区教育委员会牵头。
2.推动晨读。每天晨读不少于20分钟，<b>不得</b>占用课间。
（二）培养阅读教师
3.开展教师培训。每年培训教师200人，教材&资料免费。
三、工作保障
（一）强化经费支持。经费列入部门预算。
"""
DIGEST = """《示例市阅读规划》摘编
说明：本文是摘编，不是官方文本。
一、目标
到2030年，人均藏书达到30册。
"""


def make_tree(doc_id: str, title: str, text: str, level: Level, form: Form, **more: str) -> ClauseTree:
    meta = DocumentMeta(doc_id, title, level, "示例区人民政府", form, f"{doc_id}.txt", "0" * 64, **more)
    return parse(CleanDocument(meta, text, text, OffsetMap.identity(len(text))))


def make_answer(tree: ClauseTree, question: str, *quotes: str, question_id: str = "") -> Answer:
    """An answer that says its quotes; each must stand in the document."""
    citations = []
    for ref, quote in enumerate(quotes, start=1):
        start = tree.doc.text.index(quote)
        clause = tree.at(start)
        label = f"《{tree.meta.title}》{clause.label}"
        citations.append(
            Citation(
                ref, tree.doc_id, clause.clause_id, label, quote, start, start + len(quote),
                tree.meta.level, tree.meta.form,
            )
        )  # fmt: skip
    said = "".join(f"{citation.quote}。[{citation.ref}]" for citation in citations)
    return Answer(
        question_id or "t1", question, "answered", None, said, tuple(citations), 0.9, "extractive", 1.5,
        trace={"kind": "figure", "candidates": [{"clause": f"{tree.doc_id}#2.1.1", "score": 3.5, "dense": 0.4}]},
    )  # fmt: skip


def make_refusal(question: str, said: str, reason: Reason = "not_stated", *, question_id: str = "") -> Answer:
    return Answer(question_id or "t0", question, "abstained", reason, said, (), 0.1, "extractive", 1.0)


@dataclass
class FakeService:
    """Answers from a table of question and quotes, abstains on the rest, and keeps what it was asked."""

    trees: Mapping[str, ClauseTree]
    table: Mapping[str, tuple[str, ...]]
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    closed: threading.Event = field(default_factory=threading.Event)

    def warm(self) -> None:
        self.asked.clear()

    def documents(self) -> Sequence[DocumentMeta]:
        return [tree.meta for tree in self.trees.values()]

    def ask(self, question: str, history: Sequence[Turn] = (), *, question_id: str = "") -> Answer:
        self.asked.append((question, tuple(history)))
        if question == "请出错":
            raise RuntimeError("a secret path of this host")
        quotes = self.table.get(question)
        if quotes is None:
            return make_refusal(question, "这些文件没有写这件事。", question_id=question_id)
        tree = next(tree for tree in self.trees.values() if quotes[0] in tree.doc.text)
        return make_answer(tree, question, *quotes, question_id=question_id)

    def check(self, text: str) -> Sequence[Checked]:
        return [Checked(0, len(text), text, "not_mentioned")]

    def extract(self, question: str) -> Answer:
        return self.ask(question)

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, question_id: str = ""
    ) -> Iterator[Answer]:
        if question == SLOW_QUESTION:
            yield from self._slowly(history, question_id)
        yield self.ask(question, history, question_id=question_id)

    def _slowly(self, history: Sequence[Turn], question_id: str) -> Iterator[Answer]:
        """The first sentence again and again, as a model that thinks of the next one would hold it back."""
        tree = next(iter(self.trees.values()))
        try:
            while not self.gate.wait(0.05):
                first = make_answer(
                    tree, SLOW_QUESTION, self.table[SLOW_QUESTION][0], question_id=question_id
                )
                yield replace(first, answerer="llm:slow")
        finally:
            self.closed.set()


@pytest.fixture(scope="session")
def trees() -> dict[str, ClauseTree]:
    plan = make_tree(
        "shili-2026-1", "示例区阅读推广方案", PLAN, "district", "original",
        document_number="示例府发〔2026〕1号", issued="2026-03-08",
    )  # fmt: skip
    digest = make_tree("shili-digest", "示例市阅读规划", DIGEST, "municipal", "digest")
    return {tree.doc_id: tree for tree in (plan, digest)}


@pytest.fixture(scope="session")
def shared_service(trees: dict[str, ClauseTree]) -> FakeService:
    return make_service(trees)


@pytest.fixture(scope="session")
def feedback_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "deeper" / "feedback.jsonl"


@pytest.fixture(scope="session")
def shared_app(shared_service: FakeService, feedback_file: Path) -> FastAPI:
    # Tests look at what the service was asked, so nothing is answered from memory.
    return create_app(shared_service, examples=[], feedback_file=feedback_file, remembered=0)


@pytest.fixture
def service(shared_service: FakeService) -> FakeService:
    """The service behind ``client``, which has not been asked anything yet."""
    shared_service.asked.clear()
    return shared_service


@pytest.fixture(scope="session")
def real_app(built_settings: IngestSettings) -> FastAPI:
    """The application over the documents that ship."""
    return create_app(Service.open(built_settings), examples=[])


def make_service(trees: dict[str, ClauseTree]) -> FakeService:
    return FakeService(
        trees,
        {
            QUESTION: (FIRST_QUOTE, "由区教育委员会牵头"),
            SLOW_QUESTION: (FIRST_QUOTE, "每天晨读不少于20分钟"),
            "学校图书馆达标率要达到多少？": ("到2027年，学校图书馆达标率达到90%",),
            "推动晨读有哪些措施？": ("每天晨读不少于20分钟",),
            "晨读多久？": ("每天晨读不少于20分钟，<b>不得</b>占用课间",),
            "人均藏书多少册？": ("到2030年，人均藏书达到30册",),
        },
    )


@pytest.fixture
def client(service: FakeService, shared_app: FastAPI) -> TestClient:
    return TestClient(shared_app, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Where a Chromium is; a test run by CI must have one."""
    found = find_browser()
    if found is None:
        reason = "no browser: install chromium or google-chrome, or set CHROMIUM to one"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def serve_in_thread(app: FastAPI) -> Iterator[str]:
    """Serve on a free port while the generator is suspended; gives the address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            pytest.fail("the server did not start")
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def served(trees) -> FakeService:
    return make_service(trees)


@pytest.fixture(scope="module")
def judgements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("judged") / "feedback.jsonl"


@pytest.fixture(scope="module")
def address(served: FakeService, judgements: Path) -> Iterator[str]:
    # Nothing is remembered, so that a test sees what was asked and a slow answer stays slow.
    app = create_app(served, examples=[QUESTION], feedback_file=judgements, remembered=0)
    yield from serve_in_thread(app)


@pytest.fixture(scope="module")
def browser(browser_path: str):
    """One browser for a module; beyond it, its event loop would stand in the way of other tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(BROWSER_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, address: str):
    """Opens a page and, at the end, holds every request of it to the host."""
    contexts, outside = [], []

    def opener(path: str = "/", *, viewport=None, **options):
        context = browser.new_context(viewport=viewport or DESK, **{"locale": "zh-CN", **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()

        def note(request) -> None:
            if not request.url.startswith((address, "data:", "blob:")):
                outside.append(request.url)

        context.on("request", note)
        page.goto(address + path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert outside == []


def ask(page, question: str) -> None:
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer")


def serious(page) -> list[tuple[str, str]]:
    """Rules that the page breaks badly, with the first place where it does."""
    from axe_playwright_python.sync_playwright import Axe

    # A fade-in of the interface would be read as too little contrast.
    page.wait_for_timeout(500)
    return [
        (broken["id"], broken["nodes"][0]["html"])
        for broken in Axe().run(page).response["violations"]
        if broken["impact"] in ("serious", "critical")
    ]
