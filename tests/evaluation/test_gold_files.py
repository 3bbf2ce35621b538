"""Gold files as they are published, and what is said of broken ones."""

import json

import pytest

from ragqa.errors import GoldError
from ragqa.evaluation.gold import GoldSpan, question_word, read_gold

GOOD = {"id": "q1", "question": "When?", "answers": ["April"], "articles": ["a.txt"]}


def write(folder, *lines):
    file = folder / "gold.jsonl"
    file.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), "utf-8")
    return file


def test_a_line_is_a_question(tmp_path):
    full = {**GOOD, "type": "date", "conflict": ["April", "May"], "must_cite": 2}
    none = {"id": "q2", "question": "Who?", "answers": []}
    gold = read_gold(write(tmp_path, full, "", none))
    first, second = gold.questions
    assert (first.accepted, first.articles, first.type) == (("April", "May"), ("a.txt",), "date")
    assert first.answerable and first.must_cite == 2
    assert not second.answerable and second.line == 3


BROKEN = [
    (['{"id": "q1"'], "line 1", "not a JSON object"),
    ([GOOD, "[1]"], "line 2", ""),
    ([GOOD, "nonsense"], "line 2", "one object a line"),
    ([{"id": "q1", "answers": []}], "line 1", "field question: is missing"),
    ([{"id": "q1", "question": "Who?"}], "line 1", "field answers: is missing"),
    ([{**GOOD, "question": "  "}], "line 1", "field question: has no word"),
    ([{**GOOD, "answers": ["April", "..."]}], "line 1", "field answers.1: has no word"),
    ([{**GOOD, "answers": "April"}], "line 1", "field answers"),
    ([{**GOOD, "anwsers": []}], "line 1", "field anwsers: is unknown"),
    ([{**GOOD, "must_cite": "two"}], "line 1", "field must_cite"),
    ([GOOD, {**GOOD, "question": "Why?"}], "line 2, field id", "'q1'"),
    (["", " "], "", "there are no questions"),
    (["[" * 100_000], "line 1", "nested too deeply"),
]


@pytest.mark.parametrize(("lines", "where", "what"), BROKEN)
def test_a_broken_file_is_told_in_one_line(tmp_path, lines, where, what):
    file = write(tmp_path, *lines)
    with pytest.raises(GoldError) as caught:
        read_gold(file)
    message = str(caught.value)
    assert str(file) in message and where in message and what in message
    assert "\n" not in message


def test_what_is_not_a_text_is_told(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_bytes(json.dumps(GOOD).encode() + b"\n\xff\xfe")
    with pytest.raises(GoldError, match="line 2: not UTF-8"):
        read_gold(file)
    with pytest.raises(GoldError, match="cannot be read"):
        read_gold(tmp_path / "missing.jsonl")


def squad(*paragraphs, title="A_Title"):
    return {
        "version": "v2.0",
        "data": [
            {"title": title, "paragraphs": [{"context": c, "qas": list(q)} for c, q in paragraphs]}
        ],
    }


def qa(identity, question, *answers, **more):
    return {
        "id": identity,
        "question": question,
        "answers": [{"text": text, "answer_start": start} for text, start in answers],
        **more,
    }


def test_a_squad_entry_becomes_one_article(tmp_path):
    first, second = "It opened in May.", "Naïve 😀 people closed it in June."
    file = tmp_path / "squad.json"
    file.write_text(
        json.dumps(
            squad(
                (first, [qa("1", " When did it open? ", ("May", 13), ("in May", 10))]),
                (second, [qa("2", "How many closed it?", ("people", 8)), qa("3", "Why?")]),
            )
        ),
        "utf-8",
    )
    gold = read_gold(file)
    (article,) = gold.articles
    assert article.text == first + "\n\n" + second
    assert (article.id, article.title) == ("A_Title", "A Title")
    one, two, three = gold.questions
    assert one.question == "When did it open?"
    assert [article.text[s.start : s.end] for s in one.spans] == ["May", "in May"]
    assert [article.text[s.start : s.end] for s in two.spans] == ["people"]
    assert two.paragraph == GoldSpan(article="A_Title", start=19, end=19 + len(second))
    assert (one.type, two.type, three.answerable) == ("when", "how many", False)
    out = tmp_path / "articles.jsonl"
    gold.write_articles(out)
    (line,) = out.read_text("utf-8").splitlines()
    assert json.loads(line) == {"id": "A_Title", "title": "A Title", "text": article.text}


def test_an_impossible_question_has_no_answer_and_titles_need_not_differ(tmp_path):
    whole = squad(("It opened.", [qa("1", "When?", ("It", 0), is_impossible=True)]))
    whole["data"] += squad(("It closed.", [qa("2", "What?", ("It", 0))]))["data"]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(whole), "utf-8")
    gold = read_gold(file)
    assert not gold.questions[0].answerable
    assert len({article.id for article in gold.articles}) == 2
    assert gold.questions[1].articles == (gold.articles[1].id,)


@pytest.mark.parametrize(
    ("whole", "what"),
    [
        ({"data": {}}, "field data"),
        ({"data": []}, "no questions"),
        ({"data": [{"title": "x"}]}, r"data\[0\], field paragraphs: is missing"),
        (squad(("Text.", [{"id": "1", "question": "Who?"}])), "field paragraphs.0.qas.0.answers"),
        (squad(("Text.", [qa("7", "Who?", ("text", 0))])), "question 7, field answer_start"),
        (squad(("Text.", [qa("7", "Who?"), qa("7", "Why?")])), "field id: '7'"),
    ],
)
def test_a_broken_squad_file_is_told(tmp_path, whole, what):
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(GoldError, match=what):
        read_gold(file)


def beir(folder, qrels="query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n"):
    documents = [{"_id": "d1", "title": "One", "text": "Text 1."}, {"_id": "d2", "text": "Text 2."}]
    queries = [{"_id": "q1", "text": "how so"}, {"_id": "q2", "text": "unjudged"}]
    for name, records in (("corpus", documents), ("queries", queries)):
        lines = "\n".join(json.dumps({**record, "metadata": {}}) for record in records)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(qrels, "utf-8")
    return folder


def test_a_beir_folder_has_relevant_articles_for_answers(tmp_path):
    gold = read_gold(beir(tmp_path))
    (question,) = gold.questions
    assert question.relevance == {"d1": 2, "d2": 0}
    assert question.answerable and not question.accepted
    assert [article.id for article in gold.articles] == ["d1", "d2"]


@pytest.mark.parametrize(
    ("qrels", "what"),
    [
        ("h\th\th\nq1\td9\t1\n", "line 2, field corpus-id: 'd9'"),
        ("h\th\th\nq9\td1\t1\n", "line 2, field query-id: 'q9'"),
        ("q1\td1\n", "line 1"),
        ("h\th\th\nq1\td1\tx\n", "line 2"),
        ("h\th\th\n", "no questions"),
    ],
)
def test_broken_judgements_are_told(tmp_path, qrels, what):
    with pytest.raises(GoldError, match=what):
        read_gold(beir(tmp_path, qrels))


def test_a_folder_without_judgements_is_told(tmp_path):
    with pytest.raises(GoldError, match=r"qrels/test\.tsv"):
        read_gold(tmp_path)


def test_a_draw_is_spread_over_the_file(tmp_path):
    gold = read_gold(write(tmp_path, *({**GOOD, "id": str(i)} for i in range(10))))
    assert [q.id for q in gold.draw(3).questions] == ["0", "3", "6"]
    assert gold.draw(None) == gold.draw(99) == gold


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("To whom was it given?", "who"),
        ("How much is it?", "how many"),
        ("how?", "how"),
        ("sora price", "other"),
    ],
)
def test_a_squad_question_is_typed_by_its_question_word(question, word):
    assert question_word(question) == word
