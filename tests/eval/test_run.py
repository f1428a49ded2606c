from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.dataset import load_answers
from eval.errors import DatasetError
from eval.run import run_questions, timing_by_answerer, timing_summary
from eval.schema import AnswerRecord, Question

Ask = Callable[..., Question]


class Recorder:
    """Answers every question with its own words; remembers what it was asked, and can be made to stop."""

    def __init__(
        self, name: str = "recorder", stop_at: str = "", fail_at: str = "", restless: bool = False
    ) -> None:
        self.name = name
        self.asked: list[str] = []
        self._stop_at, self._fail_at, self._restless = stop_at, fail_at, restless

    def ask(self, question: Question) -> AnswerRecord:
        self.asked.append(question.id)
        if question.id == self._stop_at:
            raise KeyboardInterrupt
        status = "error" if question.id == self._fail_at else "answered"
        answer = f"{question.last}{len(self.asked) if self._restless else ''}"
        return AnswerRecord.model_validate(
            {"id": question.id, "status": status, "answer": answer, "latency_ms": float(len(self.asked))}
        )


@pytest.fixture
def questions(ask: Ask) -> list[Question]:
    return [ask(id=f"q{number}", question=f"第{number}个？") for number in range(4)]


def test_a_stopped_run_is_continued_where_it_stopped(tmp_path: Path, questions: list[Question]) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_questions(questions, Recorder(stop_at="q2"), tmp_path)
    again = Recorder()
    result = run_questions(questions, again, tmp_path)
    # Asked anew: q2 and q3; then all four again for determinism.
    assert again.asked == ["q2", "q3", "q0", "q1", "q2", "q3"]
    assert list(result.answers) == ["q0", "q1", "q2", "q3"]
    assert list(load_answers(tmp_path / "answers.jsonl")) == ["q0", "q1", "q2", "q3"]


def test_a_line_that_was_cut_off_is_asked_again(tmp_path: Path, questions: list[Question]) -> None:
    run_questions(questions, Recorder(), tmp_path)
    path = tmp_path / "answers.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    again = Recorder()
    run_questions(questions, again, tmp_path)
    assert again.asked[0] == "q3"
    assert set(load_answers(path)) == {"q0", "q1", "q2", "q3"}


def test_an_error_is_asked_again(tmp_path: Path, questions: list[Question]) -> None:
    first = run_questions(questions, Recorder(fail_at="q1"), tmp_path)
    assert first.answers["q1"].status == "error"
    again = Recorder()
    assert run_questions(questions, again, tmp_path).answers["q1"].status == "answered"
    assert again.asked[0] == "q1"


def test_a_run_of_other_questions_or_another_answerer_is_not_continued(
    tmp_path: Path, questions: list[Question]
) -> None:
    run_questions(questions, Recorder(), tmp_path)
    with pytest.raises(DatasetError, match="--fresh"):
        run_questions(questions[:2], Recorder(), tmp_path)
    with pytest.raises(DatasetError, match="--fresh"):
        run_questions(questions, Recorder(name="other"), tmp_path)
    assert len(run_questions(questions[:2], Recorder(name="other"), tmp_path, fresh=True).answers) == 2


def test_an_answerer_that_says_something_else_the_second_time_is_found_out(
    tmp_path: Path, questions: list[Question]
) -> None:
    steady = run_questions(questions, Recorder(), tmp_path / "a")
    restless = run_questions(questions, Recorder(restless=True), tmp_path / "b")
    # Latencies differ every time and do not count.
    assert steady.determinism == {"asked": 4, "identical": 4}
    assert restless.determinism == {"asked": 4, "identical": 0}


def test_percentiles_of_time_are_those_of_the_questions(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"q{number}", "ms": ms}) for number, ms in enumerate([10, 20, 30, 40, 100])]
    (tmp_path / "timing.jsonl").write_text("\n".join(lines), encoding="utf-8")
    summary = timing_summary(tmp_path)
    assert summary is not None
    # Median of five is the third; p95 lies 0.8 of the way from the fourth to the fifth: 40 + 0.8 * 60.
    assert (summary["p50_ms"], summary["p95_ms"], summary["mean_ms"]) == (30.0, 88.0, 40.0)
    assert timing_summary(tmp_path / "none") is None


def test_answers_from_elsewhere_are_timed_by_what_they_say() -> None:
    records = [AnswerRecord(id=str(ms), status="answered", latency_ms=ms) for ms in (1.0, 3.0)]
    found = timing_by_answerer([*records, AnswerRecord(id="x", status="answered")])
    assert found is not None
    assert (found["n"], found["p50_ms"]) == (2, 2.0)
    assert timing_by_answerer([]) is None
