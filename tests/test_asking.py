"""Search, reading and answering over a small index, with the real model."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragqa.engine import Engine, index
from ragqa.errors import QuestionError
from ragqa.search import DENSE_SHARE
from ragqa.settings import Settings
from ragqa.terms import stems_of
from ragqa.types import Answer, Filters

ARTICLES = {
    "gull.txt": """Lighthouse Sold to a Retired Teacher

The lighthouse on Skerry Point was sold on 3 May 2024 for $1.2 million. The buyer, Agnes Thorold, is
a retired teacher from Harwick who says she wants to open it to schools.

Why the council sold

The council gave up the tower because the sea wall below it would have cost more to mend than the
whole town spends on roads in a year. Councillor Piet Aalders voted against the sale.
""",
    "bay.txt": """Skerry Point: Who Bought the Tower?

A retired teacher has bought the Skerry Point lighthouse for about US$1.2m, the council said. It was
the only offer, and the keeper's cottage is not a part of it.

The lamp has been dark since 1998 and will stay so.
""",
    "copy.txt": """Tower Goes to Teacher

Late news from the coast.

A retired teacher has bought the Skerry Point lighthouse for about US$1.2m, the council said. It was
the only offer, and the keeper's cottage is not a part of it.

The lamp has been dark since 1998 and will stay so.
""",
    "rival.txt": """Lighthouse Fetches Less Than Hoped

The lighthouse on Skerry Point was sold for $900,000, according to two people who saw the contract.

Here's why the council sold the tower, and what happens to it next.
""",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("asking")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    index([folder / "articles"], folder / "index")
    with Engine.open(folder / "index") as opened:
        yield opened


def hold(engine: Engine, answer: Answer) -> None:
    """Everything the contract promises of an answer's citations."""
    by_number = {each.number: each for each in answer.citations}
    assert list(by_number) == list(range(1, len(answer.citations) + 1))
    for each in answer.citations:
        text = engine.article(each.article).article.text
        assert text[each.start : each.end] == each.quote
        assert each.start <= each.answer_start < each.answer_end <= each.end
        for other in each.also_in:
            assert 0 <= other.start < other.end <= len(engine.article(other.article).article.text)
    for item in answer.answers:
        first = by_number[item.citations[0]]
        text = engine.article(first.article).article.text
        assert text[first.answer_start : first.answer_end] == item.text
        assert item.sentence in first.quote
        assert item.text in item.sentence
        assert 1 <= item.witnesses <= len(item.citations)
        assert 0 <= item.confidence <= 1
    assert answer.answered == bool(answer.answers)


def test_an_amount_is_answered_by_the_amount(engine: Engine) -> None:
    answer = engine.ask("How much was paid for the lighthouse?")
    hold(engine, answer)
    assert {"$1.2 million", "US$1.2m", "about US$1.2m"} & {item.text for item in answer.answers}
    assert answer.answers[0].value.kind == "money"


def test_copies_of_one_text_are_one_witness(engine: Engine) -> None:
    answer = engine.ask("How much was paid for the lighthouse?")
    item = next(each for each in answer.answers if each.value.normal.startswith("USD 1200000"))
    cited = {answer.citations[number - 1].article for number in item.citations}
    also = {
        each.article for number in item.citations for each in answer.citations[number - 1].also_in
    }
    assert cited | also == {"gull.txt", "bay.txt", "copy.txt"}
    assert item.witnesses == 2


def test_another_amount_from_another_article_is_a_conflict(engine: Engine) -> None:
    answer = engine.ask("How much was the Skerry Point lighthouse sold for?")
    assert answer.agreement == "conflicting"
    assert {"$900,000"} < {item.text for item in answer.answers}


def test_a_date(engine: Engine) -> None:
    answer = engine.ask("When was the lighthouse sold?")
    hold(engine, answer)
    assert answer.answers[0].text == "3 May 2024"


def test_a_name(engine: Engine) -> None:
    answer = engine.ask("Who voted against the sale?")
    hold(engine, answer)
    assert "Piet Aalders" in answer.answers[0].text


def test_a_reason_is_a_sentence(engine: Engine) -> None:
    answer = engine.ask("Why did the council sell the tower?")
    hold(engine, answer)
    assert answer.answers[0].text == answer.answers[0].sentence
    assert "sea wall" in answer.answers[0].text


def test_a_heading_is_no_answer_where_a_sentence_says_it(engine: Engine) -> None:
    answer = engine.ask("Who bought the tower on Skerry Point?")
    hold(engine, answer)
    assert "?" not in answer.answers[0].sentence
    assert "Lighthouse Sold" not in answer.answers[0].sentence


@pytest.mark.parametrize(
    "question", ["Why did the council sell the tower?", "What happens to the tower next?"]
)
def test_what_only_announces_an_answer_is_none(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert not [each for each in answer.answers if each.sentence.startswith("Here's")]


def test_misspelt(engine: Engine) -> None:
    answer = engine.ask("when was the lighthuose sould")
    assert answer.question == "when was the lighthuose sould"
    assert "3 May 2024" in answer.answers[0].sentence


def test_bare_keywords(engine: Engine) -> None:
    assert "1998" in engine.ask("lamp dark since").answers[0].sentence


@pytest.mark.parametrize(
    "question",
    [
        "Who won the football world cup?",
        "What is the boiling point of mercury?",
        "Which recipe for onion soup is best?",
    ],
)
def test_not_in_these_articles(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    hold(engine, answer)
    assert not answer.answered
    assert answer.agreement == "none"
    assert answer.citations


def test_filters_leave_nothing(engine: Engine) -> None:
    answer = engine.ask("When was the lighthouse sold?", Filters(sources=("Nobody",)))
    assert (answer.answered, answer.citations, answer.confidence) == (False, (), 0.0)


@pytest.mark.parametrize("question", ["", "   ", "?!…", "🦆🦆", "x" * 1_000_000])
def test_bad_questions(engine: Engine, question: str) -> None:
    with pytest.raises(QuestionError):
        engine.ask(question)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    question=st.text(max_size=60) | st.from_regex(r'["*():^ANDORNEAR \w-]{1,40}', fullmatch=True)
)
def test_any_question_is_answered_or_refused(engine: Engine, question: str) -> None:
    with suppress(QuestionError):
        hold(engine, engine.ask(question))


@pytest.mark.parametrize("search", ["dense", "lexical", "fused"])
def test_each_search_alone(engine: Engine, search: str) -> None:
    folder = engine._store.folder
    with Engine.open(folder, Settings(search=search)) as alone:
        passages = alone.search("retired teacher lighthouse")
        assert passages[0].place.article in {"gull.txt", "bay.txt"}
        scores = [each.score for each in passages]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "text", ["Who bought the lighthouse?", "What became of the beacon?", "lighthouse lighthouse"]
)
def test_fused_search_adds_what_a_passage_has_of_the_question(engine: Engine, text: str) -> None:
    terms = engine.terms(engine.parse(text))
    passages = engine.search(text)
    for each in passages:
        held = terms.coverage(stems_of(f"{each.place.title} {each.heading or ''} {each.text}"))
        assert each.dense is not None
        assert each.score == pytest.approx(DENSE_SHARE * each.dense + (1 - DENSE_SHARE) * held)
    assert [each.score for each in passages] == sorted((p.score for p in passages), reverse=True)


def test_the_trace_holds_what_the_answer_rests_on(engine: Engine) -> None:
    trace = engine.trace("When was the lighthouse sold?")
    best = trace.candidates[0]
    passage = trace.passages[best.passage]
    assert passage.slice(best) == trace.answer.answers[0].text
    assert trace.read <= len(trace.passages)
