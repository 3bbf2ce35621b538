"""How two dates or times of day stand to each other."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from ragqa.types import Value
from ragqa.values.bounds import Qualified
from ragqa.values.comparison import ABOVE, APPROXIMATE, Comparison, either, exact, opposite
from ragqa.words import WEEKDAYS


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


def compare_dates(one: Value, other: Value) -> Comparison:
    """Compare two dates, or two times of day."""
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
    if later == 0 and not opposite(one, other):
        return "same" if a == b else "compatible"
    near = _is_near(one, later) or _is_near(other, -later)
    return either(later != 0 and near)


def _is_near(bound: str, later: int) -> bool:
    """Whether a time so many minutes later may be around, shortly before or after another."""
    if bound not in APPROXIMATE or abs(later) > _MINUTES_AROUND:
        return False
    return bound == "about" or (later > 0) == (bound in ABOVE)


def _compare_years(a: str, b: str, one: str, other: str) -> Comparison:
    """Compare two years of which one is around, before or after what is meant."""
    if a == b:
        how: Comparison = "same" if exact(one) == exact(other) else "compatible"
        return "different" if opposite(one, other) else how
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
