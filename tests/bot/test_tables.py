"""Tables for people: filters, files, the timeline and staff's own sheets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from typer.testing import CliRunner

from bot import table_views as views
from bot import tables as commands
from bot.staff_sheet import SheetError, SheetLine, join, read_sheet, to_columns
from bot.table_export import to_csv, to_xlsx
from bot.timeline import timeline_svg
from ingest.bodies import BodyTable
from ingest.knowledge import Knowledge, extract
from ingest.settings import IngestSettings
from tests.gold.score import tree_of

PLAN = """# 区方案

## 一、重点任务

1. 学前教育优质普惠发展。到2027年，公办在园幼儿占比达到65%。组建发展共同体5个。（责任单位：区教委）

2. 普通高中特色多样发展。到2030年，打造特色普通高中5所。支持普通高中开设课程。
"""

BODIES = BodyTable()


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return extract([tree_of(PLAN, doc_id="here", title="区方案")], BODIES)


def test_targets_are_filtered_by_year_topic_and_stated_date(knowledge: Knowledge) -> None:
    assert [row.value for row in views.targets(knowledge, year=2027)] == [65, 5]
    assert [row.value for row in views.targets(knowledge, year=2027, stated_only=True)] == [65]
    assert [row.clause_id for row in views.targets(knowledge, topic="高中")] == ["1.2"]


def test_targets_sort_by_what_falls_due_first(knowledge: Knowledge) -> None:
    assert [row.deadline for row in views.targets(knowledge, order="deadline")] == [2027, 2027, 2030]


def test_owners_are_filtered_by_body_and_clause(knowledge: Knowledge) -> None:
    assert [row.clause_id for row in views.owners(knowledge, BODIES, body="区教委")] == ["1.1"]
    assert [row.body for row in views.owners(knowledge, BODIES, clause="1.2")] == ["普通高中"]
    assert [row.clause_id for row in views.unowned(knowledge)] == ["1.2"]


def test_a_deadline_from_the_text_before_is_told_apart(knowledge: Knowledge) -> None:
    stated, carried, _ = views.targets(knowledge)
    assert views.columns(stated)["期限"] == "2027年"
    assert views.columns(carried)["期限"] == "2027年（承前文，本句未写）"


def test_csv_opens_in_a_spreadsheet_and_runs_no_formula() -> None:
    text = to_csv([{"指标": "=1+1", "要求": "65%"}])
    assert text.startswith("\ufeff指标,要求\r\n")
    assert next(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))["指标"] == "'=1+1"


def test_xlsx_holds_every_row_below_its_header(knowledge: Knowledge) -> None:
    from openpyxl import load_workbook

    cells = [views.columns(row) for row in views.targets(knowledge)]
    sheet = load_workbook(io.BytesIO(to_xlsx({"目标": cells, "空": []})))["目标"]
    assert sheet.max_row == 1 + len(cells)
    assert sheet["A2"].value == "公办在园幼儿占比"


def test_the_timeline_is_an_svg_with_a_link_for_each_target(knowledge: Knowledge) -> None:
    root = ElementTree.fromstring(timeline_svg(views.targets(knowledge)))
    links = root.findall("{http://www.w3.org/2000/svg}a")
    assert [link.get("href", "").split("?")[0] for link in links] == ["/doc/here"] * 3
    years = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.get("font-weight")]
    assert years == ["目标时间轴", "2027年", "2030年"]


def test_the_timeline_escapes_what_a_document_says() -> None:
    tree = tree_of("# 方案\n\n## 一、任务\n\n1. 甲。“<b>&”占比达到65%。\n")
    assert "<b>" not in timeline_svg(extract([tree], BODIES).targets)


def _sheet(tmp_path: Path, rows: list[list[str]], kind: str) -> tuple[str, bytes]:
    if kind == "csv":
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return "分工.csv", out.getvalue().encode("gb18030")
    path = tmp_path / f"sheet.{kind}"
    if kind == "xlsx":
        from openpyxl import Workbook

        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        from docx import Document

        document = Document()
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for line, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(line.cells, row, strict=True):
                cell.text = text
        document.save(str(path))
    return path.name, path.read_bytes()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "docx"])
def test_a_sheet_of_any_kind_gives_the_same_lines(kind: str, tmp_path: Path) -> None:
    rows = [
        ["条款", "工作任务", "牵头单位", "配合单位"],
        ["第2项", "普通高中", "区教委", "区财政局、区人社局"],
    ]
    assert read_sheet(*_sheet(tmp_path, rows, kind)) == (
        SheetLine(2, "第2项", "普通高中", ("区教委",), ("区财政局", "区人社局")),
    )


def test_lines_meet_clauses_by_number_or_by_words_and_the_rest_is_listed() -> None:
    tree = tree_of(PLAN, doc_id="here", title="区方案")
    lines = [
        SheetLine(2, "2", "", ("区教委",), ()),
        SheetLine(3, "", "提高公办在园幼儿占比", ("区教委",), ()),
        SheetLine(4, "", "修建滨江公园步道", ("区住建委",), ()),
        SheetLine(5, "第9项", "其他", ("区教委",), ()),
    ]
    joined = join(lines, tree)
    assert [(row.line.number, row.clause_id, row.by) for row in joined.matched] == [
        (2, "1.2", "条款号"),
        (3, "1.1", "任务文字"),
    ]
    assert [(line.number, why) for line, why in joined.unmatched] == [
        (4, "没有哪一条与它的文字相近"),
        (5, "文件里没有“第9项”这一条"),
    ]
    assert joined.uncovered == ()
    assert [row["状态"][:4] for row in to_columns(joined)] == ["按条款号", "按任务文", "没有对上", "没有对上"]


def test_items_that_no_line_speaks_of_are_listed() -> None:
    joined = join([SheetLine(2, "1", "", ("区教委",), ())], tree_of(PLAN, title="区方案"))
    assert [item.clause_id for item in joined.uncovered] == ["1.2"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("分工.pdf", b"", "格式读不了"),
        ("分工.xlsx", b"PK broken", "不是完好的 xlsx"),
        ("分工.docx", b"nothing", "不是完好的 docx"),
        ("分工.csv", "姓名,电话\n张三,1\n".encode(), "没有找到分工表"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_what_is_accepted(name: str, data: bytes, message: str) -> None:
    with pytest.raises(SheetError, match=message):
        read_sheet(name, data)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> typer.Typer:
    trees = {"here": tree_of(PLAN, doc_id="here", title="区方案")}
    opened = commands.Tables(trees, IngestSettings(index_dir=tmp_path, corpus_dir=tmp_path))
    monkeypatch.setattr(commands, "_open", lambda: opened)
    app = typer.Typer()
    commands.register(app)
    return app


def test_the_command_line_gives_json_with_the_columns_of_the_contract(cli: typer.Typer) -> None:
    result = CliRunner().invoke(cli, ["targets", "--year", "2030", "--json"])
    (row,) = json.loads(result.stdout)
    assert (row["indicator"], row["value"], row["clause_id"]) == ("特色普通高中", 5, "1.2")


def test_the_command_line_prints_a_table_and_counts_its_rows(cli: typer.Typer) -> None:
    result = CliRunner().invoke(cli, ["owners", "--stated"])
    assert "区教委" in result.stdout
    assert "共 2 行" in result.stdout


def test_the_command_line_joins_a_sheet(cli: typer.Typer, tmp_path: Path) -> None:
    sheet = tmp_path / "分工.csv"
    sheet.write_text("条款,任务,责任单位\n1,学前教育,区教委\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["owners", "--sheet", str(sheet), "--json"])
    assert [row["状态"] for row in json.loads(result.stdout)] == ["按条款号对上", "分工表没有提到"]


def test_an_unknown_order_is_refused_with_the_ones_there_are(cli: typer.Typer) -> None:
    result = CliRunner().invoke(cli, ["targets", "--sort", "size"])
    assert result.exit_code == 2
    assert "deadline" in result.output
