"""Input that means harm is text: nothing of it comes out, and the real question in it is answered."""

from __future__ import annotations

import time

import pytest

from bot.claims import ClaimsError
from bot.readable import readable
from bot.schema import Turn
from bot.service import Service
from bot.verify import verify

from .hostile import ALONE, AROUND, ASKED, SAID, TRACES


@pytest.mark.parametrize("name", AROUND)
def test_the_question_inside_is_answered_and_nothing_else_comes_out(service: Service, name: str) -> None:
    answer = service.ask(AROUND[name].format(ASKED))
    assert answer.status == "answered" and SAID in answer.answer, answer.answer
    assert answer.citations[0].clause_id == "2.2.5"
    for trace in TRACES:
        assert trace not in answer.answer
    assert verify(answer.answer, answer.citations, service.trees, bodies=service.bodies) == []


@pytest.mark.parametrize("name", ALONE)
def test_what_asks_nothing_is_refused_and_quickly(service: Service, name: str) -> None:
    started = time.perf_counter()
    answer = service.ask(ALONE[name])
    assert time.perf_counter() - started < 5
    assert answer.status == "abstained" and answer.reason
    assert not answer.citations
    for trace in TRACES:
        assert trace not in answer.answer


@pytest.mark.parametrize("name", AROUND)
def test_an_earlier_turn_does_no_harm_either(service: Service, name: str) -> None:
    first = service.ask(AROUND[name].format(ASKED))
    answer = service.ask("那普惠性托育服务幼儿园呢？", [Turn(AROUND[name].format(ASKED), first)])
    for trace in TRACES:
        assert trace not in answer.answer


@pytest.mark.parametrize("name", [*AROUND, *ALONE])
def test_a_hostile_text_is_checked_like_any_other(service: Service, name: str) -> None:
    text = AROUND[name].format("公办园占比达到56%。") if name in AROUND else ALONE[name]
    try:
        rows = service.check(text[:20_000])
    except ClaimsError:
        return
    for row in rows:
        assert row.text in text
        for citation in row.citations:
            assert service.trees[citation.doc_id].doc.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("公\u200b办\u2066园\u202e占\U000e0041比\ufe0f", "公办园占比"),
        ("公\u0338\u0336办", "公办"),
        ("caf\u0065\u0301", "café"),
        ("a\ud800b\ue000c", "abc"),
        ("一\u2028二\x85三", "一 二 三"),
    ],
)
def test_what_no_reader_sees_is_not_read(written: str, read: str) -> None:
    assert readable(written) == read
