"""The grammar of whole quantities: ranges, rates, durations, scores, and what is no count."""

from decimal import Decimal
from typing import Final, NamedTuple

from ragqa.types import ValueKind
from ragqa.values.amounts import Measure
from ragqa.values.measures import COMPOUNDS, MEASURES
from ragqa.values.numerals import SIZES, is_year, iso, iso_sum, plain
from ragqa.values.shares import APPROXIMATORS, FACTORS, FACTORS_BEFORE_NOUNS, Shares
from ragqa.values.tokens import BREAK, GLUED, SPACED, Reading
from ragqa.values.units import HYPHENS
from ragqa.words import (
    CURRENCY_CODES,
    CURRENCY_PREFIXES,
    FUNCTION_WORDS,
    ORDINALS,
    PERIODS,
    RATE_ADVERBS,
    RATES,
    TENS,
    UNITS,
)

# Rates are told per so many: 35 per 100,000.
_PER_MANY: Final = frozenset(Decimal(10**n) for n in range(2, 7))
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
# Speeds whose unit is written out with its rate.
_SPEEDS: Final = {"mi/hour": "mph", "km/hour": "km/h", "m/second": "m/s"}
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
    | frozenset(FACTORS)
    | frozenset(FACTORS_BEFORE_NOUNS)
    | {"a", "an", "half", "quarter", "couple", "between"}
)


class Quantities(Shares):
    """Reads quantities off a list of tokens."""

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

    def _changing(self, i: int, low: Measure) -> Measure:
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

    def _single(self, i: int, measure: Measure) -> Reading | None:
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

    def _compounded(self, measure: Measure) -> Measure:
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
        return Measure(number, number, False, "number", low, end)

    def _between(self, i: int) -> Reading | None:
        j = i + 1
        if self._tokens[j].low in APPROXIMATORS:
            j += 1
        measure = self._measure(j)
        return None if measure is None else self._range(i, measure, j, "and")

    def _range(self, i: int, low: Measure, first: int, word: str = "to") -> Reading | None:
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

    def _is_dated(self, first: int, low: Measure, second: int, high: Measure) -> bool:
        """Whether what stands before the "to" is another thing than what stands after it.

        A year ends what a change is from, "672,000 in 2007 to 535,447", and after "by" an amount
        with a unit of its own is the change itself: "up by £33 million to £319 million".
        """
        tokens = self._tokens
        before = tokens[first - 1].low if first and tokens[first].gap != BREAK else ""
        if before == "by":
            return bool(low.unit) and (low.kind, low.unit) == (high.kind, high.unit)
        dated = before in ("in", "since") and low.next == first + 1 and is_year(tokens[first].text)
        return dated and not (high.next == second + 1 and is_year(tokens[second].text))

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

    def _alternative(self, i: int, low: Measure) -> Reading | None:
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

    def _duration(self, i: int, measure: Measure) -> Reading | None:
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
        one = Measure(count, Decimal(1), False, "duration", designator, i + 2)
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

    def _score(self, i: int, measure: Measure) -> Reading | None:
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

    def _is_count(self, i: int, measure: Measure) -> bool:
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


class _Ends(NamedTuple):
    kind: ValueKind
    unit: str
    low: Decimal
    high: Decimal


def _range_ends(low: Measure, high: Measure) -> _Ends | None:
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


def _completes(part: Measure, whole: Measure) -> bool:
    """Whether a duration goes on with a smaller one: two years, six months; not 2 weeks 14 days."""
    return whole.number % 1 == 0 and part.number * SIZES[part.unit] < SIZES[whole.unit]
