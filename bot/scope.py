"""Which documents a question is about: those it names, those whose level it names, else the own district's first."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.reference import documents_named
from ingest.schema import ClauseTree, Level

#: How people speak of a document through its level, when they give no title.
_LEVEL_SPOKEN: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (
        "district",
        re.compile(
            r"(?<![动套作施价])方案(?!》)|实施方案|(咱|我|本|全)们?区|区里|区头|区上|区级(?!党|的?示范)|区上|本级"
        ),
    ),
    (
        "municipal",
        re.compile(
            r"重庆市?的?(?:总体|远期|近期|发展)?目标|市里|市上|市级(规划|文件|层面)|(咱|我|本)们?市|重庆(全市|一共|市里)|全市(一共|共|有|现在|.{0,24}(多少|好多|几[所个家]))|重庆\d{4}年"
        ),
    ),
    (
        "national",
        re.compile(
            r"国家层[面级]|(?:^|[，,。；])国家(?!级|智慧|重点|课程|安全|通用|部委|标准|队|战略|示范|银龄|老年|资助|教育|助学|奖|中小学|学生|[和与、])|国家(?:往后|以后|今后|将来|还|想|给|允许|主推|支不支持|让|会|鼓励|安排|咋|有没|兴|提倡|希望|明确|强调|能不能|可不可以|准不准)|全国(的|层面|这)|国家(打算|准备|计划|层面|纲要|规划|文件|要求|规定|要|对|在|怎么|关于|说|提|写|也|和区|与区|呢|有)|中央(文件|对|要求|怎么)|纲要"
        ),
    ),
)
#: That several levels are set side by side; then a bare place name stands for its document.
_SIDE_BY_SIDE = re.compile(
    r"和|与|跟|同(?!等)|比|各|分别|不一样|不同|差|一样|一致|高还是低|对照|占|两级|，.*(呢|多少|怎么)|、"
)
_PLACE: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (
        "district",
        re.compile(
            r"涪陵(?!府发)|我们(?=要|目标|的目标|想|得)|区里|区级(?!党)|我区|本区|方案|本级|(?<=[和与跟、，市级])区(?=怎|的|呢|里|方|各|分|要|目|$)"
        ),
    ),
    (
        "municipal",
        re.compile(
            r"重庆(?!市?[\u4e00-\u9fff]{0,10}(学院|学校|大学|中心|市医药))|市里|市级规划|全市(?!第一|教育大会|领先|前列)|市规划|(?<=[和与跟、，])市(?=怎|的|呢|里|各)"
        ),
    ),
    ("national", re.compile(r"国家(?!级|通用|智慧|课程|战略)|中央|纲要")),
)
_OTHERS_PLAN = re.compile(r"(?:重庆|市里|市级|市教委|全市)[^，,。；?？]{2,30}(?:方案|办法)(?!》)")
#: 家校社协同育人的实施方案, 专业建设那份方案: a plan for one matter.
_SOME_PLAN = re.compile(r"[\u4e00-\u9fff]{4,}(?:的|那份|那个)(?:实施|工作|改革)方案(?!》)")
_OWN_NAMED = re.compile(r"涪陵|强区|高质量发展|[我本全]区|区里|区级|区上|区方案")
_EVERY_LEVEL = re.compile(
    r"区[、和与]市(?:两级)?|市[、和与]区(?:两级)?|上下(两|各|三)?级|(三|两|各)级(文件|都|分别)|上级和本级|国家.{0,3}市.{0,3}区"
)


def documents_meant(question: str, trees: Mapping[str, ClauseTree]) -> tuple[str, ...]:
    """The ids of the documents that a question names by title, alias or level; empty where it names none.

    Several come back where it speaks of several, the lowest level first.
    """
    metas = [tree.meta for tree in trees.values()]
    found = set(documents_named(question, metas))
    levels = {level for level, spoken in _LEVEL_SPOKEN if spoken.search(question)}
    others = _OTHERS_PLAN.search(question)
    if (others or _SOME_PLAN.search(question)) and not _OWN_NAMED.search(question):
        # 重庆家校社协同育人的实施方案 is one that the city's document speaks of, not the plan.
        levels = levels - {"district"} | ({"municipal"} if others else set())
        found = {doc_id for doc_id in found if trees[doc_id].meta.level != "district"}
    if _EVERY_LEVEL.search(question):
        levels.update(meta.level for meta in metas)
    if _SIDE_BY_SIDE.search(question):
        places = _places_spoken_of(_SOME_PLAN.sub(" ", question))
        places.update(trees[doc_id].meta.level for doc_id in found)
        if len(places) > 1:
            levels |= places
    found.update(meta.doc_id for meta in metas if meta.level in levels)
    return tuple(sorted(found, key=lambda doc_id: level_order(trees[doc_id].meta.level)))


def documents_hinted(question: str, trees: Mapping[str, ClauseTree]) -> tuple[str, ...]:
    """The ids of the documents of a level that a question speaks of, whether or not it means their wording.

    重庆特殊教育学校有多少所 names no document; that of the city is still the likeliest to say.
    """
    levels = _places_spoken_of(question)
    return tuple(tree.doc_id for tree in trees.values() if tree.meta.level in levels)


def _places_spoken_of(question: str) -> set[Level]:
    return {level for level, spoken in _PLACE if spoken.search(question)}


def level_order(level: Level) -> int:
    """The own district before the city before the nation."""
    return {"district": 0, "municipal": 1, "national": 2, "other": 3}[level]


def default_document(trees: Mapping[str, ClauseTree]) -> str:
    """The document that a question means when it names none: that of the lowest level."""
    return min(trees.values(), key=lambda tree: level_order(tree.meta.level)).doc_id
