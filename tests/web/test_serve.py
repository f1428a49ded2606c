from __future__ import annotations

import socket

import pytest

from bot.web.credentials import CredentialFile, hash_token
from bot.web.serve import StartError, WebSettings, _processes, ready_message, run, take_port
from ingest.errors import IndexUnavailable


@pytest.fixture
def busy_port() -> int:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_port_in_use_is_told_with_the_way_out(busy_port, monkeypatch, capsys) -> None:
    monkeypatch.setenv("PORT", str(busy_port))
    monkeypatch.setenv("HOST", "127.0.0.1")
    opened = []
    assert run(lambda: opened.append(True)) == 1
    said = capsys.readouterr().err
    assert f"端口 {busy_port} 已被占用" in said and f"PORT={busy_port + 1}" in said
    assert opened == []


@pytest.mark.parametrize("port", ["abc", "70000", "-1"])
def test_a_port_that_is_none_is_told_what_a_port_is(port: str, monkeypatch, capsys) -> None:
    monkeypatch.setenv("PORT", port)
    assert run(lambda: None) == 1
    assert f"PORT={port} 不能用" in capsys.readouterr().err


def test_a_host_that_is_no_address_is_told_so() -> None:
    with pytest.raises(StartError, match="不是有效的地址"):
        take_port("no such host", 0)


def test_a_missing_index_is_one_sentence_and_no_traceback(monkeypatch, capsys) -> None:
    monkeypatch.setenv("PORT", "0")

    def broken() -> None:
        raise IndexUnavailable("索引不存在，请运行 python -m ingest。")

    assert run(broken) == 1
    assert capsys.readouterr().err == "没有启动：索引不存在，请运行 python -m ingest。\n"


def test_the_address_is_printed_and_an_open_door_is_pointed_out() -> None:
    assert ready_message("127.0.0.1", 7860).startswith("已就绪：http://127.0.0.1:7860")
    assert "注意" not in ready_message("127.0.0.1", 7860)
    assert "没有口令" in ready_message("0.0.0.0", 7860)
    assert "注意" not in ready_message("0.0.0.0", 7860, closed=True)


ACCESS = ["ACCESS_PASSWORD", "ACCESS_USERS", "ACCESS_TOKENS", "ADMIN_PASSWORD", "ALLOW_OPEN"]


@pytest.fixture
def no_access(monkeypatch) -> None:
    for name in ACCESS:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_an_open_door_beyond_this_machine_is_refused(host: str, no_access, monkeypatch, capsys) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("ADMIN_PASSWORD", "only documents")
    assert run(lambda: pytest.fail("loaded though it may not start")) == 1
    said = capsys.readouterr().err
    assert "没有设访问控制" in said and "ACCESS_PASSWORD" in said and "ALLOW_OPEN=1" in said


@pytest.mark.parametrize(
    ("name", "value"), [("ALLOW_OPEN", "1"), ("ACCESS_PASSWORD", "long enough"), ("ACCESS_TOKENS", "file")]
)
def test_a_password_a_token_or_the_switch_lets_it_listen_elsewhere(
    name: str, value: str, no_access, monkeypatch, capsys, tmp_path
) -> None:
    if value == "file":
        value = str(tmp_path / "tokens.txt")
        CredentialFile(tmp_path / "tokens.txt", "sha256").put("script", hash_token("t"))
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv(name, value)

    def broken() -> None:
        raise IndexUnavailable("到了这一步")

    assert run(broken) == 1
    assert capsys.readouterr().err == "没有启动：到了这一步\n"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ACCESS_PASSWORD", "short", "至少要 8 个字符"),
        ("ACCESS_TOKENS", "sha256$xyz", "应当是一个文件，或者"),
        ("ACCESS_TOKENS", "no-such-file", "里还没有令牌"),
        ("ACCESS_USERS", "no-such-file", "里还没有用户"),
        ("SESSION_HOURS", "0", "1 到 720"),
    ],
)
def test_an_access_setting_that_cannot_be_used_is_told(
    name: str, value: str, words: str, no_access, monkeypatch, capsys
) -> None:
    monkeypatch.setenv(name, value)
    assert run(lambda: pytest.fail("loaded though it may not start")) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "asked", "model", "count"),
    [
        ("127.0.0.1", None, "", 1),
        ("0.0.0.0", None, "", 2),
        ("127.0.0.1", 2, "", 2),
        ("0.0.0.0", None, "a-model", 0),
        ("0.0.0.0", 2, "a-model", 0),
    ],
)
def test_processes_answer_where_many_can_ask_and_no_model_is_waited_for(
    host: str, asked: int | None, model: str, count: int, monkeypatch
) -> None:
    monkeypatch.setattr("bot.web.serve.os.cpu_count", lambda: 3)
    monkeypatch.setenv("LLM_MODEL", model)
    settings = WebSettings(host=host, answer_processes=asked)
    assert _processes(settings) == count
