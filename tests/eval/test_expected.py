"""Question sets become expected questions: each beside the piece of the clause that holds its answer."""

from __future__ import annotations

from typing import Any

import pytest

from eval.clauses import ClauseBook, ClauseDocument, ClauseText
from eval.expected import expected_questions
from eval.schema import Question

TEXT = "提升质量。优化布局，到2027年，公办在园幼儿占比达到65%；建设基地2个。"


@pytest.fixture
def book() -> ClauseBook:
    clause = ClauseText("2.1", "第1项", "", 0, len(TEXT), len(TEXT))
    return ClauseBook({"plan": ClauseDocument("plan", TEXT, (clause,), "方案")})


def ask(**values: Any) -> Question:
    return Question.model_validate(
        {
            "id": "q-1",
            "question": "公办园要占多少？",
            "kind": "figure",
            "answerable": True,
            "gold": ["plan#2.1"],
            "facts": [["65%"]],
        }
        | values
    )


def test_a_question_stands_beside_the_piece_between_commas_that_holds_the_fact(book: ClauseBook) -> None:
    assert expected_questions([ask()], book) == [("公办在园幼儿占比达到65%；", "公办园要占多少？")]


def test_a_piece_too_short_to_be_told_apart_gives_way_to_its_sentence(book: ClauseBook) -> None:
    pairs = expected_questions([ask(question="基地建几个？", facts=[["2个"]])], book)
    assert pairs == [("建设基地2个。", "基地建几个？")]


def test_questions_that_no_phrase_answers_are_left_out(book: ClauseBook) -> None:
    left_out = [
        ask(kind="by_number"),
        ask(facts=[], says=[["未写明"]]),
        ask(facts=[["70%"]]),
        ask(question=None, turns=["公办园呢？", "占多少？"]),
    ]
    assert expected_questions(left_out, book) == []


def test_what_a_measuring_set_asks_in_the_same_words_is_left_out(book: ClauseBook) -> None:
    same = ask(id="q-2", question="公办园，要占多少")
    assert expected_questions([ask()], book, apart=[same]) == []
    assert expected_questions([ask()], book, apart=[ask(id="q-3", question="公办园占比多少？")]) != []
