"""One question's own numbers: each is a measure that `metrics` takes the mean of."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ragqa.evaluation import squad
from ragqa.evaluation.evidence import Evidence, Library, covers
from ragqa.evaluation.gold import GoldQuestion
from ragqa.evaluation.matching import stands_in
from ragqa.evaluation.metrics import MEANS
from ragqa.types import Answer, AnswerItem, Citation, SamePlace

Measures = dict[str, float | None]

_DEPTHS = (1, 5, 20)


class Judged(NamedTuple):
    """A question's ranked documents, and the grades of those that are relevant."""

    ranking: Sequence[str]
    grades: Mapping[str, int]


def retrieval_measures(judged: Mapping[str, Judged]) -> dict[str, Measures]:
    """recall@k, evidence@k, mrr@10 and ndcg@10 of each question, by ir_measures.

    Source: MacAvaney, Macdonald and Ounis, "Streamlining Evaluation with ir-measures", ECIR 2022.
    Ranks become distinct scores first, so that no tie is broken by a document's name. A question
    whose evidence is in no chunk has no relevant document and scores 0.
    """
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    names = {
        **{Success @ k: f"recall@{k}" for k in _DEPTHS},
        **{R @ k: f"evidence@{k}" for k in _DEPTHS},
        RR @ 10: "mrr@10",
        nDCG @ 10: "ndcg@10",
    }
    measured: dict[str, Measures] = {
        question: dict.fromkeys(names.values(), 0.0) for question in judged
    }
    qrels = {question: dict(j.grades) for question, j in judged.items() if j.grades}
    run = {
        question: {name: float(-rank) for rank, name in enumerate(judged[question].ranking)}
        for question in qrels
    }
    if qrels:
        for metric in ir_measures.iter_calc(list(names), qrels, run):
            measured[metric.query_id][names[metric.measure]] = float(metric.value)
    return measured


def says(item: AnswerItem, accepted: Sequence[str]) -> bool:
    """Whether an answer's sentence, or its text, says one of the accepted strings."""
    return any(stands_in(a, item.sentence) or stands_in(a, item.text) for a in accepted)


def hit(question: GoldQuestion, answer: Answer, item: AnswerItem, gold: frozenset[str]) -> bool:
    """Whether an answer is right: it says an accepted answer, and a gold article says so.

    Args:
        question: The gold question.
        answer: What was answered.
        item: One of its answers.
        gold: The ids of the gold articles; any article counts when the question names none.
    """
    return says(item, question.accepted) and (
        not question.articles or bool(cited_articles(answer, [item]) & gold)
    )


def stated(question: GoldQuestion, text: str) -> bool:
    """Whether a text says an accepted answer."""
    return any(stands_in(accepted, text) for accepted in question.accepted)


def marked(question: GoldQuestion, answer: Answer) -> bool:
    """Whether the first answer's text shares a word with an accepted answer."""
    text = answer.answers[0].text if answer.answers else ""
    return stated(question, text) or squad.f1(text, question.accepted) > 0


def witnesses(question: GoldQuestion, answer: Answer, gold: frozenset[str]) -> int:
    """How many witnesses the right answer has, against `must_cite`.

    They are the first answer's. Where the answer is in several parts (conflicting values, or facts
    from two articles), they are the articles cited by all the right answers shown.
    """
    right = [item for item in answer.answers if hit(question, answer, item, gold)]
    if question.in_parts:
        return len({citation.article for citation in citations(answer, right)})
    return answer.answers[0].witnesses if right and right[0] is answer.answers[0] else 0


def missing(
    question: GoldQuestion, answer: Answer, evidence: Sequence[Evidence]
) -> tuple[Evidence, ...]:
    """The evidence for what an incomplete answer lacks: a conflicting value, or a witness."""
    unsaid = missing_values(question, answer)
    if unsaid:
        return tuple(
            piece for piece in evidence if any(stands_in(v, piece.accepted) for v in unsaid)
        )
    cited = cited_articles(answer, answer.answers if question.in_parts else answer.answers[:1])
    return tuple(piece for piece in evidence if piece.article not in cited)


def missing_values(question: GoldQuestion, answer: Answer) -> tuple[str, ...]:
    """The conflicting values that no answer says."""
    return tuple(v for v in question.conflict if not any(says(i, [v]) for i in answer.answers))


def measures(
    question: GoldQuestion,
    answer: Answer,
    evidence: Sequence[Evidence],
    gold: frozenset[str],
    library: Library,
) -> Measures:
    """A question's own numbers, but for retrieval; None where a metric does not apply to it."""
    values: Measures = dict.fromkeys(MEANS)
    items = answer.answers
    values["citation_validity"] = citation_validity(answer, library)
    values["answered"] = float(answer.answered)
    if not question.conflict:
        values["conflicts_false"] = float(answer.agreement == "conflicting")
    if question.relevance:
        return values
    text = items[0].text if items else ""
    values["em"], values["f1"] = (m(text, question.accepted) for m in (squad.exact_match, squad.f1))
    if not question.answerable:
        values["refused_unanswerable"] = float(not answer.answered)
        return values
    hits = [hit(question, answer, item, gold) for item in items[:3]]
    values["refused_answerable"] = float(not answer.answered)
    values["hit@1"], values["hit@3"] = float(any(hits[:1])), float(any(hits))
    if question.conflict:
        whole = not missing_values(question, answer)
        values["values_shown"] = float(whole)
        values["conflicts_shown"] = float(whole and answer.agreement == "conflicting")
    if question.must_cite is not None and question.must_cite > 1:
        values["corroborated"] = float(witnesses(question, answer, gold) >= question.must_cite)
    if items:
        judged = items[: max(1, len(question.conflict))]
        cited = citations(answer, judged)
        values["citation_precision"] = float(np.mean([_supports(c, evidence) for c in cited]))
        stated = {piece.article for piece in evidence}
        if question.articles and stated:
            found = cited_articles(answer, judged) & stated
            values["citation_recall"] = len(found) / len(stated)
    return values


def citations(answer: Answer, items: Sequence[AnswerItem]) -> list[Citation]:
    """The citations that some answers rest on, each once."""
    numbers = {number for item in items for number in item.citations}
    return [citation for citation in answer.citations if citation.number in numbers]


def cited_articles(answer: Answer, items: Sequence[AnswerItem]) -> frozenset[str]:
    """The ids of the articles cited, with those where the same text stands."""
    return frozenset(place.article for c in citations(answer, items) for place in _places(c))


def citation_validity(answer: Answer, library: Library) -> float | None:
    """The share of an answer's citations that hold to the character; None when there is none.

    A citation holds when its quote and, for an answer's first citation, the answer's text are
    exactly what stands at their offsets in the article, inside one another.
    """
    if not answer.citations:
        return None
    texts = {item.citations[0]: item.text for item in reversed(answer.answers) if item.citations}
    return float(np.mean([_holds(c, texts.get(c.number), library) for c in answer.citations]))


def _holds(citation: Citation, text: str | None, library: Library) -> bool:
    article = citation.article
    quoted = library.slice(article, citation.start, citation.end) == citation.quote
    inside = citation.start <= citation.answer_start <= citation.answer_end <= citation.end
    marked = library.slice(article, citation.answer_start, citation.answer_end)
    return quoted and inside and (text is None or marked == text)


def _supports(citation: Citation, evidence: Sequence[Evidence]) -> bool:
    return any(covers(place, evidence) for place in _places(citation))


def _places(citation: Citation) -> tuple[Citation | SamePlace, ...]:
    return (citation, *citation.also_in)
