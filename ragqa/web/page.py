"""The page: asking, the articles, and evaluation, over one `Desk`.

What is shown is rendered here, escaped, by pure functions; what is clicked reaches Python through
`server` functions (what only looks) and Gradio events (what takes its time).
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import gradio as gr  # noqa: TID253 - imported only by those that serve the page
from gradio.data_classes import FileData, ListFiles  # noqa: TID253

from ragqa.articles import FORMATS
from ragqa.errors import RagqaError
from ragqa.evaluation.markup import Markup, element
from ragqa.filters import read_filters
from ragqa.types import Filters, Span
from ragqa.uploads import Upload
from ragqa.web import listing, render
from ragqa.web.desk import Desk
from ragqa.web.panel import article_panel
from ragqa.web.problems import describe_and_log
from ragqa.web.trial import Step, Trial, fitting_sets

Result = TypeVar("Result")

_SHIPPED = Path(__file__).parents[2] / "eval"
_ROWS = 100
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Ubuntu", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
_ASKING = 8
# How often, in seconds, uploads that nobody came back for are looked for, and how old they are.
_CLEARED = (3600, 86400)


class Dress(NamedTuple):
    """What Gradio takes with `launch` or `mount_gradio_app`: pass `**dress()._asdict()`."""

    theme: gr.Theme
    head: str
    footer_links: list[str]
    run_history: bool


def dress() -> Dress:
    """The page's looks and script; nothing of it is loaded from anywhere else."""
    theme = gr.themes.Base(font=list(_FONTS), font_mono=list(_MONO))
    # Gradio would put its own prefix before every rule of `css`; those for the body need none.
    head = f"<style>{_asset('page.css')}</style><script>{_asset('page.js')}</script>"
    return Dress(theme, head, [], run_history=False)


def build(desk: Desk, gold: Path = _SHIPPED) -> gr.Blocks:
    """Lay out the page.

    Args:
        desk: What it works at.
        gold: The folder whose gold sets can be run from the page.
    """
    page = _Page(desk, gold)
    with gr.Blocks(
        title="ragqa", analytics_enabled=False, fill_width=True, delete_cache=_CLEARED
    ) as blocks:
        wired = _html(
            str(_frame()),
            elem_id="frame",
            js_on_load="ragqa.frame(element, trigger, server, 'reopen')",
            server_functions=[
                _served(method)
                for method in (
                    page.start,
                    page.open_article,
                    page.articles,
                    page.duplicates,
                    page.remove,
                )
            ],
        )
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", id="ask", elem_id="tab-ask"):
                _ask_tab(page, wired)
            with gr.Tab("Articles", id="articles", elem_id="tab-articles"):
                _articles_tab(page)
            with gr.Tab("Evaluation", id="evaluation", elem_id="tab-evaluation"):
                shipped = _evaluation_tab(page)
        blocks.load(page.gold_sets, None, shipped, show_progress="hidden", api_visibility="private")
    built: gr.Blocks = blocks
    return built


def _html(value: object, **given: Any) -> gr.HTML:  # noqa: ANN401 - what Gradio takes
    """Our own HTML, without Gradio's looks for prose."""
    return gr.HTML(value, apply_default_css=False, **given)


def _ask_tab(page: "_Page", wired: gr.HTML) -> None:
    with gr.Row(elem_id="question-row", equal_height=True):
        question = gr.Textbox(
            label="Question",
            placeholder="Ask these articles",
            lines=1,
            max_lines=4,
            autofocus=True,
            elem_id="question",
            container=False,
            scale=1,
            html_attributes=gr.InputHTMLAttributes(enterkeyhint="search", autocomplete="off"),
        )
        button = gr.Button("Ask", variant="primary", elem_id="ask-button", scale=0, min_width=90)
    filters = _html(
        {},
        html_template=str(_filters()),
        elem_id="filters",
        js_on_load="ragqa.filters(element, props, watch)",
    )
    answer = _html("", elem_id="answer", js_on_load="ragqa.answer(element, props, watch)")
    _html(str(_aside()), elem_id="sitting", js_on_load="ragqa.sitting(element)")
    asking: dict[str, Any] = {
        "outputs": answer,
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_limit": _ASKING,
        "concurrency_id": "ask",
        "trigger_mode": "always_last",
    }
    gr.on(
        [question.submit, button.click],
        page.ask,
        inputs=[question, filters],
        js="(...given) => { ragqa.asking(given[0]); return given; }",
        **asking,
    )
    wired.reopen(page.reopen, **asking | {"outputs": [question, filters, answer]})


def _articles_tab(page: "_Page") -> None:
    kinds = " ".join(FORMATS)
    upload = gr.File(
        label=f"Add files ({kinds})", file_count="multiple", elem_id="upload", height=150
    )
    # Not a subclass: for one, Gradio would write a stub file beside this module.
    upload.preprocess = _uploads  # type: ignore[method-assign,assignment]
    results = _html("", elem_id="results", js_on_load="ragqa.results(element, props, watch)")
    _html(str(_listing()), elem_id="listing", js_on_load="ragqa.listing(element)")
    upload.upload(
        page.add,
        inputs=upload,
        outputs=[results, upload],
        show_progress="hidden",
        api_visibility="private",
        concurrency_limit=2,
    )


def _evaluation_tab(page: "_Page") -> gr.Dropdown:
    _html(str(_evaluation_head()))
    fitting = page.fitting_gold()
    with gr.Row(elem_id="evaluation-choice"):
        shipped = gr.Dropdown(
            label="Gold set",
            choices=fitting,
            value=next(iter(fitting), None),
            filterable=False,
            elem_id="gold-set",
            container=False,
        )
        own = gr.UploadButton(
            "Choose a file",
            file_count="single",
            file_types=[".jsonl", ".json"],
            elem_id="own-gold",
            scale=0,
            min_width=140,
        )
        run = gr.Button("Run", variant="primary", elem_id="run", scale=0, min_width=90)
        stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=90, interactive=False)
    progress = _html("", elem_id="progress")
    report = _html("", elem_id="report", js_on_load="ragqa.report(element, props, watch)")
    chosen = gr.State(None)
    own.upload(page.choose, own, [chosen, progress], api_visibility="private")
    shipped.input(lambda: (None, ""), None, [chosen, progress], api_visibility="private")
    run.click(
        page.evaluate,
        inputs=[shipped, chosen],
        outputs=[progress, report, run, stop],
        show_progress="hidden",
        api_visibility="private",
        concurrency_limit=1,
    )
    stop.click(
        page.stop,
        None,
        progress,
        show_progress="hidden",
        api_visibility="private",
        concurrency_limit=None,
    )
    return shipped


def _served(method: Callable[[object], dict[str, str]]) -> Callable[[object], dict[str, str]]:
    """A function that the page's script may call; Gradio marks functions, and methods it cannot."""

    def call(given: object) -> dict[str, str]:
        return method(given)

    call.__name__ = method.__name__
    return call


def _uploads(payload: ListFiles | FileData | None) -> list[Upload]:
    """What a file box got, with the names that the files came with, which Gradio does not tell."""
    if payload is None:
        return []
    given = payload.root if isinstance(payload, ListFiles) else [payload]
    return [
        Upload(name=each.orig_name or Path(each.path).name, path=Path(each.path)) for each in given
    ]


class _Page:
    """What the page's events do; everything returned to it is finished HTML or plain values."""

    def __init__(self, desk: Desk, gold: Path) -> None:
        self._desk = desk
        self._gold = gold
        self._trials: dict[str, Trial] = {}

    # Asking

    def ask(self, question: str, given: object) -> str:
        """The answer card, or what is wrong with the question."""

        def answer() -> str:
            filters = _filters_given(given)
            return render.answer_card(self._desk.ask(question, filters), filters)

        shown = self._rendered(answer, lambda message: render.failure(message, question[:200]))
        # Never twice the same: the script waits for a change.
        return f'{shown}<i hidden data-run="{time.monotonic_ns()}"></i>'

    def reopen(self, event: gr.EventData) -> tuple[str, dict[str, Any], str]:
        """Ask a question of this sitting, of a link, or an example, with its filters."""
        given = event._data if isinstance(event._data, dict) else {}
        question = str(given.get("question") or "")
        kept = {name: given.get(name) for name in ("sources", "since", "until")}
        return question, kept, self.ask(question, kept)

    def start(self, _: object) -> dict[str, str]:
        """What the page shows first: how much there is, whom to ask, and what."""

        def begin() -> dict[str, str]:
            info, sources = self._desk.info(), self._desk.sources()
            return {
                "info": f"{info.articles} articles, {info.chunks} chunks",
                "sources": str(_sources(sources)),
                "examples": str(_examples(self._desk.examples())),
            }

        return self._rendered(begin, lambda message: {"error": message})

    # Articles

    def open_article(self, given: object) -> dict[str, str]:
        """The panel of an article, with a passage and words in it marked."""

        def panel() -> dict[str, str]:
            wanted = given if isinstance(given, Mapping) else {}
            view = self._desk.article(render.unkey(str(wanted.get("open") or "")))
            passage, words = _span(wanted.get("passage")), _span(wanted.get("words"))
            return {"html": article_panel(view, passage, words)}

        return self._rendered(panel, lambda message: {"error": message})

    def articles(self, given: object) -> dict[str, str]:
        """The table, searched and sorted."""

        def table() -> dict[str, str]:
            wanted = given if isinstance(given, Mapping) else {}
            column = wanted.get("column")
            order = listing.Order(
                column if column in listing.COLUMNS else "title", bool(wanted.get("descending"))
            )
            every = self._desk.articles()
            copies = listing.shared_text(self._desk.articles_sharing_text())
            found = listing.ordered(
                listing.matching(every, str(wanted.get("words") or "")), order, copies
            )
            shown = max(_ROWS, _whole(wanted.get("shown")))
            return {"html": listing.articles_table(found, len(every), order, copies, shown)}

        return self._rendered(table, lambda message: {"error": message})

    def duplicates(self, _: object) -> dict[str, str]:
        """The groups of texts that stand more than once."""
        return self._rendered(
            lambda: {"html": listing.duplicates_list(self._desk.duplicate_groups())},
            lambda message: {"error": message},
        )

    def remove(self, given: object) -> dict[str, str]:
        """Take articles out of the index, and say so."""

        def take_out() -> dict[str, str]:
            keys = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
            ids = [render.unkey(str(each)) for each in keys]
            self._desk.remove(ids)
            return {"said": "1 article removed" if len(ids) == 1 else f"{len(ids)} removed"}

        return self._rendered(take_out, lambda message: {"error": message})

    def add(self, uploads: Sequence[Upload]) -> Iterator[tuple[Any, Any]]:
        """Add uploaded files; what became of each is shown as soon as it is known."""
        lines: list[Markup] = []
        total = len(uploads)
        try:
            yield str(_results(lines, total)), gr.skip()
            for result in self._desk.add(uploads):
                lines.append(listing.file_result(result))
                yield str(_results(lines, total)), gr.skip()
        except Exception as error:
            line = describe_and_log(error).line
            lines.append(element("li", line, class_="result failed"))
        yield str(_results(lines, len(lines))), None

    # Evaluation

    def gold_sets(self) -> gr.Dropdown:
        """Offer the shipped gold sets that ask about what is indexed."""
        fitting = self.fitting_gold()
        return gr.Dropdown(choices=fitting, value=next(iter(fitting), None))

    def fitting_gold(self) -> list[str]:
        """The names of the shipped gold sets that ask about what is indexed."""
        return list(self._fitting())

    def _fitting(self) -> dict[str, Path]:
        try:
            return fitting_sets(self._gold, [each.id for each in self._desk.articles()])
        except RagqaError:
            return {}

    def choose(self, file: str) -> tuple[str, str]:
        """Take an uploaded gold set."""
        said = element("p", "Chosen: ", element("b", Path(file).name), class_="faint")
        return file, str(said)

    def evaluate(
        self, shipped: str | None, own: str | None, request: gr.Request
    ) -> Iterator[tuple[Any, Any, Any, Any]]:
        """Run a gold set and show its report."""
        gold = Path(own) if own else self._fitting().get(shipped or "")
        ready = gr.Button(interactive=True), gr.Button(interactive=False)
        if gold is None:
            yield str(_failed("choose a gold set, or a file of your own, first")), "", *ready
            return
        session = request.session_hash or ""
        trial = Trial(gold, self._desk.folder, self._desk.settings)
        self._trials[session] = trial
        working = gr.Button(interactive=False), gr.Button(interactive=True)
        try:
            yield str(_progress(Step())), "", *working
            last = Step()
            for step in trial.steps():
                last = step
                if step.report is None and step.error is None:
                    yield str(_progress(step)), gr.skip(), gr.skip(), gr.skip()
            if last.error:
                yield str(_failed(last.error)), "", *ready
            else:
                yield str(_done(last)), str(_report(last)), *ready
        finally:
            self._trials.pop(session, None)

    def stop(self, request: gr.Request) -> str:
        """Stop this sitting's evaluation; its report on the questions asked still comes."""
        trial = self._trials.get(request.session_hash or "")
        if trial is None:
            return ""
        trial.stop()
        return str(element("p", "Stopping", role="status"))

    def _rendered(self, render_it: Callable[[], Result], failed: Callable[[str], Result]) -> Result:
        try:
            return render_it()
        except Exception as error:
            return failed(describe_and_log(error).line)


def _filters_given(given: object) -> Filters:
    values = given if isinstance(given, Mapping) else {}
    sources = values.get("sources")
    return read_filters(
        [str(each) for each in sources] if isinstance(sources, list) else [],
        str(values.get("since") or "") or None,
        str(values.get("until") or "") or None,
    )


def _span(given: object) -> Span:
    """A span as a `data-` attribute carries it: `12-34`."""
    start, _, end = str(given or "0-0").partition("-")
    first, last = _whole(start), _whole(end)
    return Span(start=first, end=max(first, last))


def _whole(given: object) -> int:
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _frame() -> Markup:
    """What stands around the tabs: the head, what is said to screen readers, and the panel."""
    return render.joined(
        element(
            "header",
            element("h1", "ragqa"),
            element("p", "", id="info", class_="faint"),
            class_="masthead",
        ),
        element("p", "", id="said", role="status", class_="sr-only"),
        element("div", "", id="panel", hidden=True, role="dialog", aria_labelledby="panel-title"),
    )


def _filters() -> Markup:
    dates = [
        element("label", element("span", name), element("input", type="date", name=name.lower()))
        for name in ("Since", "Until")
    ]
    controls = element(
        "details",
        element("summary", "Filter by source and date", element("span", "", class_="active")),
        element(
            "div",
            element("fieldset", element("legend", "Date"), dates, class_="dates"),
            element(
                "fieldset",
                element("legend", "Sources"),
                element("div", "", class_="sources"),
            ),
            element("button", "Clear filters", type="button", class_="tool", data_clear=True),
            class_="choices",
        ),
    )
    trouble = element("p", "", id="trouble", role="alert", hidden=True)
    return render.joined(controls, trouble)


def _sources(sources: Sequence[str]) -> Markup:
    if not sources:
        return element("p", "The articles name no source.", class_="faint")
    return render.joined(
        *(
            element(
                "label",
                element("input", type="checkbox", name="source", value=source),
                element("span", render.verbatim(source)),
            )
            for source in sources
        )
    )


def _examples(examples: Sequence[str]) -> Markup:
    if not examples:
        return Markup("")
    buttons = [
        element(
            "li",
            element(
                "button", render.verbatim(each), type="button", class_="example", data_ask=each
            ),
        )
        for each in examples
    ]
    return render.joined(element("h2", "For example"), element("ul", buttons))


def _aside() -> Markup:
    return render.joined(
        element("section", "", id="examples"),
        element(
            "section",
            element("h2", "Questions of this sitting"),
            element("ol", "", id="asked-before"),
            id="before",
            hidden=True,
        ),
    )


def _listing() -> Markup:
    return render.joined(
        element(
            "div",
            element("h2", "Articles"),
            element(
                "input",
                type="search",
                id="article-words",
                placeholder="Search title, source, date",
                aria_label="Search the articles",
            ),
            element(
                "button",
                "Remove selected",
                type="button",
                class_="tool",
                id="remove",
                disabled=True,
            ),
            class_="toolbar",
        ),
        element("p", "", id="articles-said", role="status"),
        element("div", "", id="articles-table"),
        element("h2", "Texts that stand more than once"),
        element(
            "p",
            "What differs from the first place is marked: words only there, and words missing.",
            class_="faint",
        ),
        element("div", "", id="duplicates"),
    )


def _results(lines: Sequence[Markup], total: int) -> Markup:
    working = len(lines) < total
    said = f"{len(lines)} of {total} files done" if working else f"{total} files done"
    if total == 1:
        said = "Adding the file" if working else "1 file done"
    return element(
        "div",
        element("p", said, role="status"),
        element("progress", "", max=str(total), value=str(len(lines)), aria_label="Files done")
        if working
        else None,
        element("ul", lines),
        data_working="yes" if working else "no",
    )


def _evaluation_head() -> Markup:
    return render.joined(
        element("h2", "How good are the answers?"),
        element(
            "p",
            "Asks every question of a gold set and compares what comes back with what is "
            "expected. A gold set is a file of JSON lines, a question a line: id, question, "
            "answers (accepted strings; none when the articles do not say), articles (ids).",
            class_="faint",
        ),
    )


def _progress(step: Step) -> Markup:
    if not step.questions:
        return element("div", element("p", "Starting", role="status"), element("progress", ""))
    return element(
        "div",
        element("p", f"{step.asked} of {step.questions} questions asked, {step.right} right"),
        element(
            "progress",
            "",
            max=str(step.questions),
            value=str(step.asked),
            aria_label="Questions asked",
        ),
    )


def _done(step: Step) -> Markup:
    ended = "" if step.complete else f"Stopped after {step.asked} of {step.questions} questions. "
    return element(
        "p", f"{ended}{step.right} of {step.asked} questions right.", role="status", class_="done"
    )


def _failed(message: str) -> Markup:
    return element("p", render.verbatim(message), role="alert", class_="failed")


def _report(step: Step) -> Markup:
    # Sandboxed: the report's own script filters its questions, and reaches nothing of this page.
    return render.joined(
        element("button", "Save the report", type="button", class_="tool", data_save="report.html"),
        element(
            "iframe",
            "",
            title="Report of the evaluation",
            sandbox="allow-scripts",
            srcdoc=step.report or "",
        ),
    )


def _asset(name: str) -> str:
    return (files("ragqa.web") / name).read_text(encoding="utf-8")
