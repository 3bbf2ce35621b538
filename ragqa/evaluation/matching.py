"""Whether an accepted answer stands in a text, and where: as whole words, in sequence.

Gentler than SQuAD's normalisation where that joins words ("video-generation", "Disney's") and
stricter where it drops what matters ("$1 million" is not "1 million users").
"""

import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache

from ragqa.types import Span

_TOKEN = re.compile(
    r"\d+(?:,\d{3}(?!\d))*(?:\.\d+)*"  # 1,000,000 and 2.5 are one token
    r"|\b[^\W\d_](?:\.[^\W\d_]\b)+\.?"  # U.S. is one token
    r"|[^\W\d_]+"
    r"|[^\w\s]"
)
_ARTICLES = frozenset({"a", "an", "the"})


class Wording:
    """The tokens of a text with their spans, so that accepted answers can be found in it.

    Case, punctuation, thousands separators and English articles do not count; currency and
    percent signs do.
    """

    def __init__(self, text: str) -> None:
        self._spans: list[tuple[int, int]] = []
        self._offsets: list[int] = []
        parts: list[str] = []
        offset = 0
        for match in _TOKEN.finditer(text):
            token = _normal(match.group())
            if token:
                self._spans.append(match.span())
                self._offsets.append(offset)
                parts.append(token)
                offset += len(token) + 1
        self._joined = f" {' '.join(parts)} "

    def says(self, accepted: str) -> bool:
        """Whether the accepted answer stands here; one without any word never does."""
        return _joined(accepted) in self._joined if _joined(accepted) else False

    def occurrences(self, accepted: str) -> list[Span]:
        """Every span of the text in which the accepted answer stands, in order."""
        wanted = _joined(accepted)
        spans: list[Span] = []
        at = self._joined.find(wanted) if wanted else -1
        while at >= 0:
            first = bisect_left(self._offsets, at)
            last = first + wanted.count(" ") - 2
            spans.append(Span(start=self._spans[first][0], end=self._spans[last][1]))
            at = self._joined.find(wanted, at + 1)
        return spans


def stands_in(accepted: str, text: str) -> bool:
    """Whether the accepted answer stands in the text.

    >>> stands_in("the 26 April", "It closes on 26 April, they said.")
    True
    >>> stands_in("26 April", "It closes on 126 April Street.")
    False
    """
    return _wording(text).says(accepted)


@lru_cache(maxsize=4096)
def _wording(text: str) -> Wording:
    return Wording(text)


@lru_cache(maxsize=4096)
def _joined(accepted: str) -> str:
    tokens = [token for match in _TOKEN.finditer(accepted) if (token := _normal(match.group()))]
    return f" {' '.join(tokens)} " if tokens else ""


def _normal(token: str) -> str:
    if token[0].isalnum():
        token = token.casefold().replace(",", "")
        if token[0].isalpha():
            token = token.replace(".", "")
        return "" if token in _ARTICLES else token
    return token if token in "%‰" or unicodedata.category(token) == "Sc" else ""
