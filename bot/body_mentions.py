"""Whether the departments that a sentence names are the ones that its quotes name."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.bodies import BodyTable
from ingest.body_names import heads
from ingest.fold import fold

#: Common nouns among the heads, which a paraphrase uses freely and which name no department.
_COMMON = frozenset("单位 部门 地方 政府 机关 中心 街道 乡镇 党政 区县 县区 有关方面".split())
_HEADS = [*heads("organ", "group", "research", "medical", "media"), *heads("generic")]
_NAMED_SCHOOLS = "职业技术大学 师范大学 大学 师院 职院 职业技术学院 师范学院 科创学院 学院 技师学院 职教中心 教师发展中心 党校 教科院 教科所 教研室".split()
_END = re.compile(
    "|".join(
        "(?<![布格结大全开时])局(?!面|部|限|势)" if head == "局" else re.escape(fold(head))
        for head in sorted({*_HEADS, *_NAMED_SCHOOLS}, key=lambda head: (-len(head), head))
    )
)
_LEVELLED = re.compile(
    "(?:区|县|市|省)(?:委|(?:(?![局委厅院]|负责|牵头)[\u4e00-\u9fff]){1,8}?"
    "(?:委(?!员|托|派|会)|(?<![公民承主创协举兴])办(?!学|法|理|好|公|园|事|教|出)|厅))"
)
#: Verbs, and other words, that may stand before a name and are no part of it.
_VERBS = (
    "要求|会同|联合|配合|协助|组织|推动|支持|负责|牵头|以及|包括|其中|分别|提出|规定|明确|强调|指出|属于|交由|责成|督促|指导|相关|有关|主要|所有"
    "|通过|建立|成立|设立|健全|完善|参与|共同|同意|鼓励|引导|建好|办好"
)
_BEFORE = re.compile(
    rf"(?:[由与和及向对请是为在的给被让到归从经将即并或如同以按应须要需各全该本其等找]|{_VERBS})$"
)
_VERB = re.compile(_VERBS)
_FUNCTIONS = re.compile("((?:[\u4e00-\u9fff]{2,6}、)+[\u4e00-\u9fff]{2,6})等[\u4e00-\u9fff]{0,4}部门")
_HAN_RUN = re.compile("[\u4e00-\u9fff]{1,20}$")


def strange_bodies(said: str, quotes: str, bodies: BodyTable | None = None) -> list[str]:
    """The bodies that a folded sentence names and the folded quotes do not, as far as they can be told.

    A name must stand in the quotes whole: 区教委 is not borne out by 市教委, nor 公安部门 by 教育部门. Another
    name of the same body is, where the table of bodies knows it.
    """
    strange = []
    for end in _ends(said, bodies):
        before = said[:end]
        run = _HAN_RUN.search(before)
        length = _known_tail(before, quotes, len(run[0]) if run else 0)
        outside = before[: end - length]
        whole = not _HAN_RUN.search(outside) or _BEFORE.search(outside) or _VERB.search(before[-length:-2])
        if length >= 2 and whole:
            continue
        name = _name(before)
        if not (_listed(before, quotes) or _alias(before, quotes, bodies)):
            strange.append(name)
    for match in _FUNCTIONS.finditer(said):
        strange += [word for word in match[1].split("、") if word not in quotes]
    return list(dict.fromkeys(strange))


def is_body(words: str) -> bool:
    """Whether some words are the name of one body: they end with a head of names, and hold no other mark."""
    ends = _ends(words, None)
    return bool(ends) and ends[-1] == len(words) and not re.search(r"[,，。；;、]", words)


def _ends(said: str, bodies: BodyTable | None) -> list[int]:
    """Where names of bodies end, the inner ends of longer names left out."""
    spans = [
        match.span() for match in _END.finditer(said) if match[0] not in _COMMON or _particular(said, match)
    ]
    spans += [match.span() for match in _LEVELLED.finditer(said)]
    table = _table_names(bodies) if bodies is not None else None
    spans += [match.span() for match in table.finditer(said)] if table is not None else []
    return sorted({end for start, end in spans if not any(a <= start and end < b for a, b in spans)})


def _particular(said: str, match: re.Match[str]) -> bool:
    """公安部门 and 某某街道 name one body; 部门 alone, 有关部门 and 各单位 name none."""
    before = said[: match.start()]
    if match[0] == "政府":
        return before.endswith(("区", "县", "市", "省", "镇", "乡"))
    if match[0] not in ("部门", "街道", "中心", "机关"):
        return False
    return bool(_HAN_RUN.search(before)) and not re.search(
        r"(?:[各多跨等级、的]|相关|有关|职能|主管|责任|所有|每个)$", before
    )


def _known_tail(before: str, quotes: str, longest: int) -> int:
    """How many characters at the end of ``before`` stand together in the quotes."""
    length = 0
    while length < longest and before[len(before) - length - 1 :] in quotes:
        length += 1
    return length


def _name(before: str) -> str:
    """The name that ends here, for the message."""
    run = _HAN_RUN.search(before)
    words = run[0] if run else before[-8:]
    parts = re.split(r"[由与和及向对请是为在的给被让]|要求|会同|联合|组织", words)
    return parts[-1] or words


def _listed(before: str, quotes: str) -> bool:
    """公安部门 where the quotes have 教育、公安、卫生等部门."""
    match = re.search("([\u4e00-\u9fff]{2,4}?)部门$", before)
    if match is None:
        return False
    stems = [match[1][at:] for at in range(len(match[1]) - 1)]
    return any(
        re.search(
            rf"(?:^|[、和及与由,]){stem}(?:[、和及与][\u4e00-\u9fff、]{{0,60}})?等?(?:相关|有关)?部门", quotes
        )
        for stem in stems
    )


def _alias(before: str, quotes: str, bodies: BodyTable | None) -> bool:
    if bodies is None:
        return False
    for own, others in _aliases(bodies):
        if before.endswith(own) and any(other in quotes for other in others):
            outside = before[: -len(own)]
            return not _HAN_RUN.search(outside) or bool(_BEFORE.search(outside))
    return False


@lru_cache(maxsize=8)
def _table_names(bodies: BodyTable) -> re.Pattern[str] | None:
    names = sorted(
        {fold(name) for name in bodies.names() if len(name) >= 2}, key=lambda name: (-len(name), name)
    )
    return re.compile("|".join(map(re.escape, names))) if names else None


@lru_cache(maxsize=8)
def _aliases(bodies: BodyTable) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each name, longest first, with the other names of the same body."""
    pairs = []
    for group in bodies.groups():
        names = [fold(name) for name in group]
        pairs += [(name, tuple(other for other in names if other != name)) for name in names]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
