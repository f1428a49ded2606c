"""A conversation in a real browser: growing answers, stop, retry, cards, files, paper, and what is kept."""

from __future__ import annotations

import io
import json

import pytest
from docx import Document

from .conftest import DESK, FIRST_QUOTE, PHONE, QUESTION, SLOW_QUESTION, FakeService, ask, serious

pytestmark = pytest.mark.browser

SECOND_QUOTE = "由区教育委员会牵头"
DIGEST_QUESTION = "人均藏书多少册？"


@pytest.fixture
def page(open_page):
    page = open_page()
    page.wait_for_selector("#question textarea")
    return page


def button(page, name: str):
    return page.locator(f"#talk button[aria-label='{name}']").last


def messages(page) -> list[str]:
    return page.locator("#talk .answer > p:first-child").all_inner_texts()


def test_an_answer_grows_in_its_place_and_the_panel_stays_where_the_reader_put_it(page, served) -> None:
    served.gate.clear()
    ask(page, SLOW_QUESTION)
    assert page.is_visible("#talk .growing-now") and not page.is_visible("#talk .growing-cut")
    assert messages(page) == [f"{FIRST_QUOTE}。[1]"]
    page.click("#reader .neighbour-label >> nth=1")
    page.wait_for_function("document.querySelector('#reader h2').textContent.includes('第2项')")
    served.gate.set()
    page.wait_for_selector("#talk a.cite >> text=[2]")
    page.wait_for_selector("#talk .growing", state="detached")
    assert messages(page) == [f"{FIRST_QUOTE}。[1]每天晨读不少于20分钟。[2]"]
    assert "第2项" in page.inner_text("#reader h2")


def test_a_question_takes_two_requests_and_stands_there_before_either_is_answered(page) -> None:
    asked, held = [], []
    page.on(
        "request", lambda request: asked.append(request.url.partition("/gradio_api")[2].partition("?")[0])
    )
    page.route("**/gradio_api/queue/join*", lambda route: held.append(route))
    page.fill("#question textarea", QUESTION)
    with page.expect_request("**/gradio_api/queue/join*"):
        page.keyboard.press("Enter")
    page.wait_for_selector("#question .stop-button")
    assert page.inner_text("#talk .user-row").strip() == QUESTION
    assert page.input_value("#question textarea") == "" and not page.is_editable("#question textarea")
    held[0].continue_()
    page.wait_for_selector("#question .submit-button")
    assert page.is_visible("#talk .answer") and page.is_editable("#question textarea")
    assert asked == ["/queue/join", "/queue/data"]


def test_stop_ends_the_writing_and_what_was_written_stays_with_its_citation(
    page, served: FakeService
) -> None:
    served.gate.clear()
    served.closed.clear()
    ask(page, SLOW_QUESTION)
    page.click("#question .stop-button")
    assert served.closed.wait(10)
    page.wait_for_selector("#question .submit-button")
    assert page.is_visible("#talk .growing-cut") and not page.is_visible("#talk .growing-now")
    assert messages(page) == [f"{FIRST_QUOTE}。[1]"]
    page.click("#talk a.cite")
    page.wait_for_function(f"document.querySelector('#reader mark')?.textContent === '{FIRST_QUOTE}'")
    page.fill("#question textarea", DIGEST_QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer >> nth=1")
    question, history = served.asked[-1] if served.asked[-1][0] == DIGEST_QUESTION else served.asked[-2]
    assert question == DIGEST_QUESTION
    assert [turn.question for turn in history] == [SLOW_QUESTION]


def test_retry_and_undo_leave_each_citation_with_its_own_message(page, served: FakeService) -> None:
    ask(page, DIGEST_QUESTION)
    page.fill("#question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer >> nth=1")
    button(page, "重试").click()
    page.wait_for_function("document.querySelectorAll('#talk .answer').length === 2")
    page.wait_for_selector("#question .submit-button")
    page.wait_for_function(
        "document.querySelectorAll('#talk .answer')[1]?.querySelectorAll('a.cite').length === 2"
    )
    history = next(earlier for asked, earlier in reversed(served.asked) if asked == QUESTION)
    assert [turn.question for turn in history] == [DIGEST_QUESTION]
    page.locator("#talk .answer").last.locator("a.cite").last.click()
    page.wait_for_function(f"document.querySelector('#reader mark')?.textContent === '{SECOND_QUOTE}'")
    page.locator("#talk .answer").first.locator("a.cite").click()
    page.wait_for_function("document.querySelector('#reader mark')?.textContent.includes('人均藏书')")
    button(page, "撤销").click()
    page.wait_for_function("document.querySelectorAll('#talk .answer').length === 1")
    assert messages(page) == ["到2030年，人均藏书达到30册。[1]"]


def test_a_pointer_on_a_number_shows_label_and_quote_and_a_click_opens_the_reader(page) -> None:
    ask(page, QUESTION)
    page.hover("#talk a.cite >> text=[2]")
    page.wait_for_selector("#cite-card:visible")
    assert page.inner_text("#cite-card .card-quote") == SECOND_QUOTE
    assert "二、（一）第1项" in page.inner_text("#cite-card .card-label")
    page.keyboard.press("Escape")
    page.wait_for_selector("#cite-card", state="hidden")
    page.hover("#talk a.cite >> text=[1]")
    page.hover("#talk a.cite >> text=[2]")
    page.click("#cite-card")
    page.wait_for_function(f"document.querySelector('#reader mark')?.textContent === '{SECOND_QUOTE}'")


def test_a_finger_sees_the_card_first_and_opens_the_reader_from_it(open_page) -> None:
    page = open_page(viewport=PHONE, has_touch=True)
    page.wait_for_selector("#question textarea")
    ask(page, QUESTION)
    page.tap("#talk a.cite >> text=[2]")
    page.wait_for_selector("#cite-card:visible")
    box = page.locator("#cite-card").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    assert page.inner_text("#reader mark") == FIRST_QUOTE
    page.tap("#cite-card")
    page.wait_for_function(f"document.querySelector('#reader mark')?.textContent === '{SECOND_QUOTE}'")
    assert not page.is_visible("#cite-card")


def test_the_keyboard_goes_to_the_panel_and_back(page) -> None:
    ask(page, QUESTION)
    page.wait_for_selector("#question .submit-button")
    page.focus("#talk a.cite >> text=[1]")
    page.keyboard.press("Tab")
    page.wait_for_selector("#cite-card:visible")
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "cite-card"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('#reader .panel-heading')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "[2]"


def test_nothing_is_kept_unless_it_is_wanted(page) -> None:
    ask(page, QUESTION)
    assert not page.is_checked("#keep")
    assert page.evaluate("localStorage.getItem('policy-chat-turns')") is None
    page.reload()
    page.wait_for_selector("#question textarea")
    assert page.locator("#talk .answer").count() == 0


def test_a_kept_conversation_comes_back_with_working_citations_and_goes_when_it_is_switched_off(
    page, served: FakeService
) -> None:
    page.check("#keep")
    ask(page, QUESTION)
    page.wait_for_function("localStorage.getItem('policy-chat-turns')?.includes('由区教育委员会牵头')")
    page.reload()
    page.wait_for_selector("#talk .answer a.cite")
    assert page.is_checked("#keep")
    page.click("#talk a.cite >> text=[2]")
    page.wait_for_function(f"document.querySelector('#reader mark')?.textContent === '{SECOND_QUOTE}'")
    page.fill("#question textarea", DIGEST_QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer >> nth=1")
    history = next(earlier for asked, earlier in reversed(served.asked) if asked == DIGEST_QUESTION)
    assert [(turn.question, turn.answer.citations[1].quote) for turn in history] == [(QUESTION, SECOND_QUOTE)]
    page.uncheck("#keep")
    # Gradio keeps a key of its own, which holds nothing of the conversation.
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('policy-chat'))") == []
    assert QUESTION not in page.evaluate("JSON.stringify(localStorage)")


def test_clearing_the_conversation_clears_what_was_kept(page) -> None:
    page.check("#keep")
    ask(page, QUESTION)
    page.wait_for_function("localStorage.getItem('policy-chat-turns')")
    page.click("#tools .start-over")
    page.wait_for_function("localStorage.getItem('policy-chat-turns') === null")


def test_a_kept_answer_that_was_tampered_with_is_not_shown(page) -> None:
    page.check("#keep")
    ask(page, QUESTION)
    page.wait_for_function("localStorage.getItem('policy-chat-turns')")
    chat = page.url
    # On another page of the same site, where the chat's script does not save over it.
    page.goto(chat + "doc")
    page.evaluate(
        "localStorage.setItem('policy-chat-turns', localStorage.getItem('policy-chat-turns').replaceAll('90%', '10%'))"
    )
    page.goto(chat)
    page.wait_for_selector("#talk .answer")
    assert "对不上" in page.inner_text("#talk .answer") and "10%" not in page.inner_text("#talk .answer")


def test_answers_are_taken_along_as_word_and_markdown(page) -> None:
    ask(page, DIGEST_QUESTION)
    page.fill("#question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#talk .answer >> nth=1")
    page.wait_for_selector("#question .submit-button")
    with page.expect_download() as download:
        page.click(".take-all >> text=Word")
    assert download.value.suggested_filename.endswith(".docx")
    whole = Document(io.BytesIO(download.value.path().read_bytes()))
    text = "\n".join(paragraph.text for paragraph in whole.paragraphs)
    assert DIGEST_QUESTION in text and QUESTION in text and "（摘编，非官方文本）" in text
    with page.expect_download() as download:
        page.locator("#talk .take-markdown").last.click()
    one = download.value.path().read_text(encoding="utf-8")
    assert f"《示例区阅读推广方案》（示例府发〔2026〕1号）二、（一）第1项：“{FIRST_QUOTE}”" in one
    assert DIGEST_QUESTION not in one


def test_paper_gets_the_answer_its_sources_the_day_and_the_documents_and_no_buttons(page) -> None:
    ask(page, QUESTION)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for seen in ("#talk .answer a.cite", "#talk .source-quote", ".print-foot"):
        assert page.is_visible(seen), seen
    for unseen in ("#bar", "#side", "#question", "#talk .answer-tools", "#tools .tools", "#talk .option"):
        assert not page.is_visible(unseen), unseen
    sources, foot_box = (page.locator(part).bounding_box() for part in ("#talk .sources", ".print-foot"))
    assert foot_box["y"] >= sources["y"] + sources["height"]
    foot = page.inner_text(".print-foot")
    assert (
        "示例府发〔2026〕1号" in foot
        and "摘编，不是官方文本" in foot
        and "年" in page.inner_text(".print-day")
    )


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_an_accessibility_check_finds_nothing_serious_in_what_opens(open_page, viewport: dict) -> None:
    page = open_page(viewport=viewport, bypass_csp=True)
    page.wait_for_selector("#question textarea")
    page.check("#keep")
    ask(page, QUESTION)
    page.wait_for_selector("#question .submit-button")
    page.click("#talk .judge-wrong")
    page.hover("#talk a.cite >> text=[1]")
    page.wait_for_selector("#cite-card:visible")
    assert serious(page) == []
    assert json.loads(page.evaluate("localStorage.getItem('policy-chat-turns')"))[0]["question"] == QUESTION
