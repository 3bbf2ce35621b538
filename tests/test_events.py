"""Every gold line over the invented events can be trusted, and the sets are apart."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest

from ragqa.evaluation.gold import read_gold
from ragqa.evaluation.matching import stands_in

EVAL = Path(__file__).parents[1] / "eval"
SETS = ("snippets-tune", "snippets-report", "snippets-fit", "explainers-fit", "explainers-report")
RUN = 12  # words; stock phrases are shorter


def articles(name: str) -> dict[str, str]:
    """The articles that a set asks about: id to headline and text."""
    folder = EVAL.joinpath(*name.split("-"))
    if name.startswith("explainers"):
        return {path.name: path.read_text("utf-8") for path in folder.glob("*.txt")}
    lines = (folder / "articles.jsonl").read_text("utf-8").splitlines()
    return {each["id"]: f"{each['title']}\n{each['text']}" for each in map(json.loads, lines)}


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


@pytest.mark.parametrize("name", SETS)
def test_every_line_can_be_trusted(name: str) -> None:
    texts = articles(name)
    gold = read_gold(EVAL / f"{name}.jsonl").questions
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


@pytest.mark.parametrize(("kind", "share"), [("snippets", 0.24), ("explainers", 0.16)])
def test_some_cannot_be_answered(kind: str, share: float) -> None:
    for name in (each for each in SETS if each.startswith(kind)):
        gold = read_gold(EVAL / f"{name}.jsonl").questions
        assert sum(not each.answers for each in gold) > share * len(gold)


@pytest.mark.parametrize("fitted", [name for name in SETS if not name.endswith("report")])
@pytest.mark.parametrize("reported", [name for name in SETS if name.endswith("report")])
def test_what_is_reported_on_is_not_fitted_on(fitted: str, reported: str) -> None:
    one, other = articles(fitted), articles(reported)
    assert not set(one) & set(other)
    both = [set().union(*(runs(text) for text in those.values())) for those in (one, other)]
    assert not both[0] & both[1]
    asked = [
        {each.question.casefold() for each in read_gold(EVAL / f"{name}.jsonl").questions}
        for name in (fitted, reported)
    ]
    assert not asked[0] & asked[1]
