"""Words are found in a text however their apostrophes and accents are written."""

import sqlite3
import unicodedata

import numpy as np
import pytest

from ragqa.questions import parse_question
from ragqa.reader import SentenceReader, shipped_weights
from ragqa.store.schema import SCHEMA
from ragqa.terms import stem, stems_of, weigh
from support import passage


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("O'Brien", "O’Brien"),
        ("O'BRIEN", "O’Brien"),
        ("didn't", "Didn’t"),
        ("Beyonce", "Beyoncé"),
        ("Beyoncé", unicodedata.normalize("NFD", "Beyoncé")),
        ("resume", unicodedata.normalize("NFD", "Résumés")),
        ("Istanbul", "İstanbul"),
        ("Тольяттинский", unicodedata.normalize("NFD", "ТОЛЬЯТТИНСКИЙ")),
    ],
)
def test_a_term_is_covered_by_the_same_word_otherwise_written(asked: str, told: str) -> None:
    for question, text in ((asked, told), (told, asked)):
        terms = weigh([question], lambda _: 0, 1)
        assert terms.coverage(stems_of(f"So said {text} today.")) == 1.0
        assert terms.heaviest_missing(stems_of(f"So said {text} today.")) == 0.0


@pytest.mark.parametrize(
    ("asked", "told"), [("Beyonce", "Beyond"), ("мои", "мой"), ("cote", "cot")]
)
def test_other_words_are_not_covered(asked: str, told: str) -> None:
    assert weigh([asked], lambda _: 0, 1).coverage(stems_of(told)) == 0.0


@pytest.mark.parametrize(
    "word", ["Beyoncé", "Ærøskøbing", "Łódź", "İzmir", "Việt", "Čapek", "мой", "Ελλάδα", "releases"]
)
def test_a_word_is_stemmed_as_the_lexical_index_stems_it(word: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    connection.execute("INSERT INTO lexical VALUES (?, '')", (word,))
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, lexical, row)")
    assert connection.execute("SELECT term FROM words").fetchall() == [(stem(word),)]
    connection.close()


class Silent:
    """An encoder to which all texts are alike."""

    def encode(self, texts: list[str], *_: str) -> np.ndarray:
        return np.zeros((len(texts), 2))


@pytest.mark.parametrize("asked", ["O'Brien", "O’Brien"])
def test_the_name_that_a_question_gives_is_no_answer_to_it(asked: str) -> None:
    question = parse_question(f"Who met {asked} in Harlow?")
    told = passage("Ida Bessimson met O’Brien in Harlow.")
    reader = SentenceReader(Silent(), shipped_weights("sentence"))
    [found], _ = reader.features(question, weigh([], lambda _: 0, 1), [told])
    assert told.slice(found.answer) == "Ida Bessimson"
