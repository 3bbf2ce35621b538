"""Candidates widened to what answers completely: a whole list, reason, sentence or figure."""

from collections.abc import Iterable, Sequence

from ragqa.enumerations import enumeration
from ragqa.questions import Question
from ragqa.reasons import reason
from ragqa.terms import stems_of
from ragqa.types import Candidate, Passage, Span
from ragqa.values import with_qualifier


def completed(
    question: Question, passages: Sequence[Passage], candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Widen candidates to whole lists, reasons and figures; none stands inside a better one."""
    return _distinct(_completed(question, passages[each.passage], each) for each in candidates)


def _completed(question: Question, passage: Passage, candidate: Candidate) -> Candidate:
    """Widen a candidate to the whole list or reason that the question asks for, if it is one.

    What a list or reason consists of stands together: it is one span, from its first to its last.
    Whether something is so is answered by no less than a sentence.
    """
    spans: tuple[Span, ...] = ()
    offset = passage.place.start
    if question.form == "list":
        found = enumeration(passage.text, passage.sentences, candidate, offset=offset)
        if found is not None and not _beside_the_asked(question, passage, found.spans, candidate):
            spans = found.spans
    elif question.form == "reason":
        spans = reason(passage.text, passage.sentences, candidate, offset=offset)
    elif question.form == "yes-no":
        spans = (candidate.sentence,)
    if not spans:
        return _qualified(passage, candidate)
    start, end = min(each.start for each in spans), max(each.end for each in spans)
    around = candidate.sentence
    return candidate.model_copy(
        update={
            "start": start,
            "end": end,
            "sentence": Span(start=min(start, around.start), end=max(end, around.end)),
            "value": None,
        }
    )


def _qualified(passage: Passage, candidate: Candidate) -> Candidate:
    """Widen a figure to what is said of it: "up to $5" is not "$5"."""
    if candidate.value is None or candidate.value.kind == "name":
        return candidate
    first = candidate.sentence.start
    start, end = with_qualifier(
        passage.slice(candidate.sentence), candidate.start - first, candidate.end - first
    )
    return candidate.model_copy(update={"start": first + start, "end": first + end})


def _beside_the_asked(
    question: Question, passage: Passage, spans: Sequence[Span], answer: Span
) -> bool:
    """Whether a list inside a sentence has what the question is about for an item.

    "Who were the Orrs? - the Kells, the Orrs (millers) and the Velos" is no list of the Orrs.
    """
    if len(spans) > 1:
        return False
    asked = {stem for term in question.terms for stem in stems_of(term.text)}
    return bool((stems_of(passage.slice(spans[0])) - stems_of(passage.slice(answer))) & asked)


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Leave out candidates inside better ones, as the items of one list are."""
    kept: list[Candidate] = []
    for each in candidates:
        if not any(
            other.passage == each.passage and other.start <= each.start and each.end <= other.end
            for other in kept
        ):
            kept.append(each)
    return kept
