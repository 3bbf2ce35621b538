"""An `Answer` as a page shows it: HTML in which no word of an article can become markup.

Text goes through `element` or `verbatim`, which escape it; addresses go through `outward`, which
lets only http and https through; what a script of the page needs stands in `data-` attributes.
"""

import html
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlencode, urlsplit

from ragqa.evaluation.markup import Markup, element, visible
from ragqa.types import Answer, AnswerItem, Citation, Filters, Span
from ragqa.web.copying import as_markdown
from ragqa.wording import (
    agreement_in_words,
    percent,
    sure_in_words,
    words_in_quote,
    words_in_sentence,
)

_NEAREST = 5


class Target(NamedTuple):
    """What the article panel is asked to show: an article, a passage and the words in it."""

    article: str
    passage: Span
    words: Span


def verbatim(text: str) -> Markup:
    """Text of an article, escaped; a character that a page cannot hold is a replacement sign.

    Every character of `text` gives one character of text on the page.
    """
    return Markup(html.escape(visible(text)))


def marked(text: str, span: Span | None) -> Markup:
    """Text with the words of a span in it marked."""
    if span is None or span.start == span.end:
        return verbatim(text)
    return joined(
        verbatim(text[: span.start]),
        element("mark", verbatim(text[span.start : span.end])),
        verbatim(text[span.end :]),
    )


def joined(*parts: Markup | None) -> Markup:
    """Finished pieces, one after the other."""
    return Markup("".join(str(part) for part in parts if part is not None))


def day(published: str | None) -> Markup | None:
    """A date as it is read, in a `time` element; what is no ISO date is shown as it is."""
    if not published:
        return None
    try:
        parsed = date.fromisoformat(published)
    except ValueError:
        return element("span", published)
    months = "January February March April May June July August September October November December"
    name = months.split()[parsed.month - 1]
    return element("time", f"{parsed.day} {name} {parsed.year}", datetime=published)


def outward(url: str | None, words: str) -> Markup | None:
    """A link to an article's own page; None unless the address is http or https."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return element("a", words, href=url, target="_blank", rel="noopener noreferrer")


def key(article: str) -> str:
    """An article's id as a `data-` attribute carries it, to the byte."""
    return quote(article.encode("utf-8", "surrogatepass"), safe="")


def unkey(text: str) -> str:
    """The article's id of a `key`."""
    return unquote_to_bytes(text).decode("utf-8", "surrogatepass")


def opener(
    words: Markup | str, target: Target, *, class_: str = "open", label: str | None = None
) -> Markup:
    """A button that opens an article at a passage."""
    passage, inside = target.passage, target.words
    return element(
        "button",
        words,
        type="button",
        class_=class_,
        aria_label=label,
        data_open=key(target.article),
        data_passage=f"{passage.start}-{passage.end}",
        data_words=f"{inside.start}-{inside.end}",
    )


def question_link(question: str, filters: Filters) -> str:
    """The query that opens the page with this question asked."""
    pairs = [("q", question), *(("source", source) for source in filters.sources)]
    dates = (("since", filters.since), ("until", filters.until))
    pairs += [(name, given) for name, given in dates if given]
    return "?" + urlencode(pairs, errors="replace")


def answer_card(answer: Answer, filters: Filters) -> str:
    """The whole of an answer: what, how sure, who says so, who differs, and the citations."""
    body = _answered(answer) if answer.answered else _refused(answer, filters)
    link = question_link(answer.question, filters)
    return str(
        element(
            "article",
            _heading(answer, link, filters),
            *body,
            class_="answer" if answer.answered else "answer refused",
            aria_labelledby="asked",
            data_question=answer.question,
            data_link=link,
            data_verdict=_verdict(answer),
            data_said=_said(answer),
        )
    )


def failure(message: str, question: str = "") -> str:
    """What went wrong with a question, where the answer would stand."""
    return str(
        element(
            "div",
            element("h2", "This could not be answered", id="asked", tabindex="-1"),
            element("p", verbatim(message)),
            class_="answer failed",
            role="alert",
            data_question=question,
        )
    )


def _heading(answer: Answer, link: str, filters: Filters) -> Markup:
    tools = [
        element(
            "button",
            "Copy as Markdown",
            type="button",
            class_="tool",
            data_copy=as_markdown(answer),
            data_copied="The answer was copied as Markdown",
        ),
        element(
            "button",
            "Copy link",
            type="button",
            class_="tool",
            data_copy_link=link,
            data_copied="The link was copied",
        ),
    ]
    return element(
        "header",
        element("h2", verbatim(answer.question), id="asked", tabindex="-1"),
        element("div", tools, class_="tools"),
        _filtered(filters),
    )


def _filtered(filters: Filters) -> Markup | None:
    parts = [" or ".join(filters.sources)] if filters.sources else []
    parts += [f"since {filters.since}"] if filters.since else []
    parts += [f"until {filters.until}"] if filters.until else []
    return element("p", f"Only {', '.join(parts)}", class_="faint") if parts else None


def _answered(answer: Answer) -> list[Markup | None]:
    numbered = {each.number: each for each in answer.citations}
    first, *others = answer.answers
    differing = [each for each in others if each.contradicts_first]
    further = [each for each in others if not each.contradicts_first]
    leading = [numbered[n] for each in (first, *differing) for n in each.citations]
    shown = {each.number for each in leading}
    rest = [each for each in answer.citations if each.number not in shown]
    return [
        None if differing else _headline(first, numbered),
        _facts(answer),
        _versions([first, *differing], numbered) if differing else None,
        _further(further, numbered) if further else None,
        _citations("Where it stands", leading),
        _citations("Where the rest stands", rest, folded=True) if rest else None,
    ]


def _headline(item: AnswerItem, numbered: Mapping[int, Citation]) -> Markup:
    sentence = element(
        "p",
        marked(item.sentence, words_in_sentence(item, numbered[item.citations[0]])),
        _references(item, numbered),
        class_="sentence" if item.text != item.sentence else "sentence whole",
    )
    if item.text == item.sentence:
        return sentence
    return joined(element("p", verbatim(item.text), class_="words"), sentence)


def _facts(answer: Answer) -> Markup:
    return element(
        "div",
        element("span", agreement_in_words(answer), class_=f"badge {answer.agreement}"),
        element(
            "span",
            element(
                "meter",
                min="0",
                max="1",
                value=f"{answer.confidence:.3f}",
                aria_label="How sure the program is",
            ),
            element(
                "span",
                element("b", sure_in_words(answer.confidence)),
                f", {percent(answer.confidence)}",
            ),
            class_="sure",
            title="The probability, fitted on held-out questions, that the articles answer this",
        ),
        element(
            "span",
            f"{answer.index.articles} articles searched in {answer.milliseconds.total:.0f} ms",
            class_="faint",
        ),
        class_="facts",
    )


def _versions(items: Sequence[AnswerItem], numbered: Mapping[int, Citation]) -> Markup:
    cards = [
        element(
            "li",
            element("p", verbatim(item.text), class_="value")
            if item.text != item.sentence
            else None,
            element(
                "p", marked(item.sentence, words_in_sentence(item, numbered[item.citations[0]]))
            ),
            element("ul", [_who(numbered[n]) for n in item.citations], class_="who"),
        )
        for item in items
    ]
    return element(
        "section",
        element("h3", "What they say", class_="sr-only"),
        element("ol", cards, class_="versions"),
        class_="differing",
    )


def _who(citation: Citation) -> Markup:
    said = day(citation.published) or element("span", "undated")
    return element(
        "li",
        _reference(citation),
        element("b", verbatim(citation.source or citation.title or citation.article)),
        Markup(" · "),
        said,
    )


def _further(items: Sequence[AnswerItem], numbered: Mapping[int, Citation]) -> Markup:
    lines = [
        element(
            "li",
            marked(item.sentence, words_in_sentence(item, numbered[item.citations[0]])),
            _references(item, numbered),
        )
        for item in items
    ]
    return element("section", element("h3", "Also found"), element("ul", lines), class_="further")


def _references(item: AnswerItem, numbered: Mapping[int, Citation]) -> Markup:
    return element(
        "span", [_reference(numbered[number]) for number in item.citations], class_="references"
    )


def _reference(citation: Citation) -> Markup:
    who = ", ".join(part for part in (citation.source, citation.title) if part) or citation.article
    return opener(
        str(citation.number),
        _target(citation),
        class_="reference",
        label=f"Citation {citation.number}: open {who}",
    )


def _target(citation: Citation) -> Target:
    return Target(
        citation.article,
        Span(start=citation.start, end=citation.end),
        Span(start=citation.answer_start, end=citation.answer_end),
    )


def _citations(title: str, citations: Sequence[Citation], *, folded: bool = False) -> Markup:
    cards = [_citation(each, folded=folded) for each in citations]
    return element("section", element("h3", title), element("ol", cards, class_="citations"))


def _citation(citation: Citation, *, folded: bool = False, refused: bool = False) -> Markup:
    words = None if refused else words_in_quote(citation)
    whole = words is not None and len(citation.quote) == words.end - words.start
    target = _target(citation)
    if refused:
        target = target._replace(words=Span(start=citation.start, end=citation.start))
    quoted = element("blockquote", marked(citation.quote, None if whole else words))
    if folded:
        quoted = element("details", element("summary", "The passage"), quoted)
    return element(
        "li",
        element("span", str(citation.number), class_="number", aria_hidden="true"),
        element(
            "div",
            element(
                "h4", opener(verbatim(citation.title or citation.article), target, class_="title")
            ),
            element(
                "p",
                _joined_by_dots(
                    element("b", verbatim(citation.source)) if citation.source else None,
                    day(citation.published),
                    outward(citation.url, "original"),
                    _id(citation.article, citation.title),
                ),
                class_="meta",
            ),
            quoted,
            _copies(citation),
            class_="inside",
        ),
        id=f"citation-{citation.number}",
    )


def _copies(citation: Citation) -> Markup | None:
    if not citation.also_in:
        return None
    places = []
    for place in citation.also_in:
        span = Span(start=place.start, end=place.end)
        words = Span(start=place.start, end=place.start)
        places.append(opener(verbatim(place.article), Target(place.article, span, words)))
    return element("p", "The same text also stands in ", _listed(places), class_="copies")


def _refused(answer: Answer, filters: Filters) -> list[Markup | None]:
    narrowed = filters != Filters()
    advice = (
        "Only the articles that pass the filters were asked; widen them, or ask in other words."
        if narrowed
        else "Ask in other words, or add articles that would know."
    )
    nearest = [
        element("h3", "The nearest passages"),
        element(
            "ol",
            [_citation(each, refused=True) for each in answer.citations[:_NEAREST]],
            class_="citations",
        ),
    ]
    return [
        element(
            "div",
            element("p", "Not in these articles", class_="words"),
            element(
                "p",
                f"Nothing in {answer.index.articles} articles was found to answer this; the chance "
                f"that they do is put at {percent(answer.confidence)}. {advice}",
            ),
            class_="none",
        ),
        element("section", nearest) if answer.citations else None,
    ]


def _id(article: str, title: str) -> Markup | None:
    """The article's id, where it does not stand as its title already."""
    return element("span", verbatim(article), class_="id") if title else None


def _listed(parts: Sequence[Markup]) -> Markup:
    return Markup(", ".join(str(part) for part in parts))


def _joined_by_dots(*parts: Markup | None) -> Markup:
    return Markup(" · ".join(str(part) for part in parts if part is not None))


def _verdict(answer: Answer) -> str:
    return answer.answers[0].text if answer.answers else "Not in these articles"


def _said(answer: Answer) -> str:
    """What a screen reader hears when the answer is there."""
    if not answer.answers:
        return f"Not in these articles. {len(answer.citations)} nearest passages."
    return (
        f"Answer: {answer.answers[0].text}. {agreement_in_words(answer)}. "
        f"{sure_in_words(answer.confidence)}, {percent(answer.confidence)}."
    )
