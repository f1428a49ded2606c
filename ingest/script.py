"""Chinese scripts: Traditional to Simplified, character by character, so that offsets stay what they are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

#: Pairs of a character that naive Simplified-to-Traditional converters leave alone and the one that a
#: Traditional writer uses. A page with the left ones and none of the right ones was made by a machine
#: (the plan's page prints 關于, 課后, 制定 beside 區, 發, 實).
_LEFT_BY_MACHINES = (("于", "於"), ("后", "後"), ("里", "裡裏"), ("干", "幹"), ("面", "麵"), ("松", "鬆"))

#: Words in which Simplified keeps 著; the converter, which expects Traditional, would turn 显著 into 显着.
_KEEPS_ZHU = re.compile("(?<=[显卓编论译名专原土执昭合])著|著(?=[作名称述录])")

#: Share of characters that must be Traditional-only before a text counts as Traditional at all.
_TRADITIONAL_SHARE = 0.02


@lru_cache(maxsize=1)
def _tw2s() -> Any:
    # tw2s rather than t2s: it turns 著力 into 着力 and leaves 显著 alone; t2s leaves both.
    import opencc

    return opencc.OpenCC("tw2s")


@lru_cache(maxsize=1)
def _s2t() -> Any:
    import opencc

    return opencc.OpenCC("s2tw")


def to_simplified(text: str) -> str:
    """``text`` in Simplified characters, of the same length, so that offsets carry over.

    >>> to_simplified("著力提升顯著"), to_simplified("显著")
    ('着力提升显著', '显著')
    """
    converted = str(_tw2s().convert(text))
    if len(converted) != len(text):
        # A phrase changed its length: fall back to one character at a time, which cannot.
        single = (str(_tw2s().convert(character)) for character in text)
        converted = "".join(new if len(new) == 1 else old for old, new in zip(text, single, strict=True))
    # 么 is as good Simplified as 吗; the converter takes it for 幺.
    kept = {match.start() for match in _KEEPS_ZHU.finditer(text)} | {
        match.start() for match in re.finditer("么", text)
    }
    if not kept:
        return converted
    return "".join(text[position] if position in kept else new for position, new in enumerate(converted))


def to_traditional(text: str) -> str:
    """``text`` in Traditional characters, for answers to people who ask in them."""
    return str(_s2t().convert(text))


def is_traditional(text: str) -> bool:
    """Whether a text is written in Traditional characters, by the share that Simplified does not have."""
    letters = sum("\u4e00" <= character <= "\u9fff" for character in text)
    changed = sum(old != new for old, new in zip(text, to_simplified(text), strict=True))
    return letters > 0 and changed / letters >= _TRADITIONAL_SHARE


def is_machine_traditional(text: str) -> bool:
    """Whether a Traditional text was made from a Simplified one by a character table.

    Such a text keeps characters that a Traditional writer would not use (于, 后) and lacks theirs (於, 後).
    """
    if not is_traditional(text):
        return False
    left = sum(text.count(simplified) for simplified, _ in _LEFT_BY_MACHINES)
    native = sum(text.count(character) for _, group in _LEFT_BY_MACHINES for character in group)
    return left > native
