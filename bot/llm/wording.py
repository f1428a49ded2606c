"""What a model's sentence must keep of the place it cites beyond what its quotes alone can show.

A quote that is cut well can be made to say anything: two true halves put together give a year to another figure, or
a department to another's task. So a sentence is held against the sentences and the clause that its quotes stand in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.body_mentions import strange_bodies
from bot.facts import Date, Facts, Figure, facts_of
from bot.held import displaced
from bot.schema import Evidence
from bot.segments import segments
from ingest.bodies import BodyTable
from ingest.fold import fold
from ingest.schema import Clause, ClauseTree
from ingest.sentences import sentence_spans
from ingest.tokenizer import default_tokenizer

#: Words that say nothing of the matter, or that are verified as bounds; any other word must stand at the place cited.
_PLAIN_WORDS = frozenset(
    "需要 应当 应该 必须 要求 规定 提出 明确 目标 方案 文件 规划 纲要 达到 以上 以下 以内 左右 至少 最少 至多 最多 不少于 "
    "不低于 不超过 超过 低于 少于 其中 包括 包含 主要 分别 以及 并且 同时 通过 进行 实现 具体 共有 总共 一共 之前 前后 年底 "
    "方面 工作 任务 措施 为了 对于 关于 按照 根据 其他 相关 有关 这些 该项 还要 还有 也要 部门 每年 每天 每个 要达到 占比 比例 "
    "数量 时间 开展 做好 使得 从而 用于 以便 即可".split()
)
_CONTENT = re.compile("[\u4e00-\u9fff]{2,}")
_MARKS = re.compile("[“”‘’「」『』]")


def whole_pieces(tree: ClauseTree, start: int, end: int) -> tuple[int, int]:
    """A span of a clause grown to whole pieces between commas, so that no bound, denial or name is cut off it.

    Where a model quotes 活动时间 and 2小时 of 活动时间不低于2小时, both are that piece.
    """
    clause = tree.at(start)
    pieces = segments(tree.doc.text, clause.start, max(clause.end, end))
    touched = [piece for piece in pieces if piece.start < end and start < piece.end]
    return (min(start, touched[0].start), max(end, touched[-1].end)) if touched else (start, end)


def put_together(said: str, evidence: Sequence[Evidence], tree: ClauseTree, bodies: BodyTable) -> list[str]:
    """What a sentence makes of the place it cites that the place does not say; empty where there is nothing.

    :param evidence: its spans, all of them of ``tree``.
    """
    clauses = {tree.at(span.start).clause_id for span in evidence}
    if len(clauses) > 1:
        return ["引文出自不同的条款"]
    clause = tree.at(evidence[0].start)
    text = tree.doc.text
    spans = sentence_spans(text, start=clause.start, end=max(clause.end, *(span.end for span in evidence)))
    cited = [(a, b) for a, b in spans if any(a < span.end and span.start < b for span in evidence)]
    stated = facts_of(_MARKS.sub("", fold(said)))
    around = _MARKS.sub("", fold(text[clause.start : cited[-1][1]]))
    problems = displaced(stated, facts_of(_MARKS.sub("", fold(text[clause.start : clause.end]))))
    problems += _figures_of_other_dates(stated, facts_of(around))
    if len(cited) > 1:
        problems += _sentences_of_other_dates(stated, text, spans, cited)
        if strange_bodies(_MARKS.sub("", fold(said)), "", bodies):
            problems.append("单位和事项不在原文的同一句里")
    place = "".join(text[a:b] for a, b in cited)
    problems += [f"“{word}”不在所引的句子里" for word in strange_words(said, place, tree, clause)]
    return problems


def strange_words(said: str, place: str, tree: ClauseTree, clause: Clause) -> list[str]:
    """Words of a sentence that stand neither at the place it cites nor in the headings and titles above it."""
    meta = tree.meta
    steps = [part for step in tree.path(clause.clause_id) for part in (step.heading, step.label)]
    known = fold("\n".join((place, meta.title, meta.short_title or "", *meta.aliases, *steps)))
    words = [word for word in default_tokenizer().cut(fold(said)) if _CONTENT.fullmatch(word)]
    return [word for word in words if word not in _PLAIN_WORDS and word not in known]


def _figures_of_other_dates(stated: Facts, place: Facts) -> list[str]:
    """Figures that are given for another date than the one they stand under at the place."""
    theirs = _dated(place)
    return [
        "数字和年份在原文里不在一处"
        for figure, date in _dated(stated)
        if date is not None
        and not any(other is not None and date.within(other) for own, other in theirs if own == figure)
    ]


def _dated(facts: Facts) -> list[tuple[Figure, Date | None]]:
    """Each figure with the date that it stands under: the last one before it, else the first one after it."""
    dates = [(mention.start, mention.fact) for mention in facts.mentions if isinstance(mention.fact, Date)]
    found: list[tuple[Figure, Date | None]] = []
    for mention in facts.mentions:
        if isinstance(mention.fact, Figure):
            before = [date for start, date in dates if start < mention.start]
            found.append((mention.fact, before[-1] if before else dates[0][1] if dates else None))
    return found


def _sentences_of_other_dates(
    stated: Facts, text: str, spans: Sequence[tuple[int, int]], cited: Sequence[tuple[int, int]]
) -> list[str]:
    """Sentences that stand under another date than those that the statement gives, or under none."""
    if not stated.dates:
        return []
    current: list[Date] = []
    for start, end in spans:
        current = facts_of(fold(text[start:end])).dates or current
        if (start, end) in cited and not any(
            date.within(other) for date in stated.dates for other in current
        ):
            return ["事项和年份在原文里不在一处"]
    return []
