from __future__ import annotations

from bot.web.follow_ups import FollowUps

from .conftest import FakeService, make_tree

TEXT = """一、任务
1.推动晨读。每天晨读不少于20分钟。
2.开展教师培训。每年培训教师200人。
3.改造图书馆（含阅览室）。新建图书馆2所。
4.强化经费支持。经费列入部门预算。
"""
ANSWERS = {
    "晨读多久？": ("每天晨读不少于20分钟",),
    "推动晨读有哪些措施？": ("每天晨读不少于20分钟",),
    "开展教师培训有哪些措施？": ("每年培训教师200人",),
    "强化经费支持有哪些措施？": ("新建图书馆2所",),
}


def service() -> FakeService:
    return FakeService({"d": make_tree("d", "方案", TEXT, "district", "original")}, ANSWERS)


def test_only_questions_that_are_answered_from_their_own_clause_are_offered() -> None:
    fake = service()
    # 3 has a remark in its heading; the answer on 4 comes from elsewhere.
    assert FollowUps(fake).after(fake.ask("晨读多久？")) == [
        "推动晨读有哪些措施？",
        "开展教师培训有哪些措施？",
    ]


def test_the_question_just_asked_is_not_offered_again() -> None:
    fake = service()
    assert FollowUps(fake).after(fake.ask("推动晨读有哪些措施？")) == ["开展教师培训有哪些措施？"]


def test_nothing_is_offered_after_an_abstention() -> None:
    fake = service()
    assert FollowUps(fake).after(fake.ask("食堂几点开门？")) == []


def test_a_clause_is_worked_out_once() -> None:
    fake = service()
    follow_ups = FollowUps(fake)
    first = follow_ups.after(fake.ask("晨读多久？"))
    count = len(fake.asked)
    assert follow_ups.after(fake.ask("晨读多久？")) == first
    assert len(fake.asked) == count + 1
