"""Whether two values say the same, at the coarser of their two precisions."""

from collections.abc import Callable
from functools import partial
from typing import Final

from ragqa.types import Value, ValueKind
from ragqa.values.amount_comparison import AMOUNT, PERIOD, amount_of, compare_amounts
from ragqa.values.bounds import Qualified
from ragqa.values.comparison import Comparison
from ragqa.values.date_comparison import compare_dates
from ragqa.values.duration_comparison import compare_durations
from ragqa.values.name_comparison import compare_names

# Below this, an amount or a count is meant exactly; above it, "1.2 million" rounds.
_ROUND_FROM: Final = 1000
# Numbers this many times apart are of two things, if only one states its unit.
_FAR: Final = 100
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
    number = AMOUNT.fullmatch(bare.normal)
    if number is None or number["before"] or number["after"]:
        return None
    ends = [end for end in (number["low"], number["high"]) if end]
    if whole.kind == "duration":
        # A number without a unit is of the largest: 71, said of 71 years and 48 days.
        period = PERIOD.match(whole.normal)
        if period is None or number["rates"]:
            return None
        normal = "..".join(f"{period['before']}{end}{period['after']}" for end in ends)
    else:
        amount = AMOUNT.fullmatch(whole.normal)
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
    a, b = amount_of(one), amount_of(other)
    if a is None or b is None:
        return "unrelated"
    low, high = sorted((a.low, b.low))
    if one.kind == "money" and low and high / low in _UNSAID_SCALES:
        return "compatible"
    return "unrelated" if high > _FAR * low else "different"


_COMPARE: Final[dict[ValueKind, Callable[[Value, Value], Comparison]]] = {
    "money": partial(compare_amounts, exact_below=_ROUND_FROM),
    "number": partial(compare_amounts, exact_below=_ROUND_FROM),
    "percent": partial(compare_amounts, exact_below=0),
    "date": compare_dates,
    "duration": compare_durations,
    "name": compare_names,
}
