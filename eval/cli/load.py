"""``load``: many users at once against a running server."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Annotated

import typer
from tqdm import tqdm

from eval.cli.common import QuestionsOption, SplitChoice, SplitOption, read_questions
from eval.errors import EvalError
from eval.load import LoadResult, ask_rest, check_address, measure, open_chat


def load(
    url: Annotated[str, typer.Option("--url", help="正在运行的服务器。")] = "http://127.0.0.1:7860",
    users: Annotated[int, typer.Option("--users", min=1, max=200, help="同时提问的人数。")] = 50,
    rounds: Annotated[int, typer.Option("--rounds", min=1, max=20, help="每人平均连问几题。")] = 2,
    interface: Annotated[
        list[str] | None, typer.Option("--interface", help="只测 rest 或 chat；缺省都测。")
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=300, help="每个接口最多测几秒。")] = 60,
    think: Annotated[
        float,
        typer.Option("--think", min=0, max=60, help="读完答案到再问，平均停几秒；0 是同一刻一齐问、一直问。"),
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", help="题目的次序，停顿的长短。")] = 1,
    token: Annotated[
        str, typer.Option("--token", envvar="ACCESS_TOKEN", help="API 令牌，只用于 rest。")
    ] = "",
    remote: Annotated[bool, typer.Option("--remote", help="允许对本机以外的服务器。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
    split: SplitOption = SplitChoice.dev,
    questions: QuestionsOption = None,
) -> None:
    """多人同时提问，量 p50 和 p95；题目不重复，不够时减少轮数。"""
    address = check_address(url, remote=remote)
    asked = list(dict.fromkeys(each.question for each in read_questions(split, questions) if each.question))
    random.Random(seed).shuffle(asked)
    wanted = interface or ["rest", "chat"]
    if unknown := set(wanted) - {"rest", "chat"}:
        raise EvalError(f"不认识的接口：{'、'.join(sorted(unknown))}；可以是 rest、chat")
    share = min(users * rounds, len(asked) // len(wanted))
    results = [
        asyncio.run(
            _measured(name, address, asked[at * share : (at + 1) * share], users, seconds, token, think, seed)
        )
        for at, name in enumerate(wanted)
    ]
    rows = [result.to_dict() for result in results]
    typer.echo(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else _table(rows))
    for result in results:
        for error in sorted(set(result.errors))[:5]:
            typer.echo(f"{result.interface}：{error}", err=True)
    if any(result.errors for result in results):
        raise typer.Exit(1)


async def _measured(
    name: str,
    url: str,
    questions: list[str],
    users: int,
    seconds: float,
    token: str,
    think: float,
    seed: int,
) -> LoadResult:
    ask = ask_rest if name == "rest" else (await open_chat(url)).ask
    with tqdm(total=len(questions), desc=name, unit="题") as bar:
        return await measure(
            name,
            ask,
            url,
            questions,
            users=users,
            limit_seconds=seconds,
            token=token,
            think=think,
            seed=seed,
            step=bar.update,
        )


def _table(rows: list[dict[str, object]]) -> str:
    lines = [
        "| 接口 | 停顿（秒） | 题数 | 出错 | p50（毫秒） | p95（毫秒） | 最长（毫秒） | 每秒 | 提问占一核（%） |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [f"| {' | '.join(str(value) for value in row.values())} |" for row in rows]
    return "\n".join(lines)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(load)
