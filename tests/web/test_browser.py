"""The chat and the reader in a real browser: ask, read, open the citation, see the highlight."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import DESK, FIRST_QUOTE, PHONE, QUESTION, ask, serious

pytestmark = pytest.mark.browser


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


def test_earlier_turns_go_with_a_question_until_the_chat_is_cleared(open_page, served) -> None:
    page = open_page()
    page.wait_for_selector("#question textarea")
    ask(page, QUESTION)
    page.fill("#question textarea", "由谁负责？")
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer.is-abstained")
    question, history = served.asked[-1]
    assert question == "由谁负责？"
    assert [(turn.question, turn.answer.status) for turn in history] == [(QUESTION, "answered")]
    page.click("#tools .start-over")
    page.wait_for_selector("#talk .example")
    ask(page, "人均藏书多少册？")
    assert ("人均藏书多少册？", ()) in served.asked


def test_no_button_speaks_english_whatever_language_the_browser_has(open_page) -> None:
    page = open_page(locale="en-US")
    ask(page, QUESTION)
    page.wait_for_selector("#talk .icon-button[title='重试']")
    titles = page.evaluate(
        "[...document.querySelectorAll('#chat button')].filter((b) => b.offsetParent).map((b) => b.title || b.innerText)"
    )
    assert {"重试", "撤销", "新对话", "打印"} <= set(titles)
    # Names of formats are the same in every language.
    assert not [title for title in titles if title.isascii() and title not in ("Word", "Markdown")]
    assert page.get_attribute("#question textarea", "placeholder") == "输入问题，按回车提问"


def test_nothing_lies_over_the_words_of_a_conversation(open_page) -> None:
    page = open_page()
    for number in range(3):
        page.fill("#question textarea", QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#talk .answer >> nth={number}")
        page.wait_for_selector("#question .submit-button")
    covered = page.evaluate(
        """() => {
          const talk = document.querySelector("#talk").getBoundingClientRect();
          const step = 8;
          const over = [];
          for (let y = talk.top + step; y < talk.bottom; y += step)
            for (let x = talk.left + step; x < talk.right; x += step) {
              const stack = document.elementsFromPoint(x, y);
              const words = stack.findIndex((part) => part.matches?.(".answer p, .answer .source"));
              if (words > 0 && stack.slice(0, words).some((part) => !part.closest(".answer"))) over.push([x, y]);
            }
          return over;
        }"""
    )
    assert covered == []


def test_a_long_question_does_not_push_its_answer_out_of_sight(open_page) -> None:
    page = open_page(viewport=PHONE)
    page.wait_for_selector("#question textarea")
    ask(page, "很长" * 2000)
    page.wait_for_function(
        "document.querySelector('#talk .answer').getBoundingClientRect().bottom < innerHeight"
    )


def test_a_suggested_question_is_asked_by_a_click(open_page) -> None:
    page = open_page()
    page.wait_for_selector("#question textarea")
    ask(page, QUESTION)
    page.click("#talk .option >> text=推动晨读有哪些措施？")
    page.wait_for_function("document.querySelector('#reader mark')?.textContent.startsWith('每天晨读')")


def test_the_answer_is_copied_as_plain_text_with_its_citations(open_page) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.wait_for_selector("#question textarea")
    ask(page, "人均藏书多少册？")
    page.click("#talk .copy-answer")
    page.wait_for_selector("#talk .copy-answer:has-text('已复制')")
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == [
        "到2030年，人均藏书达到30册。[1]",
        "[1] 《示例市阅读规划》一、第1段（摘编）：“到2030年，人均藏书达到30册”",
    ]


def test_a_wrong_citation_can_be_reported(open_page, judgements: Path) -> None:
    page = open_page()
    page.wait_for_selector("#question textarea")
    ask(page, "人均藏书多少册？")
    page.click("#talk .judge >> text=引用有误")
    page.fill("#talk .judge-form input", "应当引用原文")
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer-tools [role=status]")
    row = json.loads(judgements.read_text(encoding="utf-8").splitlines()[-1])
    assert (row["verdict"], row["question"]) == ("citation_wrong", "人均藏书多少册？")
    assert row["note"] == "应当引用原文"
    assert row["citations"][0].startswith("/doc/shili-digest?start=")


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_an_accessibility_check_finds_nothing_serious(open_page, scheme: str, viewport: dict) -> None:
    page = open_page(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    page.wait_for_selector("#talk .examples[role=group]")
    found = serious(page)
    ask(page, QUESTION)
    page.click("#talk .why summary")
    found += serious(page)
    base = page.url.rstrip("/")
    pages = (
        "/doc",
        "/doc/shili-2026-1?q=晨读",
        "/doc/shili-digest",
        "/doc/shili-2026-1?clause=2.1.1",
        "/docs",
        "/login",
        "/doc/none",
        "/nothing-here",
    )
    for path in pages:
        page.goto(base + path)
        found += serious(page)
    assert found == []
