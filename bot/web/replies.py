"""What the chat says to a question, as it grows, and what it shows again after a reload."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from bot.recheck import recheck
from bot.schema import Answer, Turn
from bot.web.contract import HISTORY_LIMIT, AskService, too_long
from bot.web.follow_ups import FollowUps
from bot.web.messages import answer_message, notice_message
from bot.web.models import EarlierTurn
from bot.web.reading import clause_panel, shelf
from bot.web.templating import render

FAILED = "系统内部出错，这个问题没有答成。请稍后再试；管理员可以在服务的日志里看到原因。"
CHANGED = "这条回答和现在的文件对不上了，没有恢复。请重新提问。"
#: Turns of a kept conversation that are shown again; each of them may have to be asked anew.
KEPT_TURNS = 20

log = logging.getLogger(__name__)

#: The messages, the turns so far, the panel, and the turns that the page may keep.
Reply = tuple[list[dict[str, Any]], list[Turn], Any, Any]

_KEPT = TypeAdapter(list[EarlierTurn])


def replier(
    service: AskService, follow_ups: FollowUps
) -> Callable[[list[dict[str, Any]], list[Turn]], Iterator[Reply]]:
    """The function behind the chat: each reply replaces the one before it, and the last has the follow-ups.

    It takes the messages that are shown, the question last, and the turns so far.

    Closing what it returns, as the stop button does, closes the answer that is being written.
    """
    import gradio as gr

    def reply(shown: list[dict[str, Any]], turns: list[Turn]) -> Iterator[Reply]:
        """One turn of the chat."""
        question = _text(shown[-1]["content"]) if shown else ""
        refusal = too_long(question)
        if refusal is not None:
            yield (
                [*shown, _message(notice_message(refusal))],
                turns,
                reader(shelf(service.documents())),
                gr.skip(),
            )
            return
        history = still_shown(turns, shown[:-1])
        answer: Answer | None = None
        opened: tuple[object, ...] | None = None
        growing = service.stream(question, history[-HISTORY_LIMIT:], question_id=uuid4().hex)
        try:
            for answer in growing:
                if answer.answerer == "extractive":
                    # Taken from the text it is whole, and given once, below: each yield costs as much as an answer.
                    continue
                # The panel stays as the reader left it while the same clause is cited first.
                panel = gr.skip() if _first(answer) == opened else reader(first_panel(service, answer))
                opened = _first(answer)
                turn = Turn(question, answer)
                message = _message(answer_message(answer, service.trees, growing=True))
                yield [*shown, message], [*history, turn], panel, said([turn])
        except Exception:
            log.exception("a question of %d characters failed", len(question))
            answer = None
        finally:
            if isinstance(growing, Generator):
                growing.close()
        if answer is None:
            yield (
                [*shown, _message(notice_message(FAILED))],
                history,
                reader(shelf(service.documents())),
                gr.skip(),
            )
            return
        whole = _message(answer_message(answer, service.trees))
        if further := follow_ups.after(answer):
            whole["options"] = [{"value": question} for question in further]
        turn = Turn(question, answer)
        panel = gr.skip() if _first(answer) == opened else reader(first_panel(service, answer))
        yield [*shown, whole], [*history, turn], panel, said([turn])

    return reply


def _first(answer: Answer) -> tuple[object, ...]:
    """What the panel shows of an answer: the place cited first, or nothing."""
    return tuple((c.doc_id, c.start, c.end) for c in answer.citations[:1])


def restorer(service: AskService) -> Callable[[str], Reply]:
    """The function that shows a conversation again which the browser kept.

    What the browser hands over is held against the documents first; an answer that no longer holds is replaced
    by a sentence that says so.
    """

    def restore(kept: str) -> Reply:
        """Messages, turns and panel of a kept conversation."""
        try:
            turns = [item.to_turn() for item in _KEPT.validate_json(kept)][-KEPT_TURNS:]
        except ValidationError:
            log.info("a kept conversation could not be read")
            turns = []
        checked = recheck(service, turns)
        messages: list[dict[str, Any]] = []
        for turn in checked:
            content = answer_message(turn.answer, service.trees) if turn.answer else notice_message(CHANGED)
            messages.append({"role": "user", "content": turn.question})
            messages.append(_message(content))
        held = [turn for turn in checked if turn.answer is not None]
        panel = (
            first_panel(service, held[-1].answer) if held and held[-1].answer else shelf(service.documents())
        )
        return messages, held, reader(panel), said(held)

    return restore


def first_panel(service: AskService, answer: Answer) -> str:
    """The panel of the best citation, or the shelf of documents when nothing is cited."""
    for citation in answer.citations[:1]:
        tree = service.trees.get(citation.doc_id)
        clause = tree.find(citation.clause_id) if tree else None
        if tree is not None and clause is not None:
            return clause_panel(tree, clause, (citation.start, citation.end))
    return shelf(service.documents())


def still_shown(turns: Sequence[Turn], shown: Sequence[dict[str, Any]]) -> list[Turn]:
    """The turns whose questions still stand in the chat, after an undo, a retry or a fresh start.

    Both run in the same order, so a turn is kept when its question comes next.
    """
    kept: list[Turn] = []
    waiting = [_text(message["content"]) for message in shown if message["role"] == "user"]
    for turn in turns:
        if waiting and turn.question.strip() in waiting:
            del waiting[: waiting.index(turn.question.strip()) + 1]
            kept.append(turn)
    return kept


def _message(content: str) -> dict[str, Any]:
    """What the chat says, as Gradio takes it."""
    return {"role": "assistant", "content": content}


def _text(content: Any) -> str:
    """A message's words; Gradio hands over a string or a list of typed parts."""
    if isinstance(content, str):
        return content.strip()
    if isinstance(content, list):
        return "".join(_text(part) for part in content).strip()
    if isinstance(content, dict):
        return str(content.get("text", "")).strip()
    return ""


def reader(panel: str) -> str:
    """The panel beside the chat; unlike any value before, so that it is drawn anew after clicks changed it."""
    return f'<div id="reader-root" data-turn="{uuid4().hex}">{panel}</div>'


def said(turns: Sequence[Turn]) -> str:
    """The turns as data for the page, which exports them and, if the reader wants that, keeps them."""
    rows = [{"question": turn.question, "answer": turn.answer.to_dict()} for turn in turns if turn.answer]
    return render("said.html", turns=json.dumps(rows, ensure_ascii=False))
