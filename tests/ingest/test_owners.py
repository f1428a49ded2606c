"""Who acts: notes, grammar, tables, and what is only suggested."""

from __future__ import annotations

import pytest

from ingest.bodies import BodyTable, read_bodies
from ingest.body_names import kind_of
from ingest.owners import OwnerRow, extract_owners, unowned_items
from ingest.settings import IngestSettings
from tests.gold.score import tree_of

NONE = BodyTable()


def stated(body_of_text: str) -> list[OwnerRow]:
    tree = tree_of(f"# 示例方案\n\n## 一、任务\n\n{body_of_text}\n")
    return [row for row in extract_owners(tree, NONE) if row.basis == "stated"]


@pytest.mark.parametrize(
    ("sentence", "owners"),
    [
        ("（责任单位：区教委、区财政局）", {("区教委", "责任"), ("区财政局", "责任")}),
        (
            "牵头单位：区教委；配合单位：区公安局、各镇街。",
            {("区教委", "牵头"), ("区公安局", "配合"), ("镇街", "配合")},
        ),
        ("由区民政局牵头建立会商制度。", {("区民政局", "牵头")}),
        ("区教委会同区财政局制定办法。", {("区教委", "责任"), ("区财政局", "配合")}),
        ("区卫生健康委负责监测。", {("区卫生健康委", "责任")}),
        ("支持有条件的中小学开设日语班。", {("中小学", "主体")}),
        ("支持东湖学院与西山大学协同培养人才。", {("东湖学院", "共同"), ("西山大学", "共同")}),
        (
            "区级部门年度向区委教育工作领导小组报告进展。",
            {("区级部门", "报告"), ("区委教育工作领导小组", "听取报告")},
        ),
        ("推动政府统筹、学校主导、家庭尽责。", {("政府", "协调"), ("学校", "主体"), ("家庭", "责任")}),
        ("校企联合打造一批品牌专业。", {("学校", "共同"), ("企业", "共同")}),
        ("充分发挥家长学校指导团队作用。", {("家长学校指导团队", "主体")}),
        ("新闻媒体要加强宣传。", {("新闻媒体", "宣传")}),
    ],
)
def test_an_actor_is_read_with_its_role(sentence: str, owners: set[tuple[str, str]]) -> None:
    assert {(row.body, row.role) for row in stated(f"1. 事项。{sentence}")} == owners


def test_functions_before_departments_are_one_body_each() -> None:
    rows = stated("1. 共享。教育、公安、卫生、妇联等部门建立数据共享机制。")
    assert [row.body for row in rows] == ["教育部门", "公安部门", "卫生部门", "妇联"]
    assert [row.named_as for row in rows] == ["教育", "公安", "卫生", "妇联"]


@pytest.mark.parametrize(
    "sentence",
    [
        "推进清廉学校建设。",
        "推动职业学校毕业生享受同等待遇。",
        "学校依法治校能力明显增强。",
        "优化高等教育布局结构。",
        "中职应届毕业生升学比例提高。",
        "加强学校领导班子建设。",
    ],
)
def test_a_body_that_is_only_spoken_of_does_not_act(sentence: str) -> None:
    assert stated(f"1. 事项。{sentence}") == []


def test_a_note_on_a_group_holds_for_its_items_but_not_for_one_with_its_own() -> None:
    rows = stated(
        "### （一）优化供给（牵头单位：区教委）\n\n1. 学位。新建学校。\n\n2. 托育。扩大供给。（责任单位：区民政局）"
    )
    found = {(row.clause_id, row.body) for row in rows}
    assert found == {("1.1", "区教委"), ("1.1.1", "区教委"), ("1.1.2", "区民政局")}
    passed = next(row for row in rows if row.clause_id == "1.1.1")
    assert passed.ground.startswith("承自一、（一）")
    assert "牵头单位：区教委" in passed.quote


def test_a_table_of_division_of_labour_gives_task_and_roles() -> None:
    rows = stated(
        "| 任务 | 牵头单位 | 配合单位 |\n| --- | --- | --- |\n| 建设平台 | 区大数据局 | 区教委、区财政局 |"
    )
    assert [(row.body, row.role, row.task) for row in rows] == [
        ("区大数据局", "牵头", "建设平台"),
        ("区教委", "配合", "建设平台"),
        ("区财政局", "配合", "建设平台"),
    ]
    assert {row.clause_id for row in rows} == {"1.t1.r1"}


def test_items_that_name_only_schools_have_no_owner_yet() -> None:
    tree = tree_of(
        "# 示例方案\n\n## 一、任务\n\n1. 课程。支持中小学开设课程。\n\n2. 经费。区财政局负责落实。\n"
    )
    assert [item.clause_id for item in unowned_items(tree, extract_owners(tree, NONE))] == ["1.1"]


def test_suggestions_are_inferred_give_their_ground_and_stay_within_their_place() -> None:
    bodies = read_bodies(IngestSettings().corpus_dir)
    text = "# 示例方案\n\n## 一、任务\n\n1. 食堂。强化学校食品安全管理。\n"
    here = extract_owners(tree_of(text, issuer="重庆市涪陵区人民政府"), bodies)
    assert [(row.body, row.basis) for row in here[:2]] == [
        ("重庆市涪陵区教育委员会", "inferred"),
        ("区市场监管局", "inferred"),
    ]
    assert all(row.ground.startswith("推定（") and "需核对" in row.ground for row in here)
    assert extract_owners(tree_of(text, issuer="别处区人民政府"), bodies) == ()


def test_a_full_name_comes_from_the_table_of_the_place_and_level() -> None:
    bodies = read_bodies(IngestSettings().corpus_dir)
    meta = tree_of("# 示例\n", issuer="重庆市涪陵区人民政府").meta
    elsewhere = tree_of("# 示例\n", issuer="别处区人民政府").meta
    assert bodies.resolve("教育部门", meta) == "重庆市涪陵区教育委员会"
    assert bodies.resolve("市教委", meta) == "市教委"
    assert bodies.resolve("教育部门", elsewhere) == "教育部门"


def test_names_of_one_body_meet() -> None:
    bodies = read_bodies(IngestSettings().corpus_dir)
    assert bodies.same("文旅部门", "区文化旅游委")
    assert bodies.same("卫健委", "卫生部门")
    assert bodies.same("长江师院", "长江师范学院")
    assert not bodies.same("市教委", "区教委")


def test_布局_is_no_office() -> None:
    assert kind_of("资源布局") is None
