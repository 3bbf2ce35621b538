"""A question as it is understood: what it asks for, its form, and the words to look for.

Grammar only: the question word, the noun it asks about and closed classes of English words. A
question in another language, or one with no question word that is known, is still a question: its
words are looked for, and a whole sentence answers it.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from ragqa.asked import (
    COMMANDS,
    HOW,
    KINDS,
    TELLING,
    WH,
    WH_WORDS,
    Form,
    Word,
    asked_for,
    kinds_of,
    question_word,
)
from ragqa.errors import QuestionError
from ragqa.types import Frozen, Span, ValueKind
from ragqa.words import AUXILIARIES, DETERMINERS, FUNCTION_WORDS, PREPOSITIONS, PRONOUNS

LONGEST: Final = 2_000
"""Code points that a question may have."""

# A word this near to a question word is one, where a question word may stand.
_TYPO_DISTANCE: Final = 1
_APOSTROPHES: Final = "'’"
# "Dont" and "did'nt" too.
_CONTRACTIONS: Final = {word.replace("'", ""): word for word in AUXILIARIES if word.endswith("n't")}
# Heads that an answering text seldom repeats: they are asked for, not looked for.
_ASKED_ONLY: Final = frozenset(
    "date year month day number amount percentage percent name names reason reasons count".split()
)
# What may stand before a question and is no part of it: "so did he", "hello, is it open".
_OPENERS: Final = frozenset("please and but so or well ok then also hi hello hey".split())
_ABBREVIATIONS: Final = frozenset("mr mrs ms dr st no vs jr sr prof gen sen".split())
_SCAFFOLD: Final = (
    frozenset(WH)
    | frozenset("tell please list give explain describe know say find show me much many".split())
    | frozenset("what's who's when's where's how's why's that's it's there's exactly".split())
)
# Function words that change what is looked for.
_CONTENT: Final = frozenset("first second third last next".split())


class Term(Span):
    """A word, or a phrase, of the question; `text` is casefolded where it is a word to look for."""

    text: str


class Question(Frozen):
    """A question and what it asks for.

    `text` is the question as it was parsed, with misspelt words mended where the engine did so,
    and every span is one over it. `expects` are the kinds of value that may answer, likeliest
    first; it is empty when a whole sentence answers. `terms` are the words to look for,
    casefolded, without possessive endings. `names` are the proper names and quoted phrases as the
    question writes them; amounts and dates in the question are left to
    `ragqa.values.find_values`.
    """

    text: str
    expects: tuple[ValueKind, ...]
    form: Form
    terms: tuple[Term, ...]
    names: tuple[Term, ...]


def parse_question(text: str) -> Question:
    """Find out what a question asks for.

    "How much did it cost?" expects money, "when" a date, "api shutdown date" a date too; "why did
    it close" is answered by whole sentences, and its form is "reason". Of two questions in one,
    both kinds are expected and the first decides the form.

    Raises:
        QuestionError: the question is empty, has no word in it, or more than 2,000 characters.
    """
    if not text.strip():
        raise QuestionError("The question is empty: ask something with at least one word.")
    if len(text) > LONGEST:
        raise QuestionError(
            f"The question has {len(text):,} characters, more than {LONGEST:,}: shorten it."
        )
    words = [Word(raw.lower().replace("’", "'"), raw, s, e) for raw, s, e in _split(text)]
    if not words:
        raise QuestionError("The question has no word in it: ask with at least one word.")
    words = _corrected(words)
    kinds: list[ValueKind] = []
    forms: list[Form] = []
    asked_only: set[int] = set()
    clauses = [(_begins(text, words, begin, end), end) for begin, end in _clauses(text, words)]
    asking = [_asks([word.low for word in words[begin:end]]) for begin, end in clauses]
    for (begin, end), asks in zip(clauses, asking, strict=True):
        # "The firm says it paid. Is that true?": what stands beside a question only leads to it.
        if any(asking) and not asks:
            continue
        asked = asked_for(words[begin:end])
        kinds += [kind for kind in asked.kinds if kind not in kinds]
        forms.append(asked.form)
        if asked.head >= 0 and words[begin + asked.head].low in _ASKED_ONLY:
            asked_only.add(begin + asked.head)
    form = next((form for form in forms if form != "statement"), "statement")
    return Question(
        text=text,
        expects=tuple(kinds),
        form=form,
        terms=_terms(words, asked_only),
        names=_names(text, words),
    )


def _split(text: str) -> Iterator[tuple[str, int, int]]:
    """Words, less possessive endings: runs of letters, digits, marks and inner apostrophes."""
    start = -1
    for i, letter in enumerate(text + " "):
        inside = letter.isalnum() or unicodedata.category(letter)[0] == "M"
        if start >= 0 and letter in _APOSTROPHES:
            inside = i + 1 < len(text) and text[i + 1].isalpha()
        if inside and start < 0:
            start = i
        elif not inside and start >= 0:
            word = text[start:i]
            base = word[:-2] if word[-2:].lower() in ("'s", "’s") else word
            # "What's" is no possessive: it holds the verb.
            if base.lower() in WH or base.lower() in PRONOUNS:
                base = word
            if any(each.isalnum() for each in base):
                yield base, start, start + len(base)
            start = -1


def _corrected(words: Sequence[Word]) -> list[Word]:
    """Put right misspelt question words where a question word may stand: "waht is", "how meny"."""
    fixed = list(words)
    for i, word in enumerate(words):
        after = words[i + 1].low if i + 1 < len(words) else ""
        before = fixed[i - 1].low if i else ""
        low = _CONTRACTIONS.get(word.low.replace("'", ""), word.low)
        if before == "how":
            low = low if low in HOW else _nearest(low, ("much", "many")) or low
        elif low not in FUNCTION_WORDS and i < 3:
            grammar = after in AUXILIARIES or after in DETERMINERS or after in HOW
            # "Wat year", but not "wheat price".
            short = i == 0 and low[0] == "w" and len(low) < 5 and bool(kinds_of(after))
            if grammar:
                low = _nearest(low, ("how", *WH) if after in HOW else WH) or low
            else:
                low = _nearest(low, ("which", "what") if short else ("which",)) or low
        fixed[i] = word._replace(low=low)
    return fixed


def _nearest(word: str, among: Sequence[str]) -> str:
    from rapidfuzz.distance import OSA

    if not 3 <= len(word) <= 6 or word in KINDS:
        return ""
    distances = [OSA.distance(word, other, score_cutoff=_TYPO_DISTANCE) for other in among]
    least = min(distances)
    return among[distances.index(least)] if least <= _TYPO_DISTANCE else ""


def _clauses(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where one question ends and another begins: at a stop, or at "and when", "and by whom"."""
    starts = [0]
    for i in range(1, len(words)):
        before = words[i - 1]
        between = text[before.end : words[i].start]
        asks = i + 1 if words[i].low in PREPOSITIONS else i
        joined = (before.low in ("and", "or") and i > 1) or between.strip() in ("&", "/")
        joined = joined and asks < len(words) and words[asks].low in WH
        short = len(before.low) == 1 or before.low in _ABBREVIATIONS
        stopped = ". " in between and not short
        if joined or stopped or any(stop in between for stop in "?!;\n"):
            starts.append(i)
    return list(zip(starts, [*starts[1:], len(words)], strict=True))


def _begins(text: str, words: Sequence[Word], begin: int, end: int) -> int:
    """Where a clause asks: after a "hello", or from "did" in "in 1912, did the ship sink?"."""
    first = begin
    while first + 1 < end and words[first].low in _OPENERS:
        first += 1
    low = [word.low for word in words[first:end]]
    # "When it rained, did it flood", but not "when, exactly, did it flood".
    clause = low[0] in ("when", "where") and len(low) > 1 and low[1] in DETERMINERS | PRONOUNS
    if "?" not in text or not WH_WORDS.isdisjoint(low[1:] if clause else low):
        return first
    for i in range(first + 1, end):
        if words[i].low in AUXILIARIES and "," in text[words[i - 1].end : words[i].start]:
            return i
    return first


def _asks(low: Sequence[str]) -> bool:
    """Whether a clause asks or commands, and is not only words."""
    return question_word(low) >= 0 or low[0] in AUXILIARIES | COMMANDS | TELLING


def _terms(words: Sequence[Word], asked_only: set[int]) -> tuple[Term, ...]:
    """The words to look for; all of them when nothing but function words is there."""
    shouted = all(word.raw.isupper() for word in words)
    kept = [
        word
        for i, word in enumerate(words)
        if i not in asked_only and (_carries(word.low) or (_acronym(word.raw) and not shouted))
    ]
    return tuple(
        Term(start=word.start, end=word.end, text=word.raw.casefold().replace("’", "'"))
        for word in kept or words
    )


def _carries(low: str) -> bool:
    return low in _CONTENT or (low not in FUNCTION_WORDS and low not in _SCAFFOLD)


def _acronym(raw: str) -> bool:
    """Whether a word in capitals is one of its own: "US" is no pronoun; a query's OR is an or."""
    return len(raw) > 1 and raw.isupper() and raw not in ("OR", "AND", "NOT", "NEAR")


def _names(text: str, words: Sequence[Word]) -> tuple[Term, ...]:
    """Runs of words with capitals of their own, and quoted phrases, as the question writes them."""
    quoted = _quoted(text)
    spans = list(quoted)
    lettered = [word for word in words if word.raw[0].isalpha()]
    titled = len(lettered) > 2 and all(
        word.raw[0].isupper() for word in lettered if len(word.raw) > 3
    )
    shouted = all(word.raw.isupper() for word in lettered)
    begin = end = -1
    for i, word in enumerate(words):
        own = any(letter.isupper() for letter in word.raw[1:]) and not shouted
        capital = word.raw[0].isupper() and not shouted
        named = (own and (_acronym(word.raw) or _carries(word.low))) or (
            capital and _carries(word.low) and not (titled and not own) and not _opens(words, i)
        )
        numbered = begin >= 0 and word.raw[0].isdigit() and len(word.raw) <= 3
        inside = any(start <= word.start and word.end <= stop for start, stop in quoted)
        joins = begin >= 0 and text[end : word.start] in (" ", "-", " & ", "&", ". ")
        if (named or (numbered and joins)) and not inside:
            if joins and begin >= 0:
                end = word.end
            else:
                if begin >= 0:
                    spans.append((begin, end))
                begin, end = word.start, word.end
        elif begin >= 0:
            spans.append((begin, end))
            begin = end = -1
    if begin >= 0:
        spans.append((begin, end))
    return tuple(Term(start=s, end=e, text=text[s:e]) for s, e in sorted(spans))


def _opens(words: Sequence[Word], i: int) -> bool:
    """Whether a capital is only the question's first: "Number of users", but not "Disney exit"."""
    low = words[i].low
    return i == 0 and (bool(kinds_of(low)) or low in TELLING or low in COMMANDS)


def _quoted(text: str) -> list[tuple[int, int]]:
    """The insides of double quotes that hold a word, without the quotes."""
    spans: list[tuple[int, int]] = []
    closing = {'"': '"', "“": "”", "«": "»", "„": "“"}
    i = 0
    while i < len(text):
        stop = text.find(closing[text[i]], i + 1) if text[i] in closing else -1
        if stop < 0:
            i += 1
            continue
        inner = text[i + 1 : stop]
        if any(letter.isalnum() for letter in inner):
            begin = i + 1 + len(inner) - len(inner.lstrip())
            spans.append((begin, begin + len(inner.strip())))
        i = stop + 1
    return spans
