"""Where a text explains a term: 即, 是指, 以下简称, a bracket after it, an enumeration before or after it."""

from __future__ import annotations

import re

from bot.evidence import Sentence
from bot.question import Question
from bot.schema import Evidence
from ingest.numerals import parse_number, to_chinese

#: 6个显著提升, 八大行动: a set that is named by its number; what follows the name is cut off by trial.
_NUMBERED_SET = re.compile(r"(?:\d+|[一二三四五六七八九十])(?:个|大|项|种|类|对|条)[\u4e00-\u9fff]{2,6}")

_QUOTES = re.compile('[“”"「」]')
#: 五个方面 counts in the question's words and names no set of the documents.
_ANY_SET = re.compile(r"[个大项种类对条](?:方面|内容|地方|单位|部门|东西|面向|维度|指标|数|学校|老师|娃)")


def asked_terms(question: Question) -> list[str]:
    """The terms whose meaning is asked: what stands in quotation marks, else the topic as a whole."""
    if question.quoted:
        return [*asked_sets(question), *(name for name in question.quoted if len(name) > 1)]
    bare = re.sub(r"\s|(?:的|是|了)+\s*(?:是|的)?$", "", question.topic)
    sets = asked_sets(question)
    return [*sets, bare] if 2 <= len(bare) <= 20 else sets


def asked_sets(question: Question) -> list[str]:
    """The numbered sets that a question names (八大行动), each with what follows its name."""
    named = (match.group(0) for match in _NUMBERED_SET.finditer(question.folded))
    return [name for name in named if not _ANY_SET.search(name)]


def definition(question: Question, sentence: Sentence) -> Evidence | None:
    """The span of a sentence that explains an asked term, or None where the term is only used."""
    terms = asked_terms(question)
    # Folding a sentence costs more than a look for one character of each term.
    if not any(set(term) & set(sentence.text) for term in (*terms, *question.quoted)):
        return None
    text = sentence.text
    folded = sentence.folded
    part = _part_of_name(question, text, folded)
    if part is not None:
        return sentence.evidence(sentence.start + part[0], sentence.start + part[1])
    for asked in terms:
        term = _known_part(asked, folded)
        if not term:
            continue
        span = _explained(term, text)
        if span is not None:
            return sentence.evidence(sentence.start + span[0], sentence.start + span[1])
    return None


def _part_of_name(question: Question, text: str, folded: str) -> tuple[int, int] | None:
    """What stands under one figure or letter of a name that the sentence has: “2”即争创…, “158N”…中的1个总目标：…."""
    names = [name for name in question.quoted if len(name) > 1]
    for label in question.quoted:
        if len(label) > 1 or not all(name in folded for name in names):
            continue
        numeral = f"(?:{label}|{to_chinese(int(label))})" if label.isdigit() else label.upper()
        match = re.search(rf"“{numeral}”(?:即|是指|是|指)(?:[^“。]|“(?!\d”))*", text)
        match = match or (
            re.search(rf"[^。；]*中的{numeral}(?:个|项|大)[^：。]{{2,12}}：.*", text) if names else None
        )
        if match is not None:
            return match.span()
    return None


def _known_part(asked: str, folded: str) -> str:
    """The term, or of a numbered set as much from its start as the sentence has, at least two characters of name."""
    if asked in folded or not _NUMBERED_SET.fullmatch(asked):
        return asked if asked in _QUOTES.sub("", folded) else ""
    for end in range(len(asked) - 1, 3, -1):
        if asked[:end] in folded:
            return asked[:end]
    return ""


def _explained(term: str, text: str) -> tuple[int, int] | None:
    """The span of the explanation in the text, found on the text as printed."""
    printed = _printed(term, text)
    if printed is None:
        return None
    enumerated = _enumerated_before(printed, text) or _labelled(term, text)
    if enumerated is not None:
        return enumerated
    quoted = rf"[“「《]?{re.escape(printed)}[”」》]?"
    for pattern in (
        # 基础教育发展共同体（以下简称“教共体”）
        rf"[^，。；、（]{{2,40}}（(?:以下|下)?简称{quoted}）",
        # 两个“只增不减”（一般公共预算教育支出……）
        rf"{quoted}[^，。；（]{{0,4}}（[^（）]{{4,}}）(?![：:])",
        # “12368”体系架构，“1”即……，“2”即…… and X即……, X是指……
        rf"(?:[^，。；]{{0,60}})?{quoted}[^，。；“”]{{0,12}}[，：]?“?[^，。；“”]{{0,6}}”?(?:即|是指|指的是|就是|包括|分别是)[^。]*",
        # 一体化发展：A、B、C
        rf"{quoted}[^，。；：]{{0,12}}(?:[：:]|[，,]即)[^。]*",
        # 围绕一个总目标、实施两个爭创…的“12368”体系架构
        rf"“[^”]{{8,}}”的{quoted}[^，。；]{{0,8}}",
    ):
        match = re.search(pattern, text)
        if match is not None:
            return match.span()
    return None


def _labelled(term: str, text: str) -> tuple[int, int] | None:
    """What stands under the number of a set that a text names by numbers (两个争创 …… “2”即争创……)."""
    if not _NUMBERED_SET.fullmatch(term):
        return None
    numeral = re.match(r"\d+|[一二两三四五六七八九十]", term)
    value = parse_number(numeral.group(0)) if numeral else None
    match = re.search(rf"“{value}”(?:即|是|指)[^“。]*(?:“(?!\d)[^”]*”)?", text) if value else None
    return match.span() if match else None


def _enumerated_before(printed: str, text: str) -> tuple[int, int] | None:
    """The members that stand right before the name of their number: 专业、产业、就业“三业”, 名师……名书记“五名”工程."""
    # “五名”工程 as well as “五名工程”.
    printed = printed.split("”")[0]
    at = text.find(f"“{printed}”")
    count = re.match(r"(?:两|[二三四五六七八九十]+|\d)(?!\d)", printed)
    if at < 0 or count is None:
        return None
    members = re.search(r"(?:[^，。；、：“”]{1,24}、)+[^，。；、：“”]{1,24}$", text[:at])
    if members is None or members.group(0).count("、") + 1 != parse_number(count.group(0)):
        return None
    tail = re.match(r"[^，。；]{0,8}", text[at + len(printed) + 2 :])
    return members.start(), at + len(printed) + 2 + (tail.end() if tail else 0)


def _printed(term: str, text: str) -> str | None:
    """The term as the text prints it: folding may have changed its numerals or width, and the text may set a part
    of it in quotation marks (“五名”工程)."""
    numeral = re.match(r"\d+", term)
    written = [term]
    if numeral and 0 < int(numeral.group(0)) < 100:
        written += [name + term[numeral.end() :] for name in (to_chinese(int(numeral.group(0))), "两")]
    for candidate in written:
        if candidate in text:
            return candidate
    for candidate in written:
        match = re.search("[“”]?".join(map(re.escape, candidate)), text)
        if match is not None:
            return match.group(0)
    return None
