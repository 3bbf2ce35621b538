"""Answers snapped to whole words, numbers and names of the text they stand in."""

import re
from collections.abc import Sequence

from ragqa.types import Passage, Span, ValueSpan

# What belongs to the word beside it and is never cut from it.
_SIGNS = "$€£¥₹%‰°#@&"
_INSIDE = re.compile(r"[\w'’.,:/–-]")
_COUNTED = re.compile(r"\d-[^\W\d_]")
_EDGES = " \t\r\n.,;:!?…"
_PAIRS = {'"': '"', "“": "”", "‘": "’", "(": ")", "[": "]", "«": "»"}
# Values of which no part is an answer.
_WHOLE = frozenset({"money", "number", "percent", "duration", "name"})


def snap(passage: Passage, sentence: Span, answer: Span, values: Sequence[ValueSpan]) -> Span:
    """Widen an answer inside its sentence to whole words, numbers and names.

    Punctuation at its ends, and a quotation mark or bracket without its fellow, is left out.
    """
    text = passage.slice(sentence)
    start, end = answer.start - sentence.start, answer.end - sentence.start
    start, end = _words(text, start, end)
    for value in values:
        first, last = value.start - sentence.start, value.end - sentence.start
        overlap = first < end and start < last
        if overlap and value.value.kind in _WHOLE and first >= 0 and last <= len(text):
            start, end = min(start, first), max(end, last)
    start, end = _trimmed(text, start, end)
    return Span(start=sentence.start + start, end=sentence.start + end)


def _words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the words, with their signs, that it cuts."""
    while start > 0 and _joined(text, start):
        start -= 1
    while end < len(text) and _joined(text, end):
        end += 1
    return start, end


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of a place belong to one word."""
    before, after = text[at - 1], text[at]
    if before in _SIGNS or after in "%‰°":
        return not (before.isspace() or after.isspace())
    if before.isalnum() and after.isalnum():
        return True
    # Eight hundred are the members of an 800-member club, but a $20-million deal is a value.
    if _COUNTED.match(text, at - 1) or (at > 1 and _COUNTED.match(text, at - 2)):
        return False
    around = text[max(0, at - 2) : at + 2]
    # A mark inside a word or number: both its neighbours are letters or figures.
    if before.isalnum() and _INSIDE.match(after):
        return at + 1 < len(text) and text[at + 1].isalnum()
    if after.isalnum() and _INSIDE.match(before):
        return at > 1 and text[at - 2].isalnum() and " " not in around[:2]
    return False


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out marks at the ends that say nothing; at least one character stays."""
    while True:
        was = start, end
        while start < end - 1 and text[start] in _EDGES:
            start += 1
        while end - 1 > start and text[end - 1] in _EDGES and not _abbreviated(text, start, end):
            end -= 1
        inner = text[start:end]
        for opening, closing in _PAIRS.items():
            if inner.startswith(opening) and closing not in inner[1:] and len(inner) > 1:
                start += 1
                break
            if inner.endswith(closing) and opening not in inner[:-1] and len(inner) > 1:
                end -= 1
                break
        if (start, end) == was:
            return start, end


def _abbreviated(text: str, start: int, end: int) -> bool:
    """Whether the full stop that a span ends with belongs to an abbreviation: U.S., Jr."""
    word = text[start:end].rsplit(None, 1)[-1]
    return text[end - 1] == "." and (word.count(".") > 1 or text[end : end + 1] not in ("", " "))
