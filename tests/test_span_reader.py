"""Answers are whole words, numbers and names, inside their sentence, whatever the model says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.span_model import TokenScores
from ragqa.span_reader import best_span, snap, values_of
from ragqa.types import Passage, Span
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


def test_each_sentence_has_its_own_best_span() -> None:
    whole = passage("The lock cost 12 guilders.", "The weir cost more.")
    windows = [scores(whole, 3, 4)]
    first = best_span(windows, whole, whole.sentences[0], ())
    second = best_span(windows, whole, whole.sentences[1], ())
    assert first is not None
    assert second is not None
    assert whole.slice(first.answer) == "12 guilders"
    assert (first.span_score, first.margin, first.relevance) == (9.0, 9.0 - 1.0, 0.5)
    assert whole.sentences[1].start <= second.answer.start
    assert second.span_score == -2.0


def test_a_span_ends_no_earlier_than_it_starts() -> None:
    whole = passage("The lock cost 12 guilders.")
    found = best_span([scores(whole, 4, 1)], whole, whole.sentences[0], ())
    assert found is not None
    assert found.span_score == 5.0 - 1.0


def test_the_best_of_several_windows() -> None:
    whole = passage("The lock cost 12 guilders.")
    dull = scores(whole, 0, 0)._replace(start=np.zeros(5, np.float32), end=np.zeros(5, np.float32))
    for windows in ([dull, scores(whole, 3, 4)], [scores(whole, 3, 4), dull]):
        found = best_span(windows, whole, whole.sentences[0], ())
        assert found is not None
        assert found.span_score == 9.0


def test_no_token_no_span() -> None:
    whole = passage("One.", "Two.")
    window = scores(whole, 0, 0)
    cut = TokenScores(window.spans[:1], window.start[:1], window.end[:1], 0.0, 0.0)
    assert best_span([cut], whole, whole.sentences[1], ()) is None
