from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from eval.schema import AnswerRecord, ClauseRef, Question

GOOD: dict[str, Any] = {
    "id": "q1",
    "question": "多少？",
    "kind": "figure",
    "answerable": True,
    "gold": ["d#2.1"],
    "facts": [["65%", "百分之六十五"]],
}


def test_a_valid_line_is_read_with_its_references() -> None:
    question = Question.model_validate(GOOD)
    assert question.gold == (ClauseRef(doc_id="d", clause_id="2.1"),)
    assert question.turns_asked == ("多少？",)
    assert question.documents == ("d",)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"turns": ["一", "二"]}, "question 与 turns"),
        ({"question": None, "turns": ["一"]}, "至少两句"),
        ({"gold": []}, "要有 gold"),
        ({"facts": []}, "要有 facts 或 says"),
        ({"facts": [[]]}, "不能是空串"),
        ({"facts": [["65%", " "]]}, "不能是空串"),
        ({"reason": "not_stated"}, "不写 reason"),
        ({"answerable": False, "gold": [], "facts": []}, "要写 reason"),
        ({"answerable": False, "reason": "not_stated"}, "不写 gold"),
        ({"acceptable": ["d#2.1"]}, "既在 gold 又在 acceptable"),
        ({"gold": ["2.1"]}, "doc_id#clause_id"),
        ({"gold": ["d#"]}, "doc_id#clause_id"),
        ({"twin_of": "q1"}, "不能指向自己"),
        ({"kind": "riddle"}, "figure"),
        ({"colour": "red"}, "Extra inputs"),
        ({"id": "有空格 的"}, "pattern"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused_with_the_reason(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        Question.model_validate({**GOOD, **changes})


@pytest.mark.parametrize(
    ("clause", "other", "expected"),
    [
        ("d#2.2", "d#2.2", True),
        ("d#2.2", "d#2.2.6", True),
        ("d#2.2", "d#2.20", False),
        ("d#2.2.6", "d#2.2", False),
        ("d#2.2", "e#2.2", False),
    ],
)
def test_a_clause_covers_itself_and_what_lies_below_it(clause: str, other: str, expected: bool) -> None:
    assert ClauseRef.parse(clause).covers(ClauseRef.parse(other)) is expected


def test_an_answer_of_another_system_may_hold_more_and_less_than_the_contract() -> None:
    record = AnswerRecord.model_validate(
        {"id": "q", "status": "answered", "model": "x", "citations": [{"doc_id": "d", "clause_id": "1"}]}
    )
    assert record.citations[0].quote is None
    assert record.latency_ms is None
    bare = AnswerRecord.model_validate(
        {"id": 7, "status": "abstained", "answer": None, "citations": None, "retrieved": None}
    )
    assert (bare.id, bare.answer, bare.citations, bare.retrieved) == ("7", "", (), ())
