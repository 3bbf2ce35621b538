"""How two durations stand to each other."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from ragqa.types import Value
from ragqa.values.bounds import Qualified, Reach, leeway, reach
from ragqa.values.comparison import ABOVE, APPROXIMATE, BELOW, Comparison, either, exact, opposite

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


def compare_durations(one: Value, other: Value) -> Comparison:
    """Compare two durations, or ranges of them."""
    first, second = _lengths(one.normal), _lengths(other.normal)
    if first is None or second is None:
        return "unrelated"
    a, b = (each.bound or "" if isinstance(each, Qualified) else "" for each in (one, other))
    opposed = opposite(a, b)
    if first == second and not opposed:
        return "same" if exact(a) == exact(b) else "compatible"
    mine, yours = _stretch(one, a), _stretch(other, b)
    if mine and yours and (opposed or exact(a) or exact(b)):
        if opposed:
            return either(mine.low < yours.high and yours.low < mine.high)
        return either(mine.low <= yours.high and yours.low <= mine.high)
    if opposed:
        return "different"
    alike = all(_alike(x, y) for x, y in zip(first, second, strict=True))
    ranged = [ends[0] != ends[1] for ends in (first, second)]
    holds = ranged[0] != ranged[1] and (_holds(first, second) or _holds(second, first))
    near = _reaches(one, a, second) or _reaches(other, b, first)
    sided = {a, b} & (BELOW | ABOVE)
    finer = not any(ranged) and not sided and _refines(one.normal, other.normal)
    return either(alike or holds or near or finer)


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
    if bound in APPROXIMATE:
        low, high = reach(number, bound, time=True)
    else:
        low = number - leeway(number) if bound == "less" and number else number
        high = number + leeway(number) if bound == "more" else number
    return Reach(low * finest, high * finest)


def _reaches(value: Value, bound: str, point: tuple[_Length, _Length]) -> bool:
    """Whether an approximate duration may stand for another: nearly two weeks for 13 days."""
    stretch = _stretch(value, bound)
    if bound not in APPROXIMATE or stretch is None or point[0] != point[1]:
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
