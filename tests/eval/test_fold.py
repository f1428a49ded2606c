from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.fold import figures, fold, holds


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("65%", "百分之六十五"),
        ("65%", "６５％"),
        ("2027年", "二〇二七年"),
        ("25所", "二十五所"),
        ("2—3岁", "2至3岁"),
        ("2—3岁", "二到三岁"),
        ("2-3岁", "２～３歲"),
        ("公办园占比", "公辦園佔比"),
        ("“新优质学校”", "「新優質學校」"),
        ("涪陵府发〔2025〕6号", "涪陵府發[2025]6號"),
        ("2025年3月28日", "2025-03-28"),
        ("2025年3月28日", "2025年03月28日"),
        ("2024年12月", "2024-12"),
        ("57.03%", "百分之五十七点零三"),
        ("9422所", "9,422所"),
        ("5 个", "**5个**"),
    ],
)
def test_two_ways_of_writing_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("建成25所学校", "5所", False),
        ("建成5所学校", "5所", True),
        ("建成25所，另建5所", "5所", True),
        ("占比165%", "65%", False),
        ("占比0.65%", "65%", False),
        ("3—5门课", "5门", False),
        ("3—5门课", "3—5门", True),
        ("到2027年", "2027", True),
        ("编号20271", "2027", False),
        ("占 65.5%", "65", False),
        ("每天两小时", "2小时", True),
        ("每天十二小时", "2小时", False),
        ("任何话", "", False),
    ],
)
def test_a_fact_is_found_only_where_its_figures_stand_alone(text: str, fact: str, expected: bool) -> None:
    assert holds(fold(text), fact) is expected


def test_figures_leave_out_reference_marks_and_single_numerals_inside_words() -> None:
    # 2027 and 65% and 2-3 are amounts; the 一 of 一体化 and the [1] are not.
    assert figures("到2027年达到百分之六十五，2—3岁，一体化。[1]") == ("2027", "65%", "2-3")


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_that_folding_once_did_not_for_ascii_figures(text: str) -> None:
    digits = "".join(char for char in text if char.isascii() and char.isalnum())
    assert fold(fold(digits)) == fold(digits)


@given(st.text(max_size=60))
def test_any_text_folds_without_an_error(text: str) -> None:
    assert " " not in fold(text)


@pytest.mark.parametrize("script", ["s2t", "s2tw", "s2hk"])
def test_the_plan_folds_to_the_same_text_in_every_script(script: str) -> None:
    from opencc import OpenCC

    from ingest.pipeline import read_trees
    from ingest.settings import IngestSettings

    text = next(tree for tree in read_trees(IngestSettings()) if tree.doc_id == "fuling-2025-6").doc.text
    converter = OpenCC(script)
    changed = [line for line in text.split("\n") if fold(converter.convert(line)) != fold(line)]
    assert changed == []
    assert "显著提升" in text
