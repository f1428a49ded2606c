from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eval.clauses import ClauseBook
from eval.measures import Case, measure_all
from eval.schema import AnswerRecord, Question

Ask = Callable[..., Question]
Reply = Callable[..., AnswerRecord]
Cite = Callable[..., dict[str, Any]]


def test_a_right_answer_has_the_best_value_of_every_measure_that_applies(
    book: ClauseBook, ask: Ask, reply: Reply
) -> None:
    values = measure_all(Case(ask(), reply(), book))
    # 到2027年， has 7 characters, 公办园占比达到 7, 65%。 4: 18 without the mark.
    assert values == {
        "fully_right": 1.0,
        "first_citation": 1.0,
        "clause_hit": 1.0,
        "clause_recall": 1.0,
        "citation_precision": 1.0,
        "path_credit": 1.0,
        "facts": 1.0,
        "forbidden_free": None,
        "quotes_verbatim": 1.0,
        "figure_fidelity": 1.0,
        "owner_f1": None,
        "answered_rightly": 1.0,
        "reason_right": None,
        "length": 18.0,
    }


def test_citation_measures_are_the_fractions_worked_out_by_hand(
    book: ClauseBook, ask: Ask, reply: Reply, cite: Cite
) -> None:
    question = ask(gold=["doc#2.1.1", "doc#3"], acceptable=["doc#1"])
    answer = reply(citations=[cite("2.1.2"), cite("2.1.1"), cite("1"), cite("2.1.2")])
    values = measure_all(Case(question, answer, book))
    assert values["first_citation"] == 0.0
    assert values["clause_hit"] == 1.0
    # Of the gold clauses 2.1.1 and 3 only 2.1.1 is cited: 1/2.
    assert values["clause_recall"] == 1 / 2
    # Right are 2.1.1 (gold) and 1 (acceptable), of four citations: 2/4.
    assert values["citation_precision"] == 2 / 4
    # 2.1.1 is reached whole (3/3); 3 shares no step with any citation (0/1): (1 + 0) / 2.
    assert values["path_credit"] == (1 + 0) / 2


@pytest.mark.parametrize(
    ("cited", "credit"),
    [("2.1.1", 3 / 3), ("2.1.2", 2 / 3), ("2.1", 2 / 3), ("2", 1 / 3), ("3", 0 / 3)],
)
def test_partial_credit_is_the_shared_part_of_the_path(
    book: ClauseBook, ask: Ask, reply: Reply, cite: Cite, cited: str, credit: float
) -> None:
    assert measure_all(Case(ask(), reply(citations=[cite(cited)]), book))["path_credit"] == credit


def test_a_citation_below_a_gold_clause_is_a_hit_and_one_above_is_not(
    book: ClauseBook, ask: Ask, reply: Reply, cite: Cite
) -> None:
    below = measure_all(Case(ask(gold=["doc#2.1"]), reply(citations=[cite("2.1.1")]), book))
    above = measure_all(Case(ask(), reply(citations=[cite("2.1")]), book))
    assert (below["clause_hit"], below["path_credit"]) == (1.0, 1.0)
    assert above["clause_hit"] == 0.0


def test_facts_count_groups_and_one_alternative_is_enough(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    question = ask(facts=[["百分之六十五", "65%"], ["5个"], ["2027年"]])
    # 65% and 2027年 are in the answer, 5个 is not: 2/3.
    assert measure_all(Case(question, reply(), book))["facts"] == 2 / 3


def test_a_figure_inside_a_longer_one_is_no_fact(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    question = ask(facts=[["5所"]], gold=["doc#2.1.2"])
    assert measure_all(Case(question, reply(answer="建特色高中25所。[1]"), book))["facts"] == 0.0


def test_reference_marks_are_no_text(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    question = ask(facts=[["65%达到"]])
    assert measure_all(Case(question, reply(answer="65%[1]达到"), book))["facts"] == 1.0


def test_what_must_be_said_in_own_words_counts_like_a_fact(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    question = ask(facts=[], says=[["未写明", "没有写"]])
    assert measure_all(Case(question, reply(answer="方案没有写责任单位。[1]"), book))["facts"] == 1.0
    assert measure_all(Case(question, reply(), book))["facts"] == 0.0


def test_a_forbidden_string_is_found_folded_or_as_it_stands(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    question = ask(forbidden=["百分之八十", "<script>"])
    for answer, value in (("80%", 0.0), ("180%", 1.0), ("<script>65%", 0.0), ("65%", 1.0)):
        assert measure_all(Case(question, reply(answer=answer), book))["forbidden_free"] == value


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 1.0),
        ({"quote": "公办园占比达到56%"}, 0.0),
        ({"quote": "公办园占比 达到65%"}, 0.0),
        ({"quote": ""}, 0.0),
        ({"quote": None}, 0.0),
        ({"start": 0, "end": 9}, 0.0),
        ({"start": None, "end": None}, 1.0),
        ({"clause_id": "2.1.2"}, 0.0),
        ({"clause_id": "9"}, 0.0),
        ({"doc_id": "other"}, 0.0),
        ({"clause_id": "2.1"}, 1.0),
    ],
)
def test_a_quote_is_verbatim_only_in_the_clause_that_is_cited(
    book: ClauseBook, ask: Ask, reply: Reply, cite: Cite, changes: dict[str, Any], expected: float
) -> None:
    citation = {**cite("2.1.1", "公办园占比达到65%"), **changes}
    assert measure_all(Case(ask(), reply(citations=[citation]), book))["quotes_verbatim"] == expected


def test_figure_fidelity_is_the_share_of_figures_that_sources_hold(
    book: ClauseBook, ask: Ask, reply: Reply
) -> None:
    # 2027 and 65% stand in 2.1.1; 80% in the question; 99 nowhere: 3 of 4.
    question = ask(question="是80%吗？")
    answer = reply(answer="不是80%，到2027年是65%，不是99。[1]")
    assert measure_all(Case(question, answer, book))["figure_fidelity"] == 3 / 4


def test_the_number_of_a_clause_may_come_from_a_label_but_an_amount_may_not(
    book: ClauseBook, ask: Ask, reply: Reply, cite: Cite
) -> None:
    citations = [{**cite("2.1.1"), "label": "二、（一）第7项"}]
    for answer, value in (("见第7项。[1]", 1.0), ("见第8项。[1]", 0.0), ("共7个。[1]", 0.0)):
        values = measure_all(Case(ask(), reply(answer=answer, citations=citations), book))
        assert values["figure_fidelity"] == value


def test_a_figure_may_be_written_where_the_clause_has_a_numeral(
    book: ClauseBook, ask: Ask, reply: Reply, cite: Cite
) -> None:
    question = ask(gold=["doc#3"], facts=[["两次", "2次"]])
    answer = reply(answer="每年2次。[1]", citations=[cite("3")])
    values = measure_all(Case(question, answer, book))
    assert (values["facts"], values["figure_fidelity"]) == (1.0, 1.0)


def test_owner_f1_counts_bodies_by_canonical_name(
    book: ClauseBook, ask: Ask, reply: Reply, cite: Cite
) -> None:
    question = ask(gold=["doc#2.1.2"], facts=[["教育"]], owners=["教育部门", "公安部门"])
    whole = reply(answer="由教育、公安等部门负责。[1]", citations=[cite("2.1.2")])
    part = reply(answer="由教育局和财政部门负责。[1]", citations=[cite("2.1.2")])
    assert measure_all(Case(question, whole, book))["owner_f1"] == 1.0
    # Named {教育, 财政}, wanted {教育, 公安}: 2 * 1 / (2 + 2).
    assert measure_all(Case(question, part, book))["owner_f1"] == 2 * 1 / (2 + 2)


@pytest.mark.parametrize("status", ["abstained", "error"])
def test_a_question_without_an_answer_counts_as_wrong_in_every_measure_that_applies(
    book: ClauseBook, ask: Ask, reply: Reply, status: str
) -> None:
    question = ask(forbidden=["80%"], owners=["教育部门"])
    values = measure_all(Case(question, reply(status=status, answer="", citations=[]), book))
    applying = {name for name in values if name not in ("reason_right", "length")}
    assert {name for name in applying if values[name] != 0.0} == set()
    assert values["length"] is None


def test_refusing_what_is_not_there_is_right_whatever_the_reason(
    book: ClauseBook, ask: Ask, reply: Reply
) -> None:
    question = ask(answerable=False)
    right = measure_all(Case(question, reply(status="abstained"), book))
    other = measure_all(Case(question, reply(status="abstained", reason="out_of_scope"), book))
    error = measure_all(Case(question, reply(status="error"), book))
    assert (right["fully_right"], right["reason_right"]) == (1.0, 1.0)
    assert (other["fully_right"], other["reason_right"]) == (1.0, 0.0)
    assert (error["fully_right"], error["reason_right"]) == (0.0, 0.0)
