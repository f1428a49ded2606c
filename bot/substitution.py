"""What a follow-up names, put in the place of what the question before it named: 那2035年呢, 市级的呢, 投多少钱."""

from __future__ import annotations

import re

from bot.question import analyse

_CLAUSE = re.compile(r"第[\d一二三四五六七八九十]+(?:条|项|点|款|部分|段|小点)")
#: What is left of a question's verb and unit when its asking word is gone: 特色普通高中要办[几]所.
_VERB_REST = re.compile(
    r"(要|应|需|将)?(办|建|打造|创建|培养|达到|达|到|占|有|是|设|招)*(所|个|名|门|节|家|项|条|次)?$"
)
_QUOTED = re.compile(r"[“\"「『][^”\"」』]{1,8}[”\"」』]")
_YEAR = re.compile(r"(?:19|20)\d{2}年底?")
#: What one follow-up can put in the place of another: a year, a level, a kind of school.
SLOT = re.compile(
    r"(?:19|20)\d{2}年|国家(?:层面|级|纲要|规划)?|市里|市级|市规划|重庆市?|区里|区级|区方案|涪陵区?|全国|全市|全区|学前教育|义务教育|普通高中教育|职业教育|高等教育|特殊教育|小学|初中|高中|幼儿园|中职|高职|中学"
)
_LEVEL = re.compile(r"(?:我们|咱们|咱|我)区|涪陵区?|区里|全[国市区]|市里|国家(?:层面)?|重庆市?")
_SLOTS = re.compile(rf"(?:{SLOT.pattern}|的|到|在)+")


def substituted(folded: str, previous: str) -> tuple[str, str]:
    """The previous question with what a follow-up names in the place of what it named there, and what was carried over.

    >>> substituted("那2035年呢", "2027年的目标是什么")
    ('2035年的目标是什么？', '2027年的目标是什么')
    """
    named = re.sub(r"^(那么?|还有|以及|另外)[，, ]?|(呢|咧|呐)$", "", folded).strip("，, ")
    named = re.sub(r"^(?:我们|咱们|咱|我)(?=[区市])", "", named)
    named = re.sub(r"(?<=.{2})(?:那个|那块|那边|这个|这块|那种)?的?$", "", named)
    if not named or re.fullmatch(r"还?有?(别的|其他的?|哪些|什么|没有)?(吗|么)?", named):
        return f"{previous}还有哪些内容？", previous
    label = _QUOTED.fullmatch(named)
    labels = [match for match in _QUOTED.finditer(previous) if label and len(match[0]) == len(named)]
    if labels:
        return f"{_put(named, labels[-1])}？", previous
    references = list(_CLAUSE.finditer(previous))
    if references and _CLAUSE.fullmatch(named):
        return f"{_put(named, references[-1])}？", previous
    slots = _SLOTS.fullmatch(named) and [match.group() for match in SLOT.finditer(named)]
    if slots and len(slots) > 1:
        filled = previous
        for value in slots:
            place = next((m for m in SLOT.finditer(filled) if _alike(m.group(), value)), None)
            filled = _put(value, place) if place else value + filled
        return f"{filled}？", previous
    slot = SLOT.fullmatch(named)
    in_previous = [match for match in SLOT.finditer(previous) if slot and _alike(match.group(), named)]
    if in_previous:
        return f"{_put(named, in_previous[0])}？", previous
    subject = subject_of(previous)
    if re.search(r"多少|多久|多长|几|谁|什么|哪|怎么|如何|吗$|为什么|没有", named):
        level = next((match for match in SLOT.finditer(named) if _alike(match[0], "全市")), None)
        if level:
            # 那全市现在到多少了, after a question about the district.
            subject = level[0] + _LEVEL.sub("", re.sub(r"的?目标$", "", subject))
            named = named.replace(level[0], "", 1)
        # It asks something else about the same thing: 投多少钱？ 由谁负责？
        if re.search(r"谁|部门|单位|负责", named):
            # Who is responsible is said of a task, not of a year of it.
            subject = _YEAR.sub("", subject) or subject
        return f"{subject}{named}？", subject
    if slot:
        return f"{named}{previous}？", previous
    return f"{named}{_question_tail(previous)}？", previous


def _put(value: str, at: re.Match[str]) -> str:
    """The text of a match with a value in the place of what was matched."""
    return f"{at.string[: at.start()]}{value}{at.string[at.end() :]}"


def _alike(one: str, other: str) -> bool:
    """Whether two fill the same slot: two years, two levels, two kinds of school."""
    groups = (
        r"\d{4}年",
        r"国家.*|市里|市级|市规划|重庆市?|区里|区级|区方案|涪陵区?|全国|全市|全区",
        r"小学|初中|高中|幼儿园|中职|高职|中学",
        r".{2,4}教育",
    )
    return any(re.fullmatch(group, one) and re.fullmatch(group, other) for group in groups)


def subject_of(question: str) -> str:
    """What a question is about: its topic, with the spaces that took the place of asking words left out."""
    asked = analyse(question)
    told = next((part for part in re.split("[,，]", question) if part and part in asked.aside), "")
    topic = re.sub(
        r"\s+", "", analyse(question.replace(told, "", 1).strip("，,")).topic if told else asked.topic
    )
    return _VERB_REST.sub("", topic) or topic or question


def _question_tail(question: str) -> str:
    """How a question asks, after its subject (占比多少 of 公办园占比多少)."""
    match = re.search(
        r"(占比|比例|数量|目标|指标)?(要|应|需)?(达到|达|到|建|办|培养|打造|创建|争创)?(多少|几)\S{0,4}$|(由|归)?谁\S*$|(有)?(哪些|什么)\S*$|怎么\S*$|如何\S*$|什么时候\S*$|哪一?年\S*$|多久\S*$|多长\S*$|(是|要)?(升格|更名|建设)?(成)?什么$",
        question,
    )
    return match.group(0) if match and match.start() > 0 else ""
