"""``python -m bot owners | targets | align | refs``: the four tables, on the screen or as JSON, CSV, XLSX."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import table_views as views
from bot.staff_sheet import SheetError, join, read_sheet, to_columns
from bot.table_export import to_csv, to_xlsx
from bot.timeline import timeline_svg
from ingest.bodies import BodyTable, read_bodies
from ingest.errors import IndexUnavailable, IngestError
from ingest.index import current_build
from ingest.knowledge import Knowledge, open_knowledge
from ingest.schema import ClauseTree
from ingest.settings import IngestSettings, get_settings
from ingest.store import load_trees

DocOption = Annotated[list[str] | None, typer.Option("--doc", help="只看这份文件（可重复）；省略则看全部")]
ClauseOption = Annotated[str | None, typer.Option("--clause", help="只看这一条及其下级，如 2.2.5")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]
CsvOption = Annotated[bool, typer.Option("--csv", help="输出 CSV")]
XlsxOption = Annotated[Path | None, typer.Option("--xlsx", help="写成这个 XLSX 文件")]

#: Columns that would not fit on a terminal line; JSON, CSV and XLSX have them.
_NOT_ON_SCREEN = ("原文", "本级原文", "上位内容", "任务")
#: Longest cell on the screen, in characters.
_CELL = 30


class Tables:
    """The tables with what the views need beside them."""

    def __init__(self, trees: dict[str, ClauseTree], settings: IngestSettings) -> None:
        self.trees = trees
        self.bodies: BodyTable = read_bodies(settings.corpus_dir)
        self.knowledge: Knowledge = open_knowledge(tuple(trees.values()), settings)
        self.documents = views.Documents({doc_id: tree.meta.level for doc_id, tree in trees.items()})

    @classmethod
    def open(cls, settings: IngestSettings | None = None) -> Tables:
        """The tables of the current index.

        :raises IngestError: when there is no index or it cannot be read.
        """
        settings = settings or get_settings()
        folder = current_build(settings)
        try:
            trees = load_trees(folder / "trees.json")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnavailable(
                f"索引读不出来（{folder}：{error}）。请运行 python -m ingest 重建。"
            ) from error
        return cls(trees, settings)


def register(app: typer.Typer) -> None:
    """Add the four commands to the command line of ``python -m bot``."""
    app.command("owners")(owners)
    app.command("targets")(targets)
    app.command("align")(align)
    app.command("refs")(refs)


def owners(
    body: Annotated[str | None, typer.Option("--body", help="某个单位，写哪种名称都行")] = None,
    task: Annotated[str | None, typer.Option("--task", help="任务里要有的词，可用空格隔开几个")] = None,
    role: Annotated[str | None, typer.Option("--role", help="角色，如 牵头、配合")] = None,
    clause: ClauseOption = None,
    doc: DocOption = None,
    stated: Annotated[bool, typer.Option("--stated", help="只要文件写明的，不要推定")] = False,
    unowned: Annotated[bool, typer.Option("--unowned", help="列出文件没有点名哪个部门的事项")] = False,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="与这份分工表（xlsx、csv、docx）对照")] = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    xlsx: XlsxOption = None,
) -> None:
    """责任清单：哪个单位在哪一条做什么。推定与文件写明的分开列。"""
    tables = _open()
    if sheet is not None:
        put_cells(_joined(tables, sheet, doc), as_json=as_json, as_csv=as_csv, xlsx=xlsx)
        return
    if unowned:
        _put(views.unowned(tables.knowledge, doc_ids=doc), tables, as_json=as_json, as_csv=as_csv, xlsx=xlsx)
        return
    rows = views.owners(
        tables.knowledge,
        tables.bodies,
        body=body,
        clause=clause,
        task=task,
        role=role,
        doc_ids=doc,
        basis="stated" if stated else None,
    )
    if as_json or as_csv or xlsx:
        _put(rows, tables, as_json=as_json, as_csv=as_csv, xlsx=xlsx)
        return
    _put([row for row in rows if row.basis == "stated"], tables)
    guesses = [row for row in rows if row.basis == "inferred"]
    if guesses:
        typer.echo("\n以下是推定，文件没有写明，需核对：")
        _put(guesses, tables)


def targets(
    year: Annotated[int | None, typer.Option("--year", help="到这一年的目标")] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="指标或原文里要有的词")] = None,
    level: Annotated[str | None, typer.Option("--level", help="范围里的级别，如 市级")] = None,
    clause: ClauseOption = None,
    doc: DocOption = None,
    sort: Annotated[
        str, typer.Option("--sort", help="clause（原文次序）、deadline（期限）或 value（数值）")
    ] = "clause",
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    xlsx: XlsxOption = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="把时间轴画成这个 SVG 文件")] = None,
) -> None:
    """目标台账：每一个有数字的目标，要求、期限和出处。"""
    if sort not in ("clause", "deadline", "value"):
        raise typer.BadParameter(f"--sort 可以是 clause、deadline 或 value，收到的是 {sort}")
    tables = _open()
    rows = views.targets(
        tables.knowledge,
        year=year,
        topic=topic,
        level=level,
        clause=clause,
        doc_ids=doc,
        order=sort,  # type: ignore[arg-type]  # checked above
    )
    if svg is not None:
        write_file(svg, timeline_svg(rows).encode())
        if not (as_json or as_csv or xlsx):
            return
    _put(rows, tables, as_json=as_json, as_csv=as_csv, xlsx=xlsx)


def align(
    clause: ClauseOption = None,
    parent: Annotated[str | None, typer.Option("--parent", help="只看与这份上位文件的关系")] = None,
    relation: Annotated[
        str | None, typer.Option("--relation", help="照搬、细化、提高、降低、新增、上位有而本级未提")
    ] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="两边原文里要有的词")] = None,
    doc: DocOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    xlsx: XlsxOption = None,
) -> None:
    """上下对照：每一条落实上位文件的哪一条，怎样落实。"""
    tables = _open()
    rows = views.align(
        tables.knowledge, clause=clause, parent=parent, relation=relation, topic=topic, doc_ids=doc
    )
    _put(rows, tables, as_json=as_json, as_csv=as_csv, xlsx=xlsx)


def refs(
    kind: Annotated[str | None, typer.Option("--kind", help="document（文件）或 coinage（提法）")] = None,
    name: Annotated[str | None, typer.Option("--name", help="名称里要有的字")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="只看语料没有的文件和没有解释的提法")] = False,
    doc: DocOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    xlsx: XlsxOption = None,
) -> None:
    """引用清单：点到的文件、用到的提法，各在哪一条解释。"""
    if kind not in (None, "document", "coinage"):
        raise typer.BadParameter(f"--kind 可以是 document 或 coinage，收到的是 {kind}")
    tables = _open()
    rows = views.refs(tables.knowledge, kind=kind, name=name, open_only=open_only, doc_ids=doc)
    _put(rows, tables, as_json=as_json, as_csv=as_csv, xlsx=xlsx)


def _open() -> Tables:
    try:
        return Tables.open()
    except IngestError as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error


def _joined(tables: Tables, sheet: Path, doc: list[str] | None) -> list[dict[str, str]]:
    doc_id = (doc or list(tables.documents.district()) or [""])[0]
    tree = tables.trees.get(doc_id)
    if tree is None:
        typer.echo(f"错误：没有编号为“{doc_id}”的文件；有的是 {'、'.join(tables.trees)}。", err=True)
        raise typer.Exit(1)
    try:
        return to_columns(join(read_sheet(sheet.name, sheet.read_bytes()), tree))
    except OSError as error:
        typer.echo(f"错误：分工表 {sheet} 读不到（{error.strerror}）。", err=True)
        raise typer.Exit(1) from error
    except SheetError as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error


def _put(
    rows: Sequence[views.Row],
    tables: Tables,
    *,
    as_json: bool = False,
    as_csv: bool = False,
    xlsx: Path | None = None,
) -> None:
    if as_json:
        print_json(views.to_json(rows))
        return
    cells = [views.columns(row, tables.bodies) for row in rows]
    put_cells(cells, as_csv=as_csv, xlsx=xlsx)


def put_cells(
    cells: list[dict[str, str]], *, as_json: bool = False, as_csv: bool = False, xlsx: Path | None = None
) -> None:
    """A table on the screen, or as JSON, CSV or XLSX, as the options of a command want it."""
    if as_json:
        print_json(cells)
    elif xlsx is not None:
        write_file(xlsx, to_xlsx({"表": cells}))
    elif as_csv:
        sys.stdout.buffer.write(to_csv(cells).encode())
        sys.stdout.buffer.flush()
    else:
        _print_table(cells)


def print_json(value: Any) -> None:
    """Anything that JSON can say, for a person and for a program."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_table(cells: list[dict[str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not cells:
        typer.echo("没有符合条件的行。")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    shown = [name for name in cells[0] if name not in _NOT_ON_SCREEN and any(row[name] for row in cells)]
    for name in shown:
        table.add_column(name, overflow="fold")
    for row in cells:
        # As Text, so that brackets in a cell are not read as markup.
        table.add_row(*(Text(_shortened(row[name])) for name in shown))
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(table)
    typer.echo(f"共 {len(cells)} 行")


def _shortened(cell: str) -> str:
    return cell if len(cell) <= _CELL else f"{cell[: _CELL - 1]}…"


def write_file(path: Path, data: bytes, *, on_stderr: bool = False) -> None:
    """Write a file that a command was asked for; where that cannot be done, say so and exit with 1."""
    try:
        path.write_bytes(data)
    except OSError as error:
        typer.echo(f"错误：{path} 写不了（{error.strerror}）。", err=True)
        raise typer.Exit(1) from error
    # On standard error where standard output is for a program.
    typer.echo(f"已写入 {path}", err=on_stderr)
