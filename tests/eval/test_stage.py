from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eval.clauses import ClauseBook
from eval.measures import Case
from eval.schema import AnswerRecord, Question
from eval.stage import faults, stage_at_fault

Ask = Callable[..., Question]
Reply = Callable[..., AnswerRecord]
Cite = Callable[..., dict[str, Any]]


def test_a_right_answer_has_no_stage_and_no_fault(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    case = Case(ask(), reply(), book)
    assert (stage_at_fault(case), faults(case)) == (None, [])


@pytest.mark.parametrize(
    ("question", "answer", "stage", "said"),
    [
        ({}, {"status": "error", "answer": "", "message": "断了"}, "run", "断了"),
        ({"answerable": False}, {}, "abstain", "却给了答案"),
        ({}, {"status": "abstained"}, "abstain", "却拒答"),
        ({}, {"status": "abstained", "retrieved": ["doc#3"]}, "retrieve", "却拒答"),
        ({}, {"status": "abstained", "retrieved": ["doc#3", "doc#2.1.1"]}, "abstain", "却拒答"),
        ({}, {"citations": []}, "select", "没有引用"),
        ({"facts": [["5个"]]}, {}, "compose", "缺要点：5个"),
        ({"forbidden": ["65%"]}, {}, "compose", "不该有的说法"),
        ({"gold": ["doc#9"]}, {}, "parse", "首条引用"),
        ({"facts": [["99%"]]}, {}, "parse", "缺要点：99%"),
    ],
)
def test_the_first_step_that_explains_a_wrong_answer_is_named(
    book: ClauseBook,
    ask: Ask,
    reply: Reply,
    question: dict[str, Any],
    answer: dict[str, Any],
    stage: str,
    said: str,
) -> None:
    case = Case(ask(**question), reply(**answer), book)
    assert stage_at_fault(case) == stage
    assert said in "；".join(faults(case))


@pytest.mark.parametrize(
    ("retrieved", "stage"),
    [([], "select"), (["doc#2.1.2"], "retrieve"), (["doc#2.1.2", "doc#2.1.1"], "select")],
)
def test_a_wrong_clause_is_laid_to_retrieval_only_when_the_right_one_was_not_found(
    book: ClauseBook, ask: Ask, reply: Reply, cite: Cite, retrieved: list[str], stage: str
) -> None:
    answer = reply(citations=[cite("2.1.2")], retrieved=retrieved)
    assert stage_at_fault(Case(ask(), answer, book)) == stage


def test_a_fabricated_quote_is_a_fault_of_composing(
    book: ClauseBook, ask: Ask, reply: Reply, cite: Cite
) -> None:
    answer = reply(citations=[{**cite("2.1.1"), "quote": "公办园占比达到99%"}])
    case = Case(ask(), answer, book)
    assert stage_at_fault(case) == "compose"
    assert "逐字" in faults(case)[0]
