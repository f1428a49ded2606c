from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.clauses import ClauseBook
from eval.errors import DatasetError
from eval.schema import AnswerRecord, Question
from eval.score import dump_sheet, load_sheet, score

Ask = Callable[..., Question]
Reply = Callable[..., AnswerRecord]


def test_a_question_without_an_answer_counts_as_wrong_and_is_counted(
    book: ClauseBook, ask: Ask, reply: Reply
) -> None:
    questions = [ask(), ask(id="q2", question="占比？"), ask(id="q3", question="电话？", answerable=False)]
    sheet = score(questions, {"q1": reply()}, book, name="x")
    # Right: q1 of three; q2 and q3 have no answer.
    assert sheet["measures"]["fully_right"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert sheet["measures"]["facts"]["value"] == 1 / 2
    assert sheet["unanswered"] == 2
    assert sheet["stages"]["run"] == 2


def test_an_answer_to_no_question_changes_nothing(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    alone = score([ask()], {"q1": reply()}, book, name="x")
    more = score([ask()], {"q1": reply(), "zz": reply(id="zz")}, book, name="x")
    assert dump_sheet(alone) == dump_sheet(more)


def test_latency_does_not_reach_the_sheet(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    one = score([ask()], {"q1": reply(latency_ms=1.0)}, book, name="x")
    two = score([ask()], {"q1": reply(latency_ms=99.0)}, book, name="x")
    assert dump_sheet(one) == dump_sheet(two)


def test_retrieval_is_measured_where_the_answerer_tells_what_it_retrieved(
    book: ClauseBook, ask: Ask, reply: Reply
) -> None:
    questions = [ask(gold=["doc#2.1"]), ask(id="q2", question="占比？")]
    answers = {"q1": reply(retrieved=["doc#3", "doc#2.1.1", "doc#2.1.2"]), "q2": reply(id="q2", retrieved=[])}
    found = score(questions, answers, book, name="x")["retrieval"]
    # q1: 2.1.1 lies below the gold clause 2.1 and stands second, 1/2; q2: nothing found, 0.
    assert found["RR@10"] == (1 / 2 + 0) / 2
    assert found["R@1"] == 0.0
    assert found["R@5"] == (1 + 0) / 2
    assert score(questions, {"q1": reply()}, book, name="x")["retrieval"] is None


def test_a_sheet_is_read_back_from_its_folder(
    tmp_path: Path, book: ClauseBook, ask: Ask, reply: Reply
) -> None:
    sheet = score([ask()], {"q1": reply()}, book, name="x")
    (tmp_path / "scores.json").write_text(dump_sheet(sheet), encoding="utf-8")
    assert load_sheet(tmp_path) == json.loads(dump_sheet(sheet))


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 99}'])
def test_what_is_no_sheet_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "scores.json").write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError):
        load_sheet(tmp_path)


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="先运行"):
        load_sheet(tmp_path)


def test_answers_that_no_code_of_ours_made_are_scored(tmp_path: Path, book: ClauseBook, ask: Ask) -> None:
    row: dict[str, Any] = {
        "id": "q1",
        "status": "answered",
        "answer": "65%",
        "citations": [{"doc_id": "doc", "clause_id": "2.1.1", "quote": "公办园占比达到65%"}],
    }
    sheet = score([ask()], {"q1": AnswerRecord.model_validate(row)}, book, name="theirs")
    assert sheet["measures"]["fully_right"]["value"] == 1.0
    assert sheet["calibration"]["bins"] == []
