"""Pictures of the running application for the README: ``python -m bot.web.screenshots OUT_DIR``."""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from pydantic import SecretStr

from bot.web.access import Access, AccessSettings
from bot.web.contract import AskService
from bot.web.links import clause_address, clause_page
from bot.web.suggestions import example_questions
from ingest.add import completed_entry
from ingest.settings import IngestSettings
from ingest.staging import stage

#: A browser for pictures needs no network of its own.
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


#: Enough for flat areas and the edges of letters, and a third of the bytes.
_COLOURS = 128

#: Of no use to anybody: the application stops when the last picture is taken.
_PASSWORD = "for pictures only"

Show = Literal["first", "chat", "card", "why", "reader", "clause", "verify", "admin"]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: where it goes, how wide the window is, and what is shown.

    :ivar show: the first screen; an answer, with the card of its first number, with its explanation; the clause
        it cites in its document, or by itself; a text that was checked; a document that waits to be published.
    """

    name: str
    width: int
    height: int
    show: Show
    scheme: Literal["light", "dark"] = "light"


PICTURES = (
    Picture("chat.png", 1280, 800, "card"),
    Picture("chat-dark.png", 1280, 800, "chat", "dark"),
    Picture("chat-phone.png", 360, 740, "chat"),
    Picture("first-phone.png", 360, 740, "first"),
    Picture("why.png", 1280, 800, "why"),
    Picture("reader.png", 1280, 800, "reader"),
    Picture("reader-phone.png", 360, 740, "reader"),
    Picture("clause.png", 1280, 800, "clause"),
    Picture("verify.png", 1280, 800, "verify"),
    Picture("admin.png", 1280, 800, "admin"),
)


def find_browser() -> str | None:
    """The browser named by ``CHROMIUM``, else the first usual one on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)


def take(service: AskService, folder: Path, browser: str) -> list[Path]:
    """Serve the application on a free port and take every picture; gives the files written."""
    from playwright.sync_api import sync_playwright

    from bot.web.app import create_app

    questions = example_questions(service)
    if not questions:
        raise SystemExit("没有截图：这些文件里没有可以示范的问题。")
    access = Access(
        AccessSettings.model_construct(
            admin_password=SecretStr(_PASSWORD), session_secret=SecretStr(_PASSWORD)
        )
    )
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as index, sync_playwright() as playwright:
        # What waits to be published lies with the index; the real one is left alone.
        settings = IngestSettings(index_dir=Path(index))
        server, address = _serve(create_app(service, examples=questions, access=access, corpus=settings))
        try:
            chromium = playwright.chromium.launch(executable_path=browser, args=list(BROWSER_ARGUMENTS))
            files = [
                _take(chromium, address, service, questions[0], picture, folder, settings)
                for picture in PICTURES
            ]
            chromium.close()
        finally:
            server.should_exit = True
    return files


def _take(
    chromium: Any,
    address: str,
    service: AskService,
    question: str,
    picture: Picture,
    folder: Path,
    settings: IngestSettings,
) -> Path:
    context = chromium.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        locale="zh-CN",
    )
    page = context.new_page()
    if picture.show in ("reader", "clause"):
        best = service.ask(question).citations[0]
        address += (
            clause_address(best.doc_id, best.clause_id, best.start, best.end)
            if picture.show == "reader"
            else f"{clause_page(best.doc_id, best.clause_id)}&start={best.start}&end={best.end}"
        )
        page.goto(address)
        page.wait_for_selector("article mark")
    elif picture.show == "verify":
        page.goto(f"{address}/verify")
        page.fill("#f-text", _claims(service.ask(question).citations[0].quote))
        page.click("button[value=page]")
        page.wait_for_selector(".checked")
        page.evaluate("document.activeElement?.blur()")
    elif picture.show == "admin":
        page.goto(f"{address}/login?as=admin&next=/admin/staged/{_staged(service, settings)}")
        page.fill("#password", _PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".tree")
    else:
        page.goto(address)
        page.wait_for_selector("#talk .example")
        if picture.show != "first":
            _ask(page, picture.show)
    # Long enough for the fade-ins of the interface to end.
    page.wait_for_timeout(600)
    file = folder / picture.name
    page.screenshot(path=file)
    context.close()
    _shrink(file)
    return file


def _claims(quote: str) -> str:
    """A sentence that is borne out, one with another figure, and one that no document has."""
    numbers = list(re.finditer(r"\d+", quote))
    last = numbers[-1] if numbers else None
    changed = f"{quote[: last.start()]}{int(last[0]) + 5}{quote[last.end() :]}" if last else quote
    return f"{quote}。{changed}。各校每周开设两节机器人课。"


def _staged(service: AskService, settings: IngestSettings) -> str:
    """The id of the first document of the corpus, put in once more and not published."""
    meta = next(iter(service.trees.values())).meta
    data = (settings.corpus_dir / meta.path).read_bytes()
    return stage(
        settings,
        data,
        Path(meta.path).suffix,
        completed_entry(meta, {"doc_id": meta.doc_id}, source=meta.path),
    ).staged_id


def _ask(page: Any, show: Show) -> None:
    """Ask an example, and open what the picture is about."""
    examples = page.locator("#talk .example")
    # The first ones are found in the tables; how a question is searched is shown by one about measures.
    examples.nth(min(2, examples.count() - 1) if show == "why" else 0).click()
    page.wait_for_selector("#talk .option")
    page.wait_for_selector("#reader mark", state="attached")
    page.evaluate("document.activeElement?.blur()")
    page.mouse.move(0, 0)
    if show == "card":
        page.hover("#talk a.cite")
    if show == "why":
        page.click("#talk .why summary")
        page.evaluate("document.querySelector('#talk .why').scrollIntoView({block: 'start'})")


def _shrink(file: Path) -> None:
    from PIL import Image

    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(file, optimize=True)


def _serve(app: Any) -> tuple[Any, str]:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return server, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


def main(arguments: list[str]) -> int:
    """Command line; gives the exit status."""
    from bot.service import Service

    if len(arguments) != 1:
        print("用法：python -m bot.web.screenshots 输出文件夹", file=sys.stderr)
        return 2
    browser = find_browser()
    if browser is None:
        print(
            f"没有找到浏览器（找过：{'、'.join(_BROWSERS)}）。请安装一个，或用 CHROMIUM=路径 指明。",
            file=sys.stderr,
        )
        return 1
    service = Service.open()
    service.warm()
    for file in take(service, Path(arguments[0]), browser):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
