"""The running service follows the index: rebuilt documents are answered from without a restart, under load."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.live import LiveService
from bot.service import Service
from bot.web.desk import Desk
from bot.web.follow_ups import FollowUps
from bot.web.metrics import Metrics
from bot.web.table_data import TableSource
from ingest.add import add_document
from ingest.errors import IndexUnavailable
from ingest.pipeline import build
from ingest.settings import IngestSettings

TEXT = """示例区阅读推广方案
一、总体要求
坚持公益性，面向全体学生，推动全区学校阅读工作。
二、重点任务
（一）改造学校图书馆。到2027年，学校图书馆达标率达到{share}%。由区教育委员会牵头。
（二）推动晨读活动。每天晨读不少于{minutes}分钟，不得占用课间。
"""
QUESTION = "学校图书馆达标率要达到多少？"


def put(settings: IngestSettings, *, share: int, minutes: int = 20) -> None:
    fields = {
        "doc_id": "shili-1",
        "title": "示例区阅读推广方案",
        "level": "district",
        "issuer": "示例区人民政府",
        "form": "original",
    }
    add_document(settings.corpus_dir, TEXT.format(share=share, minutes=minutes).encode(), ".txt", fields)
    build(settings)


@pytest.fixture
def settings(tmp_path: Path) -> IngestSettings:
    (tmp_path / "corpus").mkdir()
    made = IngestSettings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index")
    put(made, share=90)
    return made


def live_on(settings: IngestSettings, *, look_every: float = 3600) -> LiveService:
    return LiveService(lambda: Service.open(settings), settings, look_every=look_every)


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline, "it did not happen within 30 seconds"
        time.sleep(0.01)


def test_a_rebuilt_index_is_answered_from_after_following(settings: IngestSettings) -> None:
    live = live_on(settings)
    assert "90%" in live.ask(QUESTION).answer
    put(settings, share=95)
    assert "90%" in live.ask(QUESTION).answer
    live.follow()
    assert "95%" in live.ask(QUESTION).answer


def test_an_index_rebuilt_elsewhere_is_noticed_by_itself(settings: IngestSettings) -> None:
    live = live_on(settings, look_every=0)
    put(settings, share=95)
    until(lambda: "95%" in live.ask(QUESTION).answer)


def test_while_it_switches_every_question_is_answered_by_one_or_the_other(settings: IngestSettings) -> None:
    live = live_on(settings)
    desk = Desk(live, Metrics())
    stop, failures, seen = threading.Event(), [], set()

    def ask_on() -> None:
        while not stop.is_set():
            try:
                for ask in (live.ask, desk.ask):
                    answer = ask(QUESTION)
                    (citation,) = answer.citations
                    share = next(share for share in ("90%", "95%", "97%") if share in answer.answer)
                    assert share in citation.quote
                    seen.add(share)
                assert live.check(f"学校图书馆达标率达到{share}。")
            except Exception as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=ask_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for share in (95, 97):
        put(settings, share=share)
        live.follow()
        until(lambda share=share: f"{share}%" in seen or bool(failures))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert seen == {"90%", "95%", "97%"}
    assert "97%" in desk.ask(QUESTION).answer


def test_the_old_service_is_closed_when_its_last_question_is_answered(
    settings: IngestSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Service] = []
    monkeypatch.setattr(Service, "close", lambda self: closed.append(self))
    live = live_on(settings)
    growing = live.stream(QUESTION)
    first = next(growing)
    put(settings, share=95)
    live.follow()
    assert closed == [] and "90%" in first.answer
    growing.close()
    assert len(closed) == 1


def test_a_build_that_cannot_be_opened_changes_nothing(settings: IngestSettings) -> None:
    opened = []

    def open_once() -> Service:
        if opened:
            raise IndexUnavailable("索引文件缺失")
        opened.append(True)
        return Service.open(settings)

    live = LiveService(open_once, settings, look_every=0)
    put(settings, share=95)
    with pytest.raises(IndexUnavailable):
        live.follow()
    assert "90%" in live.ask(QUESTION).answer


def test_tables_and_suggestions_follow(settings: IngestSettings) -> None:
    live = live_on(settings)
    tables, further = TableSource(live, settings), FollowUps(live)
    before = further.after(live.ask(QUESTION))
    assert [row.value for row in tables.tables().knowledge.targets] == [90, 20]
    put(settings, share=95, minutes=30)
    live.follow()
    assert [row.value for row in tables.tables().knowledge.targets] == [95, 30]
    assert further.after(live.ask(QUESTION)) == before
