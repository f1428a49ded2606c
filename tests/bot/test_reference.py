"""Clause references in any usual writing, resolved against the printed numbers."""

from __future__ import annotations

import pytest

from bot.reference import documents_named, resolve
from ingest.parse import parse
from ingest.schema import ClauseTree, CleanDocument, DocumentMeta, OffsetMap

LAW = (
    "某某法\n第一章 总则\n第一条 为了教育，制定本法。\n第二条 本法适用于学校。\n学校包括下列：\n（一）小学；\n（二）中学；\n"
    "（三）大学。\n第二章 附则\n第三条 本法自公布之日起施行。\n第三条之一 另行规定。\n"
)


@pytest.fixture(scope="module")
def law() -> dict[str, ClauseTree]:
    meta = DocumentMeta("law", "某某法", "national", "全国人大常委会", "original", "law.txt", "0" * 64)
    return {"law": parse(CleanDocument(meta, LAW, LAW, OffsetMap.identity(len(LAW))))}


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("第15条讲了什么", ["2.4.15"]),
        ("第十五项", ["2.4.15"]),
        ("15.", ["2.4.15"]),
        ("十七条写了什么", ["2.5.17"]),
        ("总体要求往下数第三段说什么", ["1.p3"]),
        ("工作保障从上往下数第2条", ["3.2"]),
        ("28号条款", ["2.8.28"]),
        ("第15点说啥", ["2.4.15"]),
        ("第１５條", ["2.4.15"]),
        ("第二十八條講什麼", ["2.8.28"]),
        ("二（二）6", ["2.2.6"]),
        ("二、(二)第6项的内容", ["2.2.6"]),
        ("2.2.6讲什么", ["2.2.6"]),
        ("3.2", ["3.2"]),
        ("1.p3", ["1.p3"]),
        ("二、（五）讲了什么", ["2.5"]),
        ("二、重点任务第(五)部分第18条", ["2.5.18"]),
        ("第二部分（三）", ["2.3"]),
        ("第二部分第三条", ["2.1.3"]),
        ("第三部分第（四）条", ["3.4"]),
        ("把第二条第（八）项27点的原文给我", ["2.8.27"]),
        ("第一部分说了啥", ["1"]),
        ("总体要求第3段", ["1.p3"]),
        ("一、第3段", ["1.p3"]),
        ("工作保障第二条", ["3.2"]),
        ("重点任务里的第6项", ["2.2.6"]),
        ("数字教育赋能牵引行动第21项", ["2.6.21"]),
        ("第三个行动是什么", ["2.3"]),
        ("第5到7条", ["2.2.5", "2.2.6", "2.2.7"]),
        ("第5条和第8条", ["2.2.5", "2.2.8"]),
        ("第1、3、5条分别讲什么", ["2.1.1", "2.1.3", "2.2.5"]),
        ("最后一项", ["2.8.28"]),
        ("倒数第二条", ["2.8.27"]),
        ("工作保障最后一条", ["3.4"]),
        ("最后一部分", ["3"]),
        ("纲要（八）", ["3.8"]),
        ("纲要第八条", ["3.8"]),
        ("《纲要》第三十四条讲什么", ["9.34"]),
        ("国家纲要第11部分", ["11"]),
        ("市规划第一部分", ["1"]),
    ],
)
def test_a_reference_resolves_to_its_clause(
    trees: dict[str, ClauseTree], question: str, clauses: list[str]
) -> None:
    found = resolve(question, trees)
    assert [reference.clause_id for reference in found.found] == clauses
    assert not found.missing


@pytest.mark.parametrize(
    "question", ["第30条是什么", "第九十九条", "附件2", "9.9.9", "二（二）第3项", "第四部分", "工作保障第9条"]
)
def test_a_clause_that_does_not_exist_is_missing_from_the_plan(
    trees: dict[str, ClauseTree], question: str
) -> None:
    found = resolve(question, trees)
    assert not found.found
    assert [gap.doc_id for gap in found.missing] == ["fuling-2025-6"]


def test_a_missing_clause_has_its_nearest_neighbours(trees: dict[str, ClauseTree]) -> None:
    # The items of the plan are printed 1 to 28.
    assert resolve("第30条是什么", trees).missing[0].nearest == ("2.8.28", "2.8.27")


@pytest.mark.parametrize("question", ["义务教育法第五条", "《教师法》第7条"])
def test_a_clause_of_a_document_that_is_not_here_is_missing(
    trees: dict[str, ClauseTree], question: str
) -> None:
    found = resolve(question, trees)
    assert not found.found
    assert [gap.doc_id for gap in found.missing] == [""]


@pytest.mark.parametrize(
    "question",
    [
        "2027年目标", "公办园65%", "12368体系", "第一方阵", "师德师风第一标准是什么", "第一阶段", "涪陵府发〔2025〕6号",
        "第1251号建议", "3.0版集团化办学", "每天2小时", "一条龙体系", "一年两次岗位竞聘", "1—2项艺术专长", "三个100%",
        "2—3岁幼儿", "", "？",
    ],
)  # fmt: skip
def test_a_figure_is_no_reference(trees: dict[str, ClauseTree], question: str) -> None:
    assert not resolve(question, trees)


def test_the_rest_of_the_question_and_the_span_are_given(trees: dict[str, ClauseTree]) -> None:
    question = "《纲要》第八条提到小班了吗"
    found = resolve(question, trees)
    assert found.span is not None
    assert question[slice(*found.span)] == "《纲要》第八条"
    assert found.rest == "提到小班了吗"


def test_what_else_the_words_could_mean_is_given(trees: dict[str, ClauseTree]) -> None:
    # The item printed 3 in part two, or its （三）.
    assert resolve("第二部分第三条", trees).found[0].alternatives == ("2.3",)


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("第二条", ["art2"]),
        ("某某法第二条第二款第（三）项", ["art2.p2.3"]),
        ("第三条之一", ["art3-1"]),
        ("第一章第二条", ["art2"]),
        ("第二章", ["2"]),
    ],
)
def test_articles_paragraphs_and_items_of_a_statute(
    law: dict[str, ClauseTree], question: str, clauses: list[str]
) -> None:
    found = [reference.clause_id for reference in resolve(question, law).found]
    expected = clauses if clauses != ["2"] else [law["law"].roots[-1].clause_id]
    assert found == expected


def test_no_documents_resolve_nothing() -> None:
    assert not resolve("第15条", {})


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("国家层面怎么说", ["national-outline-2024-2035"]),
        ("《纲要》", ["national-outline-2024-2035"]),
        ("國家綱要對近視的要求", ["national-outline-2024-2035"]),
        ("市里对双减有什么要求", ["chongqing-plan-2024-2035"]),
        ("重庆的规划", ["chongqing-plan-2024-2035"]),
        ("区里", ["fuling-2025-6"]),
        ("这个方案的文号", ["fuling-2025-6"]),
        (
            "国家、市、区三级怎么说",
            ["national-outline-2024-2035", "chongqing-plan-2024-2035", "fuling-2025-6"],
        ),
        ("涪陵方案和国家纲要有什么不同", ["fuling-2025-6", "national-outline-2024-2035"]),
        ("国家通用语言文字怎么推广", []),
        ("重庆工贸职业技术学院", []),
        ("全国学前教育普及普惠区", []),
    ],
)
def test_documents_and_levels_that_a_question_names(
    trees: dict[str, ClauseTree], question: str, named: list[str]
) -> None:
    assert list(documents_named(question, [tree.meta for tree in trees.values()])) == named
