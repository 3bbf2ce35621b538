"""What is indexed, as tables: articles to search, sort and remove, and texts that stand twice."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from ragqa.evaluation.markup import Markup, element
from ragqa.types import ArticleSummary, Place, Span
from ragqa.web.desk import DuplicateGroup, FileResult
from ragqa.web.render import Target, day, joined, key, opener, verbatim

Column = Literal["title", "source", "published", "chunks", "copies"]
COLUMNS: dict[Column, str] = {
    "title": "Title",
    "source": "Source",
    "published": "Date",
    "chunks": "Chunks",
    "copies": "Shares text with",
}
_COPIES_SHOWN = 3
_MEMBERS_SHOWN = 8
_FROM_START = Span(start=0, end=0)


class Order(NamedTuple):
    """What the table is sorted by."""

    column: Column = "title"
    descending: bool = False


def shared_text(groups: Iterable[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """For each article of some groups that share text: the others of its groups, by id."""
    found: dict[str, set[str]] = {}
    for ids in groups:
        for each in ids:
            found.setdefault(each, set()).update(ids)
    return {each: tuple(sorted(others - {each})) for each, others in found.items()}


def matching(articles: Sequence[ArticleSummary], words: str) -> list[ArticleSummary]:
    """The articles whose title, source, date or id hold every one of some words."""
    wanted = words.casefold().split()

    def fits(article: ArticleSummary) -> bool:
        facts = (article.title, article.source, article.published, article.id)
        text = "\n".join(fact for fact in facts if fact).casefold()
        return all(word in text for word in wanted)

    return [article for article in articles if fits(article)]


def ordered(
    articles: Sequence[ArticleSummary], order: Order, copies: Mapping[str, Sequence[str]]
) -> list[ArticleSummary]:
    """The articles sorted by a column, and within it by id; those without a value come last."""

    def value(article: ArticleSummary) -> str | int | None:
        if order.column == "copies":
            return len(copies.get(article.id, ()))
        if order.column == "title":
            return (article.title or article.id).casefold()
        found: str | int | None = getattr(article, order.column)
        return found.casefold() if isinstance(found, str) else found

    by_id = sorted(articles, key=lambda article: article.id)
    valued = [(value(article), article) for article in by_id]
    known = [pair for pair in valued if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=order.descending)  # type: ignore[arg-type,return-value]
    return [article for _, article in known] + [
        article for found, article in valued if found is None
    ]


def articles_table(
    articles: Sequence[ArticleSummary],
    total: int,
    order: Order,
    copies: Mapping[str, Sequence[str]],
    shown: int,
) -> str:
    """The table of articles found; the first `shown` of them, and a button for more."""
    if not total:
        return str(element("p", "Nothing is indexed yet. Add files above.", class_="empty"))
    count = (
        f"{total} articles" if len(articles) == total else f"{len(articles)} of {total} articles"
    )
    if not articles:
        return str(element("p", f"None of {total} articles has these words.", class_="empty"))
    head = element(
        "tr",
        element("th", element("span", "Select", class_="sr-only"), scope="col", class_="choice"),
        *(_head(column, name, order) for column, name in COLUMNS.items()),
    )
    rows = [_row(article, copies.get(article.id, ())) for article in articles[:shown]]
    more = len(articles) - shown
    return str(
        joined(
            element(
                "div",
                element(
                    "table",
                    element("caption", count),
                    element("thead", head),
                    element("tbody", rows),
                ),
                class_="scroll",
                tabindex="0",
                role="region",
                aria_label="Table of articles",
            ),
            element(
                "button",
                f"Show more ({more} left)",
                type="button",
                class_="tool",
                data_more=True,
            )
            if more > 0
            else None,
        )
    )


def _head(column: Column, name: str, order: Order) -> Markup:
    sorted_here = order.column == column
    direction = "descending" if order.descending else "ascending"
    return element(
        "th",
        element("button", name, type="button", data_sort=column),
        scope="col",
        aria_sort=direction if sorted_here else None,
        class_=column,
    )


def _row(article: ArticleSummary, copies: Sequence[str]) -> Markup:
    title = article.title or article.id
    target = Target(article.id, _FROM_START, _FROM_START)
    others = [opener(verbatim(each), Target(each, _FROM_START, _FROM_START)) for each in copies]
    more = len(others) - _COPIES_SHOWN
    return element(
        "tr",
        element(
            "td",
            element(
                "input",
                type="checkbox",
                data_choose=key(article.id),
                aria_label=f"Select {title}",
            ),
            class_="choice",
        ),
        element(
            "td",
            opener(verbatim(title), target, class_="title"),
            element("span", verbatim(article.id), class_="id") if article.title else None,
            class_="title",
        ),
        element("td", verbatim(article.source or ""), class_="source"),
        element("td", day(article.published) or "", class_="published"),
        element("td", str(article.chunks), class_="chunks"),
        element(
            "td",
            Markup("<br>".join(str(each) for each in others[:_COPIES_SHOWN])),
            f" and {more} more" if more > 0 else None,
            class_="copies",
        ),
    )


def file_result(result: FileResult) -> Markup:
    """What became of one uploaded file, as a line."""
    said = {"added": "added", "present": "was there already", "failed": "not added"}[result.status]
    opened = [
        opener(verbatim(each), Target(each, _FROM_START, _FROM_START)) for each in result.articles
    ]
    shown = opened[:_COPIES_SHOWN]
    more = len(opened) - len(shown)
    return element(
        "li",
        element("b", verbatim(result.name)),
        f": {said}",
        joined(Markup(" as "), Markup(", ".join(map(str, shown)))) if shown else None,
        f" and {more} more" if more else None,
        joined(Markup(": " if result.status == "failed" else ". "), verbatim(result.message))
        if result.message
        else None,
        class_=f"result {result.status}",
    )


def duplicates_list(groups: Sequence[DuplicateGroup]) -> str:
    """Groups of texts that stand more than once; what differs from the first is marked."""
    if not groups:
        return str(element("p", "No text stands in two places.", class_="empty"))
    return str(element("ol", [_group(group) for group in groups], class_="groups"))


def _group(group: DuplicateGroup) -> Markup:
    first, *others = group.members
    differs = sum(member.text != first.text for member in others)
    names = dict.fromkeys(m.place.source or m.place.title or m.place.article for m in group.members)
    places = f"{len(group.members)} places"
    alike = "word for word" if not differs else f"{differs} of them worded otherwise"
    cards = [_member(first.place, verbatim(first.text))]
    cards += [
        _member(each.place, differences(first.text, each.text))
        for each in others[: _MEMBERS_SHOWN - 1]
    ]
    hidden = len(group.members) - len(cards)
    return element(
        "li",
        element(
            "details",
            element(
                "summary",
                element("span", verbatim(_opening(first.text)), class_="opening"),
                element("span", f"{places}, {alike}: ", class_="faint"),
                element("span", verbatim(", ".join(names)), class_="faint"),
            ),
            element("ul", cards),
            element("p", f"and {hidden} more places", class_="faint") if hidden > 0 else None,
        ),
    )


def _member(place: Place, words: Markup) -> Markup:
    span = Span(start=place.start, end=place.end)
    target = Target(place.article, span, Span(start=place.start, end=place.start))
    facts = [
        element("b", verbatim(place.source)) if place.source else None,
        day(place.published),
        opener(verbatim(place.article), target),
    ]
    return element(
        "li",
        element(
            "p",
            Markup(" · ".join(str(fact) for fact in facts if fact is not None)),
            class_="meta",
        ),
        element("blockquote", words),
    )


def _opening(text: str, most: int = 110) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "\N{HORIZONTAL ELLIPSIS}"


def differences(first: str, second: str) -> Markup:
    """The second text, with the words that are not in the first in `ins`, and those lost in `del`.

    Lines may be broken otherwise: white space does not count as a difference.
    """
    before, after = first.split(), _words(second)
    matcher = SequenceMatcher(None, before, [word.strip() for word in after], autojunk=False)
    shown = []
    for kind, start, end, begin, stop in matcher.get_opcodes():
        if kind in {"delete", "replace"}:
            shown += [element("del", verbatim(" ".join(before[start:end]))), Markup(" ")]
        words = "".join(after[begin:stop])
        if kind in {"insert", "replace"}:
            bare = words.rstrip()
            shown += [element("ins", verbatim(bare)), verbatim(words[len(bare) :])]
        elif kind == "equal":
            shown.append(verbatim(words))
    return joined(*shown)


def _words(text: str) -> list[str]:
    """Words with the white space behind them; the first also with what is before it."""
    pieces: list[str] = []
    position = 0
    for word in text.split():
        start = text.index(word, position)
        if pieces:
            pieces[-1] += text[position:start]
            begin = start
        else:
            begin = 0
        position = start + len(word)
        pieces.append(text[begin:position])
    if pieces:
        pieces[-1] += text[position:]
    return pieces
