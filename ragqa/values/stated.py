"""The one value that a span of text states, with what only a whole answer shows of it.

A span of an answer says more than a search for values in running text can tell: "5:40 a.m." is the
answer to "when", "third" to "which place", "more than 500" is a bound.
"""

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from ragqa.types import Value, ValueKind, ValueSpan
from ragqa.values.agreement import compare
from ragqa.values.bounds import Bound, Qualified
from ragqa.values.names import normalise_name
from ragqa.values.numerals import iso_sum
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
    SCALES,
    TENS,
    UNITS,
)

# A span with more words of its own besides its value states something about it.
_MOST_OTHER_WORDS: Final = 6
_QUOTES: Final = str.maketrans("", "", '"“”„«»')
_MOST_BESIDE_NAME: Final = 2
_LINE_ENDS: Final = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_WORD: Final = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_TIMES: Final = {"once": "1", "twice": "2", "thrice": "3"}
_TIMES_RATED: Final = re.compile(r"(once|twice|thrice)(?=\s(?:a|per|each|every)\s)", re.I)
# What a bare span lacks, and a sentence has, to show that "half", "May" or "a week" is a value.
_LEADS: Final = ("", "in ", "by ", "for ")

_MORE: Final = (
    r"(?:more|greater|higher|larger|longer|better) than|over|above|exceed(?:ed|ing|s)?|at least|"
    r"(?:no|not) (?:fewer|less) than|upwards of|in excess of|north of|a minimum of"
)
_LESS: Final = (
    r"(?:fewer|less|lower|smaller|shorter) than|under|below|at most|(?:no|not) more than|"
    r"a maximum of|south of"
)
_BEFORE: Final = re.compile(
    rf"\b(?:(?P<less>{_LESS})|(?P<more>{_MORE}))\s+(?:(?:a|an|the)\s+)?$", re.I
)
_AFTER: Final = re.compile(
    r"\s*(?:\w+\s+)?or\s+(?:(?P<more>more|longer|above|over)|(?P<less>less|fewer|below|under))\b",
    re.I,
)
_SLIGHTLY: Final = (
    r"(?:just|only just|slightly|marginally|little|a (?:little|bit|shade|touch|fraction))"
)
_ABOUT: Final = (
    r"about|around|roughly|approximately|approx\.?|some|circa|ca?\.|barely|more or less|"
    r"clos(?:e|er) to|(?:an? )?estimated|an estimate of|something like|[~≈]|"
    r"(?:in the|of the|on the) (?:region|order|neighbou?rhood) of"
)
_NEARLY: Final = (
    rf"{_SLIGHTLY} (?:under|below|short of|shy of|less than|fewer than)|nearly|almost|not quite|"
    r"virtually|close on|approaching|nearing|up to|as (?:many|much) as|getting on for"
)
_BEYOND: Final = rf"{_SLIGHTLY} (?:over|above|past|more than)"
_APPROXIMATED: Final = re.compile(
    rf"(?<!\w)(?:(?P<nearly>{_NEARLY})|(?P<beyond>{_BEYOND})|(?P<about>{_ABOUT}))"
    r"(?:(?<=[~≈])|(?<=c\.)|\s)\s*(?:(?:a|an|the)\s+)?$",
    re.I,
)
_ODD: Final = re.compile(r"[-‑–\s]odd\b", re.I)
_COUPLE: Final = re.compile(r"(?:a\s+)?couple\s+of\b", re.I)
_OR_SO: Final = re.compile(
    rf"{_ODD.pattern}"
    r"|(?:\s*[\w'’-]+)?,?\s*(?:or so|or thereabouts|more or less|give or take)\b",
    re.I,
)
_BOUND_LENGTH: Final = 40
# "Over two years" is during them.
_LASTING: Final = re.compile(r"\b(?:over|above|under|below)\s+(?:(?:a|an|the)\s+)?$", re.I)

_AROUND_TIME: Final = re.compile(
    rf"\b(?:{_SLIGHTLY}|shortly|soon|not long|moments|minutes) "
    r"(?:(?P<nearly>before)|(?P<beyond>after|past)|(?P<about>around))\s+$",
    re.I,
)
_AROUND_YEAR: Final = re.compile(
    rf"(?<!\w)(?:(?P<less>before|prior to|earlier than)|(?P<more>after|later than)|(?:{_ABOUT}))"
    r"(?:(?<=[~≈])|(?<=c\.)|\s)\s*$",
    re.I,
)

# What may follow a number whose noun or unit is left out: "44 million in all".
_NO_NOUNS: Final = (PREPOSITIONS | CONJUNCTIONS | AUXILIARIES | ADVERBS) - frozenset(
    "of more less most least further".split()
)
_UNITLESS: Final = re.compile(r"[\d.]+(?:/[^\s/]+)*")
# "Half past four", "four in the afternoon".
_HOUR_BEFORE: Final = re.compile(r"\b(?:past|quarter to|quarter after)\s$", re.I)
_OF_DAY: Final = r"(?:in the|this|that|tomorrow|yesterday) (?:morning|afternoon|evening)|at night"
_HOUR_AFTER: Final = re.compile(rf"\s(?:{_OF_DAY})\b", re.I)
_NEXT: Final = re.compile(r"\s?(?:([^\W_][\w'’]*)|[-‑/%°])")

_DEFINITE: Final = frozenset(
    "the these those other its their his her our my your first last".split()
)

_OF_THOSE: Final = re.compile(
    r"\s(?:out\s)?of\s(?:(?:the|those|these|its|their|his|her|our)\s)?(?:about\s|some\s|around\s)?",
    re.I,
)

_CLOCK: Final = re.compile(
    r"(?<![\w:.,$€£])(?:(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?![\d:])"
    r"|(?P<word>noon|midday|midnight)\b)",
    re.I,
)
_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?")
_HOURS: Final = {word: int(number) for word, number in UNITS.items() if 1 <= number <= 12}
# A quarter to seven, ten minutes past 9, seven o'clock, at five to six, eight in the evening.
_SPOKEN: Final = re.compile(
    r"(?<![\w:.,$€£-])(?P<at>at\s)?"
    r"(?:(?P<part>(?:a\s)?quarter|half|five|ten|twenty(?:[-\s]five)?|5|10|20|25"
    rf"|(?:\d{{1,2}}|(?:(?:{'|'.join(TENS)})[-\s]?)?(?:{'|'.join(UNITS)})?)(?=\sminutes\s))"
    r"(?P<minutes>\sminutes)?\s(?P<way>past|after|to)\s)?"
    rf"(?P<hour>{'|'.join(_HOURS)}|1[0-2]|[1-9]|noon|midday|midnight)\b(?![:.,]\d|-)"
    rf"(?P<clock>\so['’]clock\b)?(?:\s(?P<day>{_OF_DAY}|[ap]\.?m\b\.?))?",
    re.I,
)
# "5 to 7 p.m." is no time of day.
_UNTIL: Final = re.compile(
    r"(?:\d|\b(?:" + "|".join(_HOURS) + r"))(?:\s?[-–]\s?|\s(?:to|and|until)\s)$", re.I
)
_MINUTES: Final = {"quarter": 15, "half": 30} | {
    word: int(number) for word, number in (UNITS | TENS).items()
}
# What follows a figure that is no hour.
_COUNTED: Final = re.compile(
    rf"\s?(?:%|per\s?cent|(?:{'|'.join(word for word in SCALES if len(word) > 3)})\b"
    r"|(?!\s?this\b)[a-z]{3,}s\b)"
)
_NOON: Final = 12 * 60
_NIGHT_ENDS: Final = 5 * 60
# 2:05:41, 3:54.18, 1h 20m: what a watch was stopped at.
_STOPPED: Final = re.compile(
    r"(?<![\w:.,$€£])(?<!\bat )(?:\d{1,2}:[0-5]\d:[0-5]\d(?:\.\d{1,3})?"
    r"|\d{1,2}:[0-5]\d\.\d{1,3}"
    r"|\d{1,2}\s?h\s?\d{1,2}(?:\s?m(?:\s?\d{1,2}(?:\.\d{1,3})?\s?s)?)?"
    r"|\d{1,2}\s?m\s?\d{1,2}(?:\.\d{1,3})?\s?s)(?![\w:])"
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
    text = _LINE_ENDS.sub(" ", text)
    span = text[start:end]
    if not span.strip():
        return None
    stopped = _STOPPED.search(text, start, end)
    clock = None if stopped else _time(text, start, end, kinds)
    if clock is not None and _UNTIL.search(text[start : clock.start]):
        return None
    inside = _touching(find_values(text), start, end)
    if stopped is not None:
        inside = _replaced(inside, *stopped.span(), _elapsed(stopped.group()))
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


class _Clock(NamedTuple):
    """A time of day over the characters `[start, end)` of a text."""

    normal: str
    start: int
    end: int


def _time(text: str, start: int, end: int, kinds: Collection[ValueKind]) -> _Clock | None:
    """The first time of day that a span states, in words or digits."""
    for match in _SPOKEN.finditer(text, start, end):
        if _tells_time(match, kinds):
            return _Clock(_spoken(match), *match.span())
    digits = _CLOCK.search(text, start, end)
    return None if digits is None else _Clock(_clock(digits), *digits.span())


def _tells_time(match: re.Match[str], kinds: Collection[ValueKind]) -> bool:
    """Whether words that may be a time of day are one: "ten to six" may be a vote as well."""
    if not match["way"]:
        return bool(match["clock"] or (match["day"] and match["hour"].lower() in _HOURS))
    part, way = match["part"].lower().removeprefix("a "), match["way"].lower()
    if way == "past":
        return True
    if _COUNTED.match(match.string, match.end()):
        return False
    if part == "quarter":
        return True
    ranged = match.string[: match.start()].lower().endswith("from ")
    if way == "after" or part == "half" or ranged or (part.isdecimal() and not match["minutes"]):
        return False
    sure = match["minutes"] or match["at"] or match["clock"]
    if sure or match["hour"].lower() not in _HOURS or "date" in kinds:
        return True
    hour = _HOURS.get(match["hour"].lower(), 0)
    return not kinds and part[0] == "t" and _minutes(part) > hour


def _minutes(part: str) -> int:
    if part.isdecimal():
        return int(part)
    return sum(_MINUTES[word] for word in re.split(r"[-\s]", part) if word)


def _spoken(match: re.Match[str]) -> str:
    """A time of day in words, with a "?" where they don't tell the half of the day."""
    part, word = (match["part"] or "").lower().removeprefix("a "), match["hour"].lower()
    away = _minutes(part) if part else 0
    away = -away if (match["way"] or "").lower() == "to" else away
    if word in ("noon", "midday", "midnight"):
        return _hhmm((0 if word == "midnight" else _NOON) + away)
    time = ((_HOURS.get(word) or int(word)) * 60 + away) % _NOON
    day = (match["day"] or "").lower()
    if not day:
        return f"{_hhmm(time or _NOON)}?"
    night = day == "at night" and time >= _NIGHT_ENDS
    later = night or day.startswith("p") or day.endswith(("afternoon", "evening"))
    return _hhmm(time + _NOON if later else time)


def _hhmm(minutes: int) -> str:
    return f"T{minutes // 60 % 24:02}:{minutes % 60:02}"


def _clock(match: re.Match[str]) -> str:
    if match["word"]:
        return "T00:00" if match["word"].lower() == "midnight" else "T12:00"
    if match["hour24"]:
        hour = match["hour24"]
        # Only 24 hours are written with a leading zero.
        halved = not hour.startswith("0") and 1 <= int(hour) <= 12
        return f"T{int(hour):02}:{match['minute24']}" + ("?" if halved else "")
    hour12 = int(match["hour"]) % 12 if int(match["hour"]) <= 12 else int(match["hour"])
    hour12 += 12 if match["half"].lower() == "p" and hour12 < 12 else 0
    return f"T{hour12:02}:{match['minute'] or '00'}"


def _elapsed(stopped: str) -> Value:
    """The duration at which a watch was stopped."""
    numbers = [Decimal(number) for number in _FIGURE.findall(stopped)]
    units = ("H", "min", "S") if len(numbers) == 3 or "h" in stopped else ("min", "S")
    parts = [part for part in zip(numbers, units, strict=False) if part[0]]
    return Value(kind="duration", normal=iso_sum(parts) if parts else "PT0S")


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
    clock: _Clock | None,
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
        bound = _clock_bound(text[max(0, clock.start - _BOUND_LENGTH) : clock.start])
        normal = best.normal + clock.normal
        if bound:
            return Qualified(kind="date", normal=normal, bound=bound)
        return Value(kind="date", normal=normal)
    return _qualified(text, first, kinds)


def _qualified(text: str, value: ValueSpan, kinds: Collection[ValueKind]) -> Value:
    """A value with what the words around it make of it."""
    bound, unitless = _bound(text, value), _unitless(text, value, kinds)
    if not bound and not unitless:
        return value.value
    kind, normal = value.value.kind, value.value.normal
    return Qualified(kind=kind, normal=normal, bound=bound, unitless=unitless)


def _definite(span: str, value: ValueSpan, start: int) -> bool:
    """Whether a number only tells which things are meant: the two companies agreed."""
    plain = value.value.kind == "number" and value.value.normal.isdecimal()
    before = _WORD.findall(span[: max(0, value.start - start)])
    return plain and bool(before) and before[-1].lower() in _DEFINITE


def _bound(text: str, value: ValueSpan) -> Bound | None:
    """What the words just before or after a figure make of it: more than, fewer, about."""
    if ".." in value.value.normal:
        return None
    head = text[max(0, value.start - _BOUND_LENGTH) : value.start]
    if value.value.kind == "date":
        if value.value.normal.startswith("T"):
            return _clock_bound(head)
        return _year_bound(head) if re.fullmatch(r"\d{4}", value.value.normal) else None
    figure = text[value.start : value.end]
    around = value.end, value.end + _BOUND_LENGTH
    if _ODD.search(figure) or _ODD.match(text, value.end):
        return "odd"
    if _COUPLE.match(figure):
        return "about"
    if match := _APPROXIMATED.search(head):
        return "nearly" if match["nearly"] else "beyond" if match["beyond"] else "about"
    if _OR_SO.match(text, *around):
        return "about"
    match = _BEFORE.search(head) or _AFTER.match(text, *around)
    if match is None or value.value.normal.startswith("factor"):
        return None
    return "more" if match["more"] else "less"


def _clock_bound(head: str) -> Bound | None:
    """What the words before a time of day make of it: around, shortly before, just after."""
    match = _AROUND_TIME.search(head) or _APPROXIMATED.search(head)
    if match is None:
        return None
    return "nearly" if match["nearly"] else "beyond" if match["beyond"] else "about"


def _year_bound(head: str) -> Bound | None:
    """What the words before a year make of it: circa, before, after."""
    match = _AROUND_YEAR.search(head)
    if match is None:
        return None
    return "less" if match["less"] else "more" if match["more"] else "about"


def with_qualifier(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a figure to the words beside it that make a bound or an approximation of it.

    "About 500", "up to $5", "fewer than ten", "500 or so". What is not one figure from its first to
    its last character is not widened, nor is "over two years", which says when.

    Args:
        text: The sentence that the span stands in.
        start: Where the span begins in it.
        end: Where it ends.

    Returns:
        Where the widened span begins and ends.
    """
    flat = _LINE_ENDS.sub(" ", text)
    figures = [
        each
        for each in _touching(find_values(flat), start, end)
        if each.value.kind not in ("name", "date") and each.start == start
    ]
    if not figures or ".." in figures[0].value.normal:
        return start, end
    lasting = figures[0].value.kind == "duration"
    first = max(0, start - _BOUND_LENGTH)
    head = flat[first:start]
    before = _APPROXIMATED.search(head) or _BEFORE.search(head)
    if before is not None and not (lasting and _LASTING.search(head)):
        start = first + before.start()
    after = _OR_SO.match(flat, end) or _AFTER.match(flat, end)
    return start, end if after is None else after.end()


def _unitless(text: str, value: ValueSpan, kinds: Collection[ValueKind]) -> tuple[ValueKind, ...]:
    """What a number may be of that stands without the noun or unit of what it counts."""
    if value.value.kind != "number" or not _UNITLESS.fullmatch(value.value.normal):
        return ()
    follows = _NEXT.match(text, value.end)
    if follows is not None and (follows[1] or "").lower() not in _NO_NOUNS:
        return ()
    if _HOUR_BEFORE.search(text[: value.start]) or _HOUR_AFTER.match(text, value.end):
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
