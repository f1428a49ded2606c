"""Faults put into right answers: each lowers exactly the measures it should, on the questions that ship."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from eval.check import check_questions
from eval.clauses import ClauseBook, from_trees
from eval.dataset import load_questions, split_files
from eval.fold import fold, holds
from eval.measures import Case, facts, figure_fidelity
from eval.schema import AnswerRecord, ClauseRef, Question
from eval.score import score
from ingest.pipeline import read_trees
from ingest.settings import IngestSettings

Row = dict[str, Any]
Mutation = Callable[[Row, Question, ClauseBook], Row]


@pytest.fixture(scope="module")
def shipped() -> ClauseBook:
    return from_trees(read_trees(IngestSettings()))


@pytest.fixture(scope="module")
def questions() -> Sequence[Question]:
    return load_questions(split_files("all"))


def cited(ref: ClauseRef, book: ClauseBook) -> Row:
    quote = (book.text(ref) or "").strip().split("\n")[0]
    return {"ref": 1, "doc_id": ref.doc_id, "clause_id": ref.clause_id, "label": "", "quote": quote}


def perfect(question: Question, book: ClauseBook) -> Row:
    """An answer made of the gold: every fact as it stands in a clause, every gold clause cited."""
    if not question.answerable:
        return {"id": question.id, "status": "abstained", "reason": question.reason, "answer": "没有写。"}
    texts = [fold(book.text(ref) or "") for ref in question.gold]
    said = [next(f for f in group if any(holds(text, f) for text in texts)) for group in question.facts]
    said += [group[0] for group in question.says if not re.search(r"\d", group[0])]
    said += [group[-1] for group in question.says if re.search(r"\d", group[0])]
    return {
        "id": question.id,
        "status": "answered",
        "answer": "；".join([*said, *question.owners]) + "。[1]",
        "citations": [cited(ref, book) for ref in question.gold],
        "confidence": 0.9,
    }


def measured(
    questions: Sequence[Question], book: ClauseBook, mutate: Mutation | None = None
) -> Mapping[str, float]:
    rows = {question.id: perfect(question, book) for question in questions}
    if mutate is not None:
        rows = {question.id: mutate(rows[question.id], question, book) for question in questions}
    answers = {key: AnswerRecord.model_validate(row) for key, row in rows.items()}
    sheet = score(questions, answers, book, name="x")
    values = {name: found["value"] for name, found in sheet["measures"].items() if name != "length"}
    for name in ("false_answer", "false_refusal"):
        values[name] = 1 - values[name]
    return values


def fallen(questions: Sequence[Question], book: ClauseBook, mutate: Mutation) -> set[str]:
    before, after = measured(questions, book), measured(questions, book, mutate)
    assert set(before) == set(after)
    risen = {name for name in before if after[name] > before[name] + 1e-9}
    assert risen == set()
    return {name for name in before if after[name] < before[name] - 1e-9}


def test_the_questions_that_ship_have_no_fault(questions: Sequence[Question], shipped: ClauseBook) -> None:
    assert check_questions(questions, shipped) == []


def test_an_answer_made_of_the_gold_is_fully_right_on_every_question(
    questions: Sequence[Question], shipped: ClauseBook
) -> None:
    values = measured(questions, shipped)
    assert {name: value for name, value in values.items() if value != 1.0} == {}


def wrong_clause(row: Row, question: Question, book: ClauseBook) -> Row:
    """The first citation goes to the organisation of implementation, quoted rightly, and so do all others."""
    if not question.answerable:
        return row
    here = ClauseRef.parse("fuling-2025-6#3.4")
    there = ClauseRef.parse("national-outline-2024-2035#10.38")
    wrong = there if any(ref.covers(here) for ref in question.gold + question.acceptable) else here
    return {**row, "citations": [cited(wrong, book)]}


def changed_figure(row: Row, question: Question, book: ClauseBook) -> Row:
    if not question.answerable:
        return row
    return {
        **row,
        "answer": re.sub(r"\d+(?=%|所|个|项|节|门|名)", "987", row["answer"].split("[")[0]) + "[1]",
    }


def dropped_last_citation(row: Row, question: Question, book: ClauseBook) -> Row:
    """The last of several citations; the only one stays."""
    return {**row, "citations": row["citations"][:-1]} if len(row.get("citations", ())) > 1 else row


def dropped_every_citation(row: Row, question: Question, book: ClauseBook) -> Row:
    return {**row, "citations": []}


def fabricated_quote(row: Row, question: Question, book: ClauseBook) -> Row:
    if not question.answerable:
        return row
    return {**row, "citations": [{**c, "quote": c["quote"] + "且另有规定"} for c in row["citations"]]}


def answered_the_unanswerable(row: Row, question: Question, book: ClauseBook) -> Row:
    if question.answerable:
        return row
    ref = ClauseRef.parse("fuling-2025-6#3.4")
    return {
        **row,
        "status": "answered",
        "reason": None,
        "answer": "见方案。[1]",
        "citations": [cited(ref, book)],
    }


def wrong_reason(row: Row, question: Question, book: ClauseBook) -> Row:
    return row if question.answerable else {**row, "reason": "other"}


def refused_everything(row: Row, question: Question, book: ClauseBook) -> Row:
    return {**row, "status": "abstained", "answer": "没有写。", "citations": [], "reason": question.reason}


def added_a_wrong_citation_at_the_end(row: Row, question: Question, book: ClauseBook) -> Row:
    if not question.answerable:
        return row
    return {**row, "citations": [*row["citations"], *wrong_clause(row, question, book)["citations"]]}


def left_out_a_fact(row: Row, question: Question, book: ClauseBook) -> Row:
    return row if not question.answerable else {**row, "answer": "方案有写。[1]"}


def said_what_is_forbidden(row: Row, question: Question, book: ClauseBook) -> Row:
    if not question.forbidden:
        return row
    return {**row, "answer": f"{question.forbidden[0]}，{row['answer']}"}


@pytest.mark.parametrize(
    ("mutate", "expected"),
    [
        (
            wrong_clause,
            {
                "first_citation",
                "clause_hit",
                "clause_recall",
                "citation_precision",
                "path_credit",
                "figure_fidelity",
                "fully_right",
            },
        ),
        (changed_figure, {"facts", "figure_fidelity", "fully_right"}),
        (dropped_last_citation, {"clause_recall", "path_credit", "figure_fidelity"}),
        (
            dropped_every_citation,
            {
                "first_citation",
                "clause_hit",
                "clause_recall",
                "citation_precision",
                "path_credit",
                "quotes_verbatim",
                "figure_fidelity",
                "fully_right",
            },
        ),
        (fabricated_quote, {"quotes_verbatim", "fully_right"}),
        (answered_the_unanswerable, {"answered_rightly", "reason_right", "false_answer", "fully_right"}),
        (wrong_reason, {"reason_right"}),
        (
            refused_everything,
            {
                "first_citation",
                "clause_hit",
                "clause_recall",
                "citation_precision",
                "path_credit",
                "facts",
                "forbidden_free",
                "quotes_verbatim",
                "figure_fidelity",
                "owner_f1",
                "answered_rightly",
                "false_refusal",
                "fully_right",
            },
        ),
        (added_a_wrong_citation_at_the_end, {"citation_precision"}),
        (left_out_a_fact, {"facts", "owner_f1", "fully_right"}),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_fault_lowers_exactly_the_measures_it_should(
    questions: Sequence[Question], shipped: ClauseBook, mutate: Mutation, expected: set[str]
) -> None:
    assert fallen(questions, shipped, mutate) == expected


def test_a_forbidden_string_lowers_the_measure_that_looks_for_it(
    questions: Sequence[Question], shipped: ClauseBook
) -> None:
    lowered = fallen(questions, shipped, said_what_is_forbidden)
    # Some forbidden strings hold a figure of another clause, and one names a body that is not asked for.
    assert lowered == {"forbidden_free", "fully_right", "figure_fidelity", "owner_f1"}


def test_each_wrong_figure_is_found_in_the_answer_it_stands_in(
    questions: Sequence[Question], shipped: ClauseBook
) -> None:
    missed = []
    for question in questions:
        row = perfect(question, shipped)
        changed = changed_figure(row, question, shipped)
        if changed.get("answer") != row.get("answer") and question.kind == "figure":
            sheet = score([question], {question.id: AnswerRecord.model_validate(changed)}, shipped, name="x")
            if sheet["measures"]["figure_fidelity"]["value"] == 1.0:
                missed.append(question.id)
    assert missed == []


def test_every_figure_of_a_right_answer_that_is_altered_is_caught(
    questions: Sequence[Question], shipped: ClauseBook
) -> None:
    altered, missed, by_fidelity = 0, [], 0
    for question in questions:
        row = perfect(question, shipped)
        text = row["answer"].split("[")[0]
        for match in re.finditer(r"\d+", text if question.answerable else ""):
            for change in (-1, 1, 10):
                figure = str(int(match[0]) + change)
                answer = {**row, "answer": text[: match.start()] + figure + text[match.end() :] + "[1]"}
                case = Case(question, AnswerRecord.model_validate(answer), shipped)
                altered += 1
                unfaithful = (figure_fidelity(case) or 0.0) < 1.0
                by_fidelity += unfaithful
                if not unfaithful and facts(case) == 1.0:
                    missed.append((question.id, answer["answer"]))
    assert altered > 500
    assert missed == []
    # By itself fidelity lets pass what happens to be another figure of the same clause.
    assert by_fidelity / altered > 0.85
