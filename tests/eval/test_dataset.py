from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import (
    dump_line,
    load_answers,
    load_questions,
    questions_digest,
    root_id,
    side,
    split_files,
)
from eval.errors import DatasetError

ROW: dict[str, Any] = {
    "id": "q1",
    "question": "多少？",
    "kind": "figure",
    "answerable": True,
    "gold": ["d#2.1"],
    "facts": [["65%"]],
}


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "不是合法的 JSON"),
        ("[1]", "应是一个 JSON 对象"),
        (json.dumps({**ROW, "id": "q2", "kind": "riddle"}), "kind"),
        (json.dumps(ROW), "已有"),
    ],
)
def test_a_bad_line_is_named_by_file_and_number(tmp_path: Path, line: str, said: str) -> None:
    path = write(tmp_path / "q.jsonl", ROW, "", line)
    with pytest.raises(DatasetError, match=said) as caught:
        load_questions([path])
    assert caught.value.line == 3
    assert f"{path}:3" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="没有这个文件"):
        load_questions([tmp_path / "none.jsonl"])


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_bytes("多少".encode("gb18030"))
    with pytest.raises(DatasetError, match="读不了"):
        load_questions([tmp_path / "q.jsonl"])


def test_a_line_separator_inside_a_string_does_not_cut_the_line(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(dump_line({**ROW, "question": "多少\u2028？"}) + "\n", encoding="utf-8")
    assert load_questions([path])[0].question == "多少\u2028？"


def test_of_two_answers_with_one_id_the_later_counts(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        {"id": "q1", "status": "error"},
        {"id": "q1", "status": "answered", "answer": "是"},
    )
    assert load_answers(path)["q1"].answer == "是"


def test_the_digest_depends_on_questions_not_on_their_order(tmp_path: Path) -> None:
    other = {**ROW, "id": "q2", "question": "几个？"}
    one = load_questions([write(tmp_path / "a.jsonl", ROW, other)])
    two = load_questions([write(tmp_path / "b.jsonl", other, ROW)])
    changed = load_questions([write(tmp_path / "c.jsonl", ROW, {**other, "question": "几所？"})])
    assert questions_digest(one) == questions_digest(two) != questions_digest(changed)


def test_twins_share_the_half_of_the_question_they_put_otherwise() -> None:
    everything = {question.id: question for question in load_questions(split_files("all"))}
    for question in everything.values():
        if question.twin_of is not None:
            assert root_id(question, everything) == root_id(everything[question.twin_of], everything)


def test_every_question_that_ships_stands_in_the_half_that_the_rule_gives() -> None:
    everything = {question.id: question for question in load_questions(split_files("all"))}
    for name in ("dev", "test"):
        for question in load_questions(split_files(name)):
            assert side(root_id(question, everything)) == name


def test_the_set_is_large_and_varied_enough_in_both_halves() -> None:
    everything = load_questions(split_files("all"))
    assert len(everything) >= 300
    kinds = Counter(question.kind for question in everything)
    styles = Counter(question.style for question in everything)
    assert sum(not question.answerable for question in everything) >= 60
    assert styles["colloquial"] >= 40
    assert styles["traditional"] >= 30
    assert styles["typo"] >= 25
    assert kinds["multi_turn"] >= 20
    assert kinds["by_number"] >= 30
    assert kinds["yes_no"] + kinds["wrong_premise"] >= 25
    assert kinds["comparison"] >= 25
    assert kinds["owner"] >= 25
    for name in ("dev", "test"):
        half = load_questions(split_files(name))
        assert {question.kind for question in half} == set(kinds)
        assert {question.style for question in half} == set(styles)
