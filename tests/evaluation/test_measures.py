"""A question's own numbers, from answers made by hand."""

import pytest

from ragqa.engine import Engine, index
from ragqa.evaluation.evidence import Evidence, Library, covers, document
from ragqa.evaluation.gold import GoldQuestion
from ragqa.evaluation.measures import (
    citations,
    cited_articles,
    hit,
    marked,
    measures,
    missing,
    missing_values,
    witnesses,
)
from ragqa.types import (
    Answer,
    AnswerItem,
    Citation,
    IndexInfo,
    Milliseconds,
    Passage,
    Place,
    SamePlace,
)


def citation(number, article, start=0, end=40, also_in=()):
    return Citation(
        number=number,
        article=article,
        title="",
        path=article,
        source=None,
        url=None,
        published=None,
        chunk=0,
        start=start,
        end=end,
        quote="x" * (end - start),
        answer_start=start,
        answer_end=end,
        score=1.0,
        also_in=tuple(SamePlace(article=a, path=a, start=0, end=40) for a in also_in),
    )


def item(text, *numbers, sentence=None, witnesses=1):
    return AnswerItem(
        text=text,
        sentence=sentence or f"They said {text}.",
        confidence=0.5,
        witnesses=witnesses,
        value=None,
        citations=numbers,
    )


def answer(items, cited, agreement="single"):
    return Answer(
        question="?",
        answered=bool(items),
        confidence=0.5,
        agreement=agreement,
        answers=tuple(items),
        citations=tuple(cited),
        index=IndexInfo(articles=1, chunks=1, version="0"),
        milliseconds=Milliseconds(search=1, read=1, total=2),
    )


def question(*answers, **fields):
    return GoldQuestion(id="q", question="?", answers=answers, **fields)


def evidence(article, accepted="$1 million", start=5, end=15, chunk=(0, 40), group=1):
    return Evidence(
        article=article,
        start=start,
        end=end,
        accepted=accepted,
        content=True,
        chunk=(article, *chunk) if chunk else None,
        group=group if chunk else None,
    )


def test_a_hit_says_it_and_cites_a_gold_article():
    said = answer([item("$1 million", 1), item("May", 2)], [citation(1, "a"), citation(2, "b")])
    first, second = said.answers
    wanted = question("$1 million", articles=("a",))
    assert hit(wanted, said, first, frozenset({"a"}))
    assert not hit(wanted, said, second, frozenset({"b"}))
    assert not hit(wanted, said, first, frozenset({"b"}))
    assert hit(question("$1 million"), said, first, frozenset())


def test_a_copy_of_the_cited_text_in_a_gold_article_is_a_hit():
    said = answer([item("$1 million", 1)], [citation(1, "a", also_in=("copy",))])
    wanted = question("$1 million", articles=("copy",))
    assert hit(wanted, said, said.answers[0], frozenset({"copy"}))
    assert cited_articles(said, said.answers) == {"a", "copy"}


def test_each_citation_counts_once():
    said = answer([item("x", 1, 2), item("y", 2)], [citation(1, "a"), citation(2, "b")])
    assert [c.number for c in citations(said, said.answers)] == [1, 2]


def test_witnesses_are_the_right_first_answers():
    said = answer(
        [item("$1 million", 1, 2, witnesses=2), item("May", 3)],
        [citation(1, "a"), citation(2, "b"), citation(3, "c")],
    )
    assert witnesses(question("$1 million", must_cite=2), said, frozenset()) == 2
    assert witnesses(question("May", must_cite=2), said, frozenset()) == 0


@pytest.mark.parametrize("parts", [{"type": "two-articles"}, {"conflict": ("$1 million", "May")}])
def test_an_answer_in_parts_counts_the_articles_of_all_its_parts(parts):
    said = answer([item("$1 million", 1), item("May", 2)], [citation(1, "a"), citation(2, "b")])
    assert witnesses(question("$1 million", "May", **parts), said, frozenset()) == 2


def test_what_is_missing_is_a_value_or_a_witness():
    said = answer([item("$1 million", 1)], [citation(1, "a")])
    both = (evidence("a"), evidence("b", "$2 million"))
    conflict = question("$1 million", conflict=("$1 million", "$2 million"))
    assert missing_values(conflict, said) == ("$2 million",)
    assert missing(conflict, said, both) == both[1:]
    assert missing(question("$1 million", must_cite=2), said, both) == both[1:]


@pytest.mark.parametrize(
    ("agreement", "told"), [("conflicting", True), ("single", False)], ids=["told", "untold"]
)
def test_conflicting_values_may_be_shown_without_being_told_to_conflict(agreement, told, tmp_path):
    said = answer([item("$1 million", 1), item("$2 million", 1)], [citation(1, "a.txt")], agreement)
    asked = question("$1 million", conflict=("$1 million", "$2 million"))
    (tmp_path / "a.txt").write_text("The lock cost $1 million, or $2 million.")
    index([tmp_path / "a.txt"], tmp_path / "index")
    with Engine.open(tmp_path / "index", reading=False) as engine:
        found = measures(asked, said, (), frozenset(), Library(engine))
    assert found["values_shown"] == 1
    assert found["conflicts_shown"] == told


@pytest.mark.parametrize(
    ("text", "expected"), [("$1 million a day", True), ("1 million", True), ("500,000", False)]
)
def test_the_marked_text_shares_a_word_with_an_accepted_answer(text, expected):
    said = answer([item(text, 1)], [citation(1, "a")])
    assert marked(question("$1 million"), said) is expected


def test_a_citation_covers_evidence_only_whole():
    assert covers(citation(1, "a", 5, 15), [evidence("a")])
    assert not covers(citation(1, "a", 6, 15), [evidence("a")])
    assert not covers(citation(1, "b", 0, 40), [evidence("a")])


def place(article, start=0, end=40):
    return Place(
        article=article, title="", path=article, source=None, url=None, published=None, chunk=0,
        start=start, end=end,
    )  # fmt: skip


def passage(text, article, *also_in):
    also = tuple(place(name) for name in also_in)
    return Passage(place=place(article), text=text, heading=None, sentences=(), also_in=also)


def test_a_passage_is_relevant_where_its_chunk_or_a_duplicate_that_says_the_same_is_gold():
    gold = [evidence("a", group=7)]
    assert document(passage("It is $1 million.", "a"), gold) == ("group 7", True)
    assert document(passage("It is $1 million.", "copy", "a"), gold) == ("group 7", True)
    assert document(passage("It is $1 million.", "other"), gold) == ("other 0", False)


def test_a_passage_that_hides_the_gold_chunk_behind_another_text_is_not_relevant():
    hidden = passage("It is $9 million.", "wrong copy", "a")
    assert document(hidden, [evidence("a", group=7)]) == ("wrong copy 0", False)
