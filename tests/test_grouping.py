"""What says the same is one answer with all its witnesses; what contradicts it stands beside it."""

import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.abstention import SIGNALS, Abstention
from ragqa.answering import Draft, answer
from ragqa.disagreement import FEATURES, Disagreement, rivals
from ragqa.grouping import grouped, same, witnesses_of
from ragqa.questions import parse_question
from ragqa.terms import weigh
from ragqa.types import Candidate, Passage, Place, Sentence, Span
from ragqa.values import value_of


def passage(article: str, text: str) -> Passage:
    place = Place(
        article=article, title="", path=article, source=None, url=None, published=None, chunk=0,
        start=0, end=len(text),
    )  # fmt: skip
    sentences = (Sentence(start=0, end=len(text), kind="paragraph"),)
    return Passage(place=place, text=text, heading=None, sentences=sentences)


def candidate(number: int, whole: Passage, said: str, score: float = 0.0) -> Candidate:
    start = whole.text.index(said)
    end = start + len(said)
    return Candidate(
        passage=number, start=start, end=end, sentence=Span(start=0, end=len(whole.text)),
        score=score, value=value_of(whole.text, start, end, ("number", "money", "date")),
    )  # fmt: skip


def pair(one: tuple[str, str], other: tuple[str, str]) -> tuple[list[Passage], list[Candidate]]:
    passages = [passage(name, text) for name, (text, _) in zip("ab", (one, other), strict=True)]
    return passages, [
        candidate(at, whole, said)
        for at, (whole, (_, said)) in enumerate(zip(passages, (one, other), strict=True))
    ]


def test_a_figure_said_of_something_else_is_no_witness() -> None:
    passages = [passage("a", "It drew 22 boats."), passage("b", "Of 22 sirens nine worked.")]
    asked = candidate(0, passages[0], "22", 2.0)
    for score, witnesses in ((-5.0, {0, 1}), (-7.0, {0})):
        other = candidate(1, passages[1], "22", score)
        (group,) = grouped(passages, [asked, other], [0, 1])
        assert group.witnesses == witnesses


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("It cost $1 million.", "$1 million"), ("The price: US$1m.", "US$1m"), True),
        (("It cost $1 million.", "$1 million"), ("It cost $2 million.", "$2 million"), False),
        (
            ("The lock shut as a gate had rusted through.", "a gate had rusted through"),
            ("Because the gate rusted through, boats wait.", "the gate rusted through"),
            True,
        ),
        (
            ("The lock shut as a gate had rusted through.", "a gate had rusted through"),
            ("It shut because the keeper retired in May.", "the keeper retired"),
            False,
        ),
        (
            ("Orr pulled out of the deal in May.", "pulled out"),
            ("The deal? Orr has pulled out.", "pulled out"),
            True,
        ),
        (
            ("Orr pulled out of the deal in May.", "pulled out"),
            ("Orr never signed the deal.", "never signed"),
            False,
        ),
        (
            ("No boats were let through the lock.", "No boats were let through"),
            ("Ten boats were let through, the keeper says.", "boats were let through"),
            False,
        ),
    ],
)
def test_what_says_the_same(one: tuple[str, str], other: tuple[str, str], *, alike: bool) -> None:
    passages, candidates = pair(one, other)
    assert same(passages, *candidates) is alike
    assert same(passages, *reversed(candidates)) is alike


FIGURES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 4), st.floats(-9, 9)), min_size=1, max_size=12
)


@given(FIGURES)
def test_every_candidate_is_in_one_group_or_far_below_its_best(
    drawn: list[tuple[int, int, float]],
) -> None:
    passages = [passage(f"{who}", f"There were {100 * what} boats.") for who, what, _ in drawn]
    candidates = sorted(
        (
            candidate(at, passages[at], str(100 * what), score)
            for at, (_, what, score) in enumerate(drawn)
        ),
        key=lambda each: -each.score,
    )
    witnesses = [who for who, _, _ in drawn]
    made = grouped(passages, candidates, witnesses)
    members = sorted(each.passage for group in made for each in group.members)
    most = {what: max(score for _, other, score in drawn if other == what) for _, what, _ in drawn}
    near = [at for at, (_, what, score) in enumerate(drawn) if score >= most[what] - 8]
    assert members == near
    assert len(made) == len({what for _, what, _ in drawn})
    assert [group.score for group in made] == sorted((g.score for g in made), reverse=True)
    for group in made:
        assert group.best.score == max(each.score for each in group.members)
        assert group.witnesses == {witnesses[each.passage] for each in group.members}
        best = {
            who: max(each.score for each in group.members if witnesses[each.passage] == who)
            for who in group.witnesses
        }
        assert group.scores == best
        assert group.score == pytest.approx(math.log(sum(map(math.exp, best.values()))))


def told(texts: Sequence[tuple[str, str, float]]) -> tuple[list[Passage], list[Candidate]]:
    passages = [passage(f"{at}", text) for at, (text, _, _) in enumerate(texts)]
    candidates = [
        candidate(at, passages[at], said, score) for at, (_, said, score) in enumerate(texts)
    ]
    return passages, sorted(candidates, key=lambda each: -each.score)


def asked(
    question: str, texts: Sequence[tuple[str, str, float]], most: int = 3, bias: float = 9.0
) -> Draft:
    """Answer with models that are always sure: of an answer, and by `bias` of contradictions."""
    passages, candidates = told(texts)
    parsed = parse_question(question)
    terms = weigh([term.text for term in parsed.terms], lambda _: 1, 10)
    known: dict[str, object] = {"threshold": 0.5, "fitted_on": {}, "quality": {}, "reader": "spans"}
    abstention = Abstention(
        features=SIGNALS, weights=(0.0,) * len(SIGNALS), intercept=9.0, cost=1.0, **known
    )
    disagreement = Disagreement(
        features=FEATURES, weights=(0.0,) * len(FEATURES), intercept=bias, **known
    )

    def sentences(keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return {key: [passages[int(key)].text] for key in keys}

    return answer(parsed, terms, passages, candidates, sentences, abstention, disagreement, most)


BOATS = (
    ("The flood sank 40 boats on Friday.", "40", 5.0),
    ("The keeper is $61 poorer.", "$61", 4.0),
    ("He said nothing.", "nothing", 3.0),
    ("Friday's flood in Velo sank 57 of the boats there.", "57", 1.0),
)


def test_what_contradicts_stands_beside_the_first() -> None:
    said = asked("How many boats did the flood sink?", BOATS, most=2)
    assert [each.text for each in said.answers] == ["40", "57"]
    assert [each.contradicts_first for each in said.answers] == [False, True]
    assert said.agreement == "conflicting"
    assert said.citations[said.answers[1].citations[0] - 1].article == "3"


def test_what_only_differs_keeps_its_place() -> None:
    said = asked("How many boats did the flood sink?", BOATS, most=2, bias=-9.0)
    assert [each.text for each in said.answers] == ["40", "$61"]
    assert said.agreement == "single"


def test_what_may_well_contradict_stands_there_too() -> None:
    said = asked("How many boats did the flood sink?", BOATS, most=2, bias=-1.0)
    assert [each.text for each in said.answers] == ["40", "57"]
    assert not any(each.contradicts_first for each in said.answers)


def test_what_is_next_to_never_right_is_not_shown() -> None:
    unlikely = [(text, said, score - 10 * (said != "40")) for text, said, score in BOATS]
    said = asked("How many boats did the flood sink?", unlikely, bias=-9.0)
    assert [each.text for each in said.answers] == ["40"]
    said = asked("How many boats did the flood sink?", unlikely)
    assert [each.text for each in said.answers] == ["40", "57"], "unless it may contradict"


def test_one_witness_does_not_contradict_itself() -> None:
    text = (
        "The flood sank 40 boats in Velo, and later 57 boats in Kell, the keeper of the lock said."
    )
    copies = [(text, "40", 5.0), (text, "57", 4.0)]
    assert asked("How many boats did the flood sink?", copies).agreement != "conflicting"


def test_a_witness_stands_for_what_it_says_best() -> None:
    """That an article mentions the first answer too does not make it a witness against itself."""
    later = "The flood sank 57 boats, not 40 as was said, the keeper of the lock in Velo found."
    texts = [("The flood sank 40 boats.", "40", 5.0), (later, "57", 3.0), (later, "40", 1.0)]
    said = asked("How many boats did the flood sink?", texts)
    assert [each.text for each in said.answers] == ["40", "57"]
    assert said.agreement == "conflicting"
    texts = [("The flood sank 40 boats.", "40", 5.0), (later, "40", 3.0), (later, "57", 1.0)]
    assert asked("How many boats did the flood sink?", texts).agreement != "conflicting"


def test_an_amount_does_not_contradict_a_count() -> None:
    passages, candidates = told(BOATS)
    witnesses = witnesses_of(passages, lambda keys: {k: [passages[int(k)].text] for k in keys})
    question = parse_question("How many boats did the flood sink?")
    terms = weigh([term.text for term in question.terms], lambda _: 1, 10)
    found = list(rivals(question, terms, passages, grouped(passages, candidates, witnesses)))
    assert [passages[each.group.best.passage].slice(each.group.best) for each in found] == ["57"]
    assert all(len(each.features) == len(FEATURES) for each in found)
