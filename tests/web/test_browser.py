"""The chat and the reader in a real browser: ask, read, open the citation, see the highlight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.web.app import create_app

from .conftest import make_service, serve_in_thread

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUESTION = "图书馆达标率要达到多少？"
FIRST_QUOTE = "到2027年，学校图书馆达标率达到90%"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def address(trees) -> Iterator[str]:
    yield from serve_in_thread(create_app(make_service(trees), examples=[QUESTION]))


@pytest.fixture(scope="module")
def browser(browser_path: str):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, address: str):
    """Opens a page and, at the end, holds every request of it to the host."""
    contexts, outside = [], []

    def opener(path: str = "/", *, viewport=None, **options):
        context = browser.new_context(viewport=viewport or DESK, locale="zh-CN", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()

        def note(request) -> None:
            if not request.url.startswith((address, "data:", "blob:")):
                outside.append(request.url)

        context.on("request", note)
        page.goto(address + path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert outside == []


def ask(page, question: str) -> None:
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer")


def width(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def test_ask_read_and_open_the_citation(open_page) -> None:
    page = open_page()
    ask(page, QUESTION)
    assert FIRST_QUOTE in page.inner_text("#talk .answer p")
    assert page.inner_text("#reader .panel-cited mark") == FIRST_QUOTE
    page.click("#talk a.cite >> text=[2]")
    page.wait_for_function("document.querySelector('#reader mark')?.textContent === '由区教育委员会牵头'")
    assert "二、（一）第1项" in page.inner_text("#reader h2")
    assert len(page.context.pages) == 1
    page.click("#reader a:has-text('在全文中阅读')")
    page.wait_for_selector("article mark")
    assert page.inner_text("article mark") == "由区教育委员会牵头"
    assert page.url.endswith("#2.1.1")


def test_the_panel_follows_the_answer_again_after_a_click_has_changed_it(open_page) -> None:
    page = open_page()
    ask(page, QUESTION)
    page.click("#talk a.source >> nth=1")
    page.wait_for_function("document.querySelector('#reader mark')?.textContent === '由区教育委员会牵头'")
    page.fill("#question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelector('#reader mark')?.textContent === '{FIRST_QUOTE}'")


def test_an_example_question_is_asked_by_a_click(open_page) -> None:
    page = open_page()
    page.click("#talk .example")
    page.wait_for_selector("#talk .answer a.cite")
    assert FIRST_QUOTE in page.inner_text("#talk .answer p")


def test_the_first_screen_names_the_documents_with_level_form_and_date(open_page) -> None:
    page = open_page()
    page.wait_for_selector("#reader .shelf")
    shelf = page.inner_text("#reader .shelf")
    assert all(words in shelf for words in ("示例区阅读推广方案", "区", "原件", "2026年3月8日", "摘编"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(open_page, scheme: str) -> None:
    page = open_page(viewport=PHONE, color_scheme=scheme)
    page.wait_for_selector("#question textarea")
    assert width(page) == 360
    ask(page, QUESTION)
    page.click("#talk a.source >> nth=0")
    page.wait_for_selector("#reader mark")
    page.wait_for_function("document.querySelector('#reader mark').getBoundingClientRect().top < innerHeight")
    assert width(page) == 360
    page.goto(page.url.rstrip("/") + "/doc/shili-2026-1#2.1.2")
    assert width(page) == 360
    assert not page.is_visible(".outline a")
    page.click(".outline summary")
    assert page.is_visible(".outline a")


def test_markup_in_a_question_or_a_document_is_not_obeyed(open_page) -> None:
    page = open_page()
    page.wait_for_selector("#question textarea")
    ask(page, "<img src=x onerror='window.broken=1'><script>window.broken=1</script>")
    page.fill("#question textarea", "晨读多久？")
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer a.cite")
    assert "<b>不得</b>" in page.inner_text("#talk .answer:has(a.cite) p >> nth=0")
    assert page.evaluate("window.broken") is None


def test_a_question_that_is_too_long_gets_a_sentence(open_page) -> None:
    page = open_page()
    page.wait_for_selector("#question textarea")
    ask(page, "很长" * 2000)
    assert "太长了" in page.inner_text("#talk .answer")


def test_a_failure_inside_is_a_sentence_and_the_chat_goes_on(open_page) -> None:
    page = open_page()
    page.wait_for_selector("#question textarea")
    ask(page, "请出错")
    assert "没有答成" in page.inner_text("#talk .answer")
    page.fill("#question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer a.cite")


def test_the_reader_page_works_without_script(open_page, trees) -> None:
    start = trees["shili-2026-1"].doc.text.index(FIRST_QUOTE)
    page = open_page(
        f"/doc/shili-2026-1?start={start}&end={start + len(FIRST_QUOTE)}#2.1.1", java_script_enabled=False
    )
    assert page.inner_text("article mark") == FIRST_QUOTE
    assert page.is_visible("article mark") and page.is_visible(".outline a")


def test_a_keyboard_reaches_the_question_and_the_citations(open_page) -> None:
    page = open_page()
    page.wait_for_function("document.activeElement?.matches('#question textarea')")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk a.cite")
    page.focus("#talk a.cite >> nth=1")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#reader mark')?.textContent === '由区教育委员会牵头'")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.get_attribute("#question textarea", "aria-label") == "问题"
