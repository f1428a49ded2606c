from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.errors import GateError
from eval.gate import judge_sheet, pin, read_gate

DAY = date(2025, 3, 28)


def sheet(right: float = 0.9, false_answer: float = 0.05, questions: str = "q" * 64) -> dict[str, Any]:
    measures = {"fully_right": right, "quotes_verbatim": 1.0, "false_answer": false_answer}
    return {
        "questions": 10,
        "questions_digest": questions,
        "corpus_digest": "c" * 64,
        "measures": {name: {"value": value} for name, value in measures.items()},
    }


@pytest.fixture
def pinned(tmp_path: Path) -> tuple[Path, Path]:
    path, log = tmp_path / "gate.json", tmp_path / "gate.log"
    pin(sheet(), reason="第一次", path=path, log=log, today=DAY)
    return path, log


def kept(values: dict[str, Any], path: Path) -> dict[str, bool]:
    return {verdict.measure: verdict.kept for verdict in judge_sheet(values, read_gate(path))}


@pytest.mark.parametrize(
    ("right", "false_answer", "expected"),
    [
        (0.9, 0.05, {"fully_right": True, "quotes_verbatim": True, "false_answer": True}),
        # The margin of fully_right is 0.005, that of false_answer 0.01.
        (0.895, 0.06, {"fully_right": True, "quotes_verbatim": True, "false_answer": True}),
        (0.894, 0.061, {"fully_right": False, "quotes_verbatim": True, "false_answer": False}),
    ],
)
def test_the_gate_shuts_below_a_floor_and_above_a_ceiling(
    pinned: tuple[Path, Path], right: float, false_answer: float, expected: dict[str, bool]
) -> None:
    assert kept(sheet(right, false_answer), pinned[0]) == expected


def test_quotes_have_no_margin(pinned: tuple[Path, Path]) -> None:
    values = sheet()
    values["measures"]["quotes_verbatim"]["value"] = 0.9999
    assert kept(values, pinned[0])["quotes_verbatim"] is False


def test_a_measure_that_is_missing_does_not_pass(pinned: tuple[Path, Path]) -> None:
    values = sheet()
    del values["measures"]["fully_right"]
    verdict = next(v for v in judge_sheet(values, read_gate(pinned[0])) if v.measure == "fully_right")
    assert not verdict.kept
    assert "没有测到" in verdict.sentence()


def test_other_questions_do_not_pass_by_their_digest(pinned: tuple[Path, Path]) -> None:
    with pytest.raises(GateError, match="题集与定门槛时不同"):
        judge_sheet(sheet(questions="x" * 64), read_gate(pinned[0]))


def test_raising_a_floor_is_free_and_logged(pinned: tuple[Path, Path]) -> None:
    changes = pin(sheet(right=0.95), reason="检索改进", path=pinned[0], log=pinned[1], today=DAY)
    assert changes == ["全对 0.9000→0.9500"]
    lines = pinned[1].read_text(encoding="utf-8").splitlines()
    assert lines[1] == "2025-03-28\t收紧\t全对 0.9000→0.9500\t检索改进"


@pytest.mark.parametrize("eased", [{"right": 0.8}, {"false_answer": 0.2}])
def test_lowering_needs_to_be_said_and_leaves_a_line(
    pinned: tuple[Path, Path], eased: dict[str, float]
) -> None:
    path, log = pinned
    before = path.read_text(encoding="utf-8")
    with pytest.raises(GateError, match="--lower"):
        pin(sheet(**eased), reason="不得已", path=path, log=log, today=DAY)
    assert path.read_text(encoding="utf-8") == before
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1
    pin(sheet(**eased), reason="不得已\n换行", lower=True, path=path, log=log, today=DAY)
    line = log.read_text(encoding="utf-8").splitlines()[1]
    assert "放宽" in line
    assert line.endswith("不得已 换行")


def test_taking_a_measure_away_is_lowering(pinned: tuple[Path, Path]) -> None:
    values = sheet()
    del values["measures"]["quotes_verbatim"]
    with pytest.raises(GateError, match=r"引文逐字 1\.0000→—"):
        pin(values, reason="x", path=pinned[0], log=pinned[1])


def test_no_reason_no_pin(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="原因"):
        pin(sheet(), reason="  ", path=tmp_path / "g.json", log=tmp_path / "g.log")


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"format": 99, "bounds": {}})])
def test_a_damaged_gate_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gate.json"
    with pytest.raises(GateError, match="--pin"):
        read_gate(path)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GateError):
        read_gate(path)
