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
#: Members of a name that are added up (“必修课+选修课+特色课”).
_JOINED = re.compile(r"[\u4e00-\u9fff]+(?:[+＋][\u4e00-\u9fff]+)+")
#: Words that count members by what they have in common (三早, 六个力).
_COUNTED_BY = re.compile(r"(?P<n>[二两三四五六七八九十\d]+)个?[“\"]?(?P<shared>[\u4e00-\u9fff])[”\"]?")
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
    if any(joined.group(0).count("+") == number - 1 for joined in _JOINED.finditer(text)):
        return True
    after_colon = text.split("：", 1)[-1].split("。")[0]
    if "：" in text and len([part for part in after_colon.split("，") if part.strip()]) == number:
        return True
    semicolons = [part for part in re.split("[；;]", text.strip("。；")) if part.strip()]
    return len(semicolons) == number or len(_LABELLED.findall(text)) == number


def counted_names(folded: str) -> list[str]:
    """The names of a question that count things by what they have in common.

    >>> counted_names("全面提升的六个“力”都是哪几个")
    ['六个“力”']
    """
    quoted = re.finditer(
        r"[二两三四五六七八九十\d]+个?[“\"][\u4e00-\u9fff][”\"]|(?<=[“\"])[二两三四五六七八九十\d]+[\u4e00-\u9fff](?=[”\"])",
        folded,
    )
    return [match.group(0) for match in quoted]


def shared_members(text: str, name: str) -> tuple[int, int] | None:
    """Where a text lists as many things in a row as a name counts, each with the character that it counts them by.

    >>> text = "防治学生欺凌，早发现、早预防、早控制"
    >>> start, end = shared_members(text, "三早")
    >>> text[start:end]
    '早发现、早预防、早控制'
    """
    counted = _COUNTED_BY.fullmatch(name)
    if counted is None:
        return None
    number, shared = parse_number(counted["n"]), counted["shared"]
    for match in _RUN.finditer(text):
        members = match.group(0).split("、")
        sharing = [member for member in members if shared in member]
        if len(sharing) == len(members) == number:
            start = match.start() + max(0, members[0].rfind("的") + 1)
            return start, match.end()
    return None


def has_others(text: str, names: Sequence[str]) -> bool:
    """Whether a text has names in a row with others that are not among those given.

    >>> has_others("开展“惠学生”“数智强师”“校园智治”等应用", ["惠学生"])
    True
    """
    runs = [re.findall("“([^”]+)”", run.group(0)) for run in _QUOTED_RUN.finditer(text)]
    return any(set(names) & set(run) and set(run) - set(names) for run in runs)
