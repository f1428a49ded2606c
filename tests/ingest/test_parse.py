"""The clause tree: golden tree of the plan, traps of numbering, and properties that hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parse import parse
from ingest.schema import ClauseTree, CleanDocument, DocumentMeta, OffsetMap

META = DocumentMeta("doc", "测试文件", "other", "测试机关", "original", "doc.txt", "0" * 64)


def tree_of(*lines: str, headings: tuple[tuple[int, int], ...] = ()) -> ClauseTree:
    text = "".join(line + "\n" for line in lines)
    return parse(CleanDocument(META, text, text, OffsetMap.identity(len(text)), headings))


def ids(tree: ClauseTree) -> list[str]:
    return [clause.clause_id for clause in tree.walk()]


def test_the_plan_has_its_parts_paragraphs_sections_items_and_safeguards(plan: ClauseTree) -> None:
    found = ids(plan)
    assert [root.clause_id for root in plan.roots] == ["0", "1", "2", "3"]
    assert [i for i in found if i.startswith("1.p")] == [f"1.p{n}" for n in range(1, 11)]
    assert [i for i in found if i.count(".") == 1 and i[0] == "2"] == [f"2.{n}" for n in range(1, 9)]
    assert [i for i in found if i.startswith("3.")] == ["3.1", "3.2", "3.3", "3.4"]
    # 4 + 6 + 3 + 3 + 3 + 3 + 4 + 2 = 28 items, numbered on through the sections.
    sizes = [4, 6, 3, 3, 3, 3, 4, 2]
    expected, number = [], 0
    for section, size in enumerate(sizes, start=1):
        for _ in range(size):
            number += 1
            expected.append(f"2.{section}.{number}")
    assert [i for i in found if i.count(".") == 2] == expected
    assert number == 28


@pytest.mark.parametrize(
    ("clause_id", "label", "words"),
    [
        ("1.p3", "一、第3段", "到2027年，教育强区建设取得阶段性成效"),
        ("2.2.6", "二、（二）第6项", "有序推进小班化教学改革"),
        ("2.4.15", "二、（四）第15项", "“双师型”教师占比达到72%以上"),
        ("2.4.16", "二、（四）第16项", "增设先进材料、电子信息等"),
        ("3.4", "三、（四）", "宣传部门、新闻媒体和教育部门要密切配合"),
    ],
)
def test_an_id_of_the_plan_resolves_to_the_text_that_stands_there(
    plan: ClauseTree, clause_id: str, label: str, words: str
) -> None:
    clause = plan.find(clause_id)
    assert clause is not None
    assert clause.label == label
    assert words in plan.own_text(clause)


def test_the_national_digest_has_eleven_parts_and_thirty_eight_articles(trees: dict[str, ClauseTree]) -> None:
    outline = trees["national-outline-2024-2035"]
    parts = [clause for clause in outline.walk() if clause.kind == "level_1"]
    articles = [clause for clause in outline.walk() if clause.kind == "level_2"]
    assert [clause.clause_id for clause in parts] == [str(n) for n in range(1, 12)]
    assert [int(clause.clause_id.split(".")[1]) for clause in articles] == list(range(1, 39))
    assert outline.find("3.7") is not None
    assert outline.find("3.7").heading == "健全与人口变化相适应的基础教育资源统筹调配机制"  # type: ignore[union-attr]


def test_the_municipal_digest_numbers_only_what_is_confirmed(trees: dict[str, ClauseTree]) -> None:
    plan = trees["chongqing-plan-2024-2035"]
    assert [clause.clause_id for clause in plan.walk() if clause.kind == "level_1"] == ["1"]
    named = [clause.clause_id for clause in plan.walk() if clause.kind == "named"]
    assert len([name for name in named if name.endswith("行动")]) == 8
    assert plan.find("基础教育公平优质行动.p2") is not None


def test_the_own_texts_of_the_clauses_put_together_are_the_text(trees: dict[str, ClauseTree]) -> None:
    for tree in trees.values():
        assert "".join(tree.own_text(clause) for clause in tree.walk()) == tree.doc.text


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Half and full width, （一） and (一), 1. 1． 1、 alike.
        (["一、总则", "(一)甲", "1.子", "2．丑", "3、寅", "（二）乙"], ["1", "1.1", "1.1.1", "1.1.2", "1.1.3", "1.2"]),
        (["一、甲", "（一）乙", "6.丙。", "（1）丁", "①戊", "②己"], ["1", "1.1", "1.1.6", "1.1.6.1", "1.1.6.1.1", "1.1.6.1.2"]),
        # Numbers that run on keep the printed one.
        (["一、甲", "（一）乙", "1.丙", "（二）丁", "2.戊"], ["1", "1.1", "1.1.1", "1.2", "1.2.2"]),
        # A cross-reference at the start of a line opens nothing.
        (["一、甲", "第15条所述任务由区教委承担。"], ["1", "1.p1"]),
        (["一、甲", "（一）乙", "（二）和（三）中的任务一并落实。"], ["1", "1.1", "1.1.p1"]),
        # Decimals and years are no item numbers.
        (["一、甲", "2.5公里以内就近入学。", "2027年建成。"], ["1", "1.p1", "1.p2"]),
        # A repeated number is told apart, not refused.
        (["一、甲", "一、乙"], ["1", "1~2"]),
        # A table of contents that is repeated by the body opens nothing.
        (["目录", "一、甲……1", "二、乙……2", "一、甲", "正文。", "二、乙"], ["0", "0.p1", "0.p2", "0.p3", "1", "1.p1", "2"]),
        (["一、甲", "附件2", "一、子", "（一）丑"], ["1", "annex2", "annex2.1", "annex2.1.1"]),
        # A list of annexes at the end of a notice is a list.
        (["一、甲", "附件1 名单", "附件2 表格"], ["1", "1.p1", "1.p2"]),
        (["一、甲", "| 任务 | 牵头 |", "| 招生 | 教委 |", "| 资助 | 财政 |"], ["1", "1.t1", "1.t1.r1", "1.t1.r2"]),
        (["第一章 总则", "第一条 为了甲。", "第二条 乙。", "丙：", "（一）子；", "（二）丑。", "丁。"],
         ["ch1", "art1", "art2", "art2.p1", "art2.p2", "art2.p2.1", "art2.p2.2", "art2.p3"]),
        (["第十二条 甲。", "第十二条之一 乙。"], ["art12", "art12-1"]),
        (["第三条 有下列情形之一的：", "（一）甲；", "1.子；", "（二）乙。"], ["art3", "art3.1", "art3.1.1", "art3.2"]),
    ],
)  # fmt: skip
def test_lines_open_the_clauses_that_their_numbers_say(lines: list[str], expected: list[str]) -> None:
    assert ids(tree_of(*lines)) == expected


@pytest.mark.parametrize(
    ("lines", "clause_id", "label"),
    [
        (["第三章 甲", "第十二条 乙。", "丙：", "（一）子；", "（二）丑；", "（三）寅。"], "art12.p2.3", "第十二条第二款第（三）项"),
        (["一、子", "附件2", "一、甲"], "annex2", "附件2"),
        (["二、甲", "| 任务 | 牵头 |", "| 一 | 二 |", "| 三 | 四 |", "| 五 | 六 |"], "2.t1.r3", "二、表1第3行"),
        (["二、甲", "（二）乙", "6.丙", "（1）丁", "①戊"], "2.2.6.1.1", "二、（二）第6项（1）①"),
    ],
)  # fmt: skip
def test_labels_are_those_of_the_contract(lines: list[str], clause_id: str, label: str) -> None:
    clause = tree_of(*lines).find(clause_id)
    assert clause is not None
    assert clause.label == label


_KEYWORDS = st.sampled_from(
    ["一、", "（一）", "(二)", "1.", "2．", "（1）", "①", "第一章", "第二条", "第十二条之一", "附件1", "目录", "| a | b |", "所述", "到2027年",
     "。", "；", "：", "教育", "《方案》", "10所", " ", "第", "条", "\u3000"]
)  # fmt: skip
_LINES = st.lists(st.lists(_KEYWORDS, max_size=6).map("".join), max_size=14)


@settings(max_examples=250, deadline=None)
@given(_LINES)
def test_any_text_parses_into_spans_that_tile_it(lines: list[str]) -> None:
    tree = tree_of(*lines)
    clauses = list(tree.walk())
    assert "".join(tree.own_text(clause) for clause in clauses) == tree.doc.text
    assert len({clause.clause_id for clause in clauses}) == len(clauses)
    assert tree_of(*lines).roots == tree.roots


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_text_of_any_kind_parses(text: str) -> None:
    lines = text.splitlines()
    tree = tree_of(*lines)
    assert "".join(tree.own_text(clause) for clause in tree.walk()) == tree.doc.text
