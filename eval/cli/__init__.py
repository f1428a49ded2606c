"""The command line of the evaluation, one module for each family of commands."""

from __future__ import annotations

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="评测：运行、评分、比较、报告、检索、基线、门槛、题集检查。",
)
