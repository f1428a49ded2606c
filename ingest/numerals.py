"""Printed ordinals, in and out: 二十一, 廿一, 〇, １２, ③, ⑿."""

from __future__ import annotations

import unicodedata

_DIGITS = {"〇": 0, "○": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
_DIGITS |= {"八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "零一二三四五六七八九"

#: Characters that a Chinese ordinal is made of, for regular expressions.
CHINESE_DIGITS = "〇○零一二三四五六七八九十百千廿卅两"
#: ① to ⑳, ㉑ to ㉟, ⑴ to ⒇ and ⒈ to ⒛.
ENCLOSED_DIGITS = "①-⑳㉑-㉟⑴-⒇⒈-⒛"


def parse_number(text: str) -> int | None:
    """The value of a printed number, or None when it is none.

    >>> [parse_number(n) for n in ("十", "二十一", "廿一", "一百零五", "二〇二七", "１２", "③", "⑿", "甲")]
    [10, 21, 21, 105, 2027, 12, 3, 12, None]
    """
    text = text.strip()
    if not text:
        return None
    # NFKC turns １２ into 12, ③ into 3, ⑿ into (12) and ⒈ into "1.".
    folded = unicodedata.normalize("NFKC", text).strip("().")
    if folded.isascii() and folded.isdigit():
        return int(folded)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit = 0, 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            # 十五 has no digit before 十.
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            return None
    return total + digit


def to_chinese(number: int) -> str:
    """A number from 1 to 9999 as it is printed in headings.

    :raises ValueError: outside that range.

    >>> [to_chinese(n) for n in (6, 10, 15, 28, 105, 1203)]
    ['六', '十', '十五', '二十八', '一百零五', '一千二百零三']
    """
    if not 0 < number < 10_000:
        raise ValueError(f"a printed ordinal lies between 1 and 9999, got {number}")
    written, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += ("零" if pending_zero else "") + _CHINESE[digit] + name
            pending_zero = False
        elif written:
            pending_zero = True
    return written[1:] if written.startswith("一十") else written
