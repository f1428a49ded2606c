"""``gate``: fail below the floors, or set them anew on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from eval.answerers import ServiceAnswerer
from eval.artifacts import write_reports
from eval.cli.common import RUNS_DIR, SplitChoice, bar, read_book, read_questions
from eval.errors import GateError
from eval.gate import GATE_PATH, LOG_PATH, judge_sheet, pin, read_gate
from eval.markdown import headline
from eval.run import run_questions
from eval.score import load_sheet
from eval.score import score as score_answers


def gate(
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="已有的成绩单或运行文件夹；缺省是现在就把全部题问一遍。")
    ] = None,
    pin_now: Annotated[bool, typer.Option("--pin", help="把门槛定在现在的成绩，要写 --reason。")] = False,
    lower: Annotated[
        bool, typer.Option("--lower", help="与 --pin 同用：允许放宽门槛，会记入 gate.log。")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="为什么改门槛。")] = "",
) -> None:
    """核对成绩没有跌破门槛；跌破则以状态 1 退出。"""
    if (lower or reason) and not pin_now:
        raise GateError("--lower 和 --reason 要与 --pin 同用")
    found = load_sheet(sheet) if sheet is not None else _run_all()
    if pin_now:
        changes = pin(found, reason=reason, lower=lower, path=GATE_PATH, log=LOG_PATH)
        typer.echo("\n".join(changes) if changes else "门槛未变")
        return
    verdicts = judge_sheet(found, read_gate(GATE_PATH))
    typer.echo("\n".join(verdict.sentence() for verdict in verdicts))
    if not all(verdict.kept for verdict in verdicts):
        wrong = [row["id"] for row in found["details"] if row["stage"]]
        typer.echo(f"未全对的 {len(wrong)} 题：{'、'.join(wrong[:60])}{'…' if len(wrong) > 60 else ''}")
        raise typer.Exit(1)


def _run_all() -> dict[str, Any]:
    """Ask all questions of both halves afresh and score them."""
    asked = read_questions(SplitChoice.all)
    book = read_book(None)
    folder = RUNS_DIR / "gate"
    answerer = ServiceAnswerer()
    result = run_questions(asked, answerer, folder, fresh=True, progress=bar("门槛"))
    sheet = score_answers(asked, result.answers, book, name=answerer.name, determinism=result.determinism)
    write_reports(folder, [sheet])
    typer.echo(headline(sheet))
    return sheet


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(gate)
