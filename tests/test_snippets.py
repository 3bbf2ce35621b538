"""Every gold line over the news snippets can be trusted, and the two sets are apart."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest

from ragqa.evaluation.gold import read_gold
from ragqa.evaluation.matching import stands_in

EVAL = Path(__file__).parents[1] / "eval"
PARTS = ("tune", "report", "fit")
RUN = 8


def articles(part: str) -> dict[str, dict[str, str]]:
    lines = (EVAL / "snippets" / part / "articles.jsonl").read_text("utf-8").splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


@pytest.mark.parametrize("part", PARTS)
def test_every_line_can_be_trusted(part: str) -> None:
    texts = {key: f"{each['title']}\n{each['text']}" for key, each in articles(part).items()}
    gold = read_gold(EVAL / f"snippets-{part}.jsonl").questions
    assert len({each.id for each in gold}) == len({each.question for each in gold}) == len(gold)
    for each in gold:
        assert bool(each.answers) == bool(each.articles) == (each.must_cite > 0), each.id
        assert (each.type in ("near-miss", "unanswerable")) == (not each.answers), each.id
        for accepted in each.answers:
            assert any(stands_in(accepted, texts[key]) for key in each.articles), each.id
        for key in each.articles:
            assert any(stands_in(accepted, texts[key]) for accepted in each.accepted), each.id
        assert bool(each.conflict) == (each.type == "conflicting"), each.id
        for one, other in combinations(each.conflict, 2):
            only_one = {key for key in each.articles if stands_in(one, texts[key])}
            only_other = {key for key in each.articles if stands_in(other, texts[key])}
            assert only_one, each.id
            assert only_other, each.id
            assert only_one != only_other, each.id


@pytest.mark.parametrize(("part", "share"), [("tune", 0.25), ("report", 0.25), ("fit", 0.24)])
def test_about_a_quarter_or_more_cannot_be_answered(part: str, share: float) -> None:
    gold = read_gold(EVAL / f"snippets-{part}.jsonl").questions
    assert sum(not each.answers for each in gold) > share * len(gold)


@pytest.mark.parametrize("part", ["tune", "fit"])
def test_what_is_reported_on_is_not_fitted_on(part: str) -> None:
    one, other = articles(part), articles("report")
    assert not set(one) & set(other)
    both = [set().union(*(runs(each["text"]) for each in those.values())) for those in (one, other)]
    assert not both[0] & both[1]
    asked = [
        {each.question.casefold() for each in read_gold(EVAL / f"snippets-{name}.jsonl").questions}
        for name in (part, "report")
    ]
    assert not asked[0] & asked[1]
