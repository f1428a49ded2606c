"""The target ledger: every quantified target of a document, read from the grammar of its sentences.

A figure is a target in one of few frames: a noun with the figure behind it (打造微课5个), an indicator with
a level to reach (占比达到65%), a verb with figure and noun (打造3—5门课程), a rate of repetition (一年两次),
nothing at all (零发生), everything (全覆盖) and what may only rise (只增不减). Figures in names (“12368”,
3.0版), dates, ages, starting points (由88%提高到93%) and counts of parts (五个维度) stand in none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.deadlines import Deadline, deadlines, first_year, inherited
from ingest.indicators import (
    LEVEL,
    action_end,
    after_making,
    clean_indicator,
    complete,
    distributive,
    is_topic,
    level_of,
    other_group,
    without_action_nouns,
)
from ingest.quantities import Comparator, Quantity, one_width, quantities
from ingest.rows import Place, parts, place, policy_clauses, sentences
from ingest.schema import Clause, ClauseTree

_ZERO = re.compile(r"(?:保持|实现|确保|做到)*零(?:发生|事故|死亡|增长|案件|新增|感染|投诉)")
_COVER = re.compile(r"(?:实现|做到|达到|基本)*(?:全面覆盖|全覆盖|应保尽保|全部覆盖)(?![的面])")
_RISE = re.compile(r"(?:逐年)?(?:只增不减|不降低|不下降|不降|不减少)(?=$|[，。；、）])")
#: 两个「只增不减」…，一是A，二是B: a named rule, spelt out behind.
_RISE_NAMED = re.compile(r"[“「]只增不减[”」][^。；]*?一是(?P<first>[^，。；]+)，二是(?P<second>[^，。；]+)")
_PAST = re.compile(r"目前|现有|已(?:建成|有|达|建|累计)|截至|同比|上年|去年")
#: What a law threatens is no target.
_PENALTY = re.compile("罚款|违法所得|有期徒刑|拘役|拘留|责令停止|吊销|处分期")
_BASELINE = re.compile(
    r"^[^，。；]{0,12}(?:提高|提升|增加|增长|扩大|下降|降低|压减|减少|上升|降|升|增)(?:到|至)"
)
_STANDARD = re.compile(
    r"(?:的|为)?标准[^，。；]{0,4}?(?:发放|给予|核定|拨付|安排|补助)(?P<noun>[^，。；、]{2,20})"
)
#: A figure counted per unit or per time stands for good; no date of another sentence is its own.
_STANDING = re.compile("每|一年|一学期|年均|年度|逐年")
_QUOTED = re.compile(r"[“「『《][^”」』》]*[”」』》]")
_BRACKETS = re.compile(r"（([^（）]*)）")
_CONTINUES = re.compile(r"[、和及与]|以及")


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One quantified target; the contract of the project gives the meaning of the columns.

    :ivar deadline: year by which it is due, or None; inherited from an earlier sentence of the same clause or
        from its headings when ``deadline_stated`` is False.
    :ivar scope: the level or extent as printed (市级, 全区, 每所高中学校, 每天), or empty.
    """

    doc_id: str
    clause_id: str | None
    label: str
    quote: str
    start: int
    end: int
    indicator: str
    comparator: Comparator
    value: float | None
    value2: float | None
    unit: str
    deadline: int | None
    deadline_stated: bool
    scope: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A target before its place and date are known; ``at`` is the offset that dates must precede."""

    indicator: str
    comparator: Comparator
    value: float | None
    value2: float | None
    unit: str
    scope: str
    start: int
    end: int
    at: int


def extract_targets(tree: ClauseTree) -> tuple[TargetRow, ...]:
    """Every quantified target of a document, in the order of the text."""
    rows: list[TargetRow] = []
    text = one_width(tree.doc.text)
    for clause in policy_clauses(tree):
        if clause.kind != "table":
            rows.extend(_rows(tree, clause, text))
    return tuple(rows)


def _rows(tree: ClauseTree, clause: Clause, text: str) -> Iterator[TargetRow]:
    carried: int | None = None
    carried_known = False
    begins = first_year(tree.meta.title, tree.meta.issued)
    for start, end in sentences(tree, clause):
        dates = deadlines(text, start, end, title=tree.meta.title)
        for found in _targets(text, start, end, dates):
            before = [date for date in dates if date.start < found.at]
            if before:
                year: int | None = before[-1].year
                if begins is not None and before[-1].year < begins:
                    # Due before the document begins: it looks back.
                    continue
            else:
                if not carried_known:
                    carried, carried_known = inherited(tree, clause), True
                year = None if _STANDING.match(found.scope) else carried
            at = place(tree, clause, _quote_start(text, start, found.start, before), found.end)
            yield _row(at, found, year, stated=bool(before))
        if dates:
            carried, carried_known = dates[-1].year, True


def _row(at: Place, found: _Found, year: int | None, *, stated: bool) -> TargetRow:
    return TargetRow(
        at.doc_id, at.clause_id, at.label, at.quote, at.start, at.end,
        found.indicator, found.comparator, found.value, found.value2, found.unit, year, stated, found.scope,
    )  # fmt: skip


def _quote_start(text: str, sentence: int, start: int, dates: list[Deadline]) -> int:
    """A quote begins with its own part of the sentence, or with the date right before that."""
    date = dates[-1] if dates else None
    if date and date.start < start and not text[date.end : start].strip("，, "):
        return max(sentence, date.start)
    return start


def _targets(text: str, start: int, end: int, dates: list[Deadline]) -> Iterator[_Found]:
    for match in _RISE_NAMED.finditer(text, start, end):
        for name in ("first", "second"):
            scope = "逐年" if re.search("逐年|按年|每年", match[0]) else ""
            indicator = clean_indicator(match[name])
            yield _Found(
                indicator, "non-decreasing", None, None, "", scope, start, match.end(), match.start()
            )
    topic, last = "", ""
    for part_start, part_end in _with_brackets(text, start, end):
        found = list(_in_part(text, part_start, part_end, topic, last, dates))
        yield from found
        if found:
            last = re.sub(action_end(), "", found[-1].indicator)
        bare = clean_indicator(text[part_start:part_end])
        topic = bare if not found and is_topic(bare) else ""


def _with_brackets(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a sentence between commas, and after each the parts of its brackets."""
    for part_start, part_end in parts(text, start, end):
        yield part_start, part_end
        for bracket in _BRACKETS.finditer(text, part_start, part_end):
            if not (bracket.start() == part_start and bracket.end() == part_end):
                yield from parts(text, bracket.start(1), bracket.end(1))


def _in_part(
    text: str, start: int, end: int, topic: str, last: str, dates: list[Deadline]
) -> Iterator[_Found]:
    words = text[start:end]
    if _PAST.search(words) or _PENALTY.search(words):
        return
    names = [(m.start() + start, m.end() + start) for m in _QUOTED.finditer(words)]
    brackets = [(m.start() + start, m.end() + start) for m in _BRACKETS.finditer(words)]

    def hidden(position: int) -> bool:
        return any(a < position < b for a, b in names + brackets)

    yield from _without_figure(text, start, end, hidden_at=hidden)
    yield from _named_percentage(text, start, end, names)
    begin, previous = start, None
    for quantity in quantities(text, start, end):
        if hidden(quantity.figure) or _is_date(quantity, dates) or begin > quantity.start:
            continue
        found = _frame(text, begin, end, quantity, topic, last, previous, start)
        if found is None:
            continue
        yield found
        previous, begin = found, found.end
        while (joint := _CONTINUES.match(text, begin, end)) is not None:
            begin = joint.end()


def _is_date(quantity: Quantity, dates: list[Deadline]) -> bool:
    return any(date.start < quantity.end and quantity.figure < date.end for date in dates)


def _frame(
    text: str,
    begin: int,
    end: int,
    quantity: Quantity,
    topic: str,
    last: str,
    previous: _Found | None,
    start: int,
) -> _Found | None:
    """The target that a quantity is, read from what stands around it, or None."""
    before, rest = text[begin : quantity.start], text[quantity.end : end]
    if re.search(r"[由从][^，。；]*$", before) and _BASELINE.match(rest):
        return None
    stop = not rest or rest[0] in "、）（和及与" or rest.startswith(("以及", "核定", "的目标", "得到保证"))
    standard = _STANDARD.match(rest)
    if standard:
        scope = "".join(re.findall(r"每[生人校班所名](?=每|$|\d)|每[年月学期]+", before))
        return _make(quantity, standard["noun"], scope, start, quantity.end + standard.end())
    repeated = re.search(r"(?P<per>每(?:年度?|学年|学期|月|周|天|日)|一年|一学期|年均)[^，。；、]*$", before)
    if not stop and (noun := _noun_behind(text, begin, end, quantity, repeated is not None)):
        per = distributive(before)
        return _make(quantity, noun, per, start, text.index(noun, quantity.end) + len(noun), before)
    if not stop and quantity.unit == "%" and rest.startswith("的") and not clean_indicator(before):
        # 力争80%的学校建成智慧校园
        share = re.match(r"的([^，。；、]{2,24})", rest)
        if share:
            return _make(quantity, share[1], "", start, quantity.end + share.end(), before)
    # 1000人以上学校 only says which schools.
    if not stop and not quantity.bound:
        return None
    indicator = clean_indicator(before) if quantity.bound else after_making(clean_indicator(before))
    if previous is not None:
        indicator = complete(indicator, previous.indicator)
    scope = distributive(before) or level_of(indicator)
    if previous is not None and not scope and not _has_verb(before) and LEVEL.match(previous.scope):
        scope = previous.scope
    if previous is not None:
        indicator = other_group(indicator, previous.indicator)
    if is_topic(topic) and 0 < len(indicator) <= 4 and indicator != topic and not _has_verb(before):
        indicator = f"{topic}（{indicator}）"
    indicator = indicator or topic or last
    if not indicator or (quantity.han and not quantity.bounded and quantity.value < 10 and not repeated):
        return None
    return _make(quantity, indicator, scope, start, quantity.end, before)


def _has_verb(before: str) -> bool:
    return clean_indicator(before) != before.strip()


def _noun_behind(text: str, begin: int, end: int, quantity: Quantity, repeated: bool) -> str:
    """The noun that a figure counts when it stands before it (打造3—5门特色校本课程), or an empty string."""
    before = text[begin : quantity.figure]
    bounded = quantity.bounded or quantity.value2 is not None
    if quantity.unit in ("", "%") or (quantity.han and quantity.value < 10 and not (bounded or repeated)):
        return ""
    if not (bounded or repeated or re.search(f"(?:{action_end()[:-1]}|力争|争取)$", before)):
        return ""
    if quantity.bound and not re.search("至少|最少|不少于|不低于|超过|最高|最多|至多", quantity.bound):
        return ""
    noun = re.match(r"(?:的)?([^，。；、）]{2,24})", text[quantity.end : end])
    return noun.group(1) if noun else ""


def _make(quantity: Quantity, indicator: str, scope: str, start: int, end: int, before: str = "") -> _Found:
    comparator = quantity.comparator
    # 至少办好1所: the bound stands before the verb.
    if comparator == "=" and (adverb := re.search("至少|最少|最多|至多|不超过", before)):
        comparator = ">=" if adverb[0] in ("至少", "最少") else "<="
    return _Found(
        indicator,
        comparator,
        quantity.value,
        quantity.value2,
        quantity.unit,
        scope,
        start,
        end,
        quantity.figure,
    )


def _without_figure(text: str, start: int, end: int, *, hidden_at: Callable[[int], bool]) -> Iterator[_Found]:
    """Nothing at all, everything, and what may only rise."""
    patterns: tuple[tuple[re.Pattern[str], Comparator, float | None, str], ...] = (
        (_ZERO, "=", 0, ""),
        (_COVER, "=", 100, "%"),
        (_RISE, "non-decreasing", None, ""),
    )
    for pattern, comparator, value, unit in patterns:
        for match in pattern.finditer(text, start, end):
            if hidden_at(match.start()) or text[match.end() : match.end() + 1] in ("”", "」"):
                continue
            before = text[start : match.start()]
            joined = unit == "%" or not re.search("、", before)
            names = [before] if joined else before.split("、")
            for name in names:
                indicator = clean_indicator(without_action_nouns(name) if unit == "%" else name)
                if indicator:
                    scope = "逐年" if "逐年" in match[0] else distributive(name) or level_of(indicator)
                    yield _Found(
                        indicator, comparator, value, None, unit, scope, start, match.end(), match.start()
                    )


def _named_percentage(text: str, start: int, end: int, names: list[tuple[int, int]]) -> Iterator[_Found]:
    """落实安防建设“四个100%”要求: a percentage that a requirement carries in its name."""
    for name_start, name_end in names:
        percentage = re.search(r"(\d+(?:\.\d+)?)%", text[name_start:name_end])
        if percentage and text.startswith(("要求", "目标", "标准"), name_end):
            stop = name_end + 2
            value = float(percentage[1])
            indicator = clean_indicator(text[start:stop])
            number = int(value) if value.is_integer() else value
            yield _Found(indicator, "=", number, None, "%", level_of(indicator), start, stop, name_start)


def sort_key(row: TargetRow) -> tuple[int, int]:
    """Rows in the order of what falls due first; what has no date comes last."""
    return (row.deadline or 9999, row.start)
