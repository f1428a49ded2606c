"""The words of a question that only ask; policy texts hardly use them, so that BM25 would take them for rare."""

from __future__ import annotations

import re

#: Whole words only where they could be part of another (有什么, but not 有 in 有效).
_ASKING = re.compile(
    r"晓不晓得|晓得|啷个(?:办|样)?(?:的)?|得行不|要得不|请问一下|请问|麻烦问下|想问一下|想问问|想问|我想知道|想知道|想了解|告诉我|帮我(?:查|找|看)(?:一下|下)?|给我(?:讲讲|说说)?|"
    r"有没有|是不是|能不能|会不会|可不可以|要不要|该不该|行不行|对不对|好不好|算不算|够不够|教不教|管不管|"
    r"为什么|为啥|为何|凭什么|什么时候|啥时候|什么(?:样)?的?|啥子?(?:样)?的?|怎么(?:样|办|个|说|讲|回事)?(?:的)?|怎样(?:的)?|咋(?:个|样|办|整|说)?|如何|何时|"
    r"哪(?:些|个|几|一)(?:个|项|种|条|方面|类)?|哪里|哪儿|哪年|哪天|多少(?=[^年]|$)|几(?=个|项|条|种|所|名|类|门|家|次|岁|年)|"
    r"是指|指的是|的意思|意思是|是啥|叫做|说白了|到底|究竟|具体|分别|都有|一共|总共|"
    r"有关|关于|相关(?:的)?|方面的?|(?:这|那)(?:个|份|件|些|项|种)|里(?:面|头|边)?(?=提|说|讲|写|有|对|规定|$)|"
    r"(?:提|说|讲|写|谈)(?:到|了|过)(?:了)?|怎么规定|规定了|讲的是|写的是|"
    r"[吗呢吧啊呀嘛么哦啦咯噻哈][??!!。,，]*$|[??]"
)


def topic_of(folded: str) -> str:
    """A folded question without its asking words; the question itself where nothing else is in it.

    >>> topic_of("老师退休有没有人管?")
    '老师退休 人管'
    """
    rest = re.sub(r"\s+", " ", _ASKING.sub(" ", folded)).strip(" ,，。;；:：!！")
    return rest if re.search(r"[\w]{2}", rest) else folded
