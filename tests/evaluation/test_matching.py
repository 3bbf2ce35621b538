import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.evaluation.matching import Wording, stands_in


@pytest.mark.parametrize(
    ("accepted", "text"),
    [
        ("26 April", "It closes on 26 April 2026."),
        ("the Walt Disney Company", "THE WALT-DISNEY COMPANY'S plan"),
        ("Disney", "Disney’s plan"),
        ("$1 million", "about US$1 million a day"),
        ("1,000,000", "some 1000000 users"),
        ("U.S. army", "the US Army said"),
        ("2.5 percent", "rose by 2.5 percent."),
        ("50%", "a 50% fall"),
        ("$90 a month", "it would take $90 a month, he said"),
    ],
)
def test_stands_in(accepted, text):
    assert stands_in(accepted, text)


@pytest.mark.parametrize(
    ("accepted", "text"),
    [
        ("26", "page 126"),
        ("5", "2.5 percent"),
        ("1,000", "1,000,000"),
        ("$1 million", "about 1 million users"),
        ("50%", "50 people"),
        ("art", "the party"),
        ("April 26", "26 April"),
        ("the", "the"),
        ("—", "— —"),
        ("", "anything"),
    ],
)
def test_does_not_stand_in(accepted, text):
    assert not stands_in(accepted, text)


def test_occurrences_are_spans_of_the_text():
    text = "In April, and again in the  April, of “April 2026”."
    spans = Wording(text).occurrences("april")
    assert [text[s.start : s.end] for s in spans] == ["April", "April", "April"]
    (year,) = Wording(text).occurrences("April 2026")
    assert text[year.start : year.end] == "April 2026"


WORDS = st.lists(
    st.sampled_from(["the", "a", "1,000", "2.5", "U.S.", "April", "$", "%", "é", "—", "x1", "½"]),
    min_size=1,
    max_size=12,
)


@given(WORDS, st.data(), st.sampled_from([" ", "  ", "\n", ", "]))
def test_any_run_of_words_is_found_where_it_stands(words, data, separator):
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    text = separator.join(words)
    wanted = separator.join(words[first : last + 1])
    spans = Wording(text).occurrences(wanted)
    for span in spans:
        assert stands_in(wanted, text[span.start : span.end])
    assert bool(spans) == Wording(text).says(wanted)
    if stands_in(wanted, wanted):
        assert spans


@given(st.text(max_size=60), st.text(max_size=8))
def test_what_occurs_stands_there(text, accepted):
    for span in Wording(text).occurrences(accepted):
        assert stands_in(accepted, text[span.start : span.end])
