"""Example questions, made of an index's own sentences by turning them round.

    The bridge was closed on 12 May.            When was the bridge closed?
    The repair will cost 12 million guilders.   How much will the repair cost?
    About 38,500 vehicles cross it every day.   How many vehicles cross it every day?

Only sentences that grammar alone can turn round are used; there are enough of them in news.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from ragqa.types import ValueSpan
from ragqa.values import find_values
from ragqa.words import (
    ADVERBS,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
)

_FEWEST_WORDS = 3
_MOST_WORDS = 12
_MOST_SUBJECT = 8
_APPROXIMATORS = frozenset("about around nearly almost roughly some over".split())
_DATE_PREPOSITIONS = frozenset("on in at since by until before after".split())
_ENDS = ',;:()—–"“”'
# What a question of one clause has none of.
_NEVER = ((PRONOUNS | CONJUNCTIONS | ADVERBS) - DETERMINERS) | frozenset("said says told".split())
_PLURALS = frozenset("people men women children".split())
# Verbs that are the same with `did` before them, and ask how much.
_PRICED = frozenset({"cost"})


def candidates(articles: Iterable[Sequence[str]]) -> list[str]:
    """Return questions of the sentences of articles, those that name somebody first.

    Each article is asked about once before any is asked about again.
    """
    of_each = [sorted(set(questions(sentences)), key=_rank) for sentences in articles]
    turns = (question for turn in zip_longest(*of_each) for question in turn if question)
    return list(dict.fromkeys(turns))


def questions(sentences: Iterable[str]) -> Iterator[str]:
    """Yield the questions that sentences answer, one a sentence at most."""
    for sentence in sentences:
        for value in find_values(sentence):
            question = _turned(sentence, value)
            if question:
                yield question
                break


def _rank(question: str) -> tuple[bool, str]:
    names = any(word[:1].isupper() for word in question.split()[1:])
    return not names, question


def _turned(sentence: str, value: ValueSpan) -> str | None:
    before, after = sentence[: value.start].split(), sentence[value.end :]
    if any(each in sentence[: value.start] for each in _ENDS):
        return None
    kind = value.value.kind
    if kind == "number":
        return _how_many(before, after)
    if kind == "money":
        return _how_much(before)
    if kind == "date":
        return _when(before)
    return None


def _how_many(before: list[str], after: str) -> str | None:
    """Turn round `About NUMBER things do ...`."""
    if len(before) > 1 or not all(each.lower() in _APPROXIMATORS for each in before):
        return None
    for end in _ENDS:
        after = after.partition(end)[0]
    words = after.rstrip(".!?").split()
    if not words or not (words[0] in _PLURALS or words[0].endswith("s")) or words[0] in _NEVER:
        return None
    return _question(["How many", *words]) if words[0].islower() and len(words) > 3 else None


def _how_much(before: list[str]) -> str | None:
    """Turn round `THE THING will cost AMOUNT` and `THE THING cost AMOUNT`."""
    words = _without(before, _APPROXIMATORS)
    if not words or words[-1] not in _PRICED:
        return None
    if len(words) > 2 and words[-2] in AUXILIARIES:
        subject = _subject(words[:-2])
        return _question(["How much", words[-2], *subject, words[-1]]) if subject else None
    subject = _subject(words[:-1])
    return _question(["How much did", *subject, words[-1]]) if subject else None


def _when(before: list[str]) -> str | None:
    """Turn round `THE THING was done on DATE`."""
    words = _without(before, _DATE_PREPOSITIONS)
    if len(words) == len(before):
        return None
    verb = next((at for at, word in enumerate(words) if word in AUXILIARIES), 0)
    subject = _subject(words[:verb])
    if not subject or verb + 1 == len(words):
        return None
    return _question(["When", words[verb], *subject, *words[verb + 1 :]])


def _without(words: list[str], last: frozenset[str]) -> list[str]:
    return words[:-1] if words and words[-1].lower() in last else words


def _subject(words: list[str]) -> list[str] | None:
    """Return the subject as it stands inside a sentence, if it says itself what it is."""
    if not 0 < len(words) <= _MOST_SUBJECT:
        return None
    first = words[0]
    if first.lower() in (PRONOUNS | PREPOSITIONS) - DETERMINERS:
        return None
    if first.lower() in DETERMINERS:
        return [first.lower(), *words[1:]] if len(words) > 1 else None
    # A name, as the next word has a capital too; else it may only begin the sentence.
    return words if len(words) > 1 and words[1][:1].isupper() else None


def _question(words: list[str]) -> str | None:
    text = " ".join(words)
    single = not any(word.lower() in _NEVER for word in words[1:])
    fits = _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS
    return f"{text}?" if single and fits else None
