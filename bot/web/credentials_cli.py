"""``python -m bot user`` and ``python -m bot token``: who may come in, kept as hashes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.web.access import AccessSettings
from bot.web.credentials import (
    PASSWORD_MINIMUM,
    CredentialError,
    CredentialFile,
    check_name,
    hash_password,
    hash_token,
    new_token,
)

Name = Annotated[str, typer.Argument(help="名字")]
File = Annotated[Path | None, typer.Option("--file", help="写哪个文件；不写则取环境变量")]

users = typer.Typer(no_args_is_help=True, help="网页登录的用户（文件由 ACCESS_USERS 指定）。")
tokens = typer.Typer(no_args_is_help=True, help="程序用的 API 令牌（文件由 ACCESS_TOKENS 指定）。")


def register(app: typer.Typer) -> None:
    """Add both groups of commands."""
    app.add_typer(users, name="user")
    app.add_typer(tokens, name="token")


@users.command("add")
def add_user(name: Name, file: File = None) -> None:
    """添加用户，或给已有的用户换口令；口令从键盘或标准输入读。"""
    with _told():
        credentials = _file(file, "ACCESS_USERS", "scrypt")
        known = credentials.put(check_name(name), hash_password(_password()))
    typer.echo(f"已{'给' if known else '添加'}用户 {name}{' 换了口令' if known else ''}。不用重新启动。")


@users.command("remove")
def remove_user(name: Name, file: File = None) -> None:
    """删除用户；已经登录的也随即失效。"""
    with _told():
        _remove(_file(file, "ACCESS_USERS", "scrypt"), name, "用户")


@users.command("list")
def list_users(file: File = None) -> None:
    """列出用户。"""
    with _told():
        _list(_file(file, "ACCESS_USERS", "scrypt"))


@tokens.command("add")
def add_token(
    name: Name,
    file: File = None,
    print_hash: Annotated[bool, typer.Option("--print-hash", help="不写文件，只印出散列")] = False,
) -> None:
    """发一个令牌；只显示这一次，文件里只存散列。"""
    token = new_token()
    with _told():
        if print_hash:
            typer.echo(hash_token(token), err=True)
        else:
            credentials = _file(file, "ACCESS_TOKENS", "sha256")
            if check_name(name) in credentials.rows():
                raise CredentialError(
                    f"已经有名为 {name} 的令牌；要换新的，请先 python -m bot token remove {name}。"
                )
            credentials.put(name, hash_token(token))
            typer.echo(f"已发给 {name}。下面的令牌只显示这一次，请现在就收好：", err=True)
    typer.echo(token)


@tokens.command("remove")
def remove_token(name: Name, file: File = None) -> None:
    """收回令牌，随即失效。"""
    with _told():
        _remove(_file(file, "ACCESS_TOKENS", "sha256"), name, "令牌")


@tokens.command("list")
def list_tokens(file: File = None) -> None:
    """列出令牌的名字。"""
    with _told():
        _list(_file(file, "ACCESS_TOKENS", "sha256"))


def _file(given: Path | None, variable: str, kind: str) -> CredentialFile:
    settings = AccessSettings()
    path = given or (settings.access_users if kind == "scrypt" else _token_path(settings.access_tokens))
    if path is None:
        raise CredentialError(
            f"不知道写到哪个文件：请设置 {variable}，例如 {variable}=access/{variable.lower()}.txt，或者加 --file 文件。"
        )
    return CredentialFile(path, kind)


def _token_path(setting: str) -> Path | None:
    return None if not setting or setting.startswith("sha256$") else Path(setting)


def _password() -> str:
    if sys.stdin.isatty():
        password: str = typer.prompt("口令", hide_input=True, confirmation_prompt="再输一遍")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < PASSWORD_MINIMUM:
        raise CredentialError(f"口令太短（{len(password)} 个字符），至少要 {PASSWORD_MINIMUM} 个字符。")
    return password


def _remove(credentials: CredentialFile, name: str, what: str) -> None:
    if not credentials.remove(name):
        raise CredentialError(f"{credentials.path} 里没有名为 {name} 的{what}。")
    typer.echo(f"已删除{what} {name}。")


def _list(credentials: CredentialFile) -> None:
    for name in credentials.rows():
        typer.echo(name)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except CredentialError as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error
