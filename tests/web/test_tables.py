"""The four tables over REST and as pages, on the documents that ship."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import lxml.html
import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from bot import table_views as views
from bot.service import Service
from bot.web.links import clause_address
from bot.web.table_data import TableSet, TableSource
from bot.web.table_models import AlignModel, OwnerModel, RefModel, TargetModel, UnownedModel

from .conftest import serve_in_thread

PLAN = "fuling-2025-6"
OUTLINE = "national-outline-2024-2035"
ROUTES = {
    "/api/owners": ("owners", OwnerModel),
    "/api/unowned": ("unowned", UnownedModel),
    "/api/targets": ("targets", TargetModel),
    "/api/alignment": ("align", AlignModel),
    "/api/refs": ("refs", RefModel),
}
PAGES = [
    "/owners",
    "/owners?view=task",
    "/owners?view=open",
    "/owners/sheet",
    "/targets",
    "/targets?view=timeline",
    "/alignment",
    "/refs",
]
SHEET = "编号,任务,牵头单位\n5,学前教育普惠,区教委\n"


@pytest.fixture(scope="module")
def client(real_app: FastAPI) -> TestClient:
    return TestClient(real_app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def tables(built_settings) -> TableSet:
    return TableSource(Service.open(built_settings), built_settings).tables()


def page(client: TestClient, address: str) -> lxml.html.HtmlElement:
    reply = client.get(address)
    assert reply.status_code == 200, address
    return lxml.html.fromstring(reply.text)


# REST


@pytest.mark.parametrize("path", ROUTES)
def test_rest_gives_every_row_exactly_as_the_contract_has_it(
    path: str, client: TestClient, tables: TableSet
) -> None:
    name, model = ROUTES[path]
    rows = client.get(path).json()
    assert rows == _plain(views.to_json(getattr(tables.knowledge, name)))
    assert len(rows) > 20
    for row in rows:
        assert set(row) == set(model.model_fields)
        model.model_validate(row)
        if row["clause_id"] is not None:
            assert tables.trees[row["doc_id"]].doc.text[row["start"] : row["end"]] == row["quote"]


def _plain(rows: list[dict]) -> list[dict]:
    """Tuples as JSON has them."""
    return [
        {name: list(cell) if isinstance(cell, tuple) else cell for name, cell in row.items()} for row in rows
    ]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("owners?body=文旅部门&basis=stated", lambda row: row["body"] == "区文化旅游委"),
        ("owners?role=牵头", lambda row: row["role"] == "牵头"),
        (f"owners?doc_id={OUTLINE}", lambda row: row["doc_id"] == OUTLINE),
        ("targets?year=2027", lambda row: row["deadline"] == 2027),
        ("targets?topic=幼儿", lambda row: "幼儿" in row["indicator"] + row["quote"]),
        ("targets?level=市级", lambda row: "市级" in row["scope"]),
        ("targets?clause_id=2.2", lambda row: row["clause_id"].startswith("2.2.")),
        ("alignment?clause_id=2.2.6", lambda row: row["clause_id"] == "2.2.6"),
        ("alignment?relation=上位有而本级未提", lambda row: row["clause_id"] is None),
        (f"alignment?parent_doc_id={OUTLINE}", lambda row: row["parent_doc_id"] == OUTLINE),
        ("refs?kind=document&open=true", lambda row: row["in_corpus"] is False),
        ("refs?name=双减", lambda row: "双减" in row["name"]),
    ],
)
def test_a_filter_keeps_what_it_names_and_drops_the_rest(query: str, holds, client: TestClient) -> None:
    rows = client.get(f"/api/{query}").json()
    every = client.get(f"/api/{query.split('?')[0]}").json()
    assert rows and len(rows) < len(every)
    assert all(holds(row) for row in rows)


def test_two_documents_can_be_asked_for_at_once(client: TestClient) -> None:
    both = client.get(f"/api/targets?doc_id={PLAN}&doc_id={OUTLINE}").json()
    assert {row["doc_id"] for row in both} == {PLAN, OUTLINE}


@pytest.mark.parametrize(
    ("query", "status", "error", "words"),
    [
        ("targets?year=明年", 422, "invalid_request", "year 应当是整数，收到的是“明年”。"),
        ("targets?year=20270", 422, "invalid_request", "year 不能大于2200。"),
        ("targets?sort=name", 422, "invalid_request", "可以是clause、deadline、value。"),
        ("owners?bodies=区教委", 422, "invalid_request", "不认识 bodies。"),
        ("owners?format=pdf", 422, "invalid_request", "可以是json、csv、xlsx。"),
        ("refs?open=也许", 422, "invalid_request", "open 应当是 true 或 false"),
        ("owners?doc_id=nope", 404, "no_such_document", "没有编号为“nope”的文件。"),
        ("alignment?parent_doc_id=nope", 404, "no_such_document", "没有编号为“nope”的文件。"),
        ("targets?clause_id=99.9", 404, "no_such_clause", "这些文件里没有编号为“99.9”的条款。"),
    ],
)
def test_a_parameter_that_is_wrong_is_told_in_chinese(
    query: str, status: int, error: str, words: str, client: TestClient
) -> None:
    reply = client.get(f"/api/{query}")
    assert (reply.status_code, reply.json()["error"]) == (status, error)
    assert words in reply.json()["message"]
    assert "JSON" not in reply.json()["remedy"]


@pytest.mark.parametrize("path", ROUTES)
def test_csv_and_xlsx_have_the_same_rows_as_json(path: str, client: TestClient) -> None:
    rows = client.get(path).json()
    reply = client.get(f"{path}?format=csv")
    assert reply.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert [line["编号"] for line in lines] == [f"{row['doc_id']}#{row['clause_id'] or ''}" for row in rows]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{path}?format=xlsx").content))
    assert book.active.max_row == len(rows) + 1
    assert [cell.value for cell in book.active[1]] == list(lines[0])


def test_a_csv_without_rows_still_has_its_header(client: TestClient) -> None:
    text = client.get("/api/targets?topic=没有这样的词&format=csv").content.decode("utf-8-sig")
    assert text.startswith("文件,指标,要求,期限") and text.count("\n") == 1


def test_openapi_types_the_rows_and_names_the_parameters(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    for path, (_, model) in ROUTES.items():
        operation = schema["paths"][path]["get"]
        items = operation["responses"]["200"]["content"]["application/json"]["schema"]["items"]
        assert items["$ref"].endswith(f"/{model.__name__}")
        names = {each["name"] for each in operation["parameters"]}
        assert {"doc_id", "format"} <= names
    listed = client.get("/docs").text
    assert "只要本句写明年份的" in listed and "推定，不是文件的话" not in listed


def test_the_examples_in_openapi_are_rows_of_the_plan(tables: TableSet) -> None:
    for model in (OwnerModel, TargetModel, AlignModel, RefModel):
        example = _example(model)
        model.model_validate(example)
        text = tables.trees[PLAN].doc.text
        assert text[example["start"] : example["end"]] == example["quote"], model


def _example(model: type[BaseModel]) -> dict:
    return model.model_json_schema()["examples"][0]


# Pages


@pytest.mark.parametrize("address", PAGES)
def test_every_link_to_a_clause_leads_to_one_that_exists(
    address: str, client: TestClient, tables: TableSet
) -> None:
    links = [link for link in page(client, address).xpath("//a/@href") if link.startswith("/doc/")]
    assert links or address == "/owners/sheet"
    for link in links:
        parts = urlsplit(link)
        tree = tables.trees[parts.path.removeprefix("/doc/")]
        assert not parts.fragment or tree.find(unquote(parts.fragment)) is not None, link


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/owners", "owners"),
        ("/targets", "targets"),
        ("/targets?view=timeline", "targets"),
        ("/refs", "refs"),
    ],
)
def test_every_row_leads_to_its_words_in_the_reader(
    address: str, name: str, client: TestClient, tables: TableSet
) -> None:
    links = set(page(client, address).xpath("//a/@href"))
    for row in getattr(tables.knowledge, name):
        assert clause_address(row.doc_id, row.clause_id, row.start, row.end) in links, row


def test_both_sides_of_an_alignment_lead_to_their_clauses_and_say_what_they_are(
    client: TestClient, tables: TableSet
) -> None:
    root = page(client, "/alignment")
    links = set(root.xpath("//a/@href"))
    for row in tables.knowledge.align:
        if row.parent_clause_id:
            above = (row.parent_doc_id, row.parent_clause_id, row.parent_start, row.parent_end)
            assert clause_address(*above) in links
    sides = root.cssselect(".pair .side")
    aligned = [row for row in tables.knowledge.align if row.clause_id]
    assert len(sides) == 2 * len(aligned)
    assert [side.cssselect(".tag")[0].text for side in sides[::2]] == [
        "摘编" if row.form == "digest" else "原件" for row in aligned
    ]
    missing = [row for row in tables.knowledge.align if row.clause_id is None]
    assert len(root.cssselect(".open-items li")) == len(missing) > 0


def test_a_suggestion_never_stands_among_what_the_documents_say(client: TestClient, tables: TableSet) -> None:
    root = page(client, "/owners")
    guessed = root.cssselect(".is-guess")[0]
    inferred = [row for row in tables.knowledge.owners if row.basis == "inferred"]
    assert len(guessed.cssselect("li")) == len(inferred)
    assert "推定" in guessed.cssselect("h2")[0].text_content()
    stated = [section for section in root.cssselect(".part") if section is not guessed]
    assert all("推定" not in section.text_content() for section in stated)
    assert sum(len(section.cssselect("li")) for section in stated) == len(tables.knowledge.owners) - len(
        inferred
    )


def test_items_without_an_owner_are_all_listed_with_the_ground_of_each_suggestion(
    client: TestClient, tables: TableSet
) -> None:
    root = page(client, "/owners?view=open")
    items = root.cssselect(".open-items > li")
    assert len(items) == len(tables.knowledge.unowned)
    for guess in root.cssselect(".guess"):
        assert guess.cssselect(".tag-guess")[0].text == "推定"
        assert all("依据强弱" in ground.text_content() for ground in guess.cssselect("dd"))


def test_the_list_of_tasks_holds_every_task_once(client: TestClient, tables: TableSet) -> None:
    shown = page(client, "/owners?view=task&basis=stated").cssselect(".holder li")
    stated = {
        (row.doc_id, row.clause_id, row.task) for row in tables.knowledge.owners if row.basis == "stated"
    }
    assert len(shown) == len(stated)


def test_a_filter_on_a_page_goes_along_into_sorting_and_export(client: TestClient) -> None:
    root = page(client, "/targets?topic=幼儿&year=&sort=value")
    shown = root.cssselect(".targets tbody tr")
    links = root.xpath("//a/@href")
    export = next(link for link in links if link.startswith("/api/targets") and "format=csv" in link)
    lines = list(csv.DictReader(io.StringIO(client.get(export).content.decode("utf-8-sig"))))
    assert len(lines) == len(shown) > 1
    assert all("topic=" in link for link in links if link.startswith("/targets?") and "sort=" in link)
    assert root.xpath("//th[@aria-sort='descending']")[0].text_content().startswith("要求")
    assert root.get_element_by_id("f-topic").value == "幼儿"


@pytest.mark.parametrize("address", ["/targets?year=明年&sort=x", "/owners?view=x&basis=y", "/refs?open=z"])
def test_a_page_passes_over_what_its_address_gets_wrong(address: str, client: TestClient) -> None:
    assert not page(client, address).cssselect(".nothing")


def test_a_page_without_rows_says_so(client: TestClient) -> None:
    assert "没有符合条件的行" in page(client, "/alignment?topic=没有这样的词").text_content()


def test_words_from_the_address_stay_words(client: TestClient) -> None:
    reply = client.get("/owners", params={"task": '"><script>alert(1)</script>'})
    assert "<script>alert" not in reply.text


@pytest.mark.parametrize("address", PAGES)
def test_pages_live_under_the_strict_policy_and_know_where_they_are(address: str, client: TestClient) -> None:
    reply = client.get(address)
    assert "script-src 'self';" in reply.headers["content-security-policy"]
    assert " style=" not in reply.text
    root = lxml.html.fromstring(reply.text)
    here = root.cssselect(".bar-nav [aria-current]")
    assert [link.get("href") for link in here] == ["/" + address.split("?")[0].split("/")[1]]


# In a browser


@pytest.fixture(scope="module")
def served(real_app: FastAPI) -> Iterator[str]:
    yield from serve_in_thread(real_app)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
)
def test_pages_fit_read_well_and_lead_to_the_reader(width: int, scheme: str, browser, served: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="zh-CN"
    )
    context.set_default_timeout(15_000)
    outside = []
    context.on(
        "request", lambda request: None if request.url.startswith(served) else outside.append(request.url)
    )
    page = context.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    for address in PAGES:
        page.goto(served + address)
        assert page.evaluate("document.documentElement.scrollWidth") == width, address
        bar = page.evaluate("document.querySelector('.bar').scrollWidth")
        assert bar <= width, address
        found = Axe().run(page).response["violations"]
        serious = [each["id"] for each in found if each["impact"] in ("serious", "critical")]
        assert serious == [], (address, serious)
    page.goto(f"{served}/targets?topic=公办在园幼儿")
    page.click(".targets tbody a")
    page.wait_for_selector("article mark")
    assert page.inner_text("article mark") == "到2027年，公办在园幼儿占比达到65%"
    assert page.evaluate("location.hash") == "#2.2.5"
    context.close()
    assert (outside, refused) == ([], [])


@pytest.mark.browser
def test_a_sheet_goes_up_and_comes_back_joined_without_javascript(browser, served: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served}/owners/sheet")
    page.set_input_files("#f-file", {"name": "分工表.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    page.click("button[value=page]")
    page.wait_for_selector("#joined")
    assert page.inner_text("#joined") == "分工表.csv"
    context.close()
