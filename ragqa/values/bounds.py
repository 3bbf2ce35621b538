"""What the words around a figure make of it: a bound, an approximation, a unit left unsaid."""

from decimal import Decimal
from typing import Final, Literal, NamedTuple

from ragqa.types import Value, ValueKind

Bound = Literal["more", "less", "about", "nearly", "beyond", "odd"]

_HUNDRED: Final = 100
_DOZEN: Final = 12
_MOST_DOZENS: Final = 5
# The last digit of 33.33, which is how a third is written.
_FRACTION: Final = -2
_MOST: Final = Decimal("0.1")
# Calendar units are coarse: a little over two weeks are sixteen days.
_MOST_OF_A_TIME: Final = Decimal("0.15")


class Qualified(Value):
    """A value with what its words say of the figure. `normal` is the figure, as without them.

    `bound` is "more" or "less" where the figure is only a bound ("more than 500"), "about" where it
    approximates what is meant ("around 500"), "nearly" and "beyond" where it does so from one side
    ("almost 500", "just over 500"), "odd" where the rest is left out ("30-odd"). Of a year "more"
    and "less" are after and before it. `unitless` says which kinds of value a plain number may be
    of that stands where its noun or unit was left out ("44 million", said of euros).
    """

    bound: Bound | None = None
    unitless: tuple[ValueKind, ...] = ()


class Reach(NamedTuple):
    """The numbers that a figure may stand for, both ends included."""

    low: Decimal
    high: Decimal


def reach(number: Decimal, bound: str, *, time: bool = False) -> Reach:
    """What an approximate figure may stand for.

    A figure is approximated to its last digit that is not 0 (or to five of it, where that is a 5):
    "about 300" is 270 to 330, "about 310" is 305 to 315, "about 55" is 52.5 to 57.5. A tenth of the
    figure is the most, three twentieths of a duration; a whole number has one to either side if
    that leaves room for it: "about a dozen" may be eleven. "30-odd" is 30 to 39, and from a
    hundred on what is over is half as much at most: "300-odd" is 300 to 350.
    """
    most = abs(number) * (_MOST_OF_A_TIME if time else _MOST)
    digits = number.normalize().as_tuple()
    step = Decimal(1).scaleb(int(digits.exponent)) if number else Decimal(0)
    if bound == "odd":
        over = step * (Decimal("0.5") if number >= _HUNDRED else Decimal("0.9"))
        return Reach(number, number + max(over, Decimal(1)))
    step *= 5 if digits.digits[-1] == 5 else 1
    near = step / 2
    if number % 1 == 0:
        near = max(near, Decimal(1))
    elif int(digits.exponent) <= _FRACTION:
        near = most
    near = min(near, most)
    return Reach(
        number if bound == "beyond" else number - near,
        number if bound == "nearly" else number + near,
    )


def leeway(number: Decimal) -> Decimal:
    """How far beyond its figure a bound is likely to reach.

    By one of the figure's last digit that is not 0, by five of it where that rounds it: "more than
    500" says no more than 600, "more than 150" than 200, and "more than a dozen" than 18. A tenth
    is the most of what is written as a fraction is, 33.33.
    """
    if number % _DOZEN == 0 and number <= _MOST_DOZENS * _DOZEN:
        return Decimal(_DOZEN) / 2
    digits = number.normalize().as_tuple()
    if int(digits.exponent) <= _FRACTION:
        return abs(number) * _MOST
    rounded = len(digits.digits) > 1 and digits.digits[-1] == 5
    return Decimal(1).scaleb(int(digits.exponent)) * (5 if rounded else 1)
