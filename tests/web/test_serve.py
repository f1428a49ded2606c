from __future__ import annotations

import socket

import pytest

from bot.web.serve import StartError, ready_message, run, take_port
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
