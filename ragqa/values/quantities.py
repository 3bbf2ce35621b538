"""The grammar of amounts: money, percentages, plain numbers and durations, with their ranges.

Each parser takes the index of a token and returns what it read with the index after it, or None.
None of them looks further ahead than a fixed number of tokens.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from ragqa.types import Value, ValueKind
from ragqa.values.measures import COMPOUNDS, HOURLY, MEASURES
from ragqa.values.numerals import SIZES, iso, iso_sum, numeral, plain
from ragqa.values.tokens import BREAK, GLUED, SPACED, Token
from ragqa.words import (
    CURRENCY_CODES,
    CURRENCY_NATIONS,
    CURRENCY_PREFIXES,
    CURRENCY_SIGNS,
    CURRENCY_WORDS,
    FRACTIONS,
    FUNCTION_WORDS,
    ORDINALS,
    PERIODS,
    RATE_ADVERBS,
    RATES,
    SCALES,
    SHORT_SCALES,
    SMALL_COINS,
    TENS,
    UNITS,
)

HYPHENS: Final = frozenset("-‐‑–")
APPROXIMATORS: Final = frozenset(
    "about around roughly approximately nearly almost some over under circa".split()
)
_PERCENT: Final = frozenset({"%", "percent", "pct", "percents"})
_TIMES: Final = frozenset(
    "as more higher greater larger bigger faster longer less lower smaller the that what its their "
    "better cheaper".split()
)
_HALF_BEFORE: Final = frozenset(
    "by in to than about nearly almost roughly around over only just exactly least approximately "
    "under some lost lose loses losing cut".split()
)
_HALF_AFTER: Final = frozenset("of the its their his her our my your all that as what".split())
_ORDINAL_HALVES: Final = frozenset("first second latter other last next and".split())
_AND_PARTS: Final = {
    "and a half": Decimal("0.5"),
    "and a quarter": Decimal("0.25"),
    "and three quarters": Decimal("0.75"),
}
_FRACTION_AFTER: Final = frozenset(
    "of more less fewer higher lower from to in since over by on and but after before during "
    "compared than this last".split()
)
_FACTORS: Final = {
    word: normal
    for words, normal in (
        ("halved halving halves", "50%"),
        ("doubled doubling doubles twofold", "factor 2"),
        ("tripled tripling triples trebled threefold", "factor 3"),
        ("quadrupled quadrupling quadruples fourfold", "factor 4"),
        ("fivefold quintupled", "factor 5"),
        ("tenfold", "factor 10"),
    )
    for word in words.split()
}
_FACTORS_BEFORE_NOUNS: Final = {
    "twice": "factor 2",
    "double": "factor 2",
    "triple": "factor 3",
}
_PARTS_IN_DIGITS: Final = frozenset({2, 3, 4, 5, 8, 10, 16})
# In words: one young adult in five.
_LONGEST_NOUN: Final = 2
# Rates are told per so many: 35 per 100,000.
_PER_MANY: Final = frozenset(Decimal(10**n) for n in range(2, 7))
# After these a number is a label, not an amount.
_LABELS: Final = frozenset(
    "no nos page pages chapter version section figure fig table step part volume vol".split()
)
_BEFORE_PRONOUN_ONE: Final = frozenset(
    "no this that the each any every which day another only last first next number not".split()
)
_CLOCK: Final = frozenset({"am", "pm", "a.m.", "p.m.", "a.m", "p.m", "o'clock", "o’clock"})
_INDEFINITE_PERIOD_BEFORE: Final = frozenset(
    "for after within in over about almost nearly than half least most under around roughly by "
    "took take takes lasted last lasts spent quite".split()
)
_BRIEFLY: Final = frozenset("for within in than under about".split())
_INDEFINITE_PERIOD_AFTER: Final = frozenset("ago later earlier before after long".split())

_TEMPERATURES: Final = {
    "c": "°C",
    "celsius": "°C",
    "centigrade": "°C",
    "f": "°F",
    "fahrenheit": "°F",
}
# Speeds whose unit is written out with its rate.
_SPEEDS: Final = {"mi/hour": "mph", "km/hour": "km/h", "m/second": "m/s"}
_SPEED_SIGNS: Final = {("km", "h"): "km/h", ("m", "s"): "m/s"}
# Glued to fewer, a "p" is pence; to as many, it counts the lines of a screen.
_FEWEST_LINES: Final = 240
# What prices are said to be for with an article, besides periods and measures: $5 a share.
_PRICED: Final = frozenset("share head person piece unit user pound night".split())
_LONGEST_RATE: Final = 30  # code points of the noun after "per"
_PER_YEAR: Final = frozenset({"p.a.", "p.a"})
_PER_PERSON: Final = {"head": "person", "capita": "person"}
# What a result counts, if it is said: 52 votes to 48.
_SCORED: Final = frozenset("votes points goals seats runs games sets".split())

# The words at which a quantity may begin; digits and currency signs apart.
STARTERS: Final = (
    frozenset(UNITS)
    | frozenset(TENS)
    | frozenset(CURRENCY_CODES)
    | frozenset(CURRENCY_PREFIXES)
    | frozenset(_FACTORS)
    | frozenset(_FACTORS_BEFORE_NOUNS)
    | {"a", "an", "half", "quarter", "couple", "between"}
)


class Reading(NamedTuple):
    """A value over the characters `[start, end)`; `next` is the index of the token after it."""

    value: Value
    start: int
    end: int
    next: int


class _Amount(NamedTuple):
    """A number without a unit: `number` is `bare` times its scale word."""

    number: Decimal
    bare: Decimal
    scaled: bool
    next: int


class _Measure(NamedTuple):
    """An amount with its kind and unit; `unit` is "" for a plain number."""

    number: Decimal
    bare: Decimal
    scaled: bool
    kind: ValueKind
    unit: str
    next: int


class _Unit(NamedTuple):
    """A unit after an amount, and how many of it one is."""

    kind: ValueKind
    unit: str
    factor: Decimal
    next: int


class Quantities:
    """Reads quantities off a list of tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens

    def read(self, i: int) -> Reading | None:
        """The longest quantity that begins at token `i`."""
        token = self._tokens[i]
        if token.low == "between":
            return self._between(i)
        if reading := self._numeric_fraction(i) or self._worded_share(i):
            return reading
        one = token.low in ("a", "an")
        if one and (reading := self._indefinite_period(i) or self._one_and_a_part(i)):
            return reading
        measure = self._measure(i)
        if measure is None:
            return self._fraction(i)
        odds = self._odds(i, measure)
        return odds or self._range(i, measure, i) or self._single(i, measure)

    def has_unit(self, i: int) -> bool:
        """Whether a scale word or a unit begins at token `i`, just after a number."""
        token = self._tokens[i]
        if token.gap == BREAK:
            return False
        scale = token.low in SCALES and not (token.low in SHORT_SCALES and token.gap != GLUED)
        return scale or self._unit(i, Decimal(2)) is not None

    def counts_next(self, i: int) -> bool:
        """Whether token `i` is a noun in the plural, as after a number of things."""
        token = self._tokens[i]
        return (
            token.kind == "word"
            and token.gap == SPACED
            and token.text.islower()
            and (token.low == "people" or (token.low.endswith("s") and len(token.low) > 3))
            and not token.low.endswith(("ss", "us", "is"))
            and token.low not in FUNCTION_WORDS
        )

    # Amounts without a unit

    def _amount(self, i: int, *, priced: bool = False) -> _Amount | None:
        token = self._tokens[i]
        if token.kind == "number":
            number = numeral(token.text)
            if number is None:
                return None
            if part := self._part_in_digits(i, number):
                return part
            return self._scale(number, i + 1, priced=priced)
        if token.kind != "word":
            return None
        if part := self._part_of_one(i):
            return part
        if token.low == "couple" and self._tokens[i + 1].low == "of":
            return self._scale(Decimal(2), i + 2)
        if token.low in ("a", "an"):
            return self._vague_amount(i)
        return self._cardinal(i)

    def _scale(self, bare: Decimal, i: int, *, priced: bool = False) -> _Amount:
        """Add "and a half" and a scale word, if they stand at token `i`."""
        tokens = self._tokens
        more, i = self._and_a_part(i)
        bare += more
        number, scaled = bare, False
        if odd := self._odd(i):
            i = odd
        for _ in range(2):
            word = i + 1 if self._joined(i) else i
            token = tokens[word]
            short = token.low in SHORT_SCALES and token.gap != GLUED and not priced
            if token.gap == BREAK or token.low not in SCALES or short:
                break
            number, scaled, i = number * SCALES[token.low], True, word + 1
        return _Amount(number, bare, scaled, i)

    def _and_a_part(self, i: int) -> tuple[Decimal, int]:
        """The part in "and a half", hyphenated or not, with the index after it; 0 if none is."""
        tokens = self._tokens
        words, j = [], i
        for _ in range(3):
            j = j + 1 if self._joined(j) else j
            if tokens[j].gap == BREAK:
                break
            words.append(tokens[j].low)
            j += 1
        part = _AND_PARTS.get(" ".join(words))
        return (part, j) if part else (Decimal(0), i)

    def _odd(self, i: int) -> int:
        """The index after "-odd" between a figure and its scale word or unit, 0 if none is."""
        j = i + 1 if self._joined(i) else i
        odd = self._tokens[j].low == "odd" and self._tokens[j].gap != BREAK
        return j + 1 if odd and self.has_unit(j + 1) else 0

    def _part_of_one(self, i: int) -> _Amount | None:
        """A part of a scale word or unit: half a million, a quarter-mile, two thirds of a pint."""
        tokens = self._tokens
        begin, count = i, UNITS.get(tokens[i].low, Decimal(1))
        if tokens[i].low in UNITS or tokens[i].low in ("a", "an"):
            i = i + 2 if self._joined(i + 1) else i + 1
        word = tokens[i]
        whole = 2 if word.low == "half" else FRACTIONS.get(word.low, 0)
        if not 0 < count < whole or (word.gap == BREAK and i > begin):
            return None
        of = tokens[i + 1].low == "of"
        i = i + 2 if of or self._joined(i + 1) else i + 1
        article = tokens[i].low in ("a", "an") and tokens[i].gap != BREAK
        # "A third of a mile", but "half a mile" and "a quarter-mile" too.
        if not (of and article) and whole not in (2, 4):
            return None
        i = i + 1 if article else i
        if tokens[i].gap == BREAK:
            return None
        part = (count / whole).quantize(Decimal("0.0001"))
        if tokens[i].low in SCALES and len(tokens[i].low) > 3:
            return self._scale(part, i)
        # A "quarter day" is none of a day.
        told = article or (not of and (whole == 2 or self._joined(i - 1)))
        return _Amount(part, part, False, i) if told and self._unit(i, part) else None

    def _part_in_digits(self, i: int, number: Decimal) -> _Amount | None:
        """Fractions in digits; without a whole number only of a unit: 2 1/2, 3/4 of a mile."""
        tokens = self._tokens
        hyphen = self._joined(i + 1)
        part, end = self._fraction_in_digits(i + 2 if hyphen else i + 1)
        if part and (hyphen or tokens[i + 1].gap == SPACED) and number % 1 == 0:
            return self._scale(number + part, end)
        part, end = self._fraction_in_digits(i)
        part, end = (part, end) if part else (number, i + 1)
        of = tokens[end].low == "of" and tokens[end + 1].low in ("a", "an")
        if part >= 1 or not (of or part != number):
            return None
        end = end + 2 if of else end
        return _Amount(part, part, False, end) if self._unit(end, part) else None

    def _fraction_in_digits(self, i: int) -> tuple[Decimal, int]:
        """The fraction at token `i` and the index after it; 0 if none is: 1/4."""
        above, slash, below = (
            self._tokens[min(j, len(self._tokens) - 1)] for j in (i, i + 1, i + 2)
        )
        if slash.text != "/" or slash.gap != GLUED or below.gap != GLUED:
            return Decimal(0), i
        digits = above.text, below.text
        if not all(text.isdecimal() and len(text) <= 2 for text in digits):
            return Decimal(0), i
        if not (0 < int(digits[0]) < int(digits[1]) and int(digits[1]) in _PARTS_IN_DIGITS):
            return Decimal(0), i
        part = Decimal(digits[0]) / Decimal(digits[1])
        return part.quantize(Decimal("0.0001")), i + 3

    def _vague_amount(self, i: int) -> _Amount | None:
        """Amounts led by an article: a million, a dozen, a couple of hundred."""
        tokens = self._tokens
        i += 1
        if tokens[i].gap == BREAK:
            return None
        if tokens[i].low == "couple":
            return self._amount(i)
        scale = tokens[i].low
        if scale not in SCALES or len(scale) < 4:
            return None
        amount = self._scale(Decimal(1), i)
        whole = self._cardinal(i, article=True)
        if whole and whole.next > amount.next:
            return whole
        if tokens[amount.next].low == "or":
            # "A dozen or so", but not "a hundred or two".
            return amount if tokens[amount.next + 1].low in ("so", "more") else None
        more, after = self._and_a_part(amount.next)
        if more:
            return _Amount(amount.number * (1 + more), 1 + more, True, after)
        return amount

    def _cardinal(self, i: int, *, article: bool = False) -> _Amount | None:  # noqa: C901
        """A number in words: three, twenty-one, one hundred and five thousand.

        With `article`, an article for a one stands before token `i`: a hundred and twelve.
        """
        total, current = Decimal(0), Decimal(1) if article else None
        last, ceiling = "unit" if article else "", Decimal(10**15)
        bare, scaled, begin = Decimal(0), False, i
        for _ in range(24):
            at = i + 1 if i > begin and self._joined(i) else i
            token = self._tokens[at]
            if i > begin and token.gap == BREAK:
                break
            word = token.low
            if word == "and" and last in ("hundred", "scale"):
                after = self._tokens[at + 1].low
                if after not in UNITS and after not in TENS:
                    break
                i = at + 1
                continue
            if word in UNITS and (
                last in ("", "hundred", "scale") or (last == "tens" and 0 < UNITS[word] < 10)
            ):
                current, last = (current or Decimal(0)) + UNITS[word], "unit"
            elif word in TENS and last in ("", "hundred", "scale"):
                current, last = (current or Decimal(0)) + TENS[word], "tens"
            elif word == "hundred" and last in ("unit", "tens") and current is not None:
                bare, current, last, scaled = current, current * 100, "hundred", True
            elif (
                word in SCALES
                and len(word) > 3
                and word != "hundred"
                and current is not None
                and SCALES[word] < ceiling
                and last != "scale"
            ):
                ceiling, bare = SCALES[word], current
                total, current, last, scaled = total + current * ceiling, None, "scale", True
            else:
                break
            i = at + 1
        if i == begin:
            return None
        number = total + (current or Decimal(0))
        if not scaled:
            return self._scale(number, i)
        odd = self._odd(i)
        if odd and self._tokens[odd].low in SCALES:
            return self._scale(number, i)
        return _Amount(number, bare, True, odd or i)

    # Units

    def _joined(self, i: int) -> bool:
        """Whether token `i` is a hyphen inside a compound."""
        token = self._tokens[i]
        return (
            token.text in HYPHENS
            and token.kind == "mark"
            and token.gap == GLUED
            and self._tokens[i + 1].gap == GLUED
        )

    def _measure(self, i: int) -> _Measure | None:
        currency, j = self._currency_before(i)
        amount = self._amount(j, priced=bool(currency))
        if amount is None:
            return None
        number, bare, scaled, j = amount
        if currency:
            after = self._unit(j, number)
            if after and after.kind == "money" and after.factor == 1:
                currency = after.unit if currency in ("USD", after.unit) else currency
                j = after.next
            return _Measure(number, bare, scaled, "money", currency, j)
        unit = self._unit(j, number)
        if unit:
            number *= unit.factor
            return _Measure(number, bare, scaled, unit.kind, unit.unit, unit.next)
        return _Measure(number, bare, scaled, "number", "", j)

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

    def _unit(self, i: int, number: Decimal) -> _Unit | None:
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

    def _percent_unit(self, i: int) -> _Unit | None:
        tokens = self._tokens
        token, after = tokens[i], tokens[i + 1]
        one = Decimal(1)
        if token.low in _PERCENT or (token.low == "pc" and token.gap == GLUED):
            return _Unit("percent", "%", one, i + 1)
        if token.low == "per" and after.low == "cent":
            return _Unit("percent", "%", one, i + 2)
        if after.low in ("point", "points") and after.gap == SPACED:
            if token.low in ("percentage", "percent", "%"):
                return _Unit("percent", "points", one, i + 2)
            if token.low == "basis":
                return _Unit("percent", "points", Decimal("0.01"), i + 2)
        part = tokens[i - 2].low in ("half", "quarter", "of")
        if token.low == "point" and part and (self._joined(i - 1) or tokens[i - 1].low == "a"):
            return _Unit("percent", "points", one, i + 1)
        if token.low in ("x", "fold") and token.gap == GLUED:
            return _Unit("percent", "factor", one, i + 1)
        if token.low == "times" and after.low in _TIMES:
            return _Unit("percent", "factor", one, i + 1)
        return None

    def _money_unit(self, i: int, number: Decimal) -> _Unit | None:
        tokens = self._tokens
        token, after = tokens[i], tokens[i + 1]
        one = Decimal(1)
        if token.low in CURRENCY_WORDS:
            currency = CURRENCY_WORDS[token.low]
            if currency == "GBP" and (after.low == "of" or self._weighs(i)):
                return _Unit("number", "lb", one, i + 1)
            if token.low == "won" and number < 1000:
                return None
            end = i + 2 if after.low == "sterling" and token.low != "sterling" else i + 1
            return _Unit("money", currency, one, end)
        if token.low in SMALL_COINS:
            return _Unit("money", SMALL_COINS[token.low], Decimal("0.01"), i + 1)
        if token.text == "p" and token.gap == GLUED and number < _FEWEST_LINES:
            return _Unit("money", "GBP", Decimal("0.01"), i + 1)
        if token.low in CURRENCY_CODES and token.text.isupper():
            return _Unit("money", CURRENCY_CODES[token.low], one, i + 1)
        if after.gap == BREAK:
            return None
        nation = CURRENCY_NATIONS.get((token.low, CURRENCY_WORDS.get(after.low, "")))
        if nation:
            return _Unit("money", nation, one, i + 2)
        two = {"hong kong": "HKD", "new zealand": "NZD"}.get(f"{token.low} {after.low}")
        if two and CURRENCY_WORDS.get(tokens[i + 2].low) == "USD":
            return _Unit("money", two, one, i + 3)
        return None

    def _weighs(self, i: int) -> bool:
        """Whether the words around say that pounds are a weight."""
        tokens = self._tokens
        before = [token.low for token in tokens[max(0, i - 4) : i]]
        heavier = tokens[i + 1].low in ("heavier", "lighter", "overweight")
        return heavier or any(word.startswith("weigh") for word in before)

    def _period_unit(self, i: int, number: Decimal) -> _Unit | None:
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
        return _Unit("duration", designator, count, i + 1)

    def _measure_unit(self, i: int) -> _Unit | None:
        tokens = self._tokens
        token = tokens[i]
        one = Decimal(1)
        if degrees := self._degrees(i):
            return degrees
        if token.text in ("km", "m") and tokens[i + 1].text == "/":
            speed = _SPEED_SIGNS.get((token.text, tokens[i + 2].text))
            return _Unit("number", speed or token.text, one, i + 3 if speed else i + 1)
        if token.low in ("square", "cubic", "sq") and tokens[i + 1].low in MEASURES:
            power = "3" if token.low == "cubic" else "2"
            return _Unit("number", MEASURES[tokens[i + 1].low] + power, one, i + 2)
        if token.low in MEASURES:
            hour = i + 2 if self._joined(i + 1) else i + 1
            hourly = HOURLY.get(MEASURES[token.low])
            if hourly and tokens[hour].low in ("hour", "hours"):
                return _Unit("number", hourly, one, hour + 1)
            return _Unit("number", MEASURES[token.low], one, i + 1)
        power = {"2": "2", "²": "2", "3": "3", "³": "3"}.get(token.low[-1:], "")
        if power and (token.low[:-1] in MEASURES or token.low[:-1] == "m"):
            return _Unit("number", MEASURES.get(token.low[:-1], "m") + power, one, i + 1)
        # Too short to be a unit anywhere: glued, "m" is a million, and "in" mostly a preposition.
        if token.gap == SPACED and token.text == "m":
            return _Unit("number", "m", one, i + 1)
        if token.text == "in" and tokens[i + 1].text == ")":
            return _Unit("number", "in", one, i + 1)
        return None

    def _degrees(self, i: int) -> _Unit | None:
        """Degrees of a temperature, or of what is not said: 20 °C, 20 degrees Celsius, 20C."""
        token, after = self._tokens[i], self._tokens[i + 1]
        one = Decimal(1)
        if token.low in _TEMPERATURES and len(token.low) > 1:
            return _Unit("number", _TEMPERATURES[token.low], one, i + 1)
        if token.text in ("C", "F") and token.gap == GLUED:
            return _Unit("number", f"°{token.text}", one, i + 1)
        if token.text != "°" and MEASURES.get(token.low) != "°":
            return None
        scale = _TEMPERATURES.get(after.low) if after.gap != BREAK else None
        return _Unit("number", scale or "°", one, i + 2 if scale else i + 1)

    # Whole quantities

    def _changing(self, i: int, low: _Measure) -> _Measure:
        """A measure after "from" with the unit and scale that only "to" states: from 5 to 6%."""
        tokens = self._tokens
        before = tokens[i - 1].low if i else ""
        if before in APPROXIMATORS and i > 1:
            before = tokens[i - 2].low
        if before != "from" or tokens[low.next].low != "to" or tokens[low.next].gap == BREAK:
            return low
        second = low.next + 1
        if tokens[second].low in APPROXIMATORS:
            second += 1
        high = self._measure(second) if tokens[second].gap != BREAK else None
        if high is None or low.scaled or not low.bare or not high.bare:
            return low
        if low.unit and (low.kind != "money" or high.kind not in ("money", "number")):
            return low
        # "From 200 to 1 million" begins with two hundred, "from 10 to 15 million" with millions.
        near = Decimal("0.1") <= low.bare / high.bare <= 10
        number = low.bare * high.number / high.bare if near else low.number
        kind, unit = (low.kind, low.unit) if low.unit else (high.kind, high.unit)
        return low._replace(number=number, kind=kind, unit=unit)

    def _single(self, i: int, measure: _Measure) -> Reading | None:
        measure = self._changing(i, measure)
        if measure.kind == "duration":
            return self._duration(i, measure)
        if measure.kind == "number" and not measure.unit:
            if score := self._score(i, measure):
                return score
            if not self._is_count(i, measure):
                return None
        elif self.is_label(i) or self.glued_before(i):
            return None
        measure = self._compounded(measure)
        number = plain(measure.number)
        if measure.unit.startswith("°") and self._below_zero(i):
            number, i = f"-{number}", i - 1
        return self._with_rate(i, i, measure.kind, measure.unit, number, measure.next)

    def _below_zero(self, i: int) -> bool:
        """Whether a minus stands before a temperature."""
        if not i or self._tokens[i].gap == BREAK:
            return False
        before, further = self._tokens[i - 1], self._tokens[max(i - 2, 0)]
        sign = before.text in "-−–" and self._tokens[i].gap == GLUED
        # "A high of 5-10 °C", but "(-10 °C)".
        joined = before.gap == GLUED and further.kind in ("word", "number")
        return before.low == "minus" or (sign and not joined)

    def _compounded(self, measure: _Measure) -> _Measure:
        """A measure with its smaller parts: 6ft 2in, eight pounds and four ounces."""
        tokens = self._tokens
        j = measure.next + (tokens[measure.next].low in ("and", ","))
        part = self._amount(j) if tokens[j].gap != BREAK else None
        if part is None:
            return measure
        word, after = tokens[part.next], tokens[part.next + 1]
        end = part.next + 1
        inches = word.low == "in" and (word.gap == GLUED or after.kind != "word")
        low = MEASURES.get(word.low, "in" if inches else "")
        if word.kind != "word" and tokens[measure.next - 1].low in ("foot", "ft"):
            # "Six foot two".
            low, end = "in", part.next
        # Pounds are money, unless ounces follow.
        high = "lb" if measure.unit == "GBP" and low == "oz" else measure.unit
        times = COMPOUNDS.get((high, low))
        if times is None or part.number >= times:
            return measure
        number = measure.number * times + part.number
        return _Measure(number, number, False, "number", low, end)

    def _between(self, i: int) -> Reading | None:
        j = i + 1
        if self._tokens[j].low in APPROXIMATORS:
            j += 1
        measure = self._measure(j)
        return None if measure is None else self._range(i, measure, j, "and")

    def _range(self, i: int, low: _Measure, first: int, word: str = "to") -> Reading | None:
        """A range whose lower end is `low`, read at token `first`; `i` is where its span begins."""
        tokens = self._tokens
        if tokens[low.next].low == "or" and word == "to":
            return self._alternative(i, low)
        second = self._after_joint(low.next, first, word)
        if not second:
            return None
        if tokens[second].low in APPROXIMATORS:
            second += 1
        if tokens[second].gap == BREAK or tokens[second].low in ("a", "an"):
            return None
        high = self._measure(second)
        if high is None or self._is_dated(first, low, second, high):
            return None
        ends = _range_ends(low, high)
        if ends is None or (ends.kind == "number" and not self._is_count(first, high)):
            return None
        if ends.kind == "duration":
            normal = f"{iso(ends.low, ends.unit)}..{iso(ends.high, ends.unit)}"
            return self._reading(i, high.next, "duration", normal)
        span = f"{plain(ends.low)}..{plain(ends.high)}"
        return self._with_rate(i, first, ends.kind, ends.unit, span, high.next)

    def _is_dated(self, first: int, low: _Measure, second: int, high: _Measure) -> bool:
        """Whether what stands before the "to" is another thing than what stands after it.

        A year ends what a change is from, "672,000 in 2007 to 535,447", and after "by" an amount
        with a unit of its own is the change itself: "up by £33 million to £319 million".
        """
        tokens = self._tokens
        before = tokens[first - 1].low if first and tokens[first].gap != BREAK else ""
        if before == "by":
            return bool(low.unit) and (low.kind, low.unit) == (high.kind, high.unit)
        dated = before in ("in", "since") and low.next == first + 1 and _is_year(tokens[first].text)
        return dated and not (high.next == second + 1 and _is_year(tokens[second].text))

    def _after_joint(self, i: int, first: int, word: str) -> int:
        """The index after what joins a range at token `i`, 0 where nothing does; -, to, -to-."""
        tokens = self._tokens
        joint = tokens[i]
        if joint.gap == BREAK:
            return 0
        if joint.low == word:
            before = tokens[first - 1].low if first else ""
            further = tokens[first - 2].low if first > 1 else ""
            # "from 10 to 15" is a change, not a range.
            change = "from" in (before, further if before in APPROXIMATORS else "")
            return 0 if word == "to" and change else i + 1
        if self._joined(i) and tokens[i + 1].low == word == "to" and self._joined(i + 2):
            return i + 3
        hyphen = joint.text in HYPHENS and (word == "to" or joint.gap == GLUED)
        return i + 1 if hyphen else 0

    def _alternative(self, i: int, low: _Measure) -> Reading | None:
        """Neighbouring numbers around an "or" are a range: two or three weeks."""
        high = self._measure(low.next + 1)
        if high is None or low.scaled or high.scaled or not low.bare < high.bare <= 2 * low.bare:
            return None
        if low.bare >= 1000 or low.unit not in ("", high.unit):
            return None
        return self._range(i, low, i, "or")

    def _with_rate(
        self, i: int, first: int, kind: ValueKind, unit: str, number: str, after: int
    ) -> Reading:
        rate, end = "", after
        for _ in range(2):
            period, end = self._rate(end, kind)
            rate += f"/{period}" if period else ""
        if not rate and kind == "money" and (period := self._rate_nearby(first, after)):
            rate = f"/{period}"
        if kind == "money":
            normal = f"{unit} {number}"
        elif unit == "%":
            normal = f"{number}%"
        elif unit == "factor":
            normal = f"factor {number}"
        else:
            normal = f"{number} {unit}" if unit else number
        normal += rate
        for written, speed in _SPEEDS.items():
            normal = normal.removesuffix(written) + speed if normal.endswith(written) else normal
        return self._reading(i, end, kind, normal)

    def _rate(self, i: int, kind: ValueKind) -> tuple[str, int]:
        """A rate just after an amount: per day, a year, /month, daily, per user, a share."""
        tokens = self._tokens
        token, after = tokens[i], tokens[i + 1]
        if token.gap == BREAK:
            return "", i
        if token.low in RATE_ADVERBS and token.low != "annual" and after.kind != "word":
            return RATE_ADVERBS[token.low], i + 1
        if token.low in _PER_YEAR:
            return "year", i + 1
        if self._joined(i) and token.text == "-" and after.low in ("a", "per"):
            i, token, after = i + 1, after, tokens[i + 2]
        if many := self._per_many(i):
            return many
        if token.low == "times" and after.low in ("a", "per", "each", "every"):
            i += 1
        return self._led_rate(i, kind)

    def _led_rate(self, i: int, kind: ValueKind) -> tuple[str, int]:
        """A rate after its "per" or article."""
        tokens = self._tokens
        j = i + 2 if self._joined(i + 1) else i + 1
        token, after = tokens[i], tokens[j]
        leads = token.low in ("per", "a", "an", "each", "every") or token.text == "/"
        if not leads or after.gap == BREAK or after.kind != "word":
            return "", i
        if after.low in RATES:
            ago = tokens[j + 1].low in _INDEFINITE_PERIOD_AFTER and token.low in ("a", "an")
            return ("", i) if ago else (RATES[after.low], j + 1)
        if not self._is_per(i, kind):
            return "", i
        return MEASURES.get(after.low, _PER_PERSON.get(after.low, after.low)), i + 2

    def _per_many(self, i: int) -> tuple[str, int] | None:
        """What a rate is told by: per 100,000; in every thousand."""
        tokens = self._tokens
        i = self._after_noun(i, ("per",))
        j = i + 2 if tokens[i].low in ("in", "for") and tokens[i + 1].low == "every" else i + 1
        if j == i + 1 and tokens[i].low != "per":
            return None
        many = self._amount(j) if tokens[j].gap != BREAK else None
        if many is None:
            # "Per million".
            many = self._scale(Decimal(1), j)
        if many.number not in _PER_MANY:
            return None
        unit = self._measure_unit(many.next) if tokens[many.next].gap != BREAK else None
        rate = plain(many.number)
        return (f"{rate}{unit.unit}", unit.next) if unit else (rate, many.next)

    def _is_per(self, i: int, kind: ValueKind) -> bool:
        """Whether what follows token `i` is what an amount is said to be for: per user, a share."""
        token, after = self._tokens[i], self._tokens[i + 1]
        if not after.text.islower() or len(after.low) > _LONGEST_RATE:
            return False
        anything = token.text == "/" and after.gap == GLUED
        priced = after.low in _PRICED or after.low in MEASURES
        return token.low == "per" or (kind == "money" and (anything or priced))

    def _rate_nearby(self, first: int, after: int) -> str:
        """A rate said beside an amount: a million in daily losses, annual revenue of a million."""
        tokens = self._tokens
        if tokens[after].low in ("in", "of") and tokens[after].gap != BREAK:
            return RATE_ADVERBS.get(tokens[after + 1].low, "")
        k = first - 1
        while k > 0 and tokens[k].low in APPROXIMATORS:
            k -= 1
        if k >= 0 and tokens[k].low in RATE_ADVERBS and tokens[first].gap != BREAK:
            return RATE_ADVERBS[tokens[k].low]
        if k < 1 or tokens[k].low != "of":
            return ""
        for back in range(k - 1, max(-1, k - 5), -1):
            if tokens[back].kind != "word":
                return ""
            if tokens[back].low in RATE_ADVERBS:
                return RATE_ADVERBS[tokens[back].low]
        return ""

    def _duration(self, i: int, measure: _Measure) -> Reading | None:
        """A duration, with its smaller parts: two years and six months."""
        parts = [measure]
        end = measure.next
        while len(parts) < 4:
            j = end
            if self._tokens[j].low == "and" or (
                self._tokens[j].text == "," and self._tokens[j].gap == GLUED
            ):
                j += 1
            if self._tokens[j].gap == BREAK:
                break
            part = self._measure(j)
            if part is None or part.kind != "duration":
                break
            if not _completes(part, parts[-1]):
                break
            parts.append(part)
            end = part.next
        more, after = self._and_a_part(end)
        if more and len(parts) == 1 and measure.bare:
            step = measure.number / measure.bare * more
            parts = [measure._replace(number=measure.number + step)]
            end = after
        if self.glued_before(i):
            return None
        normal = iso_sum([(part.number, part.unit) for part in parts])
        if len(parts) == 1:
            normal = iso(parts[0].number, parts[0].unit)
        return self._reading(i, end, "duration", normal)

    def _indefinite_period(self, i: int) -> Reading | None:
        """An article for a one: "for a year", "a decade ago", but not "twice a year"."""
        tokens = self._tokens
        token, after = tokens[i + 1], tokens[i + 2]
        if token.gap == BREAK or token.low not in PERIODS or token.low.endswith("s"):
            return None
        count, designator = PERIODS[token.low]
        if after.low == "or" and tokens[i + 3].low == "two":
            span = f"{iso(count, designator)}..{iso(2 * count, designator)}"
            return self._reading(i, i + 4, "duration", span)
        one = _Measure(count, Decimal(1), False, "duration", designator, i + 2)
        whole = self._duration(i, one)
        if whole is not None and whole.next > one.next:
            return whole
        before = tokens[i - 1].low if i else ""
        if token.low in ("second", "quarter", "minute") and after.low != "ago":
            # Ordinals and adjectives stand before a noun.
            ends = after.kind == "end" or after.text in ".!?;" or after.gap == BREAK
            return whole if ends and before in _BRIEFLY and token.low != "quarter" else None
        lasting = token.low in ("decade", "century", "fortnight")
        lasts = before in _INDEFINITE_PERIOD_BEFORE or after.low in _INDEFINITE_PERIOD_AFTER
        return whole if lasting or lasts else None

    def _one_and_a_part(self, i: int) -> Reading | None:
        """A mile and a half."""
        unit = self._unit(i + 1, Decimal(1))
        more, after = self._and_a_part(unit.next) if unit else (Decimal(0), i)
        if unit is None or not more:
            return None
        return self._with_rate(i, i, unit.kind, unit.unit, plain(unit.factor * (1 + more)), after)

    def _worded_share(self, i: int) -> Reading | None:
        """A fraction or a factor that begins with a word."""
        return self._fraction(i) or self._factor(i) if self._tokens[i].kind == "word" else None

    def _fraction(self, i: int) -> Reading | None:
        """Two-thirds, a quarter of, by half, half of; "half an hour" is a duration."""
        tokens = self._tokens
        token = tokens[i]
        before = tokens[i - 1].low if i and token.gap != BREAK else ""
        if self._part_of_one(i):
            return None
        if token.low == "half":
            return self._half(i, before)
        if token.kind == "number":
            count = numeral(token.text)
        elif token.low in ("a", "an"):
            count = Decimal(1)
        else:
            count = UNITS.get(token.low)
        if count is None or not 0 < count < 10:
            return None
        hyphen = self._joined(i + 1)
        j = i + 2 if hyphen else i + 1
        word = tokens[j]
        if word.low not in FRACTIONS or word.gap == BREAK or self.glued_before(i):
            return None
        if word.low.endswith("s") != (count > 1):
            return None
        if not self._is_share(j, hyphen=hyphen, before=before):
            return None
        share = (100 * count / FRACTIONS[word.low]).quantize(Decimal("0.01"))
        return self._reading(i, j + 1, "percent", f"{plain(share)}%")

    def _is_share(self, j: int, *, hyphen: bool, before: str) -> bool:
        """Whether the fraction word at token `j`, after its count, is a share of something."""
        tokens = self._tokens
        word, after = tokens[j], tokens[j + 1]
        if word.low.startswith("quarter") and not hyphen:
            return after.low == "of" or before in ("by", "than")
        ends = after.kind in ("mark", "end") and not self._joined(j + 1)
        return hyphen or word.low.endswith("s") or ends or after.low in _FRACTION_AFTER

    def _numeric_fraction(self, i: int) -> Reading | None:
        """3/4 of, ½ of, 2/3 of."""
        tokens = self._tokens
        if tokens[i].kind != "number" or self.glued_before(i):
            return None
        above, below = numeral(tokens[i].text), Decimal(1)
        j = i + 1
        glued = tokens[j].gap == GLUED and tokens[j + 1].gap == GLUED
        if tokens[j].text == "/" and glued and tokens[j + 1].kind == "number":
            below, j = numeral(tokens[j + 1].text) or Decimal(0), j + 2
        if above is None or tokens[j].low != "of" or self._part_in_digits(i, above):
            return None
        if not (0 < above < below <= 10 or (below == 1 and above < 1)):
            return None
        share = (100 * above / below).quantize(Decimal("0.01"))
        return self._reading(i, j, "percent", f"{plain(share)}%")

    def _half(self, i: int, before: str) -> Reading | None:
        tokens = self._tokens
        after = tokens[i + 1]
        if before in _ORDINAL_HALVES or self._joined(i + 1) or self.glued_before(i):
            return None
        if before in _HALF_BEFORE or (after.low in _HALF_AFTER and after.gap != BREAK):
            if after.low in ("a", "an") or after.low in SCALES:
                return None
            return self._reading(i, i + 1, "percent", "50%")
        return None

    def _factor(self, i: int) -> Reading | None:
        tokens = self._tokens
        token, after = tokens[i], tokens[i + 1]
        normal = _FACTORS.get(token.low)
        if normal is None and after.low in _HALF_AFTER and after.gap != BREAK:
            normal = _FACTORS_BEFORE_NOUNS.get(token.low)
        return None if normal is None else self._reading(i, i + 1, "percent", normal)

    def _odds(self, i: int, measure: _Measure) -> Reading | None:
        """One in five, two out of three, nine cases in ten: a share, when the numbers are small."""
        tokens = self._tokens
        if measure.unit or not 0 < measure.number < 10 or self.is_label(i) or self.glued_before(i):
            return None
        j = self._after_noun(measure.next, ("in", "out"))
        joint = tokens[j].low
        if tokens[j].gap == BREAK or joint not in ("in", "of", "out"):
            return None
        first = j + 2 if joint == "out" else j + 1
        every = tokens[first].low == "every"
        at = first + 1 if every else first
        whole = self._measure(at)
        if whole is None or whole.unit:
            return None
        if not _is_whole_of_odds(whole.number, tokens[at], measure.number):
            return None
        # "2 in 5" may be anything.
        worded = tokens[i].kind == "word" or measure.number == 1 or tokens[first].text == "10"
        told = tokens[j + 1].low == "of" if joint == "out" else joint == "in" and worded
        if not (told or every):
            return None
        # "One in a Million" is a name.
        words = tokens[i + 1 : whole.next] if tokens[i].case == "sentence" else ()
        if measure.number >= whole.number or any(word.text != word.low for word in words):
            return None
        # "One goal in seven games" is none of them.
        if j > measure.next and self.counts_next(whole.next):
            return None
        share = 100 * measure.number / whole.number
        share = share.quantize(
            Decimal("0.01") if share > 1 else Decimal(1).scaleb(share.adjusted() - 2)
        )
        return self._reading(i, whole.next, "percent", f"{plain(share)}%")

    def _after_noun(self, i: int, joints: Collection[str]) -> int:
        """The index after what a number counts, if a joint follows so soon; else the same index."""
        for j in range(i, i + _LONGEST_NOUN + 1):
            token = self._tokens[j]
            if token.low in joints:
                return j
            noun = token.kind == "word" and token.gap == SPACED and token.text.islower()
            if not noun or token.low in FUNCTION_WORDS:
                break
        return i

    def _score(self, i: int, measure: _Measure) -> Reading | None:
        """Two numbers in no rising order around a hyphen: a score or a vote, 52-48."""
        j = measure.next
        tokens = self._tokens
        if tokens[j].low in _SCORED and tokens[j + 1].low == "to":
            j += 1
        spoken = tokens[j].low == "to" and tokens[j].gap == SPACED
        if not (self._joined(j) or spoken) or measure.next != i + 1:
            return None
        after = tokens[j + 2]
        ends = tokens[i], tokens[j + 1]
        # "At ten to four" is a time of day.
        if ends[0].low in ("five", "ten", "twenty") and i and tokens[i - 1].low == "at":
            return None
        digits = [str(UNITS[end.low]) if end.low in UNITS else end.text for end in ends]
        if len({end.kind for end in ends}) > 1 or (self._joined(j) and ends[1].kind == "word"):
            return None
        if not all(text.isdecimal() and len(text) <= 3 for text in digits):
            return None
        if self.glued_before(i) or (after.gap == GLUED and after.text in "/-–:"):
            return None
        # "Down from 5 to 3" is a change, "5 to 3 percent" an odd range, "5 to 3" a result.
        unscored = self.has_unit(j + 2) or self.counts_next(j + 2) or tokens[i - 1].low == "from"
        if spoken and (unscored or int(digits[0]) <= int(digits[1])):
            return None
        return self._reading(i, j + 2, "number", f"{int(digits[0])}-{int(digits[1])}")

    # What is no count

    def _is_count(self, i: int, measure: _Measure) -> bool:
        """Whether a plain number counts something, rather than name or label it."""
        tokens = self._tokens
        token, after = tokens[i], tokens[measure.next]
        before = tokens[i - 1] if i else None
        if self.glued_before(i) or self.is_label(i) or after.low in _CLOCK:
            return False
        if after.gap == GLUED and (after.kind in ("word", "number") or after.text in "/_:@="):
            return False
        if self._joined(measure.next):
            compound = tokens[measure.next + 1]
            plain_word = compound.kind == "word" and compound.text.islower()
            if not plain_word or compound.low in ORDINALS:
                return False
        marker = after.text in (".", ")") and after.gap == GLUED
        if token.opens and token.gap == BREAK and marker and tokens[measure.next + 1].gap == SPACED:
            return False
        if token.kind == "word":
            if token.text[0].isupper() and not token.opens and token.case == "sentence":
                return False
            if token.low == "one" and measure.next == i + 1:
                if before is not None and not token.opens and before.low in _BEFORE_PRONOUN_ONE:
                    return False
                return (
                    after.kind == "word"
                    and after.gap == SPACED
                    and after.low not in FUNCTION_WORDS
                    and (after.text.islower() or token.case != "sentence")
                )
        return True

    def glued_before(self, i: int) -> bool:
        """Whether token `i` is the tail of something: GPT-4, #1, 3/4, '26."""
        tokens = self._tokens
        token = tokens[i]
        if not i or token.gap != GLUED:
            return False
        before = tokens[i - 1]
        if before.text in HYPHENS:
            # A minus sign or a dash, unless a word or number is glued before it.
            return (
                before.gap == GLUED and i > 1 and tokens[i - 2].kind in ("word", "number", "junk")
            )
        if before.kind == "mark":
            return before.text in "#/_@.=+'’:,\\&"
        return True

    def is_label(self, i: int) -> bool:
        """Whether the word before says that the number is a label: No. 1, page 3."""
        tokens = self._tokens
        if not i or tokens[i].gap == BREAK or tokens[i].kind != "number":
            return False
        k = i - 1
        if tokens[k].text == "." and tokens[k].gap == GLUED and k:
            return tokens[k - 1].low in ("no", "nos", "vol", "fig", "p", "pp")
        return tokens[k].low in _LABELS - {"no", "nos"} or tokens[k].text in ("No", "Nos")

    def _reading(self, i: int, after: int, kind: ValueKind, normal: str) -> Reading:
        value = Value(kind=kind, normal=normal)
        return Reading(value, self._tokens[i].start, self._tokens[after - 1].end, after)


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and text[0] in "12"


def _is_whole_of_odds(number: Decimal, token: Token, count: Decimal) -> bool:
    """Whether shares are told of so many: one in 36, three in 250; in 683 and 2019 are dates."""
    if number % 1 or number < 2 or _is_year(token.text):
        return False
    small = number <= 12 or (number <= 100 and count == 1)
    return small or number % (5 if number <= 100 else 10) == 0


class _Ends(NamedTuple):
    kind: ValueKind
    unit: str
    low: Decimal
    high: Decimal


def _range_ends(low: _Measure, high: _Measure) -> _Ends | None:
    """Give the two ends of a range one kind, unit and scale, or None where that makes no sense.

    What only the upper end states holds for the lower one too ("$10-15 million", "5 to 6 percent",
    "six to eight weeks"), and a currency in front holds for what follows.
    """
    kind, unit = high.kind, high.unit
    start = low.number
    if high.unit == "" and low.kind == "money":
        kind, unit = "money", low.unit
    elif low.unit and (low.kind, low.unit) != (kind, unit):
        return None
    shares = not low.scaled and (not low.unit or low.kind == "money")
    if shares and high.bare and low.bare < high.bare:
        start = low.bare * high.number / high.bare
    return _Ends(kind, unit, start, high.number) if start < high.number else None


def _completes(part: _Measure, whole: _Measure) -> bool:
    """Whether a duration goes on with a smaller one: two years, six months; not 2 weeks 14 days."""
    return whole.number % 1 == 0 and part.number * SIZES[part.unit] < SIZES[whole.unit]
