"""``python -m bot verify``: a text from a file or from standard input, checked sentence by sentence."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.claims import ClaimsError
from bot.fact_check import Checked
from bot.service import Service
from bot.table_export import to_csv
from bot.verify_export import VERDICT_NAMES, to_columns
from ingest.errors import IngestError


def register(app: typer.Typer) -> None:
    """Add the command to the command line of ``python -m bot``."""
    app.command("verify")(verify)


def verify(
    source: Annotated[str, typer.Argument(metavar="FILE|-", help="要核对的文字所在的文件；- 为标准输入")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，每句一行记录")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """逐句核对一段文字：有依据、与原文不符、没有提到。"""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        rows = Service.open().check(data.decode("utf-8-sig", errors="replace"))
    except OSError as error:
        typer.echo(f"错误：文件 {source} 读不到（{error.strerror}）。", err=True)
        raise typer.Exit(1) from error
    except (ClaimsError, IngestError) as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps([row.to_dict() for row in rows], ensure_ascii=False, indent=2))
    elif as_csv:
        sys.stdout.buffer.write(to_csv(to_columns(rows)).encode())
        sys.stdout.buffer.flush()
    else:
        for row in rows:
            _print(row)


def _print(row: Checked) -> None:
    typer.echo(f"【{VERDICT_NAMES[row.verdict]}】{row.text}")
    if row.instead:
        typer.echo(f"    原文写的是：{'、'.join(row.instead)}")
    for citation in row.citations:
        lead = "最相近的是" if row.verdict == "not_mentioned" else ""
        typer.echo(f"    {lead}{citation.label}：“{citation.quote}”")
