"""Lists and reasons are given whole, and whether something is so by a sentence."""

import pytest

from ragqa.completion import completed
from ragqa.questions import parse_question
from ragqa.types import Candidate, Passage, Span, Value
from ragqa.values import value_of
from support import OFFSET, passage


def candidate(whole: Passage, said: str) -> Candidate:
    start = OFFSET + whole.text.index(said)
    around = next(each for each in whole.sentences if each.start <= start < each.end)
    return Candidate(
        passage=0,
        start=start,
        end=start + len(said),
        sentence=Span(start=around.start, end=around.end),
        score=1.0,
        value=Value(kind="name", normal=said),
    )


def complete(question: str, whole: Passage, said: str) -> Candidate:
    (found,) = completed(parse_question(question), [whole], [candidate(whole, said)])
    return found


def test_a_list_is_given_whole() -> None:
    whole = passage("The prize went to Velo, Orr and Kell, the board said.", "It rained.")
    found = complete("What are the three towns?", whole, "Orr")
    assert whole.slice(found) == "Velo, Orr and Kell"
    assert found.value is None
    assert whole.slice(found.sentence) == "The prize went to Velo, Orr and Kell, the board said."


def test_a_list_is_not_given_with_more_than_it() -> None:
    whole = passage("The firm makes pumps, valves and pipes and sells them.", "It rained.")
    found = complete("Which goods does the firm make?", whole, "pumps, valves and pipes")
    assert whole.slice(found) == "pumps, valves and pipes"


def test_a_reason_is_given_whole() -> None:
    whole = passage("The lock was shut on Monday.", "That is because its gates had rusted.")
    found = complete("Why was the lock shut?", whole, "its gates had rusted")
    assert whole.slice(found) == whole.text
    assert whole.slice(found.sentence) == whole.text


def test_what_is_no_list_and_no_reason_stays() -> None:
    whole = passage("The prize went to Velo, Orr and Kell, the board said.")
    assert complete("Who won the prize?", whole, "Orr") == candidate(whole, "Orr")


def test_a_list_around_what_is_asked_about_is_no_answer() -> None:
    whole = passage("The board sued the Kells, the Orrs (millers) and the Velos.")
    assert complete("What were the Orrs?", whole, "millers") == candidate(whole, "millers")


def test_a_sentence_says_whether_it_is_so() -> None:
    whole = passage("Velo never paid for the lock, Orr said.", "It rained.")
    found = complete("Did Velo pay for the lock?", whole, "Velo")
    assert (
        whole.slice(found)
        == whole.slice(found.sentence)
        == "Velo never paid for the lock, Orr said."
    )
    assert found.value is None


@pytest.mark.parametrize(
    ("text", "said", "whole"),
    [
        ("The lock cost up to $5 million, Orr said.", "$5 million", "up to $5 million"),
        ("Some 38,500 boats pass.", "38,500 boats", "Some 38,500 boats"),
        ("It saw 500 or more boats.", "500", "500 or more"),
        ("Boats waited over two years.", "two years", "two years"),
        ("About a lock, 38 boats wait.", "38 boats", "38 boats"),
    ],
)
def test_a_figure_keeps_its_qualifier(text: str, said: str, whole: str) -> None:
    around = passage(text, "It rained.")
    start = OFFSET + text.index(said)
    asked = candidate(around, said).model_copy(
        update={"value": value_of(text, start - OFFSET, start - OFFSET + len(said))}
    )
    (found,) = completed(parse_question("How many boats?"), [around], [asked])
    assert around.slice(found) == whole
    assert found.value == asked.value
