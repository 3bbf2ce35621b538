"""A text as tokens: words, numbers, dates in digits, signs; white space is a token's `gap`."""

import re
from typing import Final, Literal, NamedTuple

from ragqa.types import Value
from ragqa.words import CONJUNCTIONS, CURRENCY_CODES, DETERMINERS, FUNCTION_WORDS, PREPOSITIONS

TokenKind = Literal["word", "number", "date", "junk", "mark", "end"]
Case = Literal["sentence", "title", "upper"]

GLUED: Final = 0
SPACED: Final = 1
BREAK: Final = 2

# Digits that are no amount (URLs, telephone numbers, times, versions) are junk, whole.
# Every repetition is possessive or bounded, so the scan is linear on any input.
_TOKEN: Final = re.compile(
    r"""
    (?P<junk>
        (?:https?://|www\.)\S++
      | \+\d[\d\ ().-]{6,18}\d
      | \(\d{3}\)\ ?\d{3}[-.\ ]\d{4}(?!\d)
      | \d{3}[-.]\d{3}[-.]\d{4}(?!\d)
      | \d{1,2}:\d\d(?::\d\d)?(?!\d)
      | [vV]\d++(?:\.\d++)*+
    )
  | (?P<date>
        \d{4}-\d\d-\d\d(?![\d-])
      | \d{4}-(?:0\d|1[0-2])(?![\d-])
      | \d{1,2}/\d{1,2}/\d{4}(?![\d/])
      | \d{1,2}\.\d{1,2}\.\d{4}(?![\d.])
      | \d{1,2}-\d{1,2}-\d{4}(?![\d-])
      | \d{4}/\d\d/\d\d(?![\d/])
    )
  | (?P<number> \d++(?:[.,]\d++)*+[½¼¾⅓⅔]?+ | [½¼¾⅓⅔] )
  | (?P<word>
        (?:CODES)(?=\d)
      | (?:[^\W\d_]\.){2,12}+(?:[^\W\d_](?![^\W_]))?+
      | (?:[^\W\d_]['’])?+[^\W\d_][^\W_]*+(?:['’][^\W\d_]{1,2}(?![^\W_]))?+
    )
  | (?P<mark> \S )
    """.replace("CODES", "|".join(["Rs", *map(str.upper, CURRENCY_CODES)])),
    re.VERBOSE,
)
_TERMINAL: Final = frozenset(".!?…:;")
_OPENING: Final = frozenset("\"“'‘«„•*·-–—>|#[(")
_QUOTES: Final = frozenset('"“‘«„')
# Written with a full stop that ends no sentence.
ABBREVIATIONS: Final = frozenset(
    "mr mrs ms dr st sen rep gov gen col lt sgt prof rev hon jr sr mt ft capt adm maj cpl vs no "
    "nos inc corp ltd co jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
# What headlines may leave small.
_SMALL: Final = PREPOSITIONS | CONJUNCTIONS | DETERMINERS
# A line of such a length, in code points, may go on in the next one: hard-wrapped text.
_WRAPPED: Final = range(50, 131)


class Token(NamedTuple):
    """A token at `[start, end)`.

    `low` is the text in lower case, `gap` what stands before (GLUED, SPACED or BREAK), `opens`
    whether a sentence begins here, `case` how its line is written: a capital tells something only
    in a line of "sentence" case.
    """

    kind: TokenKind
    text: str
    low: str
    start: int
    end: int
    gap: int
    opens: bool
    case: Case


class Reading(NamedTuple):
    """A value over the characters `[start, end)`; `next` is the index of the token after it."""

    value: Value
    start: int
    end: int
    next: int


def tokenise(text: str) -> list[Token]:
    """Split a text into tokens, every character that is not white space in exactly one.

    Three tokens of kind "end" close the list, so that a parser may look ahead.
    """
    tokens: list[Token] = []
    start = 0
    wraps = False
    for line in text.splitlines(keepends=True):
        matches = list(_TOKEN.finditer(text, start, start + len(line)))
        if matches:
            case = _case(matches)
            wraps = wraps or _goes_on(matches[0].group(), tokens)
            _add_line(tokens, matches, case, SPACED if wraps else BREAK)
            last = tokens[-1]
            wraps = (
                last.end - matches[0].start() in _WRAPPED
                and case == "sentence"
                and not _ended(tokens)
            )
        else:
            wraps = False
        start += len(line)
    end = Token("end", "", "", len(text), len(text), BREAK, True, "sentence")
    return [*tokens, end, end, end]


def _goes_on(first: str, tokens: list[Token]) -> bool:
    """Whether a line continues the one above: it begins in lower case, and that did not end."""
    return first[0].islower() and bool(tokens) and not _ended(tokens)


def _ended(tokens: list[Token]) -> bool:
    """Whether the last sentence is over: a full stop, with or without a quote after it."""
    return any(token.text in _TERMINAL for token in tokens[-2:] if token.kind == "mark")


def _add_line(tokens: list[Token], matches: list[re.Match[str]], case: Case, gap: int) -> None:
    previous_end = -1
    opens = gap == BREAK
    for match in matches:
        start, end = match.span()
        text = match.group()
        if previous_end >= 0:
            gap = GLUED if start == previous_end else SPACED
            opens = _opens(tokens, gap)
        kind: TokenKind = match.lastgroup  # type: ignore[assignment]
        tokens.append(
            Token(kind, text, text.lower().replace("’", "'"), start, end, gap, opens, case)
        )
        previous_end = end


def _opens(tokens: list[Token], gap: int) -> bool:
    last = tokens[-1]
    if last.kind != "mark":
        return False
    if last.text in _TERMINAL:
        return gap == SPACED and not (last.text == "." and _abbreviates(tokens))
    if last.text in _OPENING and last.opens:
        return True
    if last.text in _QUOTES and gap == GLUED and last.gap != GLUED:
        return True
    # A closing quote or bracket after the full stop.
    return gap == SPACED and last.gap == GLUED and len(tokens) > 1 and tokens[-2].text in ".!?"


def _abbreviates(tokens: list[Token]) -> bool:
    if tokens[-1].gap != GLUED or len(tokens) < 2:
        return False
    word = tokens[-2]
    return word.low in ABBREVIATIONS or (len(word.text) == 1 and word.text.isupper())


def _case(matches: list[re.Match[str]]) -> Case:
    """How a line is written: a headline's capitals say nothing about its words."""
    words = [match.group() for match in matches if match.lastgroup == "word"]
    letters = [word for word in words if len(word) > 1]
    capital = [word for word in letters if word[0].isupper()]
    if len(letters) >= 3 and sum(word.isupper() for word in letters) >= 0.8 * len(letters):
        return "upper"
    telling_words = [word for word in letters if word not in _SMALL]
    raised = sum(word[0].isupper() for word in telling_words)
    if len(capital) < 3 or raised < 0.9 * len(telling_words):
        return "sentence"
    # "The Walt Disney Company" is no headline; five capitals are, and so are "Why They Left"
    # and "It Was Over": a determiner apart, nobody begins a function word in a name's middle.
    telling = any(
        word.lower() in FUNCTION_WORDS and word.lower() not in ("the", "a", "an")
        for word in capital
        if not (word.isupper() and len(word) > 1)
    )
    return "title" if telling or len(capital) >= 5 else "sentence"
