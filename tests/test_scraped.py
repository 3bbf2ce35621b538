"""Scraped articles of many kinds, marked line by line: what they say, and what the page adds.

A file in `scraped/` begins with the fields that should be read (none: the article states none; a
title of "?" is one that is not read right), then has one line of the article a line, after a mark:

    =  the article says this; it must be kept
    n s c t p r  furniture: navigation, share, comments, teaser, promotion, repeated body
    ?  either will do: page furniture that is harmless, or a byline, credit or the like
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from ragqa.articles import SourceFile, parse
from ragqa.content import read_content
from ragqa.types import Article, Content

REASONS = {
    "n": "navigation",
    "s": "share",
    "c": "comments",
    "t": "teaser",
    "p": "promotion",
    "r": "repeated-body",
}
PAGES = sorted((Path(__file__).parent / "scraped").glob("*.txt"))


class Page(NamedTuple):
    fields: dict[str, str]
    lines: list[tuple[str, str]]
    article: Article
    content: Content

    def found(self, mark: str) -> list[tuple[str, str | None]]:
        """The lines with a mark, each with the reason why it is left out, if it is."""
        rows = []
        position = 0
        for own, line in self.lines:
            at, position = position, position + len(line) + 1
            if own == mark:
                omissions = self.content.omissions
                reason = next((o.reason for o in omissions if o.start <= at < o.end), None)
                rows.append((line, reason))
        return rows


def read(path: Path) -> Page:
    rows = [row for row in path.read_text(encoding="utf-8").splitlines() if row]
    fields = dict(row.split(": ", 1) for row in rows if row[1] != "|")
    lines = [(row[0], row[2:]) for row in rows if row[1] == "|"]
    assert all(mark in "=?" or mark in REASONS for mark, _ in lines)
    data = ("\n".join(line for _, line in lines) + "\n").encode()
    (article,), problems = parse(SourceFile(path, path.name, "text", len(data), len(data)), data)
    assert not problems
    return Page(fields, lines, article, read_content(article))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_nothing_that_an_article_says_is_left_out(path: Path) -> None:
    assert [row for row in read(path).found("=") if row[1]] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_is_left_out_has_its_reason(path: Path) -> None:
    page = read(path)
    for mark, name in REASONS.items():
        assert [row for row in page.found(mark) if row[1] not in (None, name)] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_titles_dates_and_sources_are_read_where_stated(path: Path) -> None:
    page = read(path)
    article = page.article
    assert article.published == page.fields.get("published")
    assert article.source == page.fields.get("source")
    if page.fields.get("title") != "?":
        assert article.title == page.fields.get("title")


def test_nine_in_ten_lines_of_furniture_are_left_out() -> None:
    rows = [row for page in map(read, PAGES) for mark in REASONS for row in page.found(mark)]
    left_out = [row for row in rows if row[1]]
    assert len(rows) > 200
    assert len(left_out) / len(rows) >= 0.9


def test_most_teasers_are_left_out() -> None:
    rows = [row for page in map(read, PAGES) for row in page.found("t")]
    assert sum(row[1] is not None for row in rows) / len(rows) >= 0.9
