"""The grammar of numbers, in digits and words, with their scale and unit."""

from decimal import Decimal
from typing import Final, NamedTuple

from ragqa.types import ValueKind
from ragqa.values.numerals import numeral
from ragqa.values.tokens import BREAK, GLUED, SPACED
from ragqa.values.units import Units
from ragqa.words import FRACTIONS, SCALES, SHORT_SCALES, TENS, UNITS

_AND_PARTS: Final = {
    "and a half": Decimal("0.5"),
    "and a quarter": Decimal("0.25"),
    "and three quarters": Decimal("0.75"),
}
_PARTS_IN_DIGITS: Final = frozenset({2, 3, 4, 5, 8, 10, 16})


class Amount(NamedTuple):
    """A number without a unit: `number` is `bare` times its scale word."""

    number: Decimal
    bare: Decimal
    scaled: bool
    next: int


class Measure(NamedTuple):
    """An amount with its kind and unit; `unit` is "" for a plain number."""

    number: Decimal
    bare: Decimal
    scaled: bool
    kind: ValueKind
    unit: str
    next: int


class Amounts(Units):
    """Reads numbers, in digits and words, with their units."""

    def _measure(self, i: int) -> Measure | None:
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
            return Measure(number, bare, scaled, "money", currency, j)
        unit = self._unit(j, number)
        if unit:
            number *= unit.factor
            return Measure(number, bare, scaled, unit.kind, unit.unit, unit.next)
        return Measure(number, bare, scaled, "number", "", j)

    def _amount(self, i: int, *, priced: bool = False) -> Amount | None:
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

    def _scale(self, bare: Decimal, i: int, *, priced: bool = False) -> Amount:
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
        return Amount(number, bare, scaled, i)

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

    def _part_of_one(self, i: int) -> Amount | None:
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
        return Amount(part, part, False, i) if told and self._unit(i, part) else None

    def _part_in_digits(self, i: int, number: Decimal) -> Amount | None:
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
        return Amount(part, part, False, end) if self._unit(end, part) else None

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

    def _vague_amount(self, i: int) -> Amount | None:
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
            return Amount(amount.number * (1 + more), 1 + more, True, after)
        return amount

    def _cardinal(self, i: int, *, article: bool = False) -> Amount | None:  # noqa: C901
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
        return Amount(number, bare, True, odd or i)
