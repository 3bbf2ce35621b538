"""The grammar of names: runs of capitalised words that a capital tells something about.

In a headline every word is capitalised, and the first word of every sentence is, so neither says
much: there a word is a name when it stands capitalised inside a sentence elsewhere in the text, or
is written with capitals of its own (OpenAI, WSJ); at a sentence's beginning also when it is no
function word and nothing shows it to be an ordinary one.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ragqa.types import Value
from ragqa.values.quantities import Quantities
from ragqa.values.tokens import ABBREVIATIONS, BREAK, GLUED, SPACED, Reading, Token
from ragqa.values.units import HYPHENS
from ragqa.words import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    MONTHS,
    ORDINALS,
    TENS,
    UNITS,
    WEEKDAYS,
)

# A longer run of capitals is a table, a headline or a shout.
_LONGEST: Final = 12
_PARTICLES: Final = frozenset("de da di del della der den du la le van von bin ibn al el".split())
HONORIFICS: Final = frozenset(
    "mr mrs ms miss dr prof professor sir dame lord lady president chairman chairwoman chancellor "
    "senator sen representative rep governor gov general gen colonel col captain capt lieutenant "
    "lt sergeant sgt judge justice pope king queen prince princess ceo cfo coo cto minister "
    "secretary director reverend rev mayor councillor councilman councilwoman ambassador bishop "
    "archbishop rabbi pastor sheriff inspector superintendent".split()
)
COMPANY_SUFFIXES: Final = frozenset(
    "inc corp corporation co company ltd limited llc plc ag sa gmbh nv se".split()
)
# Capitals used for stress, or by a search engine's query language.
_STRESSED: Final = CONJUNCTIONS | DETERMINERS | AUXILIARIES | {"not"}
# Endings of words that begin sentences and seldom are names; inflection, not vocabulary.
_ORDINARY_ENDINGS: Final = ("ly", "ing", "tion", "tions", "ment", "ments", "ness", "ity", "ities")
# Frequent English words, and where they come from; see the file.
_ORDINARY: Final = frozenset(
    json.loads(Path(__file__).with_name("ordinary.json").read_text("utf-8"))["words"]
)
_PLURAL_VERBS: Final = frozenset("are were have do aren't weren't haven't don't".split())


_FULL_STOP: Final = re.compile(r"\.(?!\d)")


class Names:
    """Reads names off a list of tokens."""

    def __init__(self, text: str, tokens: Sequence[Token], quantities: Quantities) -> None:
        self._text = text
        self._tokens = tokens
        self._quantities = quantities
        self._raised, self._lowered = _usage(tokens)

    def read(self, i: int) -> Reading | None:
        """The longest name that begins at token `i`."""
        tokens = self._tokens
        if not self._begins(i):
            return None
        j, pieces = i, 1
        while pieces <= _LONGEST and not _possessive(tokens[j].text):
            extended = self._extend(j, alone=j == i)
            if extended is None:
                break
            j, pieces = extended, pieces + 1
        last = tokens[j]
        end = last.start + len(_bare(last.text))
        if j == i and not self._stands_alone(last, tokens[j + 1]):
            return None
        normal = normalise_name(self._text[tokens[i].start : end])
        return Reading(Value(kind="name", normal=normal), tokens[i].start, end, j + 1)

    def _begins(self, i: int) -> bool:
        token = self._tokens[i]
        if not self._named(token) or token.low in MONTHS or token.low in WEEKDAYS:
            return False
        if i and token.gap == GLUED and self._tokens[i - 1].text in "@#/\\_":
            return False
        if token.low == "the":
            after = self._tokens[i + 1]
            return not token.opens and after.gap == SPACED and self._named(after)
        return True

    def _stands_alone(self, token: Token, after: Token) -> bool:
        word = _bare(token.text)
        if len(word) < 2 or (token.low in HONORIFICS and word[1:].islower()):
            return False
        if token.opens and word not in self._raised and word[1:].islower():
            plural = word.endswith("s") and after.low in _PLURAL_VERBS
            if plural or word.endswith("ed"):
                return False
        return token.low not in UNITS and token.low not in TENS and token.low not in ORDINALS

    def _named(self, token: Token) -> bool:
        """Whether a word's capitals make it a name, or part of one."""
        text = _bare(token.text)
        if token.kind != "word" or not text:
            return False
        low = text.lower()
        capitals = any(letter.isupper() for letter in text[1:])
        if capitals and token.case != "upper":
            return low not in _STRESSED or not text.isupper()
        if not text[0].isupper():
            return False
        if token.case != "sentence":
            return text in self._raised or (token.case == "upper" and low in self._raised)
        if low in FUNCTION_WORDS or token.low in FUNCTION_WORDS:
            return low == "the" and not token.opens
        if not token.opens:
            return True
        if len(text) == 1:
            return self._tokens_after_initial(token)
        return capitals or text in self._raised or not self._ordinary(low)

    def _tokens_after_initial(self, token: Token) -> bool:
        """A sentence that begins with an initial, as in "J. Smith"; a bare letter is no name."""
        return token.low not in ("a", "i")

    def _ordinary(self, low: str) -> bool:
        """Whether the text, or an ending, shows a sentence's first word to be an ordinary one."""
        forms = {low, low + "s", low.removesuffix("s"), low.removesuffix("es")}
        return (
            low.endswith(_ORDINARY_ENDINGS)
            or low in _ORDINARY
            or not forms.isdisjoint(self._lowered)
        )

    def _extend(self, j: int, *, alone: bool) -> int | None:  # noqa: C901
        """The last token of the next piece of a name whose last token so far is `j`."""
        tokens = self._tokens
        last, after, second = tokens[j], tokens[j + 1], tokens[j + 2]
        if after.gap == GLUED:
            if second.gap == GLUED and (after.text in HYPHENS or after.text == "&"):
                capital = second.kind == "word" and second.text[0].isupper()
                return j + 2 if capital or second.kind == "number" else None
            stop = after.text == "." and second.gap == SPACED and self._named(second)
            initial = len(last.text) == 1 or last.low in ABBREVIATIONS
            return j + 2 if stop and initial and second.low not in MONTHS else None
        if after.gap == BREAK:
            return None
        if after.kind == "number":
            return j + 1 if self._numbered(j + 1) else None
        if after.low in MONTHS or after.low in WEEKDAYS:
            # "Theresa May", unless a date follows.
            bare = after.low in ("may", "march") and second.kind != "number"
            return j + 1 if bare and after.text[0].isupper() and last.low != "in" else None
        if self._named(after) and after.low != "the":
            return None if self._titled(j + 1) and last.low not in HONORIFICS else j + 1
        if second.gap != SPACED or not (second.kind == "word" and second.text[0].isupper()):
            if after.low == "of" and second.low == "the" and self._named(tokens[j + 3]):
                return None if _acronym(last.text) else j + 3
            return None
        if second.low in MONTHS or second.low == "the" or not self._named(second):
            return None
        if after.text == "&" or (after.low in _PARTICLES and last.text[0].isupper()):
            return j + 2
        if after.low == "of" and not (alone and _acronym(last.text)):
            return j + 2
        return None

    def _titled(self, i: int) -> bool:
        """Whether an honorific or office before a name stands at token `i`: CEO Jane Roe."""
        after = self._tokens[i + 1]
        if self._tokens[i].low not in HONORIFICS:
            return False
        return after.text == "." or (after.gap == SPACED and self._named(after))

    def _numbered(self, i: int) -> bool:
        """Whether a number belongs to the name before it: Sora 2, Pika 2.0, Boeing 737."""
        token, after = self._tokens[i], self._tokens[i + 1]
        digits = token.text.replace(".", "", 1)
        if not digits.isdecimal() or len(digits) > 3:
            return False
        if after.gap == GLUED and (after.kind in ("word", "number") or after.text in "%/:-–"):
            return False
        return not (self._quantities.has_unit(i + 1) or self._quantities.counts_next(i + 1))


def normalise_name(text: str) -> str:
    """A name's normal form: no case, determiner, honorific, company suffix or full stops.

    "The Walt Disney Company" is "walt disney", "Dr. J. Smith" is "j smith". A name made of nothing
    else stays as it is.
    """
    plain = _FULL_STOP.sub("", text.casefold().replace("’", "'"))
    words = [word.removesuffix("'s") for word in plain.split()] or [text]
    begin, end = 0, len(words)
    while begin < end - 1 and words[begin] in HONORIFICS | {"the", "a", "an"}:
        begin += 1
    while end > begin + 1 and words[end - 1] in COMPANY_SUFFIXES | {"&"}:
        end -= 1
    return " ".join(words[begin:end])


def _usage(tokens: Sequence[Token]) -> tuple[frozenset[str], frozenset[str]]:
    """Words with a capital inside a sentence (as written and in lower case), and without one."""
    raised: set[str] = set()
    lowered: set[str] = set()
    for token in tokens:
        if token.kind != "word" or token.case != "sentence":
            continue
        if token.text[0].isupper():
            if not token.opens and token.low not in FUNCTION_WORDS:
                raised.add(_bare(token.text))
        else:
            lowered.add(token.low)
    return frozenset(raised | {word.lower() for word in raised}), frozenset(lowered)


def _bare(text: str) -> str:
    """A word without its possessive or contracted ending: OpenAI's, It's."""
    at = max(text.rfind("'"), text.rfind("’"))
    return text[:at] if at > 1 and len(text) - at <= 3 else text


def _possessive(text: str) -> bool:
    return _bare(text) != text


def _acronym(text: str) -> bool:
    return len(text) > 1 and text.isupper()
