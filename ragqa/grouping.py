"""Candidates that say the same as one group, and how many independent witnesses it has.

Copies of one text count as one witness.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np

from ragqa.duplicates import copies, groups, near_duplicates
from ragqa.terms import WORD, stems_of
from ragqa.types import Candidate, Passage
from ragqa.values import agree
from ragqa.words import FUNCTION_WORDS, NEGATIONS

Sentences = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]
"""Gives the sentences of articles by their ids."""

# A place that scores so far below the best of its group, in log odds, says the same of something
# else. Of the further places that the tuning questions' first answers cite 64% answer so, not 42%,
# and of the answers with two witnesses 97% keep two.
_FAR_BELOW: Final = 8.0
# Of the shorter of two phrases, the share of the words that the other one has too.
_SAME_WORDS: Final = 0.6


class Group(NamedTuple):
    """Candidates that say the same, best first, and what they score together.

    `scores` has the best score of each of their witnesses.
    """

    members: tuple[Candidate, ...]
    score: float
    scores: Mapping[int, float]

    @property
    def witnesses(self) -> frozenset[int]:
        """The witnesses that say it."""
        return frozenset(self.scores)

    @property
    def best(self) -> Candidate:
        """The member that the reader finds best."""
        return self.members[0]


def grouped(
    passages: Sequence[Passage], candidates: Sequence[Candidate], witnesses: Sequence[int]
) -> list[Group]:
    """Put candidates that say the same together, the likeliest group first.

    Every independent witness adds to a group what its best candidate scores, as the probability of
    an answer is the sum over the places that give it; a second place of one witness adds nothing.
    What the reader finds far less likely than the best of a group is no witness of it.

    Args:
        passages: What was read.
        candidates: What the reader found in them, best first.
        witnesses: The witness behind each passage.
    """
    found: list[list[Candidate]] = []
    for candidate in candidates:
        for members in found:
            if same(passages, members[0], candidate):
                if candidate.score >= members[0].score - _FAR_BELOW:
                    members.append(candidate)
                break
        else:
            found.append([candidate])
    made = []
    for members in found:
        best: dict[int, float] = {}
        for each in members:
            best.setdefault(witnesses[each.passage], each.score)
        score = float(np.logaddexp.reduce(list(best.values())))
        made.append(Group(tuple(members), score, best))
    made.sort(key=lambda group: -group.score)
    return made


def same(passages: Sequence[Passage], one: Candidate, other: Candidate) -> bool:
    """Whether two candidates say the same.

    Values do if they agree, and everything else if it stands in sentences that are nearly the same,
    or if it shares most of its words.
    """
    if one.value is not None and other.value is not None:
        return agree(one.value, other.value)
    if not all(each.value is None or each.value.kind == "name" for each in (one, other)):
        return False
    if near_duplicates(
        passages[one.passage].slice(one.sentence), passages[other.passage].slice(other.sentence)
    ):
        return True
    texts = [passages[each.passage].slice(each) for each in (one, other)]
    mine, yours = map(_told, texts)
    least = min(len(mine), len(yours))
    shared = least > 1 and len(mine & yours) >= _SAME_WORDS * least
    # One word alone says the same only where it is all that either says: "pulled out" twice.
    alike = bool(mine) and mine == yours
    return (shared or alike) and denies(texts[0]) == denies(texts[1])


def denies(text: str) -> bool:
    """Whether a text holds a word of negation."""
    words = {word.casefold().replace("’", "'") for word in WORD.findall(text)}
    return not words.isdisjoint(NEGATIONS) or any(word.endswith("n't") for word in words)


def _told(text: str) -> set[str]:
    return stems_of(text) - _EMPTY


_EMPTY: Final = frozenset(stem for word in FUNCTION_WORDS for stem in stems_of(word))


def witnesses_of(passages: Sequence[Passage], sentences: Sentences) -> list[int]:
    """Return the number of the witness behind each passage: copies of one text have the same."""
    articles = sorted({passage.place.article for passage in passages})
    by_article = sentences(articles)
    pairs = [(at, at) for at in range(len(articles))]
    pairs += [
        (one, other)
        for one, other in combinations(range(len(articles)), 2)
        if copies(by_article[articles[one]], by_article[articles[other]])
    ]
    witness = {articles[at]: number for number, those in enumerate(groups(pairs)) for at in those}
    return [witness[passage.place.article] for passage in passages]
