"""Verification: right answers pass, and every alteration of a figure, year, unit, bound, name or department is caught."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.schema import Answer, Citation, Turn
from bot.service import Service
from bot.statements import clause_label
from bot.verify import verify
from ingest.body_names import kind_of
from ingest.knowledge import open_knowledge
from ingest.schema import ClauseTree
from ingest.settings import IngestSettings

from .alterations import alterations

QUESTIONS = Path(__file__).parents[2] / "eval" / "questions"
PLAN = "fuling-2025-6"
#: What the tree of the plan is counted to have, which its answers may say.
COUNTED = ("3个", "28项", "8个")


@pytest.fixture(scope="module")
def answers(service: Service) -> list[Answer]:
    """Answers of the service to the development questions, each wording once."""
    found: dict[str, Answer] = {}
    for name in ("dev", "more"):
        for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            history: list[Turn] = []
            for turn in row.get("turns") or [row["question"]]:
                answer = service.ask(turn, history)
                history.append(Turn(turn, answer))
                if answer.status == "answered":
                    found.setdefault(answer.answer, answer)
    return list(found.values())


@pytest.fixture(scope="module")
def departments(service: Service, built_settings: IngestSettings) -> re.Pattern[str]:
    """Finds the bodies that the owner register and the table of bodies know."""
    knowledge = open_knowledge(tuple(service.trees.values()), built_settings)
    named = {row.named_as for row in knowledge.owners if row.basis == "stated"}
    names = {name for name in named if kind_of(name) in ("organ", "group", "medical", "media")}
    names |= set(service.bodies.names())
    return re.compile("|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name))))


def cite(tree: ClauseTree, *quotes: str) -> list[Citation]:
    citations = []
    for ref, quote in enumerate(quotes, start=1):
        start = tree.doc.text.index(quote)
        clause = tree.at(start)
        citations.append(
            Citation(
                ref, tree.doc_id, clause.clause_id, clause_label(tree, clause), quote, start, start + len(quote),
                tree.meta.level, tree.meta.form,
            )
        )  # fmt: skip
    return citations


def counted_in(answer: Answer) -> tuple[str, ...]:
    return (
        COUNTED
        if re.match("全文分|重点任务分", answer.answer.split("）")[-1].strip())
        or "个方面，共" in answer.answer
        else ()
    )


@pytest.mark.parametrize("verbatim", [False, True], ids=["paraphrased", "verbatim"])
def test_right_answers_pass_and_every_alteration_is_caught(
    service: Service, answers: list[Answer], departments: re.Pattern[str], verbatim: bool
) -> None:
    made: Counter[str] = Counter()
    missed = []
    for answer in answers:
        counted = counted_in(answer)

        def problems(text: str, answer: Answer = answer, counted: tuple[str, ...] = counted) -> list[object]:
            found = verify(
                text,
                answer.citations,
                service.trees,
                counted=counted,
                bodies=service.bodies,
                verbatim=verbatim,
            )
            return list(found)

        # What was said in Traditional has been verified before it was written so.
        assert not problems(answer.answer) or (verbatim and "覆函" in answer.answer), answer.answer
        for kind, wrong in alterations(answer.answer, departments):
            made[kind] += 1
            if not problems(wrong):
                missed.append((kind, wrong, answer.answer))
    assert missed == []
    assert len(answers) > 300
    assert sum(made.values()) > 4000
    assert min(made[kind] for kind in ("figure", "year", "unit", "bound", "department", "name", "swap")) >= 20


@pytest.mark.parametrize("field", ["quote", "start", "end", "clause_id", "label", "doc_id", "form"])
def test_an_altered_citation_is_caught(service: Service, answers: list[Answer], field: str) -> None:
    for answer in answers[::7]:
        first = answer.citations[0]
        value = getattr(first, field)
        other = "digest" if value == "original" else "original"
        wrong = value + 1 if isinstance(value, int) else other if field == "form" else f"{value}9"
        citations = (replace(first, **{field: wrong}), *answer.citations[1:])
        assert verify(answer.answer, citations, service.trees, counted=COUNTED), (field, answer.answer)


QUOTE = "实施“新卓越”普通高中建设工程，到2027年，打造“新卓越”普通高中2所、特色普通高中5所"
SPORT = "确保中小学生每天综合体育活动时间不低于2小时"
LEADER = "建立推动教育高质量发展区级部门年度向区委教育工作领导小组报告制度"


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("到2027年，要打造特色普通高中5所", QUOTE),
        ("二〇二七年前，“新卓越”普通高中建成两所", QUOTE),
        ("到２０２７年，打造５所特色普通高中", QUOTE),
        ("到2027年，“新卓越”普通高中2所，特色普通高中5所，分別打造", QUOTE),
        ("中小学生每天综合体育活动至少2小时", SPORT),
        ("每天的体育活动不少于两个小时", SPORT),
        ("区级部门每年要向区委教育工作领导小组报告", LEADER),
    ],
)
def test_a_paraphrase_that_says_the_same_passes(trees: dict[str, ClauseTree], said: str, quote: str) -> None:
    assert verify(f"{said}。[1]", cite(trees[PLAN], quote), trees) == []


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("到2027年，打造特色普通高中2所", QUOTE),
        ("到2027年，“新卓越”普通高中5所、特色普通高中2所", QUOTE),
        ("到2027年，打造2所特色普通高中", QUOTE),
        ("到2027年，打造特色普通高中5个", QUOTE),
        ("到2027年，打造特色普通高中5%", QUOTE),
        ("到2035年，打造特色普通高中5所", QUOTE),
        ("到2027年，打造“卓越”普通高中2所", QUOTE),
        ("到2027年3月，打造特色普通高中5所", QUOTE),
        ("到2027年，打造特色普通高中5—8所", QUOTE),
        ("到2027年，打造特色普通高中不超过5所", QUOTE),
        ("到2027年，打造特色普通高中五十所", QUOTE),
        ("中小学生每天综合体育活动不超过2小时", SPORT),
        ("中小学生每天综合体育活动2小时以下", SPORT),
        ("中小学生每天综合体育活动不低于2分钟", SPORT),
        ("中小学生不得参加每天2小时以上的综合体育活动", SPORT),
        ("区级部门向市委教育工作领导小组报告", LEADER),
        ("区级部门向区委编办报告", LEADER),
        ("区教委要求区级部门年度报告", LEADER),
    ],
)
def test_a_paraphrase_that_says_something_else_is_caught(
    trees: dict[str, ClauseTree], said: str, quote: str
) -> None:
    assert verify(f"{said}。[1]", cite(trees[PLAN], quote), trees)


def test_another_name_of_the_same_department_is_borne_out(service: Service) -> None:
    tree = service.trees["chongqing-plan-2024-2035"]
    citations = cite(tree, "市教委会同市委宣传部、市妇联等13个部门印发了学校家庭社会协同育人机制的实施方案")
    assert (
        verify("由市教委会同市妇联等13个部门印发。[1]", citations, service.trees, bodies=service.bodies) == []
    )
    assert verify("由区教委会同市妇联等13个部门印发。[1]", citations, service.trees, bodies=service.bodies)


def test_words_of_its_own_are_strange_to_an_answer_that_is_verbatim(trees: dict[str, ClauseTree]) -> None:
    citations = cite(trees[PLAN], QUOTE)
    said = "到2027年，打造特色职业高中5所。[1]"
    assert verify(said, citations, trees) == []
    assert ["特色职业高中" in problem.what for problem in verify(said, citations, trees, verbatim=True)] == [
        True
    ]


def test_a_document_is_not_given_another_level(service: Service) -> None:
    answer = service.ask("国家纲要和区方案对每天体育活动时间怎么规定？")
    assert "国家《" in answer.answer
    wrong = answer.answer.replace("国家《", "市《")
    assert any("级别" in problem.what for problem in verify(wrong, answer.citations, service.trees))


def test_long_input_is_verified_in_linear_time(trees: dict[str, ClauseTree]) -> None:
    said = "到2027年，打造特色普通高中5所，" * 3000
    assert verify(f"{said}[1]", cite(trees[PLAN], QUOTE), trees) == []


def test_a_figure_is_held_to_the_date_that_it_follows(trees: dict[str, ClauseTree]) -> None:
    doc_id, tree, start = next(
        (doc_id, tree, tree.doc.text.find("到2026年底：典型应用场景"))
        for doc_id, tree in trees.items()
        if "到2026年底：典型应用场景" in tree.doc.text
    )
    end = tree.doc.text.index("10个以上", start) + len("10个以上")
    clause = tree.at(start)
    label = clause_label(tree, clause)
    words = tree.doc.text[start:end]
    citation = Citation(
        1, doc_id, clause.clause_id, label, words, start, end, tree.meta.level, tree.meta.form
    )
    assert not verify("到2027年底，典型应用场景10个以上。[1]", [citation], trees)
    assert verify("到2027年底，典型应用场景5个左右。[1]", [citation], trees)
