"""Questions in the dialect of Chongqing and Sichuan."""

import pytest

from bot.dialect import standard
from bot.service import Service


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("公办园占比要到好多？", "公办园占比要到多少？"),
        ("这个归哪个管哦？", "这个归谁管？"),
        ("老师看病有没得优待", "老师看病有没有优待"),
        ("从好久开始算数哦", "从什么时候开始算数"),
        ("一天要活动好久嘛？", "一天要活动多久？"),
        ("涪陵这个方案第三大块是讲啥子", "涪陵这个方案第三部分是讲什么"),
        ("听说大班不收钱了，是真的迈", "听说大班不收钱了，是真的吗"),
    ],
)
def test_asking_words_become_those_of_the_standard_language(said: str, meant: str) -> None:
    assert standard(said) == meant


@pytest.mark.parametrize(
    "text",
    [
        "好多老师都来了",
        "得不偿失的做法",
        "他胖得不得了",
        "哈尔滨的学校",
        "公办园占比要达到多少？",
        "没得到答复",
        "",
    ],
)
def test_what_is_no_dialect_stays(text: str) -> None:
    assert standard(text) == text


def test_a_question_in_dialect_is_answered_like_the_plain_one(service: Service) -> None:
    plain = service.ask("公办幼儿园在园幼儿占比要达到多少？")
    spoken = service.ask("公办幼儿园在园幼儿占比要搞到好多哦？")
    assert plain.status == spoken.status == "answered"
    assert spoken.citations == plain.citations
