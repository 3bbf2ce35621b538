"""Misspelt words of a question, mended to words that the articles have.

Only a word that no article has, that the encoder's tokenizer does not know whole, and that is no
English word, is taken to be misspelt: a word or name that the articles lack must go on lacking.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ragqa.questions import LONGEST, Question, Term
from ragqa.terms import WORD, stem

if TYPE_CHECKING:
    from spellchecker import SpellChecker

# Damerau (1964): four misspellings in five are one edit away, transpositions counted as one. Short
# words have too many neighbours for that to mean anything, long ones few enough to allow a second.
_SHORTEST = 5
_TWO_EDITS = 8
# Each is compared with every stem of the articles: the first of a question's misspelt words, of
# which an ordinary question has fewer.
_MOST = 12


def mend(
    question: Question,
    suspect: Callable[[Sequence[str]], Sequence[bool]],
    vocabulary: Callable[[], Sequence[str]],
    example: Callable[[str], str | None],
) -> str:
    """Return the question's text with its misspelt words mended.

    Where that makes it longer than a question may be, it is left as it is.

    Args:
        question: The question as it was asked.
        suspect: Which of some words neither the articles nor the tokenizer know.
        vocabulary: The stems of all words in the articles, the most frequent first.
        example: Gives the text of a passage that has a stem.
    """
    words = [term for term in question.terms if _may_be_misspelt(term.text)]
    if not words:
        return question.text
    suspects = suspect([term.text for term in words])
    misspelt = _misspelt([term for term, bad in zip(words, suspects, strict=True) if bad])[:_MOST]
    if not misspelt:
        return question.text
    stems = vocabulary()
    text = question.text
    for term in reversed(misspelt):
        meant = _meant(term.text, stems, example)
        if meant is not None:
            text = text[: term.start] + meant + text[term.end :]
    return text if len(text) <= LONGEST else question.text


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha() and word.isascii()


def _misspelt(suspects: Sequence[Term]) -> list[Term]:
    """Return those that are no English words."""
    if not suspects:
        return []
    unknown = _english().unknown([term.text for term in suspects])
    return [term for term in suspects if term.text in unknown]


@cache
def _english() -> "SpellChecker":
    from spellchecker import SpellChecker

    return SpellChecker()


def _meant(word: str, stems: Sequence[str], example: Callable[[str], str | None]) -> str | None:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    wanted = stem(word)
    near = process.extract(
        wanted,
        stems,
        scorer=OSA.distance,
        score_cutoff=2 if len(wanted) >= _TWO_EDITS else 1,
        limit=None,
    )
    # A first letter is seldom wrong (Yannakoudakis and Fawthrop 1983); among equals the more
    # frequent word, which stands first, is meant.
    near.sort(key=lambda each: (each[1], each[0][:1] != wanted[:1], each[2]))
    for found, _, _ in near:
        passage = example(found)
        words: list[str] = WORD.findall(passage or "")
        spelt = [each for each in words if stem(each) == found]
        if spelt:
            return spelt[0].removesuffix("'s").removesuffix("’s")
    return None
