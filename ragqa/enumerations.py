"""Complete enumerations and complete reasons: the verbatim spans of a whole list around an answer.

A list is items that run over lines (bulleted, numbered, labelled, or headings with numbers) with
the line that introduces them, or a coordination inside a sentence ("A, B and C"). A reason is the
sentence that gives it with those that go on giving it. Nothing here looks up a word's class in a
lexicon: what bounds a coordination is punctuation and English's closed classes of words.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ragqa.types import Sentence, Span
from ragqa.units import MARKER
from ragqa.words import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    MONTHS,
    PREPOSITIONS,
    PRONOUNS,
    TENS,
    UNITS,
    WEEKDAYS,
)


class Enumeration(NamedTuple):
    """A complete list.

    `spans` are what to quote, in order: an introducing line and each item, or one coordinated
    phrase. `items` are its entries: the same items, or the conjuncts. Neither has an empty span,
    nor white space at a span's ends.
    """

    spans: tuple[Span, ...]
    items: tuple[Span, ...]


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
    source = _Source(text, offset)
    at = [i for i, each in enumerate(sentences) if _overlap(each, answer)]
    if not at:
        return None
    first, last = at[0], at[-1]
    inside = _coordination(source, sentences[first], answer) if first == last else None
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
        _items(source, sentences, first, last)
        or _numbered_headings(source, sentences, first, last)
        or inside
    )


def reason(
    text: str, sentences: Sequence[Sentence], answer: Span, *, offset: int = 0
) -> tuple[Span, ...]:
    """Find the sentences that give the complete reason that an answer gives or announces.

    The sentence of the answer, whole, with its because-clause; the one before it when it only
    goes on from there ("That is because ..."); those after it that go on ("The reason is",
    "Another reason"); or the list that it introduces.

    Args:
        text: The article's text, or the part of it that begins at `offset`.
        sentences: Consecutive sentences of it, in order.
        answer: A span proposed as the answer.
        offset: Where in the article `text` begins; all spans are the article's.

    Returns:
        Spans in order, none of them empty; only the answer's own when it is in no sentence.
    """
    source = _Source(text, offset)
    at = [i for i, each in enumerate(sentences) if _overlap(each, answer)]
    if not at:
        return (answer,)
    first, last = at[0], at[-1]
    if _announces(source, sentences[last]):
        listed = _items(source, sentences, first, last)
        if listed is not None:
            return listed.spans
    if first > 0 and _ANAPHORIC.match(source.slice(sentences[first])):
        first -= _same_block(source, sentences[first - 1], sentences[first])
    while last + 1 < len(sentences) and _goes_on(source, sentences[last], sentences[last + 1]):
        last += 1
    return tuple(_span(each.start, each.end) for each in sentences[first : last + 1])


class _Source(NamedTuple):
    """A text and where in the article it begins."""

    text: str
    offset: int

    def slice(self, span: Span) -> str:
        return self.text[span.start - self.offset : span.end - self.offset]


def _span(start: int, end: int) -> Span:
    return Span(start=start, end=end)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


# Reasons

_ANAPHORIC: Final = re.compile(
    r"(?:(?:this|that|it|which)(?:['’]s| is| was)? (?:partly |mainly |largely )?"
    r"(?:because|due to|owing to|why|so that)\b|because\b|(?:the|one|a) (?:\w+ )?reasons?\b"
    r"(?! (?:for|behind|that|why)))",
    re.IGNORECASE,
)
_SAID_NEXT: Final = re.compile(
    r"(?:the|its|their) reasons? (?:is|are|was|were) (?:\w+ )?"
    r"(?:simple|clear|obvious|plain|straightforward|twofold|threefold)\W*$",
    re.IGNORECASE,
)
_CONTINUED: Final = re.compile(
    r"(?:(?:this|that|it)(?:['’]s| is| was) (?:partly |mainly |largely )?"
    r"(?:because|due to|owing to)|because\b"
    r"|(?:the|one|another|a|its|their) (?:\w+ ){0,2}(?:reason|cause)s?\b)",
    re.IGNORECASE,
)


def _goes_on(source: _Source, one: Sentence, other: Sentence) -> bool:
    """Whether a sentence goes on giving the reason the one before it gives, or only announces."""
    if not _same_block(source, one, other):
        return False
    return bool(_SAID_NEXT.match(source.slice(one)) or _CONTINUED.match(source.slice(other)))


def _same_block(source: _Source, one: Sentence, other: Sentence) -> bool:
    gap = source.text[one.end - source.offset : other.start - source.offset]
    return "heading" not in (one.kind, other.kind) and gap.count("\n") < 2


# Lists over lines

_NUMBERED: Final = re.compile(r"(?:#+\s*)?\(?(\d{1,2})[.)]\s+\S")
_LONGEST_INTRODUCTION: Final = 400  # code points
_ANNOUNCING: Final = (
    frozenset(UNITS)
    | frozenset(TENS)
    | frozenset("several following these here below ways reasons factors causes points".split())
)
# Words that may stand between the beginning of an item and an answer that begins it.
_LEAD_IN: Final = 2


def _announces(source: _Source, sentence: Sentence) -> bool:
    """Whether a line introduces what follows it: three priorities; the following; these."""
    text = source.slice(sentence)
    words = re.findall(r"[^\W_]+", text.lower())
    return text.endswith(":") or sentence.kind == "heading" or not _ANNOUNCING.isdisjoint(words)


def _opens(source: _Source, sentences: Sequence[Sentence], i: int, answer: Span) -> bool:
    """Whether an answer begins a line or an item, a marker and an article apart."""
    sentence = sentences[i]
    if sentence.kind == "item" and i and sentences[i - 1].kind == "item":
        between = source.slice(_span(sentences[i - 1].end, sentence.start))
        if "\n" not in between and not MARKER.match(source.slice(sentence)):
            return False
    if answer.start <= sentence.start:
        return True
    head = source.slice(_span(sentence.start, answer.start))
    within = len(re.findall(r"[^\W_]+", head)) <= _LEAD_IN and ":" not in head
    return within or sentence.kind == "paragraph"


def _items(
    source: _Source, sentences: Sequence[Sentence], first: int, last: int
) -> Enumeration | None:
    """The run of list items that holds the sentences, or that they introduce."""
    if sentences[last].kind != "item":
        if last + 1 == len(sentences) or sentences[last + 1].kind != "item":
            return None
        if not _announces(source, sentences[last]):
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
    if opening is None or not _announces(source, opening):
        return Enumeration(items, items)
    if opening.end - opening.start > _LONGEST_INTRODUCTION:
        return Enumeration(items, items)
    return Enumeration((_span(opening.start, opening.end), *items), items)


def _divided(source: _Source, run: Sequence[Sentence]) -> tuple[Span, ...]:
    """The items of a run of sentences of items, each from its marker, or its line's beginning."""
    marked = any(MARKER.match(source.slice(each)) for each in run)
    items: list[Span] = []
    for i, each in enumerate(run):
        line = i > 0 and "\n" in source.slice(_span(run[i - 1].end, each.start))
        if i == 0 or (line and (not marked or MARKER.match(source.slice(each)))):
            items.append(_span(each.start, each.end))
        else:
            items[-1] = _span(items[-1].start, each.end)
    return tuple(items)


def _numbered_headings(
    source: _Source, sentences: Sequence[Sentence], first: int, last: int
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
            items = [_span(sentences[i].start, sentences[i].end) for i in run]
            head = [_span(sentences[above].start, sentences[above].end)] if above >= 0 else []
            return Enumeration((*head, *items), tuple(items))
    return None


# Coordinations

_TOKEN: Final = re.compile(
    r"(?P<also>\b(?:as well as|along with)\b)|(?P<open>[(\[])|(?P<close>[)\]])"
    r"|(?P<word>[^\W_]+(?:(?:[.'’&+/-](?=[^\W_])|,(?=\d{3}))[^\W_]+)*)"
    r"|(?P<comma>,)|(?P<stop>[;:!?]|--|[—–]|\.(?!\w))"
)
_BRACKETED: Final = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
_AND: Final = frozenset({"and", "or", "nor", "plus"})
_LONGEST_CONJUNCT: Final = 10  # words
_MOST_CONJUNCTS: Final = 60
_SUBJECTS: Final = frozenset("i he she it we they there who which that".split())
_POSSESSIVES: Final = frozenset("its their his her our my your".split())
_OWNERS: Final = DETERMINERS | _POSSESSIVES
_RELATIVE: Final = frozenset("who whose whom which that where when".split())
_CLAUSE: Final = AUXILIARIES | _SUBJECTS
# Words at which a noun phrase ends, looking either way from its noun.
_EDGES: Final = (
    (PREPOSITIONS - {"of"})
    | AUXILIARIES
    | CONJUNCTIONS
    | (PRONOUNS - {"other", "others", "all", "both"} - _POSSESSIVES)
    | frozenset(["namely"])
)
_CALENDAR: Final = frozenset(MONTHS) | frozenset(WEEKDAYS)


class _Word(NamedTuple):
    """A word outside of brackets, and its span in the article."""

    low: str
    raised: bool
    start: int
    end: int


class _Part(NamedTuple):
    """The words between two separators; `joined` says that "and" or "or" stands before them.

    `comma` says that a comma does, with or without one. `start` and `end` take in what stands in
    brackets after a word.
    """

    words: tuple[_Word, ...]
    start: int
    end: int
    joined: bool
    comma: bool

    @property
    def clause(self) -> bool:
        """Whether it has a verb of the closed class, or what makes it a clause."""
        return any(word.low in _CLAUSE for word in self.words)

    @property
    def plain(self) -> bool:
        """Whether it can be a conjunct: short, and no clause."""
        return len(self.words) <= _LONGEST_CONJUNCT and not self.clause


def _coordination(source: _Source, sentence: Sentence, answer: Span) -> Enumeration | None:
    """The coordinated phrase in a sentence that overlaps the answer, the longest of several."""
    found = list(_semicolons(source, sentence))
    for clause, after_colon in _clauses(source, sentence):
        whole = _after_colon(clause) if after_colon else None
        found += [whole] if whole is not None else _chains(clause)
    touching = [each for each in found if _overlap(each.spans[0], answer)]
    within = sum(_holds(each.spans[0], answer) for each in touching) > 0
    least = 2 if within else 3
    touching = [each for each in touching if len(each.items) >= least]
    if not touching:
        return None
    return max(touching, key=lambda each: len(each.items))


_AFTER_SEMICOLON: Final = re.compile(r";\s*(?:(?:and|or)\s+)?")


def _semicolons(source: _Source, sentence: Sentence) -> Iterator[Enumeration]:
    """What a colon announces and semicolons separate: three parts or more."""
    text = source.slice(sentence)
    opening = re.search(r":\s+", text)
    if opening is None:
        return
    edges = [
        (match.start(), match.end()) for match in _AFTER_SEMICOLON.finditer(text, opening.end())
    ]
    stop = len(text.rstrip(" .!?"))
    starts = [opening.end(), *(end for _, end in edges)]
    ends = [_end(text, at) for at in (*(start for start, _ in edges), stop)]
    if len(starts) > 2 and all(start < end for start, end in zip(starts, ends, strict=True)):
        base = sentence.start
        items = tuple(_span(base + a, base + b) for a, b in zip(starts, ends, strict=True))
        yield Enumeration((_span(base + starts[0], base + ends[-1]),), items)


def _end(text: str, at: int) -> int:
    """Return where the last word before a place ends."""
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return at


def _holds(around: Span, answer: Span) -> bool:
    return around.start <= answer.start and answer.end <= around.end


def _clauses(source: _Source, sentence: Span) -> Iterator[tuple[list[_Part], bool]]:
    """The parts of a sentence between its stops, and whether a colon stands before them.

    What stands in brackets is a clause of its own.
    """
    for inner in _BRACKETED.finditer(source.slice(sentence)):
        start, end = inner.span(1)
        yield from _clauses(source, _span(sentence.start + start, sentence.start + end))
    parts: list[_Part] = []
    words: list[_Word] = []
    depth = 0
    joined = comma = colon = False
    end = sentence.start
    base = source.offset

    def close() -> None:
        nonlocal words
        if words:
            parts.append(_Part(tuple(words), words[0].start, end, joined, comma))
        words = []

    low, high = sentence.start - base, sentence.end - base
    for match in _TOKEN.finditer(source.text, low, high):
        text = match.group()
        if match["open"] or match["close"]:
            depth = max(0, depth + (1 if match["open"] else -1))
            end = match.end() + base if words and match["close"] and depth == 0 else end
        elif depth:
            continue
        elif match["word"] and text.lower() not in _AND:
            if not words:
                end = match.end() + base
            words.append(_word(text, match.start() + base))
            end = match.end() + base
        elif match["stop"]:
            close()
            yield parts, colon
            parts, joined, comma, colon = [], False, False, text == ":"
        else:
            opens = not words
            close()
            comma = bool(match["comma"]) or (comma and opens)
            joined = not match["comma"] or (joined and opens)
    close()
    yield parts, colon


def _word(text: str, start: int) -> _Word:
    raised = any(letter.isupper() for letter in text)
    low = text.lower().replace("’", "'")
    return _Word(low, raised and low not in _CALENDAR, start, start + len(text))


def _after_colon(parts: Sequence[_Part]) -> Enumeration | None:
    """What follows a colon, when all of it is a list: three, or two with an "and"."""
    enough = len(parts) > 2 or (len(parts) == 2 and parts[1].joined)
    if not enough or not all(part.plain for part in parts):
        return None
    items = tuple(_span(part.start, part.end) for part in parts)
    return Enumeration((_span(parts[0].start, parts[-1].end),), items)


def _chains(parts: Sequence[_Part]) -> Iterator[Enumeration]:
    """Runs of parts whose last has an "and" before it, less what is not of the list at the ends."""
    last = len(parts) - 1
    while last > 0:
        if not parts[last].joined:
            last -= 1
            continue
        first = last - 1
        least = max(0, last - _MOST_CONJUNCTS)
        while first > least and parts[first].plain and _listed(parts, first):
            first -= 1
        if _introduces(parts, first, last):
            first += 1
        chain = _trimmed(_from_example(parts[first : last + 1]))
        if chain is not None:
            yield chain
        last = last - 1 if chain is None else first


def _from_example(parts: Sequence[_Part]) -> Sequence[_Part]:
    """The parts from "such as" or "including" on, where one of them begins so."""
    for i, part in enumerate(parts[:-1]):
        low = tuple(word.low for word in part.words[:2])
        example = low[0] in ("including", "like", "namely")
        skip = 2 if low == ("such", "as") else int(example)
        if skip and len(part.words) > skip:
            words = part.words[skip:]
            return [part._replace(words=words, start=words[0].start), *parts[i + 1 :]]
    return parts


def _listed(parts: Sequence[_Part], i: int) -> bool:
    """Whether the part before part `i` may be a conjunct too, a comma or another "and" between."""
    before, part, after = parts[i - 1], parts[i], parts[i + 1]
    # "X and A, B and C" is no chain of four; "X and A and B" is one of three.
    if part.joined and (not after.joined or part.comma or after.comma):
        return False
    # "The mayor, who is 60, met Ann and Bob": an aside, not the first of three.
    if before.comma and before.words[0].low in _RELATIVE:
        return False
    opening, tail = part.words[0], before.words[-1]
    bare = opening.low in _EDGES - _OWNERS and not opening.raised
    return not bare and tail.low not in _EDGES


def _introduces(parts: Sequence[_Part], first: int, last: int) -> bool:
    """Whether part `first` only opens the sentence: "On Monday, Runway and Pika left"."""
    if first > 0 or last - first < 2 or parts[first + 1].joined:
        return False
    opens = parts[first].words[0].low in PREPOSITIONS | CONJUNCTIONS | {"meanwhile", "however"}
    closed = last + 1 < len(parts)
    return opens and not closed


def _trimmed(parts: Sequence[_Part]) -> Enumeration | None:
    """A chain without the words before its first conjunct and after its last."""
    # "It rained, and the game was off" joins clauses, not things.
    if len(parts) < 2 or (len(parts) == 2 and parts[1].comma):
        return None
    inner = parts[1].words
    named = inner[0].raised or (len(inner) > 1 and inner[0].low in DETERMINERS and inner[1].raised)
    start = _left(parts[0].words, named=named)
    prepositions = any(word.low in PREPOSITIONS for part in parts[1:-1] for word in part.words)
    stop = _right(parts[-1].words, prepositions=prepositions)
    if start is None or stop is None:
        return None
    end = parts[-1].end if stop is parts[-1].words[-1] else stop.end
    items = [
        _span(start.start, parts[0].end),
        *(_span(part.start, part.end) for part in parts[1:-1]),
        _span(parts[-1].start, end),
    ]
    return Enumeration((_span(start.start, end),), tuple(items))


def _left(words: Sequence[_Word], *, named: bool) -> _Word | None:
    """The first word of the phrase that ends a part: a name, or back to a closed-class word."""
    kept: _Word | None = None
    named = named and words[-1].raised
    for i in range(len(words) - 1, -1, -1):
        word = words[i]
        linked = word.low in ("of", "the", "de", "for") and i > 0 and words[i - 1].raised
        if word.low in _OWNERS:
            return word if kept is not None else None
        if word.low in _EDGES or (named and not _in_name(word) and not linked):
            return kept
        kept = word
    return kept


def _in_name(word: _Word) -> bool:
    """Whether a word may go on a name: Runway Gen-3, Pika 2.0."""
    return word.raised or word.low[0].isdigit()


def _right(words: Sequence[_Word], *, prepositions: bool) -> _Word | None:
    """The last word of the phrase that begins a part."""
    kept: _Word | None = None
    begin = 1 if words[0].low in _OWNERS and len(words) > 1 else 0
    named = words[0].raised
    for i, word in enumerate(words[begin:], start=begin):
        after = words[i + 1] if i + 1 < len(words) else None
        linked = word.low in ("of", "the", "de", "for") and after is not None and after.raised
        if named and not _in_name(word) and not (linked and kept is not None):
            break
        if word.low in _EDGES and not (prepositions and word.low in PREPOSITIONS):
            break
        kept = word
    return kept
