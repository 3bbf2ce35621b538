"""How two amounts, counts or scores stand to each other."""

import re
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

from ragqa.types import Value
from ragqa.values.bounds import Qualified, Reach, leeway, reach
from ragqa.values.comparison import APPROXIMATE, Comparison, exact, opposite
from ragqa.values.measures import Extent, in_base_units

_SIGNIFICANT: Final = 2
# 33.33 and 66.67 are this far from a third, three times.
_THIRD_CUT: Final = Decimal("0.01")


class Amount(NamedTuple):
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
        if self.bound in APPROXIMATE:
            return reach(self.low, self.bound)
        return Reach(self.low, self.high)


_NUMBER: Final = r"\d{1,40}(?:\.\d{1,40})?"
AMOUNT: Final = re.compile(
    rf"(?P<before>[A-Za-z]{{3,8}} )?(?P<low>-?{_NUMBER})(?:\.\.(?P<high>{_NUMBER}))?"
    r"(?P<after>%| km/h| [^\s/]{1,12})?(?P<rates>(?:/[^\s/]{1,40}){0,3})"
)
PERIOD: Final = re.compile(rf"(?P<before>PT?){_NUMBER}(?P<after>[A-Z])")
_SCORE: Final = re.compile(r"(\d{1,3})(?:-|\.\.)(\d{1,3})")


def amount_of(value: Value) -> Amount | None:
    """Return the amount that a normal form states, None where it is no amount."""
    match = AMOUNT.fullmatch(value.normal)
    if match is None:
        return None
    low = Decimal(match["low"])
    high = Decimal(match["high"]) if match["high"] else low
    bound = (value.bound or "") if isinstance(value, Qualified) and low == high else ""
    if bound in ("more", "less") and low:
        low, high = (low, low + leeway(low)) if bound == "more" else (low - leeway(low), high)
    unit = (match["before"] or match["after"] or "").strip()
    return Amount(unit, low, high, frozenset(match["rates"].split("/")) - {""}, bound)


def compare_amounts(one: Value, other: Value, *, exact_below: int) -> Comparison:
    """Compare two amounts; figures below `exact_below` are meant exactly."""
    a, b = amount_of(one), amount_of(other)
    if a is None or b is None:
        return _compare_scores(one.normal, other.normal)
    if not (a.rates <= b.rates or b.rates <= a.rates):
        return "unrelated"
    if a.unit != b.unit:
        return _compare_measures(a, b)
    opposed = opposite(a.bound, b.bound)
    if (a.low, a.high) == (b.low, b.high) and not opposed and exact(a.bound) == exact(b.bound):
        return "same" if a.rates == b.rates else "compatible"
    # Measured, not counted: 59.8 MB is 60 MB, though 59 boats are not 60.
    if _overlap(a, b, 0 if a.unit and one.kind == "number" else exact_below):
        return "compatible"
    return "different" if a.rates == b.rates else "unrelated"


def _overlap(a: Amount, b: Amount, exact_below: int) -> bool:
    """Whether two amounts in one unit may be the same one."""
    near = partial(_close, exact_below=exact_below)
    mine, yours = a.reach, b.reach
    if opposite(a.bound, b.bound):
        return mine.low < yours.high and yours.low < mine.high
    if a.bound or b.bound:
        if a.point is not None and b.point is not None and near(a.point, b.point):
            return True
        if exact(a.bound) or exact(b.bound):
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


def _within(point: Amount, around: Amount) -> bool:
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


def _compare_measures(a: Amount, b: Amount) -> Comparison:
    """Compare across units of one quantity by what each number may have been rounded from."""
    if {a.unit, b.unit} in ({"°", "°C"}, {"°", "°F"}):
        return "compatible" if (a.low, a.high) == (b.low, b.high) else "unrelated"
    mine, yours = _extent_in_base_units(a), _extent_in_base_units(b)
    if mine is None or yours is None or mine.quantity != yours.quantity:
        return "unrelated"
    if mine.low <= yours.high and yours.low <= mine.high:
        return "compatible"
    return "different" if a.rates == b.rates else "unrelated"


def _extent_in_base_units(a: Amount) -> Extent | None:
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
