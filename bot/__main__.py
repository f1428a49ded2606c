"""``python -m bot``: ask one question, or answer a file of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from tqdm import tqdm

from bot.explain import explain
from bot.export import record, to_docx, to_markdown
from bot.feedback_cli import register as register_feedback
from bot.schema import Answer, Turn
from bot.service import Service
from bot.tables import register as register_tables
from bot.tables import write_file
from bot.verify_command import register as register_verify
from bot.web.credentials_cli import register as register_credentials
from ingest.errors import IngestError

app = typer.Typer(add_completion=False, no_args_is_help=True, help="向政策文件提问，回答附条款号。")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="问题")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 Answer 对象")] = False,
    show_trace: Annotated[bool, typer.Option("--explain", help="说明是怎样得出的")] = False,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="连同依据写成这个 Markdown 文件")
    ] = None,
    docx: Annotated[Path | None, typer.Option("--docx", help="连同依据写成这个 Word 文件")] = None,
) -> None:
    """问一个问题。"""
    service = _open()
    answer = service.ask(question)
    if as_json:
        typer.echo(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
    else:
        typer.echo(answer.answer)
        for citation in answer.citations:
            typer.echo(f"  [{citation.ref}] {citation.label}：“{citation.quote}”")
    if show_trace:
        typer.echo(explain(answer), err=as_json)
    if markdown is not None or docx is not None:
        made = record([Turn(question, answer)], service.trees, on=date.today())
        if markdown is not None:
            write_file(markdown, to_markdown(made).encode(), on_stderr=as_json)
        if docx is not None:
            write_file(docx, to_docx(made), on_stderr=as_json)


@app.command()
def batch(
    questions: Annotated[str, typer.Argument(help="问题文件，每行一个 JSON 对象；- 为标准输入")],
    answers: Annotated[str, typer.Argument(help="答案文件，每行一个 JSON 对象；- 为标准输出")],
) -> None:
    """回答一个文件里的问题，一行对一行，次序不变。"""
    lines = _read_lines(questions)
    service = _open()
    failed = False
    with _writer(answers) as out:
        for row in _answered(service, lines):
            failed |= row.get("status") == "error"
            # Half a character (\\ud800 in the JSON of a question) cannot be written.
            line = json.dumps(row, ensure_ascii=False).encode("utf-8", errors="replace").decode()
            out.write(line + "\n")
            out.flush()
    if failed:
        raise typer.Exit(1)


@app.command("mcp")
def serve_mcp() -> None:
    """作为 MCP 服务器，用标准输入输出与客户端说话（要先装 requirements-mcp.txt）。"""
    from bot.web.mcp_server import INSTALL, is_installed, run_stdio

    if not is_installed():
        typer.echo(f"错误：没有安装 MCP 这一部分，请运行 {INSTALL}。", err=True)
        raise typer.Exit(1)
    run_stdio(_open())


register_tables(app)
register_feedback(app)
register_verify(app)
register_credentials(app)


def _open() -> Service:
    try:
        return Service.open()
    except IngestError as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error


def _read_lines(name: str) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        typer.echo(f"错误：问题文件 {name} 读不到（{error.strerror}）。", err=True)
        raise typer.Exit(1) from error
    # Not splitlines: JSON may hold the line separators of Unicode.
    return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").split("\n")


class _writer:
    """Standard output, or a file that replaces an old one only when the run has ended."""

    def __init__(self, name: str) -> None:
        self._path = None if name == "-" else Path(name)
        self._part: Path | None = None

    def __enter__(self) -> TextIO:
        if self._path is None:
            sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
            return sys.stdout
        self._part = self._path.with_name(self._path.name + ".part")
        try:
            self._file = self._part.open("w", encoding="utf-8")
        except OSError as error:
            typer.echo(f"错误：答案文件 {self._path} 写不了（{error.strerror}）。", err=True)
            raise typer.Exit(1) from error
        return self._file

    def __exit__(self, kind: object, *_: object) -> None:
        if self._path is None or self._part is None:
            return
        self._file.close()
        if kind is None:
            self._part.replace(self._path)


def _answered(service: Service, lines: list[str]) -> Iterator[dict[str, Any]]:
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    bar: Iterable[tuple[int, str]] = tqdm(
        numbered, unit="题", file=sys.stderr, disable=not sys.stderr.isatty()
    )
    for number, line in bar:
        try:
            yield _answer_line(service, line)
        except ValueError as error:
            yield {"id": _id_of(line), "status": "error", "message": f"第 {number} 行：{error}"}


def _answer_line(service: Service, line: str) -> dict[str, Any]:
    """The answer to one line.

    :raises ValueError: when the line is no valid question; the message says what was expected.
    """
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"不是有效的 JSON（{error.msg}，第 {error.pos + 1} 个字符处）") from error
    except RecursionError as error:
        raise ValueError("JSON 的括号套得太深") from error
    if not isinstance(row, dict):
        raise ValueError('应当是一个 JSON 对象，如 {"id": "q1", "question": "…"}')
    turns = row.get("turns", [row["question"]] if "question" in row else None)
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        raise ValueError("应当有 question（一个字符串）或 turns（至少一个字符串的列表）")
    question_id = row.get("id", "")
    if not isinstance(question_id, str | int):
        raise ValueError("id 应当是字符串或整数")
    history: list[Turn] = []
    answer: Answer | None = None
    for turn in turns:
        answer = service.ask(turn, history, question_id=str(question_id))
        history.append(Turn(turn, answer))
    result = answer.to_dict() if answer else {}
    return {**result, "id": question_id}


def _id_of(line: str) -> Any:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return None
    return row.get("id") if isinstance(row, dict) else None


if __name__ == "__main__":
    app(prog_name="python -m bot")
