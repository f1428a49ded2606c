from __future__ import annotations

import re
from html import unescape

import lxml.html
import pytest
from fastapi.testclient import TestClient

from bot.web.passage import find_all, passage
from bot.web.reading import clause_panel, document_page
from bot.web.table_data import TableSource

from .conftest import FakeService, make_tree


def page(client: TestClient, address: str) -> lxml.html.HtmlElement:
    reply = client.get(address)
    assert reply.status_code == 200
    return lxml.html.fromstring(reply.text)


def marked(element: lxml.html.HtmlElement) -> str:
    return "".join(mark.text_content() for mark in element.cssselect("article mark, .panel-cited mark"))


def test_every_clause_stands_on_the_page_under_its_own_anchor(client: TestClient, trees) -> None:
    html = page(client, "/doc/shili-2026-1")
    ids = [section.get("id") for section in html.cssselect("article section")]
    assert ids == [clause.clause_id for clause in trees["shili-2026-1"].walk()]


def test_the_page_loses_no_character_of_the_document(client: TestClient, trees) -> None:
    html = page(client, "/doc/shili-2026-1")
    lines = [line.text_content() for line in html.cssselect("article h2, article h3, article p")]
    assert "\n".join(lines) + "\n" == trees["shili-2026-1"].doc.text


def test_the_quoted_words_are_marked_and_no_others(client: TestClient, trees) -> None:
    quote = "到2027年，学校图书馆达标率达到90%"
    start = trees["shili-2026-1"].doc.text.index(quote)
    html = page(client, f"/doc/shili-2026-1?start={start}&end={start + len(quote)}")
    assert marked(html) == quote
    assert html.cssselect(".is-cited")[0].get("id") == "2.1.1"


def test_a_quote_over_two_clauses_is_marked_in_both(client: TestClient, trees) -> None:
    text = trees["shili-2026-1"].doc.text
    start, end = text.index("由区教育委员会"), text.index("。每天晨读")
    html = page(client, f"/doc/shili-2026-1?start={start}&end={end}")
    assert marked(html) == text[start:end].replace("\n", "")


@pytest.mark.parametrize("query", ["start=5&end=3", "start=0&end=999999", "start=3"])
def test_offsets_that_do_not_fit_show_the_page_without_a_mark(client: TestClient, query: str) -> None:
    assert marked(page(client, f"/doc/shili-2026-1?{query}")) == ""


def test_search_marks_the_words_and_lists_the_clauses(client: TestClient) -> None:
    html = page(client, "/doc/shili-2026-1?q=晨读")
    assert marked(html) == "晨读晨读"
    assert [link.get("href") for link in html.cssselect(".found li a")] == ["#2.1.2", "#2.1.2"]


def test_search_without_result_says_so(client: TestClient) -> None:
    assert "没有“游泳”" in page(client, "/doc/shili-2026-1?q=游泳").cssselect(".found")[0].text_content()


def test_the_outline_leads_to_every_heading_by_printed_number(client: TestClient) -> None:
    links = page(client, "/doc/shili-2026-1").cssselect(".outline a")
    assert [(link.get("href"), link.text_content()) for link in links][:4] == [
        ("#1", "一、总体要求"),
        ("#2", "二、重点任务"),
        ("#2.1", "（一）建设阅读空间"),
        ("#2.1.1", "1.改造学校图书馆"),
    ]


def test_the_title_block_states_issuer_number_and_date(client: TestClient) -> None:
    block = page(client, "/doc/shili-2026-1").cssselect(".title-block")[0].text_content()
    assert all(words in block for words in ("示例区人民政府", "示例府发〔2026〕1号", "2026年3月8日", "原件"))


def test_a_digest_says_that_it_is_not_the_official_text(client: TestClient) -> None:
    assert "不是官方文本" in page(client, "/doc/shili-digest").cssselect(".notice")[0].text_content()
    assert page(client, "/doc/shili-2026-1").cssselect(".notice") == []


def test_markup_in_a_document_is_shown_and_not_obeyed(client: TestClient) -> None:
    html = client.get("/doc/shili-2026-1?q=<script>alert(1)</script>").text
    assert "<b>" not in html and "&lt;b&gt;不得&lt;/b&gt;" in html
    assert "<script>alert" not in html


def test_a_page_needs_no_script_and_nothing_from_outside(client: TestClient) -> None:
    html = page(client, "/doc/shili-2026-1")
    sources = [element.get("src") or element.get("href") for element in html.cssselect("[src], link[href]")]
    assert sources and all(source.startswith("/site/") for source in sources)
    assert html.cssselect("script:not([src])") == [] and html.cssselect("[style], [onclick]") == []


def test_the_panel_shows_the_clause_between_its_neighbours(client: TestClient) -> None:
    html = page(client, "/doc/shili-2026-1/panel?clause=2.1.2")
    assert [link.text_content() for link in html.cssselect(".neighbour-label")] == [
        "上一条二、（一）第1项",
        "下一条二、（二）",
    ]
    assert "每天晨读不少于20分钟" in html.cssselect(".panel-cited")[0].text_content()


def test_the_panel_of_a_heading_shows_what_stands_below_it(trees) -> None:
    tree = trees["shili-2026-1"]
    html = lxml.html.fromstring(clause_panel(tree, tree.find("2.1")))
    assert "改造学校图书馆" in html.cssselect(".panel-cited")[0].text_content()
    assert [link.get("href") for link in html.cssselect(".neighbour-label")] == [
        "/doc/shili-2026-1#2",
        "/doc/shili-2026-1#2.2",
    ]


def test_the_copied_citation_names_document_number_clause_and_words(client: TestClient, trees) -> None:
    start = trees["shili-2026-1"].doc.text.index("每年培训教师200人")
    html = page(client, f"/doc/shili-2026-1/panel?clause=2.2.3&start={start}&end={start + 9}")
    assert html.cssselect(".copy")[0].get("data-copy") == (
        "《示例区阅读推广方案》（示例府发〔2026〕1号）二、（二）第3项：“每年培训教师200”"
    )


@pytest.mark.parametrize(
    "address", ["/doc/nope", "/doc/shili-2026-1?clause=9.9", "/doc/shili-2026-1/panel?clause=9.9"]
)
def test_a_missing_page_offers_what_there_is(client: TestClient, address: str) -> None:
    reply = client.get(address)
    assert reply.status_code == 404
    assert 'href="/doc' in reply.text and "没有" in unescape(reply.text)


def test_the_documents_page_lists_all_with_their_form(client: TestClient) -> None:
    html = page(client, "/doc")
    assert [re.sub(r"\s+", "", item.text_content()) for item in html.cssselect(".shelf li")] == [
        "示例区阅读推广方案区原件示例府发〔2026〕1号，2026年3月8日成文",
        "示例市阅读规划市摘编示例区人民政府",
    ]


def test_runs_of_a_clause_put_together_are_its_text(trees) -> None:
    tree = trees["shili-2026-1"]
    for clause in tree.walk():
        marks = [(clause.start + 2, clause.start + 5), (clause.start + 4, clause.start + 9)]
        lines = passage(tree, clause, marks).lines
        assert "".join(run.text for line in lines for run in line) == tree.own_text(clause).replace("\n", "")


def test_search_ignores_case_but_keeps_offsets() -> None:
    assert find_all("STEM课程与stem教育", "Stem") == [(0, 4), (7, 11)]
    # "İ" is longer in lower case, so the text is searched as it stands.
    assert find_all("İ课程", "课程") == [(1, 3)]


def test_a_document_of_nothing_still_has_a_page() -> None:
    fake = FakeService({"empty": make_tree("empty", "空文件", "", "other", "original")}, {})
    assert "空文件" in document_page(fake.trees["empty"], TableSource(fake).tables())


def test_the_margin_states_targets_and_owners_of_a_clause(client: TestClient) -> None:
    html = page(client, "/doc/shili-2026-1")
    notes = html.cssselect("section[id='2.1.1'] .notes")[0]
    target = notes.cssselect(".note-group li a")[0]
    assert target.text_content() == "90% 学校图书馆达标率，2027年"
    assert target.get("href").endswith("#2.1.1") and "start=" in target.get("href")
    assert "牵头 区教育委员会" in notes.text_content()
    assert html.cssselect("section[id='1'] .notes") == []


def test_where_there_is_no_margin_a_line_leads_to_the_clause_page(client: TestClient) -> None:
    line = page(client, "/doc/shili-2026-1").cssselect("section[id='2.1.1'] .notes-sum")[0]
    assert line.text_content() == "指标1责任1" and line.get("href") == "/doc/shili-2026-1?clause=2.1.1"


def test_an_opened_clause_names_its_place_and_its_neighbours(client: TestClient) -> None:
    more = page(client, "/doc/shili-2026-1").cssselect("section[id='2.1.2'] .clause-more")[0]
    assert more.cssselect(".clause-path")[0].text_content() == "二、重点任务 › （一）建设阅读空间"
    assert [link.get("href") for link in more.cssselect("a")] == [
        "#2.1.1",
        "#2.2",
        "/doc/shili-2026-1?clause=2.1.2",
    ]
    assert more.cssselect(".copy")[0].get("data-copy") == (
        "《示例区阅读推广方案》（示例府发〔2026〕1号）二、（一）第2项"
    )


def test_a_clause_has_a_page_of_its_own(client: TestClient, trees) -> None:
    html = page(client, "/doc/shili-2026-1?clause=2.1.1")
    assert html.cssselect("h1")[0].text_content() == "二、（一）第1项"
    assert [link.text_content() for link in html.cssselect(".crumbs a")] == [
        "示例区阅读推广方案",
        "二、重点任务",
        "（一）建设阅读空间",
    ]
    assert "学校图书馆达标率达到90%" in html.cssselect("article")[0].text_content()
    assert [link.get("href") for link in html.cssselect(".turn-pages a")] == [
        "/doc/shili-2026-1?clause=2.1",
        "/doc/shili-2026-1?clause=2.1.2",
    ]


def test_the_page_of_a_heading_has_all_that_stands_below_it(client: TestClient) -> None:
    html = page(client, "/doc/shili-2026-1?clause=2.1")
    assert [section.get("id") for section in html.cssselect("article section")] == ["2.1", "2.1.1", "2.1.2"]
    assert len(html.cssselect("#targets ~ ul li")) == 2


def test_the_clause_page_marks_the_quoted_words(client: TestClient, trees) -> None:
    start = trees["shili-2026-1"].doc.text.index("每年培训教师200人")
    html = page(client, f"/doc/shili-2026-1?clause=2.2.3&start={start}&end={start + 9}")
    assert html.cssselect("article mark")[0].text_content() == "每年培训教师200"
    assert html.cssselect(".copy")[0].get("data-copy").endswith("：“每年培训教师200”")


def test_those_who_share_a_task_stand_together_on_the_clause_page(real_app) -> None:
    owners = page(TestClient(real_app), "/doc/fuling-2025-6?clause=2.1.4").cssselect("#owners ~ ul li")
    first = owners[0]
    assert "政府" in first.cssselect(".note-roles")[0].text_content()
    assert "家庭" in first.cssselect(".note-roles")[0].text_content()
    said = [item.cssselect(".note-quote")[0].text_content() for item in owners]
    assert len(said) == len(set(said))


def test_counterparts_are_named_from_both_sides(real_app) -> None:
    client = TestClient(real_app)
    below = page(client, "/doc/fuling-2025-6?clause=2.2.5").cssselect("#others ~ ul li")
    assert any("教育强国纲要" in item.text_content() and "摘编" in item.text_content() for item in below)
    target = (
        next(item for item in below if "教育强国纲要" in item.text_content()).cssselect("a")[0].get("href")
    )
    clause_id = target.split("#")[1]
    above = page(client, f"/doc/national-outline-2024-2035?clause={clause_id}").cssselect("#others ~ ul li")
    assert any("二、（二）第5项" in item.text_content() and "被" in item.text_content() for item in above)
