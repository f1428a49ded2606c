"""Numerals, scripts, sentences and offsets."""

from __future__ import annotations

import doctest
import importlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lines import Line, join, split
from ingest.numerals import parse_number, to_chinese
from ingest.schema import OffsetMap
from ingest.script import is_traditional, to_simplified, to_traditional
from ingest.sentences import sentence_spans


@given(st.integers(min_value=1, max_value=9999))
def test_a_number_written_in_chinese_is_read_back(number: int) -> None:
    assert parse_number(to_chinese(number)) == number


@pytest.mark.parametrize("number", [0, 10_000, -1])
def test_numbers_that_no_heading_prints_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 9999"):
        to_chinese(number)


@given(st.text(alphabet="著显顯着力发發后後里裡面麵干幹复復了瞭台臺教育的，。1a", max_size=40))
def test_simplifying_never_changes_the_length(text: str) -> None:
    assert len(to_simplified(text)) == len(text)


def test_script_is_told_by_the_characters_that_only_one_has() -> None:
    assert is_traditional("公辦園佔比要到多少")
    assert not is_traditional("公办园占比要到多少")
    assert to_traditional("教育强国") == "教育強國"


def test_sentences_end_at_stops_outside_brackets_and_quotes() -> None:
    text = "甲（含乙。丙）。丁“戊！己”；庚。"
    assert [text[a:b] for a, b in sentence_spans(text)] == ["甲（含乙。丙）。", "丁“戊！己”；", "庚。"]


@given(st.text(alphabet="甲乙。；“”（）\n ", max_size=60))
def test_sentences_hold_every_visible_character_once(text: str) -> None:
    spans = sentence_spans(text)
    inside = "".join(text[a:b] for a, b in spans)
    assert "".join(inside.split()) == "".join(text.split())
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


def test_lines_keep_the_offsets_of_what_stays() -> None:
    source = "甲 乙\r\n丙"
    lines = split(source)
    text, offsets, _ = join([lines[0].cut(0, 1).then("：", lines[1])], len(source))
    assert text == "甲：丙\n"
    # 甲 stands at 0 and 丙 at 5 of the source; the inserted colon points at 丙.
    assert list(offsets.sources) == [0, 5, 5, 5, 6]


def test_a_rewritten_line_keeps_its_length() -> None:
    with pytest.raises(ValueError, match="keeps its length 1"):
        Line("甲", (0,)).rewritten("甲乙")


def test_offset_maps_compose() -> None:
    outer, inner = OffsetMap((0, 2, 3)), OffsetMap((5, 6, 7, 9))
    assert list(outer.then(inner).sources) == [5, 7, 9]
    with pytest.raises(ValueError, match="does not lie"):
        outer.to_source(0, 3)


@pytest.mark.parametrize(
    "module",
    [
        "ingest.numerals",
        "ingest.script",
        "ingest.sentences",
        "ingest.labels",
        "ingest.marks",
        "bot.segments",
        "bot.figures",
        "bot.question",
        "bot.attributes",
        "bot.enumerations",
    ],
)
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    results = doctest.testmod(importlib.import_module(module))
    assert results.attempted > 0
    assert results.failed == 0
