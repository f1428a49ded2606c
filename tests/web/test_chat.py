from __future__ import annotations

import json
import re
from dataclasses import replace

import lxml.html
from fastapi.testclient import TestClient

from bot.schema import Turn
from bot.web.app import create_app
from bot.web.contract import QUESTION_LIMIT, too_long
from bot.web.messages import answer_message, plain_text, shows_digest
from bot.web.replies import first_panel, still_shown
from bot.web.suggestions import example_questions

from .conftest import QUESTION, FakeService, make_answer, make_refusal, make_service


def test_each_number_in_the_answer_links_to_its_clause_and_words(service: FakeService) -> None:
    answer = service.ask(QUESTION)
    html = lxml.html.fromstring(answer_message(answer, service.trees))
    first = answer.citations[0]
    assert [link.text_content() for link in html.cssselect("a.cite")] == ["[1]", "[2]"]
    assert html.cssselect("a.cite")[0].get("href") == (
        f"/doc/shili-2026-1?start={first.start}&end={first.end}#2.1.1"
    )


def test_label_and_quote_stand_below_the_answer(service: FakeService) -> None:
    html = lxml.html.fromstring(answer_message(service.ask(QUESTION), service.trees))
    source = html.cssselect(".source")[0]
    assert source.cssselect(".source-label")[0].text_content() == "《示例区阅读推广方案》二、（一）第1项"
    assert source.cssselect(".source-quote")[0].text_content() == "到2027年，学校图书馆达标率达到90%"


def test_only_a_digest_is_marked_as_one(service: FakeService) -> None:
    digest = answer_message(service.ask("人均藏书多少册？"), service.trees)
    original = answer_message(service.ask(QUESTION), service.trees)
    assert ">摘编<" in digest and ">摘编<" not in original


def test_a_message_is_one_block_without_blank_lines_and_with_everything_escaped(trees) -> None:
    answer = make_answer(trees["shili-2026-1"], "晨读多久？", "每天晨读不少于20分钟，<b>不得</b>占用课间")
    message = answer_message(answer, trees)
    assert "\n" not in message and "<b>" not in message and "&lt;b&gt;" in message


def test_a_number_without_a_citation_stays_text() -> None:
    message = answer_message(make_refusal("问", "见[3]与[年份]。"), {})
    assert "见[3]与[年份]。" in message and "/doc/" not in message


def test_the_explanation_is_folded_and_speaks_as_people_do(service: FakeService) -> None:
    html = lxml.html.fromstring(answer_message(service.ask(QUESTION), service.trees))
    why = html.cssselect("details.why")[0]
    assert "文件里写明了" in why.text_content() and "题型：问数字" in why.text_content()
    assert [cell.text_content() for cell in why.cssselect("thead th")] == ["条款", "总分", "意思相近"]
    row = why.cssselect("tbody tr")[0]
    assert [cell.text_content() for cell in row] == ["示例区阅读推广方案二、（一）第1项", "3.5", "0.40"]
    assert row.cssselect("a")[0].get("href") == "/doc/shili-2026-1#2.1.1"


def test_why_there_is_no_answer_is_said_in_a_sentence(service: FakeService) -> None:
    refused = replace(make_refusal("问", "没有写。", "out_of_scope"), trace={"support": {"reach": 0.2}})
    why = lxml.html.fromstring(answer_message(refused, service.trees)).cssselect("details.why")[0]
    assert "问的不像是这些文件里的事" in why.text_content()
    assert "找到20%（低于34%就当作没有问这些文件）" in why.text_content()


def test_an_answer_without_a_trace_has_no_explanation_to_unfold(service: FakeService) -> None:
    assert "<details" not in answer_message(service.ask("食堂几点开门？"), service.trees)


def test_a_label_that_says_digest_is_not_marked_twice(service: FakeService) -> None:
    citation = service.ask("人均藏书多少册？").citations[0]
    assert shows_digest(citation)
    assert not shows_digest(replace(citation, label="《示例市阅读规划》（摘编）一、第1段"))


def test_plain_text_keeps_the_citations(service: FakeService) -> None:
    assert plain_text(service.ask("人均藏书多少册？")).splitlines() == [
        "到2030年，人均藏书达到30册。[1]",
        "[1] 《示例市阅读规划》一、第1段（摘编）：“到2030年，人均藏书达到30册”",
    ]


def test_the_panel_opens_on_the_first_citation_or_shows_the_shelf(service: FakeService) -> None:
    assert "<mark>到2027年，学校图书馆达标率达到90%</mark>" in first_panel(service, service.ask(QUESTION))
    assert "可查的文件" in first_panel(service, service.ask("食堂几点开门？"))


def test_a_question_is_too_long_only_beyond_the_limit() -> None:
    assert too_long("问" * QUESTION_LIMIT) is None
    assert f"有{QUESTION_LIMIT + 1}个字" in str(too_long("问" * (QUESTION_LIMIT + 1)))


def test_turns_follow_what_the_chat_still_shows() -> None:
    turns = [Turn("甲"), Turn("乙"), Turn("丙")]
    shown = [
        {"role": "user", "content": "甲"},
        {"role": "assistant", "content": "……"},
        {"role": "user", "content": [{"type": "text", "text": "丙"}]},
    ]
    assert still_shown(turns, shown) == [Turn("甲"), Turn("丙")]
    assert still_shown(turns, []) == []


def test_example_questions_are_made_from_the_documents_and_tried(service: FakeService) -> None:
    assert example_questions(service) == ["学校图书馆达标率要达到多少？", "推动晨读有哪些措施？"]
    assert len(service.asked) <= 40


def first_screen(client: TestClient) -> str:
    """The configuration that the page is drawn from."""
    found = re.search(r"window\.gradio_config = (\{.*?\});</script>", client.get("/").text, re.S)
    assert found is not None
    return json.dumps(json.loads(found[1]), ensure_ascii=False)


def test_the_first_screen_changes_with_the_documents(trees) -> None:
    fake = make_service(trees)
    client = TestClient(create_app(fake))
    before = first_screen(client)
    assert (
        "示例市阅读规划" in before and "已收录2份文件" in before and "学校图书馆达标率要达到多少？" in before
    )
    fake.trees = {"shili-digest": trees["shili-digest"]}
    after = first_screen(client)
    assert "已收录1份文件" in after and "示例区阅读推广方案" not in after
    assert "学校图书馆达标率要达到多少？" not in after
