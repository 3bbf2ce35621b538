"""SQuAD's definition, on examples whose arithmetic is in the test."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.evaluation.squad import exact_match, f1, normalise


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Denver Broncos", "denver broncos"),
        ("an Apple a day", "apple day"),
        ("$1,000.50", "100050"),
        ("U.S.", "us"),
        ("video-generation", "videogeneration"),
        ("theatre", "theatre"),
        ("the", ""),
        ("“quoted”", "“quoted”"),
    ],
)
def test_normalisation_is_the_official_one(text, normal):
    assert normalise(text) == normal


def test_exact_match_takes_the_best_accepted_answer():
    assert exact_match("The Broncos!", ["Denver Broncos", "broncos"]) == 1
    assert exact_match("Denver", ["Denver Broncos", "broncos"]) == 0


def test_f1_is_the_harmonic_mean_of_token_precision_and_recall():
    # "closes in april 2026" against "april 2026": 2 common, of 4 predicted and 2 expected.
    precision, recall = 2 / 4, 2 / 2
    expected = 2 * precision * recall / (precision + recall)
    assert f1("closes in April 2026", ["April 2026"]) == pytest.approx(expected)


def test_a_repeated_token_counts_as_often_as_both_have_it():
    # "new new york" against "new york new jersey": new twice, york once, of 3 and 4.
    precision, recall = 3 / 3, 3 / 4
    expected = 2 * precision * recall / (precision + recall)
    assert f1("New new York", ["New York, New Jersey"]) == pytest.approx(expected)


def test_only_a_refusal_is_right_where_there_is_no_answer():
    assert (exact_match("", []), f1("", [])) == (1, 1)
    assert (exact_match("April", []), f1("April", [])) == (0, 0)
    assert (exact_match("", ["April"]), f1("", ["April"])) == (0, 0)


def test_an_accepted_answer_without_a_token_is_as_if_there_were_none():
    # The official script drops such answers, and then expects the empty answer.
    assert exact_match("", ["the"]) == 1
    assert exact_match("x", ["the", "x"]) == 1


@given(st.text(max_size=40))
def test_a_text_matches_itself(text):
    assert exact_match(text, [text]) == 1
    assert f1(text, [text]) == 1


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=3))
def test_f1_lies_between_exact_match_and_one(text, accepted):
    assert exact_match(text, accepted) <= f1(text, accepted) <= 1


def test_every_human_answer_of_the_published_set_scores_one():
    file = Path(__file__).parents[2] / ".." / "shared/data/squad/xquad.en.half.json"
    if not file.is_file():
        pytest.skip("the SQuAD data is not next to the repository")
    for entry in json.loads(file.read_text(encoding="utf-8"))["data"]:
        for paragraph in entry["paragraphs"]:
            for question in paragraph["qas"]:
                accepted = [answer["text"] for answer in question["answers"]]
                assert exact_match(accepted[0], accepted) == 1
