"""The report: one HTML file that opens without a network, wrong answers first."""

from collections.abc import Iterable, Sequence
from importlib.resources import files

from ragqa.evaluation import plots
from ragqa.evaluation.causes import CAUSES, EXPLANATIONS
from ragqa.evaluation.figures import (
    ABLATION,
    BY_TYPE,
    HEADLINES,
    change,
    change_interval,
    direction,
    figure,
    interval,
)
from ragqa.evaluation.markup import Markup, element
from ragqa.evaluation.metrics import METRICS
from ragqa.evaluation.results import Ablation, Comparison, Difference, Excerpt, Results, Row
from ragqa.types import Span
from ragqa.wording import percent, within

_CONTENTS = (("plots", "Plots"), ("metrics", "All metrics"), ("questions", "Every question"))
_WORDS = "what it is"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def report(results: Results) -> str:
    """The whole page, self-contained."""
    data = results.data
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"ragqa eval: {data.gold}"),
        element("style", Markup(_asset("report.css"))),
    )
    sections = [
        _opening(results),
        _comparison(results.comparison) if results.comparison else None,
        _causes(results),
        _plots(results),
        _table(results),
        _types(results),
        _ablations(results.ablations) if results.ablations else None,
        _questions(results.questions),
        _provenance(results),
    ]
    body = element(
        "body", element("main", *sections), element("script", Markup(_asset("report.js")))
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _opening(results: Results) -> Markup:
    rows = results.questions
    right = sum(row.right for row in rows)
    data = results.data
    notes = [f"{data.articles} articles, {data.chunks} chunks"]
    if data.reader_only:
        notes.append("the reader alone, given the gold paragraph")
    if not results.complete:
        notes.append(f"interrupted: {data.asked} of {data.questions} questions asked")
    cards = [
        element(
            "div",
            element("dt", name),
            element("dd", figure(name, results.metrics[name])),
            element("p", interval(name, results.intervals[name])),
            title=METRICS[name].meaning,
        )
        for name in HEADLINES
        if results.metrics.get(name) is not None
    ]
    return element(
        "header",
        element("p", "ragqa eval", class_="kicker"),
        element("h1", f"{right} of {len(rows)} questions right"),
        element("p", element("b", data.gold), ": " + "; ".join(notes), class_="sub"),
        element("dl", cards, class_="cards"),
        element("nav", [element("a", text, href=f"#{name}") for name, text in _CONTENTS]),
    )


def _comparison(comparison: Comparison) -> Markup:
    verdict = (
        f"Worse than the baseline beyond chance: {', '.join(comparison.worse)}."
        if comparison.worse
        else "Nothing is worse than the baseline beyond chance."
    )
    changed = [f"{k}: {now} (was {was})" for k, (now, was) in comparison.settings.items()]
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            element("td", figure(name, d.before)),
            element("td", figure(name, d.now)),
            element("td", change(name, d.difference), class_=_tone(name, d)),
            element("td", change_interval(name, d.interval), class_="faint"),
        )
        for name, d in comparison.differences.items()
        if d.difference is not None and d.interval != (0.0, 0.0)
    ]
    return element(
        "section",
        element("h2", "Against the baseline"),
        element("p", verdict, class_="bad" if comparison.worse else None),
        element(
            "p",
            f"{comparison.baseline}: {comparison.questions} questions in common, "
            f"{comparison.left_out} in only one of the two. "
            + (f"Settings changed: {'; '.join(changed)}. " if changed else "The same settings. ")
            + "Metrics that did not change at all are left out.",
            class_="faint",
        ),
        _list(f"Lost ({len(comparison.lost)})", comparison.lost),
        _list(f"Gained ({len(comparison.gained)})", comparison.gained),
        _grid(("metric", "before", "now", "change", "95% interval"), rows),
    )


def _causes(results: Results) -> Markup | None:
    if not any(results.causes.values()):
        return None
    most = max(results.causes.values())
    bars = [
        element(
            "tr",
            element("th", cause, scope="row"),
            element("td", str(results.causes[cause])),
            element(
                "td",
                element(
                    "i", class_="bar", style=f"width:{100 * results.causes[cause] / most:.1f}%"
                ),
                class_="wide",
            ),
            element("td", EXPLANATIONS[cause], class_="words"),
        )
        for cause in CAUSES
        if results.causes.get(cause)
    ]
    return element(
        "section",
        element("h2", "Why wrong answers are wrong"),
        element("p", "The first stage at which the gold evidence was lost.", class_="faint"),
        element("div", element("table", element("tbody", bars)), class_="scroll"),
    )


def _plots(results: Results) -> Markup:
    rows = results.questions
    drawn = [
        ("Recall by depth", plots.depth_plot(rows)),
        ("Risk and coverage, as the threshold falls", plots.risk_coverage_plot(rows)),
        ("Calibration of the confidence", plots.calibration_plot(rows)),
        ("Right by question type, with 95% intervals", plots.types_plot(results)),
    ]
    figures = [
        element("figure", element("figcaption", caption), plot)
        for caption, plot in drawn
        if plot is not None
    ]
    return element(
        "section", element("h2", "Plots", id="plots"), element("div", figures, class_="plots")
    )


def _table(results: Results) -> Markup:
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            element("td", figure(name, results.metrics[name])),
            element("td", interval(name, results.intervals[name]), class_="faint"),
            element("td", metric.meaning, class_="words"),
        )
        for name, metric in METRICS.items()
        if results.metrics.get(name) is not None
    ]
    return element(
        "section",
        element("h2", "All metrics", id="metrics"),
        _grid(("metric", "value", "95% interval", _WORDS), rows),
    )


def _types(results: Results) -> Markup:
    names = sorted(results.by_type)
    shown = [n for n in BY_TYPE if any(results.by_type[t].get(n) is not None for t in names)]
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            element("td", str(sum(row.type == name for row in results.questions))),
            *(
                element(
                    "td",
                    figure(metric, results.by_type[name].get(metric)),
                    title=interval(metric, results.intervals_by_type[name].get(metric)),
                )
                for metric in shown
            ),
        )
        for name in names
    ]
    return element(
        "section", element("h2", "By question type"), _grid(("type", "questions", *shown), rows)
    )


def _ablations(ablations: Sequence[Ablation]) -> Markup:
    rows = [
        element(
            "tr",
            element("th", ablation.name, scope="row"),
            *(
                element(
                    "td",
                    figure(metric, ablation.metrics.get(metric)),
                    _delta(metric, ablation.differences.get(metric)),
                )
                for metric in ABLATION
            ),
        )
        for ablation in ablations
    ]
    return element(
        "section",
        element("h2", "Ablations"),
        element("p", "One setting changed at a time; differences are paired.", class_="faint"),
        _grid(("variant", *ABLATION), rows),
    )


def _delta(metric: str, difference: Difference | None) -> Markup | None:
    if difference is None:
        return None
    return element(
        "span",
        change(metric, difference.difference),
        class_=f"delta {_tone(metric, difference) or ''}",
        title=f"95% interval {change_interval(metric, difference.interval)}",
    )


def _questions(rows: Sequence[Row]) -> Markup:
    order = sorted(rows, key=lambda r: (r.right, CAUSES.index(r.cause) if r.cause else 0))
    return element(
        "section",
        element("h2", "Every question"),
        element(
            "form",
            element("input", type="search", name="words", placeholder="words", aria_label="words"),
            _select(
                "cause", [c for c in CAUSES if any(row.cause == c for row in rows)] + ["right"]
            ),
            _select("type", sorted({row.type for row in rows})),
            element("output", f"{len(rows)} shown", name="count"),
        ),
        element("div", [_question(row) for row in order], id="questions"),
    )


def _question(row: Row) -> Markup:
    verdict = row.cause or "right"
    return element(
        "details",
        element(
            "summary",
            element("span", verdict, class_="badge good" if row.right else "badge bad"),
            element("span", row.question, class_="asked"),
            element("span", f"{row.type} · {row.id}", class_="faint"),
        ),
        element(
            "div",
            element("p", EXPLANATIONS[row.cause], class_="why") if row.cause else None,
            _pair("Expected", _gold_text(row)),
            _pair("Answered", _answer_text(row)),
            _pair("Also answered", "; ".join(a.text for a in row.shown[1:]))
            if row.shown[1:]
            else None,
            _pair("Figures", _figures_text(row)),
            _passage("Cited" if row.answered else "Nearest", row.cited),
            _passage("Where it stands", row.expected),
            class_="inside",
        ),
        open=not row.right,
        data_cause=verdict,
        data_type=row.type,
    )


def _gold_text(row: Row) -> str:
    if not row.answerable:
        return "nothing: the articles do not say"
    parts = [" or ".join(row.answers)] if row.answers else []
    if row.conflict:
        parts.append(f"all of: {', '.join(row.conflict)}")
    if row.must_cite is not None and row.must_cite > 1:
        parts.append(f"from {row.must_cite} witnesses")
    return "; ".join(parts) or f"an article of: {', '.join(row.articles)}"


def _answer_text(row: Row) -> Markup | str:
    if not row.shown:
        return f"Not in these articles (probability that they say: {percent(row.confidence)})"
    first = row.shown[0]
    words = _words(first.sentence, row.cited) if row.cited else None
    if words is None:
        return first.text
    return element(
        "span",
        first.sentence[: words.start],
        element("mark", first.text),
        first.sentence[words.end :],
    )


def _words(sentence: str, cited: Excerpt) -> Span | None:
    """Where the answer stands in its sentence; `cited` marks it in the quote."""
    return within(sentence, cited.text, Span(start=cited.mark_start, end=cited.mark_end))


def _figures_text(row: Row) -> str:
    parts = [f"confidence {row.confidence:.2f}", row.agreement]
    if row.shown:
        count = row.shown[0].witnesses
        parts.append("1 witness" if count == 1 else f"{count} witnesses")
    if row.measures.get("recall@1") is not None:
        parts.append(f"evidence at rank {row.rank}" if row.rank else "evidence not retrieved")
    parts.append(f"{row.milliseconds:.0f} ms")
    return ", ".join(parts)


def _pair(label: str, value: Markup | str) -> Markup:
    return element(
        "p", element("span", label, class_="label"), element("span", value), class_="pair"
    )


def _passage(label: str, excerpt: Excerpt | None) -> Markup | None:
    if excerpt is None:
        return None
    text, start, end = excerpt.text, excerpt.mark_start, excerpt.mark_end
    return element(
        "blockquote",
        element(
            "cite",
            f"{label}: {excerpt.title or excerpt.article}",
            element("span", f" {excerpt.article}", class_="faint") if excerpt.title else None,
        ),
        element("p", text[:start], element("mark", text[start:end]) if end > start else None,
                text[end:]),
    )  # fmt: skip


def _provenance(results: Results) -> Markup:
    data = results.data
    pairs = {
        "gold file": f"{data.gold}, SHA-256 {data.gold_sha256}",
        "articles": f"{data.articles}, SHA-256 {data.corpus_sha256}",
        "time": f"{results.timing.total:.1f} s, of which {results.timing.engine:.1f} s in "
        "retrieval and reading",
        "versions": ", ".join(f"{k} {v}" for k, v in results.versions.items()),
        "settings": ", ".join(f"{k}={v}" for k, v in results.settings.items()),
    }
    return element(
        "footer",
        element("h2", "What was measured"),
        [_pair(label, value) for label, value in pairs.items()],
    )


def _grid(heads: Sequence[str], rows: Iterable[Markup]) -> Markup:
    head = element(
        "thead",
        element(
            "tr",
            [element("th", h, scope="col", class_="words" if h == _WORDS else None) for h in heads],
        ),
    )
    table = element("table", head, element("tbody", rows))
    return element("div", table, class_="scroll")


def _list(title: str, ids: Sequence[str]) -> Markup | None:
    if not ids:
        return None
    return element("details", element("summary", title), element("p", ", ".join(ids)))


def _select(name: str, options: Sequence[str]) -> Markup:
    choices = [element("option", f"any {name}", value="")]
    choices += [element("option", option, value=option) for option in options]
    return element("select", choices, name=name, aria_label=name)


def _tone(name: str, difference: Difference) -> str | None:
    """Green or red, only beyond chance."""
    return {1: "good", -1: "bad"}.get(direction(name, difference))


def _asset(name: str) -> str:
    return (files("ragqa.evaluation") / name).read_text(encoding="utf-8")
