"""Answers are whole words, numbers and names, inside their sentence, whatever the model says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.encoder import load_encoder
from ragqa.questions import parse_question
from ragqa.settings import DEFAULT_MODEL, Settings
from ragqa.snapping import snap
from ragqa.span_model import TokenScores, load_span_model
from ragqa.span_reader import (
    SpanReader,
    best_span,
    load_reader,
    scores_of,
    values_of,
    widened,
)
from ragqa.terms import weigh
from ragqa.types import Passage, Sentence, Span
from support import OFFSET, passage


@pytest.mark.parametrize(
    ("text", "said", "answer"),
    [
        ("It cost $3.1 million in all.", "3", "$3.1 million"),
        ("It cost €10–15 million a year.", "10", "€10–15 million a year"),
        ("Some 12,500 people came.", "500", "12,500"),
        ("It fell by 4.5% in May.", "4.5", "4.5%"),
        ("He met Ida Bessimson there.", "Bessim", "Ida Bessimson"),
        ('She said "never again" twice.', '"never', "never"),
        ("It shut (for good) today.", "(for good", "for good"),
        ("They left the U.S. in May.", "U.S.", "U.S."),
        ("A video-generation app failed.", "generation", "video-generation"),
        ("It closed, he said.", "closed,", "closed"),
        ("The O'Neill brothers left.", "Neill", "O'Neill"),
        ("An 800-member club sued.", "800", "800"),
        ("An 800-member club sued.", "member", "member"),
        ("A $20-million deal fell through.", "20", "$20-million"),
        ("The 24-hour strike ended.", "24", "24-hour"),
        ("Both F-16s landed.", "16s", "F-16s"),
    ],
)
def test_snapping(text: str, said: str, answer: str) -> None:
    whole = passage(text)
    at = OFFSET + text.index(said)
    found = snap(whole, whole.sentences[0], Span(start=at, end=at + len(said)), values_of(whole))
    assert whole.slice(found) == answer


@given(text=st.text(alphabet="ab 1$.,'’\"()%-–€éß☂", min_size=1, max_size=60), data=st.data())
def test_a_snapped_span_cuts_no_word_and_keeps_to_its_sentence(
    text: str, data: st.DataObject
) -> None:
    whole = passage(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    answer = Span(start=OFFSET + start, end=OFFSET + end)
    found = snap(whole, whole.sentences[0], answer, values_of(whole))
    assert OFFSET <= found.start < found.end <= OFFSET + len(text)
    inner, before, after = (
        whole.slice(found),
        text[: found.start - OFFSET][-1:],
        text[found.end - OFFSET :][:1],
    )
    assert not (before.isalnum() and inner[0].isalnum())
    assert not (inner[-1].isalnum() and after.isalnum())


def scores(whole: Passage, start: int, end: int, null: float = 1.0) -> TokenScores:
    """Scores of a model that takes words for tokens and is sure of one span."""
    spans, at = [], 0
    for word in whole.text.split(" "):
        spans.append((at, at + len(word)))
        at += len(word) + 1
    first, last = np.full(len(spans), -1.0), np.full(len(spans), -1.0)
    first[start], last[end] = 5.0, 4.0
    return TokenScores(
        np.asarray(spans), first.astype(np.float32), last.astype(np.float32), null, 0.5
    )


def of(sentence: Sentence, *windows: TokenScores) -> list[TokenScores]:
    return [scores_of(sentence, window, OFFSET) for window in windows]


def test_marks_without_a_word_are_no_answer() -> None:
    whole = passage("** Two were ill")
    [sentence] = whole.sentences
    found = best_span(of(sentence, scores(whole, 0, 0)), whole, sentence, ())
    assert found and whole.slice(found.answer) not in ("*", "**")
    marks = passage("** *")
    [sentence] = marks.sentences
    assert best_span(of(sentence, scores(marks, 0, 0)), marks, sentence, ()) is None


def test_each_sentence_has_its_own_best_span() -> None:
    whole = passage("The lock cost 12 guilders.", "The weir cost more.")
    window = scores(whole, 3, 4)
    one, two = whole.sentences
    first = best_span(of(one, window), whole, one, ())
    second = best_span(of(two, window), whole, two, ())
    assert first is not None
    assert second is not None
    assert whole.slice(first.answer) == "12 guilders"
    assert (first.span_score, first.margin, first.relevance) == (9.0, 9.0 - 1.0, 0.5)
    assert two.start <= second.answer.start
    assert second.span_score == -2.0


def test_a_span_ends_no_earlier_than_it_starts() -> None:
    whole = passage("The lock cost 12 guilders.")
    (sentence,) = whole.sentences
    found = best_span(of(sentence, scores(whole, 4, 1)), whole, sentence, ())
    assert found is not None
    assert found.span_score == 5.0 - 1.0


def test_scores_of_the_same_tokens_are_averaged() -> None:
    whole = passage("The lock cost 12 guilders.")
    (sentence,) = whole.sentences
    sure, wrong = scores(whole, 3, 4, null=3.0), scores(whole, 0, 1)
    found = best_span(of(sentence, sure, wrong, sure), whole, sentence, ())
    assert found is not None
    assert whole.slice(found.answer) == "12 guilders"
    assert found.span_score == pytest.approx((9.0 + 9.0 - 2.0) / 3)
    assert found.margin == pytest.approx(found.span_score - (3.0 + 3.0 + 1.0) / 3)


def test_the_best_of_several_parts_of_a_sentence() -> None:
    whole = passage("The lock cost 12 guilders.")
    (sentence,) = whole.sentences
    window = scores(whole, 3, 4)
    begin = window._replace(spans=window.spans[:2], start=window.start[:2], end=window.end[:2])
    for windows in ([begin, window], [window, begin]):
        found = best_span(of(sentence, *windows), whole, sentence, ())
        assert found is not None
        assert found.span_score == 9.0


def test_no_token_no_span() -> None:
    whole = passage("One.", "Two.")
    assert best_span([], whole, whole.sentences[1], ()) is None
    assert not len(scores_of(whole.sentences[1], scores(passage("One."), 0, 0), OFFSET).spans)


def test_likely_sentences_are_read_again_without_what_stands_around_them() -> None:
    """What the model makes of a passage of one sentence does not change, of another it does."""
    with_model = load_reader(Settings(), load_encoder(Settings(), DEFAULT_MODEL))
    assert isinstance(with_model, SpanReader)
    question = parse_question("How much did the lock cost?")
    alone = passage("The lock cost 12 guilders.")
    (window,) = load_span_model(Settings()).read(question.text, [alone.text])[0]
    expected = best_span(of(alone.sentences[0], window), alone, alone.sentences[0], ())
    assert expected is not None
    terms = weigh([each.text for each in question.terms], lambda word: 1, 3)
    found = with_model.read(question, terms, [alone])[0]
    assert found.margin == pytest.approx(expected.margin, abs=1e-4)
    beside = passage("The weir cost 30 guilders.", alone.text, "Nobody knew who paid for it.")
    seen = load_span_model(Settings()).read(question.text, [beside.text])[0]
    first = best_span(of(beside.sentences[1], *seen), beside, beside.sentences[1], ())
    again = with_model.read(question, terms, [beside])[0]
    assert first is not None
    assert beside.slice(again) == "12 guilders"
    assert again.margin != pytest.approx(first.margin, abs=1e-2)


SENTENCES = st.lists(
    st.sampled_from(["One was shut.", "Ida Å. came 3 times!", "No." * 150, "Why?"])
)


@given(
    parts=st.lists(SENTENCES.filter(bool), min_size=1, max_size=4),
    breaks=st.lists(st.integers(0, 6), min_size=3, max_size=3),
    missing=st.sets(st.integers(0, 3)),
    data=st.data(),
)
def test_what_is_read_with_a_passage_is_what_stands_beside_it(
    parts: list[list[str]], breaks: list[int], missing: set[int], data: st.DataObject
) -> None:
    article = "\n" * OFFSET
    passages = []
    for number, sentences in enumerate(parts):
        if number:
            article += "\n" * breaks[number - 1]
        alone = passage(*sentences)
        moved = len(article) - OFFSET
        place = alone.place.model_copy(
            update={"chunk": number, "start": len(article), "end": len(article) + len(alone.text)}
        )
        spans = tuple(
            each.model_copy(update={"start": each.start + moved, "end": each.end + moved})
            for each in alone.sentences
        )
        passages.append(alone.model_copy(update={"place": place, "sentences": spans}))
        article += alone.text
    found = [each for number, each in enumerate(passages) if number not in missing] or passages
    asked = data.draw(st.integers(0, len(found) - 1))
    known = {(each.place.article, each.place.chunk): each for each in found}
    piece = widened(asked, found[asked], 0, known)
    assert article[piece.start : piece.start + len(piece.text)] == piece.text
    assert found[asked].text in piece.text
    assert piece.sentences == found[asked].sentences[:1]
    beside = known.get(("a", found[asked].place.chunk + 1))
    joined = beside is not None and beside.place.start - found[asked].place.end <= 3
    ends = piece.start + len(piece.text)
    assert ends == (
        min(beside.place.end, beside.place.start + 400)
        if beside is not None and joined
        else found[asked].place.end
    )
