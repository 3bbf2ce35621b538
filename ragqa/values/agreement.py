"""Whether two values say the same, at the coarser of their two precisions."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from ragqa.types import Value, ValueKind
from ragqa.words import WEEKDAYS

_CONNECTORS: Final = frozenset("of the and & for de la".split())
_SIGNIFICANT: Final = 2
# Below this, an amount or a count is meant exactly; above it, "1.2 million" rounds.
_ROUND_FROM: Final = 1000


def agree(a: Value, b: Value) -> bool:
    """Whether two values may state the same thing.

    Values of different kinds never agree. Amounts agree when they are equal, or equal after
    rounding the more precise one to the other's precision (never to fewer than two significant
    digits, and counts and prices below 1,000 not at all: 120 and 121 differ). A range agrees with
    a point inside it and with a range of the same ends. Units must be the same, and rates too where
    both state one. Dates agree when nothing that both state differs and at least one thing is
    stated by both; names when one's words are among the other's, or are its initials.

    The relation is symmetric and reflexive, and **not transitive**: "September" agrees with
    September 2025 and with September 2026, "Disney" with "Walt Disney" and with "Roy Disney". Group
    by agreement with every member, or with the most precise one, not along chains.
    """
    if a == b:
        return True
    return a.kind == b.kind and _AGREE[a.kind](a.normal, b.normal)


class _Amounts(NamedTuple):
    """A point (both ends the same) or a range, with what stands around the number."""

    unit: str
    low: Decimal
    high: Decimal
    rate: str


_NUMBER: Final = r"\d{1,40}(?:\.\d{1,40})?"
_AMOUNT: Final = re.compile(
    rf"(?P<before>[A-Za-z]{{3,8}} )?(?P<low>{_NUMBER})(?:\.\.(?P<high>{_NUMBER}))?"
    r"(?P<after>%| [^\s/]{1,12}| km/h)?(?:/(?P<rate>[a-z]+))?"
)


def _amounts(normal: str) -> _Amounts | None:
    match = _AMOUNT.fullmatch(normal)
    if match is None:
        return None
    low = Decimal(match["low"])
    high = Decimal(match["high"]) if match["high"] else low
    unit = (match["before"] or match["after"] or "").strip()
    return _Amounts(unit, low, high, match["rate"] or "")


def _amounts_agree(a: str, b: str, *, exact_below: int) -> bool:
    first, second = _amounts(a), _amounts(b)
    if first is None or second is None or first.unit != second.unit:
        return False
    if first.rate and second.rate and first.rate != second.rate:
        return False
    return _ranges_agree(first, second, exact_below)


def _ranges_agree(a: _Amounts, b: _Amounts, exact_below: int) -> bool:
    if _close(a.low, b.low, exact_below) and _close(a.high, b.high, exact_below):
        return True
    a_point, b_point = a.low == a.high, b.low == b.high
    if a_point == b_point:
        return False
    point, around = (a, b) if a_point else (b, a)
    return (
        around.low <= point.low <= around.high
        or _close(point.low, around.low, exact_below)
        or _close(point.low, around.high, exact_below)
    )


def _close(a: Decimal, b: Decimal, exact_below: int) -> bool:
    """Whether two numbers are equal at the precision of the coarser one."""
    if a == b:
        return True
    if min(a, b) < exact_below:
        return False
    place = max(_place(a), _place(b))
    unit = Decimal(1).scaleb(place)
    try:
        return a.quantize(unit) == b.quantize(unit)
    except InvalidOperation:
        return False


def _place(number: Decimal) -> int:
    """The power of ten of the last digit that is meant."""
    last = number.normalize().as_tuple().exponent
    return min(int(last), number.adjusted() - _SIGNIFICANT + 1)


class _When(NamedTuple):
    """What a date states: year digits (X for any), months, days, weekday; None is not stated."""

    year: str
    months: frozenset[int] | None
    days: frozenset[int] | None
    weekday: int | None


_DATE: Final = re.compile(
    r"(?P<year>[\dX]{4})(?:-(?P<period>\d\d|Q[1-4]|H[12]|[a-z]+))?(?:-(?P<day>\d\d))?"
    r"(?:~(?P<part>early|mid|late))?"
)
_PERIODS: Final = {
    **{f"{month:02}": frozenset({month}) for month in range(1, 13)},
    **{f"Q{n}": frozenset(range(3 * n - 2, 3 * n + 1)) for n in range(1, 5)},
    "H1": frozenset(range(1, 7)),
    "H2": frozenset(range(7, 13)),
    "spring": frozenset({3, 4, 5, 6}),
    "summer": frozenset({6, 7, 8, 9}),
    "autumn": frozenset({9, 10, 11, 12}),
    "winter": frozenset({12, 1, 2, 3}),
}
_PARTS_OF_YEAR: Final = {
    "early": frozenset(range(1, 5)),
    "mid": frozenset(range(5, 9)),
    "late": frozenset(range(9, 13)),
}
_PARTS_OF_MONTH: Final = {
    "early": frozenset(range(1, 11)),
    "mid": frozenset(range(11, 21)),
    "late": frozenset(range(21, 32)),
}


def _when(normal: str) -> _When | None:
    kind, _, weekday = normal.partition(" ")
    if kind == "weekday" and weekday.lower() in WEEKDAYS:
        return _When("XXXX", None, None, WEEKDAYS.index(weekday.lower()))
    match = _DATE.fullmatch(normal)
    if match is None:
        return None
    months = days = day = None
    period, part = match["period"], match["part"]
    if period:
        months = _PERIODS.get(period)
        if months is None:
            return None
    if match["day"]:
        day = int(match["day"])
        days = frozenset({day})
    elif part and period:
        days = _PARTS_OF_MONTH[part]
    elif part and "X" not in match["year"]:
        months = _PARTS_OF_YEAR[part]
    weekday_of = None
    if day and period and period.isdecimal() and "X" not in match["year"]:
        try:
            weekday_of = date(int(match["year"]), int(period), day).weekday()
        except ValueError:
            return None
    return _When(match["year"], months, days, weekday_of)


def _dates_agree(a: str, b: str) -> bool:
    if "/" in a or "/" in b:
        return _intervals_agree(a, b)
    first, second = _when(a), _when(b)
    if first is None or second is None:
        return False
    shared = False
    for mine, other in zip(first.year, second.year, strict=True):
        if "X" not in (mine, other):
            if mine != other:
                return False
            shared = True
    for some, others in ((first.months, second.months), (first.days, second.days)):
        if some is not None and others is not None:
            if some.isdisjoint(others):
                return False
            shared = True
    if first.weekday is not None and second.weekday is not None:
        return first.weekday == second.weekday
    return shared


def _intervals_agree(a: str, b: str) -> bool:
    first, second = a.split("/"), b.split("/")
    if len(first) == len(second) == 2:
        return all(x == y or _dates_agree(x, y) for x, y in zip(first, second, strict=True))
    if len(first) + len(second) != 3:
        return False
    around, (point,) = (first, second) if len(first) == 2 else (second, first)
    edges = [_edges(text) for text in (*around, point)]
    begin, end, inside = edges
    if begin is None or end is None or inside is None:
        return point in around
    return begin[0] <= inside[0] and inside[1] <= end[1]


def _edges(normal: str) -> tuple[tuple[int, int, int], tuple[int, int, int]] | None:
    """The first and last day a date may mean; None when its year is not stated."""
    when = _when(normal)
    if when is None or when.year.startswith("X"):
        return None
    months, days = when.months or range(1, 13), when.days or range(1, 32)
    first = (int(when.year.replace("X", "0")), min(months), min(days))
    return first, (int(when.year.replace("X", "9")), max(months), max(days))


_DURATION: Final = re.compile(
    r"P(?:(?P<Y>[\d.]+)Y)?(?:(?P<M>[\d.]+)M)?(?:(?P<W>[\d.]+)W)?(?:(?P<D>[\d.]+)D)?"
    r"(?:T(?:(?P<h>[\d.]+)H)?(?:(?P<m>[\d.]+)M)?(?:(?P<s>[\d.]+)S)?)?"
)
_MONTHS_IN: Final = {"Y": 12, "M": 1}
_SECONDS_IN: Final = {"W": 604_800, "D": 86_400, "h": 3600, "m": 60, "s": 1}


def _length(normal: str) -> tuple[Decimal, Decimal] | None:
    """A duration as months and seconds, which no calendar turns into each other."""
    match = _DURATION.fullmatch(normal)
    if match is None:
        return None
    try:
        months = sum((Decimal(match[u]) * n for u, n in _MONTHS_IN.items() if match[u]), Decimal(0))
        seconds = sum(
            (Decimal(match[u]) * n for u, n in _SECONDS_IN.items() if match[u]), Decimal(0)
        )
    except InvalidOperation:
        return None
    return months, seconds


def _durations_agree(a: str, b: str) -> bool:
    first = [_length(part) for part in a.split("..")]
    second = [_length(part) for part in b.split("..")]
    if None in first or None in second or len(first) > 2 or len(second) > 2:
        return False
    lows, highs = (first[0], second[0]), (first[-1], second[-1])
    if lows[0] == lows[1] and highs[0] == highs[1]:
        return True
    if len(first) == len(second):
        return False
    point, around = (first, second) if len(first) == 1 else (second, first)
    (months, seconds), low, high = point[0], around[0], around[1]  # type: ignore[misc]
    if low is None or high is None:
        return False
    return low[0] <= months <= high[0] and low[1] <= seconds <= high[1]


def _names_agree(a: str, b: str) -> bool:
    first, second = a.split(), b.split()
    mine = {word for word in first if word not in _CONNECTORS}
    other = {word for word in second if word not in _CONNECTORS}
    if not mine or not other:
        return False
    return mine <= other or other <= mine or _initials(first, second) or _initials(second, first)


def _initials(short: list[str], long: list[str]) -> bool:
    """Whether one word is made of the other's first letters: wsj, dod, us."""
    if len(short) != 1 or len(long) < 2:
        return False
    every = "".join(word[0] for word in long)
    main = "".join(word[0] for word in long if word not in _CONNECTORS)
    return len(short[0]) > 1 and short[0] in (every, main)


_AGREE: Final[dict[ValueKind, Callable[[str, str], bool]]] = {
    "money": lambda a, b: _amounts_agree(a, b, exact_below=_ROUND_FROM),
    "number": lambda a, b: _amounts_agree(a, b, exact_below=_ROUND_FROM),
    "percent": lambda a, b: _amounts_agree(a, b, exact_below=0),
    "date": _dates_agree,
    "duration": _durations_agree,
    "name": _names_agree,
}
