"""The grammar of fractions, factors and odds."""

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from ragqa.types import Value, ValueKind
from ragqa.values.amounts import Amounts, Measure
from ragqa.values.numerals import is_year, numeral, plain
from ragqa.values.tokens import BREAK, GLUED, SPACED, Reading, Token
from ragqa.values.units import HYPHENS
from ragqa.words import FRACTIONS, FUNCTION_WORDS, SCALES, UNITS

APPROXIMATORS: Final = frozenset(
    "about around roughly approximately nearly almost some over under circa".split()
)
_HALF_BEFORE: Final = frozenset(
    "by in to than about nearly almost roughly around over only just exactly least approximately "
    "under some lost lose loses losing cut".split()
)
_HALF_AFTER: Final = frozenset("of the its their his her our my your all that as what".split())
_ORDINAL_HALVES: Final = frozenset("first second latter other last next and".split())
_FRACTION_AFTER: Final = frozenset(
    "of more less fewer higher lower from to in since over by on and but after before during "
    "compared than this last".split()
)
FACTORS: Final = {
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
FACTORS_BEFORE_NOUNS: Final = {
    "twice": "factor 2",
    "double": "factor 2",
    "triple": "factor 3",
}
# In words: one young adult in five.
_LONGEST_NOUN: Final = 2
# After these a number is a label, not an amount.
_LABELS: Final = frozenset(
    "no nos page pages chapter version section figure fig table step part volume vol".split()
)


class Shares(Amounts):
    """Reads fractions, factors and odds."""

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
        normal = FACTORS.get(token.low)
        if normal is None and after.low in _HALF_AFTER and after.gap != BREAK:
            normal = FACTORS_BEFORE_NOUNS.get(token.low)
        return None if normal is None else self._reading(i, i + 1, "percent", normal)

    def _odds(self, i: int, measure: Measure) -> Reading | None:
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


def _is_whole_of_odds(number: Decimal, token: Token, count: Decimal) -> bool:
    """Whether shares are told of so many: one in 36, three in 250; in 683 and 2019 are dates."""
    if number % 1 or number < 2 or is_year(token.text):
        return False
    small = number <= 12 or (number <= 100 and count == 1)
    return small or number % (5 if number <= 100 else 10) == 0
