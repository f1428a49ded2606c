"""True halves do not make a false whole: a model's sentence is held against the place that its quotes were cut from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alterations import alterations
from llm_server import Behaviour, Handler, reply, serving
from pydantic import SecretStr

from bot.llm.answerer import ModelAnswerer
from bot.llm.client import ChatModel
from bot.llm.ground import Grounded, ground
from bot.llm.prompt import Shown
from bot.llm.reply import Said
from bot.schema import Answer
from bot.service import Service
from bot.statements import Statement
from bot.verify import verify
from ingest.body_names import kind_of
from ingest.knowledge import open_knowledge
from ingest.settings import IngestSettings

QUESTIONS = Path(__file__).parents[2] / "eval" / "questions" / "dev.jsonl"
PLAN = "fuling-2025-6"
SHARE = "公办在园幼儿占比达到65%"
SPORT = "综合体育活动时间不低于2小时"
CANTEEN = "落实校园食堂“三同三公开”制度"


def grounded(service: Service, text: str, *quotes: str) -> Grounded:
    tree = service.trees[PLAN]
    shown = [
        Shown(f"C{number}", tree, tree.at(tree.doc.text.index(quote)))
        for number, quote in enumerate(quotes, start=1)
    ]
    pairs = tuple((each.handle, quote) for each, quote in zip(shown, quotes, strict=True))
    return ground(Said(text, pairs), shown, service.trees, service.bodies)


@pytest.mark.parametrize(
    ("said", "quotes"),
    [
        pytest.param("到2035年，公办在园幼儿占比达到65%", ("到2035年", SHARE), id="the year of another clause"),
        pytest.param("由区委教育工作领导小组落实校园食堂“三同三公开”制度", ("区委教育工作领导小组", CANTEEN), id="the body of another clause"),
        pytest.param("校园食堂免费提供午餐", (CANTEEN,), id="a word that stands nowhere"),
        pytest.param("综合体育活动时间2小时", ("综合体育活动时间", "活动时间不低于2小时"), id="a bound cut off"),
        pytest.param("公办在园幼儿占比达80%以上", ("新优质幼儿园占比达80%以上",), id="the figure of something else"),
        pytest.param("方案没有规定食堂收费", (CANTEEN,), id="silence claimed"),
    ],
)  # fmt: skip
def test_halves_that_are_true_make_no_false_whole(
    service: Service, said: str, quotes: tuple[str, ...]
) -> None:
    made = grounded(service, said, *quotes)
    assert made.remark
    # What stands in its place is a quote, word for word.
    assert made.statement is None or made.statement == Statement(
        made.statement.evidence[0].text, made.statement.evidence[:1]
    )


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("到2027年，公办幼儿园在园幼儿占比要达到65%", f"到2027年，{SHARE}"),
        ("中小学生每天综合体育活动至少2小时", SPORT),
        ("要落实校园食堂“三同三公开”制度", CANTEEN),
    ],
)
def test_a_sentence_in_other_words_that_says_the_same_stays(service: Service, said: str, quote: str) -> None:
    made = grounded(service, said, quote)
    assert made == Grounded(made.statement) and made.statement is not None
    assert made.statement.text == said


def test_a_quote_is_cited_up_to_the_commas_around_it(service: Service) -> None:
    made = grounded(service, "教师占比达到72%以上", "教师占比达到72%")
    assert made.statement is not None
    assert made.statement.evidence[0].text == "“双师型”教师占比达到72%以上"


@pytest.mark.parametrize(
    "dress",
    [
        "是的，{}", "{}[1]", "**{}**", "{}![图](http://127.0.0.1/a.png)", "<b>{}</b><script>alert(1)</script>", "{}\u200b", "{}【C1】",
    ],
)  # fmt: skip
def test_markup_references_and_verdicts_of_the_model_are_left_out(service: Service, dress: str) -> None:
    made = grounded(service, dress.format(CANTEEN), CANTEEN)
    assert made.statement is not None and made.statement.text == CANTEEN


def test_no_altered_figure_year_or_department_leaves(
    service: Service, built_settings: IngestSettings
) -> None:
    knowledge = open_knowledge(tuple(service.trees.values()), built_settings)
    names = {row.named_as for row in knowledge.owners if row.basis == "stated"}
    names = {name for name in names if kind_of(name) in ("organ", "group")} | set(service.bodies.names())
    departments = re.compile("|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name))))
    every = list(_altered(service, departments))
    # A few hundred of them, of all kinds alike.
    cases = every[:: -(-len(every) // 600)]
    assert len(cases) >= 400
    assert {kind for _, kind, _, _ in cases} == {"figure", "year", "department"}
    current: list[tuple[Answer, str, str]] = []

    def says_it(handler: Handler) -> None:
        plain, wrong, quote = current[0]
        prompt = handler.body["messages"][1]["content"]
        blocks = re.findall(r"(?ms)^\[(C\d+)\] (.*?)(?=^\[C|</clauses>)", prompt)
        handle = next((name for name, text in blocks if plain.citations[0].quote in text), "C1")
        handler.begin_events()
        handler.event(reply([(wrong, handle, quote)]))
        handler.wfile.write(b"data: [DONE]\n\n")

    behaviour: Behaviour = says_it
    with serving(behaviour) as server:
        model = ChatModel(model="m", base_url=server.url, api_key=SecretStr(""))
        asking = Service(
            service.index,
            retriever=service.retriever,
            bodies=service.bodies,
            model=ModelAnswerer(model, timeout=20.0),
        )
        for plain, _, wrong, quote in cases:
            current[:] = [(plain, wrong, quote)]
            answer = asking.ask(plain.question)
            assert wrong.rstrip("。") not in answer.answer
            assert not verify(answer.answer, answer.citations, service.trees, bodies=service.bodies)
        assert len(server.requests) == len(cases)


def _altered(service: Service, departments: re.Pattern[str]) -> Iterator[tuple[Answer, str, str, str]]:
    """Answers to development questions that reach a model, each with an alteration of it and the quote that goes with it."""
    bare = Service(service.index, retriever=service.retriever, bodies=service.bodies)
    seen: set[str] = set()
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answer = bare.ask(row["question"]) if "question" in row else None
        if answer is None or answer.status != "answered" or not answer.trace.get("candidates"):
            continue
        said = re.sub(r"\[\d+\]", "", answer.answer).split("\n")[0]
        if said in seen or said.startswith(("（", "不是", "原文", "是的", "文件没有")) or "责任单位" in said:
            continue
        seen.add(said)
        for kind, wrong in alterations(f"{said}[1]", departments):
            wrong = wrong.removesuffix("[1]")
            if kind in ("figure", "year", "department") and wrong.rstrip("。") not in _text(service):
                quote = answer.citations[0].quote
                yield answer, kind, wrong, quote if len(wrong) % 2 else wrong


def _text(service: Service) -> str:
    return "\n".join(tree.doc.text for tree in service.trees.values())
