"""Targets from the grammar of sentences, and figures that are none."""

from __future__ import annotations

import pytest

from ingest.deadlines import deadlines
from ingest.quantities import quantities
from ingest.targets import TargetRow, extract_targets
from tests.gold.score import tree_of


def targets(sentence: str, *, title: str = "示例方案") -> list[TargetRow]:
    return list(extract_targets(tree_of(f"# {title}\n\n## 一、任务\n\n1. 事项。{sentence}\n", title=title)))


@pytest.mark.parametrize(
    ("sentence", "indicator", "comparator", "value", "value2", "unit"),
    [
        ("公办在园幼儿占比达到65%。", "公办在园幼儿占比", "=", 65, None, "%"),
        ("教师占比达到七成五以上。", "教师占比", ">=", 75, None, "%"),
        ("巩固率不低于百分之九十九点五。", "巩固率", ">=", 99.5, None, "%"),
        ("智慧平台覆盖率超过80%。", "智慧平台覆盖率", ">", 80, None, "%"),
        ("起始年级班额控制在45人以内。", "起始年级班额", "<=", 45, None, "人"),
        ("打造品牌金课30节。", "品牌金课", "=", 30, None, "节"),
        ("每所高中打造3—5门特色课程。", "特色课程", "range", 3, 5, "门"),
        ("新增学位1.2万个。", "学位", "=", 12000, None, "个"),
        ("建成示范校十五所。", "示范校", "=", 15, None, "所"),
        ("每个乡镇至少办好1所中心幼儿园。", "中心幼儿园", ">=", 1, None, "所"),
        ("重大安全事故保持零发生。", "重大安全事故", "=", 0, None, ""),
        ("名师课堂实现全覆盖。", "名师课堂", "=", 100, None, "%"),
        ("教育支出逐年只增不减。", "教育支出", "non-decreasing", None, None, ""),
        ("实施一年两次岗位竞聘。", "岗位竞聘", "=", 2, None, "次"),
    ],
)
def test_reads_indicator_bound_value_and_unit(
    sentence: str, indicator: str, comparator: str, value: float, value2: float | None, unit: str
) -> None:
    (row,) = targets(sentence)
    found = (row.indicator, row.comparator, row.value, row.value2, row.unit)
    assert found == (indicator, comparator, value, value2, unit)


@pytest.mark.parametrize(
    "sentence",
    [
        "构建“12368”体系架构。",
        "制定出台3.0版集团化办学实施方案。",
        "优化中高职“3+2”贯通培养模式。",
        "支持幼儿园招收2—3岁幼儿。",
        "围绕思想品德、学业水平等五个维度采集数据。",
        "健全区、片区、学校三级教研网络。",
        "落实《第三期行动计划（2023—2025年）》。",
        "目前已建成幼儿园120所。",
        "落实师德失范“零容忍”。",
        "职工代表不少于1/3。",
        "处一万元以上十万元以下罚款。",
        "把教育的性质归为三个方面。",
    ],
)
def test_names_ages_versions_and_counts_of_parts_are_no_targets(sentence: str) -> None:
    assert targets(sentence) == []


def test_the_starting_point_of_a_rise_is_no_target() -> None:
    (row,) = targets("到2028年，覆盖率由2025年的88%提高到93%。")
    assert (row.value, row.deadline, row.deadline_stated) == (93, 2028, True)


def test_a_deadline_is_carried_to_the_next_sentence_and_marked_as_not_stated() -> None:
    first, second = targets("到2027年，公办占比达到65%。优质园占比达80%以上。")
    assert (first.deadline, first.deadline_stated) == (2027, True)
    assert (second.deadline, second.deadline_stated) == (2027, False)


def test_what_stands_before_a_date_or_is_counted_per_unit_does_not_inherit_it() -> None:
    activity, schools, courses = targets(
        "每天活动时间不低于2小时，到2027年，特色学校达到35所。让每名学生掌握1—2项特长。"
    )
    assert [row.deadline for row in (activity, schools, courses)] == [None, 2027, None]


def test_a_list_shares_level_and_date_until_a_new_verb() -> None:
    rows = targets("到2027年，争创市级实践基地5个、育人品牌5个，打造精品微课6个。")
    assert [row.scope for row in rows] == ["市级", "市级", ""]
    assert {row.deadline for row in rows} == {2027}


def test_a_level_alone_takes_its_noun_from_the_one_before() -> None:
    _, second = targets("创建国家级示范校1所、市级5所。")
    assert (second.indicator, second.scope, second.value) == ("市级示范校", "市级", 5)


def test_a_relative_deadline_counts_from_the_period_in_the_title() -> None:
    # 2026 + 3 years - 1 = 2028.
    (row,) = targets("三年内新建中小学12所。", title="示例行动计划（2026—2028年）")
    assert (row.deadline, row.deadline_stated) == (2028, True)


def test_the_quote_is_verbatim_and_begins_with_the_date_that_stands_before() -> None:
    tree = tree_of("# 示例方案\n\n## 一、任务\n\n1. 学前。到2027年，公办在园幼儿占比达到65%。\n")
    (row,) = extract_targets(tree)
    assert row.quote == "到2027年，公办在园幼儿占比达到65%" == tree.doc.text[row.start : row.end]
    assert row.clause_id == "1.1"


def test_figures_a_digest_reports_of_other_sources_are_left_out() -> None:
    text = "# 示例规划\n\n## 一、目标\n\n- 〔进展〕毛入园率达到93.1%。\n- 毛入园率达到95%。\n"
    rows = extract_targets(tree_of(text, title="示例规划", form="digest"))
    assert [row.value for row in rows] == [95]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("到2027年", [2027]),
        ("2026年6月底前", [2026]),
        ("至二〇三〇年末", [2030]),
        ("“十五五”末", [2030]),
        ("2025年以来", []),
        ("较2025年压减", []),
        ("（2024—2035年）", []),
    ],
)
def test_dates_to_meet(text: str, years: list[int]) -> None:
    assert [found.year for found in deadlines(text, 0, len(text))] == years


def test_quantities_know_where_their_figure_begins() -> None:
    (found,) = quantities("占比达到65%", 0, 7)
    assert (found.start, found.figure, found.end) == (2, 4, 7)
