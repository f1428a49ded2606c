"""Where an answer went wrong: the step to mend first."""

from __future__ import annotations

from typing import Literal

from eval.fold import fold, holds
from eval.measures import (
    Case,
    covers_any,
    facts,
    first_citation,
    forbidden_free,
    fully_right,
    quotes_verbatim,
)

Stage = Literal["run", "parse", "retrieve", "select", "compose", "abstain"]

STAGE_NAMES: dict[str, str] = {
    "run": "没有答出来",
    "parse": "解析",
    "retrieve": "检索",
    "select": "选取",
    "compose": "组织答案",
    "abstain": "拒答判断",
}

STAGE_HINTS: dict[str, str] = {
    "run": "程序报错或没有给出这一题的答案，先看 message。",
    "parse": "应引的条款在条款树里不存在，或条款文字里没有应答的要点：先查清洗与解析。",
    "retrieve": "应引的条款没有进入检索结果：先查分词、同义词、错字与条号识别。",
    "select": "条款找到了，却引了别的条款在先：先查排序与证据选取。",
    "compose": "条款选对了，答案却缺要点、有禁用说法或引文不逐字：先查答案的组织与校验。",
    "abstain": "该答的拒了，或不该答的答了：先查拒答的判断。",
}


def stage_at_fault(case: Case) -> Stage | None:
    """The first step that explains why an answer is not fully right; None when it is.

    Looked at in the order of the pipeline. Whether the clause was retrieved can only be told when the
    answerer says what it retrieved; otherwise a wrong clause is laid to ``select``.
    """
    if fully_right(case) == 1.0:
        return None
    question, answer = case.question, case.answer
    if answer.status == "error":
        return "run"
    if not question.answerable:
        return "abstain"
    if not _parsed(case):
        return "parse"
    if answer.retrieved and not any(covers_any(question.gold, ref) for ref in answer.retrieved):
        return "retrieve"
    if answer.status == "abstained":
        return "abstain"
    return "select" if first_citation(case) != 1.0 else "compose"


def _parsed(case: Case) -> bool:
    texts = [fold(case.book.text(ref) or "") for ref in case.question.gold]
    return all(texts) and all(
        any(holds(text, alternative) for text in texts for alternative in group)
        for group in case.question.facts
    )


def faults(case: Case) -> list[str]:
    """What is wrong with an answer, in sentences for people; empty when it is fully right."""
    question, answer = case.question, case.answer
    if fully_right(case) == 1.0:
        return []
    if answer.status == "error":
        return [f"没有答案：{answer.message or '缺这一题'}"]
    if not question.answerable:
        return ["文件没有写，却给了答案"]
    if answer.status == "abstained":
        return ["文件写了，却拒答"]
    found = []
    if first_citation(case) != 1.0:
        found.append("首条引用不在应引条款" if answer.citations else "没有引用")
    if facts(case) not in (None, 1.0):
        text = fold(answer.answer)
        missing = [
            group[0]
            for group in question.facts + question.says
            if not any(holds(text, alternative) for alternative in group)
        ]
        found.append(f"缺要点：{'；'.join(missing)}")
    if forbidden_free(case) == 0.0:
        found.append(f"出现了不该有的说法：{'；'.join(question.forbidden)} 之一")
    if quotes_verbatim(case) not in (None, 1.0):
        found.append("有引文与所引条款不逐字相同")
    return found
