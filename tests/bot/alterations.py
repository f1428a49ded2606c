"""Wrong versions of right answers, one alteration at a time; the same answer gives the same ones."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

_REFERENCES = re.compile(r"(?:\[\d+\])+")
_REMARK = re.compile(r"^(?:（(?:按“.*?”理解|“[^“”]*”按“[^“”]*”理解)）)+")
_UNITS = {
    "%": ("个百分点", "所", "‰"), "所": ("个", "家", "%"), "个": ("所", "名", "%"), "名": ("所", "万名", "%"), "人": ("所", "万人"),
    "小时": ("分钟", "天"), "门": ("个", "节"), "节": ("门", "次"), "项": ("个", "次"), "次": ("个", "人"), "年": ("月", "天"),
    "条": ("个", "项"), "家": ("所", "个"), "支": ("个", "名"), "万": ("亿", ""), "亿": ("万", ""), "册": ("本", "万册"), "岁": ("年", "天"),
    "月": ("日", "年"), "日": ("月", "年"), "号": ("日", "个"),
}  # fmt: skip
_BOUNDS = (
    ("以上", "以下"), ("以上", ""), ("以下", "以上"), ("不低于", "不高于"), ("不低于", "低于"), ("不少于", "不超过"), ("不少于", "少于"),
    ("不超过", "不低于"), ("超过", "低于"), ("超过", "不超过"), ("高于", "低于"), ("以内", "以上"), ("左右", "以上"), ("至少", "至多"),
    ("达到", "不超过"), ("达到", "超过"),
)  # fmt: skip
_NEGATIONS = (
    ("不得", "可以"), ("不得", ""), ("严禁", "允许"), ("禁止", "允许"), ("严禁", ""), ("不再", "继续"),
    ("只增不减", "只减不增"), ("提高", "降低"), ("提升", "降低"), ("增加", "减少"), ("扩大", "缩小"), ("降低", "提高"), ("减少", "增加"),
)  # fmt: skip
_DEPARTMENTS = (
    "区教委", "区财政局", "市教委", "区民政局", "县教育局", "区卫生健康委", "市政府", "区人力社保局", "妇联", "残联", "共青团", "公安部门",
    "税务部门", "区委编办", "长江大学",
)  # fmt: skip
_NUMERALS = "一二三四五六七八九十"


def alterations(answer: str, departments: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Each alteration's kind and the altered answer.

    :param departments: finds what names a department.
    """
    remark = _REMARK.match(answer)
    head = remark[0] if remark else ""
    lines = answer[len(head) :].split("\n")
    for at, line in enumerate(lines):
        references = _REFERENCES.search(line)
        said, refs = (line[: references.start()], line[references.start() :]) if references else (line, "")
        for kind, wrong in _wrong(said, departments):
            if wrong != said:
                yield kind, head + "\n".join([*lines[:at], wrong + refs, *lines[at + 1 :]])


def _wrong(said: str, departments: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for match in re.finditer(r"\d+(?:\.\d+)?", said):
        kind = "year" if len(match[0]) == 4 and match[0].startswith(("19", "20")) else "figure"
        for other in _other_figures(match[0], kind):
            yield kind, said[: match.start()] + other + said[match.end() :]
        unit = re.match("小时|分钟|[%万亿所个名人门节项次年条家支册岁月日号]", said[match.end() :])
        if unit:
            for other in _UNITS.get(unit[0], ()):
                yield "unit", said[: match.end()] + other + said[match.end() + len(unit[0]) :]
        if re.match("[%所个名人门节项次]+(?!以)", said[match.end() :]):
            yield "bound", said[: match.start()] + "不超过" + said[match.start() :]
    yield from _swapped(said)
    for match in re.finditer(
        r"(?<![第])[二三四五六七八九](?=[业有类个所名项次育五库通新化型育维好级位])", said
    ):
        other = _NUMERALS[(_NUMERALS.index(match[0]) + 3) % 10]
        yield "numeral", said[: match.start()] + other + said[match.end() :]
    for pairs, kind in ((_BOUNDS, "bound"), (_NEGATIONS, "negation")):
        for one, other in pairs:
            for match in re.finditer(one, said):
                if kind == "bound" and not re.search(
                    r"\d", said[max(0, match.start() - 6) : match.end() + 6]
                ):
                    continue
                yield kind, said[: match.start()] + other + said[match.end() :]
    for match in departments.finditer(said):
        for other in _DEPARTMENTS:
            if other not in said and match[0] not in other:
                yield "department", said[: match.start()] + other + said[match.end() :]
    for match in re.finditer(r"[“‘《]([^“”‘’《》]{2,9})[”’》]", said):
        name = match[1]
        for other in (name[:-1] + "某", "新" + name, name[:-1], name[1:], name[::-1], "蓝天计划"):
            if other != name:
                yield "name", said[: match.start(1)] + other + said[match.end(1) :]


def _other_figures(written: str, kind: str) -> Iterator[str]:
    if kind == "year":
        yield from (str(int(written) + step) for step in (-1, 1, 3))
        return
    value = float(written)
    yield f"{value + 1:g}"
    yield f"{value * 10:g}"
    yield f"{value / 2 + 3.5:g}"
    if len(written) > 1 and written[::-1] != written and not written.endswith("0"):
        yield written[::-1]


def _swapped(said: str) -> Iterator[tuple[str, str]]:
    """Two figures of one unit in each other's place."""
    found = list(re.finditer(r"(?<![\d.—第])(\d+(?:\.\d+)?)(%|[所个名人门节项次])", said))
    for one, other in itertools.pairwise(found):
        if one[2] == other[2] and one[1] != other[1]:
            yield (
                "swap",
                said[: one.start(1)]
                + other[1]
                + said[one.end(1) : other.start(1)]
                + one[1]
                + said[other.end(1) :],
            )
