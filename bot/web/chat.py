"""The chat page: questions on one side, the cited clause in its document on the other."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bot.schema import Turn
from bot.web.contract import AskService
from bot.web.follow_ups import FollowUps
from bot.web.reading import shelf
from bot.web.replies import reader, replier, restorer
from bot.web.templating import render

TITLE = "政策条款问答"
#: Questions answered at the same moment; answering holds no lock, so this bounds memory, not correctness.
CONCURRENCY = 16
#: Questions that wait; more get a friendly refusal from the queue.
QUEUE = 200
#: How often those who wait are told their place, in seconds.
_TELL_EVERY = 10.0


def build_chat(
    service: AskService, *, examples: Callable[[], Sequence[str]]
) -> tuple[Any, Callable[[], None]]:
    """The Gradio Blocks of the chat page, and what draws its first screen from the documents as they are now.

    :param examples: gives questions to click on the first screen; it knows that they have answers.
    """
    import gradio as gr

    follow_ups = FollowUps(service)
    bare: dict[str, Any] = {"padding": False, "js_on_load": None, "apply_default_css": False}
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    panel = gr.HTML(elem_id="reader", render=False, **bare)
    tools = gr.HTML(elem_id="tools", render=False, **bare)
    # Read by the page's script, which exports the answers in it; never shown.
    said = gr.HTML("", elem_id="said", render=False, visible="hidden", **bare)
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True, fill_width=True) as blocks:
        gr.HTML(render("bar.html"), elem_id="bar", **bare)
        turns = gr.State(list[Turn]())
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="chat", scale=3, min_width=0):
                with gr.Column():
                    talk = gr.Chatbot(
                        elem_id="talk",
                        show_label=False,
                        label="对话",
                        buttons=[],
                        feedback_options=None,
                        latex_delimiters=[],
                        layout="panel",
                        autoscroll=False,
                        height="auto",
                        allow_tags=False,
                        sanitize_html=True,
                    )
                    with gr.Group():
                        box = gr.Textbox(
                            elem_id="question",
                            label="问题",
                            show_label=False,
                            placeholder="输入问题，按回车提问",
                            max_lines=5,
                            submit_btn="提问",
                            autofocus=False,
                            html_attributes=gr.InputHTMLAttributes(lang="zh-CN", spellcheck=False),
                        )
                tools.render()
            with gr.Column(elem_id="side", scale=2, min_width=0):
                panel.render()
        said.render()
        # What needs no answer is done by the page's script alone: a question costs one event of the queue.
        asked = box.submit(None, [box, talk], [box, talk], js=_step("ask"), **quiet)
        again = talk.retry(None, [talk], [box, talk], js=_step("again"), **quiet)
        answers = [
            step.then(
                replier(service, follow_ups),
                [talk, turns],
                [talk, turns, panel, said],
                concurrency_limit=CONCURRENCY,
                **quiet,
            )
            for step in (asked, again)
        ]
        for answer in answers:
            answer.then(None, None, [box], js=_step("end"), **quiet)
        box.stop(None, None, None, cancels=answers, **quiet)
        talk.undo(None, [talk], [box, talk], js=_step("undo"), **quiet)
        kept = gr.Textbox(visible="hidden", elem_id="kept")
        # Pressed by the page's script where this browser has kept a conversation.
        gr.Button(visible="hidden", elem_id="restore").click(
            restorer(service),
            [kept],
            [talk, turns, panel, said],
            js="() => window.keptConversation()",
            **quiet,
        )
    # Read when the queue is made. Gradio would sum up all its events anew after each of them, for a page of statistics
    # that is not served (``enable_monitoring``).
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
    if importlib.util.find_spec("matplotlib") is None:
        # Gradio imports it twice a step; this tells at once that it is not there, without a look into every folder.
        sys.modules["matplotlib"] = None  # type: ignore[assignment]
    # Nobody is shown their place in the queue; told of each move, those who wait would cost more than an answer.
    blocks.queue(
        default_concurrency_limit=CONCURRENCY, max_size=QUEUE, api_open=False, status_update_rate=_TELL_EVERY
    )

    def draw() -> None:
        documents = service.documents()
        welcome = render("welcome.html", documents=documents)
        talk.placeholder = re.sub(r"\n\s*", " ", welcome)
        # Clicked examples are asked by the page's own script, as typed questions are.
        talk.examples = [{"text": question} for question in examples()]
        panel.value = reader(shelf(documents))
        tools.value = render("chat_tools.html", documents=documents)
        follow_ups.prepare()
        # What every page is made from.
        blocks.config = blocks.get_config_file()

    draw()
    return blocks, draw


def _step(name: str) -> str:
    """The script of a step that the page does by itself; ``static/chat.js`` has them."""
    return f"(...given) => window.chatSteps.{name}(...given)"
