"""A text as units: a line, or the lines of one hard-wrapped paragraph or list item."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ragqa.furniture import furniture, line_key
from ragqa.lines import (
    HEADLINE_CASE,
    Line,
    has_words,
    is_complete,
    split_lines,
    starts_lower,
    title_case,
)
from ragqa.types import BlockKind, Reason, Span

WRAPPED = 120  # characters; a longer line is a paragraph of its own
PROSE = 80  # a complete line this long is prose: something the article says

MARKER = re.compile(
    r"(?:[-*+•◦▪‣·–—]\s+(?:[•◦▪‣·]\s*)?|[•◦▪‣]\s*|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s+)\S"
)
HEADING_MARK = re.compile(r"#{1,6}\s+(?=\S)")


@dataclass(slots=True)
class Unit:
    """A line, or the lines of one wrapped paragraph, and what the rules made of it."""

    start: int
    end: int
    text: str
    title: bool = False
    reason: Reason | None = None
    kind: BlockKind = "paragraph"
    key: str = field(default="", init=False)
    complete: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.complete = is_complete(self.text)
        self.key = line_key(self.text)

    @property
    def prose(self) -> bool:
        """Whether it evidently says something and is kept."""
        return self.reason is None and self.complete and len(self.text) >= PROSE


def read_units(text: str, title_span: Span | None = None, *, wraps: bool = True) -> Iterator[Unit]:
    """Read the units of a text; with `wraps` a unit may be several lines."""
    lines = split_lines(text)
    document = _wrapping([text[line.start : line.end] for line in lines]) if wraps else 0
    at = (title_span.start, title_span.end) if title_span else (0, 0)
    begin = 0
    while begin < len(lines):
        end = begin + 1
        while end < len(lines) and not lines[end].after_blank:
            end += 1
        run = lines[begin:end]
        texts = [text[line.start : line.end] for line in run]
        titles = [line.start < at[1] and line.end > at[0] for line in run]
        joins = _joins(run, texts, titles, document) if wraps else [False] * len(run)
        first = 0
        for i in range(len(run)):
            if i + 1 == len(run) or not joins[i]:
                start, stop = run[first].start, run[i].end
                yield Unit(start, stop, text[start:stop], title=titles[i])
                first = i + 1
        begin = end


def _continues(a: str, b: str) -> bool:
    fit = len(a) <= WRAPPED and len(b) <= WRAPPED
    return fit and not is_complete(a) and starts_lower(b)


def _wrapping(texts: Sequence[str]) -> int:
    """Return the width to which these lines were wrapped, or 0 when they were not."""
    width = max((len(text) for text in texts if len(text) <= WRAPPED), default=0)
    going_on = [
        _continues(a, b) and len(a) >= 40 and not MARKER.match(a) for a, b in pairwise(texts)
    ]
    return width if sum(going_on) >= max(1, len(going_on) // 4) else 0


def _joins(
    run: Sequence[Line], texts: Sequence[str], titles: Sequence[bool], document: int
) -> list[bool]:
    """Say for each line of a run without blank lines whether the next one continues it."""
    continues = [_continues(a, b) for a, b in pairwise(texts)]
    width = _wrapping(texts) or document
    wrapped = width > 0
    base = min(line.indent for line in run)
    indented = wrapped and any(line.indent >= base + 2 for line in run)
    joins: list[bool] = []
    in_item = False
    for i, (a, b) in enumerate(pairwise(texts)):
        in_item = bool(MARKER.match(a)) or (in_item and joins[-1])
        if titles[i] or titles[i + 1] or _stands_apart(a, b):
            joins.append(False)
        elif in_item:
            joins.append(run[i + 1].indent > base or continues[i])
        elif run[i + 1].indent > base:
            joins.append(False)
        elif not wrapped:
            joins.append(continues[i] and len(a) >= 20)
        elif indented:
            joins.append(True)
        else:
            full = len(a) + 1 + len(b.split(maxsplit=1)[0]) > 0.9 * width
            running = not is_complete(a) and 2 * len(a) >= width and title_case(a) < HEADLINE_CASE
            joins.append(continues[i] or full or running)
    for i in range(len(joins)):
        # A short line that is no sentence, between two paragraphs, is a heading: not the
        # end of the first one, however full that one's last line is.
        b, alone = texts[i + 1], i + 1 == len(joins) or not joins[i + 1]
        sentence = not is_complete(texts[i]) or is_complete(b) or b[-1] in ":;,"
        if joins[i] and not indented and alone and not sentence and 2 * len(b) < width:
            joins[i] = starts_lower(b)
        joins[i] = joins[i] and not furniture(b)
    return joins


def _stands_apart(a: str, b: str) -> bool:
    """Whether the second of two lines cannot continue the first."""
    return bool(
        len(a) > WRAPPED
        or MARKER.match(b)
        or HEADING_MARK.match(a)
        or not (has_words(a[:WRAPPED]) and has_words(b[:WRAPPED]))
    )
