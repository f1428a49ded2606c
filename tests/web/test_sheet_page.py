"""A division-of-labour sheet that a reader brings along, over the plan that ships."""

from __future__ import annotations

import io
import zipfile

import lxml.html
import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.web.sheet_page import SHEET_LIMIT

PLAN = "fuling-2025-6"
SHEET = """编号,任务,牵头单位,配合单位
5,学前教育普惠,区教委,区财政局
99,没有的事,区教委,
,打扫卫生,甲局,
"""


@pytest.fixture(scope="module")
def client(real_app: FastAPI) -> TestClient:
    return TestClient(real_app, raise_server_exceptions=False)


def send(client: TestClient, name: str, data: bytes, **more: str):
    return client.post("/owners/sheet", files={"file": (name, data)}, data=more)


def test_a_sheet_is_joined_to_the_clauses_and_what_does_not_match_is_listed(client: TestClient) -> None:
    reply = send(client, "分工表.csv", SHEET.encode())
    root = lxml.html.fromstring(reply.text)
    assert reply.status_code == 200
    unmatched, matched = root.cssselect("table.rows")
    assert [row.cssselect("td")[0].text for row in unmatched.cssselect("tbody tr")] == ["3", "4"]
    assert [row.cssselect("td")[0].text for row in matched.cssselect("tbody tr")] == ["2"]
    assert matched.cssselect("a")[0].get("href") == f"/doc/{PLAN}#2.2.5"
    assert "对上1行，没有对上2行" in root.text_content()


def test_the_joined_sheet_can_be_taken_along(client: TestClient) -> None:
    reply = send(client, "分工表.csv", SHEET.encode(), format="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(reply.content))
    states = [row[5].value for row in book.active.iter_rows(min_row=2)]
    assert states[0].startswith("按条款号对上")
    assert sum(state.startswith("没有对上") for state in states) == 2


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"0" * (60 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "status", "words"),
    [
        ("a.pdf", b"%PDF", 400, "格式读不了"),
        ("a.xlsx", b"PK no archive", 400, "不是完好的 xlsx 文件"),
        ("a.csv", "甲,乙\n1,2\n".encode(), 400, "没有找到分工表"),
        ("a.csv", b"a" * (SHEET_LIMIT + 1), 400, "超过了2 MB"),
        ("a.csv", b"a" * (SHEET_LIMIT * 2), 413, "超过了2 MB"),
        ("a.xlsx", bomb(), 400, "展开后太大"),
    ],
    ids=["format", "damaged", "no table", "a little too large", "far too large", "bomb"],
)
def test_a_sheet_that_cannot_be_read_is_told_why(
    name: str, data: bytes, status: int, words: str, client: TestClient
) -> None:
    reply = send(client, name, data)
    assert reply.status_code == status
    assert words in lxml.html.fromstring(reply.text).cssselect("[role=alert]")[0].text_content()


def test_no_file_or_no_form_is_told_so(client: TestClient) -> None:
    without = client.post("/owners/sheet", files={"other": ("", b"")}, data={"doc_id": PLAN})
    assert (without.status_code, "还没有选择文件" in without.text) == (400, True)
    no_form = client.post("/owners/sheet", content=b"x")
    assert (no_form.status_code, "没有收到表格" in no_form.text) == (400, True)
    stray = send(client, "a.csv", SHEET.encode(), doc_id="nope")
    assert (stray.status_code, "没有编号为“nope”的文件" in stray.text) == (400, True)
