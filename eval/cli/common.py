"""What the commands share: which questions, whose clauses, progress, errors as sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from tqdm import tqdm

from eval.clauses import ClauseBook, load_book, shipped_book
from eval.dataset import load_questions, split_files
from eval.errors import EvalError
from eval.schema import Question

RUNS_DIR = Path(__file__).resolve().parent.parent / "runs"

Item = TypeVar("Item")


class SplitChoice(StrEnum):
    """Which half of the questions that ship."""

    dev = "dev"
    test = "test"
    all = "all"


SplitOption = Annotated[SplitChoice, typer.Option("--split", help="随附题集的哪一半；开发只用 dev。")]
QuestionsOption = Annotated[
    list[Path] | None,
    typer.Option("--questions", help="自己的题集（JSON Lines），可多次；给出时不用随附题集。"),
]
ClausesOption = Annotated[
    Path | None,
    typer.Option(
        "--clauses", help="条款文件夹（各文件为 ingest show DOC --json 的输出）；缺省用已建的索引。"
    ),
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="只取前若干题。")]


def read_questions(
    split: SplitChoice, paths: list[Path] | None = None, limit: int | None = None
) -> tuple[Question, ...]:
    """The questions that the options name."""
    questions = load_questions(paths or list(split_files(split.value)))
    if not questions:
        raise EvalError("题集是空的")
    return questions[:limit]


def read_book(folder: Path | None) -> ClauseBook:
    """The clauses that the options name."""
    return load_book(folder) if folder is not None else shipped_book()


def bar(label: str) -> Callable[[Iterable[Item], int], Iterable[Item]]:
    """A progress bar on standard error, drawn only for a person."""

    def show(items: Iterable[Item], total: int) -> Iterable[Item]:
        shown: Iterable[Item] = tqdm(items, total=total, desc=label, unit="题", file=sys.stderr, disable=None)
        return shown

    return show


@contextmanager
def reported() -> Iterator[None]:
    """Turn an error of ours into its sentence and exit status 2; 1 says that a gate is shut."""
    from ingest.errors import IngestError

    try:
        yield
    except (EvalError, IngestError) as error:
        typer.echo(f"错误：{error}", err=True)
        raise SystemExit(2) from error
