"""Reading a question: kind, unit, claims, members, places, what carries over from before."""

from __future__ import annotations

import pytest

from bot.conversation import complete
from bot.enumerations import has_members, members_asked
from bot.figures import comparable, figures_in, same_unit
from bot.question import QuestionKind, analyse
from bot.schema import Turn
from bot.segments import segments
from bot.service import Service
from bot.terms import TopicReader


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("公办园占比要到多少？", QuestionKind.FIGURE),
        ("特色普通高中要办几所？", QuestionKind.FIGURE),
        ("教师进修学院哪一年创建？", QuestionKind.DATE),
        ("校园安全由谁负责？", QuestionKind.WHO),
        ("方案写了由哪个部门负责吗？", QuestionKind.WHO),
        ("“教共体”是什么意思？", QuestionKind.DEFINITION),
        ("“五名”工程包括哪五类人？", QuestionKind.DEFINITION),
        ("方案有没有提校园足球？", QuestionKind.YES_NO),
        ("教师减负怎么做？", QuestionKind.MEASURES),
        ("“教共体”在哪几条里提到？", QuestionKind.EVERYTHING),
        ("为什么要推进小班化？", QuestionKind.WHY),
        ("教育经费", QuestionKind.OPEN),
    ],
)
def test_a_question_has_the_kind_that_its_words_ask_for(question: str, kind: QuestionKind) -> None:
    assert analyse(question).kind is kind


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("公办园占比是不是要到80%？", ("80%",)),
        ("“新卓越”高中要建5所吧？", ("5所",)),
        ("八大行动里有三个定位吗？", ()),
        ("“五名”工程有五名吗？", ("5名",)),
        ("双师型老师要占九成吗？", ("90%",)),
    ],
)
def test_a_claim_is_a_figure_that_is_stated_and_no_part_of_a_name(
    question: str, figures: tuple[str, ...]
) -> None:
    assert analyse(question).figures == figures


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("到2027年，打造“新卓越”普通高中2所、特色普通高中5所。", [("2", "所"), ("5", "所")]),
        ("实施一年两次岗位竞聘。", [("两", "次")]),
        ("制定出台3.0版集团化办学实施方案。", []),
        ("优化中高职“3+2”、中职本科“3+4”。", []),
        ("名书记“五名”工程", []),
        ("在校生516万；毛入园率93.1%", [("516万", ""), ("93.1", "%")]),
        ("每所高中学校打造3—5门特色校本课程", [("3—5", "门")]),
        ("2025年3月23日", []),
    ],
)
def test_figures_are_read_with_their_unit_and_names_are_not(
    text: str, figures: list[tuple[str, str]]
) -> None:
    assert [(figure.value, figure.unit) for figure in figures_in(text, 0, len(text))] == figures


def test_units_answer_only_what_they_count() -> None:
    assert same_unit("个", "所") and same_unit("%", "%") and same_unit("", "节")
    assert not same_unit("所", "个") and not same_unit("条", "次")


@pytest.mark.parametrize(("value", "form"), [("两", "2"), ("3—5", "3-5"), ("1,000", "1000"), ("十五", "15")])
def test_figures_compare_in_one_form(value: str, form: str) -> None:
    assert comparable(value) == form


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("“五名”工程是哪五名？", 5),
        ("是哪“五双”", 5),
        ("三同三公开是那三同", 3),
        ("哪些措施", None),
        ("哪一年", None),
    ],
)
def test_the_number_of_members_that_is_asked_for(question: str, number: int | None) -> None:
    assert members_asked(question) == number


@pytest.mark.parametrize(
    ("text", "number", "has"),
    [
        ("名师、名班主任、名教研员、名校长、名书记“五名”工程", 5, True),
        ("落实校园食堂“三同三公开”制度，提升食堂膳食质量", 3, False),
        ("终身学习制度由三部分构成：资历框架是基础，学分银行是平台，学习成果认证是重点", 3, True),
        ("国家战略与民生需求；知识学习与全面发展", 2, True),
    ],
)
def test_a_list_has_as_many_members_as_it_names(text: str, number: int, has: bool) -> None:
    assert has_members(text, number) is has


def test_pieces_break_at_commas_outside_quotes_and_brackets() -> None:
    text = "甲（乙，丙），丁“戊，己”；庚"
    assert [piece.text for piece in segments(text, 0, len(text))] == ["甲（乙，丙）", "丁“戊，己”", "庚"]


@pytest.mark.parametrize(
    ("turns", "understood"),
    [
        (["2027年教育强区的目标是什么？", "那2035年呢？"], "2035年教育强区的目标是什么？"),
        (["国家级依法治校示范校几所？", "市级？"], "市级依法治校示范校几所？"),
        (["公办园占比多少？", "换个话题，教师减负怎么做？"], "教师减负怎么做？"),
        (["工作保障第一条讲什么？", "第二条呢？"], "工作保障第2条讲什么？"),
        (["特色普通高中要办几所？"], "特色普通高中要办几所？"),
    ],
)
def test_a_follow_up_takes_over_what_it_leaves_out(turns: list[str], understood: str) -> None:
    history = [Turn(turn) for turn in turns[:-1]]
    assert complete(turns[-1], history, {}).text == understood


def test_terms_stand_in_an_order_of_their_own_and_not_in_that_of_a_set(service: Service) -> None:
    names = ["校园", "教师", "学生", "课程", "作业", "食堂", "体育", "阅读"]
    topic = TopicReader(service.index).read("".join(names), names=names)
    assert [term.text for term in topic.terms] == sorted(names)
