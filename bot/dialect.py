"""The speech of Chongqing and Sichuan, in which questions are put, in the words that the rest of the program reads.

Only what asks, points or joins is put into the standard language; nouns are the business of the thesaurus and of the
glosses. Sources: 《重庆方言词典》 and everyday use.
"""

from __future__ import annotations

import re

#: What may follow 好多 where it asks for a number: a measure word, a verb's end, or nothing.
_COUNTED = r"(?=[所个名门节家项条次岁人元钱块天年月种类级分倍成座间场堂张套亩万亿号]|$|[？?，,。！!\s嘛哟哦哈嘞了才的呢])"
_PARTICLE = "[嘛哟哦哈噻咯迈啰喔]"

#: In this order, since longer ones hold shorter ones.
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), standard)
    for pattern, standard in (
        (r"啷个(?:个|样|起)?|哪[门们]个?(?=[办搞弄整说])|[咋朗]个样?(?=[\u4e00-\u9fff])|哪么个", "怎么"),
        (r"为啥子|凭啥子|做啥子(?=[要不])", "为什么"),
        (r"啥子|么子", "什么"),
        (r"有[没莫]得", "有没有"),
        (r"[没莫]得(?!出|到|了|过|上|起|成|罪|分)", "没有"),
        (r"几好多|几多(?![了的])|好多" + _COUNTED, "多少"),
        (r"(?<=[占到达有是过要建办搞整发给补收交领拿奖差])好多", "多少"),
        (r"(?<=[从到是])好久(?!没)", "什么时候"),
        (r"好久(?=的|[？?嘛哦哟]|$)", "多久"),
        (
            r"好久(?=能|会|搞|建|开|完|出|公布|印发|发|挂|到|才|可以|得|弄|要|办|修|算|实|下|整|拿|达|生|施|起|之|前)",
            "什么时候",
        ),
        (
            r"(?:(?<=[归由找跟])|(?<=[人长]是))哪个(?=[？?嘛哦哟]|$)|(?<=[归由找跟是])哪个(?=(?:来)?(?:管|负责|牵头|统|带头|挑头|领头|在|抓|领|查|交|出面|说了算))|哪个(?=(?:来|在)?(?:管|负责|牵头|挑头|领头|统|带头|说了算))",
            "谁",
        ),
        (r"哪[点根塌]儿?(?=[来去办查看报找有下写提说出得]|$|[？?，,嘛哦哟])", "哪里"),
        (r"得行不|要得不|得不得行", "行不行"),
        (r"(?<!得)得不得(?![了以])", "会不会"),
        (r"晓得", "知道"),
        (r"一哈|(?<=[看问说讲听查等理试])哈(?!尔)", "一下"),
        (r"摆(?=一下)|摆龙门阵", "说"),
        (r"屋(?:里)?头", "家里"),
        (r"乡坝?头", "乡下"),
        (r"城头", "城里"),
        (r"(?<=[件案要划区市校本班国楼厂院])头(?=[\u4e00-\u9fff，,？?]|$)", "里"),
        (r"里头", "里"),
        (r"(?<=[师生长人])些(?=[都也要就能会没不]|$|[，,？?])", ""),
        (r"喊(?=什么)", "叫"),
        (r"照到(?=[\u4e00-\u9fff])", "按照"),
        (r"跟到(?=[\u4e00-\u9fff])", "跟着"),
        (r"过后", "以后"),
        (r"(第[一二三四五六七八九十\d]+)(?:大块|板块|大部分)", r"\1部分"),
        (r"嘞(?=[？?，,]|$)", "呢"),
        # 27年跟35年各要怎样: years of the century, where no duration can be meant.
        (
            r"(?<![\d.第近满])(2[4-9]|3[05])年(?=底|前|之前|以前|的?目标|呢|跟|和|与|各|要|能|会|时)",
            r"20\1年",
        ),
    )
)
_ENDS = re.compile(rf"{_PARTICLE}+(?=[？?！!。，,；;\s]|$)")


def standard(text: str) -> str:
    """A text with the asking words of the dialect in the standard language; other texts stay as they are.

    >>> standard("读中专的娃儿啷个升学嘛"), standard("这件事归哪个管哦？")
    ('读中专的娃儿怎么升学', '这件事归谁管？')
    >>> standard("公办园占比要到好多？"), standard("好多老师都不晓得")
    ('公办园占比要到多少？', '好多老师都不知道')
    """
    for pattern, replacement in _WORDS:
        text = pattern.sub(replacement, text)
    # 是真的嘛 asks with its particle.
    return _ENDS.sub(lambda match: "吗" if _asks_by_particle(text, match) else "", text)


_QUESTION_WORD = re.compile(r"[谁哪怎几咋啥]|什么|多少|如何|([\u4e00-\u9fff])[不没]\1|有没有|多[大高长久]")


def _asks_by_particle(text: str, match: re.Match[str]) -> bool:
    """Whether only the particle of the last part makes a question of a text (是真的迈, 对嘛)."""
    ends = re.match(r"[？?！!。\s]*$", text[match.end() :]) is not None
    return ends and match.group()[-1] in "嘛迈噻" and not _QUESTION_WORD.search(text)
