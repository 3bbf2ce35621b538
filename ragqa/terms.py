"""The question's words as they are looked for in a text: stemmed, and weighed by their IDF."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"\w+(?:['’]\w+)?")
# Of other letters SQLite keeps them: a short i in Russian is a letter of its own.
_MARKS_OF_LATIN = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")


class Terms(NamedTuple):
    """Stems, and what each is worth."""

    stems: tuple[str, ...]
    worth: NDArray[np.float64]

    def coverage(self, stems: set[str]) -> float:
        """Return the share of the terms, by worth, that is among some stems: 0 to 1."""
        total = float(self.worth.sum())
        if not total:
            return 0.0
        return float(self.worth[self._held(stems)].sum()) / total

    def among(self, texts: Sequence[set[str]]) -> "Terms":
        """Return the same terms, weighed by how rare they are among some texts' stems."""
        counts = [sum(stem in stems for stems in texts) for stem in self.stems]
        return Terms(self.stems, np.asarray([_idf(count, len(texts)) for count in counts]))

    def heaviest_missing(self, stems: set[str]) -> float:
        """Return what the heaviest term that is not among some stems is worth, of the heaviest."""
        missing = self.worth[~self._held(stems)]
        return float(missing.max() / self.worth.max()) if len(missing) else 0.0

    def _held(self, stems: set[str]) -> NDArray[np.bool_]:
        return np.fromiter((stem in stems for stem in self.stems), dtype=np.bool_)


def weigh(words: Iterable[str], frequency: Callable[[str], int], total: int) -> Terms:
    """Weigh words by their IDF in an index.

    Args:
        words: The words, as they stand in the question.
        frequency: In how many of the index's passages a word stands.
        total: How many passages the index has.
    """
    stems: dict[str, float] = {}
    for word in words:
        count = min(frequency(word), total)
        worth = _idf(count, total)
        for stem in stems_of(word):
            stems[stem] = max(worth, stems.get(stem, 0.0))
    return Terms(tuple(stems), np.asarray(list(stems.values()), dtype=np.float64))


def _idf(count: int, total: int) -> float:
    """Return BM25's IDF (Robertson and Spärck Jones 1976), kept above zero as Lucene does."""
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


def stems_of(text: str) -> set[str]:
    """Return the stems of a text's words."""
    return {_stemmed(word) for word in WORD.findall(folded(text))}


def stem(word: str) -> str:
    """Return the stem of a word by Porter (1980), folded, as the lexical index stems it."""
    return _stemmed(folded(word))


def folded(text: str) -> str:
    """Return a text without case and Latin diacritics: "beyonce's" for "Beyoncé’s"."""
    plain = text.casefold().replace("’", "'")
    if plain.isascii():
        return plain
    bare = _MARKS_OF_LATIN.sub("", unicodedata.normalize("NFD", plain))
    return unicodedata.normalize("NFC", bare)


def _stemmed(word: str) -> str:
    """Return the stem of a word that is folded already."""
    return _stemmer()(word.removesuffix("'s"))


@cache
def _stemmer() -> Callable[[str], str]:
    import Stemmer

    stem_word: Callable[[str], str] = Stemmer.Stemmer("porter").stemWord
    return stem_word
