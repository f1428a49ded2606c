"""``check``, ``expected`` and ``spans``: proofs about question sets, what the search learns of them, public span answers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from eval.check import check_halves, check_questions
from eval.cli.common import ClausesOption, QuestionsOption, read_book
from eval.dataset import load_answers, load_questions, split_files
from eval.errors import EvalError
from eval.expected import expected_questions
from eval.importers import read_squad
from eval.reading import answer_reading_set
from eval.schema import KIND_NAMES, STYLE_NAMES
from eval.spans import span_scores


def check(
    questions: QuestionsOption = None,
    clauses: ClausesOption = None,
    text_only: Annotated[bool, typer.Option("--no-clauses", help="不查条款，只查格式与孪生题。")] = False,
) -> None:
    """检查题集：格式、分半、孪生题、条款存在、要点确在应引条款里。"""
    halves = {path.stem: load_questions([path]) for path in questions or split_files("all")}
    everything = load_questions(questions or list(split_files("all")))
    book = None if text_only else read_book(clauses)
    findings = check_questions(everything, book)
    if not questions:
        findings += check_halves(halves)
    for finding in findings:
        typer.echo(f"{finding.question_id}：{finding.message}")
    kinds = Counter[str](question.kind for question in everything)
    styles = Counter[str](question.style for question in everything)
    unanswerable = sum(not question.answerable for question in everything)
    sizes = "，".join(f"{name} {len(half)}" for name, half in halves.items())
    typer.echo(f"共 {len(everything)} 题（{sizes}），其中不可答 {unanswerable}。")
    typer.echo(
        "题型：" + "，".join(f"{KIND_NAMES[kind]} {kinds[kind]}" for kind in KIND_NAMES if kinds[kind])
    )
    typer.echo("问法：" + "，".join(f"{STYLE_NAMES[s]} {styles[s]}" for s in STYLE_NAMES if styles[s]))
    if findings:
        typer.echo(f"有 {len(findings)} 处要改。")
        raise typer.Exit(1)
    typer.echo("没有发现问题。")


def expected(
    questions: Annotated[list[Path], typer.Argument(help="题集，写进去之后不能再用来量成绩。")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件。")],
    apart: Annotated[
        list[Path] | None,
        typer.Option("--apart", help="仍用来量成绩的题集，可多次：同样的问法不写进去。"),
    ] = None,
    clauses: ClausesOption = None,
) -> None:
    """把题集写成语料的预设问法（corpus/expected.tsv）：每个问题配上回答它的那句原文。"""
    book, measuring = read_book(clauses), load_questions(apart or [])
    pairs = expected_questions(load_questions(questions), book, apart=measuring)
    names = "、".join(path.name for path in questions)
    head = (
        "# 原文里印着的一段话<制表符>人们会怎么问到它。右边的问题由左边那句话回答；只用于查找，不进入回答。\n"
        f"# 由 python -m eval expected 从 {names} 写成；这些题集因此不再用来量成绩。也可以照样手工补写。\n"
    )
    out.write_text(head + "".join(f"{phrase}\t{question}\n" for phrase, question in pairs), encoding="utf-8")
    typer.echo(f"写了 {len(pairs)} 个问法到 {out}。重新建立索引（python -m ingest）后生效。")


def spans(
    gold: Annotated[Path, typer.Argument(help="SQuAD 格式的 JSON。")],
    answers: Annotated[
        Path | None, typer.Argument(help="答案（JSON Lines，id 为问题的 id）；不给则用 --ask。")
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="先让本项目就这些段落作答。")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="只取前若干个问题。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """给阅读理解的答案评分：完全相同、字符 F1、含有答案。"""
    if (answers is None) != ask:
        raise EvalError("请给答案文件，或用 --ask，二者取一")
    data = read_squad(gold).first(limit)
    records = load_answers(answers) if answers is not None else answer_reading_set(data)
    scores = span_scores(data.answers, records)
    if as_json:
        typer.echo(json.dumps(scores, ensure_ascii=False, indent=1))
        return
    names = {"exact_match": "完全相同", "char_f1": "字符 F1", "holds_answer": "含有答案"}
    for name, found in scores.items():
        value, interval = found["value"], f"{found['low']:.3f}–{found['high']:.3f}"
        typer.echo(f"{names[name]} {value:.3f}（{interval}，{found['n']} 题）")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (check, expected, spans):
        app.command()(command)
