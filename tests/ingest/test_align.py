"""Clauses beside those of the documents above."""

from __future__ import annotations

from ingest.align import AlignRow, align_documents, parents_of
from ingest.bodies import BodyTable
from ingest.knowledge import extract
from ingest.schema import ClauseTree
from ingest.targets import extract_targets
from tests.gold.score import tree_of

PARENT = """# 国家纲要

## 一、学前教育

（一）发展学前教育。稳步增加公办幼儿园学位。普惠性幼儿园覆盖率达到85%。

（二）加强体育。中小学生每天综合体育活动时间不少于2小时。

（三）发展老年教育。办好老年大学，完善终身学习制度。
"""

CHILD = """# 区方案

根据《国家纲要》制定。

## 一、重点任务

1. 学前教育。稳步增加公办幼儿园学位供给，普惠性幼儿园覆盖率达到90%，组建学前共同体5个。

2. 学校体育。中小学生每天综合体育活动时间不少于1小时。

3. 研学地图。依托榨菜博物馆打造研学地图。
"""


def trees(*, form: str = "original") -> tuple[ClauseTree, ClauseTree]:
    parent = tree_of(PARENT, doc_id="nation", title="国家纲要", level="national", form=form)
    return parent, tree_of(CHILD, doc_id="here", title="区方案")


def aligned(*, form: str = "original") -> list[AlignRow]:
    both = trees(form=form)
    return list(align_documents(both, [row for tree in both for row in extract_targets(tree)]))


def test_each_item_finds_the_clause_it_carries_out() -> None:
    found = {row.clause_id: row.parent_clause_id for row in aligned() if row.clause_id}
    assert found == {"1.1": "1.1", "1.2": "1.2", "1.3": None}


def test_figures_stand_side_by_side_and_say_whether_more_is_asked() -> None:
    rows = {row.clause_id: row for row in aligned()}
    assert rows["1.1"].relation == "提高"
    assert [(each.here, each.there) for each in rows["1.1"].differences] == [("90%", "85%"), ("5个", "")]
    assert rows["1.2"].relation == "降低"
    assert [(each.here, each.there) for each in rows["1.2"].differences] == [("不少于1小时", "不少于2小时")]


def test_what_only_one_side_has_is_listed_as_such() -> None:
    rows = aligned()
    assert [row.clause_id for row in rows if row.relation == "新增"] == ["1.3"]
    (missing,) = [row for row in rows if row.relation == "上位有而本级未提"]
    assert (missing.clause_id, missing.parent_clause_id) == (None, "1.3")
    assert missing.parent_quote.startswith("（三）发展老年教育")


def test_every_row_says_whether_the_parent_is_a_digest() -> None:
    assert {row.parent_form for row in aligned(form="digest")} == {"digest"}


def test_quotes_are_verbatim_on_both_sides() -> None:
    both = {tree.doc_id: tree for tree in trees()}
    for row in aligned():
        assert row.quote == both[row.doc_id].doc.text[row.start : row.end]
        assert row.parent_quote == both[row.parent_doc_id].doc.text[row.parent_start : row.parent_end]


def test_a_document_is_compared_with_the_ones_it_names_and_never_with_its_equals() -> None:
    parent, child = trees()
    other = tree_of(PARENT, doc_id="other", title="另一份纲要", level="national")
    equal = tree_of(CHILD, doc_id="equal", title="邻区方案")
    assert parents_of(child, [parent, other, equal]) == (parent,)
    assert parents_of(parent, [parent, child, other]) == ()


def test_a_digest_below_is_not_said_to_leave_anything_out() -> None:
    parent, _ = trees()
    child = tree_of(CHILD, doc_id="here", title="区方案", form="digest")
    knowledge = extract([parent, child], BodyTable())
    assert not [row for row in knowledge.align if row.relation == "上位有而本级未提"]
    assert knowledge.unowned == tuple(row for row in knowledge.unowned if row.doc_id == "nation")
