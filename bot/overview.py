"""Everything that a document says on a topic, place by place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.drafts import Draft
from bot.everything import asks_numbers
from bot.evidence import Sentence, window, without_quotes
from bot.figures import figures_in
from bot.question import Question
from bot.statements import Statement
from bot.terms import Term, Topic
from ingest.fold import fold

#: A group of words counts where its heaviest word has this share of the heaviest of all.
_MINOR = 0.5
#: Share of a group's weight that a sentence must have to speak of it: at the least, and of what the best one has.
_SPEAKS, _OF_BEST = 0.5, 0.75
#: From this share of the best one on a sentence is named among the first.
_FIRST = 0.95
#: What the words of a text are worth that mean what the question says, beside those very words.
_MEANT = 0.9
#: From here on a sentence has a word.
_HAD = 0.5
#: The space in 国际 STEM 教育研究所 parts no groups.
_BESIDE_LATIN = re.compile(r"(?<=[a-z0-9])\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+(?=[a-z0-9])")
#: Sentences of one clause, and all of them.
_EACH, _MOST = 3, 10
#: Characters of one statement.
_LIMIT = 80


def overview(question: Question, topic: Topic, sentences: Sequence[Sentence]) -> Draft:
    """Every place of the best one's document that speaks of the topic: those that are about it, then those that touch
    on it, each in the order of the text.

    The words of a topic come in groups (残疾儿童 留守儿童); a place speaks of the topic where it speaks of one group.
    Where figures are asked for, only places with figures count.
    """
    most_of_clause = _EACH
    if asks_numbers(question.folded):
        with_figures = [one for one in sentences if figures_in(one.tree.doc.text, one.start, one.end)]
        sentences = with_figures or sentences
        most_of_clause = _MOST
    share = _shares(question, topic, sentences)
    ranked = sorted(sentences, key=lambda sentence: (-share[id(sentence)], -sentence.score))
    # The district's own document speaks first, where it speaks of the topic as the best one does.
    enough = _FIRST * share[id(ranked[0])]
    lead = max(ranked, key=lambda one: (share[id(one)] >= enough, one.tree.meta.level == "district"))
    enough = max(_SPEAKS, _OF_BEST * share[id(lead)])
    places: dict[str, list[Sentence]] = {lead.clause.clause_id: [lead]}
    for sentence in ranked:
        if sentence is not lead and sentence.tree is lead.tree and share[id(sentence)] >= enough:
            places.setdefault(sentence.clause.clause_id, []).append(sentence)
    kept = [sentence for clause in places.values() for sentence in clause[:most_of_clause]][:_MOST]
    kept.sort(key=lambda sentence: (share[id(sentence)] < _FIRST * share[id(lead)], sentence.start))
    return Draft(tuple(_labelled(sentence, topic) for sentence in kept), lead, share[id(lead)])


def _shares(question: Question, topic: Topic, sentences: Sequence[Sentence]) -> dict[int, float]:
    """How much of the topic each sentence has, by its identity."""
    trees = {id(sentence.tree) for sentence in sentences}
    found: dict[int, list[float]] = {}
    for tree in trees:
        found |= _found(topic, [sentence for sentence in sentences if id(sentence.tree) == tree])
    # A word that no place has cannot tell the places apart.
    had = {at for matches in found.values() for at, match in enumerate(matches) if match >= _HAD}
    groups = _groups(topic, question.topic, had) or [list(range(len(topic.terms)))]
    # A question expected of a sentence that is like this one says as much as its words.
    return {
        id(sentence): max(_share(topic, groups, found[id(sentence)]), sentence.alike)
        for sentence in sentences
    }


def _found(topic: Topic, sentences: Sequence[Sentence]) -> dict[int, list[float]]:
    """How well each sentence of one document, with its clause's heading, has each term; by its identity.

    A word that is printed somewhere is looked for as such or in words akin to it; others for what they mean.
    """
    texts = [without_quotes(sentence.folded + fold(sentence.clause.heading)) for sentence in sentences]
    printed = [any(term.text in text for text in texts) for term in topic.terms]
    return {
        id(sentence): [
            (1.0 if term.text in text else _akin(term, text)) if is_printed else meant
            for term, is_printed, meant in zip(topic.terms, printed, sentence.matches, strict=True)
        ]
        for sentence, text in zip(sentences, texts, strict=True)
    }


def _akin(term: Term, folded: str) -> float:
    """What a text says instead of a term in words that share a character with it (浙江: 浙涪友谊学校)."""
    worths = [
        worth
        for word, worth in term.alternatives.items()
        if word in folded and not set(term.text).isdisjoint(word)
    ]
    return _MEANT * max(worths, default=0.0)


def _groups(topic: Topic, asked: str, among: set[int]) -> list[list[int]]:
    """The terms of each group of words that weighs enough, by their position."""
    asked = _BESIDE_LATIN.sub("", asked)
    groups = [[at for at in sorted(among) if topic.terms[at].text in words] for words in asked.split()]
    heaviest = max((topic.terms[at].weight for group in groups for at in group), default=0.0)
    return [
        group
        for group in groups
        if any(topic.terms[at].weight >= _MINOR * heaviest and len(topic.terms[at].text) > 1 for at in group)
    ]


def _share(topic: Topic, groups: Sequence[Sequence[int]], matches: Sequence[float]) -> float:
    """The share of a group's weight that a sentence has, of the group that it has most of."""
    best = 0.0
    for group in groups:
        weight = sum(topic.terms[at].weight for at in group) or 1.0
        best = max(best, sum(topic.terms[at].weight * matches[at] for at in group) / weight)
    return best


def _labelled(sentence: Sentence, topic: Topic) -> Statement:
    start, end = window(sentence, topic, limit=_LIMIT)
    evidence = sentence.evidence(start, end)
    return Statement(f"{sentence.clause.label}：{evidence.text}", (evidence,))
