"""Whether two values say the same, at the coarser of their two precisions."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Final, Literal, NamedTuple

from ragqa.types import Value, ValueKind
from ragqa.values.bounds import Qualified, Reach, leeway, reach
from ragqa.values.measures import Extent, in_base_units
from ragqa.words import WEEKDAYS

Comparison = Literal["same", "compatible", "different", "unrelated"]

_CONNECTORS: Final = frozenset("of the and & for de la".split())
_SIGNIFICANT: Final = 2
# Below this, an amount or a count is meant exactly; above it, "1.2 million" rounds.
_ROUND_FROM: Final = 1000
_APPROXIMATE: Final = frozenset({"about", "nearly", "beyond", "odd"})
# What is meant, as against the figure that is stated.
_BELOW: Final = frozenset({"less", "nearly"})
_ABOVE: Final = frozenset({"more", "beyond", "odd"})
# Numbers this many times apart are of two things, if only one states its unit.
_FAR: Final = 100
# 33.33 and 66.67 are this far from a third, three times.
_THIRD_CUT: Final = Decimal("0.01")
_UNSAID_SCALES: Final = (10**3, 10**6, 10**9)


def agree(a: Value, b: Value) -> bool:
    """Whether two values may state the same thing: they compare as "same" or "compatible".

    The relation is symmetric and reflexive, and **not transitive**: "September" agrees with
    September 2025 and with September 2026, "Disney" with "Walt Disney" and with "Roy Disney". Group
    by agreement with every member, or with the most precise one, not along chains.
    """
    return compare(a, b) in ("same", "compatible")


def compare(one: Value, other: Value) -> Comparison:
    """Say how two values stand to each other; the order makes no difference.

    - "same": equal once normalised: $1 million and US$1m, two weeks and 14 days, WSJ and Wall
      Street Journal.
    - "compatible": one is less precise than the other, or contains it. Amounts that are equal after
      rounding the more precise one to the other's precision, though never to fewer than two
      significant digits, and counts and prices below 1,000 not at all (120 and 121 differ); a range
      and a point inside it; "more than 500" and anything up to 600, which it would otherwise say;
      "about 500" and what it may be an approximation of (see `bounds.reach`); a rate or a unit that
      one leaves out; a date and its month; a name and a part of it; 12 miles and 19 km, where what
      rounding may hide overlaps once converted.
    - "different": of one kind, unit and rate, and contradicting: $1 million and $2 million, early
      2024 and late 2024, more than 500 and fewer than 500.
    - "unrelated": not comparable. Other kinds, currencies, units or rates (a day, a year); amounts
      that differ where only one states a rate; dates that have no part in common (2026, September).
    """
    if one == other:
        return "same"
    mine, yours = _in_unit_of(other, one), _in_unit_of(one, other)
    if mine or yours:
        return _compare_unitless(mine or one, yours or other)
    return _COMPARE[one.kind](one, other) if one.kind == other.kind else "unrelated"


def _in_unit_of(whole: Value, bare: Value) -> Value | None:
    """A number that stands without its unit, in another value's; None for any other value."""
    if not isinstance(bare, Qualified) or whole.kind not in bare.unitless:
        return None
    if whole.kind == "date":
        return Value(kind="date", normal=bare.normal)
    number = _AMOUNT.fullmatch(bare.normal)
    if number is None or number["before"] or number["after"]:
        return None
    ends = [end for end in (number["low"], number["high"]) if end]
    if whole.kind == "duration":
        # A number without a unit is of the largest: 71, said of 71 years and 48 days.
        period = _PERIOD.match(whole.normal)
        if period is None or number["rates"]:
            return None
        normal = "..".join(f"{period['before']}{end}{period['after']}" for end in ends)
    else:
        amount = _AMOUNT.fullmatch(whole.normal)
        if amount is None or not (amount["before"] or amount["after"]):
            return None
        before, after = amount["before"] or "", amount["after"] or ""
        normal = f"{before}{'..'.join(ends)}{after}{number['rates']}"
    return Qualified(kind=whole.kind, normal=normal, bound=bare.bound)


def _compare_unitless(one: Value, other: Value) -> Comparison:
    """Compare two values of which one has its unit from the other.

    Numbers that are far apart may lack a scale word too (640, said of millions), or be of something
    else: they contradict nothing.
    """
    how = _COMPARE[one.kind](one, other)
    if how == "same":
        return "compatible"
    if how != "different" or one.kind == "duration":
        return how
    a, b = _amount(one), _amount(other)
    if a is None or b is None:
        return "unrelated"
    low, high = sorted((a.low, b.low))
    if one.kind == "money" and low and high / low in _UNSAID_SCALES:
        return "compatible"
    return "unrelated" if high > _FAR * low else "different"


class _Amount(NamedTuple):
    """A point (both ends the same), a range or a bound, with what stands around the number.

    Of "more than 500" `low` is 500 and `high` is 600, of "fewer than 500" they are 400 and 500. Of
    "about 500" both are 500.
    """

    unit: str
    low: Decimal
    high: Decimal
    rates: frozenset[str]
    bound: str

    @property
    def point(self) -> Decimal | None:
        """The number stated, None for a range."""
        if self.bound:
            return self.high if self.bound == "less" else self.low
        return self.low if self.low == self.high else None

    @property
    def reach(self) -> Reach:
        """What the number may stand for, rounding apart."""
        if self.bound in _APPROXIMATE:
            return reach(self.low, self.bound)
        return Reach(self.low, self.high)


_NUMBER: Final = r"\d{1,40}(?:\.\d{1,40})?"
_AMOUNT: Final = re.compile(
    rf"(?P<before>[A-Za-z]{{3,8}} )?(?P<low>-?{_NUMBER})(?:\.\.(?P<high>{_NUMBER}))?"
    r"(?P<after>%| km/h| [^\s/]{1,12})?(?P<rates>(?:/[^\s/]{1,40}){0,3})"
)
_PERIOD: Final = re.compile(rf"(?P<before>PT?){_NUMBER}(?P<after>[A-Z])")
_SCORE: Final = re.compile(r"(\d{1,3})(?:-|\.\.)(\d{1,3})")


def _amount(value: Value) -> _Amount | None:
    match = _AMOUNT.fullmatch(value.normal)
    if match is None:
        return None
    low = Decimal(match["low"])
    high = Decimal(match["high"]) if match["high"] else low
    bound = (value.bound or "") if isinstance(value, Qualified) and low == high else ""
    if bound in ("more", "less") and low:
        low, high = (low, low + leeway(low)) if bound == "more" else (low - leeway(low), high)
    unit = (match["before"] or match["after"] or "").strip()
    return _Amount(unit, low, high, frozenset(match["rates"].split("/")) - {""}, bound)


def _compare_amounts(one: Value, other: Value, *, exact_below: int) -> Comparison:
    a, b = _amount(one), _amount(other)
    if a is None or b is None:
        return _compare_scores(one.normal, other.normal)
    if not (a.rates <= b.rates or b.rates <= a.rates):
        return "unrelated"
    if a.unit != b.unit:
        return _compare_measures(a, b)
    opposite = _opposite(a.bound, b.bound)
    if (a.low, a.high) == (b.low, b.high) and not opposite and _exact(a.bound) == _exact(b.bound):
        return "same" if a.rates == b.rates else "compatible"
    # Measured, not counted: 59.8 MB is 60 MB, though 59 boats are not 60.
    if _overlap(a, b, 0 if a.unit and one.kind == "number" else exact_below):
        return "compatible"
    return "different" if a.rates == b.rates else "unrelated"


def _exact(bound: str) -> str:
    """A bound as it is where an approximation says what the figure alone does."""
    return "" if bound in _APPROXIMATE else bound


def _opposite(one: str, other: str) -> bool:
    """Whether one bound is from below and the other from above."""
    return (one in _BELOW and other in _ABOVE) or (one in _ABOVE and other in _BELOW)


def _overlap(a: _Amount, b: _Amount, exact_below: int) -> bool:
    """Whether two amounts in one unit may be the same one."""
    near = partial(_close, exact_below=exact_below)
    mine, yours = a.reach, b.reach
    if _opposite(a.bound, b.bound):
        return mine.low < yours.high and yours.low < mine.high
    if a.bound or b.bound:
        if a.point is not None and b.point is not None and near(a.point, b.point):
            return True
        if _exact(a.bound) or _exact(b.bound):
            crosses = mine.low < yours.high and yours.low < mine.high
            return crosses or _within(a, b) or _within(b, a)
        # Of two approximations, one figure has to be in the other's reach, not the reaches meet.
        return (yours.low <= a.high and a.low <= yours.high) or (
            mine.low <= b.high and b.low <= mine.high
        )
    if near(a.low, b.low) and near(a.high, b.high):
        return True
    if a.unit == b.unit == "%" and (_is_cut(a.low, b.low) or _is_cut(b.low, a.low)):
        return a.low == a.high and b.low == b.high
    if (a.point is None) == (b.point is None):
        return False
    point, around = (a, b) if a.point is not None else (b, a)
    inside = around.low <= point.low <= around.high
    return inside or near(point.low, around.low) or near(point.low, around.high)


def _within(point: _Amount, around: _Amount) -> bool:
    """Whether a point without a bound lies in the range of another amount."""
    return not point.bound and point.low == point.high and around.low <= point.low <= around.high


def _close(a: Decimal, b: Decimal, exact_below: int) -> bool:
    """Whether two numbers are equal at the precision of the coarser one."""
    if a == b:
        return True
    if min(abs(a), abs(b)) < exact_below:
        return False
    # A half is rounded either way.
    return abs(a - b) * 2 <= Decimal(1).scaleb(max(_place(a), _place(b)))


def _is_cut(third: Decimal, whole: Decimal) -> bool:
    """Whether a percentage is a number of thirds cut, not rounded: 66 for two thirds."""
    return abs(third * 3 - 100 * round(third * 3 / 100)) == _THIRD_CUT and whole == int(third)


def _place(number: Decimal) -> int:
    """The power of ten of the last digit that is meant."""
    last = number.normalize().as_tuple().exponent
    return min(int(last), number.adjusted() - _SIGNIFICANT + 1)


def _compare_measures(a: _Amount, b: _Amount) -> Comparison:
    """Compare across units of one quantity by what each number may have been rounded from."""
    if {a.unit, b.unit} in ({"°", "°C"}, {"°", "°F"}):
        return "compatible" if (a.low, a.high) == (b.low, b.high) else "unrelated"
    mine, yours = _extent_in_base_units(a), _extent_in_base_units(b)
    if mine is None or yours is None or mine.quantity != yours.quantity:
        return "unrelated"
    if mine.low <= yours.high and yours.low <= mine.high:
        return "compatible"
    return "different" if a.rates == b.rates else "unrelated"


def _extent_in_base_units(a: _Amount) -> Extent | None:
    low, high = a.reach
    return in_base_units(
        min(low, a.low - _slack(a.low)), max(high, a.high + _slack(a.high)), a.unit
    )


def _slack(number: Decimal) -> Decimal:
    """Half a unit of the last digit that is meant: 0.5 for 12, 5 for 120."""
    return Decimal(5).scaleb(_place(number) - 1) if number else Decimal(0)


def _compare_scores(a: str, b: str) -> Comparison:
    """Ranks, scores and votes: 3-2 is 2-3 from the other side, which reads as a range."""
    if a.startswith("#") and b.startswith("#"):
        return "different"
    first, second = _SCORE.fullmatch(a), _SCORE.fullmatch(b)
    if first is None or second is None:
        return "unrelated"
    return "compatible" if sorted(first.groups()) == sorted(second.groups()) else "different"


class _When(NamedTuple):
    """What a date states: year digits (X for any), months, days, weekday; None is not stated.

    `part` is the part of the year, or of the month, that is named: early, mid or late.
    """

    year: str
    months: frozenset[int] | None
    days: frozenset[int] | None
    weekday: int | None = None
    part: str = ""


_DATE: Final = re.compile(
    r"(?P<year>[\dX]{4})(?:-(?P<period>\d\d|Q[1-4]|H[12]|[a-z]+))?(?:-(?P<day>\d\d))?"
    r"(?:~(?P<part>early|mid|late))?"
)
_YEAR: Final = re.compile(r"\d{4}(?![\dX])")
# Years around a round one.
_AROUND: Final = 5
_MINUTES_AROUND: Final = 15
_TIMED: Final = re.compile(r"(?P<day>.*?)(?:T(?P<time>\d\d:\d\d\??))?")
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
_PARTS_OF_TEN: Final = {"early": range(5), "mid": range(3, 8), "late": range(5, 10)}
_PARTS_OF_MONTH: Final = {
    "early": frozenset(range(1, 11)),
    "mid": frozenset(range(10, 21)),
    "late": frozenset(range(20, 32)),
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
    return _When(match["year"], months, days, weekday_of, part or "")


def _compare_dates(one: Value, other: Value) -> Comparison:
    a, b = _TIMED.fullmatch(one.normal), _TIMED.fullmatch(other.normal)
    if a is None or b is None:
        return "unrelated"
    bounds = [each.bound or "" if isinstance(each, Qualified) else "" for each in (one, other)]
    times = _compare_times(a["time"], b["time"], *bounds)
    days = _compare_days(a["day"], b["day"])
    if any(bounds) and not (a["time"] or b["time"]) and days in ("same", "different"):
        days = _compare_years(a["day"], b["day"], *bounds)
    if "different" in (times, days):
        return "different"
    if times == "unrelated":
        return days if a["time"] == b["time"] or days == "unrelated" else "compatible"
    alone = not (a["day"] or b["day"])
    return "same" if times == "same" and (days == "same" or alone) else "compatible"


def _compare_times(a: str | None, b: str | None, one: str, other: str) -> Comparison:
    """Compare times of day; of one with a "?" no half of the day is known."""
    if a is None or b is None:
        return "unrelated"
    day = 720 if "?" in a + b else 1440
    mine, yours = (60 * int(time[:2]) + int(time[3:5]) for time in (a, b))
    # From half a day before to half a day after.
    later = (yours - mine + day // 2) % day - day // 2
    if later == 0 and not _opposite(one, other):
        return "same" if a == b else "compatible"
    near = _is_near(one, later) or _is_near(other, -later)
    return _either(later != 0 and near)


def _is_near(bound: str, later: int) -> bool:
    """Whether a time so many minutes later may be around, shortly before or after another."""
    if bound not in _APPROXIMATE or abs(later) > _MINUTES_AROUND:
        return False
    return bound == "about" or (later > 0) == (bound in _ABOVE)


def _compare_years(a: str, b: str, one: str, other: str) -> Comparison:
    """Compare two years of which one is around, before or after what is meant."""
    if a == b:
        how: Comparison = "same" if _exact(one) == _exact(other) else "compatible"
        return "different" if _opposite(one, other) else how
    if not (_YEAR.match(a) and _YEAR.match(b)):
        return "different"
    mine, yours = int(a[:4]), int(b[:4])
    for year, bound, meant in ((mine, one, yours), (yours, other, mine)):
        if bound == "about" and abs(year - meant) <= (_AROUND if year % 10 == 0 else 2):
            return "compatible"
        # Before 1850 is any year before it.
        if (bound == "less" and meant < year) or (bound == "more" and meant > year):
            return "unrelated"
    return "different"


def _compare_days(a: str, b: str) -> Comparison:
    if a == b != "":
        return "same"
    if "/" in a or "/" in b:
        return _compare_intervals(a, b)
    first, second = _when(a), _when(b)
    if first is None or second is None:
        return "unrelated"
    stated = [
        mine == yours
        for mine, yours in zip(first.year, second.year, strict=True)
        if "X" not in (mine, yours)
    ]
    if not (_in_part(first, second) and _in_part(second, first)):
        return "different"
    for mine, yours in ((first.months, second.months), (first.days, second.days)):
        if mine is not None and yours is not None:
            stated.append(not mine.isdisjoint(yours))
    if first.part and second.part and first[:2] == second[:2]:
        stated.append(first.part == second.part)
    if first.weekday is not None and second.weekday is not None:
        stated.append(first.weekday == second.weekday)
    if not all(stated):
        return "different"
    return "compatible" if stated else "unrelated"


def _in_part(part: _When, whole: _When) -> bool:
    """Whether a date may be in the part of a decade or century that another date names."""
    digits = [
        yours for mine, yours in zip(part.year, whole.year, strict=True) if mine == "X" != yours
    ]
    if not part.part or not digits or part.months is not None:
        return True
    return int(digits[0]) in _PARTS_OF_TEN[part.part]


def _compare_intervals(a: str, b: str) -> Comparison:
    first, second = a.split("/"), b.split("/")
    if len(first) > 2 or len(second) > 2:
        return "unrelated"
    if len(first) == len(second):
        ends = [_compare_days(x, y) for x, y in zip(first, second, strict=True)]
        return next((how for how in ("different", "unrelated") if how in ends), "compatible")
    years = [when.year for text in (*first, *second) if (when := _when(text)) and when.year]
    known = next((year for year in years if "X" not in year), "")
    mine, yours = _extent(first, known), _extent(second, known)
    if mine is None or yours is None:
        return "unrelated"
    contained = mine[0] <= yours[0] and yours[1] <= mine[1]
    containing = yours[0] <= mine[0] and mine[1] <= yours[1]
    return "compatible" if contained or containing else "different"


_Day = tuple[int, int, int]


def _extent(ends: Sequence[str], known: str) -> tuple[_Day, _Day] | None:
    """The first and last day of an interval or a date; `known` stands for a year left out."""
    days = [_edges(_when(text), known) for text in ends]
    first, last = days[0], days[-1]
    return None if first is None or last is None else (first[0], last[1])


def _edges(when: _When | None, known: str) -> tuple[_Day, _Day] | None:
    """The first and last day a date may mean; None when it states neither year nor month."""
    if when is None:
        return None
    year = when.year
    if year == "XXXX":
        if when.months is None:
            return None
        year = known or "0000"
    months, days = when.months or range(1, 13), when.days or range(1, 32)
    first = (int(year.replace("X", "0")), min(months), min(days))
    return first, (int(year.replace("X", "9")), max(months), max(days))


_DURATION: Final = re.compile(
    r"P(?:(?P<Y>[\d.]+)Y)?(?:(?P<M>[\d.]+)M)?(?:(?P<W>[\d.]+)W)?(?:(?P<D>[\d.]+)D)?"
    r"(?:T(?:(?P<h>[\d.]+)H)?(?:(?P<m>[\d.]+)M)?(?:(?P<s>[\d.]+)S)?)?"
)
_MONTHS_IN: Final = {"Y": 12, "M": 1}
_SECONDS_IN: Final = {"W": 604_800, "D": 86_400, "h": 3600, "m": 60, "s": 1}
_DAY: Final = 86_400
# The mean month of the Gregorian calendar, in seconds; n real ones are within three days of n.
_MONTH: Final = Decimal(2_629_746)
_MONTHS_VARY: Final = 3 * _DAY


class _Length(NamedTuple):
    """A duration as months and seconds, which no calendar turns into each other exactly."""

    months: Decimal
    seconds: Decimal

    @property
    def shortest(self) -> Decimal:
        """In seconds."""
        return self.seconds + self.months * _MONTH - (_MONTHS_VARY if self.months else 0)

    @property
    def longest(self) -> Decimal:
        """In seconds."""
        return self.seconds + self.months * _MONTH + (_MONTHS_VARY if self.months else 0)


def _length(normal: str) -> _Length | None:
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
    return _Length(months, seconds)


def _compare_durations(one: Value, other: Value) -> Comparison:
    first, second = _lengths(one.normal), _lengths(other.normal)
    if first is None or second is None:
        return "unrelated"
    a, b = (each.bound or "" if isinstance(each, Qualified) else "" for each in (one, other))
    opposite = _opposite(a, b)
    if first == second and not opposite:
        return "same" if _exact(a) == _exact(b) else "compatible"
    mine, yours = _stretch(one, a), _stretch(other, b)
    if mine and yours and (opposite or _exact(a) or _exact(b)):
        if opposite:
            return _either(mine.low < yours.high and yours.low < mine.high)
        return _either(mine.low <= yours.high and yours.low <= mine.high)
    if opposite:
        return "different"
    alike = all(_alike(x, y) for x, y in zip(first, second, strict=True))
    ranged = [ends[0] != ends[1] for ends in (first, second)]
    holds = ranged[0] != ranged[1] and (_holds(first, second) or _holds(second, first))
    near = _reaches(one, a, second) or _reaches(other, b, first)
    sided = {a, b} & (_BELOW | _ABOVE)
    finer = not any(ranged) and not sided and _refines(one.normal, other.normal)
    return _either(alike or holds or near or finer)


def _either(compatible: bool) -> Comparison:
    return "compatible" if compatible else "different"


def _parts(normal: str) -> dict[str, Decimal] | None:
    """How many of which units a duration states, the largest first; None for a range."""
    match = _DURATION.fullmatch(normal)
    if match is None:
        return None
    try:
        return {unit: Decimal(number) for unit, number in match.groupdict().items() if number}
    except InvalidOperation:
        return None


def _size(unit: str) -> Decimal:
    """A unit of a duration in seconds."""
    return _MONTHS_IN[unit] * _MONTH if unit in _MONTHS_IN else Decimal(_SECONDS_IN[unit])


def _stretch(value: Value, bound: str) -> Reach | None:
    """What a duration may stand for, in seconds; a month is a mean one. None for a range."""
    parts = _parts(value.normal)
    if not parts:
        return None
    finest = _size(list(parts)[-1])
    seconds = sum((number * _size(unit) for unit, number in parts.items()), Decimal(0))
    number = (seconds / finest).quantize(Decimal("0.001"))
    if bound in _APPROXIMATE:
        low, high = reach(number, bound, time=True)
    else:
        low = number - leeway(number) if bound == "less" and number else number
        high = number + leeway(number) if bound == "more" else number
    return Reach(low * finest, high * finest)


def _reaches(value: Value, bound: str, point: tuple[_Length, _Length]) -> bool:
    """Whether an approximate duration may stand for another: nearly two weeks for 13 days."""
    stretch = _stretch(value, bound)
    if bound not in _APPROXIMATE or stretch is None or point[0] != point[1]:
        return False
    return point[0].shortest <= stretch.high and stretch.low <= point[1].longest


def _refines(one: str, other: str) -> bool:
    """Whether one duration is the other with smaller parts: 22 minutes, 22 minutes 9 seconds."""
    a, b = _parts(one), _parts(other)
    if not a or not b or len(a) == len(b):
        return False
    coarse, fine = sorted((a, b), key=len)
    shared = list(coarse)
    rest = [unit for unit in fine if unit not in coarse]
    if any(fine.get(unit) != coarse[unit] for unit in shared) or list(fine) != [*shared, *rest]:
        return False
    more = sum((fine[unit] * _size(unit) for unit in rest), Decimal(0))
    return more < _size(shared[-1]) / 2


def _lengths(normal: str) -> tuple[_Length, _Length] | None:
    ends = [_length(part) for part in normal.split("..")]
    low, high = ends[0], ends[-1]
    return None if low is None or high is None or len(ends) > 2 else (low, high)


def _alike(a: _Length, b: _Length) -> bool:
    """Whether two durations may be one: a month and 30 days, but not 30 days and 31."""
    if a.months == b.months:
        return a.seconds == b.seconds
    return a.shortest <= b.longest and b.shortest <= a.longest


def _holds(around: tuple[_Length, _Length], point: tuple[_Length, _Length]) -> bool:
    return around[0].shortest <= point[0].shortest and point[1].longest <= around[1].longest


def _compare_names(one: Value, other: Value) -> Comparison:
    first, second = _words(one.normal), _words(other.normal)
    if first == second or _initials(first, second) or _initials(second, first):
        return "same"
    short, long = sorted((first, second), key=len)
    mine = {word for word in short if word not in _CONNECTORS}
    yours = {word for word in long if word not in _CONNECTORS}
    if not mine or not yours:
        return "different"
    if mine == yours or _initialled(short, long):
        return "compatible"
    # "America" is no short form of "Bank of America", which names a bank.
    head = long[: long.index("of")] if "of" in long[1:] else long
    part = (mine <= yours and not mine.isdisjoint(head)) or yours <= mine
    return "compatible" if part else "different"


def _words(normal: str) -> list[str]:
    """The words of a name without their accents, which papers keep or drop."""
    plain = unicodedata.normalize("NFKD", normal)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).split()


def _initialled(short: list[str], long: list[str]) -> bool:
    """Whether two names differ in forenames cut to their initials: j smith, john smith."""
    return (
        len(short) == len(long) > 1
        and short[-1] == long[-1]
        and all(
            a == b or (len(min(a, b, key=len)) == 1 and a[0] == b[0])
            for a, b in zip(short, long, strict=True)
        )
    )


def _initials(short: list[str], long: list[str]) -> bool:
    """Whether one word is made of the other's first letters: wsj, dod, us."""
    if len(short) != 1 or len(long) < 2:
        return False
    every = "".join(word[0] for word in long)
    main = "".join(word[0] for word in long if word not in _CONNECTORS)
    return len(short[0]) > 1 and short[0] in (every, main)


_COMPARE: Final[dict[ValueKind, Callable[[Value, Value], Comparison]]] = {
    "money": partial(_compare_amounts, exact_below=_ROUND_FROM),
    "number": partial(_compare_amounts, exact_below=_ROUND_FROM),
    "percent": partial(_compare_amounts, exact_below=0),
    "date": _compare_dates,
    "duration": _compare_durations,
    "name": _compare_names,
}
