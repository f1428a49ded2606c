"""Marks of clauses in a question: 第十五条, 二（二）6, 2.2.6, 第5到7条, 最后一项."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ingest.numerals import CHINESE_DIGITS, parse_number

#: What a mark stands for: top 第二部分 or 二、; bracket （三）; ordinal 第15条, 第6项, 15.; clause_id 2.2.6.
MarkKind = Literal[
    "top", "chapter", "section", "bracket", "small_bracket", "article", "paragraph", "passage", "item", "circled",
    "annex", "clause_id", "counted",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark, as a half-open span of the question.

    :ivar number: the number it names; negative counts from the end, -1 being the last.
    :ivar until: the last number of a range, else the same number.
    :ivar suffix: of 第十二条之一, else 0.
    :ivar text: what ``clause_id`` names, or the noun of ``counted`` (第三个行动).
    """

    kind: MarkKind
    number: int
    start: int
    end: int
    until: int = 0
    suffix: int = 0
    text: str = ""


_C = f"[{CHINESE_DIGITS}]"
_N = rf"(?:\d{{1,3}}|{_C}{{1,5}})"
_UNIT: dict[str, MarkKind] = {
    "部分": "top", "大部分": "top", "板块": "top", "大项": "top", "大点": "top", "编": "top",
    "块": "top", "章": "chapter", "节": "section", "小节": "section", "条": "article", "款": "paragraph", "项": "item", "点": "item",
    "小项": "item", "小点": "item", "小条": "item", "目": "circled", "段": "passage", "自然段": "passage",
}  # fmt: skip
_U = "|".join(sorted(_UNIT, key=len, reverse=True))
#: 第一条线 and 第一项目 are no references; 第一项任务 is one.
_NOT_AFTER = r"(?!龙|线|目标|件|路|腿|命|例(?!外)|链|目(?!的))"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("annex", rf"附件第?(?P<n>{_N})"),
        ("range", rf"第?(?P<n>{_N})(?:{_U})?\s*(?:到|至|-|—|–|~|～)\s*第?(?P<m>{_N})(?P<u>{_U}){_NOT_AFTER}"),
        ("suffixed", rf"第(?P<n>{_N})条之(?P<s>{_N})"),
        ("ordinal", rf"第\s*\(?(?P<n>{_N})\)?\s*(?:个)?(?P<u>{_U}){_NOT_AFTER}"),
        ("last", rf"(?:最后|末尾?|最末)(?:的)?(?:一|1)?(?:个)?(?P<u>{_U}){_NOT_AFTER}"),
        ("from_end", rf"倒数第(?P<n>{_N})(?:个)?(?P<u>{_U}){_NOT_AFTER}"),
        ("list", rf"第(?P<n>{_N})(?=(?:、|和|与|及|跟|,)第?{_N}(?:(?:、|和|与|及|跟|,)第?{_N})*(?P<u>{_U}){_NOT_AFTER})"),
        ("list_member", rf"(?P<n>{_N})(?=(?:(?:、|和|与|及|跟|,)第?{_N})*(?P<u>{_U}){_NOT_AFTER})"),
        ("counted", rf"第(?P<n>{_N})(?:个|大)(?P<noun>[\u4e00-\u9fff]{{2}})"),
        ("clause_id", r"(?<![\w.])(?P<t>\d{1,2}(?:\.\d{1,3}){2,4}(?:\.p\d+)?|\d{1,2}(?:\.\d{1,3})?\.p\d+|art\d+(?:-\d+)?(?:\.p?\d+)*)(?![\d.%])"),
        ("short_id", r"(?<![\w.])(?P<t>\d{1,2}\.\d{1,3})(?![\d.%])(?=$|[\s??。,，]|这|那|条|项|节|部分|讲|说|写|是(?:什么|啥|关)|的?内容|规定|里)"),
        ("small_bracket", r"\((?P<n>\d{1,2})\)"),
        ("bracket", rf"\((?P<n>{_C}{{1,4}})\)"),
        ("circled", r"(?P<n>[①-⑳])"),
        ("top", rf"第?(?P<n>{_C}{{1,3}})[、.]?(?=\s*的?(?:\({_N}\)|第{_N}段))"),
        ("unit_below", rf"(?P<n>\d{{1,3}})(?P<u>{_U})"),
        ("top_alone", rf"(?:(?<=^)|(?<=[的》]))(?P<n>{_C}{{1,3}})、(?!{_C}+、)"),
        ("bare_item", r"(?P<n>\d{1,3})[.、]?(?!\d)"),
        ("spoken", rf"(?:(?<=^)|(?<=[案件划要的]))(?P<n>\d{{1,3}}|{_C}{{2,5}})(?P<u>{_U})(?=[里中]?面?(?:写|讲|说|规定|提到|的内容|是什么|是啥|内容))"),
        ("numbered", r"(?P<n>\d{1,3})号(?P<u>条|项)款?"),
        ("foreign", r"(?:item|no\.?|clause|article|point|#)\s*(?P<n>\d{1,3})(?![\d.%])"),
        ("unitless", r"第(?P<n>\d{1,3})(?=$|[\s??。,，]|讲|说|写|的?内容)"),
        ("bare_start", r"(?:(?<=^)|(?<=[》]))(?P<n>\d{1,3})(?:[.、](?!\d)|$)"),
    )
)  # fmt: skip


#: 第叁部分, and 第二十七相 where an input method took 相 for 项; of the same length, so that offsets stay.
_FINANCIAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_AS_WRITTEN = re.compile(rf"第[{CHINESE_DIGITS}\d壹贰叁肆伍陆柒捌玖拾]+[相向象像巷调跳店典]?")
_MISTAKEN = str.maketrans("相向象像巷调跳店典", "项项项项项条条点点")


def find_marks(text: str) -> list[Mark]:
    """The marks of a question in plain form, in its order; they do not overlap."""
    text = _AS_WRITTEN.sub(lambda match: match[0].translate(_FINANCIAL).translate(_MISTAKEN), text)
    marks: list[Mark] = []
    position = 0
    while position < len(text):
        mark = _mark_at(text, position, marks)
        if mark is None:
            position += 1
        else:
            marks.append(mark)
            position = mark.end
    return marks


def _mark_at(text: str, position: int, before: list[Mark]) -> Mark | None:
    if text[position] not in "第附最末倒incp#(①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" and not (
        text[position].isdigit() or text[position] == "a" or text[position] in CHINESE_DIGITS
    ):
        return None
    for name, pattern in _PATTERNS:
        match = pattern.match(text, position)
        if match is None:
            continue
        if name == "list_member" and not _follows_member(text, position, before):
            continue
        if name == "unit_below" and not _follows_ordinal(text, position, before):
            continue
        if name == "bare_item" and not _follows_bracket(text, position, before):
            continue
        if name == "range" and not (text[position] == "第" or _is_plain_range(text, match)):
            continue
        mark = _to_mark(name, match)
        if mark is not None:
            return mark
    return None


def _follows_bracket(text: str, position: int, before: list[Mark]) -> bool:
    """6 in 二（二）6, where nothing but white space or a comma lies between."""
    return (
        bool(before) and before[-1].kind == "bracket" and not text[before[-1].end : position].strip(" ,.、的")
    )


def _follows_ordinal(text: str, position: int, before: list[Mark]) -> bool:
    """27点 in 第（八）项27点, right after another mark."""
    return bool(before) and not text[before[-1].end : position].strip(" ,、的")


def _follows_member(text: str, position: int, before: list[Mark]) -> bool:
    """3 in 第1、3、5条, after a member of the same list."""
    gap = text[before[-1].end : position] if before else ""
    return (
        gap in ("、", "和", "与", "及", "跟", ",")
        and text[before[-1].start] in "第0123456789" + CHINESE_DIGITS
    )


def _is_plain_range(text: str, match: re.Match[str]) -> bool:
    """5到7条 without 第: not 1到2项专长, so only where the question has nothing but the reference there."""
    return match["u"] == "条" and (match.start() == 0 or text[match.start() - 1] in "》的,，、案要划")


def _to_mark(name: str, match: re.Match[str]) -> Mark | None:
    groups = match.groupdict()
    start, end = match.span()
    if name in ("clause_id", "short_id"):
        return Mark("clause_id", 0, start, end, text=groups["t"])
    if name == "last":
        return Mark(_UNIT[groups["u"]], -1, start, end, until=-1)
    number = parse_number(groups["n"])
    if number is None or (number == 0 and name != "ordinal"):
        return None
    kind: MarkKind
    if name in ("range", "ordinal", "from_end", "list", "list_member", "unit_below", "spoken", "numbered"):
        kind = _UNIT[groups["u"]]
        if kind == "top" and "(" in match[0]:
            # 第（五）部分 below 二、 is its （五）.
            kind = "bracket"
    elif name == "suffixed":
        kind = "article"
    elif name in ("top", "top_alone"):
        kind = "top"
    elif name in ("bare_item", "bare_start", "foreign", "unitless"):
        kind = "item"
    else:
        kind = name  # type: ignore[assignment]
    if name == "range":
        until = parse_number(groups["m"])
        return (
            Mark(kind, number, start, end, until=until) if until and number <= until < number + 60 else None
        )
    if name == "from_end":
        return Mark(kind, -number, start, end, until=-number)
    suffix = (parse_number(groups["s"]) or 0) if name == "suffixed" else 0
    return Mark(kind, number, start, end, until=number, suffix=suffix, text=groups.get("noun") or "")
