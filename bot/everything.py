"""Questions for everything on a topic (凡是跟浙江有关的都捋一遍), and what their topic is."""

from __future__ import annotations

import re

_ME = r"(?:[给帮跟替为请](?:我|咱们?))?"
_ALL = r"(?:全都?|都|全部|通通|统统|[1一]并)"
_GATHER = r"(?:捋|梳理|归拢|归总|归纳|汇总|罗列|扒拉|扒|盘点|搜罗|归到[1一]块|凑拢|拢[1一]拢|摆[1一]?摆|理[1一]理|理(?=[1一][下遍]|出来|清))"
_TELL = r"(?:摆|理|列|找|搜|说|讲|数|挑|拎|摘|看|念|整理|总结)"
_DONE = r"(?:[1一](?:下|遍|道|圈|通|说|讲)|全|齐|清楚|出来|完|给我|听听?|说)"
_WRITTEN = r"(?:(?:写|说|讲|提|谈|规定|安排|部署|涉及)(?:到|了|过|的|得|起)*)"
_WHAT = r"(?:些)?(?:哪些|什么|啥|怎么样?|咋样?|哪样)"
_CONTENT = r"(?:内容|规定|安排|说法|表述|提法|条款|部分|地方|话|要求|措施|部署|照顾|扶持|好处)"
_THROUGHOUT = r"(?:前前后后|前头后头|前后|从头到尾|方方面面|上上下下|通篇|到处|东[1一]处西[1一]处)"
_PLACES = r"(?:哪(?:些|几)(?:处|条|段|款|章节?)|几(?:处|条)|[哪那]条(?![街路线河])|第几(?:条|项|款|部分))"
_PARTS = r"(?:哪(?:些|几个?)(?:地方|项|部分|工作))"
_NUMBERS = r"(?:(?:百分比|数字|量化)?指标(?:数字|数值)?|百分比|数字)"
#: How a question says that it asks for everything on its topic.
_ASKS_ALL = re.compile(
    "|".join(
        (
            rf"(?<![怎么何样咋]){_ALL}?{_ME}{_ALL}?{_GATHER}{_DONE}*",
            rf"{_ALL}{_ME}{_TELL}{_DONE}+",
            rf"[1一]并{_TELL}",
            rf"(?:出现|提到|写)(?:过|了)?几[回次]|[,，]?每[回次处条](?:{_WRITTEN}(?:的是)?)?{_WHAT}|散在(?:了)?{_PLACES}(?:里)?",
            rf"{_ME}{_ALL}?[1一]?次?{_TELL}(?:全(?![区市国年体面省县校重涪])|齐)(?:{_DONE})*",
            rf"{_ME}{_ALL}?(?:找|列|理|拎|挑)出来",
            rf"{_THROUGHOUT}(?:的|都|是)*{_WRITTEN}?(?:{_WHAT})?{_CONTENT}?",
            rf"[1一]共(?:都|是)*{_WRITTEN}(?:{_WHAT})?{_CONTENT}?",
            rf"[,，](?:都|各|分别)?{_WRITTEN}{_WHAT}$",
            rf"(?:都|全){_WRITTEN}{_WHAT}{_CONTENT}?",
            rf"(?:(?:出现)?在)?{_PLACES}(?:里头?)?(?:都|也|有)*{_WRITTEN}?",
            rf"(?:{_WRITTEN}|出现)在?(?:{_PLACES}|{_PARTS})",
            rf"(?:在)?{_PARTS}(?:里头?)?(?:都|也|有)*{_WRITTEN}|在{_PARTS}",
            r"出现在|(?:在)?哪(?:里|儿|处)?(?:提到|讲到|写到|说到|有写|出现|规定)",
            r"(?:有|相)关(?:联)?的?(?=都|全|有哪|有什|[1一]共|内容|条款|表述|规定|说法|部分|话|汇总)|沾边的?|搭边的?",
            rf"(?:凡是|涉及到?)(?=.{{2,}}(?:{_CONTENT}|都|有哪))",
            rf"(?:所有|全部)的?(?:{_CONTENT}|{_NUMBERS})",
            rf"都有(?:些)?(?:哪些|什么|啥)(?:{_CONTENT})?(?=$|[,，])",
            r"有(?:些)?哪些(?:内容|说法|表述|提法)",
            r"(?:内容|规定|说法|表述|提法)(?:都|[1一]共)?(?:有|是|包括)(?:些)?(?:哪些|什么|啥)",
        )
    )
)
#: Words beside the topic of such a question.
_AROUND = re.compile(
    rf"^(?:我|咱)(?:是|在|们是)[^,，]*[,，]|^[^,，]*[,，](?:我)?想(?:知道|问|了解|看)(?:一下)?|[,，](?:我)?(?:写|做|报|交|备)[^,，]*(?:用|要)$|涉及到?|凡是?"
    rf"|[这那](?:[1一]?(?:块|摊|方面|条线|件事|些)儿?)|这所?[大中小]学|方面|{_CONTENT}|{_NUMBERS}|(?:的)?事儿?(?=$|[,，都])|(?<=.)的话(?=都)|(?:有|相)关的?|沾边的?|[1一]次|[哪那]些|(?:能)?数出|出现过?|有哪些|分别|各"
)


def asks_everything(bare: str) -> bool:
    """Whether a folded question asks for everything on its topic, or for the places where it stands."""
    return _ASKS_ALL.search(bare) is not None


def topic_asked(folded: str) -> str:
    """A folded question without the words that ask for everything."""
    return _AROUND.sub(" ", _ASKS_ALL.sub(" ", folded))


def asks_numbers(folded: str) -> bool:
    """Whether of everything on a topic the figures are asked for."""
    return re.search(_NUMBERS, folded) is not None
