"""Lists inside a sentence: what commas, semicolons and an "and" join.

Nothing here looks up a word's class in a lexicon: what bounds a coordination is punctuation and
English's closed classes of words.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ragqa.types import Sentence, Span
from ragqa.words import (
    ADVERBS,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    MONTHS,
    PREPOSITIONS,
    PRONOUNS,
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


class Source(NamedTuple):
    """A text and where in the article it begins."""

    text: str
    offset: int

    def slice(self, span: Span) -> str:
        """Return the text of a span of the article."""
        return self.text[span.start - self.offset : span.end - self.offset]


def span_of(start: int, end: int) -> Span:
    """Return the span from a place to another."""
    return Span(start=start, end=end)


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one.start < other.end and other.start < one.end


_TOKEN: Final = re.compile(
    r"(?P<also>\b(?:as well as|along with)\b)|(?P<open>[(\[])|(?P<close>[)\]])"
    r"|(?P<word>[^\W_]+(?:(?:[.'’&+/-](?=[^\W_])|,(?=\d{3}))[^\W_]+)*)"
    r"|(?P<comma>,)|(?P<stop>[;:!?]|--|[—–]|\.(?!\w|,|\s+[a-z]))"
)
_BRACKETED: Final = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
_AND: Final = frozenset({"and", "or", "nor", "plus"})
_NO_CONJUNCTS: Final = _AND | {"e.g", "i.e"}
_LONGEST_CONJUNCT: Final = 10  # words
_MOST_CONJUNCTS: Final = 60
_SUBJECT_PRONOUNS: Final = frozenset("i he she we they".split())
_SUBJECTS: Final = frozenset("i he she it we they there who which that".split())
_POSSESSIVES: Final = frozenset("its their his her our my your".split())
_QUANTIFIERS: Final = frozenset("some several many few".split())
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
_OPENING: Final = PREPOSITIONS | CONJUNCTIONS | frozenset("meanwhile however according".split())
_ASIDES: Final = frozenset(
    "thus later indeed then also now still often especially particularly notably hence therefore "
    "frequently usually generally typically finally similarly consequently".split()
)
_PARTICIPLES: Final = frozenset("including according".split())
_MODALS: Final = frozenset("to will would can could must shall should may might".split())
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


def coordination(source: Source, sentence: Sentence, answer: Span) -> Enumeration | None:
    """The coordinated phrase in a sentence that overlaps the answer, the longest of several."""
    answer = _stripped(source, sentence, answer)
    found = list(_semicolons(source, sentence))
    for clause, after_colon in _clauses(source, sentence):
        announced = _after_colon(clause) if after_colon else None
        if announced is not None:
            found.append(announced)
            continue
        alike = list(_parallel(clause))
        found += alike
        found += [each for each in _chains(clause) if not _any_overlap(alike, each)]
    whole = answer.start <= sentence.start and answer.end >= sentence.end - 1
    if whole:
        found = [each for each in found if len(each.items) > 2]
    else:
        fitted = (_fitted(source, _begun(source, each, answer), answer) for each in found)
        found = [each for each in fitted if _answers(source, each, answer)]
    if not found:
        return None
    best = max(found, key=lambda each: len(each.items))
    first, *others = best.items
    if not whole and answer.start < first.start and others[-1].start < answer.end:
        # "Between midnight and five" is the answer, not "midnight and five".
        first = span_of(answer.start, first.end)
    return _numbered(source, sentence, _listing(first, *others))


def _listing(*items: Span) -> Enumeration:
    """The enumeration of one phrase that consists of some items."""
    return Enumeration((span_of(items[0].start, items[-1].end),), items)


def _stripped(source: Source, sentence: Span, answer: Span) -> Span:
    """The part of an answer in a sentence, without white space at its ends."""
    start, end = max(answer.start, sentence.start), min(answer.end, sentence.end)
    said = source.slice(span_of(start, end))
    return span_of(end - len(said.lstrip()), start + len(said.rstrip())) if said.strip() else answer


def _answers(source: Source, found: Enumeration, answer: Span) -> bool:
    """Whether an answer is what a list consists of: an item, or several, whole for the most part.

    "Whales" is none of "whales swim north in May, calves and cows".
    """
    around = found.spans[0]
    if not overlap(around, answer):
        return False
    outside = [
        source.slice(span_of(min(answer.start, around.start), around.start)),
        source.slice(span_of(around.end, max(answer.end, around.end))),
    ]
    if any(_content(said) for said in outside):
        return False
    touched = [each for each in found.items if overlap(each, answer)]
    if len(touched) != 1:
        return bool(touched)
    item, said = source.slice(touched[0]), source.slice(answer)
    within = any(
        touched[0].start + each.start() < answer.start
        and answer.end <= touched[0].start + each.end()
        for each in _BRACKETED.finditer(item)
    )
    return not within and 2 * len(_content(said)) >= len(_content(_BRACKETED.sub("", item)))


def _content(text: str) -> list[str]:
    """The words of a text that are not of a closed class."""
    words = re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*", text.lower())
    return [word for word in words if word not in FUNCTION_WORDS and len(word) > 1]


def _begun(source: Source, found: Enumeration, answer: Span) -> Enumeration:
    """The list with the words of the answer just before its first item: painter Ann Roe and Bob."""
    first, *others = found.items
    if not answer.start < first.start < answer.end:
        return found
    said = re.findall(r"\S+", source.slice(span_of(answer.start, first.start)))
    if len(said) > 2 or not all(_leads(word) for word in said):
        return found
    return _listing(span_of(answer.start, first.end), *others)


_NUMBER_BEFORE: Final = re.compile(r"(?:\(1\)|\(a\)|\(i\)|\b1[.)])\s*$", re.IGNORECASE)


def _leads(word: str) -> bool:
    """Whether a word before a phrase may belong to it."""
    low = word.lower()
    allowed = low not in _EDGES or low in UNITS or low in _QUANTIFIERS or word.isupper()
    return word.isalnum() and allowed


# What goes on with an item, where the answer has it: people over 65.
_DESCRIBING: Final = re.compile(r"(?:\s+[\w'’%$€£-]+){2,5}")


def _fitted(source: Source, found: Enumeration, answer: Span) -> Enumeration:
    """The list with the answer's own edges inside its first and last item.

    Of "the firm makes pumps, valves and pipes" nothing else tells where the first item begins. An
    answer that is a list itself may lack what comes before it only where its "and" has a comma
    ("Luma, and Pika"), or the others are as short.
    """
    items = list(found.items)
    touched = [i for i, each in enumerate(items) if overlap(each, answer)]
    if len(touched) > 1:
        at, to = touched[0], touched[-1]
        between = source.slice(span_of(items[to - 1].end, items[to].start))
        if not _AND.isdisjoint(between.lower().split()):
            # "Grime and dubstep and so on."
            items = items[: to + 1]
    if len(touched) > 1 and to == len(items) - 1:
        comma = "," in between
        most = 1 + max(len(source.slice(each).split()) for each in items[at:])
        short = all(len(source.slice(each).split()) <= most for each in items[:at])
        if len(touched) > 2 or not (comma or (short and answer.start <= items[at].start)):
            items = items[at:]
    first, *inner, last = items
    if first.start < answer.start < first.end <= answer.end:
        first = span_of(answer.start, first.end)
    if answer.start <= last.start < answer.end < last.end:
        last = span_of(last.start, answer.end)
    elif answer.start <= last.start and answer.end > last.end:
        said = source.slice(span_of(last.end, answer.end))
        if not re.search(r"[\w\s,.;:!?]", said) or (said == "." and "." in source.slice(last)):
            # "B♭ and E♭", "the U.K. and the U.S."
            last = span_of(last.start, answer.end)
        elif _DESCRIBING.fullmatch(said) and said.split()[0].lower() in PREPOSITIONS:
            last = span_of(last.start, answer.end)
    return _listing(first, *inner, last)


def _numbered(source: Source, sentence: Sentence, found: Enumeration) -> Enumeration:
    """The list with the number that stands before its first item."""
    first, *others = found.items
    number = _NUMBER_BEFORE.search(source.slice(span_of(sentence.start, first.start)))
    if number is None:
        return found
    return _listing(span_of(sentence.start + number.start(), first.end), *others)


_AFTER_SEMICOLON: Final = re.compile(r";\s*((?:and|or)\s+)?")


def _semicolons(source: Source, sentence: Sentence) -> Iterator[Enumeration]:
    """What semicolons separate: three parts or more after a colon, or the last with an "and"."""
    text = source.slice(sentence)
    opening = re.search(r":\s+", text)
    begin = opening.end() if opening else 0
    inside = [each.span() for each in _BRACKETED.finditer(text)]
    edges = [
        each
        for each in _AFTER_SEMICOLON.finditer(text, begin)
        if not any(start < each.start() < end for start, end in inside)
    ]
    if len(edges) < 2 or (opening is None and edges[-1][1] is None):
        return
    stop = len(text.rstrip(" .!?"))
    starts = [begin, *(edge.end() for edge in edges)]
    ends = [_end(text, at) for at in (*(edge.start() for edge in edges), stop)]
    if not all(start < end for start, end in zip(starts, ends, strict=True)):
        return
    base = sentence.start
    items = [span_of(base + a, base + b) for a, b in zip(starts, ends, strict=True)]
    if opening is None:
        first = _first_of(source, items)
        if first is None:
            return
        items[0] = first
    yield _listing(*items)


def _first_of(source: Source, items: Sequence[Span]) -> Span | None:
    """The first of items that semicolons separate, where nothing announces them.

    "It goes to Oslo, Norway; Lund, Sweden; and Vejle, Denmark": as many commas as in the second.
    """
    split = [list(_clauses(source, item))[-1][0] for item in items]
    if any(part.clause for parts in split[1:] for part in parts) or not all(split):
        return None
    at = len(split[0]) - len(split[1])
    if at < 0:
        return None
    words = split[0][at].words
    start = _left(words, named=split[1][0].words[0].raised, alike=frozenset())
    return None if start is None else span_of(start.start, items[0].end)


def _end(text: str, at: int) -> int:
    """Return where the last word before a place ends."""
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return at


def _any_overlap(those: Sequence[Enumeration], one: Enumeration) -> bool:
    return any(overlap(each.spans[0], one.spans[0]) for each in those)


def _clauses(source: Source, sentence: Span) -> Iterator[tuple[list[_Part], bool]]:
    """The parts of a sentence between its stops, and whether a colon stands before them.

    What stands in brackets is a clause of its own.
    """
    for inner in _BRACKETED.finditer(source.slice(sentence)):
        start, end = inner.span(1)
        yield from _clauses(source, span_of(sentence.start + start, sentence.start + end))
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
        elif match["word"] and text.lower() not in _NO_CONJUNCTS:
            # "Coins, tools, toys, etc." ends a list without an "and".
            joined = joined or (text.lower() == "etc" and comma and not words)
            words.append(_word(text, match.start() + base))
            end = match.end() + base
        elif match["stop"] or text.lower() in ("e.g", "i.e"):
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
    raised = raised and low not in _CALENDAR
    # The month is no auxiliary.
    return _Word("May" if text == "May" else low, raised, start, start + len(text))


def _after_colon(parts: Sequence[_Part]) -> Enumeration | None:
    """What follows a colon, when all of it is a list: three, or two with an "and"."""
    enough = len(parts) > 2 or (len(parts) == 2 and parts[1].joined)
    if not enough or not all(part.plain for part in parts):
        return None
    return _listing(*(span_of(part.start, part.end) for part in parts))


def _chains(parts: Sequence[_Part]) -> Iterator[Enumeration]:
    """Runs of parts whose last has an "and" before it, less what is not of the list at the ends."""
    last = len(parts) - 1
    while last > 0:
        if not parts[last].joined or _beyond(parts, last):
            last -= 1
            continue
        first = last - 1
        least = max(0, last - _MOST_CONJUNCTS)
        while first > least and parts[first].plain and _listed(parts, first):
            first -= 1
        opens = first == 0
        if _introduces(parts, first, last) or _counts(parts, first, last):
            first += 1
        chain = _trimmed(_from_example(parts[first : last + 1]), opens=opens)
        if chain is not None:
            yield chain
        last = last - 1 if chain is None else first


def _beyond(parts: Sequence[_Part], last: int) -> bool:
    """Whether an "and" comes after a list's own: it makes pumps, valves and pipes and sells."""
    for _ in range(_MOST_CONJUNCTS):
        both = last > 2 and parts[last].joined and parts[last - 1].joined
        if not both or parts[last].comma:
            return False
        last -= 1
        before = parts[last - 1]
        simple = parts[last].plain and parts[last].words[0].low not in PREPOSITIONS
        if not before.joined and before.comma and before.plain and simple:
            return True
    return False


def _parallel(parts: Sequence[_Part]) -> Iterator[Enumeration]:
    """Runs of parts that open alike: to mend it, to sell it and to move; mending it, selling it."""
    last = len(parts) - 1
    while last > 0:
        first = last
        while first > 0 and _alike(parts[first], parts[last]):
            first -= 1
        if first == last or not parts[last].joined:
            last -= 1
            continue
        opener = parts[last].words[0]
        start = next((w for w in reversed(parts[first].words) if _opens_alike(w, opener)), None)
        if _acts(parts[last].words):
            start = _after_modal(parts[first].words)
        enough = last - first > 1 or (opener.low == "to" and not parts[last].comma)
        if start is not None and enough:
            items = (
                span_of(start.start, parts[first].end),
                *(span_of(part.start, part.end) for part in parts[first + 1 : last + 1]),
            )
            yield _listing(*items)
        last = first


def _alike(part: _Part, other: _Part) -> bool:
    if _acts(other.words):
        return _acts(part.words)
    return _opens_alike(part.words[0], other.words[0]) and len(part.words) > 1


def _opens_alike(word: _Word, other: _Word) -> bool:
    """Whether two words are the same "to" or "that", or both end in -ing or in -ed."""
    if other.low in ("to", "that"):
        return word.low == other.low
    for ending in ("ing", "ed"):
        if word.low.endswith(ending) and other.low.endswith(ending):
            return len(word.low) > 4 and not other.raised and other.low not in _PARTICIPLES
    return False


def _acts(words: Sequence[_Word]) -> bool:
    """Whether words are a plain verb with what it acts on: fix the roof, open on Sundays."""
    if len(words) < 2 or words[0].raised or words[0].low[0].isdigit():
        return False
    if words[0].low in FUNCTION_WORDS or words[0].low in UNITS:
        return False
    if words[0].low.endswith(("ing", "ed", "s")):
        return False
    return words[1].low in _OWNERS | (PREPOSITIONS - {"of"}) or words[1].low in UNITS


def _after_modal(words: Sequence[_Word]) -> _Word | None:
    """The verb after the last "to" or "will" of a part."""
    for i in range(len(words) - 2, -1, -1):
        if words[i].low in _MODALS and _acts(words[i + 1 :]):
            return words[i + 1]
    return None


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
    bare = opening.low in (_EDGES | _QUANTIFIERS) - _OWNERS and not opening.raised
    # "Levels, ranging from the cell to the whole."
    doing = opening.low.endswith("ing") and part.words[-1] is not opening and not opening.raised
    bare = bare or doing or opening.low in _ASIDES or _example(before)
    return not bare and tail.low not in _EDGES


def _example(part: _Part) -> bool:
    low = [word.low for word in part.words]
    return low in (["for", "example"], ["for", "instance"]) or low[0] in _ASIDES


def _introduces(parts: Sequence[_Part], first: int, last: int) -> bool:
    """Whether part `first` only opens the sentence: "On Monday, Runway and Pika left"."""
    if first > 0 or last - first < 2 or parts[first + 1].joined:
        return False
    opening = parts[first].words
    opens = opening[0].low in _OPENING
    # "Among the guests were the king" holds the first.
    held = opening[0].low in PREPOSITIONS and any(word.low in AUXILIARIES for word in opening)
    # "In Paris, London and Rome, rents rose", but "in May, Ann, Bob and Cy were shot, he said".
    closed = last + 1 < len(parts) and not parts[last].clause
    return opens and not held and not closed


def _counts(parts: Sequence[_Part], first: int, last: int) -> bool:
    """Whether part `first` says how many things follow: two casinos, Velo and Kell."""
    counted = [UNITS.get(word.low) for word in parts[first].words]
    return not parts[first + 1].joined and last - first in counted


def _trimmed(parts: Sequence[_Part], *, opens: bool) -> Enumeration | None:
    """A chain without the words before its first conjunct and after its last."""
    # "It rained, and the game was off" joins clauses, not things.
    if len(parts) < 2 or (len(parts) == 2 and parts[1].comma):
        return None
    inner = parts[1].words
    named = inner[0].raised or (len(inner) > 1 and inner[0].low in DETERMINERS and inner[1].raised)
    alike = _prepositions(parts)
    start = _left(parts[0].words, named=named, alike=alike)
    if start is parts[0].words[0] and opens and not parts[-1].clause:
        start = _object(parts[0].words) or start
    prepositions = any(
        word.low in PREPOSITIONS - {"of"} for part in parts[1:-1] for word in part.words
    )
    stop = _right(parts[-1].words, prepositions=prepositions)
    if start is None or stop is None:
        return None
    end = parts[-1].end if stop is parts[-1].words[-1] else stop.end
    items = [
        span_of(start.start, parts[0].end),
        *(span_of(part.start, part.end) for part in parts[1:-1]),
        span_of(parts[-1].start, end),
    ]
    return _listing(*items)


def _prepositions(parts: Sequence[_Part]) -> frozenset[str]:
    """The prepositions in all parts but the first: 3 percent in May, 4 in June and 6 in July."""
    if len(parts) < 3:
        return frozenset()
    those = ({word.low for word in part.words[1:]} for part in parts[1:])
    return (PREPOSITIONS - {"of"}).intersection(*those)


def _object(words: Sequence[_Word]) -> _Word | None:
    """The first word after the verb in "the firm makes pumps", which has to have one."""
    for i in range(1, len(words) - 1):
        before, word = words[i - 1].low, words[i]
        singular = word.low.endswith("s") and not word.low.endswith(("ss", "us", "'s"))
        verb = (singular and not before.endswith("s")) or word.low.endswith("ed")
        acting = verb and not word.raised and not (i == 1 and before in _OWNERS)
        if acting and words[i + 1].low not in _EDGES:
            return words[i + 1]
    return None


def _left(words: Sequence[_Word], *, named: bool, alike: frozenset[str]) -> _Word | None:
    """The first word of the phrase that ends a part: a name, or back to a closed-class word."""
    kept: _Word | None = None
    named = named and words[-1].raised
    for i in range(len(words) - 1, -1, -1):
        word = words[i]
        linked = word.low in ("of", "the", "de", "for") and i > 0 and words[i - 1].raised
        if word.low in _OWNERS | _QUANTIFIERS:
            return word if kept is not None else None
        if word.low in alike and kept is not None and i > 0:
            alike = frozenset()
            continue
        if word.low in _EDGES or (named and not _in_name(word) and not linked):
            return _after_verb(words, i) or kept
        kept = word
    return kept


def _after_verb(words: Sequence[_Word], i: int) -> _Word | None:
    """The first word after a verb that a pronoun or "will" stands before: he wrote novels."""
    if words[i].low not in _SUBJECT_PRONOUNS | (_MODALS - {"to"}):
        return None
    i += 1
    while i < len(words) and words[i].low in ADVERBS:
        i += 1
    if i + 1 >= len(words) or words[i].raised or words[i].low in UNITS:
        return None
    return words[i + 1]


def _in_name(word: _Word) -> bool:
    """Whether a word may go on a name: Runway Gen-3, Pika 2.0."""
    return word.raised or word.low[0].isdigit()


def _right(words: Sequence[_Word], *, prepositions: bool) -> _Word | None:
    """The last word of the phrase that begins a part."""
    kept: _Word | None = None
    begin = 1 if words[0].low in _OWNERS | _QUANTIFIERS and len(words) > 1 else 0
    named = words[0].raised
    for i, word in enumerate(words[begin:], start=begin):
        after = words[i + 1] if i + 1 < len(words) else None
        linked = word.low in ("of", "the", "de", "for") and after is not None and after.raised
        if named and not _in_name(word) and not (linked and kept is not None):
            break
        if word.low in _EDGES and not (prepositions and word.low in PREPOSITIONS):
            break
        if word.low not in ADVERBS:
            kept = word
    return kept
