"""Checking a text over REST, on the page without JavaScript, and in a real browser."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import lxml.html
import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.claims import TEXT_LIMIT
from bot.web.screenshots import BROWSER_ARGUMENTS
from bot.web.verify_models import VerifyModel

from .conftest import serve_in_thread

TEXT = "各位老师：\r\n到2027年，公办在园幼儿占比达到75%。组建全区学前教育发展共同体5个。新建游泳馆3座<img src=x onerror=alert(1)>。"
CLAUSE = "/doc/fuling-2025-6"


@pytest.fixture(scope="module")
def client(real_app: FastAPI) -> TestClient:
    return TestClient(real_app, raise_server_exceptions=False)


def test_each_sentence_comes_back_with_its_verdict_and_clause(client: TestClient) -> None:
    text = TEXT.replace("\r", "")
    reply = client.post("/api/verify", json={"text": text})
    body = VerifyModel.model_validate(reply.json())
    assert reply.status_code == 200
    assert [row.verdict for row in body.sentences] == [
        "no_claim",
        "contradicted",
        "supported",
        "not_mentioned",
    ]
    assert body.tally.model_dump() == {"supported": 1, "contradicted": 1, "not_mentioned": 1, "no_claim": 1}
    denied = body.sentences[1]
    assert (denied.said, denied.instead) == (["75%"], ["公办在园幼儿占比达到65%"])
    assert text[denied.start : denied.end] == denied.text
    clause = client.get(
        f"/api/documents/{denied.citations[0].doc_id}/clauses/{denied.citations[0].clause_id}"
    ).json()
    assert denied.citations[0].quote in clause["text"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"text": ""}, "没有读到文字"),
        ({"text": "政" * (TEXT_LIMIT + 1)}, "太长"),
        ({}, "缺少 text"),
        ({"text": 5}, "text"),
    ],
)
def test_a_text_that_cannot_be_checked_is_told_what_to_do(client: TestClient, body: dict, words: str) -> None:
    reply = client.post("/api/verify", json=body)
    assert (reply.status_code, reply.json()["error"]) == (422, "invalid_request")
    assert words in reply.json()["message"]
    assert reply.json()["remedy"]


def test_the_page_works_without_javascript_and_escapes_what_was_pasted(client: TestClient) -> None:
    reply = client.post("/verify", data={"text": TEXT})
    root = lxml.html.fromstring(reply.text)
    assert reply.status_code == 200
    assert [each.text for each in root.cssselect(".checked .verdict")] == [
        "没有陈述",
        "与原文不符",
        "有依据",
        "没有提到",
    ]
    assert "公办在园幼儿占比达到65%" in root.cssselect(".checked-instead")[0].text_content()
    assert not root.cssselect("img") and "<img" not in reply.text
    assert root.cssselect("textarea")[0].text_content().strip().startswith("各位老师")
    for link in root.cssselect(".checked-where a"):
        page = client.get(link.get("href"))
        assert page.status_code == 200 and "<mark" in page.text
    assert root.cssselect("nav [aria-current]")[0].text == "核对"


def test_the_page_says_why_a_text_was_not_checked_and_keeps_it(client: TestClient) -> None:
    for text, words in ((" ", "没有读到文字"), ("政" * (TEXT_LIMIT + 1), "分几次粘贴")):
        reply = client.post("/verify", data={"text": text})
        root = lxml.html.fromstring(reply.text)
        assert reply.status_code == 422
        assert words in root.cssselect("[role=alert]")[0].text_content()
    assert root.cssselect("textarea")[0].text_content().strip().startswith("政政")


def test_the_result_can_be_taken_along(client: TestClient) -> None:
    reply = client.post("/verify", data={"text": "=1+1等于2。公办园占比达到75%。", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert [row["结论"] for row in rows] == ["没有提到", "与原文不符"]
    assert rows[0]["句子"].startswith("'=")
    reply = client.post("/verify", data={"text": "公办园占比达到75%。", "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(reply.content)).active
    assert [cell.value for cell in sheet[1]][:3] == ["序号", "句子", "结论"]
    assert sheet["E2"].value == "公办在园幼儿占比达到65%"


@pytest.fixture(scope="module")
def address(real_app: FastAPI) -> Iterator[str]:
    yield from serve_in_thread(real_app)


@pytest.mark.browser
@pytest.mark.parametrize("size", [(360, 740), (1280, 800)], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_text_is_pasted_and_its_clause_opened(
    browser_path: str, address: str, size: tuple[int, int], scheme: str
) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(BROWSER_ARGUMENTS))
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", color_scheme=scheme
        )
        context.set_default_timeout(15_000)
        outside: list[str] = []
        context.on(
            "request",
            lambda request: outside.append(request.url) if not request.url.startswith(address) else None,
        )
        page = context.new_page()
        page.goto(f"{address}/verify")
        page.fill("#f-text", TEXT)
        page.get_by_role("button", name="核对", exact=True).click()
        page.wait_for_selector(".checked-row.is-contradicted")
        page.wait_for_function(
            "document.querySelector('#checked').getBoundingClientRect().top < innerHeight / 3"
        )
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        found = Axe().run(page)
        serious = [
            each["id"] for each in found.response["violations"] if each["impact"] in ("serious", "critical")
        ]
        assert serious == []
        page.click(".is-contradicted .checked-where a")
        page.wait_for_url(f"{address}{CLAUSE}*")
        assert "占比达到65%" in page.locator("mark").first.inner_text()
        assert outside == []
        browser.close()
