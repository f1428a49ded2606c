"""What an answer would say, before it is decided whether it may; and the shortest wording of a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.evidence import Sentence
from bot.figures import Figure
from bot.question import Question
from bot.segments import segments
from bot.statements import Statement

#: Characters that one statement may take before it is cut at commas.
STATEMENT_LIMIT = 110
#: Coverage by the sentence alone from which a draft from a clause given by its number stands for the clause.
_SURE = 0.4

_DEADLINE = re.compile(
    r"(到|至|力争(到)?|争取(到)?)?(19|20)\d{2}年(底)?(前)?(以前)?$|^(到|至)?(19|20)\d{2}年"
)


@dataclass(frozen=True)
class Draft:
    """What an answer would say, before it is decided whether it may.

    :ivar lead: the sentence that it rests on.
    :ivar found: how well what is asked for was found, from 0 to 1: the figure, the date, the definition.
    """

    statements: tuple[Statement, ...]
    lead: Sentence
    found: float

    @property
    def sure(self) -> bool:
        """Whether the sentence it rests on has most of what the question names, or lacks just what is asked."""
        return self.lead.coverage >= _SURE or self.found == 0.0


def figure_statement(question: Question, sentence: Sentence, figure: Figure) -> Statement:
    """The figure with what is counted and its deadline; the quote runs from the deadline to the figure."""
    text = sentence.tree.doc.text
    pieces = segments(text, sentence.start, sentence.end)
    at = next(i for i, piece in enumerate(pieces) if piece.start <= figure.start < piece.end)
    segment = pieces[at]
    deadline = pieces[at - 1] if at and _DEADLINE.match(pieces[at - 1].text) else None
    start, end = segment.start, figure.piece.end
    said = text[start:end]
    if question.distributes:
        end = max(segment.end, pieces[-1].end if pieces[-1].end - start <= STATEMENT_LIMIT else segment.end)
        said = text[start:end]
    elif figure.piece.start > segment.start and len(figure.piece.text) > _FIGURE_NEEDS_HEAD:
        said = _leading_verb(segment.text, figure.piece.text) + figure.piece.text
    if len(said) < _FIGURE_NEEDS_HEAD and at and deadline is None:
        # 实现全覆盖 or 占比达80%以上 alone does not say of what.
        start = pieces[at - 1].start
        said = text[start:end]
    if deadline is not None:
        start = deadline.start
        said = f"{deadline.text}，{said}"
    return Statement(said, (sentence.evidence(start, end),))


#: A member of an enumeration, or a piece between commas, up to this length leans on what stands before it.
_FIGURE_NEEDS_HEAD = 6


def _leading_verb(segment: str, piece: str) -> str:
    """The verb that governs an enumeration (打造 in 打造“新卓越”普通高中2所、特色普通高中5所)."""
    verb = segment[:2]
    if piece.startswith(verb) or not re.fullmatch(r"[\u4e00-\u9fff]{2}", verb):
        return ""
    return verb if re.match(_VERBS, verb) else ""


_VERBS = "培育|打造|创建|建成|建设|组建|创办|新建|建立|引进|培养|爭创|争创|开设|达到|形成|成立|评选|认定|开展|开发|新增|实施|举办|完成|支持|确保|建好"
