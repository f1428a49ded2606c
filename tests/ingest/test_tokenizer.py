"""One form for texts and questions, and the tokens that are cut from it."""

from __future__ import annotations

import pytest

from ingest.fold import fold
from ingest.lexicon import domain_words
from ingest.tokenizer import Tokenizer, count_tokens, tokenize


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("每天两个小时", "每天2小时"),
        ("百分之六十五", "65%"),
        ("百分之九十五点九", "95.9%"),
        ("二〇二七年", "2027年"),
        ("二○三五年", "2035年"),
        ("十二所学校", "12 所学校"),
        ("二至三岁幼儿", "2—3岁幼儿"),
        ("公辦園占比６５％", "公办园占比65%"),
        ("第十五條", "第15条"),
        ("二十万人", "200,000人"),
        ("ＳＴＥＭ課程", "stem课程"),
        ("三年级", "3年级"),
        ("两个钟头", "2小时"),
    ],
)
def test_two_writings_of_the_same_thing_fold_to_one(written: str, otherwise: str) -> None:
    assert fold(written) == fold(otherwise)
    assert sorted(tokenize(written)) == sorted(tokenize(otherwise))


@pytest.mark.parametrize(
    "text", ["一体化", "三业贯通", "十分重要", "万一", "五育并举", "十四五规划", "第一方阵"]
)
def test_numerals_that_are_part_of_a_word_stay(text: str) -> None:
    assert fold(text) == text


def test_three_months_are_not_the_month_of_march() -> None:
    assert fold("三个月") == "3个月" != fold("三月") == "3月"


def test_folding_twice_changes_nothing_more(plan) -> None:  # type: ignore[no-untyped-def]
    once = fold(plan.doc.text)
    assert fold(once) == once


def test_tokens_are_words_figures_with_their_unit_and_bigrams() -> None:
    # Words: 教师, 占, 比, 达到; figures 72%; bigrams 教师, 师占, 占比, 比达, 达到.
    assert tokenize("教师占比达到72%") == [
        "教师", "占", "比", "达到", "72%", "教师", "师占", "占比", "比达", "达到",
    ]  # fmt: skip


def test_a_figure_is_found_with_its_unit_and_without() -> None:
    assert {"2027年", "2027"} <= set(tokenize("到2027年"))
    assert {"3+2", "3", "2"} <= set(tokenize("中高职“3+2”"))


def test_bigrams_do_not_reach_across_punctuation() -> None:
    assert "校教" not in tokenize("学校，教师")


@pytest.mark.parametrize("text", ["", " \n", "，。！", "\x00\u200b"])
def test_a_text_without_words_has_no_tokens(text: str) -> None:
    assert tokenize(text) == []


def test_words_of_the_domain_stay_whole_and_leave_other_tokenizers_alone() -> None:
    domain = Tokenizer(["教共体"])
    assert "教共体" in domain.tokenize("加强教共体建设")
    assert "教共体" not in Tokenizer().tokenize("加强教共体建设")


def test_the_digest_names_the_dictionary_and_not_the_order_of_its_words() -> None:
    assert Tokenizer(["教共体", "双减"]).digest == Tokenizer(["双减", "教共体"]).digest
    assert Tokenizer(["教共体"]).digest != Tokenizer().digest


def test_length_is_counted_in_words() -> None:
    # 公办 / 幼儿园 / 。
    assert count_tokens("公办幼儿园。\n") == 3


def test_coinages_and_titles_become_words_and_figures_with_their_noun_do_not() -> None:
    text = "（以下简称“教共体”）构建“12368”体系，发挥“三个作用”，落实《教师评价指南（试行）》，“牢记嘱托·感恩奋进”"
    assert domain_words([text]) == ("感恩奋进", "教共体", "教师评价指南", "牢记嘱托")
