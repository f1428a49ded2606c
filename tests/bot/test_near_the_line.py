"""Questions on both sides of the line between what the documents say and what they do not."""

import pytest

from bot.attributes import asked_attribute
from bot.enumerations import shared_members
from bot.question import QuestionKind, analyse
from bot.scope import documents_meant
from bot.service import Service


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("学生准不准带手机进学校", "手机"),
        ("幼儿园中午吃什么,好不好吃", ""),
        ("幼儿园晌午睡不睡午觉", "午休"),
        ("家委会交班费,可不可以不交", "班费"),
        ("民办学校变更手续能在手机上办吗", ""),
        ("一节思政课要上多久", "时长"),
        ("转学要带什么证件", "材料"),
        ("新优质幼儿园怎么认定", "条件或标准"),
        ("老师一个月能拿多少工资", "金额"),
        ("2027年要到65%,现在占多少了", "目前的情况"),
        ("名单由谁来审", "名单"),
        ("涪陵一共有几所小学", "总数"),
        ("到2027年要有几所特色普通高中", ""),
    ],
)
def test_an_attribute_is_known_by_how_it_is_asked_for(question: str, attribute: str) -> None:
    assert asked_attribute(question) == attribute


@pytest.mark.parametrize(
    "question",
    [
        "娃儿能不能带手机进学校？",
        "老师罚站准不准？",
        "“双师型”教师要哪些证才能认定？",
        "新优质幼儿园的一级和二级怎么区分？",
        "人工智能特色学校，涪陵定了哪几所？",
        "长江师范学院现在有多少学生？",
        "涪陵有几所职业学校？",
        "订单班的学徒一个月开多少工资？",
    ],
)
def test_what_is_mentioned_and_not_stated_is_not_answered(service: Service, question: str) -> None:
    assert service.ask(question).status == "abstained"


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("哪个部门不干事，最后怎么收拾？", "3.3"),
        ("小区里没有证的补习班归哪个部门查？", "2.2.9"),
        ("社会事务进校园的名单由谁来审？", "2.8.27"),
        ("高中的课由哪三种组成？", "2.2.7"),
        ("重大安全责任事故要控制在几起？", "1.p10"),
        ("安防建设要落实几个100%？", "2.8.28"),
        ("涪陵哪年建成义务教育优质均衡发展区？", "1.p3"),
    ],
)
def test_what_is_stated_is_answered_in_whatever_words(service: Service, question: str, clause: str) -> None:
    answer = service.ask(question)
    assert answer.status == "answered"
    assert clause in {citation.clause_id for citation in answer.citations}


def test_the_nearest_clause_is_about_what_was_asked(service: Service) -> None:
    assert "第11项" in service.ask("长江师范学院现在有多少学生？").answer


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("三早", "早发现、早预防、早控制"),
        ("三个“早”", "早发现、早预防、早控制"),
        ("四早", None),
        ("三晚", None),
    ],
)
def test_members_are_found_by_what_they_share(name: str, found: str | None) -> None:
    text = "防治学生欺凌，早发现、早预防、早控制。"
    span = shared_members(text, name)
    assert (text[slice(*span)] if span else None) == found


@pytest.mark.parametrize(
    ("question", "doc_ids"),
    [
        ("小学学位紧、初中空，国家允许怎么调？", ("national-outline-2024-2035",)),
        ("便民的民办园，国家往后还扶不扶？", ("national-outline-2024-2035",)),
        ("国家智慧教育平台怎么用", ()),
        ("家校社协同育人的实施方案是谁发的", ()),
        ("我们区的实施方案是谁发的", ("fuling-2025-6",)),
    ],
)
def test_a_level_is_meant_where_it_acts(service: Service, question: str, doc_ids: tuple[str, ...]) -> None:
    assert documents_meant(question, service.trees) == doc_ids


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("中职学校要合并，哪个单位来操刀，写了没有", QuestionKind.WHO),
        ("各项任务落没落实，区里靠什么去盯", QuestionKind.WHICH),
        ("好多家长愁娃读不上高中，以后学位会不会多", QuestionKind.YES_NO),
        ("普及普惠区的建成时间", QuestionKind.DATE),
        ("名优教师的数量要做到什么水平", QuestionKind.WHICH),
        ("几十个娃的小学校，是不是都要撤", QuestionKind.YES_NO),
    ],
)
def test_what_is_told_besides_does_not_decide_the_kind(question: str, kind: QuestionKind) -> None:
    assert analyse(question).kind is kind


def test_different_things_are_asked_of_different_documents(service: Service) -> None:
    answer = service.ask("国家财政性教育经费要占多少？我们区里又从哪些资金往教育上靠？")
    assert [citation.doc_id for citation in answer.citations[:2]] == [
        "national-outline-2024-2035",
        "fuling-2025-6",
    ]


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("公办园占比到2030年达到65%，对吗？", "不是"),
        ("公办园占比到2027年达到65%，对吗？", "是的"),
        ("老师免费坐公交车吗？", "原文是"),
        ("公办园占比要到65%么？", "是的"),
    ],
)
def test_a_claim_is_affirmed_as_a_whole_or_denied(service: Service, question: str, begins: str) -> None:
    assert service.ask(question).answer.startswith(begins)
