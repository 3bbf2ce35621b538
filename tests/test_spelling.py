"""Misspelt words of a question are mended to words of the articles, few at a time."""

import json
from collections.abc import Iterator

import pytest

from ragqa.engine import Engine, index
from ragqa.questions import LONGEST, parse_question
from ragqa.spelling import mend

TEXT = """Licence of the Vineyard

The release of the database was put off. Its purchase, at great expense, drew a response from
the licensing board; a disease of the vines, it said, had brought an increase in the price of wine.

The men who sat at the faster computers thought it cheap.
"""
RECORD = {"title": "Conclave Begins", "text": "They met in the chapel at nine in the morning."}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("spelling")
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "b.jsonl").write_text(json.dumps(RECORD), encoding="utf-8")
    index([folder / "a.txt", folder / "b.jsonl"], folder / "index")
    with Engine.open(folder / "index", reading=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("relaese", "release"),
        ("databsae", "database"),
        ("purchsae", "purchase"),
        ("expnese", "expense"),
        ("respnose", "response"),
        ("diseaes", "disease"),
        ("incraese", "increase"),
        ("licnesing", "licensing"),
        ("liscence", "Licence"),
        ("concalve", "Conclave"),
    ],
)
def test_a_misspelt_word_is_mended(engine: Engine, wrong: str, right: str) -> None:
    mended = engine.parse(f"What of the {wrong} of it?")
    assert mended.text == f"What of the {right} of it?"
    assert right.casefold() in {term.text for term in mended.terms}


@pytest.mark.parametrize("word", ["commute", "mending", "fastener", "cheops", "vinegary"])
def test_an_english_word_that_the_articles_lack_is_kept(engine: Engine, word: str) -> None:
    assert engine.parse(f"What of the {word} of it?").text == f"What of the {word} of it?"


def test_a_word_that_is_like_none_is_kept(engine: Engine) -> None:
    assert engine.parse("What of the zxqvkw of it?").text == "What of the zxqvkw of it?"


def test_the_vocabulary_is_read_once_and_few_words_are_mended() -> None:
    reads = []

    def vocabulary() -> list[str]:
        reads.append(1)
        return ["ferri"]

    question = parse_question("ferrz " * 300)
    mended = mend(question, lambda words: [True] * len(words), vocabulary, lambda _: "the ferry")
    assert len(reads) == 1
    assert 10 <= mended.count("ferry") <= 20
    assert mended.startswith("ferry ferry ")


def test_without_a_suspect_the_vocabulary_is_not_read() -> None:
    def vocabulary() -> list[str]:
        raise AssertionError

    question = parse_question("when did the ferry close")
    mended = mend(question, lambda words: [False] * len(words), vocabulary, lambda _: None)
    assert mended == question.text


def test_a_question_that_mending_makes_too_long_is_asked_as_it_is(engine: Engine) -> None:
    text = "the relese " * (LONGEST // 11)
    text += "?" * (LONGEST - len(text))
    assert engine.parse(text).text == text
