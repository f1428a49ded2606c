"""What a body has to do is answered from the register, all of it."""

from __future__ import annotations

import pytest

from bot.service import Service


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("文旅部门要做哪些事？", ["2.6.20"]),
        ("民政部门要参与哪件事？", ["2.6.20"]),
        ("区委教育工作领导小组承担哪些职责？", ["3.1", "3.3"]),
        ("宣传部门要干啥？", ["3.4"]),
    ],
)
def test_every_clause_that_names_the_body_is_cited(
    service: Service, question: str, clauses: list[str]
) -> None:
    answer = service.ask(question)
    assert [citation.clause_id for citation in answer.citations] == clauses


def test_a_question_about_something_else_is_not_taken_for_one(service: Service) -> None:
    answer = service.ask("教育部门的食堂一餐多少钱？")
    assert answer.trace.get("by") != "register"
    assert service.ask("老师要做什么才能评上师德标兵？").trace.get("by") != "register"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("“双师型”教师占比要到多少？", "“双师型”教师占比达到72%以上。[1]"),
        ("市级艺术特色学校要多少所？", "市级艺术特色学校达到12所。[1]"),
        ("特色普通高中要办几所？", "到2027年，打造特色普通高中5所。[1]"),
    ],
)
def test_a_figure_question_is_answered_from_the_target_that_it_names(
    service: Service, question: str, said: str
) -> None:
    answer = service.ask(question)
    assert answer.answer == said
    assert answer.trace["by"] == "register"


def test_a_year_that_the_target_does_not_have_is_not_answered_from_it(service: Service) -> None:
    assert service.ask("2030年特色普通高中要办几所？").status == "abstained"


@pytest.mark.parametrize(
    ("question", "clause_id"),
    [
        ("谁牵头落实这个方案？", "3.1"),
        ("这一大摊子教育的事，区里哪个来挑头？", "3.1"),
        ("国家层面由哪个机构统筹协调教育强国建设？", "11.p3"),
    ],
)
def test_who_leads_the_whole_of_it_is_the_body_that_coordinates(
    service: Service, question: str, clause_id: str
) -> None:
    assert service.ask(question).citations[0].clause_id == clause_id
