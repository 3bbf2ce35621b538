"""The loop: every question is asked once, and what came back is judged."""

import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

from ragqa.engine import Engine
from ragqa.errors import GoldError, QuestionError
from ragqa.evaluation import measures as measuring
from ragqa.evaluation.causes import Cause, Trail, cause
from ragqa.evaluation.evidence import Evidence, Library, document
from ragqa.evaluation.gold import Gold, GoldQuestion
from ragqa.evaluation.measures import Judged
from ragqa.evaluation.results import Excerpt, Row, ShownAnswer
from ragqa.types import Answer, Passage, Place, Sentence

_CONTEXT = 220


class Asked(NamedTuple):
    """The rows of the questions asked, the seconds inside the engine, and if all were asked."""

    rows: tuple[Row, ...]
    engine_seconds: float
    complete: bool


class _Reply(NamedTuple):
    """What the engine said to one question after reading some passages.

    `ranked` is None when retrieval took no part.
    """

    answer: Answer
    ranked: Sequence[Passage] | None
    read: Sequence[Passage]


def ask_all(
    engine: Engine, library: Library, gold: Gold, *, reader_only: bool = False, label: str = "eval"
) -> Asked:
    """Ask every question and judge what comes back.

    Interrupted from the keyboard, it returns the rows of the questions asked so far.

    Args:
        engine: The engine to ask.
        library: Its articles.
        gold: The questions, whose articles have been checked.
        reader_only: Give the reader the gold paragraph as its only passage, without retrieval. It
            refuses only where some question has no answer: never in SQuAD 1.1, as is usual there.
            Its own phrases are judged, before lists and reasons are completed.
        label: What the progress bar is called; it is shown on a terminal only.

    Raises:
        GoldError: A question cannot be asked, or has no paragraph for `reader_only`.
    """
    from tqdm import tqdm

    if reader_only and any(question.paragraph is None for question in gold.questions):
        raise GoldError(f"{gold.path}: --reader-only needs paragraphs, which only SQuAD files have")
    refuse = not all(question.answerable for question in gold.questions)
    judge = _Judge(library)
    spent = 0.0
    complete = False
    progress = tqdm(gold.questions, desc=label, unit="question", disable=None, file=sys.stderr)
    try:
        for question in progress:
            begun = time.perf_counter()
            try:
                if reader_only:
                    said = _read(engine, library, question, refuse=refuse)
                else:
                    said = _trace(engine, question)
            except QuestionError as error:
                raise GoldError(f"{gold.place(question)}, field question: {error}") from error
            spent += time.perf_counter() - begun
            judge.add(question, said, _unrefused(engine, question, said))
        complete = True
    except KeyboardInterrupt:
        pass
    finally:
        progress.close()
    return Asked(judge.rows(), spent, complete)


def _trace(engine: Engine, question: GoldQuestion) -> _Reply:
    trace = engine.trace(question.question)
    return _Reply(trace.answer, trace.passages, trace.passages[: trace.read])


def _read(engine: Engine, library: Library, question: GoldQuestion, *, refuse: bool) -> _Reply:
    passages = [_paragraph(library, question)]
    answer = engine.read(question.question, passages, refuse=refuse, complete=False)
    return _Reply(answer, None, passages)


def _unrefused(engine: Engine, question: GoldQuestion, reply: _Reply) -> Answer:
    """What would have been answered, had the question not been refused.

    Where nothing could have been right, a refusal is not looked into.
    """
    if reply.answer.answered or not question.accepted:
        return reply.answer
    whole = reply.ranked is not None
    return engine.read(question.question, reply.read, refuse=False, complete=whole)


def _paragraph(library: Library, question: GoldQuestion) -> Passage:
    """The gold paragraph as one passage, with the sentences that the index found in it."""
    gold = question.paragraph
    if gold is None:
        raise ValueError(f"question {question.id} has no paragraph")
    view = library.view(gold.article)
    # A chunk may hold more than this paragraph, or but a part of it, and two may share a sentence.
    chunks = [c for c in view.chunks if c.start < gold.end and gold.start < c.end]
    inside = {
        sentence.start: sentence
        for chunk in chunks
        for sentence in chunk.sentences
        if gold.start <= sentence.start and sentence.end <= gold.end
    }
    sentences = tuple(inside[start] for start in sorted(inside))
    article = view.article
    return Passage(
        place=Place(
            article=article.id,
            title=article.title or "",
            path=article.path,
            source=article.source,
            url=article.url,
            published=article.published,
            chunk=chunks[0].position if chunks else 0,
            start=gold.start,
            end=gold.end,
        ),
        text=article.text[gold.start : gold.end],
        heading=None,
        sentences=sentences or (Sentence(start=gold.start, end=gold.end, kind="paragraph"),),
    )


class _Judge:
    """Turns replies into rows; retrieval is measured for all of them together at the end."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._rows: list[Row] = []
        self._judged: dict[str, Judged] = {}

    def add(self, question: GoldQuestion, reply: _Reply, unrefused: Answer) -> None:
        library, answer = self._library, reply.answer
        evidence = () if question.relevance else library.evidence(question)
        gold = frozenset(library.gold_articles(question))
        rank = None
        if reply.ranked is not None and question.answerable:
            judged = _judged(question, reply.ranked, evidence)
            self._judged[question.id] = judged
            rank = _first(judged)
        measures = measuring.measures(question, answer, evidence, gold, library)
        proposed = any(
            measuring.hit(question, unrefused, item, gold) for item in unrefused.answers[:1]
        )
        lost = _cause(question, reply, evidence, rank, measures, proposed, library)
        measures["right"] = float(lost is None)
        self._rows.append(
            Row(
                id=question.id,
                type=question.type,
                question=question.question,
                answerable=question.answerable,
                answers=question.answers,
                articles=question.articles,
                conflict=question.conflict,
                must_cite=question.must_cite,
                answered=answer.answered,
                confidence=answer.confidence,
                agreement=answer.agreement,
                shown=tuple(
                    ShownAnswer(
                        text=item.text,
                        sentence=item.sentence,
                        confidence=item.confidence,
                        witnesses=item.witnesses,
                        articles=tuple(sorted(measuring.cited_articles(answer, [item]))),
                    )
                    for item in answer.answers
                ),
                cited=_cited(answer),
                expected=_expected(library, evidence),
                rank=rank,
                cause=lost,
                loss=_loss(question, proposed),
                measures=measures,
                milliseconds=answer.milliseconds.total,
            )
        )

    def rows(self) -> tuple[Row, ...]:
        retrieval = measuring.retrieval_measures(self._judged) if self._judged else {}
        return tuple(
            row.model_copy(update={"measures": {**row.measures, **retrieval.get(row.id, {})}})
            for row in self._rows
        )


def _judged(
    question: GoldQuestion, passages: Sequence[Passage], evidence: Sequence[Evidence]
) -> Judged:
    """Passages as documents; for BEIR, whose judgements are of articles, the articles."""
    if question.relevance:
        articles = dict.fromkeys(passage.place.article for passage in passages)
        return Judged(tuple(articles), question.relevance)
    documents = dict.fromkeys(document(passage, evidence) for passage in passages)
    grades = {f"group {piece.group}": 1 for piece in evidence if piece.group is not None}
    return Judged(tuple(name for name, _ in documents), grades)


def _first(judged: Judged) -> int | None:
    return next(
        (i for i, name in enumerate(judged.ranking, 1) if judged.grades.get(name, 0) > 0), None
    )


def _loss(question: GoldQuestion, proposed: bool) -> float | None:
    """1 when answering would have been wrong; None where right is not defined (BEIR)."""
    return None if question.relevance else float(not proposed)


def _cause(
    question: GoldQuestion,
    reply: _Reply,
    evidence: Sequence[Evidence],
    rank: int | None,
    measures: measuring.Measures,
    proposed: bool,
    library: Library,
) -> Cause | None:
    """The stage that lost the evidence; of what is missing, when the first answer is right."""
    answered = reply.answer.answered
    if question.relevance:
        found = rank is not None and rank <= len(reply.read)
        return cause(Trail(rank=rank, limit=len(reply.read), sentence=found))
    if not question.answerable:
        return cause(Trail(answerable=False, answered=answered))
    sentence = bool(measures["hit@1"])
    complete = 0.0 not in (measures["conflicts_shown"], measures["corroborated"])
    if sentence and not complete:
        evidence = measuring.missing(question, reply.answer, evidence) or evidence
    rank = 1 if reply.ranked is None else _first(_judged(question, reply.ranked, evidence))
    return cause(
        Trail(
            answered=answered,
            read=bool(evidence),
            content=any(piece.content for piece in evidence),
            whole=reply.ranked is None or any(piece.chunk for piece in evidence),
            merged=rank is None and library.wrongly_merged(evidence),
            rank=rank,
            limit=len(reply.read),
            proposed=proposed,
            sentence=sentence,
            span=measuring.marked(question, reply.answer),
            complete=complete,
        )
    )


def _cited(answer: Answer) -> Excerpt | None:
    """The first citation (of a refusal: the nearest passage), with the answer marked."""
    if not answer.citations:
        return None
    number = next((n for item in answer.answers for n in item.citations), None)
    citation = next((c for c in answer.citations if c.number == number), answer.citations[0])
    marked = (
        (citation.answer_start, citation.answer_end) if answer.answers else (citation.start,) * 2
    )
    return Excerpt(
        article=citation.article,
        title=citation.title,
        text=citation.quote,
        mark_start=marked[0] - citation.start,
        mark_end=marked[1] - citation.start,
    )


def _expected(library: Library, evidence: Sequence[Evidence]) -> Excerpt | None:
    """The first gold answer that a chunk covers, or else the first, with some text around it."""
    if not evidence:
        return None
    piece = next((piece for piece in evidence if piece.chunk), evidence[0])
    article = library.view(piece.article).article
    start, end = max(0, piece.start - _CONTEXT), piece.end + _CONTEXT
    before = "…" if start else ""
    return Excerpt(
        article=piece.article,
        title=article.title or "",
        text=before + article.text[start:end] + ("…" if end < len(article.text) else ""),
        mark_start=piece.start - start + len(before),
        mark_end=piece.end - start + len(before),
    )
