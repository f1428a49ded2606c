"""``baselines``, ``retrieval``, ``ablation``: what each step is worth, here and on public sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from eval.ablation import ablation_table, measure_variants, project_searches
from eval.artifacts import write_reports
from eval.baselines import BASELINES
from eval.cli.common import (
    RUNS_DIR,
    ClausesOption,
    LimitOption,
    QuestionsOption,
    SplitChoice,
    SplitOption,
    bar,
    read_book,
    read_questions,
)
from eval.cli.run import make_answerer
from eval.errors import EvalError
from eval.importers import RetrievalSet, read_corpus, read_pairs, read_squad
from eval.markdown import systems_table
from eval.retrieval import SYSTEMS, measure_retrieval, retrieval_table
from eval.run import run_questions, timing_summary
from eval.score import score as score_answers


def baselines(
    split: SplitOption = SplitChoice.dev,
    questions: QuestionsOption = None,
    clauses: ClausesOption = None,
    limit: LimitOption = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help=f"只跑这些，可多次：project、{'、'.join(BASELINES)}。")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="放在哪里。")] = None,
) -> None:
    """同一套题，本项目与各基线各答一遍，放进同一张表。"""
    names = only or ["project", *BASELINES]
    unknown = [name for name in names if name != "project" and name not in BASELINES]
    if unknown:
        raise EvalError(f"没有基线“{unknown[0]}”，有：project、{'、'.join(BASELINES)}")
    asked = read_questions(split, questions, limit)
    book = read_book(clauses)
    folder = out or RUNS_DIR / f"baselines-{'own' if questions else split.value}"
    sheets, lines = [], []
    for name in names:
        answerer = make_answerer(book, baseline="" if name == "project" else name)
        result = run_questions(asked, answerer, folder / name, fresh=True, progress=bar(name))
        sheets.append(
            score_answers(asked, result.answers, book, name=answerer.name, determinism=result.determinism)
        )
        write_reports(folder / name, sheets[-1:], ("json",))
        timing = timing_summary(folder / name)
        if timing:
            lines.append(f"{answerer.name}：每题中位 {timing['p50_ms']} ms，p95 {timing['p95_ms']} ms")
    write_reports(folder, sheets)
    typer.echo("\n".join([*systems_table(sheets), "", *lines, f"报告：{folder / 'report.html'}"]))


def retrieval(
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="语料：每行 {id, title, text}，可为 .gz。")
    ] = None,
    queries: Annotated[
        Path | None, typer.Option("--queries", help="查询：每行 {id, text, gold: [id]}。")
    ] = None,
    squad: Annotated[Path | None, typer.Option("--squad", help="SQuAD 格式的 JSON，代替上面两个。")] = None,
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="问题与段落成对的 JSON Lines，代替上面两个。")
    ] = None,
    system: Annotated[
        list[str] | None, typer.Option("--system", help=f"检索系统，可多次：{'、'.join(SYSTEMS)}、all。")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="只问前若干个查询。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """给任意语料建索引并检索，报 R@1、R@5、R@10、R@100、RR@10、nDCG@10 和用时。"""
    data = _read_set(corpus, queries, squad, pairs).first(limit)
    names = list(SYSTEMS) if system == ["all"] else system or ["project"]
    results = [measure_retrieval(data, name, progress=bar(name)) for name in names]
    if as_json:
        typer.echo(json.dumps(results, ensure_ascii=False, indent=1))
    else:
        typer.echo(f"{len(data.passages)} 段，{len(data.queries)} 个查询\n\n{retrieval_table(results)}")


def ablation(
    split: SplitOption = SplitChoice.dev,
    questions: QuestionsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """逐个关掉检索的各部分，看每一部分值多少。"""
    rows = measure_variants(read_questions(split, questions), project_searches(), progress=bar("做法"))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        typer.echo(f"{rows[0]['questions']} 题（单轮、可答）\n\n{ablation_table(rows)}")


def _read_set(
    corpus: Path | None, queries: Path | None, squad: Path | None, pairs: Path | None
) -> RetrievalSet:
    given = [name for name, path in (("corpus", corpus), ("squad", squad), ("pairs", pairs)) if path]
    if len(given) != 1 or (corpus is None) != (queries is None):
        raise EvalError("请给 --corpus 和 --queries，或 --squad，或 --pairs，三者取一")
    if squad is not None:
        return read_squad(squad)
    if pairs is not None:
        return read_pairs(pairs)
    if corpus is None or queries is None:
        raise EvalError("--corpus 与 --queries 要一起给")
    return read_corpus(corpus, queries)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (baselines, retrieval, ablation):
        app.command()(command)
