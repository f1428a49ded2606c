"""``python -m bot feedback``: what readers said of answers, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.feedback import DEFAULT_FILE, FeedbackFile, to_columns
from bot.tables import CsvOption, JsonOption, XlsxOption, print_json, put_cells


def register(app: typer.Typer) -> None:
    """Add the command to the command line of ``python -m bot``."""
    app.command("feedback")(feedback)


def feedback(
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    xlsx: XlsxOption = None,
    file: Annotated[Path, typer.Option("--file", help="评价文件")] = DEFAULT_FILE,
) -> None:
    """读者对答案的评价：答对了、答错了、引用有误，连同补充的话。"""
    rows = FeedbackFile.at(file).rows()
    if as_json:
        print_json(rows)
        return
    put_cells(to_columns(rows), as_csv=as_csv, xlsx=xlsx)
