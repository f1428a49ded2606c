"""A statement without a clause behind it cannot leave the program: every sentence is held against its quotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.body_mentions import strange_bodies
from bot.facts import bounds_in, facts_of, qualified, turned_round
from bot.held import displaced, mispaired, strange_dates, strange_figures, strange_negations, strange_words
from bot.schema import Citation
from bot.statements import LEVEL_NAMES, clause_label
from ingest.bodies import BodyTable
from ingest.fold import fold
from ingest.schema import ClauseTree

_REFERENCE = re.compile(r"\[(\d+)\]")
#: What an answer says of itself and of its question, which no quote bears: how it was understood, that it
#: denies, that nobody is named, that a clause or a side is missing.
_REMARK = re.compile(r"^(?:\((?:按“.*?”理解|“[^“”]*”按“[^“”]*”理解)\))+")
_OWN_WORDS = re.compile(
    r"^(?:不是,原文写的是|原文是:|是的,|文件没有直接写明,相近的一句是:)|,没有写明责任单位$|^(?:《[^《》]+》、?)+没有写到这一点;|^《[^《》]+》没有“[^“”]{1,30}”;"
    r"|^这里没有收录“[^“”]{1,60}”所在的文件;"
)
_LEVEL = re.compile("^(区|市|国家|本文件)(?=《)")
_TITLE = re.compile(r"《([^《》]{1,60})》")
_QUOTED = re.compile(r"[“「]([^“”「」]+)[”」]")
_INNER = re.compile(r"[‘『]([^‘’『』]+)[’』]")
_MARKS = re.compile("[“”‘’「」『』]")
_LABEL_LEAD = re.compile(r"(?<=》)(?:\(摘编\))?:|提出(?=“)")
#: Who says it (国家《教育强国纲要》（摘编）：), and characters in a row that make two texts speak of the same.
_SAID_BY = re.compile(r"^(?:区|市|国家|本文件)?《[^《》]+》(?:\(摘编\))?:")
_IN_COMMON = 4
#: A longer text in quotation marks is a quotation and no name; it may hold names.
_NAME = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not hold in a sentence: the sentence, what it says, and that no quote has it."""

    sentence: str
    what: str


def verify(
    answer: str,
    citations: Sequence[Citation],
    trees: dict[str, ClauseTree],
    *,
    counted: Collection[str] = (),
    bodies: BodyTable | None = None,
    verbatim: bool = False,
) -> list[Problem]:
    """What in an answer does not stand in the quotes it cites; empty when all of it does.

    Held are: every line has a citation and every citation is used; every quote is verbatim in the clause that it
    names, under that clause's label. In a quote of the line must stand: every figure with its unit and its bound
    (65%, 不少于2小时, 10所以上), every date, every numeral in words, every name in quotation marks or 《》, every
    department, and whatever is forbidden or denied; and a figure must not stand by the words that another figure
    stands by there. Numerals, width and script are folded first.

    What a paraphrase may change, and this does not see: the other words. A figure of the quotes that is given for
    an indicator in words of its own passes, whichever indicator the quote gives it for.

    :param counted: figures with their units that the caller counted in the clause tree, which no quote needs to
        have.
    :param bodies: other names of the same department count as the name.
    :param verbatim: the answer is made of the words of its quotes, and every other word is a problem as well.
    """
    problems = [*_broken_quotes(citations, trees)]
    by_ref = {citation.ref: citation for citation in citations}
    used: set[int] = set()
    for line in filter(None, (line.strip() for line in answer.split("\n"))):
        refs = [int(ref) for ref in _REFERENCE.findall(line)]
        used.update(refs)
        missing = [ref for ref in refs if ref not in by_ref]
        if not refs or missing:
            problems.append(Problem(line, "没有引用" if not refs else f"引用 {missing} 不存在"))
            continue
        cited = [by_ref[ref] for ref in dict.fromkeys(refs)]
        if any(citation.doc_id not in trees for citation in cited):
            continue
        if not _is_quote(line, cited):
            problems += [
                Problem(line, what) for what in _unsupported(line, cited, trees, counted, bodies, verbatim)
            ]
    problems += [Problem(answer, f"引用 {ref} 没有用到") for ref in by_ref if ref not in used]
    return problems


def _broken_quotes(citations: Sequence[Citation], trees: dict[str, ClauseTree]) -> list[Problem]:
    broken = []
    for citation in citations:
        tree = trees.get(citation.doc_id)
        clause = tree.find(citation.clause_id) if tree else None
        if tree is None or clause is None:
            broken.append(Problem(citation.quote, f"条款 {citation.doc_id}#{citation.clause_id} 不存在"))
        elif (
            not citation.quote
            or tree.doc.text[citation.start : citation.end] != citation.quote
            or not clause.start <= citation.start < citation.end <= clause.subtree_end
        ):
            broken.append(Problem(citation.quote, f"引文不在 {citation.label} 里"))
        elif citation.label != clause_label(tree, clause) or citation.form != tree.meta.form:
            broken.append(Problem(citation.quote, f"{citation.label} 不是这一条的名称"))
    return broken


def _is_quote(line: str, citations: Sequence[Citation]) -> bool:
    """Whether a line is no more than a piece of one of its quotes, cut where no figure or name is cut."""
    said = _REFERENCE.sub("", line).strip().removesuffix("。")
    for citation in citations:
        at = citation.quote.find(said)
        if said and at >= 0:
            before, after = citation.quote[at - 1 : at], citation.quote[at + len(said) :][:1]
            return not (_joins(before, said[0]) or _joins(said[-1], after))
    return False


def _joins(one: str, other: str) -> bool:
    """Whether two characters are parts of one word for all that can be told: no punctuation between them."""
    return bool(one and other and re.match(r"[\w%]", one) and re.match(r"[\w%]", other))


def _unsupported(
    line: str,
    citations: Sequence[Citation],
    trees: dict[str, ClauseTree],
    counted: Collection[str],
    bodies: BodyTable | None,
    verbatim: bool,
) -> list[str]:
    said = _REMARK.sub("", fold(_REFERENCE.sub("", line)).strip().rstrip("。"))
    quotes = fold("\n".join(citation.quote for citation in citations))
    names = [fold(name) for name in _names(citations, trees)]
    problems = _strange_level(said, citations, trees)
    own = _OWN_WORDS.search(said)
    problems += _strange_absence(own[0], said[own.end() :], trees) if own else []
    said = _LEVEL.sub("", _OWN_WORDS.sub("", said))
    problems += _strange_names(said, quotes, "\n".join(names))
    said = _without(said, names)
    bare, plain = _MARKS.sub("", said), _MARKS.sub("", quotes)
    stated, borne = facts_of(bare), facts_of(plain)
    known = "\n".join((plain, *names))
    problems += strange_figures(stated, borne, [facts_of(fold(figure)) for figure in counted])
    problems += strange_dates(stated, borne)
    problems += [f"“{word}”不在引文里" for word in stated.numerals if word not in known]
    problems += [
        f"“{word}”不在引文里" for word in stated.ordinals if not re.search(rf"{re.escape(word)}(?!\d)", known)
    ]
    problems += strange_negations(stated, borne)
    problems += [f"“{name}”不在引文里" for name in strange_bodies(bare, known, bodies)]
    if not bounds_in(bare) <= bounds_in(plain) or _unqualified(bare, plain):
        problems.append("“以上”“不超过”一类的话与引文不同")
    if turned_round(bare, plain):
        problems.append("增减的方向与引文相反")
    problems += displaced(stated, borne) + mispaired(stated, borne)
    if verbatim and not any(fold(figure) in said for figure in counted):
        problems += [f"“{word}”不在引文里" for word in strange_words(said, plain)]
    return list(dict.fromkeys(problems))


def _names(citations: Sequence[Citation], trees: dict[str, ClauseTree]) -> list[str]:
    """How the places themselves may be called: title, label, numbers and headings down to the clause; longest first."""
    names: set[str] = set()
    for citation in citations:
        meta = trees[citation.doc_id].meta
        names.update(
            (meta.title, meta.short_title, meta.document_number or "", citation.label, *meta.aliases)
        )
        for step in trees[citation.doc_id].path(citation.clause_id):
            names.update((step.heading, step.label, step.label.removesuffix(step.heading)))
    return sorted(filter(None, names), key=lambda name: (-len(name), name))


def _without(said: str, names: Sequence[str]) -> str:
    """A line without the labels and titles in it, whose figures are no statements."""
    said = _LABEL_LEAD.sub(" ", said)
    for name in names:
        if name in said:
            # 第1项 is not named by 第15项's label, nor a heading's end by the heading of another.
            said = re.sub(rf"(?<!\d)(?<!\.){re.escape(name)}(?!\d)", " ", said)
    return said


def _strange_level(said: str, citations: Sequence[Citation], trees: dict[str, ClauseTree]) -> list[str]:
    """区《…》 of a document that is the city's, and 摘编 of one that is none."""
    problems = []
    level = _LEVEL.match(said)
    if level and level[1] not in {LEVEL_NAMES[trees[citation.doc_id].meta.level] for citation in citations}:
        problems.append(f"“{level[1]}”不是这份文件的级别")
    if "》(摘编)" in said and all(citation.form != "digest" for citation in citations):
        problems.append("这份文件不是摘编")
    return problems


def _strange_absence(own: str, said: str, trees: dict[str, ClauseTree]) -> list[str]:
    """Titles in words of the program's own that no document has, and silence of a document that is not silent.

    A document that has four characters in a row of what the other one says may well speak of the same.
    """
    titles = {
        fold(name): tree
        for tree in trees.values()
        for name in (tree.meta.title, tree.meta.short_title, *tree.meta.aliases)
    }
    problems = []
    for name in _TITLE.findall(own):
        if name not in titles:
            problems.append(f"没有《{name}》这份文件")
        elif own.endswith("没有写到这一点;") and may_speak_of(titles[name], _SAID_BY.sub("", said)):
            problems.append(f"《{name}》写到了相近的内容")
    return problems


def may_speak_of(tree: ClauseTree, said: str) -> bool:
    """Whether a document has four characters in a row of a folded statement, and so may well speak of the same."""
    text = _folded(tree.doc.text)
    runs = re.findall("[\u4e00-\u9fff]+", said)
    return any(run[at : at + _IN_COMMON] in text for run in runs for at in range(len(run) - _IN_COMMON + 1))


@lru_cache(maxsize=64)
def _folded(text: str) -> str:
    return fold(text)


def _strange_names(said: str, quotes: str, names: str) -> list[str]:
    """What stands in quotation marks or 《》 and in no quote; a short name must be the whole of a name there."""
    theirs = {
        _MARKS.sub("", name) for pattern in (_QUOTED, _INNER, _TITLE) for name in pattern.findall(quotes)
    }
    # A quote that is itself short is a heading, which is cited whole or not at all.
    theirs |= {quote for quote in _MARKS.sub("", quotes).split("\n") if len(quote) <= _NAME}
    known = f"{_MARKS.sub('', quotes)}\n{_MARKS.sub('', names)}"
    outside = _INNER.sub("\ue003", _QUOTED.sub("\ue003", _TITLE.sub("\ue003", quotes)))
    whole = {*theirs, *names.split("\n"), *(_MARKS.sub("", name) for name in _QUOTED.findall(names))}
    strange = []
    for pattern in (_QUOTED, _INNER, _TITLE):
        for written in pattern.findall(said):
            name = _MARKS.sub("", written).rstrip("。,;:")
            if len(name) > _NAME or name != written:
                borne = name in known
            else:
                cut = any(name in longer for longer in theirs)
                borne = name in whole or (not cut and name in outside)
            if name and not borne:
                strange.append(f"“{name}”不在引文里")
    return strange


def _unqualified(said: str, quotes: str) -> bool:
    """市级 said of what the quotes say of 市级以上."""
    theirs = qualified(quotes)
    for before, word in theirs - qualified(said):
        if before in said and not re.search(rf"{before}(?!及?{word})", quotes):
            return True
    return False
