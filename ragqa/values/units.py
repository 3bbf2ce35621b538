"""The grammar of units: currencies, periods, measures and percent, after or before a number.

Here and in what is built on it (amounts, shares, quantities) a parser takes the index of a token
and returns what it read with the index after it, or None. None of them looks further ahead than a
fixed number of tokens.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from ragqa.types import ValueKind
from ragqa.values.measures import HOURLY, MEASURES
from ragqa.values.tokens import BREAK, GLUED, SPACED, Token
from ragqa.words import (
    CURRENCY_CODES,
    CURRENCY_NATIONS,
    CURRENCY_PREFIXES,
    CURRENCY_SIGNS,
    CURRENCY_WORDS,
    PERIODS,
    SCALES,
    SHORT_SCALES,
    SMALL_COINS,
)

HYPHENS: Final = frozenset("-‐‑–")
_PERCENT: Final = frozenset({"%", "percent", "pct", "percents"})
_TIMES: Final = frozenset(
    "as more higher greater larger bigger faster longer less lower smaller the that what its their "
    "better cheaper".split()
)
_TEMPERATURES: Final = {
    "c": "°C",
    "celsius": "°C",
    "centigrade": "°C",
    "f": "°F",
    "fahrenheit": "°F",
}
_SPEED_SIGNS: Final = {("km", "h"): "km/h", ("m", "s"): "m/s"}
# Glued to fewer, a "p" is pence; to as many, it counts the lines of a screen.
_FEWEST_LINES: Final = 240


class Unit(NamedTuple):
    """A unit after an amount, and how many of it one is."""

    kind: ValueKind
    unit: str
    factor: Decimal
    next: int


class Units:
    """Reads units, currencies and scale words off a list of tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens

    def _joined(self, i: int) -> bool:
        """Whether token `i` is a hyphen inside a compound."""
        token = self._tokens[i]
        return (
            token.text in HYPHENS
            and token.kind == "mark"
            and token.gap == GLUED
            and self._tokens[i + 1].gap == GLUED
        )

    def _currency_before(self, i: int) -> tuple[str, int]:
        tokens = self._tokens
        token, after = tokens[i], tokens[i + 1]
        if token.kind == "mark" and token.text in CURRENCY_SIGNS and after.gap != BREAK:
            return CURRENCY_SIGNS[token.text], i + 1
        if token.kind != "word":
            return "", i
        sign = after.text in ("$", "¥", "£") and after.gap == GLUED
        if sign and token.text.isupper() and token.low in CURRENCY_PREFIXES:
            return CURRENCY_PREFIXES[token.low], i + 2
        if token.low in CURRENCY_CODES and (token.text.isupper() or token.text == "Rs"):
            at = i + 2 if after.text == "." and after.gap == GLUED else i + 1
            if tokens[at].kind == "number" and tokens[at].gap != BREAK:
                return CURRENCY_CODES[token.low], at
        return "", i

    def has_unit(self, i: int) -> bool:
        """Whether a scale word or a unit begins at token `i`, just after a number."""
        token = self._tokens[i]
        if token.gap == BREAK:
            return False
        scale = token.low in SCALES and not (token.low in SHORT_SCALES and token.gap != GLUED)
        return scale or self._unit(i, Decimal(2)) is not None

    def _unit(self, i: int, number: Decimal) -> Unit | None:
        if self._joined(i) and self._tokens[i + 1].kind == "word":
            i += 1
        token = self._tokens[i]
        if token.gap == BREAK:
            return None
        return (
            self._percent_unit(i)
            or self._money_unit(i, number)
            or self._period_unit(i, number)
            or self._measure_unit(i)
        )

    def _percent_unit(self, i: int) -> Unit | None:
        tokens = self._tokens
        token, after = tokens[i], tokens[i + 1]
        one = Decimal(1)
        if token.low in _PERCENT or (token.low == "pc" and token.gap == GLUED):
            return Unit("percent", "%", one, i + 1)
        if token.low == "per" and after.low == "cent":
            return Unit("percent", "%", one, i + 2)
        if after.low in ("point", "points") and after.gap == SPACED:
            if token.low in ("percentage", "percent", "%"):
                return Unit("percent", "points", one, i + 2)
            if token.low == "basis":
                return Unit("percent", "points", Decimal("0.01"), i + 2)
        part = tokens[i - 2].low in ("half", "quarter", "of")
        if token.low == "point" and part and (self._joined(i - 1) or tokens[i - 1].low == "a"):
            return Unit("percent", "points", one, i + 1)
        if token.low in ("x", "fold") and token.gap == GLUED:
            return Unit("percent", "factor", one, i + 1)
        if token.low == "times" and after.low in _TIMES:
            return Unit("percent", "factor", one, i + 1)
        return None

    def _money_unit(self, i: int, number: Decimal) -> Unit | None:
        tokens = self._tokens
        token, after = tokens[i], tokens[i + 1]
        one = Decimal(1)
        if token.low in CURRENCY_WORDS:
            currency = CURRENCY_WORDS[token.low]
            if currency == "GBP" and (after.low == "of" or self._weighs(i)):
                return Unit("number", "lb", one, i + 1)
            if token.low == "won" and number < 1000:
                return None
            end = i + 2 if after.low == "sterling" and token.low != "sterling" else i + 1
            return Unit("money", currency, one, end)
        if token.low in SMALL_COINS:
            return Unit("money", SMALL_COINS[token.low], Decimal("0.01"), i + 1)
        if token.text == "p" and token.gap == GLUED and number < _FEWEST_LINES:
            return Unit("money", "GBP", Decimal("0.01"), i + 1)
        if token.low in CURRENCY_CODES and token.text.isupper():
            return Unit("money", CURRENCY_CODES[token.low], one, i + 1)
        if after.gap == BREAK:
            return None
        nation = CURRENCY_NATIONS.get((token.low, CURRENCY_WORDS.get(after.low, "")))
        if nation:
            return Unit("money", nation, one, i + 2)
        two = {"hong kong": "HKD", "new zealand": "NZD"}.get(f"{token.low} {after.low}")
        if two and CURRENCY_WORDS.get(tokens[i + 2].low) == "USD":
            return Unit("money", two, one, i + 3)
        return None

    def _weighs(self, i: int) -> bool:
        """Whether the words around say that pounds are a weight."""
        tokens = self._tokens
        before = [token.low for token in tokens[max(0, i - 4) : i]]
        heavier = tokens[i + 1].low in ("heavier", "lighter", "overweight")
        return heavier or any(word.startswith("weigh") for word in before)

    def _period_unit(self, i: int, number: Decimal) -> Unit | None:
        token = self._tokens[i]
        if token.low not in PERIODS:
            return None
        # "two second halves", "three quarters of": the singular wants a one or a hyphen.
        singular = not token.low.endswith("s") and token.low not in ("sec", "min", "hr", "yr", "wk")
        if singular and number > 1 and token.gap != GLUED:
            return None
        if token.low in ("quarter", "quarters"):
            return None
        count, designator = PERIODS[token.low]
        return Unit("duration", designator, count, i + 1)

    def _measure_unit(self, i: int) -> Unit | None:
        tokens = self._tokens
        token = tokens[i]
        one = Decimal(1)
        if degrees := self._degrees(i):
            return degrees
        if token.text in ("km", "m") and tokens[i + 1].text == "/":
            speed = _SPEED_SIGNS.get((token.text, tokens[i + 2].text))
            return Unit("number", speed or token.text, one, i + 3 if speed else i + 1)
        if token.low in ("square", "cubic", "sq") and tokens[i + 1].low in MEASURES:
            power = "3" if token.low == "cubic" else "2"
            return Unit("number", MEASURES[tokens[i + 1].low] + power, one, i + 2)
        if token.low in MEASURES:
            hour = i + 2 if self._joined(i + 1) else i + 1
            hourly = HOURLY.get(MEASURES[token.low])
            if hourly and tokens[hour].low in ("hour", "hours"):
                return Unit("number", hourly, one, hour + 1)
            return Unit("number", MEASURES[token.low], one, i + 1)
        power = {"2": "2", "²": "2", "3": "3", "³": "3"}.get(token.low[-1:], "")
        if power and (token.low[:-1] in MEASURES or token.low[:-1] == "m"):
            return Unit("number", MEASURES.get(token.low[:-1], "m") + power, one, i + 1)
        # Too short to be a unit anywhere: glued, "m" is a million, and "in" mostly a preposition.
        if token.gap == SPACED and token.text == "m":
            return Unit("number", "m", one, i + 1)
        if token.text == "in" and tokens[i + 1].text == ")":
            return Unit("number", "in", one, i + 1)
        return None

    def _degrees(self, i: int) -> Unit | None:
        """Degrees of a temperature, or of what is not said: 20 °C, 20 degrees Celsius, 20C."""
        token, after = self._tokens[i], self._tokens[i + 1]
        one = Decimal(1)
        if token.low in _TEMPERATURES and len(token.low) > 1:
            return Unit("number", _TEMPERATURES[token.low], one, i + 1)
        if token.text in ("C", "F") and token.gap == GLUED:
            return Unit("number", f"°{token.text}", one, i + 1)
        if token.text != "°" and MEASURES.get(token.low) != "°":
            return None
        scale = _TEMPERATURES.get(after.low) if after.gap != BREAK else None
        return Unit("number", scale or "°", one, i + 2 if scale else i + 1)
