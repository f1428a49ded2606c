"""The facts of a sentence held against the facts of the texts that it stands on, one kind at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.facts import Date, Facts, Figure, Mention

#: Words between an indicator and its figure, which say nothing of what is counted.
_REACH = re.compile(
    r"(?:达到|达|为|到|至|是|共|有|占|要|应|将|约|不低于|不少于|不超过|超过|以上|提高|提升|稳定在|保持在|控制在)+$"
)
_NO_WORD = re.compile(r"[^\u4e00-\u9fffa-z\ue000\ue001]")
#: Characters of context that are compared, and how much better another figure must fit to count as the one meant.
_CONTEXT = 8
_CLEARLY, _AHEAD = 3, 2
#: Shortest piece of a quote that an answer in the words of its quotes may be put together from, in characters.
_PIECE = 2
_PERMITS = re.compile("允许|准许|可以")
_MARK = re.compile("[,。;:!?、()\n]")
_STOP = re.compile("[。;!?\n]")
_BREAK = re.compile(r"[\s,。;:!?、()《》“”‘’「」『』…—\-]+")


def strange_figures(stated: Facts, borne: Facts, counted: Sequence[Facts] = ()) -> list[str]:
    """Figures that the texts do not have with the same unit and bound."""
    theirs = borne.figures
    allowed = {*theirs, *(figure for facts in counted for figure in facts.figures)}
    return [f"“{_written(figure)}”不在引文里" for figure in stated.figures if figure not in allowed]


def strange_dates(stated: Facts, borne: Facts) -> list[str]:
    """Dates and years that no date of the texts says."""
    theirs = borne.dates
    return [
        f"“{_spoken(date)}”不在引文里"
        for date in stated.dates
        if not any(date.within(other) for other in theirs)
    ]


def strange_negations(stated: Facts, borne: Facts) -> list[str]:
    """What is forbidden or denied on one side and not on the other."""
    strange = []
    for words in stated.negated:
        if words not in borne.text:
            strange.append("否定的说法与引文不同")
    if borne.negated and _PERMITS.search(stated.text) and not _PERMITS.search(borne.text):
        strange.append("引文里的否定没有了")
    for words in borne.negated:
        # 占用课间 said where the text says 不得占用课间.
        plain = words[1:]
        if len(plain) == 2 and plain in stated.text and words not in stated.text:
            elsewhere = re.sub(re.escape(words), "", borne.text)
            if plain not in elsewhere:
                strange.append("引文里的否定没有了")
    return strange


def displaced(stated: Facts, borne: Facts) -> list[str]:
    """Figures and dates that stand by the words that another one stands by in the texts.

    2所 and 5所 changed places in “新卓越”普通高中2所、特色普通高中5所: both stand in the quote, and both are wrong.
    """
    strange = []
    for mention in stated.mentions:
        own = best = 0
        said = around(stated.text, mention)
        for other in borne.mentions:
            if not _same_kind(mention, other):
                continue
            close = fit(said, around(borne.text, other))
            if _says(mention, other):
                own = max(own, close)
            else:
                best = max(best, close)
        if best >= _CLEARLY and best >= own + _AHEAD:
            strange.append(f"“{stated.text[mention.start : mention.end]}”在引文里说的是别的事")
    return strange


def mispaired(stated: Facts, borne: Facts) -> list[str]:
    """Figures that follow another date than in the texts, between the same stops (到2026年底5个；到2027年底10个)."""
    strange = []
    theirs = list(_dated(borne))
    for date, figure in _dated(stated):
        dates = [other for other, same in theirs if same == figure]
        if dates and not any(date.within(other) or other.within(date) for other in dates):
            strange.append(f"“{_written(figure)}”在引文里不是“{_spoken(date)}”的")
    return strange


def _dated(facts: Facts) -> Iterator[tuple[Date, Figure]]:
    """Each figure with the last date before it, where no stop stands between them."""
    date: Date | None = None
    end = 0
    for mention in sorted(facts.mentions, key=lambda mention: mention.start):
        if isinstance(mention.fact, Date):
            date, end = mention.fact, mention.end
        elif date is not None and not _STOP.search(facts.text[end : mention.start]):
            yield date, mention.fact


def strange_words(said: str, quotes: str) -> list[str]:
    """Words of a sentence that is made of its quotes' words which are no pieces of the quotes."""
    quotes = _BREAK.sub("", quotes)
    return [word for word in _BREAK.split(said) if word and not _covered(word, quotes)]


def _covered(word: str, quotes: str) -> bool:
    """Whether a word can be laid out with pieces of the quotes, longest first."""
    at = 0
    while at < len(word):
        length = len(word) - at
        while length >= _PIECE and word[at : at + length] not in quotes:
            length -= 1
        if length < _PIECE and word[at : at + length] not in quotes:
            return False
        at += length
    return True


def _same_kind(one: Mention, other: Mention) -> bool:
    return isinstance(one.fact, Figure) == isinstance(other.fact, Figure)


def _says(one: Mention, other: Mention) -> bool:
    if isinstance(one.fact, Date) and isinstance(other.fact, Date):
        return one.fact.within(other.fact)
    return one.fact == other.fact


def around(text: str, mention: Mention) -> tuple[str, str]:
    """The words before a fact, without those of reaching, and the words after it.

    Of a figure only those between the same two marks, since beyond stands the thing that another figure counts; of
    a date those beyond as well (到2027年，打造…).
    """
    before = text[max(0, mention.start - 2 * _CONTEXT) : mention.start]
    after = text[mention.end : mention.end + 2 * _CONTEXT]
    if isinstance(mention.fact, Figure):
        before, after = _MARK.split(before)[-1], _MARK.split(after)[0]
    before = _REACH.sub("", _NO_WORD.sub("", before))
    return before[-_CONTEXT:], _NO_WORD.sub("", after)[:_CONTEXT]


def fit(one: tuple[str, str], other: tuple[str, str]) -> int:
    """Characters that two contexts share next to their facts, also where what is counted changes sides (5所高中, 高中5所)."""
    same_side = _common(one[0][::-1], other[0][::-1]) + _common(one[1], other[1])
    after, before = one[1], other[0]
    across = next((n for n in range(len(after), 0, -1) if before.endswith(after[:n])), 0)
    return max(same_side, across)


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


def _written(figure: Figure) -> str:
    bound = {"": "", ">=": "不少于", "<=": "不超过", ">": "超过", "<": "不到", "~": "约"}[figure.bound]
    return f"{bound}{(figure.shape or '、').join(format(value, 'f') for value in figure.values)}{figure.unit}"


def _spoken(date: Date) -> str:
    if date.until is not None:
        return f"{date.year}—{date.until}年"
    parts = ((date.year, "年"), (date.month, "月"), (date.day, "日"))
    return "".join(f"{number}{unit}" for number, unit in parts if number is not None)
