"""The words that carry a question's topic, with weights, and how much of them a text covers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingest.fold import fold
from ingest.index import Index
from ingest.tokenizer import STOP_WORDS

#: Words of a question that say nothing of its topic although no list of stop words has them.
_EMPTY_WORDS = frozenset(
    "要 到 达到 达 做 搞 弄 办 整 管 有 没有 没 不 能 可以 会 应 该 应该 需要 给 让 帮 来 去 里 上 下 中 内 里面 时候 时 "
    "最 很 更 还 再 又 就 才 也 只 每 各 全 多 少 大 小 好 个 所 名 门 节 家 项 条 次 岁 人 种 类 年 月 日 号 天 "
    "东西 事 事情 地方 问题 方面 情况 内容 方案 文件 规定 要求 提到 提出 写 说 讲 算 叫 当 由 从 按 向 往 用 把 被 "
    "区里 市里 国家 全区 全市 我区 本区 区 市 涪陵 涪陵区 重庆 重庆市 咱 我 你 他 她 它 人家 打算 准备 计划 目标 数量 数目 数 值 "
    "占 建 建成 建设 推进 加强 开展 实施 落实 支持 比例 占比 多少 哪 哪些 什么 怎么 一 1 2 两 几 等 以上 左右 "
    "条款 条目 位次 位置 名次 行列 职责 职能 作用 承担 态度 立场 安排 措施 举措 做法 办法 载体 工作 任务 政策 参与 涉及 点名 因 这种 那种 还是 不是 每个 回答 起 靠 类人 人们 机会 低于 高于 不低于 "
    "超过 不超过 少于 多于 至少 最多 定 说出 样 件 回 趟 者 啥子 咱们 大家 全部 所有 都 这块 那块 一块 讲究 好处 支持 相应 "
    "科室 处室 股室 承担 归口 部门 单位 责任 责任单位 负责 牵头 主管 牵头单位 做到 那条 这条 "
    "之前 之后 以前 出来 下来 起来 上去 拿下 拿 靠 搭 凡是 眼下 最近 一次 一回 一串 通报 真 真的 拿来 空出来 时 当 最后 那些 这些 那个 这个 那份 这份 想 知道 帮 面向 还要 还得 其中 里头 一起 到时候 前后 "
    "娃儿 娃 娃娃 孩子 幺儿 孙儿 孙子 孙女 外孙 女儿 儿子 侄女 老汉 老公 老婆 邻居 我妈 我爸 爸妈 妈 爸 爷爷 奶奶 婆婆 外婆 家里 我家 我们 "
    "程度 年前 年底 上报 排到 那次 上头 上面 两步 比起 搞成 几回 大块 名字 牌子 天天 头上 提供 每年 听说 觉得 别人 已经 "
    "现在 目前 今后 以后 未来 将来 今年 明年 最近 相关 有关 关于 具体 主要 一共 总共 是 的 了 着 过 呢 吗 吧 啊".split()
)

#: Empty words that nevertheless decide when nothing else is left, or beside a figure.
_FAINT = 0.15
#: Weight of a single character beside that of a word of the same rarity.
_SINGLE_CHARACTER = 0.35
#: A word that is seen in no document counts in full when it is rare in the language, and this much at the
#: least when everybody uses it (喜欢, 晚上), because then it says little about what is asked.
_COMMON_WORD = 0.25
#: What a word counts that only leads up to the question, where the question itself has words of this much weight, in
#: units of the rarest word.
_TOLD, _ASKED_ITSELF = 0.4, 0.5
#: What an unseen foreign word counts (target, action): it is seldom the topic of a question in Chinese.
_FOREIGN_WORD = 0.3
#: What a word counts at the least that only glosses have.
_GLOSS_WORD = 0.3
#: Frequencies, per jieba's dictionary of 60 million words, between which a word goes from rare to common.
_RARE_FREQUENCY, _COMMON_FREQUENCY = 30.0, 3000.0
#: What another wording is worth beside the very word.
_ALTERNATIVE = 0.9
#: What a match of parts of an unknown compound is worth beside a match of the whole.
_PARTIAL = 0.6


#: Verbs with a complement and words with a particle (投进, 做得好, 够不够) are everyday words, however rare.
_EVERYDAY_VERB = re.compile(
    r"[得了着不没么们把够]|[\u4e00-\u9fff](?:[下起出上过回进]来|[下上过出回]去)$|^[\u4e00-\u9fff][进出来去到上下成完好掉]$"
)


@lru_cache(maxsize=4096)
def _pairs(word: str) -> tuple[str, ...]:
    """The neighbouring characters of a compound; none of a word too short to have parts, or of a foreign one."""
    if len(word) < 3 or word.isascii():
        return ()
    return tuple(word[i : i + 2] for i in range(len(word) - 1))


#: A word, what may be said instead with its worth, and the pairs of its characters.
_Wanted = tuple[str, tuple[tuple[str, float], ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the topic.

    :ivar text: folded.
    :ivar weight: its rarity, in the unit of BM25's idf.
    :ivar alternatives: what the documents may say instead, folded, each with what a match is worth.
    :ivar known: whether any document has the word.
    """

    text: str
    weight: float
    alternatives: Mapping[str, float]
    known: bool = True

    @property
    def wanted(self) -> _Wanted:
        """What is looked for in a text: the word; what may be said instead, best first, with its worth; its pairs."""
        instead = [(word, _ALTERNATIVE * worth) for word, worth in self.alternatives.items()]
        return self.text, tuple(sorted(instead, key=lambda pair: -pair[1])), _pairs(self.text)


@dataclass(frozen=True)
class Topic:
    """The terms of a question.

    :ivar unit: what the rarest word weighs, which grows with the number of clauses: other weights are held
        against it.
    """

    terms: tuple[Term, ...]
    unit: float = 1.0

    @cached_property
    def weight(self) -> float:
        return sum(term.weight for term in self.terms)

    @cached_property
    def _wanted(self) -> list[_Wanted]:
        return [term.wanted for term in self.terms]

    def matches(self, folded: str, meant: str = "", worth: float = 1.0) -> tuple[float, ...]:
        """For each term, how well the text has it, from 0 to 1.

        :param meant: another text with the same meaning, in which a match counts ``worth``.
        """
        # A question asks this of each of its words and of every sentence that was found.
        matches = []
        for text, instead, pairs in self._wanted:
            best = 1.0 if text in folded else _found(instead, pairs, folded)
            if meant and best < worth:
                other = 1.0 if text in meant else _found(instead, pairs, meant)
                best = max(best, worth * other)
            matches.append(best)
        return tuple(matches)

    def mentions(self, folded: str) -> int:
        """How often the text has the topic's weightiest word."""
        if not self.terms:
            return 0
        return folded.count(max(self.terms, key=lambda term: term.weight).text)

    def coverage(self, *matches: Sequence[float]) -> float:
        """Share of the topic's weight that any of the texts covers, from 0 to 1; 0 for an empty topic."""
        if not self.terms or not self.weight:
            return 0.0
        best = map(max, zip(*matches, strict=True)) if len(matches) > 1 else matches[0] if matches else ()
        covered = 0.0
        for term, found in zip(self.terms, best, strict=True):
            covered += term.weight * found
        return covered / self.weight


def _found(instead: Sequence[tuple[str, float]], pairs: Sequence[str], folded: str) -> float:
    """How well a text has a word that does not stand in it: by what it says instead, or by parts of the word."""
    best = next((worth for word, worth in instead if word in folded), 0.0)
    if pairs and best < _PARTIAL:
        share = sum([pair in folded for pair in pairs]) / len(pairs)
        if share > 0.3:
            return max(best, _PARTIAL * share)
    return best


class TopicReader:
    """Reads topics with the tokenizer and the statistics of one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._unseen = index.lexical.idf("\x00")

    def read(
        self,
        topic: str,
        *,
        alternatives: Mapping[str, Mapping[str, float]] | None = None,
        names: Sequence[str] = (),
        aside: str = "",
    ) -> Topic:
        """The terms of a folded topic; every word counts once.

        :param alternatives: for words or phrases of the question, what the documents may say instead.
        :param names: folded names that count as one term each, so that the words of a long title do not
            drown what is asked about it.
        :param aside: the part of it that only leads up to what is asked; its words count less.
        """
        alternatives = alternatives or {}
        whole = {re.sub(r"[^\w\u3400-\u9fff%+.\-]+", " ", name).strip() for name in names}
        phrases = [
            phrase
            # In an order of its own: that of a set changes from one process to the next.
            for phrase in sorted({*alternatives, *whole}, key=lambda phrase: (-len(phrase), phrase))
            if phrase and phrase in topic
        ]
        words: list[str] = []
        rest = topic
        for phrase in phrases:
            if phrase in rest:
                words.append(phrase)
                rest = rest.replace(phrase, " ")
        words += self._words(rest)
        weights = {}
        for word in dict.fromkeys(words):
            if word in alternatives:
                weights[word] = self._phrase_weight(word, alternatives[word])
            else:
                weights[word] = self._name_weight(word) if word in whole else self.weigh(word)
        told = {word for word in weights if word in aside and topic.count(word) == aside.count(word)}
        if sum(weight for word, weight in weights.items() if word not in told) > _ASKED_ITSELF * self._unseen:
            weights |= {word: _TOLD * weights[word] for word in told}
        terms = [
            Term(word, weight, dict(alternatives.get(word, {})), self.is_seen(word))
            for word, weight in weights.items()
            if weight > 0
        ]
        return Topic(tuple(terms), self._unseen)

    def _words(self, text: str) -> Iterable[str]:
        for word in self._index.tokenizer.cut(fold(text)):
            word = word.strip(" .-+")
            if not word or word in STOP_WORDS or not re.search(r"\w", word):
                continue
            # A compound that no document has is looked for by its halves (民政部门: 民政).
            halves = (word[:2], word[2:]) if len(word) >= 4 and not word.isascii() else ()
            if halves and not self.is_printed(word) and any(self.is_seen(half) for half in halves):
                yield from halves
            else:
                yield word

    def _phrase_weight(self, phrase: str, alternatives: Mapping[str, float]) -> float:
        # 老师 is rare in the documents and says no more than their 教师: the median of what they say instead.
        said = sorted(self.weigh(word) for word in alternatives if self.is_printed(word))
        if said:
            return said[len(said) // 2]
        return max(
            (self.weigh(word) for word in alternatives if self.is_seen(word)), default=self.weigh(phrase)
        )

    def _name_weight(self, name: str) -> float:
        """That of its rarest word."""
        return max((self.weigh(word) for word in self._words(name)), default=0.0)

    def is_seen(self, word: str) -> bool:
        return word in self._index.lexical.vocabulary

    def is_printed(self, word: str) -> bool:
        """Whether a document itself has the word, and not only a gloss of it."""
        return self._index.lexical.idf(word) < self._unseen

    def weigh(self, word: str) -> float:
        """The rarity of a word: in the documents where it occurs, else in the language."""
        if word in _EMPTY_WORDS:
            return _FAINT
        if self.is_printed(word):
            weight = float(self._index.lexical.idf(word))
        elif self.is_seen(word):
            weight = self._unseen * max(_GLOSS_WORD, self._rarity(word))
        else:
            weight = self._unseen * (
                _FOREIGN_WORD if word.isascii() and word.isalpha() else self._rarity(word)
            )
        return weight * (_SINGLE_CHARACTER if len(word) == 1 else 1.0)

    def _rarity(self, word: str) -> float:
        if _EVERYDAY_VERB.search(word):
            return _COMMON_WORD
        frequency = self._index.tokenizer.frequency(word)
        if frequency <= _RARE_FREQUENCY:
            return 1.0
        scale = math.log(_COMMON_FREQUENCY / _RARE_FREQUENCY)
        return max(_COMMON_WORD, 1.0 - math.log(frequency / _RARE_FREQUENCY) / scale)
