"""``run``, ``score``, ``compare``, ``report``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.answerers import Answerer, ChainAnswerer, ServiceAnswerer, UrlAnswerer, project_embedder
from eval.artifacts import FORMATS, write_reports
from eval.clauses import ClauseBook
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
from eval.compare import compare as compare_sheets
from eval.compare import comparison_markdown
from eval.dataset import load_answers
from eval.errors import EvalError
from eval.markdown import headline
from eval.report import render_report
from eval.run import run_questions, timing_by_answerer, timing_summary
from eval.schema import AnswerRecord, Question
from eval.score import load_sheet
from eval.score import score as score_answers

JudgeOption = Annotated[bool, typer.Option("--judge", help="另请大模型评忠实与切题（要设 JUDGE_MODEL 等）。")]
FormatOption = Annotated[
    list[str] | None, typer.Option("--format", help=f"只写这些格式，可多次：{'、'.join(FORMATS)}。")
]


def run(
    split: SplitOption = SplitChoice.dev,
    questions: QuestionsOption = None,
    clauses: ClausesOption = None,
    limit: LimitOption = None,
    name: Annotated[str, typer.Option("--name", help="这次运行的名字，即 eval/runs 下的文件夹。")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="改放到这个文件夹。")] = None,
    url: Annotated[str, typer.Option("--url", help="问正在运行的服务器，如 http://127.0.0.1:7860。")] = "",
    chain: Annotated[str, typer.Option("--chain", help="问别人的链或函数，写作 module:attribute。")] = "",
    baseline: Annotated[str, typer.Option("--baseline", help="问一种基线，名字见 baselines --help。")] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="不续跑，从头问起。")] = False,
    judge: JudgeOption = False,
) -> None:
    """问完一套题，评分，写出报告；中途停下再运行会接着问。"""
    asked = read_questions(split, questions, limit)
    book = read_book(clauses)
    answerer = make_answerer(book, url=url, chain=chain, baseline=baseline)
    kind = "url" if url else "chain" if chain else baseline or "project"
    folder = out or RUNS_DIR / (name or f"{kind}-{'own' if questions else split.value}")
    try:
        result = run_questions(asked, answerer, folder, fresh=fresh, progress=bar("问答"))
    except KeyboardInterrupt:
        typer.echo(f"已停下；同样的命令再运行一次，会接着 {folder} 问下去。", err=True)
        raise typer.Exit(130) from None
    sheet = score_answers(asked, result.answers, book, name=answerer.name, determinism=result.determinism)
    written = write_reports(folder, [sheet])
    timing = timing_summary(folder)
    (folder / "timing.json").write_text(json.dumps(timing, indent=1) + "\n", encoding="utf-8")
    typer.echo(headline(sheet))
    if timing:
        typer.echo(
            f"每题耗时 中位 {timing['p50_ms']} ms，p95 {timing['p95_ms']} ms，共 {timing['total_s']} s"
        )
    _judge(judge, asked, result.answers, book, folder)
    typer.echo(f"报告：{written[FORMATS.index('html')]}")


def make_answerer(book: ClauseBook, *, url: str = "", chain: str = "", baseline: str = "") -> Answerer:
    """The answerer that the options name; this project in process when they name none.

    :raises EvalError: when they name more than one.
    """
    if sum(map(bool, (url, chain, baseline))) > 1:
        raise EvalError("--url、--chain、--baseline 只能给一个")
    if url:
        return UrlAnswerer(url)
    if chain:
        return ChainAnswerer(chain, book)
    if baseline:
        from eval.baselines import baseline as make_baseline

        return make_baseline(baseline, book, project_embedder() if baseline == "langchain" else None)
    return ServiceAnswerer()


def score(
    answers: Annotated[
        Path, typer.Argument(help="答案文件（JSON Lines，每行一个 Answer 对象，id 与题号相同）。")
    ],
    split: SplitOption = SplitChoice.dev,
    questions: QuestionsOption = None,
    clauses: ClausesOption = None,
    limit: LimitOption = None,
    name: Annotated[str, typer.Option("--name", help="表格里怎么称呼这个系统。")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="报告放在哪里；缺省为答案文件旁的同名文件夹。")
    ] = None,
    formats: FormatOption = None,
    judge: JudgeOption = False,
) -> None:
    """给任何系统的答案评分，不要求由本项目产生。"""
    asked = read_questions(split, questions, limit)
    records = load_answers(answers)
    book = read_book(clauses)
    folder = out or answers.with_suffix("")
    sheet = score_answers(asked, records, book, name=name or answers.stem)
    written = write_reports(folder, [sheet], _formats(formats))
    typer.echo(headline(sheet))
    unknown = len(records.keys() - {question.id for question in asked})
    if unknown:
        typer.echo(f"有 {unknown} 个答案不属于这套题，未计入。")
    timing = timing_by_answerer(records[question.id] for question in asked if question.id in records)
    if timing:
        typer.echo(f"系统自报耗时 中位 {timing['p50_ms']} ms，p95 {timing['p95_ms']} ms")
    _judge(judge, asked, records, book, folder)
    for path in written:
        typer.echo(f"已写 {path}")


def _judge(
    wanted: bool,
    asked: tuple[Question, ...],
    records: dict[str, AnswerRecord],
    book: ClauseBook,
    folder: Path,
) -> None:
    if not wanted:
        return
    from eval.judge import Judge, judge_answers

    result = judge_answers(Judge(), asked, records, book, progress=bar("模型评审"))
    (folder / "judge.json").write_text(
        json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    means = result["means"]
    shown = "，".join(
        f"{label} {means[key]['value']:.3f}"
        for key, label in (("faithfulness", "忠实"), ("relevance", "切题"))
        if key in means
    )
    typer.echo(f"模型评审（{result['model']}）：评成 {result['judged']}/{result['answers']} 道。{shown}")


def _formats(formats: list[str] | None) -> tuple[str, ...]:
    unknown = [name for name in formats or () if name not in FORMATS]
    if unknown:
        raise EvalError(f"没有格式“{unknown[0]}”，有：{'、'.join(FORMATS)}")
    return tuple(formats) if formats else FORMATS


def compare(
    before: Annotated[Path, typer.Argument(help="前一次的运行文件夹或 scores.json。")],
    after: Annotated[Path, typer.Argument(help="后一次的。")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """比较两次成绩：差异是否超出偶然，哪些题变了。"""
    result = compare_sheets(load_sheet(before), load_sheet(after))
    text = json.dumps(result, ensure_ascii=False, indent=1) if as_json else comparison_markdown(result)
    typer.echo(text)


def report(
    runs: Annotated[
        list[Path], typer.Argument(help="运行文件夹或 scores.json；第一个是主角，其余进比较表。")
    ],
    out: Annotated[Path, typer.Option("--out", help="写到哪里：文件夹，或以 .html 结尾的文件。")] = Path(
        "report"
    ),
    with_timing: Annotated[bool, typer.Option("--with-timing", help="也写耗时（每次会不同）。")] = False,
) -> None:
    """由成绩单写出报告：HTML、Markdown、JSON、JUnit XML。"""
    sheets = [load_sheet(path) for path in runs]
    timings: list[Any] = [timing_summary(path if path.is_dir() else path.parent) for path in runs]
    if out.suffix == ".html":
        out.parent.mkdir(parents=True, exist_ok=True)
        page = render_report(sheets, timings if with_timing else ())
        out.write_text(page, encoding="utf-8", newline="\n")
        typer.echo(f"已写 {out}")
        return
    for path in write_reports(out, sheets):
        if path.suffix == ".html" and with_timing:
            path.write_text(render_report(sheets, timings), encoding="utf-8", newline="\n")
        typer.echo(f"已写 {path}")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (run, score, compare, report):
        app.command()(command)
