"""Documents named and coinages explained."""

from __future__ import annotations

from ingest.refs import RefRow, extract_refs
from tests.gold.score import tree_of


def rows(text: str, **meta: str) -> dict[str, RefRow]:
    tree = tree_of(f"# 示例方案\n\n## 一、任务\n\n{text}\n", **meta)
    return {row.name: row for row in extract_refs([tree])}


def test_a_named_document_says_whether_the_corpus_has_it() -> None:
    parent = tree_of(
        "# 上位规划\n\n## 一、任务\n\n内容。\n",
        doc_id="parent",
        title="上位规划（2024—2035年）",
        level="national",
    )
    child = tree_of(
        "# 示例方案\n\n## 一、任务\n\n根据《上位规划 （2024-2035年）》和《别的办法（试行）》制定。\n"
    )
    found = {row.name: row.in_corpus for row in extract_refs([parent, child])}
    assert found == {"上位规划 （2024-2035年）": True, "别的办法（试行）": False}


def test_a_coinage_is_explained_by_the_list_it_counts() -> None:
    found = rows("1. 甲。推进“四链”融合。\n\n2. 乙。促进教育链、人才链、产业链、创新链融合。")
    assert found["四链"].defined_at == "demo#1.2"
    assert (found["四链"].clause_id, found["四链"].quote) == ("1.1", "“四链”")


def test_a_coinage_is_explained_by_what_stands_right_before_it() -> None:
    found = rows("1. 甲。实施名师、名校长、名书记“三名”工程。\n\n2. 乙。建设发展共同体（以下简称“教共体”）。")
    assert found["三名"].defined_at == "demo#1.1"
    assert found["教共体"].defined_at == "demo#1.2"


def test_a_coinage_that_nothing_explains_says_so() -> None:
    found = rows("1. 甲。落实“三同三公开”制度，建立“三库一体”中心，健全涉政、涉密和突发问题“三全协同”机制。")
    assert [found[name].defined_at for name in ("三同三公开", "三库一体", "三全协同")] == [None, None, None]


def test_a_long_quotation_is_no_coinage() -> None:
    assert rows("1. 甲。围绕“进一步全面深化改革，作出更大贡献”的要求。") == {}
