"""A question that asks for several things at once: each is asked by itself, and what is found is put together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.conversation import Completed
from bot.decide import Decision
from bot.finding import Finding
from bot.schema import Answer
from bot.scope import documents_hinted, documents_meant
from bot.statements import Statement
from bot.verdicts import NEAR
from ingest.schema import ClauseTree

if TYPE_CHECKING:
    from bot.service import Service

_Place = tuple[str, int, int]
#: Of one thing asked, how many statements are taken, and how many things there may be.
_EACH, _MOST = 2, 5
#: Places that were looked at, for each of them.
_CANDIDATES = 4
#: The word that hands what follows to each of the things before it.
_EACH_OF = re.compile(
    r"(?:又|到底|，|,|上)?(?:分别|各自|各(?=[是要有建办写怎打自几多讲占到评安创提]|说(?!各)|$))"
)
#: “双师型”教师占比、专业匹配度两项指标
_FIGURES_OF = re.compile(r"(?:[两二三四五]|\d)[项个](?:指标|数据|目标)(?:值|数)?$")
#: 办学条件、教研帮扶、老师补助都跟我说说
_ALL_OF = re.compile(r"，?(?:上|方面)?都(?=是?(?:怎|咋|跟|给|说|讲|写|有哪|有什|安排|规定|要求|提))")
_AND = re.compile(r"，?(?:还有|以及|和(?=[^平谐睦解])|与(?!时)|跟(?!踪|着)|及(?!时|格))|，(?=[“「])")
#: What a list is introduced by; no part of what is asked.
_INTRODUCED = re.compile(
    r"^.*(?:想问|问清楚|打包问|想知道|想问问|几样|几件事?|[两三四五]件事?|[两三四五]个数|几个数|请问)[：:，,]?|^(?:我|咱)们?(?:是|在)[^，,：:]*[，,]"
)
#: What a list is counted or closed by.
_COUNTED = re.compile(
    r"(?:这|那)?(?:[两二三四五六2-6]|几)(?:项|样|处|级|个学段|者|件事|方面|个数|块|类|种)$|(?:这|那)些$|相比$|[，,]$"
)
_ASKS = re.compile(
    r"[谁哪咋啥]|什么|(?<!不)怎[么样]|多少|如何|几[所个项门名种家条次处]|多[大高长久]|吗$|有没有|(?<!得)([\u4e00-\u9fff])[不没]\1(?!了)"
)
_SHORTEST, _LONGEST = 2, 30


def asked_apart(text: str) -> tuple[str, ...]:
    """The questions that a question puts together, each complete; none where it asks one thing.

    >>> asked_apart("精品劳动课程和国防教育特色学校，分别要多少？")
    ('精品劳动课程要多少？', '国防教育特色学校要多少？')
    >>> asked_apart("我刚当老师，想问清楚：工资补贴怎么保障，杂事又怎么减？")
    ('工资补贴怎么保障？', '杂事又怎么减？')
    >>> asked_apart("公办园占比要到多少？")
    ()
    """
    bare = text.strip().rstrip("？?。！! ")
    return _handed_out(bare) or _side_by_side(bare)


def _handed_out(text: str) -> tuple[str, ...]:
    """A、B和C分别要多少: what follows is asked of each."""
    match = _EACH_OF.search(text) or _ALL_OF.search(text)
    ends = match or _FIGURES_OF.search(text)
    if ends is None:
        return ()
    before = text[: ends.start()]
    while (shorter := _COUNTED.sub("", before)) != before:
        before = shorter
    subject, items, suffix = _listing(before)
    if not 2 <= len(items) <= _MOST or not all(_SHORTEST <= len(item) <= _LONGEST for item in items):
        return ()
    tail = re.split("[，,？?]", text[match.end() :].strip("，, "))[0] if match else "是多少"
    tail = suffix + (
        re.sub(r"^(?:[给跟]我)?(?:说|讲|列|摆)(?:一下|一说|一讲|一摆|说)?$", "", tail) or "有什么要求"
    )
    return tuple(f"{subject}{item}{'' if _ASKS.search(item) else tail}？" for item in items)


def _listing(before: str) -> tuple[str, list[str], str]:
    """Of the words before 分别: what all have in common, the list, and what follows it."""
    before = _INTRODUCED.sub("", before) or before
    pieces = re.split(r"[：:；;？?。]|，(?!还有|以及|跟|和|[“「])", before)
    pieces = [piece for piece in pieces if piece]
    place = next((i for i in range(len(pieces) - 1, -1, -1) if len(_items(pieces[i])) > 1), None)
    if place is None:
        return "", [], ""
    subject = "".join(
        piece[: found.start()] if (found := _ASKS.search(piece)) else piece for piece in pieces[:place]
    )
    suffix = "".join(piece for piece in pieces[place + 1 :] if not _ASKS.search(piece))
    listed = pieces[place]
    within = re.match(r"(.{2,14}?)(?:在|对)(.{2,}(?:和|与|跟|、).{2,})$", listed)
    if within is not None:
        subject, listed = subject + within[1], within[2]
    return subject, _dated(_items(listed)), suffix


def _dated(items: list[str]) -> list[str]:
    """With the year of the first month for a later month that has none (2025年2月和10月)."""
    year = next(
        (match[1] for item in items if (match := re.search(r"((?:19|20)\d{2}年)\d{1,2}月", item))), ""
    )
    return [re.sub(r"(?<![年\d])(\d{1,2}月)", rf"{year}\1", item) for item in items]


def _items(listed: str) -> list[str]:
    """The members of a list; what is said of the last (大学的毛入学率) is said of all."""
    items = listed.split("、")
    if len(items) == 1:
        items = _AND.split(listed)
    else:
        # 专业与重点产业匹配度 is one member; 和 may set off the last.
        items[-1:] = re.split(r"，?(?:还有|以及|和(?=[^平谐睦解]))", items[-1])
    items = [_COUNTED.sub("", item.strip("，,：: ")).removesuffix("的") for item in items]
    items = [item for item in items if item]
    of_all = re.search(r"的[\u4e00-\u9fff]{2,8}$", items[-1]) if len(items) > 1 else None
    if of_all is not None and not any("的" in item or _ASKS.search(item) for item in items[:-1]):
        items[:-1] = [item + of_all.group() for item in items[:-1]]
    return items


def _side_by_side(text: str) -> tuple[str, ...]:
    """谁印发的？文号是多少: parts that ask, each for itself, with what stands before them in common."""
    text = _INTRODUCED.sub("", text) or text
    pieces: list[str] = []
    for piece in re.split(r"[，,；;？?。：:]|还有(?=.*[什哪怎多几])", text):
        members = piece.split("、")
        pieces += members if all(_ASKS.search(member) for member in members) else [piece]
    pieces = [piece.strip() for piece in pieces if piece.strip()]
    asking = [_ASKS.search(piece) is not None for piece in pieces]
    if sum(asking) < 2 or len(pieces) > _MOST + 1:
        return ()
    subject = "".join(pieces[: asking.index(True)])
    return tuple(f"{subject}{piece}？" for piece, asks in zip(pieces, asking, strict=True) if asks)


def names_apart(text: str, trees: Mapping[str, ClauseTree]) -> bool:
    """Whether different things are asked of different documents, one each (国家…占多少？我们区…从哪里来？)."""
    bare = text.strip().rstrip("？?。！! ")
    parts = () if _handed_out(bare) else _side_by_side(bare)
    # What stands before the first that asks is common to all: then one thing is asked, of several documents.
    if not parts or not bare.startswith(parts[0].rstrip("？")):
        return False
    meant = [documents_meant(part, trees) or documents_hinted(part, trees) for part in parts]
    return all(len(ids) == 1 for ids in meant) and len(set(meant)) > 1


def find_apart(service: Service, text: str, named: Sequence[str]) -> Finding | None:
    """What is found for each of the things that a question asks, in its order; None where that is one thing,
    or fewer than two of them are found.

    :param named: the documents that the whole question names.
    """
    parts = asked_apart(text)
    if len(parts) < 2:
        return None
    title = f"《{service.trees[named[0]].meta.name}》" if len(named) == 1 else ""
    findings: dict[str, Finding | Answer] = {}
    # Those that name nothing first: unless they ask of the document, nothing else need be searched.
    titles = _titles(service, parts, title)
    for part in sorted(parts, key=service.has_topic):
        single = findings[part] = service.find(Completed(titles[part] + part))
        of_document = isinstance(single, Finding) and single.trace.get("about") == "document"
        if not of_document and not service.has_topic(part):
            return None
    found = [
        single
        for part in parts
        if isinstance(single := findings[part], Finding) and not single.statements[0].text.startswith(NEAR)
    ]
    # The same place is not given twice, however it is introduced.
    statements: dict[tuple[_Place, ...], Statement] = {}
    for single in found:
        for statement in single.statements[:_EACH]:
            statements.setdefault(_places(statement), statement)
    if len({_places(single.statements[0])[0] for single in found}) < 2:
        return None
    confidence = min(single.decision.confidence for single in found)
    candidates = {
        candidate["clause"]: candidate
        for single in found
        for candidate in single.trace.get("candidates", ())[:_CANDIDATES]
    }
    trace = {"kind": "several", "parts": list(parts), "candidates": list(candidates.values())}
    return Finding(tuple(statements.values()), Decision(None, confidence, {}), trace)


def _titles(service: Service, parts: Sequence[str], title: str) -> dict[str, str]:
    """What names the document that each part is put to: the whole question's, or that of the part before it.

    国家投入要占多少，又由谁统筹协调: the nation is meant in both parts, unless the second names a place of its own.
    """
    titles: dict[str, str] = {}
    for part in parts:
        meant = documents_meant(part, service.trees)
        if meant or documents_hinted(part, service.trees):
            titles[part] = "" if meant else title
            title = f"《{service.trees[meant[0]].meta.name}》" if len(meant) == 1 else ""
        else:
            titles[part] = title
    return titles


def _places(statement: Statement) -> tuple[_Place, ...]:
    return tuple((span.doc_id, span.start, span.end) for span in statement.evidence)
