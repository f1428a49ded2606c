"""Figures in a text: value, unit, and the words that say what is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.segments import Segment, enumerated, segments
from ingest.numerals import parse_number

_UNIT = "个百分点|%|％|万亿元|亿元|万元|元|万人|人次|万个|小时|分钟|课时|学时|年级|个月|所|个|名|门|节|家|项|条|次|岁|人|天|周|种|类|层|间|场|支|位|篇|平方米|公里|批次|届|套|张|座|倍|亩|年|级|对|处|期|堂|成"
_QUALIFIER = r"(?:以上|以下|左右|以内|余|多)?"
_CHINESE = "[一二两三四五六七八九十百千]"
_ARABIC_FIGURE = re.compile(
    rf"(?<![\dA-Za-z.“第〔+])(?P<value>\d[\d,]*(?:\.\d+)?(?:\s*(?:—|–|-|~|至|到)\s*\d+(?:\.\d+)?)?)\s*(?P<scale>万|亿)?\s*(?:余|多)?(?P<unit>{_UNIT})?{_QUALIFIER}"
)
#: A Chinese numeral is a figure where a measure word follows; 一个, 一批, 一体 and 一年 alone seldom are.
_CHINESE_FIGURE = re.compile(
    rf"(?<![第一-龥“])(?P<value>{_CHINESE}{{1,4}})(?P<unit>次|所|个(?!体|性|人)|名|门|节|项|年制|小时|大|级|类|条|成)|(?P<value2>[两二三四五六七八九十]+)(?P<unit2>次|所|个(?!体|性)|名|门|节|项|级|类|条|年制|网|库|维度)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?:\s*[—–-]\s*(?:19|20)?\d{2})?\s*(?:年|-\d{2}(?:-\d{2})?)?")
_QUOTED = re.compile(r"[“「][^”」]{1,12}[”」]")
_VERSION = re.compile(r"\d+(?:\.\d+)+版|\d+版")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure where it stands.

    :ivar start, end: the figure with its unit and qualifier, offsets into the document's text.
    :ivar piece: the member of the enumeration that holds it.
    :ivar segment: the piece between commas that holds it.
    """

    value: str
    unit: str
    start: int
    end: int
    piece: Segment
    segment: Segment


@lru_cache(maxsize=8192)
def figures_in(text: str, start: int, end: int) -> tuple[Figure, ...]:
    """The figures of ``text[start:end]`` in order; years, versions and names made of digits are left out.

    >>> text = "到2027年，打造新优质学校10所、特色校3—5所，占比达80%以上。"
    >>> [(figure.value, figure.unit) for figure in figures_in(text, 0, len(text))]
    [('10', '所'), ('3—5', '所'), ('80', '%')]
    """
    found = []
    for segment in segments(text, start, end):
        taken = [match.span() for match in _YEAR.finditer(segment.text) if _is_year(match.group(0))]
        taken += [match.span() for match in _VERSION.finditer(segment.text)]
        # A figure inside quotation marks is part of a name (“五名”工程, “3+2”).
        taken += [match.span() for match in _QUOTED.finditer(segment.text)]
        for piece in enumerated(text, segment.start, segment.end):
            offset = piece.start - segment.start
            for pattern in (_ARABIC_FIGURE, _CHINESE_FIGURE):
                for match in pattern.finditer(piece.text):
                    span = (match.start() + offset, match.end() + offset)
                    if any(a < span[1] and span[0] < b for a, b in taken):
                        continue
                    groups = match.groupdict()
                    value = groups["value"] or groups.get("value2") or ""
                    unit = groups["unit"] or groups.get("unit2") or ""
                    if not unit and not groups.get("scale"):
                        continue
                    value = re.sub(r"\s", "", value) + (groups.get("scale") or "")
                    found.append(
                        Figure(
                            value,
                            unit.replace("％", "%"),
                            piece.start + match.start(),
                            piece.start + match.end(),
                            piece,
                            segment,
                        )
                    )
    return tuple(sorted(found, key=lambda figure: figure.start))


def _is_year(text: str) -> bool:
    return len(re.sub(r"\D", "", text)) >= 4


#: Units that answer a question asked in another. 个 asks for nearly anything; 所 is answered by no 个.
_ANSWERED_BY: dict[str, set[str]] = {
    "%": {"%", "成", "个百分点"},
    "所": {"所", "家"},
    "家": {"家", "所", "个"},
    "校": {"所"},
    "园": {"所", "个"},
    "个": {
        "个",
        "所",
        "家",
        "名",
        "项",
        "条",
        "门",
        "种",
        "类",
        "节",
        "大",
        "支",
        "座",
        "处",
        "维度",
        "万",
        "",
    },
    "名": {"名", "人", "位", "万人"},
    "人": {"人", "名", "位", "万人", ""},
    "次": {"次", "回"},
    "小时": {"小时", "分钟"},
    "分钟": {"分钟", "小时"},
    "元": {"元", "万元", "亿元"},
    "节": {"节", "堂"},
    "堂": {"堂", "节"},
    "项": {"项", "条", "个", "种", "类", "大"},
    "条": {"条", "项"},
    "种": {"种", "类", "个", "项"},
    "类": {"类", "种", "个"},
    "样": {"项", "种", "个", "类"},
    "成": {"%", "成"},
}


def same_unit(asked: str, unit: str) -> bool:
    """Whether a figure in ``unit`` answers a question asked in ``asked``."""
    if not asked:
        return True
    return unit in _ANSWERED_BY.get(asked, {asked})


def comparable(value: str) -> str:
    """A figure's value in the form in which two are compared: Arabic, range marks folded."""
    number = parse_number(value)
    if number is not None and not value.isascii():
        return str(number)
    return re.sub(r"[—–~至到]", "-", value.replace(",", ""))
