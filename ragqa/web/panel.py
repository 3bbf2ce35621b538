"""An article beside the answer: its very text, the passage, the words, and what was left out."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ragqa.evaluation.markup import Markup, element
from ragqa.types import ArticleView, Omission, Reason, Span
from ragqa.web.render import day, joined, outward, verbatim

REASONS: dict[Reason, str] = {
    "navigation": "navigation: menus and links of the site",
    "share": "share line: buttons to pass the article on",
    "comments": "comments: what readers wrote below it",
    "teaser": "teaser: a line for another article",
    "promotion": "promotion: newsletters, subscriptions, advertisements",
    "repeated-body": "second copy of the article's own text",
    "recurring-line": "a line that recurs in many articles of this source",
    "front-matter": "front matter: title, source and date as data",
    "markup": "signs of the markup language",
}
"""Why a part is not searched, as the panel explains it."""


class _Piece(NamedTuple):
    """A run of text that is shown in one way."""

    start: int
    end: int
    passage: bool
    words: bool
    heading: bool
    omission: Omission | None


def article_panel(view: ArticleView, passage: Span, words: Span) -> str:
    """The article; `data-words` marks the words, `data-passage` the passage to scroll to."""
    article = view.article
    text = article.text
    passage, words = _within(passage, text), _within(words, text)
    omissions = _merged(view.omissions, text)
    pieces = _pieces(text, omissions, _headings(view), passage, words)
    facts = [
        element("b", verbatim(article.source)) if article.source else None,
        day(article.published),
        outward(article.url, "original"),
        element("span", verbatim(article.id), class_="id"),
    ]
    title = article.title or article.id
    return str(
        joined(
            element(
                "header",
                element("h2", verbatim(title), id="panel-title", tabindex="-1"),
                element(
                    "p",
                    Markup(" · ".join(str(fact) for fact in facts if fact is not None)),
                    class_="meta",
                ),
                element("p", _summary(omissions), class_="faint"),
                element(
                    "button",
                    "Close",
                    type="button",
                    class_="tool close",
                    data_close=True,
                    aria_keyshortcuts="Escape",
                ),
            ),
            element(
                "div",
                _shown(text, pieces),
                class_="text",
                tabindex="0",
                role="region",
                aria_label="Text of the article",
            ),
        )
    )


def _summary(omissions: Sequence[Omission]) -> str:
    left = [each for each in omissions if each.reason != "markup"]
    if not left:
        return "All of it is searched."
    kinds = ", ".join(sorted({each.reason.replace("-", " ") for each in left}))
    count = "1 part is" if len(left) == 1 else f"{len(left)} parts are"
    return f"{count} left out of the search and dimmed here: {kinds}."


def _within(span: Span, text: str) -> Span:
    """A span asked for, as far as it lies in the text."""
    return Span(start=min(span.start, len(text)), end=min(span.end, len(text)))


def _merged(omissions: Sequence[Omission], text: str) -> list[Omission]:
    """Omissions with one reason, and only white space between them, as one."""
    merged: list[Omission] = []
    for each in omissions:
        last = merged[-1] if merged else None
        if last and last.reason == each.reason and not text[last.end : each.start].strip():
            merged[-1] = Omission(start=last.start, end=each.end, reason=each.reason)
        else:
            merged.append(each)
    return merged


def _headings(view: ArticleView) -> list[Span]:
    spans: list[Span] = [view.article.title_span] if view.article.title_span else []
    spans += [s for chunk in view.chunks for s in chunk.sentences if s.kind == "heading"]
    return spans


def _pieces(
    text: str, omissions: Sequence[Omission], headings: Sequence[Span], passage: Span, words: Span
) -> Iterator[_Piece]:
    """Cut the text wherever the way it is shown changes; the pieces rejoin to it."""
    cuts = {0, len(text)}
    for span in (*omissions, *headings, passage, words):
        cuts |= {min(span.start, len(text)), min(span.end, len(text))}
    edges = sorted(cuts)
    headed = _Sweep(sorted(headings, key=lambda span: span.start))
    omitted = _Sweep(omissions)
    for start, end in pairwise(edges):
        found = omitted.over(start, end)
        yield _Piece(
            start,
            end,
            passage=passage.start <= start and end <= passage.end,
            words=words.start <= start and end <= words.end,
            heading=headed.over(start, end) is not None,
            omission=found if isinstance(found, Omission) else None,
        )


class _Sweep:
    """Finds which of some ordered spans lies over a piece, for pieces that come in order."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._next = 0

    def over(self, start: int, end: int) -> Span | None:
        while self._next < len(self._spans) and self._spans[self._next].end <= start:
            self._next += 1
        if self._next == len(self._spans):
            return None
        span = self._spans[self._next]
        return span if span.start <= start and end <= span.end else None


def _shown(text: str, pieces: Iterator[_Piece]) -> list[Markup]:
    return [_run(verbatim(text[piece.start : piece.end]), piece) for piece in pieces]


def _run(words: Markup, piece: _Piece) -> Markup:
    classes = [
        name
        for name, holds in (
            ("passage", piece.passage),
            ("heading", piece.heading),
            ("left-out", piece.omission is not None),
        )
        if holds
    ]
    class_ = " ".join(classes) or None
    if piece.words:
        return element("mark", words, class_=class_, data_words=True)
    if piece.omission is None:
        return (
            element("span", words, class_=class_, data_passage=piece.passage) if class_ else words
        )
    if piece.omission.reason == "markup":
        return element("span", words, class_=f"{class_} signs", title=REASONS["markup"])
    why = f"Left out: {REASONS[piece.omission.reason]}"
    return element(
        "span", words, class_=class_, tabindex="0", role="note", aria_label=why, data_why=why
    )
