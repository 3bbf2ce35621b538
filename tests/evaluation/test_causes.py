"""Each stage, broken alone, is the one that is named."""

import pytest

from ragqa.evaluation.causes import CAUSES, EXPLANATIONS, Trail, cause

BROKEN = {
    "not read": {"read": False, "content": False, "whole": False, "rank": None},
    "left out": {"content": False, "whole": False, "rank": None},
    "split across chunks": {"whole": False, "rank": None},
    "merged away": {"rank": None, "merged": True},
    "not retrieved": {"rank": None},
    "ranked too low": {"rank": 11, "limit": 10},
    "wrong sentence": {},
    "wrongly refused": {"answered": False},
}


@pytest.mark.parametrize(("name", "broken"), BROKEN.items())
def test_the_first_stage_that_lost_the_evidence_is_named(name, broken):
    assert cause(Trail(**{"sentence": False, "span": False, **broken})) == name


def test_a_refusal_over_a_wrong_candidate_is_the_readers_doing():
    refused = Trail(answered=False, sentence=False, span=False, proposed=False)
    assert cause(refused) == "wrong sentence"


def test_what_follows_the_sentence():
    assert cause(Trail(span=False)) == "wrong span"
    assert cause(Trail(complete=False)) == "not grouped"
    assert cause(Trail(complete=False, rank=None)) == "not retrieved"
    assert cause(Trail()) is None


def test_a_question_that_the_articles_do_not_answer():
    assert cause(Trail(answerable=False, answered=True)) == "wrongly answered"
    assert cause(Trail(answerable=False, answered=False)) is None


def test_every_cause_is_explained():
    assert tuple(EXPLANATIONS) == CAUSES
