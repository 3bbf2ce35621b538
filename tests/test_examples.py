"""Sentences turned round into questions, by grammar alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.web.examples import candidates, questions


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The bridge at Orl was closed on 12 May 2025.", "When was the bridge at Orl closed?"),
        ("The new tariff will take effect in March 2026.", "When will the new tariff take effect?"),
        ("The lock cost 12 million dollars.", "How much did the lock cost?"),
        ("A ticket would cost about $40, it said.", "How much would a ticket cost?"),
        (
            "About 300 barges pass through the lock every day.",
            "How many barges pass through the lock every day?",
        ),
        (
            "Ana Ruz was elected on 3 March 2024, after two rounds.",
            "When was Ana Ruz elected?",
        ),
        ("It was closed on 12 May 2025.", None),
        ("He said that the lock had been closed on 12 May 2025.", None),
        ("Officials, who met on 12 May 2025, said nothing.", None),
        ("The lock cost him 12 million dollars.", None),
        ("Profits rose to 12 million dollars.", None),
        ("", None),
    ],
)
def test_a_sentence_is_turned_round(sentence: str, question: str | None) -> None:
    assert list(questions([sentence])) == ([question] if question else [])


@given(st.lists(st.lists(st.text())))
def test_any_text_is_harmless(articles: list[list[str]]) -> None:
    found = candidates(articles)
    assert len(set(found)) == len(found)
    assert all(each.endswith("?") for each in found)


def test_every_article_has_its_turn() -> None:
    one = ["The lock cost 12 million dollars.", "A ticket would cost $40."]
    other = ["The ferry cost 9 million dollars."]
    assert candidates([one, other]) == [
        "How much did the lock cost?",
        "How much did the ferry cost?",
        "How much would a ticket cost?",
    ]
