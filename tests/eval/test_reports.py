from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from eval.artifacts import write_reports
from eval.clauses import ClauseBook
from eval.compare import compare, comparison_markdown
from eval.errors import EvalError
from eval.junit import render_junit
from eval.markdown import headline, render_markdown
from eval.measures import MEASURE_NAMES, MEASURES
from eval.report import EXPLANATIONS, TABLE, render_report
from eval.schema import AnswerRecord, Question
from eval.score import score
from eval.stage import STAGE_HINTS, STAGE_NAMES

Ask = Callable[..., Question]
Reply = Callable[..., AnswerRecord]


@pytest.fixture
def sheet(book: ClauseBook, ask: Ask, reply: Reply) -> dict[str, Any]:
    """Four questions: one right, one with a wrong fact, one answered that should not be, one with no answer."""
    questions = [
        ask(),
        ask(id="q2", question="共同体<b>几个</b>？", facts=[["5个"]]),
        ask(id="q3", question="电话？", answerable=False),
        ask(id="q4", question="坏\u0001字？", kind="hostile"),
    ]
    evil = '<script>alert("x")</script>65%'
    answers = {"q1": reply(), "q2": reply(id="q2", answer=evil), "q3": reply(id="q3")}
    return score(questions, answers, book, name="系统 <A>", determinism={"asked": 4, "identical": 3})


def test_the_page_stands_alone_and_shows_everything(sheet: dict[str, Any]) -> None:
    page = render_report([sheet])
    assert re.findall(r"""(?:src|href)\s*=|@import|url\(|https?://(?!www\.w3\.org/2000/svg)""", page) == []
    assert page.count("<svg") == 6
    for text in ("先改什么", "出错的环节", "按题型", "按文件", "按问法", "置信度是否可信", "错题（3）"):
        assert text in page
    assert "4 道里有 3 道答案逐字相同" in page


def test_nothing_of_a_question_or_an_answer_becomes_markup(sheet: dict[str, Any]) -> None:
    page = render_report([sheet])
    assert "<script>alert" not in page
    assert "<b>几个" not in page
    assert "&lt;script&gt;alert" in page
    assert "系统 &lt;A&gt;" in page


def test_the_page_names_the_most_common_fault_and_what_to_do(sheet: dict[str, Any]) -> None:
    page = render_report([sheet])
    # One fault each of composing, abstaining and of no answer; the first in the order of the pipeline leads.
    assert sheet["stages"] == {"run": 1, "parse": 0, "retrieve": 0, "select": 0, "compose": 1, "abstain": 1}
    assert STAGE_HINTS["run"] in page


def test_the_same_sheet_gives_the_same_files_byte_for_byte(tmp_path: Path, sheet: dict[str, Any]) -> None:
    one = write_reports(tmp_path / "a", [sheet])
    two = write_reports(tmp_path / "b", [sheet])
    assert [path.name for path in one] == ["scores.json", "report.md", "report.html", "junit.xml"]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_run_without_a_wrong_answer_says_so(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    page = render_report([score([ask()], {"q1": reply()}, book, name="x")])
    assert page.count("没有错题。") == 2


def test_times_are_shown_only_when_they_are_given(sheet: dict[str, Any]) -> None:
    assert "耗时" not in render_report([sheet])
    assert "7.5 / 9.5" in render_report([sheet], [{"p50_ms": 7.5, "p95_ms": 9.5}])


def test_several_systems_stand_in_one_table(sheet: dict[str, Any], book: ClauseBook, ask: Ask) -> None:
    other = score([ask()], {}, book, name="另一个")
    page, text = render_report([sheet, other]), render_markdown([sheet, other])
    assert "与基线比较" in page
    assert "另一个" in page
    assert "| 另一个 | 0.0% |" in text


def test_markdown_lists_groups_stages_and_wrong_answers(sheet: dict[str, Any]) -> None:
    text = render_markdown([sheet])
    # Right is q1 of q1, q2 (figure): 50 %.
    assert "| 数字 | 2 | 50.0% |" in text
    assert "- `q2` [组织答案]" in text
    assert "缺要点：5个" in text
    assert "全对 25.0%" in headline(sheet)


def test_every_measure_is_named_and_explained() -> None:
    assert set(MEASURES) <= set(MEASURE_NAMES)
    assert set(MEASURES) | {"false_answer", "false_refusal"} == set(EXPLANATIONS)
    assert set(TABLE) <= set(MEASURE_NAMES)
    assert set(STAGE_NAMES) == set(STAGE_HINTS)


def test_junit_has_a_case_a_question_and_counts_failures_and_errors(sheet: dict[str, Any]) -> None:
    root = ElementTree.fromstring(render_junit(sheet))
    assert root.attrib["tests"] == "4"
    assert root.attrib["failures"] == "2"
    assert root.attrib["errors"] == "1"
    cases = {case.attrib["name"].split()[0]: case for case in root.iter("testcase")}
    assert cases["q1"].find("failure") is None
    failure = cases["q2"].find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "compose"
    assert cases["q4"].find("error") is not None
    # A control character of a hostile question cannot stand in XML.
    assert "坏\ufffd字" in cases["q4"].attrib["name"]


def test_two_sheets_are_compared_question_by_question(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    questions = [ask(id=f"q{n}", question=f"第{n}问？") for n in range(6)]
    wrong = {"answer": "不知道。[1]"}
    before = {f"q{n}": reply(id=f"q{n}", **(wrong if n in (0, 1) else {})) for n in range(6)}
    after = {f"q{n}": reply(id=f"q{n}", **(wrong if n == 5 else {})) for n in range(5 + 1)}
    a, b = (score(questions, answers, book, name=name) for name, answers in (("前", before), ("后", after)))
    result = compare(a, b)
    # Right before: 4 of 6, after: 5 of 6.
    assert result["measures"]["fully_right"]["mean_a"] == pytest.approx(4 / 6, abs=1e-6)
    assert result["measures"]["fully_right"]["difference"] == pytest.approx(1 / 6, abs=1e-6)
    assert {row["id"]: row["change"] for row in result["changed"]} == {
        "q0": "fixed",
        "q1": "fixed",
        "q5": "broken",
    }
    assert result["reworded"] == 3
    text = comparison_markdown(result)
    assert "## 变错的题（1）" in text
    assert "`q5` 第5问？" in text


def test_only_shared_questions_are_compared(book: ClauseBook, ask: Ask, reply: Reply) -> None:
    a = score([ask(), ask(id="q2", question="二？")], {"q1": reply()}, book, name="a")
    b = score([ask(), ask(id="q3", question="三？")], {"q1": reply()}, book, name="b")
    result = compare(a, b)
    assert (result["questions"], result["only_a"], result["only_b"]) == (1, 1, 1)
    with pytest.raises(EvalError, match="没有共同的题"):
        compare(score([ask(id="z")], {}, book, name="z"), a)
