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
