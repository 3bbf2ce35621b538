"""The one value that a span of text states, with what only a whole answer shows of it.

A span of an answer says more than a search for values in running text can tell: "5:40 a.m." is the
answer to "when", "third" to "which place", "more than 500" is a bound.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

from ragqa.types import Value, ValueKind, ValueSpan
from ragqa.values.agreement import compare
from ragqa.values.bounds import Qualified
from ragqa.values.clock import HOUR_AFTER, HOUR_BEFORE, STOPPED, UNTIL, Clock, elapsed, time_of_day
from ragqa.values.names import normalise_name
from ragqa.values.qualifiers import LINE_ENDS, NEARBY, bound_of, clock_bound
from ragqa.values.scan import find_values
from ragqa.values.shares import APPROXIMATORS
from ragqa.words import (
    ADVERBS,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    ORDINALS,
    PREPOSITIONS,
    TENS,
    UNITS,
)

# A span with more words of its own besides its value states something about it.
_MOST_OTHER_WORDS: Final = 6
_QUOTES: Final = str.maketrans("", "", '"“”„«»')
_MOST_BESIDE_NAME: Final = 2
_WORD: Final = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_TIMES: Final = {"once": "1", "twice": "2", "thrice": "3"}
_TIMES_RATED: Final = re.compile(r"(once|twice|thrice)(?=\s(?:a|per|each|every)\s)", re.I)
# What a bare span lacks, and a sentence has, to show that "half", "May" or "a week" is a value.
_LEADS: Final = ("", "in ", "by ", "for ")
# What may follow a number whose noun or unit is left out: "44 million in all".
_NO_NOUNS: Final = (PREPOSITIONS | CONJUNCTIONS | AUXILIARIES | ADVERBS) - frozenset(
    "of more less most least further".split()
)
_UNITLESS: Final = re.compile(r"[\d.]+(?:/[^\s/]+)*")
_NEXT: Final = re.compile(r"\s?(?:([^\W_][\w'’]*)|[-‑/%°])")
_DEFINITE: Final = frozenset(
    "the these those other its their his her our my your first last".split()
)
_OF_THOSE: Final = re.compile(
    r"\s(?:out\s)?of\s(?:(?:the|those|these|its|their|his|her|our)\s)?(?:about\s|some\s|around\s)?",
    re.I,
)
_ORDINAL: Final = re.compile(
    rf"(?:in\s+)?(?:the\s+)?(?:(?P<digits>\d{{1,4}})(?:st|nd|rd|th)"
    rf"|(?:(?P<tens>{'|'.join(TENS)})[-\s])?(?P<word>{'|'.join(ORDINALS)})"
    rf"|no\.?\s?(?P<label>\d{{1,4}})|number\s(?P<number>\d{{1,4}}|{'|'.join(UNITS)}))"
    r"(?:[\s-](?:place|rank|position))?",
    re.I,
)


def value_of(
    text: str, start: int = 0, end: int | None = None, kinds: Collection[ValueKind] = ()
) -> Value | None:
    """Return the value that the answer span `text[start:end]` states.

    Values are read in the whole of `text`, best the sentence the span stands in: a rate said nearby
    ("$1 million in daily losses"), a range of which the span is one end and an acronym's capitals
    are only known there. A few words around the value do no harm: "about $15 million a day".

    Besides what `find_values` finds, a whole span may be a time of day (kind date, `T05:40`, after
    a date `2025-05-12T05:40`, `T06:45?` where the half of the day is not told), a stopped time
    (kind duration, 2:05:41), an ordinal (kind number, `#3`) or a bare name. A figure stated as a
    bound ("more than 500", "at least", "500 or fewer") or an approximation ("about 500", "nearly",
    "up to", "500 or so"), in the span or just before it, and a plain number without a noun or unit
    after it ("44 million in all") is a `Qualified`, whose `normal` is the figure.

    Args:
        text: The sentence, or only the span.
        start: Where the span begins in it.
        end: Where it ends; None for the end of the text.
        kinds: The kinds of value asked for; of a span with values of several kinds, the one of
            these kinds is its value. None are left out when it is empty.

    Returns:
        The value, or None when the span has none, several that don't agree, or is a clause with
        more than a few words besides. Names only count where nothing else is stated.
    """
    end = len(text) if end is None else end
    # A sentence is one line, however it is wrapped.
    text = LINE_ENDS.sub(" ", text)
    span = text[start:end]
    if not span.strip():
        return None
    stopped = STOPPED.search(text, start, end)
    clock = None if stopped else time_of_day(text, start, end, kinds)
    if clock is not None and UNTIL.search(text[start : clock.start]):
        return None
    inside = _touching(find_values(text), start, end)
    if stopped is not None:
        inside = _replaced(inside, *stopped.span(), elapsed(stopped.group()))
    dated = False
    if clock is not None:
        value = Value(kind="date", normal=clock.normal)
        timed = _replaced(inside, clock.start, clock.end, value)
        # A time of day after a date belongs to it.
        dated = sum(each.value.kind == "date" for each in timed) > 1
        inside = [each for each in timed if each.value is not value] if dated else timed
    amounts = [each for each in inside if each.value.kind != "name"]
    counts = all(each.value.kind == "number" for each in amounts)
    ordinal = _ORDINAL.fullmatch(span.strip(" \t,;.")) if counts else None
    if ordinal:
        return _rank(ordinal)
    bare = None if amounts else _alone(span, kinds)
    if bare:
        return bare
    wanted = [each for each in amounts if each.value.kind in kinds]
    if not wanted and not _dated_name(span, start, amounts):
        # A name may hold a figure: Studio 54.
        alone = "name" not in kinds or _besides(text, start, end, amounts) == 0
        wanted = amounts if alone else []
    if wanted:
        return _agreed(text, start, end, wanted, kinds, clock if dated else None)
    return _named(span, [each for each in inside if each.value.kind == "name"])


def _touching(values: Sequence[ValueSpan], start: int, end: int) -> list[ValueSpan]:
    """The values in a span, and those that reach over its edges."""
    return [each for each in values if each.start < end and start < each.end]


def _rank(match: re.Match[str]) -> Value:
    digits = (match["digits"] or match["label"] or match["number"] or "").lower()
    if digits:
        number = int(UNITS.get(digits, digits))
    else:
        number = int(TENS.get((match["tens"] or "").lower(), 0)) + ORDINALS[match["word"].lower()]
    return Value(kind="number", normal=f"#{number}")


def _alone(span: str, kinds: Collection[ValueKind]) -> Value | None:
    """The value of a span that is nothing but it: "half", "in May", "a week", "one"."""
    plain = span.strip(" \t\r\n,;.")
    plain = _TIMES_RATED.sub(lambda match: f"{_TIMES[match[1].lower()]} times", plain)
    for lead in _LEADS:
        found = [each for each in find_values(lead + plain) if each.value.kind != "name"]
        if len(found) == 1 and _besides(lead + plain, 0, None, found) == 0:
            return _qualified(lead + plain, found[0], kinds)
    if plain.lower() in _TIMES:
        return Value(kind="number", normal=_TIMES[plain.lower()])
    if plain.lower() in UNITS:
        return Value(kind="number", normal=str(UNITS[plain.lower()]))
    return None


def _replaced(values: Sequence[ValueSpan], start: int, end: int, value: Value) -> list[ValueSpan]:
    """Values with another one instead of those that touch its span."""
    kept = [each for each in values if each.end <= start or end <= each.start]
    return sorted(
        [*kept, ValueSpan(start=start, end=end, value=value)], key=lambda each: each.start
    )


def _agreed(
    text: str,
    start: int,
    end: int,
    values: Sequence[ValueSpan],
    kinds: Collection[ValueKind],
    clock: Clock | None,
) -> Value | None:
    """The value that several all state, the most precise one, if the span is not a clause."""
    best = values[0].value
    if len(values) > 1 and _OF_THOSE.fullmatch(text, values[0].end, values[1].start):
        # "16 of its 48 hangers" are 16.
        values = values[:1]
    converted = text.find("(", values[0].end, values[-1].start)
    # What stands in brackets after a figure is the same in other units.
    values = [each for each in values if not 0 <= converted < each.start]
    for each in values[1:]:
        how = compare(best, each.value)
        if how not in ("same", "compatible"):
            return None
        best = max(best, each.value, key=lambda value: len(value.normal)) if how != "same" else best
    besides = _besides(text, start, end, values)
    if besides > _MOST_OTHER_WORDS or (besides > 1 and _definite(text[start:], values[0], start)):
        return None
    first = next(each for each in values if each.value == best)
    if best.kind == "date" and clock is not None and "/" not in best.normal:
        bound = clock_bound(text[max(0, clock.start - NEARBY) : clock.start])
        normal = best.normal + clock.normal
        if bound:
            return Qualified(kind="date", normal=normal, bound=bound)
        return Value(kind="date", normal=normal)
    return _qualified(text, first, kinds)


def _qualified(text: str, value: ValueSpan, kinds: Collection[ValueKind]) -> Value:
    """A value with what the words around it make of it."""
    bound, unitless = bound_of(text, value), _unitless(text, value, kinds)
    if not bound and not unitless:
        return value.value
    kind, normal = value.value.kind, value.value.normal
    return Qualified(kind=kind, normal=normal, bound=bound, unitless=unitless)


def _definite(span: str, value: ValueSpan, start: int) -> bool:
    """Whether a number only tells which things are meant: the two companies agreed."""
    plain = value.value.kind == "number" and value.value.normal.isdecimal()
    before = _WORD.findall(span[: max(0, value.start - start)])
    return plain and bool(before) and before[-1].lower() in _DEFINITE


def _unitless(text: str, value: ValueSpan, kinds: Collection[ValueKind]) -> tuple[ValueKind, ...]:
    """What a number may be of that stands without the noun or unit of what it counts."""
    if value.value.kind != "number" or not _UNITLESS.fullmatch(value.value.normal):
        return ()
    follows = _NEXT.match(text, value.end)
    if follows is not None and (follows[1] or "").lower() not in _NO_NOUNS:
        return ()
    if HOUR_BEFORE.search(text[: value.start]) or HOUR_AFTER.match(text, value.end):
        return ()
    kinds_of: tuple[ValueKind, ...] = ("money", "number", "duration")
    if "number" not in kinds or "percent" in kinds:
        kinds_of += ("percent",)
    year = re.fullmatch(r"1\d{3}|2[01]\d\d", text[value.start : value.end])
    return (*kinds_of, "date") if year and ("number" not in kinds or "date" in kinds) else kinds_of


def _besides(text: str, start: int, end: int | None, values: Sequence[ValueSpan]) -> int:
    """How many words of a span stand outside of its values, grammar's own left out."""
    end = len(text) if end is None else end
    taken = [(each.start - start, each.end - start) for each in values]
    return _words_beside(text[start:end], taken)


def _words_beside(span: str, taken: Sequence[tuple[int, int]]) -> int:
    return sum(
        match.group().lower() not in FUNCTION_WORDS | APPROXIMATORS
        for match in _WORD.finditer(span)
        if not any(match.start() < stop and begin < match.end() for begin, stop in taken)
    )


def _dated_name(span: str, start: int, values: Sequence[ValueSpan]) -> bool:
    """Whether a year is part of a name: the 1908 Summer Olympics, the Wagner Act of 1935."""
    if len(values) != 1 or not re.fullmatch(r"\d{4}", values[0].value.normal):
        return False
    year = (values[0].start - start, values[0].end - start)
    words = [
        match.group()
        for match in _WORD.finditer(span)
        if match.start() >= year[1] or match.end() <= year[0]
    ]
    raised = [word for word in words if word.lower() not in FUNCTION_WORDS]
    return (
        values[0].value.kind == "date" and len(raised) > 1 and all(w[0].isupper() for w in raised)
    )


def _named(span: str, names: Sequence[ValueSpan]) -> Value | None:
    """The name a span is, or has with a word or two around it."""
    plain = span.translate(_QUOTES).strip(" \t,;:.'’()[]")
    words = [match.group() for match in _WORD.finditer(plain)]
    raised = [word for word in words if word.lower() not in FUNCTION_WORDS]
    if len(names) > 1 or not any(letter.isupper() for letter in plain):
        return None
    whole = all(word[0].isupper() or word[0].isdigit() for word in raised)
    separate = re.search(r"[,;]|\b(?:and|or)\b", plain)
    if (
        whole
        and not separate
        and len(words) <= _MOST_OTHER_WORDS
        and words[0].lower() not in (FUNCTION_WORDS - DETERMINERS)
    ):
        return Value(kind="name", normal=normalise_name(plain))
    if not names:
        return None
    inside = len(_WORD.findall(names[0].value.normal))
    return names[0].value if len(raised) - inside <= _MOST_BESIDE_NAME else None
