"""Answers, passages and articles as text for a terminal.

Article text is untrusted: control characters, which could move the cursor or recolour the screen,
and bidirectional overrides, which could reorder what is read, are shown as a replacement mark.
"""

import re
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ragqa.types import (
    Answer,
    AnswerItem,
    ArticleSummary,
    ArticleView,
    Citation,
    IndexInfo,
    IndexReport,
    Passage,
)
from ragqa.verification import Check

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_ALSO_SHOWN = 2


def safe(text: str) -> str:
    """Replace what a terminal would obey instead of show, character by character."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", " \n"))


def one_line(text: str) -> str:
    """Return a message as one harmless line."""
    return safe(" ".join(text.split()))


def show_answer(console: Console, answer: Answer) -> None:
    """Print an answer, who says it, who differs, then the citations."""
    if not answer.answered:
        console.print(Text("Not in these articles.", style="bold yellow"), _sure(answer))
        if answer.citations:
            console.print("\nThe nearest passages:", style="dim")
        _show_citations(console, answer.citations)
        return
    first, *others = answer.answers
    _show_item(console, first, answer.citations, _verdict(answer))
    different = others[:_ALSO_SHOWN]
    if different:
        label = "Others say:" if answer.agreement == "conflicting" else "Further passages:"
        console.print(f"\n{label}", style="dim")
        for item in different:
            _show_item(console, item, answer.citations, None)
    shown = {number for item in (first, *different) for number in item.citations}
    _show_citations(console, [each for each in answer.citations if each.number in shown])


def show_passages(console: Console, passages: Sequence[Passage]) -> None:
    """Print passages, best first."""
    for number, passage in enumerate(passages, start=1):
        place = passage.place
        _show_source(console, number, place.title or place.article, place.source, place.published)
        console.print(Padding(Text(safe(passage.text)), (0, 0, 0, 4)))
        if passage.also_in:
            also = ", ".join(safe(each.article) for each in passage.also_in)
            console.print(
                Padding(Text(f"The same text also stands in {also}", "dim"), (0, 0, 0, 4))
            )


def show_article(console: Console, view: ArticleView) -> None:
    """Print an article, with what was left out of it dimmed and the reason beside it."""
    article = view.article
    facts = [article.id, article.source, article.published, article.url]
    console.print(Text(safe(" · ".join(fact for fact in facts if fact)), style="dim"))
    position = 0
    for each in view.omissions:
        console.print(Text(safe(article.text[position : each.start])), end="")
        left_out = safe(article.text[each.start : each.end])
        console.print(Text(f"[left out: {each.reason}] {left_out}", style="dim"), end="")
        position = each.end
    console.print(Text(safe(article.text[position:])))


def show_report(console: Console, report: IndexReport, totals: str) -> None:
    """Print what an index run did."""
    console.print(
        f"{report.added} added, {report.changed} changed, {report.removed} removed, "
        f"{report.unchanged} unchanged; {report.embedded} chunks embedded "
        f"in {report.seconds:.1f} s. {safe(totals)}"
    )


def show_info(console: Console, info: IndexInfo, articles: Sequence[ArticleSummary]) -> None:
    """Print what an index holds, and a line for each of some articles."""
    console.print(f"{info.articles} articles, {info.chunks} chunks; ragqa {info.version}")
    for each in articles:
        facts = [each.id, each.title or "(no title)", each.source, each.published]
        console.print(Text(safe(" · ".join(fact for fact in facts if fact))), soft_wrap=True)


def show_checks(console: Console, checks: Sequence[Check]) -> None:
    """Print what was checked and what is wrong."""
    for check in checks:
        well = not check.problems
        mark = Text("ok   ", style="green") if well else Text("WRONG", style="bold red")
        console.print(mark, f" {check.name}: {check.checked} checked", sep="")
        for problem in check.problems:
            console.print(Padding(Text(safe(problem)), (0, 0, 0, 6)))


def _verdict(answer: Answer) -> str:
    first = answer.answers[0]
    said = {
        "single": "one source",
        "corroborated": f"{first.witnesses} sources agree",
        "conflicting": "sources differ",
        "none": "",
    }[answer.agreement]
    return f"{said}, {answer.confidence:.0%} sure"


def _sure(answer: Answer) -> Text:
    return Text(f"({answer.confidence:.0%} that they answer it)", style="dim")


def _show_item(
    console: Console, item: AnswerItem, citations: Sequence[Citation], verdict: str | None
) -> None:
    by_number = {each.number: each for each in citations}
    first = by_number[item.citations[0]]
    sentence = Text(safe(item.sentence))
    offset = first.quote.find(item.sentence)
    if item.text != item.sentence and offset >= 0:
        start = first.answer_start - first.start - offset
        sentence.stylize("bold green", start, start + len(item.text))
    sentence.append("".join(f" [{number}]" for number in item.citations), style="cyan")
    if verdict is not None:
        headline = Text(safe(item.text), style="bold green") if item.text != item.sentence else None
        if headline is not None:
            console.print(headline, Text(f"({verdict})", style="dim"))
        else:
            console.print(Text(f"({verdict})", style="dim"))
    console.print(Padding(sentence, (0, 0, 0, 2)))


def _show_citations(console: Console, citations: Sequence[Citation]) -> None:
    for each in citations:
        console.print()
        _show_source(console, each.number, each.title or each.article, each.source, each.published)
        console.print(
            Text(f"    {safe(each.article)} {each.start}-{each.end}", style="dim"), soft_wrap=True
        )
        quote = Text(safe(each.quote))
        whole = (each.start, each.end) == (each.answer_start, each.answer_end)
        if not whole:
            quote.stylize("bold", each.answer_start - each.start, each.answer_end - each.start)
        console.print(Padding(quote, (0, 0, 0, 4)))
        if each.also_in:
            also = ", ".join(safe(other.article) for other in each.also_in)
            console.print(
                Padding(Text(f"The same text also stands in {also}", "dim"), (0, 0, 0, 4))
            )


def _show_source(
    console: Console, number: int, title: str, source: str | None, published: str | None
) -> None:
    facts = [fact for fact in (source, published) if fact]
    line = Text(f"[{number}] ", style="cyan")
    line.append(safe(title), style="bold")
    if facts:
        line.append(safe(" · " + " · ".join(facts)), style="dim")
    console.print(line)
