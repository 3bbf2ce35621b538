"""Complete enumerations: the verbatim spans of a whole list around an answer.

A list is items that run over lines (bulleted, numbered, labelled, or headings with numbers) with
the line that introduces them, or a coordination inside a sentence ("A, B and C").
"""

import re
from collections.abc import Sequence
from typing import Final

from ragqa.coordination import Enumeration, Source, coordination, overlap, span_of
from ragqa.types import Sentence, Span
from ragqa.units import MARKER
from ragqa.words import TENS, UNITS


def enumeration(
    text: str, sentences: Sequence[Sentence], answer: Span, *, offset: int = 0
) -> Enumeration | None:
    """Find the complete list that an answer is a part of, or announces, or holds.

    Args:
        text: The article's text, or the part of it that begins at `offset`.
        sentences: Consecutive sentences of it, in order, with their kinds; those of a whole article
            where a list may go on in the next chunk. What they don't cover is in no list.
        answer: A span proposed as the answer, or the sentence it stands in.
        offset: Where in the article `text` begins; all spans are the article's.

    Returns:
        The list, or None when the answer is in none: then the answer is complete as it is.
    """
    source = Source(text, offset)
    at = [i for i, each in enumerate(sentences) if overlap(each, answer)]
    if not at:
        return None
    first, last = at[0], at[-1]
    inside = coordination(source, sentences[first], answer) if first == last else None
    opens = first != last or _opens(source, sentences, first, answer)
    if (
        inside is not None
        and _holds(inside.spans[0], answer)
        and (len(inside.items) > 2 or not opens)
    ):
        return inside
    if sentences[first].kind == "item" and not opens:
        return inside
    return (
        item_run(source, sentences, first, last)
        or _numbered_headings(source, sentences, first, last)
        or inside
    )


_NUMBERED: Final = re.compile(r"(?:#+\s*)?\(?(\d{1,2})[.)]\s+\S")
_LONGEST_INTRODUCTION: Final = 400  # code points
_ANNOUNCING: Final = (
    frozenset(UNITS)
    | frozenset(TENS)
    | frozenset("several following these here below ways reasons factors causes points".split())
)
# Words that may stand between the beginning of an item and an answer that begins it.
_LEAD_IN: Final = 2


def announces(source: Source, sentence: Sentence) -> bool:
    """Whether a line introduces what follows it: three priorities; the following; these."""
    text = source.slice(sentence)
    words = re.findall(r"[^\W_]+", text.lower())
    # "It lists the main findings."
    several = bool(words) and words[-1].endswith("s") and not words[-1].endswith("ss")
    announcing = several or not _ANNOUNCING.isdisjoint(words)
    return text.endswith(":") or sentence.kind == "heading" or announcing


def _opens(source: Source, sentences: Sequence[Sentence], i: int, answer: Span) -> bool:
    """Whether an answer begins a line or an item, a marker and an article apart."""
    sentence = sentences[i]
    if sentence.kind == "item" and i and sentences[i - 1].kind == "item":
        between = source.slice(span_of(sentences[i - 1].end, sentence.start))
        if "\n" not in between and not MARKER.match(source.slice(sentence)):
            return False
    if answer.start <= sentence.start:
        return True
    head = source.slice(span_of(sentence.start, answer.start))
    within = len(re.findall(r"[^\W_]+", head)) <= _LEAD_IN and ":" not in head
    return within or sentence.kind == "paragraph"


def item_run(
    source: Source, sentences: Sequence[Sentence], first: int, last: int
) -> Enumeration | None:
    """The run of list items that holds the sentences, or that they introduce."""
    if sentences[last].kind != "item":
        if last + 1 == len(sentences) or sentences[last + 1].kind != "item":
            return None
        if not announces(source, sentences[last]):
            return None
        first = last = last + 1
    elif sentences[first].kind != "item":
        first = last
    while first > 0 and sentences[first - 1].kind == "item":
        first -= 1
    while last + 1 < len(sentences) and sentences[last + 1].kind == "item":
        last += 1
    items = _divided(source, sentences[first : last + 1])
    if len(items) < 2:
        return None
    opening = sentences[first - 1] if first else None
    if opening is None or not announces(source, opening):
        return Enumeration(items, items)
    if opening.end - opening.start > _LONGEST_INTRODUCTION:
        return Enumeration(items, items)
    return Enumeration((span_of(opening.start, opening.end), *items), items)


def _divided(source: Source, run: Sequence[Sentence]) -> tuple[Span, ...]:
    """The items of a run of sentences of items, each from its marker, or its line's beginning."""
    marked = any(MARKER.match(source.slice(each)) for each in run)
    items: list[Span] = []
    for i, each in enumerate(run):
        line = i > 0 and "\n" in source.slice(span_of(run[i - 1].end, each.start))
        if i == 0 or (line and (not marked or MARKER.match(source.slice(each)))):
            items.append(span_of(each.start, each.end))
        else:
            items[-1] = span_of(items[-1].start, each.end)
    return tuple(items)


def _numbered_headings(
    source: Source, sentences: Sequence[Sentence], first: int, last: int
) -> Enumeration | None:
    """Headings that count up from 1, when one of them or the line above the first is the answer."""
    runs: list[list[int]] = []
    for i, each in enumerate(sentences):
        if each.kind != "heading":
            continue
        match = _NUMBERED.match(source.slice(each))
        number = int(match[1]) if match else 0
        if number == 1 or not runs:
            runs.append([i] if number == 1 else [])
        elif runs[-1] and number == len(runs[-1]) + 1:
            runs[-1].append(i)
        else:
            runs.append([])
    answers = set(range(first, last + 1))
    for run in runs:
        above = run[0] - 1 if run else -1
        if len(run) > 1 and not answers.isdisjoint({above, *run}):
            items = [span_of(sentences[i].start, sentences[i].end) for i in run]
            head = [span_of(sentences[above].start, sentences[above].end)] if above >= 0 else []
            return Enumeration((*head, *items), tuple(items))
    return None


def _holds(around: Span, answer: Span) -> bool:
    return around.start <= answer.start and answer.end <= around.end
