"""Lists inside a sentence, and whether one has as many members as a question asks for (哪三同, 哪六个)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.numerals import parse_number

_ASKED = re.compile(
    r"[哪那][“\"]?(?P<n>[二两三四五六七八九十]|\d{1,2})(?!年|月|天|号)"
    r"|[那这](?P<those>[二两三四五六七八九十])(?:个|项|种|类|样|大)[^，。?]{1,14}(?:都|分别|各自)?(?:是|叫|指)(?:些)?(?:什么|啥|哪)"
    r"|(?:剩下|其余|余下|另外)的?(?P<rest>[二两三四五六七八九十]|\d{1,2})(?:个|项|种|所|家|条)"
)
#: Members of a list: between two separators, with no comma or stop inside; the last may follow 和 or 以及.
_RUN = re.compile(r"[^，。；：、（）()]{1,40}(?:、[^，。；：、（）()]{1,40})+")
_LAST = re.compile(r"[\u4e00-\u9fff]{2,}(?:和|与|以及|及)[\u4e00-\u9fff]{2,}")
#: Names in quotation marks one after another (“惠学生”“数智强师”).
_QUOTED_RUN = re.compile(r"(?:“[^”]+”(?:[、和与]|以及)?){2,}")
#: Numbered members of a name: “1”即…，“2”即…
_LABELLED = re.compile(r"[“\"][\dA-Z一二三四五六七八九十]+[”\"](?:即|是|指)")


#: A school or hospital by its own name; 中等职业学校 and 高等院校 are kinds, not names.
NAMED_INSTITUTION = re.compile(
    r"[\u4e00-\u9fff]{2,10}(?:师范学院|技术学院|技师学院|职业学院|师院|大学|友谊学校|卫生学校|教育中心|医院|中学|学院)"
)


def members_asked(folded: str) -> int | None:
    """How many members a question asks for by their number, or None.

    >>> members_asked("“五名”工程包括哪五类人"), members_asked("有哪些措施")
    (5, None)
    """
    match = _ASKED.search(folded)
    return parse_number(match["n"] or match["those"] or match["rest"]) if match else None


def has_members(text: str, number: int) -> bool:
    """Whether a text lists that many things in a row.

    >>> has_members("促进教育链、人才链、产业链、创新链深度融合", 4)
    True
    >>> has_members("落实校园食堂“三同三公开”制度，提升食堂膳食质量", 3)
    False
    """
    for match in _RUN.finditer(text):
        count = match.group(0).count("、") + 1
        if count == number or (count == number - 1 and _LAST.search(match.group(0).rsplit("、", 1)[-1])):
            return True
    if any(run.group(0).count("“") == number for run in _QUOTED_RUN.finditer(text)):
        return True
    after_colon = text.split("：", 1)[-1].split("。")[0]
    if "：" in text and len([part for part in after_colon.split("，") if part.strip()]) == number:
        return True
    semicolons = [part for part in re.split("[；;]", text.strip("。；")) if part.strip()]
    return len(semicolons) == number or len(_LABELLED.findall(text)) == number


def has_others(text: str, names: Sequence[str]) -> bool:
    """Whether a text has names in a row with others that are not among those given.

    >>> has_others("开展“惠学生”“数智强师”“校园智治”等应用", ["惠学生"])
    True
    """
    runs = [re.findall("“([^”]+)”", run.group(0)) for run in _QUOTED_RUN.finditer(text)]
    return any(set(names) & set(run) and set(run) - set(names) for run in runs)
