"""Where a claim and a sentence on the same thing say different values, dates, bodies, or opposites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.body_mentions import is_body, strange_bodies
from bot.facts import Date, Facts, Figure, Mention, facts_of
from bot.held import around, displaced, fit, strange_negations
from bot.segments import enumerated, segments
from ingest.bodies import BodyTable
from ingest.fold import fold

_MARKS = re.compile("[“”‘’「」『』]")
_QUOTED = re.compile("[“‘「『]([^“”‘’「」『』]{1,16})[”’」』]")
#: Words that say the opposite of each other of the same thing.
_OPPOSITES: tuple[tuple[str, str], ...] = (
    ("提高|提升|增加|增长|上升|扩大|加大|增强|增多", "降低|下降|减少|缩小|压减|压缩|减轻|精简|缩减|削减"),
    ("允许|鼓励|支持|提倡|放开|容忍", "纠正|禁止|严禁|打击|查处|防止|杜绝|遏制|治理|取缔|不得"),
    ("维护|保护|保障|保留|落实", "损害|侵害|取消|剥夺|废除"),
    ("减轻", "加重|增加"),
    ("加强|强化|巩固", "削弱|弱化|放松|放宽"),
    ("建好|办好|建设|建立|设立|新建|开设|办精办好", "撤销|取消|停办|关闭|撤并|不再建设|不再建立|停止建设"),
    ("公开", "保密|不公开"),
    ("鼓励|支持|引导", "限制|禁止|不支持|不鼓励"),
)
#: Han characters beside a body's name from which a sentence tells which matter it is about.
_TELLING = 8
#: Characters that must be the same beside a name that another stands for.
_BESIDE = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the claim says and the sentence does not.

    :ivar said: it, folded.
    :ivar instead: what the sentence says in its place, verbatim; None where it says nothing of it.
    """

    said: str
    instead: str | None = None


def differences(said: str, source: str, names: str, bodies: BodyTable | None = None) -> list[Difference]:
    """What a folded claim says otherwise than a sentence of a document, or beyond it; empty where all of it is borne out.

    :param source: the sentence, as it stands.
    :param names: folded titles, headings and labels of its place.
    """
    folded = fold(source)
    bare, plain = _MARKS.sub("", said), _MARKS.sub("", folded)
    stated, borne = facts_of(bare), facts_of(plain)
    found = [*_figures(stated, borne, source), *_dates(stated, borne, source)]
    found += [Difference(word) for word in stated.numerals if word not in plain and word not in names]
    found += [
        Difference(word)
        for word in stated.ordinals
        if not re.search(rf"{re.escape(word)}(?!\d)", f"{plain}\n{names}")
    ]
    found += _names(said, folded, names, source, found)
    found += _bodies(bare, plain, names, source, bodies)
    opposite = list(_opposites(bare, plain, source))
    found += opposite
    if not opposite:
        found += [Difference(what) for what in strange_negations(stated, borne)]
    if not found:
        found += [Difference(what) for what in displaced(stated, borne)]
    return found


def _figures(stated: Facts, borne: Facts, source: str) -> Iterator[Difference]:
    free = [mention for mention in borne.mentions if isinstance(mention.fact, Figure)]
    open_: list[Mention] = []
    for mention in stated.mentions:
        if not isinstance(mention.fact, Figure):
            continue
        same = [other for other in free if _same_amount(mention.fact, other.fact)]
        if same:
            best = max(same, key=lambda other: fit(around(stated.text, mention), around(borne.text, other)))
            other_best = max(
                free, key=lambda other: fit(around(stated.text, mention), around(borne.text, other))
            )
            if other_best not in same and _closer(stated, borne, mention, other_best, best):
                open_.append(mention)
            elif not _same_bound(mention.fact, best.fact):
                yield Difference(_written(stated, mention), _piece(source, borne, best))
            continue
        open_.append(mention)
    for mention in open_:
        rivals = [other for other in free if _comparable(mention.fact, other.fact)]
        fits = {id(other): fit(around(stated.text, mention), around(borne.text, other)) for other in rivals}
        rivals.sort(key=lambda other: (-fits[id(other)], other.start))
        clear = rivals and (len(rivals) == 1 or fits[id(rivals[0])] >= fits[id(rivals[1])] + 2)
        if clear and fits[id(rivals[0])] >= 2:
            yield Difference(_written(stated, mention), _piece(source, borne, rivals[0]))
        else:
            yield Difference(_written(stated, mention))


def _closer(stated: Facts, borne: Facts, mention: Mention, one: Mention, other: Mention) -> bool:
    said = around(stated.text, mention)
    best, own = fit(said, around(borne.text, one)), fit(said, around(borne.text, other))
    return best >= 3 and best >= own + 2 and _comparable(mention.fact, one.fact)


def _dates(stated: Facts, borne: Facts, source: str) -> Iterator[Difference]:
    theirs = [mention for mention in borne.mentions if isinstance(mention.fact, Date)]
    for mention in stated.mentions:
        if not isinstance(mention.fact, Date) or any(mention.fact.within(other.fact) for other in theirs):  # type: ignore[arg-type]
            continue
        said = around(stated.text, mention)
        rivals = sorted(theirs, key=lambda other: (-fit(said, around(borne.text, other)), other.start))
        if rivals and (len(rivals) == 1 or fit(said, around(borne.text, rivals[0])) >= 2):
            yield Difference(_written(stated, mention), _piece(source, borne, rivals[0]))
        else:
            yield Difference(_written(stated, mention))


def _names(said: str, folded: str, names: str, source: str, found: list[Difference]) -> Iterator[Difference]:
    """Names in quotation marks that the sentence does not have; another one in its place denies it."""
    plain, known = _MARKS.sub("", folded), _MARKS.sub("", names)
    for match in _QUOTED.finditer(said):
        name = match[1]
        if name in plain or name in known:
            continue
        # A figure inside the name (四个100%) has been told already.
        if any(difference.said and difference.said in name for difference in found):
            continue
        before, after = (
            _MARKS.sub("", said[: match.start()])[-_BESIDE:],
            _MARKS.sub("", said[match.end() :])[:_BESIDE],
        )
        for other in _QUOTED.finditer(source):
            theirs = fold(other[1])
            ahead = _MARKS.sub("", fold(source[: other.start()]))
            behind = _MARKS.sub("", fold(source[other.end() :]))
            turned = sorted(theirs) == sorted(name)
            beside = (before and ahead.endswith(before)) and (not after or behind.startswith(after))
            if turned or beside:
                yield Difference(name, other[0])
                break
        else:
            yield Difference(name)


def _bodies(bare: str, plain: str, names: str, source: str, bodies: BodyTable | None) -> Iterator[Difference]:
    strange = strange_bodies(bare, f"{plain}\n{names}", bodies)
    if not strange:
        return
    original = _MARKS.sub("", source)
    for name in strange:
        yield Difference(name, _in_place_of(name, bare, plain, original))


def _in_place_of(name: str, bare: str, plain: str, original: str) -> str | None:
    """The words that the sentence has where the claim has the name, when what stands around is the same."""
    at = bare.find(name)
    rest = re.sub("[^\u4e00-\u9fff]", "", bare.replace(name, ""))
    if len(rest) < _TELLING and not bare[:at].endswith(":"):
        # 负责统筹协调 is said of many.
        return None
    start, end = at, at + len(name)
    for a1, a2, b1, b2 in _replaced(bare, plain):
        if a1 < end and start < a2:
            before = bare[max(0, a1 - _BESIDE) : a1]
            after = bare[a2 : a2 + _BESIDE + 2]
            if len(after) >= _BESIDE or len(before) >= _BESIDE:
                words = plain[_word_start(plain, b1) : _word_end(plain, b2)]
                return words if words in original and is_body(words) else None
    return None


def _replaced(bare: str, plain: str) -> Iterator[tuple[int, int, int, int]]:
    matcher = SequenceMatcher(None, bare, plain, autojunk=False)
    # Short chance matches inside a replaced name join the pieces around them.
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= 2]
    for one, other in zip(blocks, [*blocks[1:], None], strict=False):
        a1, b1 = one.a + one.size, one.b + one.size
        a2, b2 = (other.a, other.b) if other else (len(bare), len(plain))
        if a1 < a2 and b1 < b2:
            yield a1, a2, b1, b2
    if blocks and blocks[0].a and blocks[0].b:
        yield 0, blocks[0].a, 0, blocks[0].b


def _word_start(text: str, at: int) -> int:
    found = re.search(
        r".*(?:[向由与和及对请经让被,。;:、]|支持|推动|鼓励|依托|会同|年度向)([^,。;:、]{0,12})$", text[:at]
    )
    return (
        at - len(found[1]) if found else max((text.rfind(mark, 0, at) + 1 for mark in ",。;:、"), default=0)
    )


def _word_end(text: str, at: int) -> int:
    found = re.match(
        r"[\u4e00-\u9fff]{0,10}(?:领导小组|委员会|办公室|学院|学校|大学|中心|部门|局|委|部)", text[at:]
    )
    return at + found.end() if found else at


def _opposites(bare: str, plain: str, source: str) -> Iterator[Difference]:
    """提高 said where the sentence says 降低 of the same: of the two characters that follow."""
    for one, other in (*_OPPOSITES, *((b, a) for a, b in _OPPOSITES)):
        for match in re.finditer(rf"(?:{one})(?=了?(.{{2,3}}))", bare):
            if match[0] in plain and re.search(rf"{match[0]}了?{re.escape(match[1])}", plain):
                continue
            theirs = re.search(rf"(?:{other})[^,。;]{{0,4}}?{re.escape(match[1])}", plain)
            if theirs:
                yield Difference(match[0], _piece_with(source, theirs[0]))
                return


def _piece_with(source: str, words: str) -> str | None:
    """The piece between commas that has the words."""
    for piece in segments(source, 0, len(source)):
        if words in _MARKS.sub("", fold(piece.text)):
            return piece.text
    return None


def _piece(source: str, borne: Facts, mention: Mention) -> str | None:
    """The piece of the sentence that has the fact, verbatim: the member of an enumeration, with its own words."""
    wanted = mention.fact
    order = [other.fact for other in borne.mentions[: borne.mentions.index(mention)]].count(wanted)
    for segment in segments(source, 0, len(source)):
        for piece in enumerated(source, segment.start, segment.end):
            here = [other.fact for other in facts_of(_MARKS.sub("", fold(piece.text))).mentions].count(wanted)
            if here > order:
                return piece.text
            order -= here
    return None


def _written(stated: Facts, mention: Mention) -> str:
    return stated.text[mention.start : mention.end]


def _same_amount(one: object, other: object) -> bool:
    return (
        isinstance(one, Figure)
        and isinstance(other, Figure)
        and (one.values, one.shape, one.unit) == (other.values, other.shape, other.unit)
    )


def _same_bound(one: object, other: object) -> bool:
    """达到70% of what is 70%以上 differs in no value; 不超过70% does."""
    if not isinstance(one, Figure) or not isinstance(other, Figure):
        return False
    upward, downward = (">=", ">", ""), ("<=", "<", "")
    return any(one.bound in side and other.bound in side for side in (upward, downward, ("~", "")))


def _comparable(one: object, other: object) -> bool:
    return isinstance(one, Figure) and isinstance(other, Figure) and one.unit == other.unit
