"""Questions that ask for several things at once."""

import pytest

from bot.schema import Turn
from bot.service import Service
from bot.several import asked_apart


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("新型教研组织、STEM课程基地各建几个？", ("新型教研组织建几个？", "STEM课程基地建几个？")),
        (
            "体育方面，平日活动时间和升学考试各有什么规定？",
            ("体育方面平日活动时间有什么规定？", "体育方面升学考试有什么规定？"),
        ),
        (
            "全市幼儿园、大学的毛入学率，各是多少？",
            ("全市幼儿园的毛入学率是多少？", "大学的毛入学率是多少？"),
        ),
        ("中外合作办学，2025年2月和10月各是多少？", ("中外合作办学2025年2月是多少？", "中外合作办学2025年10月是多少？")),
        ("这份方案是谁印发的？文号是多少？", ("这份方案是谁印发的？", "文号是多少？")),
    ],
)  # fmt: skip
def test_each_thing_becomes_a_question_of_its_own(question: str, parts: tuple[str, ...]) -> None:
    assert asked_apart(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "公办园占比要到多少？",
        "书记和校长各说各的",
        "食堂的饭菜好不好吃",
        "怎么减轻教师的非教育教学负担？",
        "",
    ],
)
def test_one_thing_is_not_taken_apart(question: str) -> None:
    assert asked_apart(question) == ()


def test_each_thing_is_answered_with_its_own_clause(service: Service) -> None:
    answer = service.ask("教师工资待遇怎么保障，非教育教学负担又怎么减？")
    assert {citation.clause_id for citation in answer.citations} >= {"2.5.19", "2.8.27"}


def test_facts_of_the_document_are_given_side_by_side(service: Service) -> None:
    answer = service.ask("方案的成文日期和发布日期各是哪天？")
    assert "2025-03-23" in answer.answer
    assert "2025-03-28" in answer.answer


def test_a_part_that_names_nothing_does_not_take_a_question_apart(service: Service) -> None:
    answer = service.ask("教师的非教育教学负担怎么减轻，写了没有？")
    assert answer.status == "answered"
    assert answer.trace.get("kind") != "several"


def test_no_place_is_given_twice(service: Service) -> None:
    answer = service.ask("重庆教育综合实力，2027年和2035年各要排到什么位置？")
    spans = [(citation.doc_id, citation.start, citation.end) for citation in answer.citations]
    lines = [line.rsplit("[", 1)[1] for line in answer.answer.split("\n")]
    assert len(spans) == len(set(spans))
    assert len(lines) == len(set(lines))


def test_a_follow_up_that_says_nothing_by_itself_is_asked_with_its_subject(service: Service) -> None:
    first = service.ask("“新优质学校”打算打造几所？")
    answer = service.ask("要在哪年之前完成？", [Turn("“新优质学校”打算打造几所？", first)])
    assert answer.status == "answered"
    assert "2027年" in answer.answer
