"""Questions for everything on a topic, and the places that answer them."""

import pytest

from bot.everything import asks_everything, topic_asked
from bot.question import QuestionKind, analyse
from bot.service import Service


@pytest.mark.parametrize(
    "question",
    [
        "学生资助这块的内容给我梳理一遍",
        "跟劳动教育沾边的都列出来",
        "食堂的事，方案前前后后怎么说的",
        "产教融合在哪几处提到",
        "凡是涉及书记的规定都有哪些",
        "教师培训方方面面写了些啥",
        "名师在方案里出现过几回",
    ],
)
def test_a_question_that_gathers_asks_for_everything(question: str) -> None:
    assert analyse(question).kind is QuestionKind.EVERYTHING


@pytest.mark.parametrize(
    "question",
    [
        "职业学校打算怎么归拢",
        "全区一共要建多少所",
        "学校在哪条街上",
        "八大行动都有哪些",
        "这项试点都有哪些学校",
        "推广的是哪几个地方的做法",
    ],
)
def test_a_question_for_one_thing_does_not(question: str) -> None:
    assert analyse(question).kind is not QuestionKind.EVERYTHING


def test_the_words_that_gather_are_no_part_of_the_topic() -> None:
    assert topic_asked("跟劳动教育沾边的内容都给我捋1遍").split() == ["跟劳动教育"]
    assert not asks_everything("劳动教育课程多少门")


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("跟人工智能沾边的内容都给我找出来", {"2.6.21", "2.6.22"}),
        ("民办学校的规定，帮我全部归拢一下", {"2.1.1", "2.8.27"}),
        ("体育这一块，方案前前后后都安排了些什么", {"2.1.3", "2.7.25"}),
    ],
)
def test_every_place_that_speaks_of_it_is_given_with_its_clause(
    service: Service, question: str, clauses: set[str]
) -> None:
    answer = service.ask(question)
    assert {citation.clause_id for citation in answer.citations} >= clauses
    assert all("：" in line for line in answer.answer.split("\n"))


def test_a_place_that_names_one_of_several_things_counts(service: Service) -> None:
    answer = service.ask("留守儿童、送教上门这些，都写了哪些内容，一次说全")
    assert {citation.clause_id for citation in answer.citations} >= {"2.1.4", "2.2.6"}


def test_where_figures_are_asked_for_every_place_has_one(service: Service) -> None:
    answer = service.ask("幼儿园这块的全部指标数字给我列一下")
    assert answer.citations
    assert all(any(letter.isdigit() for letter in citation.quote) for citation in answer.citations)


def test_another_document_answers_where_the_own_is_silent(service: Service) -> None:
    answer = service.ask("银龄教师在哪些地方提到？")
    assert {citation.doc_id for citation in answer.citations} == {"national-outline-2024-2035"}


@pytest.mark.parametrize(
    "question",
    [
        "我们企业能和职业学校一起做的事情有哪些，都列给我。",
        "重庆规划的“两大定位”“六个区”各指哪些内容？",
    ],
)
def test_no_statement_is_made_twice(service: Service, question: str) -> None:
    answer = service.ask(question)
    assert answer.status == "answered"
    lines = [line.rsplit("[", 1)[0] for line in answer.answer.split("\n")]
    assert len(lines) == len(set(lines))


def test_of_every_clause_that_is_looked_at_the_likeliest_are_told(service: Service) -> None:
    candidates = service.ask("跟人工智能沾边的内容都给我捋一遍").trace["candidates"]
    assert len(candidates) == service.settings.top_k
    assert "fuling-2025-6#2.6.21" in {candidate["clause"] for candidate in candidates}
