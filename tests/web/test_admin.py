"""The administrator's pages: a document is looked at, published, withdrawn and taken back while the service runs."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from bot.live import LiveService
from bot.service import Service
from bot.web.access import Access, AccessSettings
from bot.web.admin import DOCUMENT_LIMIT
from bot.web.app import create_app
from bot.web.screenshots import BROWSER_ARGUMENTS
from ingest.settings import IngestSettings
from ingest.versions import publish

from .conftest import serve_in_thread

PASSWORD = "only for documents"
TEXT = """示例区阅读推广方案
一、总体要求
坚持公益性，面向全体学生，推动全区学校阅读工作。
二、重点任务
1.改造学校图书馆。到2027年，学校图书馆达标率达到{}%。由区教育委员会牵头。
2.推动晨读活动。每天晨读不少于20分钟，不得占用课间。
"""
FIELDS = {
    "doc_id": "shili-1",
    "title": "示例区阅读推广方案",
    "level": "district",
    "issuer": "示例区人民政府",
    "form": "digest",
}
QUESTION = "学校图书馆达标率要达到多少？"
SAME = {"sec-fetch-site": "same-origin"}
PAGE = {"accept": "text/html"}


def make_app(folder: Path) -> FastAPI:
    (folder / "corpus").mkdir()
    settings = IngestSettings(corpus_dir=folder / "corpus", index_dir=folder / "index")
    publish(settings, TEXT.format(90).encode(), ".txt", FIELDS)
    live = LiveService(lambda: Service.open(settings), settings)
    access = Access(
        AccessSettings.model_construct(admin_password=SecretStr(PASSWORD), session_secret=SecretStr("s"))
    )
    return create_app(live, examples=[], access=access, corpus=settings, follow=live.follow)


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return make_app(tmp_path)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    signed = TestClient(app, raise_server_exceptions=False, headers={**SAME, **PAGE})
    assert signed.post("/login", data={"role": "admin", "password": PASSWORD}).status_code == 200
    return signed


def put_in(client: TestClient, share: int, **more: str):
    data = {"doc_id": "shili-1", "form": "original", **more}
    return client.post("/admin/stage", data=data, files={"file": ("方案.txt", TEXT.format(share).encode())})


def ended(client: TestClient, reply) -> lxml.html.HtmlElement:
    """The page of a job once it has ended."""
    address = str(reply.url)
    assert "/admin/jobs/" in address
    deadline = time.monotonic() + 60
    while True:
        root = lxml.html.fromstring(client.get(address).text)
        if not root.cssselect("meta[http-equiv=refresh]"):
            return root
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answer(client: TestClient) -> str:
    return client.post("/api/ask", json={"question": QUESTION}).json()["answer"]


def test_a_document_is_looked_at_published_withdrawn_and_taken_back(client: TestClient) -> None:
    assert "90%" in answer(client)
    staged = put_in(client, 95)
    root = lxml.html.fromstring(staged.text)
    assert "没有发现问题" in root.text_content() and "替换《示例区阅读推广方案》" in root.text_content()
    assert [each.text for each in root.cssselect(".tree-id")][:2] == ["0", "0.p1"]
    assert "90%" in answer(client)
    root = ended(client, client.post(f"{staged.url.path}/publish"))
    assert "已经发布" in root.cssselect("[role=status]")[0].text_content()
    assert "95%" in answer(client)
    assert client.get("/api/targets").json()[0]["value"] == 95
    assert client.get("/api/documents").json()[0]["form"] == "original"
    assert "待发布" not in client.get("/admin").text
    versions = lxml.html.fromstring(client.get("/admin/versions").text)
    numbers = [each.get("value") for each in versions.cssselect("input[name=number]")]
    assert numbers == ["2", "1"]
    root = ended(client, client.post("/admin/versions/restore", data={"number": "2"}))
    assert "已经恢复" in root.text_content()
    assert "90%" in answer(client)
    second = put_in(client, 50, doc_id="shili-2", title="另一方案", level="district", issuer="示例区人民政府")
    ended(client, client.post(f"{second.url.path}/publish"))
    assert len(client.get("/api/documents").json()) == 2
    assert client.get("/admin/documents/shili-2/withdraw").status_code == 200
    assert len(client.get("/api/documents").json()) == 2
    ended(client, client.post("/admin/documents/shili-2/withdraw"))
    assert [row["doc_id"] for row in client.get("/api/documents").json()] == ["shili-1"]


def test_a_word_file_is_taken_with_the_numbers_that_word_prints(client: TestClient) -> None:
    document = Document()
    for line in TEXT.format(95).splitlines():
        document.add_paragraph(line)
    kept = io.BytesIO()
    document.save(kept)
    staged = client.post(
        "/admin/stage", data={"doc_id": "shili-1"}, files={"file": ("方案.DOCX", kept.getvalue())}
    )
    assert "没有发现问题" in staged.text
    ended(client, client.post(f"{staged.url.path}/publish"))
    assert "95%" in answer(client)
    cited = client.post("/api/ask", json={"question": QUESTION}).json()["citations"][0]
    assert (cited["clause_id"], cited["form"]) == ("2.1", "original")


def test_what_is_discarded_is_gone(client: TestClient) -> None:
    staged = put_in(client, 95)
    overview = client.post(f"{staged.url.path}/discard")
    assert "待发布" not in overview.text
    assert client.get(staged.url.path).status_code == 404
    assert client.post(f"{staged.url.path}/publish").status_code == 404


def test_a_job_that_fails_says_why_and_changes_nothing(client: TestClient) -> None:
    root = ended(client, client.post("/admin/documents/shili-1/withdraw"))
    assert "唯一的一份" in root.cssselect("[role=alert]")[0].text_content()
    assert "90%" in answer(client)


def test_an_address_that_cannot_be_had_is_told(client: TestClient) -> None:
    reply = client.post(
        "/admin/stage",
        files={"file": ("", b"")},
        data={"doc_id": "shili-1", "address": "http://127.0.0.1:9/x.html"},
    )
    root = ended(client, reply)
    assert "连不上" in root.cssselect("[role=alert]")[0].text_content()
    bad = client.post(
        "/admin/stage", files={"file": ("", b"")}, data={"doc_id": "x1", "address": "file:///etc/passwd"}
    )
    assert bad.status_code == 400 and "root:" not in bad.text


@pytest.mark.parametrize(
    ("name", "data", "more", "status", "words"),
    [
        ("a.pdf", b"%PDF", {}, 400, "读不了"),
        ("a.txt", b"%PDF-1.4", {}, 400, "内容是PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0", {}, 400, "另存为 docx"),
        ("a.docx", b"PK\x03\x04", {}, 400, "打不开"),
        ("a.txt", b"", {}, 400, "是空的"),
        ("a.txt", b"a" * (DOCUMENT_LIMIT + 1), {}, 400, "超过了8 MB"),
        ("a.txt", b"a" * (DOCUMENT_LIMIT + 100_000), {}, 413, "超过了8 MB"),
        ("a.txt", TEXT.encode(), {"doc_id": "../../etc"}, 400, "编号（doc_id）应当是"),
        ("a.txt", TEXT.encode(), {"doc_id": "neu-1"}, 400, "请填写"),
        ("a.txt", TEXT.encode(), {"issued": "<script>"}, 400, "成文日期"),
    ],
    ids=[
        "kind",
        "disguised",
        "old word",
        "broken word",
        "empty",
        "large",
        "far too large",
        "path",
        "fields missing",
        "date",
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_changes(
    client: TestClient, name: str, data: bytes, more: dict[str, str], status: int, words: str
) -> None:
    reply = client.post("/admin/stage", data={"doc_id": "shili-1", **more}, files={"file": (name, data)})
    root = lxml.html.fromstring(reply.text)
    assert reply.status_code == status
    assert words in root.cssselect("[role=alert]")[0].text_content()
    assert "<script>" not in reply.text.split("<main")[1]
    assert "90%" in answer(client)


def test_names_and_words_of_an_upload_are_escaped_and_lead_nowhere(
    client: TestClient, tmp_path: Path
) -> None:
    text = TEXT.format(95).replace("改造学校图书馆", "<img src=x onerror=alert(1)>改造")
    reply = client.post(
        "/admin/stage",
        data={"doc_id": "shili-1", "title": "<script>alert(1)</script>"},
        files={"file": ("../../../evil/<b>.txt", text.encode())},
    )
    root = lxml.html.fromstring(reply.text)
    assert reply.status_code == 200
    assert not root.cssselect("main img, main script")
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("path", ["/admin", "/admin/versions", "/admin/jobs/x", "/admin/staged/x"])
def test_nobody_else_gets_in(app: FastAPI, path: str) -> None:
    stranger = TestClient(app, headers=SAME, follow_redirects=False)
    assert stranger.get(path, headers=PAGE).status_code == 303
    assert stranger.get(path).status_code == 403
    for post in (
        "/admin/stage",
        "/admin/staged/x/publish",
        "/admin/documents/shili-1/withdraw",
        "/admin/versions/restore",
    ):
        assert stranger.post(post, data={"number": "1"}).status_code in (403, 400)


def test_another_site_cannot_send_the_administrators_forms(client: TestClient) -> None:
    reply = client.post("/admin/documents/shili-1/withdraw", headers={"sec-fetch-site": "cross-site"})
    assert reply.status_code == 403


def test_without_a_password_there_is_no_administration(shared_app: FastAPI) -> None:
    assert TestClient(shared_app).get("/admin").status_code == 404


def test_everybody_is_led_to_the_administration_and_the_administrator_back(client: TestClient) -> None:
    stranger = TestClient(client.app, headers=PAGE)
    assert 'href="/admin"' in stranger.get("/doc").text
    assert 'href="/login?as=admin&amp;next=/admin"' in stranger.get("/login").text
    assert "/admin" not in stranger.get("/nav").text
    assert 'href="/admin"' in client.get("/nav").text


def test_an_address_that_nobody_knows_is_told_in_words(client: TestClient) -> None:
    page = client.get("/nothing-here")
    assert page.status_code == 404
    assert lxml.html.fromstring(page.text).cssselect("h1")[0].text == "没有找到这一页。"
    body = client.get("/nothing-here", headers={"accept": "application/json"}).json()
    assert (body["error"], body["remedy"]) == ("not_found", "可用的地址和方法见 /docs。")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from serve_in_thread(make_app(tmp_path_factory.mktemp("served")))


@pytest.mark.browser
@pytest.mark.parametrize(("size", "share"), [((360, 740), 92), ((1280, 800), 96)], ids=["phone", "desk"])
def test_the_whole_way_in_a_browser(
    browser_path: str, address: str, tmp_path: Path, size: tuple[int, int], share: int
) -> None:
    from playwright.sync_api import sync_playwright

    file = tmp_path / "方案.txt"
    file.write_text(TEXT.format(share), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(BROWSER_ARGUMENTS))
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        context.set_default_timeout(20_000)
        page = context.new_page()

        def sound() -> None:
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
            found = Axe().run(page)
            assert [
                each["id"]
                for each in found.response["violations"]
                if each["impact"] in ("serious", "critical")
            ] == []

        page.goto(f"{address}/admin")
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_selector("#f-file")
        sound()
        page.set_input_files("#f-file", str(file))
        page.fill("#f-doc_id", "shili-1")
        page.get_by_role("button", name="检查").click()
        page.wait_for_selector(".tree")
        sound()
        page.get_by_role("button", name="发布").click()
        page.wait_for_selector(".finished")
        sound()
        page.goto(address)
        page.wait_for_selector('#bar a[href="/admin"]')
        page.goto(f"{address}/doc/shili-1")
        assert re.search(rf"达标率达到{share}%", page.inner_text("main"))
        page.goto(f"{address}/admin/versions")
        page.wait_for_function("!document.body.innerText.includes('UTC')")
        sound()
        page.get_by_role("button", name=re.compile("次改动之前")).first.click()
        page.wait_for_selector(".finished")
        page.goto(f"{address}/doc/shili-1")
        assert not re.search(rf"达标率达到{share}%", page.inner_text("main"))
        browser.close()
