"""Quantities in running text: a figure with its unit and the words that make it a bound."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from ingest.numerals import parse_number

Comparator = Literal["=", ">=", ">", "<=", "<", "range", "non-decreasing"]

_HAN = "〇零一二两三四五六七八九十百千"
_FIGURE = rf"(?:\d+(?:,\d{{3}})+|\d+)(?:\.\d+)?|[{_HAN}]+"
_DASH = r"[—–\-~～至到]+"

#: What a policy text counts or measures with; 年 only as a span of time.
_UNITS = [
    "个百分点",
    "百分点",
    "平方公里",
    "平方米",
    "立方米",
    "公里",
    "千米",
    "人次",
    "课时",
    "学时",
    "小时",
    "分钟",
    "个月",
    "个工作日",
    "工作日",
    "周岁",
    "万元",
    "亿元",
    "元",
    "个",
    "名",
    "所",
    "家",
    "门",
    "节",
    "项",
    "人",
    "次",
    "轮",
    "场",
    "起",
    "例",
    "支",
    "篇",
    "本",
    "堂",
    "期",
    "件",
    "套",
    "台",
    "间",
    "栋",
    "座",
    "处",
    "户",
    "册",
    "种",
    "类",
    "片",
    "亩",
    "米",
    "吨",
    "倍",
    "条",
    "批次",
    "位",
    "天",
    "周",
    "年",
    "分",
    "辆",
    "对",
    "组",
    "幅",
    "款",
    "部",
    "届",
    "岁",
    "G",
    "M",
    "‰",
    "%",
]
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))

_LOWER = "不得低于|不低于|不得少于|不少于|不小于|不短于|至少|最少|最低"
_UPPER = "不得高于|不高于|不得超过|不超过|不多于|不大于|不长于|至多|最多|最高"
_ABOVE = "超过|高于|突破|大于|多于"
_BELOW = "低于|少于|小于"
_CHANGE = "提高|提升|增加|增长|增至|扩大|下降|降低|压减|减少|压缩|上升|扩容|缩小|缩短|新增|升|降|增"
_REACH = f"达到|达|(?:控制|保持|稳定|维持|保障|提高|提升)在|(?:{_CHANGE})(?:到|至)|为|约|至|到|均为"

_QUANTITY = re.compile(
    rf"(?P<before>(?:{_LOWER}|{_UPPER}|{_ABOVE}|{_BELOW}|{_REACH})*)"
    rf"(?:百分之(?P<percent>{_FIGURE}(?:点[{_HAN}]+)?)"
    rf"|(?P<tenths>[一二三四五六七八九])成(?P<more>[半一二三四五六七八九])?(?![立员为果长功熟就绩])"
    rf"|(?P<low>{_FIGURE})(?P<low_percent>%)?(?:{_DASH}(?P<high>{_FIGURE}))?(?P<scale>[万亿](?!元))?(?P<unit>{_UNIT})?)"
    r"(?P<after>及?以上|以下|以内|左右|之内)?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure in a text, ``[start, end)`` with its bounding words.

    :ivar figure: offset of the figure itself.
    :ivar bound: the words before the figure that say reach, at least, at most …; may be empty.
    :ivar bounded: whether any word makes it a bound or a level to reach.
    :ivar han: whether the figure is written in Chinese characters.
    """

    start: int
    figure: int
    end: int
    bound: str
    comparator: Comparator
    value: float
    value2: float | None
    unit: str
    bounded: bool
    han: bool


def one_width(text: str) -> str:
    """The text with full-width figures, letters and signs in half width, of the same length."""
    folded = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(
        new if len(new) == 1 and new.isascii() and (new.isalnum() or new in "%+.") else old
        for old, new in zip(text, folded, strict=True)
    )


def quantities(text: str, start: int, end: int) -> list[Quantity]:
    """The quantities of ``text[start:end]``, in order; dates, ordinals and versions are none.

    ``text`` is in one width, see :func:`one_width`.

    >>> found = quantities("公办园占比达到65%，每天不少于两小时", 0, 19)
    >>> [(quantity.comparator, quantity.value, quantity.unit) for quantity in found]
    [('=', 65, '%'), ('>=', 2, '小时')]
    """
    found = []
    position = start
    while match := _QUANTITY.search(text, position, end):
        position = max(match.end(), match.start() + 1)
        quantity = _read(match, text)
        if quantity is not None:
            found.append(quantity)
    return found


def _read(match: re.Match[str], text: str) -> Quantity | None:
    groups = match.groupdict()
    before, after, unit = groups["before"] or "", groups["after"] or "", groups["unit"] or ""
    value2: float | None = None
    figure = match.end("before")
    if groups["percent"]:
        value, unit, han = _number(groups["percent"]), "%", False
    elif groups["tenths"]:
        value, unit, han = _tenths(groups["tenths"], groups["more"]), "%", False
    else:
        low, high = groups["low"], groups["high"]
        if _no_quantity(text, match, low, unit, bool(before or after)):
            return None
        value, han = _number(low), low[0] in _HAN
        value2 = _number(high) if high else None
        if groups["low_percent"] and not unit:
            unit = "%"
        if groups["scale"] and value is not None:
            factor = 10_000 if groups["scale"] == "万" else 100_000_000
            value, value2 = value * factor, value2 * factor if value2 is not None else None
    if value is None or (not unit and not before):
        return None
    comparator = "range" if value2 is not None else _comparator(before, after)
    if re.fullmatch("(?:为|到|至)?", before) and not unit:
        return None
    # 归为三个, 读到三项 count parts; a target so small is written 不少于三个 or 3个.
    if han and value < 10 and re.fullmatch("为|到|至|约", before):
        return None
    bounded = bool(before) or after in ("以上", "及以上", "以下", "以内")
    return Quantity(match.start(), figure, match.end(), before, comparator, value, value2, unit, bounded, han)


def _no_quantity(text: str, match: re.Match[str], low: str, unit: str, bounded: bool) -> bool:
    preceding = text[max(0, match.start("low") - 2) : match.start("low")]
    following = text[match.end() : match.end() + 2]
    written_year = low.isdigit() and len(low) == 4 and 1900 <= int(low) < 2100
    return (
        (unit == "年" and (written_year or not bounded))
        or preceding.endswith(("第", "〔", ".", "+", "/", "届"))
        or (
            not unit and following[:1] in ("月", "日", "年", "号", "版", "+", "级", "-", "—", ".", "大", "体")
        )
        # 3级, 3.0版, 3+2, 1/3
        or following[:1] in ("级", "版", "+", "/")
        or ((unit in ("年", "届", "岁", "周岁")) and not (unit == "年" and bounded))
        or (low[0] in _HAN and not unit)
    )


def _tenths(tenths: str, more: str | None) -> float:
    """七成 is 70, 七成五 and 七成半 are 75."""
    rest = 5 if more == "半" else _number(more) if more else 0
    return (_number(tenths) or 0) * 10 + (rest or 0)


def _number(written: str) -> float | None:
    if written[0].isdigit():
        value = float(written.replace(",", ""))
        return int(value) if value.is_integer() else value
    whole, _, decimals = written.partition("点")
    number = parse_number(whole)
    if number is None or not decimals:
        return number
    return float(f"{number}.{''.join(str(parse_number(digit)) for digit in decimals)}")


def _comparator(before: str, after: str) -> Comparator:
    if re.search(_LOWER, before):
        return ">="
    if re.search(_UPPER, before):
        return "<="
    if re.search(_ABOVE, before):
        return ">"
    if re.search(_BELOW, before):
        return "<"
    if after in ("以上", "及以上"):
        return ">="
    return "<=" if after in ("以下", "以内", "之内") else "="
