from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

import eval.__main__  # noqa: F401  registers the commands
from eval.cli import app
from eval.cli import run as run_commands
from eval.cli.common import reported

QUESTIONS = [
    {
        "id": "a",
        "question": "公办园占比？",
        "kind": "figure",
        "answerable": True,
        "gold": ["d#1"],
        "facts": [["65%"]],
    },
    {"id": "b", "question": "电话？", "kind": "near_miss", "answerable": False, "reason": "not_stated"},
]
CLAUSES = [
    {"clause_id": "1", "label": "一", "heading": "", "text": "一、公办园占比65%。", "start": 0, "end": 11}
]

Run = Callable[..., Any]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a question file, a folder of clauses, and an answer file of another system."""
    lines = [json.dumps(row, ensure_ascii=False) for row in QUESTIONS]
    (tmp_path / "q.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "clauses").mkdir()
    (tmp_path / "clauses" / "d.json").write_text(json.dumps(CLAUSES), encoding="utf-8")
    answer = {"id": "a", "status": "answered", "answer": "65%", "latency_ms": 4}
    citation = {"doc_id": "d", "clause_id": "1", "quote": "公办园占比65%"}
    rows = [{**answer, "citations": [citation]}, {"id": "zz", "status": "answered", "answer": "？"}]
    (tmp_path / "theirs.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path


@pytest.fixture
def call(files: Path) -> Run:
    def invoke(*words: str | Path, own: bool = True) -> Any:
        common = ["--questions", str(files / "q.jsonl"), "--clauses", str(files / "clauses")] if own else []
        return CliRunner().invoke(app, [*map(str, words), *common])

    return invoke


@pytest.fixture
def chain() -> Iterator[str]:
    module = ModuleType("a_chain_for_the_cli")
    module.answer = lambda question: {  # type: ignore[attr-defined]
        "id": "",
        "status": "answered",
        "answer": "65%",
        "citations": [{"doc_id": "d", "clause_id": "1", "quote": "公办园占比65%"}],
    }
    sys.modules[module.__name__] = module
    yield f"{module.__name__}:answer"
    del sys.modules[module.__name__]


def test_run_asks_scores_and_reports(call: Run, files: Path, chain: str) -> None:
    result = call("run", "--chain", chain, "--out", files / "out")
    assert result.exit_code == 0, result.output
    names = {path.name for path in (files / "out").iterdir()}
    assert {"answers.jsonl", "run.json", "scores.json", "report.html", "report.md", "junit.xml"} <= names
    # a is right, b is answered though it cannot be: 50 %.
    assert "全对 50.0%" in result.output


def test_run_twice_gives_the_same_reports_and_asks_nothing_again(call: Run, files: Path, chain: str) -> None:
    call("run", "--chain", chain, "--out", files / "out")
    kept = {
        name: (files / "out" / name).read_bytes() for name in ("scores.json", "report.html", "answers.jsonl")
    }
    assert call("run", "--chain", chain, "--out", files / "out").exit_code == 0
    assert kept == {name: (files / "out" / name).read_bytes() for name in kept}
    call("run", "--chain", chain, "--out", files / "out", "--fresh")
    for name in ("scores.json", "report.html", "report.md", "junit.xml"):
        if name in kept:
            assert kept[name] == (files / "out" / name).read_bytes()


def test_a_run_that_is_stopped_says_how_it_goes_on(call: Run, files: Path, chain: str) -> None:
    module = sys.modules["a_chain_for_the_cli"]
    answer = module.answer

    def stop(question: str) -> Any:
        if question == "电话？":
            raise KeyboardInterrupt
        return answer(question)

    module.answer = stop  # type: ignore[attr-defined]
    stopped = call("run", "--chain", chain, "--out", files / "out")
    assert stopped.exit_code == 130
    assert "接着" in stopped.output
    module.answer = answer  # type: ignore[attr-defined]
    assert call("run", "--chain", chain, "--out", files / "out").exit_code == 0
    assert len((files / "out" / "answers.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_answers_of_another_system_are_scored(call: Run, files: Path) -> None:
    result = call("score", files / "theirs.jsonl")
    assert result.exit_code == 0, result.output
    sheet = json.loads((files / "theirs" / "scores.json").read_text(encoding="utf-8"))
    # a is right; b has no answer and counts as wrong.
    assert sheet["measures"]["fully_right"]["value"] == 0.5
    assert sheet["name"] == "theirs"
    assert "有 1 个答案不属于这套题" in result.output
    assert "系统自报耗时 中位 4.0 ms" in result.output


def test_only_the_formats_asked_for_are_written(call: Run, files: Path) -> None:
    call("score", files / "theirs.jsonl", "--format", "xml", "--out", files / "x")
    assert [path.name for path in (files / "x").iterdir()] == ["junit.xml"]


def test_two_runs_are_compared_and_reported_together(call: Run, files: Path, chain: str) -> None:
    call("run", "--chain", chain, "--out", files / "one")
    call("score", files / "theirs.jsonl", "--out", files / "two")
    compared = call("compare", files / "one", files / "two", own=False)
    assert "| 全对 | 0.500 | 0.500 |" in compared.output
    as_json = call("compare", files / "one", files / "two", "--json", own=False)
    assert json.loads(as_json.output)["questions"] == 2
    reported_ = call("report", files / "one", files / "two", "--out", files / "both.html", own=False)
    assert reported_.exit_code == 0, reported_.output
    assert "与基线比较" in (files / "both.html").read_text(encoding="utf-8")


def test_baselines_stand_in_one_table(call: Run, files: Path) -> None:
    result = call("baselines", "--only", "bm25-words", "--only", "bm25-clauses", "--out", files / "b")
    assert result.exit_code == 0, result.output
    assert "| BM25 结巴词（500 字） |" in result.output
    assert "| BM25 二字组（整条） |" in result.output


def test_retrieval_is_measured_on_any_corpus(call: Run, files: Path) -> None:
    (files / "c.jsonl").write_text(
        '{"id": "1", "text": "食堂公开"}\n{"id": "2", "text": "教师待遇"}', "utf-8"
    )
    (files / "rq.jsonl").write_text('{"id": "q", "text": "食堂", "gold": ["1"]}', "utf-8")
    words = ("retrieval", "--corpus", files / "c.jsonl", "--queries", files / "rq.jsonl")
    result = call(*words, "--system", "bm25-bigrams", "--json", own=False)
    assert json.loads(result.output)[0]["measures"]["RR@10"] == 1.0
    assert "| bm25-words | 1.000 |" in call(*words, "--system", "bm25-words", own=False).output


def test_check_fails_on_a_fact_that_stands_nowhere(call: Run, files: Path) -> None:
    assert call("check").exit_code == 0
    wrong = json.dumps({**QUESTIONS[0], "id": "c", "question": "几成？", "facts": [["66%"]]})
    with (files / "q.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n" + wrong)
    result = call("check")
    assert result.exit_code == 1
    assert "c：必答要点“66%”不在任何 gold 条款里" in result.output


def test_spans_are_scored(call: Run, files: Path) -> None:
    squad = {
        "data": [
            {
                "paragraphs": [
                    {"context": "甲", "qas": [{"id": "a", "question": "？", "answers": [{"text": "65"}]}]}
                ]
            }
        ]
    }
    (files / "s.json").write_text(json.dumps(squad), encoding="utf-8")
    result = call("spans", files / "s.json", files / "theirs.jsonl", own=False)
    assert "完全相同 1.000" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--url", "http://x", "--chain", "a:b"), "只能给一个"),
        (("run", "--chain", "nothing"), "module:function"),
        (("score", "none.jsonl"), "没有这个文件"),
        (("baselines", "--only", "x"), "没有基线"),
    ],
)
def test_a_wrong_call_ends_with_a_sentence_and_status_2(
    call: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    error = call(*words).exception
    assert error is not None
    with pytest.raises(SystemExit) as caught, reported():
        raise error
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_the_gate_passes_shuts_and_is_pinned(
    call: Run, files: Path, chain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.cli.gate.GATE_PATH", files / "GATE_PATH")
    monkeypatch.setattr("eval.cli.gate.LOG_PATH", files / "LOG_PATH")
    call("run", "--chain", chain, "--out", files / "one")
    (files / "silent.jsonl").write_text("", encoding="utf-8")
    call("score", files / "silent.jsonl", "--out", files / "two")
    pinned = call("gate", "--sheet", files / "one", "--pin", "--reason", "初定", own=False)
    assert pinned.exit_code == 0, pinned.output
    assert call("gate", "--sheet", files / "one", own=False).exit_code == 0
    shut = call("gate", "--sheet", files / "two", own=False)
    assert shut.exit_code == 1
    assert "未通过  全对：0.0000，应不低于 0.5000" in shut.output
    assert "未全对的 2 题：a、b" in shut.output
    assert "初定" in (files / "LOG_PATH").read_text(encoding="utf-8")


def test_this_project_is_the_answerer_when_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stub:
        name = "本项目"

    monkeypatch.setattr(run_commands, "ServiceAnswerer", Stub)
    assert run_commands.make_answerer(None).name == "本项目"  # type: ignore[arg-type]
