"""What a text commits itself to: figures with unit and bound, dates, numerals in words, and negations.

Everything here reads the folded form (:func:`ingest.fold.fold`), in which 百分之六十五 is 65% and 两个小时 is 2小时.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from ingest.fold import UNITS
from ingest.numerals import parse_number

Bound = Literal["", ">=", ">", "<=", "<", "~"]

#: Units that a figure of a policy text may have beside those that the fold knows.
_MORE_UNITS = (
    "个百分点", "立方米", "千米", "人次", "个月", "个工作日", "工作日", "周岁", "批次", "课", "例", "场", "件", "栋", "片",
    "吨", "分", "对", "组", "幅", "部", "起", "张", "倍", "层", "成", "号", "点", "段", "网", "维度", "度", "校", "园", "班", "县",
    "区", "市", "镇", "乡", "街道", "师", "生", "业", "大", "秒", "学分", "枚", "项次", "线", "字", "%", "‰", "g", "m",
)  # fmt: skip
_UNIT = "|".join(map(re.escape, sorted({*UNITS, *_MORE_UNITS}, key=len, reverse=True)))

#: Words of a bound before and behind a figure, and what they come to.
_BEFORE: tuple[tuple[Bound, str], ...] = (
    (">=", "不得低于|不低于|不得少于|不少于|不得小于|不小于|不短于|不得短于|至少|最少|最低|起码"),
    ("<=", "不得高于|不高于|不得超过|不超过|不多于|不得多于|不大于|不得大于|不长于|不得长于|至多|最多|最高|控制在"),
    (">", "超过|高于|突破|大于|多于|超出"),
    ("<", "低于|少于|小于|不足|不到|不满|短于"),
    ("~", "大约|约|近|接近|将近"),
)  # fmt: skip
_AFTER: dict[str, Bound] = {
    "及以上": ">=", "以上": ">=", "及以下": "<=", "以下": "<=", "以内": "<=", "之内": "<=", "左右": "~", "上下": "~",
    "余": "~", "多": "~",
}  # fmt: skip
_BOUND_BEFORE = re.compile("|".join(f"(?P<b{n}>{words})" for n, (_, words) in enumerate(_BEFORE)))
_WORDS_BEFORE = "|".join(words for _, words in _BEFORE)

_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})(?!\d)")
_DATE = re.compile(
    r"(?<![\d.])(?:(?P<y>(?:19|20)\d{2})年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?|(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日"
    r"|(?P<from>(?:19|20)\d{2})年?-(?P<to>(?:19|20)?\d{2})年|(?P<y2>(?:19|20)\d{2})年"
    rf"|(?P<y3>(?:19|20)\d{{2}})(?![\d.年]|[万亿]|{_UNIT}))"
)
_FIGURE = re.compile(
    rf"(?P<before>(?:{_WORDS_BEFORE})?)(?<![\d.])(?P<low>\d+(?:\.\d+)?)(?:%?-(?P<high>\d+(?:\.\d+)?)|(?P<ratio>(?:[:/+]\d+(?:\.\d+)?)+))?"
    rf"(?P<scale>[万亿])?(?P<more>[余多]?)(?P<unit>{_UNIT})?(?P<after>及以上|以上|及以下|以下|以内|之内|左右|上下|余|多)?"
)
#: Numerals that the fold leaves as words (三业, 五育, 四位一体), with the character that follows. 一 is in too many words.
_NUMERAL = re.compile(r"[二两三四五六七八九十百千]+[一二三四五六七八九]?(?P<next>[\u4e00-\u9fff)“”‘’、]?)")
_NO_NUMERAL = re.compile(r"十分(?!之)|千万|百姓|三角|四川|九龙坡|两江|万一|再三|五年规划|千方百计|百科")
_FRACTION = re.compile(r"[二三四五六七八九十百千]+分之[一二三四五六七八九十百千]+")
_TENTHS = re.compile(
    r"(?<![一二三四五六七八九十\d])([一二三四五六七八九1-9])成(半|[一二三四五六七八九])?(?![立员为果长功熟就绩本])"
)
_ORDINAL = re.compile(
    r"第(?:\d+(?:\.\d+)?|[一二三四五六七八九十百]+)(?:[条款项章节编点段届批轮期次年个名位])?"
)

#: Forbidding in its usual words; where one stands for another nothing has changed.
_FORBIDS = re.compile(r"不得(?!低于|少于|小于|短于|高于|超过|多于|大于|长于)|不准|不许|不允许|不能(?!力)|不可(?!或缺|或|持续|逆)|不应|不宜|严禁|禁止|杜绝|不得以任何方式")  # fmt: skip
_DENIES = re.compile(
    r"不再|不必|不需要?|无需|无须|没有|尚未|未(?!来|成年|必|央|保)|取消|停止|停办|非(?!常|遗|学科|教|物质|公|洲|营利|正式|盈利|但)|不(?!断|同|仅|但|良|足|力|懈|忘|久|动产|文明|完全|确定|健全|低于|少于|小于|短于|高于|超过|多于|大于|长于|到|满|是|论|管|只|光|变|少|了解|限|一|可)"
)
_FORBIDDEN, _DENIED = "\ue000", "\ue001"

#: Going up and going down, with the two characters after it.
_UP = re.compile(r"(?:提高|提升|增加|增长|上升|扩大|增至|升至)(?=(.{0,2}))")
_DOWN = re.compile(r"(?:降低|下降|减少|缩小|压减|压缩|降至|缩减)(?=(.{0,2}))")
_QUALIFIED = re.compile(r"([\u4e00-\u9fff]{2})及?(以上|以下|以内)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what it counts and its bound; equal where two texts say the same of the same unit.

    :ivar values: one value, two of a range, or the parts of a ratio.
    :ivar shape: what joins them: ``-``, ``:``, ``/``, ``+`` or nothing.
    """

    values: tuple[Decimal, ...]
    shape: str
    unit: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is given; a span of years has ``until``."""

    year: int | None
    month: int | None = None
    day: int | None = None
    until: int | None = None

    def within(self, other: Date) -> bool:
        """Whether the other says at least this; a year is said by a span that begins or ends with it."""
        if self.until is None and other.until is not None and self.month is None and self.day is None:
            return self.year in (other.year, other.until)
        return self.until == other.until and all(
            own is None or own == theirs
            for own, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        )


@dataclass(frozen=True, slots=True)
class Mention:
    """A fact where it stands in a folded text, ``[start, end)``."""

    fact: Figure | Date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a folded text commits itself to.

    :ivar numerals: numerals in words with the character after them: 三业, 五育, 三分之一.
    :ivar ordinals: 第十五条, 第6项.
    :ivar negated: what is forbidden or denied, each as its sign and the two characters after it.
    :ivar text: the folded text with signs for forbidding and denying.
    """

    mentions: tuple[Mention, ...]
    numerals: tuple[str, ...]
    ordinals: tuple[str, ...]
    negated: tuple[str, ...]
    text: str

    @property
    def figures(self) -> list[Figure]:
        return [mention.fact for mention in self.mentions if isinstance(mention.fact, Figure)]

    @property
    def dates(self) -> list[Date]:
        return [mention.fact for mention in self.mentions if isinstance(mention.fact, Date)]


@lru_cache(maxsize=4096)
def facts_of(folded: str) -> Facts:
    """The facts of a folded text.

    >>> found = facts_of("到2027年,打造学校10所以上,占比不低于65%,不得占用课间")
    >>> [(str(figure.values[0]), figure.unit, figure.bound) for figure in found.figures], found.dates[0].year
    ([('10', '所', '>='), ('65', '%', '>=')], 2027)
    """
    text = _FRACTION.sub(lambda match: _fraction(match[0]), folded) if "分之" in folded else folded
    text = _ISO_DATE.sub(lambda match: f"{match[1]}年{int(match[2])}月{int(match[3])}日", text)
    text = _TENTHS.sub(_tenths, text) if "成" in text else text
    ordinals = tuple(match[0] for match in _ORDINAL.finditer(text)) if "第" in text else ()
    # Offsets stay: an ordinal is covered by as many characters.
    covered = _ORDINAL.sub(lambda match: "\ue002" * len(match[0]), text) if ordinals else text
    mentions = []
    for match in _DATE.finditer(covered):
        mentions.append(Mention(_date(match), *match.span()))
        covered = covered[: match.start()] + "\ue002" * len(match[0]) + covered[match.end() :]
    mentions += [Mention(_figure(match), *match.span()) for match in _FIGURE.finditer(covered)]
    signed = _DENIES.sub(_DENIED, _FORBIDS.sub(_FORBIDDEN, text))
    negated = tuple(signed[at : at + 3] for at, sign in enumerate(signed) if sign in (_FORBIDDEN, _DENIED))
    return Facts(
        tuple(sorted(mentions, key=lambda mention: mention.start)),
        tuple(_numerals(covered)),
        ordinals,
        negated,
        signed,
    )


def bounds_in(folded: str) -> set[Bound]:
    """The kinds of bound that any words of a text express, whether or not a figure stands beside them."""
    found: set[Bound] = set()
    for match in _BOUND_BEFORE.finditer(folded):
        found.add(_BEFORE[int(str(match.lastgroup)[1:])][0])
    for match in re.finditer("及以上|以上|及以下|以下|以内|之内|左右", folded):
        found.add(_AFTER[match[0]])
    return found


def qualified(folded: str) -> set[tuple[str, str]]:
    """What 以上 and its like stand behind where that is no figure (市级以上), as the two characters and the word."""
    return {(match[1], match[2]) for match in _QUALIFIED.finditer(folded)}


def turned_round(said: str, quotes: str) -> bool:
    """Whether a text has something go up that the quotes only have go down, or the other way round."""
    for own, other in ((_UP, _DOWN), (_DOWN, _UP)):
        theirs = {match[1] for match in own.finditer(quotes)}
        opposite = {match[1] for match in other.finditer(quotes)}
        mine = {match[1] for match in own.finditer(said)}
        if mine and ((opposite and not theirs) or (mine & opposite) - theirs):
            return True
    return False


def _date(match: re.Match[str]) -> Date:
    groups = match.groupdict()
    if groups["from"]:
        until = groups["to"] if len(groups["to"]) == 4 else groups["from"][:2] + groups["to"]
        return Date(int(groups["from"]), until=int(until))
    year = groups["y"] or groups["y2"] or groups["y3"]
    month, day = groups["m"] or groups["m2"], groups["d"] or groups["d2"]
    return Date(int(year) if year else None, int(month) if month else None, int(day) if day else None)


def _figure(match: re.Match[str]) -> Figure:
    groups = match.groupdict()
    factor = {"万": 10_000, "亿": 100_000_000}.get(groups["scale"] or "", 1)
    parts, shape = [groups["low"]], ""
    if groups["high"]:
        parts.append(groups["high"])
        shape = "-"
    elif groups["ratio"]:
        shape = groups["ratio"][0]
        parts += re.split("[:/+]", groups["ratio"])[1:]
    values = tuple((Decimal(part) * factor).normalize() for part in parts)
    bound: Bound = ""
    if groups["before"]:
        found = _BOUND_BEFORE.match(groups["before"])
        bound = _BEFORE[int(str(found.lastgroup)[1:])][0] if found else ""
    after = groups["after"] or groups["more"]
    if after and (not bound or bound == "<="):
        bound = _AFTER[after]
    return Figure(values, shape, groups["unit"] or "", bound)


def _numerals(text: str) -> Iterator[str]:
    skipped = [match.span() for match in _NO_NUMERAL.finditer(text)]
    for match in _NUMERAL.finditer(text):
        if not any(start <= match.start() < end for start, end in skipped):
            yield match[0]


def _fraction(words: str) -> str:
    below, above = words.split("分之")
    return f"{parse_number(above)}/{parse_number(below)}"


def _tenths(match: re.Match[str]) -> str:
    more = 5 if match[2] == "半" else parse_number(match[2]) if match[2] else 0
    return f"{(parse_number(match[1]) or 0) * 10 + (more or 0)}%"
