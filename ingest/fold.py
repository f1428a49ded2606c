"""The search form of a text: one script, one width, one case, and one way of writing a figure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ingest.numerals import parse_number
from ingest.script import to_simplified

#: What is counted or measured in policy texts, longest first; a Chinese numeral before one of these is
#: a figure (两个小时, 十二所), elsewhere it may be part of a word (一体化, 三业贯通).
UNITS = [
    "平方米",
    "平方公里",
    "百分点",
    "公里",
    "小时",
    "分钟",
    "学时",
    "课时",
    "年级",
    "学年",
    "学期",
    "部分",
    "方面",
    "星期",
    "年",
    "月",
    "日",
    "天",
    "周",
    "个",
    "所",
    "名",
    "家",
    "门",
    "节",
    "项",
    "岁",
    "人",
    "条",
    "款",
    "章",
    "次",
    "倍",
    "级",
    "届",
    "类",
    "种",
    "处",
    "间",
    "座",
    "期",
    "轮",
    "亩",
    "元",
    "米",
    "堂",
    "本",
    "篇",
    "套",
    "支",
    "台",
    "辆",
    "位",
    "户",
    "版",
    "册",
    "卷",
]

_NUMERAL = "[〇○零一二两三四五六七八九十百千]+"
_UNIT = "|".join(UNITS)

#: 两个小时 and 2个小时 are 2小时. 个 stays before 月, since 3月 is a month of the calendar.
_MEASURE_OF_HOURS = re.compile(r"(?<=[\d一二两三四五六七八九十半])个?(?:小时|钟头)")
_PER_CENT = re.compile(rf"百分之({_NUMERAL}|\d+(?:\.\d+)?)(?:点({_NUMERAL}))?")
#: A year written digit by digit; without 年 only where a 〇 shows that it is one.
_YEAR = re.compile(r"[一二][〇○零一二三四五六七八九]{3}(?=年)|[一二][〇○][〇○零一二三四五六七八九]{2}")
#: Longest numerals first; 十分重要 and 万一 are no figures, since neither 分 nor nothing is a unit.
_COUNTED = re.compile(rf"({_NUMERAL})(万|亿)?(?=(?:多|余)?(?:{_UNIT}))")
_RANGE_START = re.compile(rf"({_NUMERAL})()(?=[至到~—–-]+\d)")
_TEN_THOUSANDS = re.compile(r"(?<![\d.])\d+0000(?![\d.])")
_THOUSANDS_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DASH_BETWEEN_FIGURES = re.compile(r"(?<=\d)(%?)\s*(?:[—–−~-]+|至|到)\s*(?=\d)")
_SPACE_BESIDE_FIGURE = re.compile(r"(?<=\d)[ \t]+(?=[\u4e00-\u9fff%])|(?<=[\u4e00-\u9fff])[ \t]+(?=\d)")


def _counted(match: re.Match[str]) -> str:
    value = parse_number(match[1])
    return match[0] if value is None else f"{value}{match[2] or ''}"


def _per_cent(match: re.Match[str]) -> str:
    whole = parse_number(match[1]) if not match[1][0].isdigit() else match[1]
    if whole is None:
        return match[0]
    decimals = match[2]
    return f"{whole}.{''.join(str(parse_number(d)) for d in decimals)}%" if decimals else f"{whole}%"


def _year(match: re.Match[str]) -> str:
    return str(parse_number(match[0]))


def _ten_thousands(match: re.Match[str]) -> str:
    return f"{int(match[0]) // 10_000}万"


def fold_figures(text: str) -> str:
    """Chinese numerals that are figures, written as figures; the rest as it was.

    >>> fold_figures("百分之六十五，二〇二七年，两个小时，三业贯通，二至三岁，200,000人")
    '65%，2027年，2小时，三业贯通，2-3岁，20万人'
    """
    text = _SPACE_BESIDE_FIGURE.sub("", text)
    text = _THOUSANDS_COMMA.sub("", text)
    text = _PER_CENT.sub(_per_cent, text)
    text = _YEAR.sub(_year, text)
    text = _COUNTED.sub(_counted, text)
    text = _RANGE_START.sub(_counted, text)
    text = _MEASURE_OF_HOURS.sub("小时", text)
    text = _TEN_THOUSANDS.sub(_ten_thousands, text)
    return _DASH_BETWEEN_FIGURES.sub(r"\1-", text)


def fold(text: str) -> str:
    """The form in which texts and questions meet: simplified, half width, lower case, figures as figures.

    Its length differs from the text's; for offsets use the text itself.

    >>> fold("公辦園占比６５％，每天運動兩個小時")
    '公办园占比65%,每天运动2小时'
    """
    return _folded_sentence(text) if len(text) <= _SENTENCE else _folded(text)


#: Texts up to this length, in characters, are sentences and clauses, which questions meet again and again.
_SENTENCE = 3000


def _folded(text: str) -> str:
    return fold_figures(to_simplified(unicodedata.normalize("NFKC", text)).lower())


_folded_sentence = lru_cache(maxsize=16384)(_folded)
