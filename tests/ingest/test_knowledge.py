"""All tables together: floors against the gold tables, look-ups, and the way to disk and back."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.bodies import BodyTable, read_bodies
from ingest.errors import CorpusError
from ingest.knowledge import FILE, Knowledge, extract, open_knowledge
from ingest.pipeline import read_trees
from ingest.schema import ClauseTree
from ingest.settings import IngestSettings
from tests.gold import score


@pytest.fixture(scope="module")
def trees() -> tuple[ClauseTree, ...]:
    return read_trees(IngestSettings())


@pytest.fixture(scope="module")
def bodies() -> BodyTable:
    return read_bodies(IngestSettings().corpus_dir)


@pytest.fixture(scope="module")
def knowledge(trees: tuple[ClauseTree, ...], bodies: BodyTable) -> Knowledge:
    return extract(trees, bodies)


def test_targets_of_the_plan_are_complete_and_right(knowledge: Knowledge) -> None:
    rows = [dataclasses.asdict(row) for row in knowledge.targets if row.doc_id == "fuling-2025-6"]
    result = score.score_targets(score.gold("plan-targets"), rows)
    assert result["missing"] == []
    assert result["accuracy"] >= 0.97


@pytest.mark.parametrize("name", ["linjiang", "yunshan"])
def test_targets_of_a_made_up_plan_are_mostly_right(name: str) -> None:
    rows = [dataclasses.asdict(row) for row in extract([score.made_up(name)], BodyTable()).targets]
    assert score.score_targets(score.gold(f"{name}-targets"), rows)["accuracy"] >= 0.90


@pytest.mark.parametrize(("name", "floor"), [("plan", 0.95), ("linjiang", 0.88), ("yunshan", 0.88)])
def test_owners_reach_their_floor(name: str, floor: float, bodies: BodyTable) -> None:
    tree = score.plan() if name == "plan" else score.made_up(name)
    rows = [row for row in extract([tree], bodies).owners if row.basis == "stated"]
    wanted = {(row["clause_id"], row["body"]) for row in score.gold(f"{name}-owners")}
    assert score.score_pairs(wanted, {(str(row.clause_id), row.body) for row in rows})["f1"] >= floor


def test_alignment_of_the_plan_reaches_its_floor(knowledge: Knowledge) -> None:
    result = score.score_alignment(
        score.gold("plan-align"), [dataclasses.asdict(row) for row in knowledge.align]
    )
    assert result["first_right"] >= 0.85
    assert result["false"] <= 0.10


def test_every_quote_stands_where_its_row_says(knowledge: Knowledge, trees: tuple[ClauseTree, ...]) -> None:
    texts = {tree.doc_id: tree.doc.text for tree in trees}
    tables = (knowledge.owners, knowledge.targets, knowledge.align, knowledge.refs, knowledge.unowned)
    for row in (row for table in tables for row in table):
        assert row.quote == texts[row.doc_id][row.start : row.end]


def test_rows_have_the_columns_of_the_contract(knowledge: Knowledge) -> None:
    place = {"doc_id", "clause_id", "label", "quote", "start", "end"}
    tables = knowledge.to_dict()
    assert place | {"body", "named_as", "role", "task", "basis", "ground"} <= set(tables["owners"][0])
    assert place | {
        "indicator", "comparator", "value", "value2", "unit", "deadline", "deadline_stated", "scope",
    } <= set(tables["targets"][0])  # fmt: skip
    assert place | {"parent_doc_id", "parent_clause_id", "relation", "differences", "score"} <= set(
        tables["align"][0]
    )
    assert place | {"kind", "name", "defined_at", "in_corpus"} <= set(tables["refs"][0])


def test_json_gives_the_same_tables_back(knowledge: Knowledge, tmp_path: Path) -> None:
    knowledge.save(tmp_path / FILE)
    assert Knowledge.load(tmp_path / FILE) == knowledge
    json.dumps(knowledge.to_dict())


def test_a_file_of_other_documents_is_made_anew(trees: tuple[ClauseTree, ...], tmp_path: Path) -> None:
    settings = IngestSettings(index_dir=tmp_path)
    first = open_knowledge(trees, settings)
    assert open_knowledge(trees[:1], settings).source != first.source
    assert {row.doc_id for row in open_knowledge(trees[:1], settings).targets} == {trees[0].doc_id}


def test_a_damaged_file_is_made_anew(trees: tuple[ClauseTree, ...], tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{", encoding="utf-8")
    assert open_knowledge(trees[:1], IngestSettings(index_dir=tmp_path)).targets


def test_a_body_is_found_by_any_of_its_names(knowledge: Knowledge, bodies: BodyTable) -> None:
    by_name = {name: knowledge.owners_of(name, bodies) for name in ("文旅部门", "文旅委", "区文化旅游委")}
    assert {tuple(row.clause_id for row in rows) for rows in by_name.values()} == {("2.6.20",)}


def test_a_figure_question_meets_its_target_first(knowledge: Knowledge) -> None:
    (best, _), *_ = knowledge.targets_about("公办园在园幼儿占比要到多少", doc_ids=["fuling-2025-6"])
    assert (best.indicator, best.value) == ("公办在园幼儿占比", 65)


_WORDS = [
    "到2027年",
    "，",
    "。",
    "；",
    "、",
    "（",
    "）",
    "“",
    "”",
    "《",
    "》",
    "百分之",
    "十",
    "3—5",
    "%",
    "由",
    "支持",
    "区教委",
    "等部门",
    "与",
    "和",
    "向",
    "报告",
    "学校",
    "发挥",
    "作用",
    "以上",
    "不低于",
    "万",
    "个",
    "责任单位：",
    "|",
    "零发生",
    "只增不减",
    "全覆盖",
    "的",
    "一、",
    "（一）",
    "1.",
]


@given(st.lists(st.sampled_from([*_WORDS, "\n"]), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_rows_whose_quotes_stand_in_it(words: list[str]) -> None:
    tree = score.tree_of("甲。" + "".join(words) + "乙")
    made = extract([tree], BodyTable())
    for row in (*made.owners, *made.targets, *made.refs):
        assert row.quote == tree.doc.text[row.start : row.end]


def test_a_broken_table_of_bodies_is_reported_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "bodies.toml").write_text("[[body]]\nname = 3\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"body\.0\.place"):
        read_bodies(tmp_path)


def test_without_a_table_of_bodies_names_stay_as_printed(tmp_path: Path) -> None:
    tree = score.tree_of("# 示例\n")
    assert read_bodies(tmp_path).resolve("教育部门", tree.meta) == "教育部门"
