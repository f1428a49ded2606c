"""What a question becomes before it is searched: asking words, corrections, everyday wording."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.query import QueryReader
from bot.service import Service
from bot.thesaurus import Thesaurus, problems, read_thesaurus
from ingest.asking import topic_of
from ingest.errors import CorpusError
from ingest.fold import fold
from ingest.schema import ClauseTree
from ingest.settings import IngestSettings
from ingest.tokenizer import default_tokenizer


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("老师退休有没有人管?", "老师退休 人管"),
        ("公办园占比要到多少?", "公办园占比要到"),
        ("为什么?", "为什么?"),
        ("双减", "双减"),
    ],
)
def test_words_that_only_ask_are_left_out_unless_nothing_else_is_there(question: str, topic: str) -> None:
    assert topic_of(question) == topic


def test_a_token_typed_twice_counts_twice_and_an_added_one_by_its_weight() -> None:
    thesaurus = Thesaurus({"住校": ("寄宿制学校",)})
    query = QueryReader(default_tokenizer(), thesaurus=thesaurus, expansion_weight=0.5).read("住校")
    # 住校 is a word of jieba and a bigram.
    assert query.weights["住校"] == 2.0
    assert query.weights["寄宿制"] == 0.5
    assert query.tokens == ("住校", "住校")
    assert [made.phrase for made in query.expansions] == ["住校"]
    assert query.alternatives == {"住校": {"寄宿制学校": 1.0}}


def test_several_wordings_of_one_phrase_share_its_weight() -> None:
    thesaurus = Thesaurus({"住校": ("寄宿制学校", "寄宿", "宿舍", "住宿条件")})
    query = QueryReader(default_tokenizer(), thesaurus=thesaurus, expansion_weight=0.8).read("住校")
    # 0.8 / 4 ** 0.25
    assert query.weights["寄宿制"] == pytest.approx(0.5657, abs=1e-4)


def test_expansion_never_lowers_a_token_that_was_typed() -> None:
    reader = QueryReader(
        default_tokenizer(), thesaurus=Thesaurus({"老师": ("教师", "老师")}), expansion_weight=0.5
    )
    assert reader.read("老师").weights["老师"] == 2.0


def test_the_longest_phrase_wins() -> None:
    thesaurus = Thesaurus({"下河": ("水域",), "下河洗澡": ("防溺水",)})
    assert [made.phrase for made in thesaurus.expand("夏天下河洗澡")] == ["下河洗澡"]


@pytest.mark.parametrize("line", ["没有制表符", "空\t政策", "住校\t", "住校\t寄宿\t第三列"])
def test_a_line_of_the_thesaurus_that_is_none_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "thesaurus.tsv"
    path.write_text(f"# 注释\n老师、先生\t教师\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="第 3 行"):
        read_thesaurus(path)


def test_phrases_on_one_line_share_their_wordings_and_lines_add_up(tmp_path: Path) -> None:
    path = tmp_path / "thesaurus.tsv"
    path.write_text("老师、先生\t教师\n老师\t师资\n", encoding="utf-8")
    assert read_thesaurus(path).entries == {"老师": ("教师", "师资"), "先生": ("教师",)}


def test_no_thesaurus_is_an_empty_one(tmp_path: Path) -> None:
    assert read_thesaurus(tmp_path / "none.tsv").expand("老师") == ()


def test_the_shipped_thesaurus_leads_to_wording_of_the_corpus(trees: dict[str, ClauseTree]) -> None:
    thesaurus = read_thesaurus(IngestSettings().corpus_dir / "thesaurus.tsv")
    text = "\n".join(fold(tree.doc.text) for tree in trees.values())
    assert len(thesaurus.entries) >= 300
    assert problems(thesaurus, lambda word: word in text) == []


@pytest.mark.parametrize(
    ("typed", "written", "understood"),
    [
        ("优只均衡", "优只均衡", "优质均衡"),
        ("双碱之后作业怎么管", "双碱", "双减"),
        ("家效社协同", "家效社协同", "家校社协同"),
        ("叫共体是什么", "叫共体", "教共体"),
        ("学校时堂要做到什么", "时堂", "食堂"),
        ("雏鹰计化", "雏鹰计化", "雏鹰计划"),
        ("更明升大的学校", "更明升大", "更名升大"),
    ],
)
def test_a_slip_finds_the_word_that_was_meant(
    service: Service, typed: str, written: str, understood: str
) -> None:
    query = service.retriever.read(typed)
    assert [(made.written, made.understood) for made in query.corrections] == [(written, understood)]
    assert understood in query.folded and written not in query.folded


@pytest.mark.parametrize(
    "question",
    [
        "公办园占比要到多少？",
        "区里的三个定位和市里的五个定位有什么不同？",
        "国家要到哪一年建成教育强国？",
        "市级艺术特色学校的目标数是多少？",
        "夏天娃儿下河洗澡，学校教不教这个危险？",
        "全市有多少所特殊教育学校？",
        "今天天气怎么样",
        "请帮我写一首关于春天的诗",
    ],
)
def test_words_spelt_right_are_left_alone(service: Service, question: str) -> None:
    assert service.retriever.read(question).corrections == ()
