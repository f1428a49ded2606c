"""Sentences of a pasted text, and which of them claim anything that a document could bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.readable import readable
from ingest.sentences import sentence_spans

#: Longest text that is read at once, in characters, and most sentences of it.
TEXT_LIMIT, SENTENCE_LIMIT = 20_000, 400

_NUMBER = re.compile(
    r"^(?:第?[一二三四五六七八九十百]+[、.．章节条部分]|[（(][一二三四五六七八九十\d]+[）)]|\d{1,3}[.、．](?!\d)|[①-⑳]|[-*·•#>]+\s|—+)\s*"
)
_CITED = re.compile(r"\[\d+\]|【\d+】")
_COURTESY = re.compile(
    r"你好|您好|大家好|各位|同志们|谢谢|感谢|敬礼|此致|特此|妥否|请批示|请审阅|当否|祝(?:您|你|大家|好)|以上(?:就是|是|为)|如下|见附件|供参考|希望(?:对|能)"
)
_ASKS = re.compile(r"(?:吗|呢|多少|什么|谁|哪里|哪些|哪个|如何|怎么办)$")
_LABEL = re.compile(r"^[^：:]{1,12}[：:]\s*$")
_TITLE = re.compile(
    r"^(?:关于|贯彻|落实|学习)[^。，；]*(?:通知|报告|汇报|意见|方案|请示|函|总结|要点|计划|情况|批复|公告|通报)$|^《[^》]*》$"
)
#: A line without a stop and with no more Han characters than this is a heading.
_HEADING, _SHORTEST = 14, 4
_VERBLESS = re.compile(r"[，,；;\d%]|是|为|有|要|应|到|达|将|由|把|被|不")


class ClaimsError(ValueError):
    """The text cannot be checked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the text, ``text[start:end]``.

    :ivar said: the sentence without its number, its own citation marks and what no reader sees.
    :ivar empty: why it claims nothing (问句, 标题, 客套), or an empty string.
    """

    start: int
    end: int
    text: str
    said: str
    empty: str = ""


def claims_of(text: str) -> list[Claim]:
    """The sentences of a text in order, with their offsets into it.

    :raises ClaimsError: when the text has nothing to read, or more than is read at once.

    >>> [(claim.said, claim.empty) for claim in claims_of("各位老师好！公办园占比达到65%。[1]")]
    [('各位老师好！', '客套'), ('公办园占比达到65%。', '')]
    """
    if len(text) > TEXT_LIMIT:
        raise ClaimsError(f"这段文字有{len(text)}个字，一次最多核对{TEXT_LIMIT}个字。请分几次粘贴。")
    if not re.search(r"\w", text):
        raise ClaimsError("没有读到文字。请粘贴要核对的通知、报告或回答。")
    found = [*_sentences(text)]
    if len(found) > SENTENCE_LIMIT:
        raise ClaimsError(f"这段文字有{len(found)}句，一次最多核对{SENTENCE_LIMIT}句。请分几次粘贴。")
    return found


def _sentences(text: str) -> Iterator[Claim]:
    for start, end in sentence_spans(text):
        written = text[start:end]
        # The marks of an answer's citations ([1]) follow the stop and belong to the sentence before.
        if not re.search(r"\w", _CITED.sub("", written)):
            continue
        lead = _CITED.match(written)
        while lead:
            start += lead.end()
            written = text[start:end].lstrip()
            start = end - len(written)
            lead = _CITED.match(written)
        said = _CITED.sub("", _NUMBER.sub("", readable(written))).strip()
        if re.search(r"\w", said):
            yield Claim(
                start, end, text[start:end], said, _empty(said, numbered=bool(_NUMBER.match(written)))
            )


def _empty(said: str, *, numbered: bool) -> str:
    """Why a sentence claims nothing; 标题 only says that it looks like one."""
    bare = said.strip("。！!…~ ")
    han = re.findall(r"[\u4e00-\u9fff]", bare)
    if said.endswith(("？", "?")) or _ASKS.search(bare):
        return "问句"
    if _LABEL.match(said) or _TITLE.match(bare):
        return "标题"
    if _COURTESY.search(bare) and len(han) <= 16 and not re.search(r"\d", bare):
        return "客套"
    if (
        not re.search(r"[。！!；;：:]", said)
        and len(han) <= _HEADING
        and (numbered or not _VERBLESS.search(bare))
    ):
        return "标题"
    return "没有内容" if len(han) + len(re.findall(r"[A-Za-z0-9]", bare)) < _SHORTEST else ""
