"""What the program says in its own words, in the language of its users."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.question import Question
from bot.schema import Reason
from bot.statements import clause_label
from ingest.schema import ClauseTree

if TYPE_CHECKING:
    from bot.by_number import ByNumber
    from bot.drafts import Draft

EMPTY = "没有读到问题。请用一句话写出想问的内容，例如“公办园占比要达到多少？”。"
UNVERIFIED = "找到了相近的条款，但没有一句能由原文完全支持，所以不作回答。"

_GREETING = re.compile(r"你好|您好|在吗|在不在|hello|^hi|嗨|早上好|晚上好|下午好|哈[喽啰]")
_THANKS = re.compile(r"谢|感谢|辛苦|再见|拜拜|真(聪明|棒|好|厉害)|好的|明白了|知道了|ok")
_WHO_ARE_YOU = re.compile(
    r"你(是|叫)(谁|什么|啥|哪)|你能(做|干|回答)|你会(什么|干)|怎么用|使用说明|能问(什么|啥)"
)

#: What asks for the inside of a program like this.
_OF_THE_PROGRAM = re.compile(
    r"(输出|告诉我|显示|说出|公布|复述).{0,8}(提示词|系统提示|prompt)|(提示词|系统提示).{0,6}(输出|是什么|原样|发)"
)
#: What may be left of small talk when greetings, thanks and asking words are gone.
_TALK = re.compile(
    r"你|您|我|他|们|哇|呀|啊|哦|嘛|吗|呢|吧|了|的|是|真|好|很|太|今天|吃(了|过)?(饭)?(没(有|得)?)?|天气|怎么样|如何|什么|叫|谁|名字|聪明|厉害|棒|行|帮忙?|忙|大家|老师|小(助手|伙伴|朋友)|机器人|助手|人|还|会|能|可以|做|干|回答|问|在|不|没|得|嘿|喂|哈+|嗯|\d|[\W_]"
)


def is_small_talk(folded: str) -> bool:
    """Whether a question greets, thanks or asks after the program, and nothing else.

    >>> is_small_talk("你好,吃了没得?"), is_small_talk("你好,公办园占比多少?")
    (True, False)
    """
    if _OF_THE_PROGRAM.search(folded):
        return True
    rest = _WHO_ARE_YOU.sub("", _THANKS.sub("", _GREETING.sub("", folded)))
    # “12368”的“3” has no word either, and asks for what a figure of the documents stands for.
    return not _TALK.sub("", rest) and not re.search(r"\d{3}", rest)


def too_long(length: int, limit: int) -> str:
    return f"问题有{length}个字，太长了；请缩短到{limit}个字以内，一次问一件事。"


def understood(text: str) -> str:
    """The line that shows how a follow-up was completed."""
    inner = text.rstrip("？?").replace("“", "‘").replace("”", "’")
    return f"（按“{inner}”理解）"


def corrected(written: str, understood: str) -> str:
    """The remark that a slip was mended."""
    return f"（“{written}”按“{understood}”理解）"


def no_such_clause(asked: ByNumber) -> str:
    """That a clause does not exist, and which ones do."""
    return f"{asked.missing}。" + (f"{asked.hint}。" if asked.hint else "")


def abstained(
    reason: Reason,
    question: Question,
    drafted: Draft | None,
    trees: dict[str, ClauseTree],
    *,
    within: tuple[str, str] | None = None,
) -> str:
    """Why there is no answer, in one friendly sentence, with the nearest clause where that helps.

    :param within: the clause, as ``(doc_id, clause_id)``, that the question names and that was looked into.
    """
    titles = "、".join(f"《{tree.meta.name}》" for tree in trees.values())
    bare = question.folded
    if reason == "out_of_scope":
        if _WHO_ARE_YOU.search(bare):
            return f"我是政策问答助手，只依据{titles}回答，并标出条款；可以问目标数字、任务措施、责任部门或某一条的内容。"
        if _GREETING.search(bare) or _THANKS.search(bare):
            return f"您好，可以直接问{titles}里的内容，例如目标数字、任务措施、责任部门或某一条写了什么。"
        return f"这个问题不在{titles}的范围内，我只能回答这些文件写了什么。"
    asked = f"{question.attribute}" if question.attribute else "这一点"
    clause = trees[within[0]].find(within[1]) if within is not None else None
    if within is not None and clause is not None:
        title = trees[within[0]].meta.name
        return f"《{title}》{clause.label}没有写明{asked}。"
    nearest = ""
    if drafted is not None and drafted.lead.reach >= 0.3:
        lead = drafted.lead
        name = lead.clause.heading or next(
            (step.heading for step in reversed(lead.tree.path(lead.clause.clause_id)) if step.heading), ""
        )
        nearest = f"；相近的内容在{clause_label(lead.tree, lead.clause)}" + (f"（{name}）" if name else "")
    return f"现有文件没有写明{asked}{nearest}。"
