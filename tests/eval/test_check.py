from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eval.check import check_halves, check_questions
from eval.clauses import ClauseBook
from eval.schema import Question

Ask = Callable[..., Question]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gold": ["doc#9"]}, "gold 里的 doc#9 不存在"),
        ({"acceptable": ["doc#9"]}, "acceptable 里的 doc#9 不存在"),
        ({"facts": [["99%"]]}, "不在任何 gold 条款里"),
        ({"gold": ["doc#2.1.2"], "facts": [["5所"]]}, "“5所”不在任何 gold 条款里"),
        ({"gold": ["doc#2.1.1", "doc#3"]}, "doc#3 里一个必答要点也没有"),
        ({"twin_of": "nobody"}, "不在题集里"),
        ({"owners": ["某某部"]}, "不在 bodies.json"),
    ],
)
def test_what_can_be_disproved_is_found(
    book: ClauseBook, ask: Ask, changes: dict[str, Any], said: str
) -> None:
    findings = check_questions([ask(**changes)], book)
    assert any(said in finding.message for finding in findings)


def test_a_fact_may_be_written_in_any_of_its_forms(book: ClauseBook, ask: Ask) -> None:
    assert check_questions([ask(facts=[["百分之六十六", "百分之六十五"]])], book) == []


def test_without_clauses_only_form_is_checked(ask: Ask) -> None:
    assert check_questions([ask(gold=["doc#9"])], None) == []


def test_a_twin_must_have_the_gold_of_its_question(book: ClauseBook, ask: Ask) -> None:
    twin = ask(id="t", question="占幾多？", twin_of="q1", gold=["doc#2.1"], style="traditional")
    findings = check_questions([ask(), twin], book)
    assert [finding.message for finding in findings] == ["与 q1 同义，gold 却不同"]


def test_the_same_question_twice_is_found(book: ClauseBook, ask: Ask) -> None:
    assert len(check_questions([ask(), ask(id="q2")], book)) == 2


def test_a_question_in_the_wrong_half_is_found(ask: Ask) -> None:
    question = ask()
    both = [check_halves({name: [question]}) for name in ("dev", "test")]
    assert sorted(map(len, both)) == [0, 1]
