"""The form in which facts and answers are compared: numerals, width, script and marks folded.

This is the evaluation's own, apart from the search form of ``ingest``: a mistake in the one must not hide
in the other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_NUMERAL_RUN = re.compile("[零〇○一二三四五六七八九两十百千]+")
_PER_CENT = re.compile(r"百分之([零〇○一二三四五六七八九两十百千\d.]+)(?:点([零〇一二三四五六七八九]+))?")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_ISO_MONTH = re.compile(r"(?<!\d)(20\d{2})-(0\d|1[0-2])(?![\d-])")
_DATE_ZERO = re.compile(r"(?<=[年月])0(?=\d[月日])")
_RANGE = re.compile(r"(?<=\d)(%?)(?:[-‐‑‒–—―−~～]+|至|到)(?=\d)")
_SPACE = re.compile(r"\s+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
#: Marks that say the same: brackets, quotation marks, dashes, the emphasis of Markdown.
_MARKS = str.maketrans(
    {
        **dict.fromkeys("〔［【[", "("),
        **dict.fromkeys("〕］】]", ")"),
        **dict.fromkeys("“”„‟「」『』‘’\"'`*", None),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("•・‧∙⋅", "·"),
        # The converter reads 著 by the Traditional words around it, which Simplified text has not: 显著.
        "著": "着",
        "衞": "卫",
        "、": ",",
        "。": ".",
    }
)


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("tw2s")


def to_simplified(text: str) -> str:
    """Traditional characters made Simplified; Simplified text comes back as it is."""
    return str(_converter().convert(text))


def _value(numeral: str) -> str:
    """The figures of one run of Chinese numerals.

    With 十, 百 or 千 the run is a number (二十五 is 25), else it is read digit by digit (二〇二七 is 2027).

    >>> [_value(run) for run in ("二十五", "二〇二七", "一百零三", "十", "两")]
    ['25', '2027', '103', '10', '2']
    """
    if not any(char in _SCALES for char in numeral):
        return "".join(str(_DIGITS[char]) for char in numeral)
    total, digit = 0, 0
    for char in numeral:
        if char in _SCALES:
            total += (digit or 1) * _SCALES[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return str(total + digit)


def _per_cent(match: re.Match[str]) -> str:
    whole = match[1] if match[1][0].isascii() else _value(match[1])
    return f"{whole}.{_value(match[2])}%" if match[2] else f"{whole}%"


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """A text as it is compared: Simplified, half width, lower case, figures for numerals, no white space.

    Applied to fact and answer alike, so that it need not be right about language (一体化 becomes 1体化 on
    both sides), only the same. What it keeps apart is amounts.

    >>> fold("公辦園佔比 ６５％，二〇二七年，兩個小時，2025-03-28")
    '公办园占比65%,2027年,2个小时,2025年3月28日'
    >>> fold("百分之六十五，二至三歲，涪陵府發〔2025〕６號")
    '65%,2-3岁,涪陵府发(2025)6号'
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    text = to_simplified(text).translate(_MARKS)
    text = _PER_CENT.sub(_per_cent, text)
    text = _NUMERAL_RUN.sub(lambda match: _value(match[0]), text)
    text = _SPACE.sub("", text)
    text = _THOUSANDS.sub("", text)
    text = _ISO_DATE.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", text)
    text = _ISO_MONTH.sub(lambda m: f"{m[1]}年{int(m[2])}月", text)
    text = _DATE_ZERO.sub("", text)
    return _RANGE.sub(r"\1-", text)


def holds(text: str, fact: str) -> bool:
    """Whether a folded text holds a fact, digit boundaries respected.

    A fact that begins with a figure must not be the tail of a longer one, nor the upper end of a range, and
    one that ends with a figure must not be the head of a longer one.

    >>> holds(fold("建成25所学校"), "5所"), holds(fold("建成5所"), "5所"), holds(fold("3—5门"), "5门")
    (False, True, False)
    """
    needle = fold(fact)
    if not needle:
        return False
    start = text.find(needle)
    while start >= 0:
        if _stands_alone(text, start, start + len(needle)):
            return True
        start = text.find(needle, start + 1)
    return False


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[:start], text[end:]
    if text[start].isdigit() and re.search(r"(?:\d[.]?|\d%?-)$", before):
        return False
    return not (text[end - 1].isdigit() and re.match(r"\d|\.\d|%", after))


_FIGURE = re.compile(r"\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?(%|万|亿)?")


def figures(text: str) -> tuple[str, ...]:
    """The figures of a text, folded, in order: numbers and ranges, with % or 万 or 亿 where one follows.

    Chinese numerals count only where they were folded into more than one digit or carry a per cent sign:
    the 1 of 一体化 is no figure.

    >>> figures("到2027年，占比达到百分之六十五，招收2—3岁幼儿，推进一体化[1]")
    ('2027', '65%', '2-3')
    """
    text = re.sub(r"\[\d+\]", "", text)
    marked = _NUMERAL_RUN.sub(lambda m: m[0] if len(m[0]) > 1 else "\ue000", _keep_per_cent(text))
    return tuple(match[0] for match in _FIGURE.finditer(fold(marked)))


def _keep_per_cent(text: str) -> str:
    return _PER_CENT.sub(_per_cent, to_simplified(unicodedata.normalize("NFKC", text)))
