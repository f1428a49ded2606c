"""The web application: REST, reader pages and chat, in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from bot.feedback import DEFAULT_FILE, FeedbackFile
from bot.web.access import Access, Identity, visitor
from bot.web.admin import admin_routes
from bot.web.api_page import api_page_routes
from bot.web.contract import AskService
from bot.web.desk import KEPT, Desk
from bot.web.errors import add_error_answers, add_unknown_answer
from bot.web.export_rest import export_routes
from bot.web.feedback import feedback_routes
from bot.web.first_screen import FirstScreen
from bot.web.gate import Gate
from bot.web.guard import Guard, Names
from bot.web.login_page import login_routes
from bot.web.mcp_server import mount_mcp
from bot.web.metrics import Metrics, metrics_routes
from bot.web.observe import Observe
from bot.web.openai_routes import openai_routes
from bot.web.openapi import describe
from bot.web.pages import reader_routes
from bot.web.rate import Buckets, RateLimit
from bot.web.rest import rest_routes
from bot.web.suggestions import example_questions
from bot.web.table_data import TableSource
from bot.web.table_pages import table_page_routes
from bot.web.table_rest import table_routes
from bot.web.templating import STATIC_DIR, render
from bot.web.verify_page import verify_routes
from bot.web.workers import Workers
from ingest.settings import IngestSettings, get_settings


def create_app(
    service: AskService,
    *,
    workers: Workers | None = None,
    examples: Sequence[str] | None = None,
    feedback_file: Path = DEFAULT_FILE,
    access: Access | None = None,
    names: Names | None = None,
    buckets: Buckets | None = None,
    remembered: int = KEPT,
    corpus: IngestSettings | None = None,
    follow: Callable[[], None] | None = None,
) -> FastAPI:
    """The application on top of a service that is ready to answer.

    :param workers: processes that answer beside the service.
    :param examples: questions for the first screen; None makes them from the documents and tries each.
    :param feedback_file: where readers' judgements of answers go, one JSON object a line.
    :param access: who may come in; None lets everybody in.
    :param names: under which names the service may be addressed; None takes any.
    :param buckets: how often one client may ask; None sets no limit.
    :param remembered: how many answers are kept to be given again.
    :param corpus: what the administrator works on; None takes the settings of this process.
    :param follow: makes the service answer from the index as it is now, after the administrator has changed it.
    """
    import gradio as gr

    from bot.web.chat import build_chat
    from bot.web.theme import build_theme

    app = FastAPI(
        title="政策条款问答",
        description="依据政策文件的条款作答，每个答案都带有条款编号和逐字的引文。",
        docs_url=None,
        redoc_url=None,
    )
    app.state.access = access = access or Access()
    metrics = Metrics()
    service = Desk(service, metrics, workers=workers, kept=remembered)
    tables = TableSource(service)
    app.include_router(login_routes(access))
    app.include_router(rest_routes(service))
    app.include_router(openai_routes(service))
    app.include_router(export_routes(service))
    app.include_router(table_routes(tables))
    app.include_router(feedback_routes(FeedbackFile.at(feedback_file)))
    app.include_router(metrics_routes(metrics))
    app.include_router(reader_routes(service, tables))
    app.include_router(table_page_routes(tables))
    app.include_router(verify_routes(service))
    app.include_router(admin_routes(service, corpus or get_settings(), follow=follow or (lambda: None)))
    app.include_router(api_page_routes(app))
    mount_mcp(app, service, tables)
    app.mount("/site", StaticFiles(directory=STATIC_DIR), name="site")
    add_error_answers(app)
    describe(app)
    # The bar of the chat is drawn once and for everybody (where people sign in, whoever sees it has); the page's script
    # then asks for the visitor's own.
    shown = visitor.set(Identity("已登录", "user", "session") if access.signs_in else None)
    blocks, draw = build_chat(
        service, examples=lambda: example_questions(service) if examples is None else examples
    )
    visitor.reset(shown)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=build_theme(),
        css_paths=[STATIC_DIR / "chat.css"],
        head=render("head.html"),
        favicon_path=str(STATIC_DIR / "icon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        allowed_paths=[],
        max_file_size="1kb",
    )
    # Gradio stands behind every route of ours, so an address that nobody knows ends with it.
    add_unknown_answer(mounted.routes[-1].app)  # type: ignore[attr-defined]
    # The one added last stands outermost.
    mounted.add_middleware(FirstScreen, service=service, draw=draw)
    if buckets is not None:
        mounted.add_middleware(RateLimit, buckets=buckets)
    mounted.add_middleware(Gate, access=access)
    mounted.add_middleware(Guard, names=names)
    mounted.add_middleware(Observe, metrics=metrics)
    return mounted
