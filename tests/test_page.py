"""The page in a real browser, over a real server: what a person sees, hears and can do.

With RAGQA_SCREENSHOTS=1 the screenshots of the README are made anew.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

from ragqa.engine import index
from serving import wait_until_ready
from support import ROOT, environment

pytestmark = pytest.mark.slow

SCREENSHOTS = ROOT / "tests" / "screenshots"
PATIENCE = 60_000  # milliseconds: the machine may be at work
VEHICLES = "How many vehicles crossed the Harrow Street Bridge on a working day?"
UNRELATED = (
    "What is the boiling point of tungsten?",
    "Who composed the opera Rigoletto?",
    "Which team won the ice hockey final?",
    "How tall is the tallest giraffe in the zoo?",
)
HOSTILE_NAME = "<img src=x onerror=ragqaHacked(4)>.md"
HOSTILE = """---
title: "</h4><script>ragqaHacked(1)</script><img src=x onerror=ragqaHacked(2)>"
source: "<style>*{display:none!important}</style>{{constructor}}${ragqaHacked(3)}"
url: "javascript:ragqaHacked(5)"
date: 2024-02-02
---
# Zorbex plant

The Zorbex plant in Quillon made <script>ragqaHacked(6)</script> 4,312 tonnes of felt last year.

It is run by <b onclick="ragqaHacked(7)">Hedda Marlowe</b>, who came to Quillon in 2011.
"""


expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        if not found and not Path(playwright.chromium.executable_path).exists():
            pytest.fail("there is no Chromium; install one with: make browser")
        with playwright.chromium.launch(executable_path=found, args=["--no-sandbox"]) as opened:
            yield opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server, a process of its own, over the demonstration corpus."""
    folder = tmp_path_factory.mktemp("page") / "index"
    index([ROOT / "corpus"], folder)
    with process(folder) as address:
        yield address


class process:
    """`ragqa app` over an index, on a port of its choice."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "ragqa", "app", "--index", str(folder), "--port", "0"]
        self._running = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
        )

    def __enter__(self) -> str:
        assert self._running.stderr is not None
        said = self._running.stderr.readline()
        assert "http://" in said, said + self._running.stderr.read()
        address = said[said.index("http://") :].split()[0].rstrip("/")
        wait_until_ready(address)
        return address

    def __exit__(self, *_: object) -> None:
        self._running.send_signal(signal.SIGTERM)
        try:
            self._running.communicate(timeout=30)
        finally:
            self._running.kill()


class Visit:
    """One person at the page; what the page may not do is recorded."""

    def __init__(self, browser: Browser, address: str, path: str = "/", **context: object) -> None:
        given = {"viewport": {"width": 1280, "height": 900}} | context
        self._context = browser.new_context(**given)  # type: ignore[arg-type]
        self._context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.address = address
        self.foreign: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", self._requested)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.add_init_script("window.hacked = []; window.ragqaHacked = n => hacked.push(n)")
        self.page.goto(address + path)
        self.page.wait_for_selector("#question textarea")
        expect(self.page.locator("#info")).to_contain_text("articles")

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        assert not self.foreign
        assert not self.wrong
        assert self.page.evaluate("window.hacked") == []
        self._context.close()

    def _requested(self, request: object) -> None:
        parts = urlsplit(request.url)  # type: ignore[attr-defined]
        if parts.scheme not in {"data", "blob", "about"} and (
            f"{parts.scheme}://{parts.netloc}" != self.address
        ):
            self.foreign.append(request.url)  # type: ignore[attr-defined]

    @property
    def box(self) -> Locator:
        return self.page.locator("#question textarea")

    def ask(self, question: str) -> Locator:
        """Ask by the keyboard; return the card of what comes back."""
        run = self._run()
        self.box.fill(question)
        self.box.press("Enter")
        self.page.wait_for_function(
            "run => document.querySelector('[data-run]')?.dataset.run !== run && "
            "document.querySelector('[data-run]')",
            arg=run,
        )
        return self.page.locator(".answer")

    def _run(self) -> str | None:
        return self.page.evaluate("document.querySelector('[data-run]')?.dataset.run")

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def open_articles(self) -> None:
        self.tab("Articles")
        self.page.wait_for_selector("#articles-table table")

    def upload(self, *files: dict[str, object]) -> Locator:
        """Add files; return their results when all are done."""
        self.open_articles()
        self.page.locator("#upload input[type=file]").set_input_files(list(files))  # type: ignore[arg-type]
        done = self.page.locator("#results [data-working=no]")
        done.wait_for()
        return self.page.locator("#results .result")

    def remove(self, words: str) -> None:
        self.open_articles()
        self.page.locator("#article-words").fill(words)
        expect(self.page.locator("#articles-table tbody tr")).to_have_count(1)
        self.page.locator("#articles-table [data-choose]").check()
        self.page.locator("#remove").click()
        expect(self.page.locator("#articles-said")).to_contain_text("removed")

    def focus(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))

    def shoot(self, name: str) -> None:
        if os.environ.get("RAGQA_SCREENSHOTS"):
            SCREENSHOTS.mkdir(exist_ok=True)
            self.page.wait_for_timeout(300)
            self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Visit]]:
    opened: list[Visit] = []

    def open_page(path: str = "/", **context: object) -> Visit:
        opened.append(Visit(browser, server, path, **context))
        return opened[-1]

    yield open_page
    for each in opened:
        each.__exit__()


def refused_question(server: str) -> str:
    """A question that this server's models refuse."""
    for question in UNRELATED:
        answer = httpx.post(f"{server}/api/ask", json={"question": question}, timeout=60).json()
        if not answer["answered"]:
            return question
    pytest.skip("the models at hand refuse none of these questions")


def file(name: str, content: str | bytes) -> dict[str, object]:
    raw = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimeType": "application/octet-stream", "buffer": raw}


def test_an_answer_says_who_differs_and_a_citation_opens_at_its_words(
    visit: Callable[..., Visit],
) -> None:
    here = visit()
    page = here.page
    card = here.ask(VEHICLES)
    assert here.focus() == "asked"
    expect(card.locator(".badge")).to_have_text("Sources differ")
    expect(card.locator(".versions > li")).to_have_count(2)
    expect(card.locator(".versions")).to_contain_text("38,500")
    expect(card.locator(".versions")).to_contain_text("41,000")
    expect(card.locator(".versions")).to_contain_text("The Calloway Mercury")
    expect(card.locator(".versions")).to_contain_text("12 May 2025")
    expect(page.locator("#said")).to_contain_text("Sources differ")
    here.shoot("disagreement")

    opener = card.locator(".versions .reference").first
    opener.click()
    words = page.locator("#panel mark")
    expect(words).to_have_text("About 38,500")
    expect(words).to_be_in_viewport()
    assert here.focus() == "panel-title"
    here.shoot("article")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(opener).to_be_focused()


def test_every_citation_of_every_format_opens_at_its_very_words(
    visit: Callable[..., Visit], server: str
) -> None:
    here = visit()
    page = here.page
    formats = set()
    for question in (
        VEHICLES,
        "Why did the launch of Petrel-2 slip?",
        "How many died in the Sarn flood?",
        "When does Sora close?",
    ):
        here.ask(question)
        told = httpx.post(f"{server}/api/ask", json={"question": question}, timeout=60).json()
        if not told["answered"]:
            continue
        for citation in told["citations"]:
            view = httpx.get(f"{server}/api/articles/{citation['article']}", timeout=60).json()
            text = view["article"]["text"].replace("\f", " ")  # a PDF's page break
            formats.add(view["article"]["format"])
            page.locator(f"#citation-{citation['number']} h4 button").click()
            # The panel may still hold the one before.
            expect(page.locator("#panel .id")).to_have_text(citation["article"])
            marked = "".join(page.locator("#panel mark").all_text_contents())
            assert marked == text[citation["answer_start"] : citation["answer_end"]]
            assert page.locator("#panel .text").text_content() == text
            page.keyboard.press("Escape")
    assert len(formats) >= 3


def test_what_is_not_in_the_articles_is_said_so(visit: Callable[..., Visit], server: str) -> None:
    here = visit()
    card = here.ask(refused_question(server))
    expect(card.locator(".none")).to_contain_text("Not in these articles")
    expect(card).to_contain_text("The nearest passages")
    expect(card.locator("mark")).to_have_count(0)
    assert card.locator(".citations > li").count() > 0
    here.shoot("refusal")


def test_filters_say_who_may_answer_and_the_link_keeps_them(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.page
    page.locator("#filters summary").click()
    page.get_by_label("The Calloway Mercury").check()
    page.get_by_label("Until").fill("2025-12-31")
    expect(page.locator("#filters .active")).to_contain_text("The Calloway Mercury")
    card = here.ask(VEHICLES)
    expect(card.locator(".citations .meta b").first).to_have_text("The Calloway Mercury")
    for source in card.locator(".citations .meta b").all_text_contents():
        assert source == "The Calloway Mercury"
    query = urlsplit(page.url).query
    assert "source=The+Calloway+Mercury" in query
    assert "until=2025-12-31" in query

    again = visit(f"/?{query}")
    expect(again.page.locator(".answer h2")).to_have_text(VEHICLES)
    expect(again.page.locator(".answer header")).to_contain_text("Only The Calloway Mercury")
    expect(again.box).to_have_value(VEHICLES)
    expect(again.page.locator("#filters .active")).to_contain_text("until 2025-12-31")


def test_a_filter_that_nothing_passes_is_no_error(visit: Callable[..., Visit]) -> None:
    here = visit("/?q=How+many+vehicles+crossed+the+bridge%3F&since=2090-01-01")
    expect(here.page.locator(".none")).to_contain_text("widen them")


def test_the_questions_of_this_sitting_are_asked_again_by_a_click(
    visit: Callable[..., Visit],
) -> None:
    here = visit()
    page = here.page
    here.ask(VEHICLES)
    here.ask("When does Sora close?")
    before = page.locator("#asked-before button")
    expect(before).to_have_count(2)
    before.nth(1).click()
    expect(page.locator(".answer h2")).to_have_text(VEHICLES)
    expect(here.box).to_have_value(VEHICLES)
    page.go_back()
    expect(page.locator(".answer h2")).to_have_text("When does Sora close?")


def test_after_going_back_to_a_question_that_cannot_be_asked_the_next_is_in_the_history(
    visit: Callable[..., Visit],
) -> None:
    here = visit("/?q=%3F%21")
    page = here.page
    expect(page.locator(".answer.failed")).to_be_visible()
    here.ask(VEHICLES)
    run = here._run()
    page.go_back()
    expect(page.locator(".answer.failed")).to_be_visible()
    assert here._run() != run
    here.ask("When does Sora close?")
    assert "Sora" in urlsplit(page.url).query
    page.go_back()
    expect(page.locator(".answer.failed")).to_be_visible()


def test_what_comes_late_does_not_take_the_place_of_what_was_asked_for_last(
    visit: Callable[..., Visit],
) -> None:
    here = visit()
    page = here.page
    card = here.ask(VEHICLES)
    openers = card.locator(".citations h4 button")
    last = card.locator(".citations .id").nth(1).inner_text()
    come = hold(page, "open_article")
    openers.nth(0).click()
    openers.nth(1).click()
    expect(page.locator("#panel .id")).to_have_text(last)
    come()
    expect(page.locator("#panel .id")).to_have_text(last)

    here.open_articles()
    rows = page.locator("#articles-table tbody tr")
    come = hold(page, '"articles"')
    with page.expect_request("**/component_server/**"):
        page.locator("#article-words").fill("a")
    page.locator("#article-words").fill("calloway mercury")
    expect(rows).to_have_count(1)
    come()
    expect(rows).to_have_count(1)


def hold(page: Page, words: str) -> Callable[[], None]:
    """Hold back the next call of the server with some words; return what lets it through."""
    held: list[Route] = []

    def route(call: Route) -> None:
        if not held and words in (call.request.post_data or ""):
            held.append(call)
        else:
            call.continue_()

    def come() -> None:
        with page.expect_response(lambda response: response.request == held[0].request):
            held[0].continue_()
        page.unroute("**/component_server/**")
        page.wait_for_timeout(300)

    page.route("**/component_server/**", route)
    return come


def test_an_answer_is_copied_with_its_citations(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask(VEHICLES)
    here.page.get_by_role("button", name="Copy as Markdown").click()
    expect(here.page.locator("#said")).to_contain_text("copied")
    copied = here.page.evaluate("navigator.clipboard.readText()")
    assert "**About 38,500**" in copied
    assert "Eastside Bulletin" in copied
    here.page.get_by_role("button", name="Copy link").click()
    expect(here.page.locator("#said")).to_contain_text("link was copied")
    assert here.page.evaluate("navigator.clipboard.readText()") == here.page.url


@pytest.mark.parametrize("question", ["   ", "\N{SNOWMAN}\N{PARTY POPPER}", "why " * 50_000])
def test_a_question_that_cannot_be_asked_is_kept_and_told(
    question: str, visit: Callable[..., Visit]
) -> None:
    here = visit()
    here.box.fill(question)
    here.page.locator("#ask-button").click()
    expect(here.page.locator(".answer.failed")).to_be_visible(timeout=PATIENCE)
    expect(here.page.locator(".answer.failed")).not_to_contain_text("log")
    assert here.box.input_value() == question


def test_what_was_uploaded_answers_and_what_was_removed_does_not(
    visit: Callable[..., Visit],
) -> None:
    here = visit()
    text = "The windmill at Kell was sold for 480,000 guilders to the Orr family, the notary said."
    results = here.upload(
        file("windmill.txt", f"Windmill at Kell sold\n\n{text}\n"),
        file("empty.txt", b""),
        file("picture.txt", bytes(range(256)) * 8),
        file("run.exe", b"MZ"),
    )
    expect(results).to_have_count(4)
    told = results.all_text_contents()
    assert [("not added" in each) for each in told] == [False, True, True, True]
    here.shoot("articles")
    here.tab("Ask")
    card = here.ask("For how much was the windmill at Kell sold?")
    expect(card).to_contain_text("480,000 guilders")
    card.locator(".citations h4 button").first.click()
    expect(here.page.locator("#panel .text")).to_contain_text(text)
    here.page.keyboard.press("Escape")

    here.remove("windmill")
    here.tab("Ask")
    card = here.ask("For how much was the windmill at Kell sold?")
    expect(card).not_to_contain_text("480,000")


def test_a_hostile_article_is_only_read(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.page
    results = here.upload(file(HOSTILE_NAME, HOSTILE))
    expect(results).to_have_count(1)
    assert "not added" not in results.inner_text()
    expect(page.locator("#articles-table")).to_contain_text("<script>ragqaHacked(1)</script>")
    page.locator("#article-words").fill("ragqaHacked")
    expect(page.locator("#articles-table tbody tr")).to_have_count(1)
    here.tab("Ask")
    card = here.ask("How many tonnes of felt did the Zorbex plant make?")
    expect(card).to_contain_text("4,312")
    expect(card).to_be_visible()
    card.locator(".citations h4 button").first.click()
    expect(page.locator("#panel .text")).to_contain_text("<script>ragqaHacked(6)</script>")
    assert page.locator("a[href^=javascript]").count() == 0
    page.keyboard.press("Escape")
    here.ask('<img src=x onerror="ragqaHacked(8)"> Zorbex')
    again = visit("/?q=%3Cscript%3EragqaHacked(9)%3C/script%3E+Zorbex&source=%22%3E%3Cb%3E")
    expect(again.page.locator(".answer h2")).to_contain_text("<script>")
    here.remove("ragqaHacked")


def test_two_people_get_their_own_answers(visit: Callable[..., Visit]) -> None:
    one, two = visit(), visit()
    one.box.fill(VEHICLES)
    two.box.fill("When does Sora close?")
    one.box.press("Enter")
    two.box.press("Enter")
    expect(one.page.locator(".answer h2")).to_have_text(VEHICLES)
    expect(two.page.locator(".answer h2")).to_have_text("When does Sora close?")
    expect(one.page.locator("#asked-before button")).to_have_count(1)


def test_articles_are_searched_and_sorted_and_duplicates_compared(
    visit: Callable[..., Visit],
) -> None:
    here = visit()
    page = here.page
    here.open_articles()
    rows = page.locator("#articles-table tbody tr")
    assert rows.count() == len(httpx.get(f"{here.address}/api/articles", timeout=60).json())
    page.get_by_role("button", name="Date", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Date")
    dates = [each.get_attribute("datetime") for each in page.locator("tbody time").all()]
    assert dates == sorted(dates, key=str)
    page.get_by_role("button", name="Date", exact=True).click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Date")
    page.locator("#article-words").fill("calloway mercury")
    expect(rows).to_have_count(1)
    expect(page.locator("#articles-table caption")).to_contain_text("1 of")
    group = page.locator("#duplicates details").first
    group.locator("summary").click()
    assert group.locator("blockquote").count() >= 2
    group.locator(".open").first.click()
    page.wait_for_selector("#panel span[data-passage]")


def test_a_gold_set_is_run_and_its_report_shown(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    here = visit()
    page = here.page
    here.tab("Evaluation")
    gold = [
        {"id": "a", "question": VEHICLES, "answers": ["38,500", "41,000"], "articles": []},
        {"id": "b", "question": "Who composed <b>Rigoletto</b>?", "answers": [], "articles": []},
    ]
    lines = "".join(json.dumps(each) + "\n" for each in gold)
    page.locator("#own-gold input[type=file], input[type=file]").last.set_input_files(
        [file("mine.jsonl", lines)]  # type: ignore[list-item]
    )
    expect(page.locator("#progress")).to_contain_text("mine.jsonl")
    page.locator("#run").click()
    expect(page.locator("#progress .done")).to_contain_text("of 2 questions")
    report = page.frame_locator("#report iframe")
    expect(report.locator("h1")).to_contain_text("of 2 questions right")
    expect(report.locator("body")).to_contain_text("Who composed <b>Rigoletto</b>?")
    expect(report.locator("svg").first).to_be_visible()


def test_a_run_is_stopped_and_reports_on_what_was_asked(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.page
    here.tab("Evaluation")
    page.locator("#run").click()
    expect(page.locator("#progress")).to_contain_text("questions asked")
    page.locator("#stop").click()
    expect(page.locator("#progress .done")).to_contain_text("Stopped after")
    expect(page.frame_locator("#report iframe").locator("body")).to_contain_text("interrupted")
    expect(page.locator("#run")).to_be_enabled()
    here.shoot("evaluation")


def test_a_file_that_is_no_gold_set_is_told(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.tab("Evaluation")
    here.page.locator("#own-gold input[type=file], input[type=file]").last.set_input_files(
        [file("mine.jsonl", "{]")]  # type: ignore[list-item]
    )
    expect(here.page.locator("#progress")).to_contain_text("mine.jsonl")
    here.page.locator("#run").click()
    failed = here.page.locator("#progress .failed")
    expect(failed).to_contain_text("mine.jsonl")
    assert "/" not in failed.inner_text().partition("mine.jsonl")[0]


def test_everything_is_done_by_the_keyboard_alone(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.page
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("/")
    expect(here.box).to_be_focused()
    page.keyboard.type(VEHICLES)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer .versions")
    assert here.focus() == "asked"
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.reference')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .text")
    assert here.focus() == "panel-title"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.reference')")
    page.keyboard.press("/")
    expect(here.box).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "tab"
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#articles-table table")


@pytest.mark.parametrize("width", [360, 768, 1280, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_reaches_out_of_the_page_and_all_can_be_read_and_heard(
    width: int, scheme: str, visit: Callable[..., Visit]
) -> None:
    here = visit(viewport={"width": width, "height": 860}, color_scheme=scheme)
    page = here.page
    found = [("start", violations(page))]
    card = here.ask(VEHICLES)
    found.append(("answer", violations(page)))
    assert not overflows(page)
    if (width, scheme) in {(360, "light"), (1600, "dark")}:
        here.shoot("phone" if width == 360 else "dark")
    card.locator(".citations h4 button").first.click()
    page.wait_for_selector("#panel .text")
    found.append(("panel", violations(page)))
    assert not overflows(page)
    expect(page.locator("#panel mark")).to_be_in_viewport()
    page.keyboard.press("Escape")
    here.box.fill("")
    page.locator("#filters summary").click()
    found.append(("filters", violations(page)))
    here.open_articles()
    page.locator("#duplicates summary").first.click()
    found.append(("articles", violations(page)))
    assert not overflows(page)
    here.tab("Evaluation")
    page.wait_for_selector("#run")
    found.append(("evaluation", violations(page)))
    assert not overflows(page)
    assert [each for each in found if each[1]] == []


def test_an_index_that_vanishes_is_told_and_nothing_is_lost(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("The lock at Velo cost 12 million guilders, the board said.")
    index([tmp_path / "a.txt"], tmp_path / "index")
    with process(tmp_path / "index") as address, Visit(browser, address) as here:
        here.ask("How much did the lock at Velo cost?")
        (tmp_path / "index").rename(tmp_path / "elsewhere")
        here.box.fill("What did the lock cost?")
        here.box.press("Enter")
        failed = here.page.locator(".answer.failed")
        expect(failed).to_contain_text("index")
        expect(here.box).to_have_value("What did the lock cost?")
        (tmp_path / "elsewhere").rename(tmp_path / "index")
        expect(here.ask("What did the lock cost? ")).to_contain_text("12 million")


def violations(page: Page) -> list[str]:
    """What axe-core finds: nothing at all is allowed."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes']]}" for each in found]


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def axe() -> str:
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.fail("install the test dependencies: axe_playwright_python is not there")
    return (Path(found.origin).parent / "axe.min.js").read_text("utf-8")


AXE = axe()
