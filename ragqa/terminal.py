"""Answers, passages and articles as text for a terminal.

Article text is untrusted: control characters, which could move the cursor or recolour the screen,
and bidirectional overrides, which could reorder what is read, are shown as a replacement mark.
"""

import re
from collections.abc import Mapping, Sequence

from rich.console import Console
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
from ragqa.wording import agreement_in_words, percent, words_in_quote, words_in_sentence

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_OTHERS_SHOWN = 2
_NEAREST_SHOWN = 3


def safe(text: str) -> str:
    """Replace what a terminal would obey instead of show, character by character."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", " \n"))


def one_line(text: str) -> str:
    """Return a message as one harmless line."""
    return safe(" ".join(text.split()))


def show_answer(console: Console, answer: Answer) -> None:
    """Print an answer, who says it, who differs, then the citations."""
    if not answer.answered:
        _show_refusal(console, answer)
        return
    first, *others = answer.answers
    by_number = {each.number: each for each in answer.citations}
    if first.text != first.sentence:
        console.print(Text(safe(first.text), style="bold green"), end=" ")
    console.print(Text(f"({_verdict(answer)})", style="dim"))
    _show_sentence(console, first, by_number)
    for number in first.citations:
        console.print()
        _show_citation(console, by_number[number], quoted=True)
    differing = [each for each in others if each.contradicts_first]
    further = [each for each in others if not each.contradicts_first]
    _show_others(console, "Others differ:", differing, by_number)
    _show_others(console, "Also found:", further, by_number)


def show_passages(console: Console, passages: Sequence[Passage]) -> None:
    """Print passages, best first."""
    for number, passage in enumerate(passages, start=1):
        place = passage.place
        facts = _facts(place.source, place.published, place.article, place.start, place.end)
        _show_source(console, number, place.title, facts)
        _indented(console, Text(safe(passage.text)), 4)
        _show_copies(console, [each.article for each in passage.also_in])
        console.print()


def show_article(console: Console, view: ArticleView) -> None:
    """Print an article, with what was left out of it dimmed and the reason beside it."""
    article = view.article
    facts = [article.id, article.source, article.published, article.url]
    console.print(Text(safe(" · ".join(fact for fact in facts if fact)), style="dim"))
    position = 0
    for each in view.omissions:
        console.print(Text(safe(article.text[position : each.start])), end="")
        left_out = safe(article.text[each.start : each.end])
        label = "" if each.reason == "markup" else f"[left out: {each.reason}] "
        console.print(Text(label + left_out, style="dim"), end="")
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
            _indented(console, Text(safe(problem)), 6)


def _show_refusal(console: Console, answer: Answer) -> None:
    sure = f"({percent(answer.confidence)} that they answer it)"
    console.print(Text("Not in these articles.", style="bold yellow"), Text(sure, style="dim"))
    if answer.citations:
        console.print("The nearest passages:", style="dim")
    for each in answer.citations[:_NEAREST_SHOWN]:
        console.print()
        _show_citation(console, each, quoted=True)


def _show_others(
    console: Console, label: str, items: Sequence[AnswerItem], by_number: Mapping[int, Citation]
) -> None:
    if items:
        console.print(f"\n{label}", style="dim")
    for item in items[:_OTHERS_SHOWN]:
        _show_sentence(console, item, by_number)
        for number in item.citations:
            _show_citation(console, by_number[number], quoted=False)


def _verdict(answer: Answer) -> str:
    return f"{agreement_in_words(answer).lower()}, {percent(answer.confidence)} sure"


def _show_sentence(console: Console, item: AnswerItem, by_number: Mapping[int, Citation]) -> None:
    sentence = Text(safe(item.sentence))
    words = words_in_sentence(item, by_number[item.citations[0]])
    if words is not None:
        sentence.stylize("bold green", words.start, words.end)
    sentence.append("".join(f" [{number}]" for number in item.citations), style="cyan")
    _indented(console, sentence, 2)


def _show_citation(console: Console, citation: Citation, *, quoted: bool) -> None:
    facts = _facts(
        citation.source, citation.published, citation.article, citation.start, citation.end
    )
    _show_source(console, citation.number, citation.title, facts)
    if quoted:
        quote = Text(safe(citation.quote))
        words = words_in_quote(citation)
        if (words.start, words.end) != (0, len(citation.quote)):
            quote.stylize("bold", words.start, words.end)
        _indented(console, quote, 4)
    _show_copies(console, [each.article for each in citation.also_in])


def _facts(
    source: str | None, published: str | None, article: str, start: int, end: int
) -> list[str]:
    return [fact for fact in (source, published, f"{article} {start}-{end}") if fact]


def _show_source(console: Console, number: int, title: str, facts: Sequence[str]) -> None:
    line = Text(f"[{number}] ", style="cyan")
    if title:
        line.append(safe(f"{title} · "), style="bold")
    line.append(safe(" · ".join(facts)), style="dim")
    _indented(console, line, 0)


def _show_copies(console: Console, articles: Sequence[str]) -> None:
    if articles:
        also = f"The same text also stands in {', '.join(articles)}"
        _indented(console, Text(safe(also), style="dim"), 4)


def _indented(console: Console, text: Text, indent: int) -> None:
    """Print text wrapped to the console's width, with no trailing white space."""
    for line in text.wrap(console, max(20, console.width - indent)):
        line.rstrip()
        console.print(Text(" " * indent).append_text(line), soft_wrap=True)
