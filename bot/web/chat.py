"""The chat page: questions on one side, the cited clause in its document on the other."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from bot.schema import Answer, Turn
from bot.web.contract import HISTORY_LIMIT, AskService, too_long
from bot.web.follow_ups import FollowUps
from bot.web.messages import answer_message, notice_message
from bot.web.reading import clause_panel, shelf
from bot.web.templating import render

TITLE = "政策条款问答"
FAILED = "系统内部出错，这个问题没有答成。请稍后再试；管理员可以在服务的日志里看到原因。"
#: Questions answered at the same moment; answering holds no lock, so this bounds memory, not correctness.
CONCURRENCY = 16
#: Questions that wait; more get a friendly refusal from the queue.
QUEUE = 200

log = logging.getLogger(__name__)

Reply = tuple[str | dict[str, Any], list[Turn], str]


def build_chat(service: AskService, *, examples: Sequence[str] = ()) -> Any:
    """The Gradio Blocks of the chat page.

    :param examples: questions to click on the first screen; the caller knows that they have answers.
    """
    import gradio as gr

    bare = {"padding": False, "js_on_load": None, "apply_default_css": False}
    reader = gr.HTML(_reader(shelf(service.documents())), elem_id="reader", render=False, **bare)
    welcome = re.sub(r"\n\s*", " ", render("welcome.html", documents=service.documents()))
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True, fill_width=True) as blocks:
        gr.HTML(render("bar.html"), elem_id="bar", **bare)
        turns = gr.State(list[Turn]())
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="chat", scale=3, min_width=0):
                gr.ChatInterface(
                    _replier(service),
                    chatbot=gr.Chatbot(
                        elem_id="talk",
                        show_label=False,
                        label="对话",
                        placeholder=welcome,
                        buttons=[],
                        feedback_options=None,
                        latex_delimiters=[],
                        layout="panel",
                        autoscroll=False,
                        height="auto",
                        allow_tags=False,
                        sanitize_html=True,
                    ),
                    textbox=gr.Textbox(
                        elem_id="question",
                        label="问题",
                        show_label=False,
                        placeholder="输入问题，按回车提问",
                        max_lines=5,
                        submit_btn="提问",
                        stop_btn="停止",
                        autofocus=False,
                        html_attributes=gr.InputHTMLAttributes(lang="zh-CN", spellcheck=False),
                    ),
                    additional_inputs=[turns],
                    additional_outputs=[turns, reader],
                    examples=[[question] for question in examples] or None,
                    cache_examples=False,
                    flagging_mode="never",
                    analytics_enabled=False,
                    concurrency_limit=CONCURRENCY,
                    api_visibility="private",
                    autofocus=False,
                    autoscroll=False,
                    show_progress="hidden",
                    fill_height=True,
                )
            with gr.Column(elem_id="side", scale=2, min_width=0):
                reader.render()
    blocks.queue(default_concurrency_limit=CONCURRENCY, max_size=QUEUE, api_open=False)
    return blocks


def _replier(service: AskService) -> Callable[[str, list[dict[str, Any]], list[Turn]], Reply]:
    follow_ups = FollowUps(service)

    def reply(question: str, shown: list[dict[str, Any]], turns: list[Turn]) -> Reply:
        """One turn of the chat: the message, the turns so far, and the panel."""
        refusal = too_long(question)
        if refusal is not None:
            return notice_message(refusal), turns, _reader(shelf(service.documents()))
        history = still_shown(turns, shown)
        try:
            answer = service.ask(question, history[-HISTORY_LIMIT:])
        except Exception:
            log.exception("a question of %d characters failed", len(question))
            return notice_message(FAILED), turns, _reader(shelf(service.documents()))
        turns = [*history, Turn(question, answer)]
        message: dict[str, Any] = {"role": "assistant", "content": answer_message(answer, service.trees)}
        if further := follow_ups.after(answer):
            message["options"] = [{"value": question} for question in further]
        return message, turns, _reader(first_panel(service, answer))

    return reply


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


def _text(content: Any) -> str:
    """A message's words; Gradio hands over a string or a list of typed parts."""
    if isinstance(content, str):
        return content.strip()
    if isinstance(content, list):
        return "".join(_text(part) for part in content).strip()
    if isinstance(content, dict):
        return str(content.get("text", "")).strip()
    return ""


def _reader(panel: str) -> str:
    # Unlike any value before, so that the panel is drawn anew after a click has changed it in the browser.
    return f'<div id="reader-root" data-turn="{uuid4().hex}">{panel}</div>'
