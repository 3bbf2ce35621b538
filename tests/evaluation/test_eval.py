"""The whole harness on the real engine: small sets, each stage broken on purpose."""

import json
import shutil

import pytest

from ragqa import duplicates
from ragqa.abstention import CALIBRATED, shipped_abstention
from ragqa.engine import Engine, index
from ragqa.errors import GoldError, InputError
from ragqa.evaluation.command import FAILS, HOLDS, INTERRUPTED, evaluate
from ragqa.evaluation.evidence import Library
from ragqa.evaluation.gold import GoldQuestion, GoldSpan, read_gold
from ragqa.evaluation.harness import _paragraph, ask_all
from ragqa.evaluation.results import load
from ragqa.search import Searcher
from ragqa.settings import Settings
from ragqa.span_reader import SpanReader

ARTICLES = {
    "bridge.txt": (
        "Bridge repair ends\n\n"
        "The Marl bridge was closed on 3 May 2024 after a crack was found. "
        "Engineers from Tollan Works repaired the bridge for $4 million.\n\n"
        "The Marl bridge was opened again on 9 June 2024, and the mayor, Odile Brandt, crossed it "
        "first on a bicycle.\n"
    ),
    "ferry.txt": (
        "Ferry traffic doubles\n\n"
        "While the Marl bridge was shut, the ferry carried 2,300 passengers a day. "
        "The ferry company hired twelve sailors from the coast.\n\n"
        "Captain Ines Corvo said the ferry would keep its summer timetable.\n"
    ),
    "wine.txt": (
        "A poor year for wine\n\n"
        "Frost in April destroyed a third of the vines around Sarre. "
        "Growers expect to sell 80,000 bottles, half of what they sold a year ago.\n"
    ),
    "notes.txt": (
        "Market notes\n\n"
        "Apples were cheap this week, and pears were dear.\n\n"
        "Share this story: Facebook X LinkedIn Email\n"
    ),
}
QUESTIONS = [
    ("closed", "When was the Marl bridge closed?", ["3 May 2024"], ["bridge.txt"]),
    ("cost", "How much did the repair of the bridge cost?", ["$4 million"], ["bridge"]),
    ("ferry", "How many passengers did the ferry carry a day?", ["2,300"], ["ferry.txt"]),
    ("bottles", "How many bottles will growers sell?", ["80,000"], ["wine.txt"]),
    ("nothing", "What is the boiling point of ethanol?", [], []),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def indexed(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    index([corpus], folder, Settings())
    return folder


@pytest.fixture
def gold(tmp_path):
    return write_gold(tmp_path, QUESTIONS)


def write_gold(folder, questions, **more):
    file = folder / "gold.jsonl"
    lines = [
        json.dumps({"id": i, "question": q, "answers": a, "articles": n, **more})
        for i, q, a, n in questions
    ]
    file.write_text("\n".join(lines), "utf-8")
    return file


def causes(folder, settings, file):
    """The cause of each question's being wrong, by its id."""
    with Engine.open(folder, settings) as engine:
        library = Library(engine)
        gold = read_gold(file)
        library.check(gold)
        return {row.id: row.cause for row in ask_all(engine, library, gold).rows}


def test_json_has_the_names_that_were_agreed(gold, indexed, capsys):
    assert evaluate(gold, folder=indexed, as_json=True) == HOLDS
    out = capsys.readouterr().out
    printed = json.loads(out)
    names = (
        "recall@1 recall@5 recall@20 mrr@10 ndcg@10 hit@1 hit@3 em f1 citation_validity "
        "citation_precision citation_recall auroc aurc ece answered refused_answerable "
        "refused_unanswerable conflicts_shown conflicts_false corroborated ms_median ms_p95"
    ).split()
    assert set(names) <= set(printed["metrics"])
    assert set(printed["metrics"]) == set(printed["intervals"])
    assert printed["by_type"].keys() == {"other"}
    assert [row["id"] for row in printed["questions"]] == [q[0] for q in QUESTIONS]
    assert printed["settings"]["search"] == "fused"
    assert sum(printed["causes"].values()) == sum(
        row["cause"] is not None for row in printed["questions"]
    )
    assert printed["metrics"]["citation_validity"] == 1
    for name, value in printed["metrics"].items():
        if value is not None and not name.startswith("ms_"):
            assert 0 <= value <= 1


def test_easy_questions_are_right(gold, indexed):
    found = causes(indexed, Settings(), gold)
    assert {found[name] for name in ("closed", "cost", "ferry", "bottles")} == {None}


def broken(tmp_path, identity, question, answers, articles, **more):
    return write_gold(tmp_path, [(identity, question, answers, articles)], **more)


@pytest.mark.parametrize(
    ("cause", "question", "answers", "articles", "more"),
    [
        ("not read", "When was the Marl bridge closed?", ["4 May 2024"], ["bridge.txt"], {}),
        ("left out", "Where can this story be shared?", ["LinkedIn"], ["notes.txt"], {}),
        ("wrong sentence", "When was the Marl bridge closed?", ["Tollan Works"], ["bridge"], {}),
        ("wrong span", "When was the Marl bridge closed?", ["a crack"], ["bridge.txt"], {}),
        (
            "not grouped",
            "When was the Marl bridge closed?",
            ["3 May 2024"],
            ["bridge.txt"],
            {"must_cite": 2},
        ),
        ("wrongly answered", "When was the Marl bridge closed?", [], [], {}),
    ],
)
def test_the_stage_that_lost_it_is_named(
    tmp_path, indexed, cause, question, answers, articles, more
):
    file = broken(tmp_path, "q", question, answers, articles, **more)
    assert causes(indexed, Settings(), file) == {"q": cause}


def test_a_chunk_too_small_for_the_answer_splits_it(tmp_path, corpus):
    settings = Settings(chunk_target=50, chunk_limit=100)
    index([corpus], tmp_path / "index", settings)
    answer = ARTICLES["bridge.txt"].split("\n\n")[2].strip()
    file = broken(tmp_path, "q", "Who crossed the bridge first?", [answer], ["bridge.txt"])
    assert causes(tmp_path / "index", settings, file) == {"q": "split across chunks"}


def test_a_grouping_without_its_guard_merges_it_away(tmp_path, monkeypatch):
    monkeypatch.setattr(duplicates, "guard", lambda text: ())
    text = (
        "Engineers said on Monday that mending the old Marl bridge had cost the town {} in all, "
        "and that the last of the scaffolding would be taken down before the summer fair begins."
    )
    for name, cost in (("first.txt", "$4 million"), ("second.txt", "$9 million")):
        (tmp_path / name).write_text(text.format(cost), "utf-8")
    index([tmp_path / "first.txt", tmp_path / "second.txt"], tmp_path / "index", Settings())
    question = "How much did mending the Marl bridge cost?"
    file = broken(tmp_path, "q", question, ["$9 million"], ["second.txt"])
    assert causes(tmp_path / "index", Settings(), file) == {"q": "merged away"}


def test_a_search_that_looks_at_little_does_not_retrieve_it(tmp_path, indexed):
    file = broken(tmp_path, "q", "Marl bridge crack repair", ["80,000"], ["wine.txt"])
    narrow = Settings(search="lexical", depth=1)
    assert causes(indexed, narrow, file) == {"q": "not retrieved"}


def test_a_reader_that_reads_little_gets_it_ranked_too_low(tmp_path, indexed):
    file = broken(tmp_path, "q", "Marl bridge crack repair", ["80,000"], ["wine.txt"])
    assert causes(indexed, Settings(search="dense", passages=1), file) == {"q": "ranked too low"}


def test_a_refusal_of_the_best_candidate_is_a_wrong_refusal(tmp_path, indexed):
    question = QUESTIONS[-1][1]
    with Engine.open(indexed, Settings()) as engine:
        trace = engine.trace(question)
        best = trace.candidates[0]
        article = trace.passages[best.passage].place.article
        text = engine.article(article).article.text[best.sentence.start : best.sentence.end]
    assert not trace.answer.answered
    file = broken(tmp_path, "q", question, [text], [article])
    assert causes(indexed, Settings(), file) == {"q": "wrongly refused"}


CLOSURES = {
    "first.txt": "Harbour news\n\nThe Marl bridge was closed on 3 May 2024, the harbour says.\n",
    "second.txt": "Road report\n\nDrivers went round: the Marl bridge was closed on 5 May 2024.\n",
    "third.txt": "Minutes\n\nThe ferry filled as the bridge at Marl was closed on 5 May 2024.\n",
    "diary.txt": "Diary\n\nA concert was given in the Marl town hall on 5 May 2024.\n",
}
# The one is the best candidate; the two that agree are together the likelier answer.
SCORES = {"first.txt": 10.0, "second.txt": 9.8, "third.txt": 9.8, "diary.txt": -90.0}


@pytest.mark.parametrize(
    ("answer", "article", "cause", "loss"),
    [
        ("5 May 2024", "second.txt", "wrongly refused", 0.0),
        ("3 May 2024", "first.txt", "wrong sentence", 1.0),
        ("5 May 2024", "diary.txt", "wrong sentence", 1.0),
    ],
)
def test_a_refusal_is_judged_by_what_would_have_been_answered(
    tmp_path, monkeypatch, answer, article, cause, loss
):
    read = SpanReader.read

    def scored(reader, question, terms, passages):
        found = read(reader, question, terms, passages)
        marked = [
            each.model_copy(update={"score": SCORES[passages[each.passage].place.article]})
            for each in found
            if each.value is not None
        ]
        return sorted(marked, key=lambda each: -each.score)

    monkeypatch.setattr(SpanReader, "read", scored)
    for name, text in CLOSURES.items():
        (tmp_path / name).write_text(text, "utf-8")
    index([tmp_path / name for name in CLOSURES], tmp_path / "index", Settings())
    never = shipped_abstention("spans").model_copy(update={"threshold": 2.0})
    (tmp_path / "index" / CALIBRATED).write_text(never.model_dump_json())
    question = ("q", "When was the Marl bridge closed?", [answer], [article])
    with Engine.open(tmp_path / "index", Settings()) as engine:
        gold = read_gold(write_gold(tmp_path, [question]))
        [row] = ask_all(engine, Library(engine), gold).rows
    assert not row.answered
    assert (row.cause, row.loss) == (cause, loss)


def test_a_refusal_of_the_reader_alone_is_judged_by_what_it_would_have_answered(tmp_path):
    text = "The ferry to Velo was built in 1912."
    strange = {"id": "1", "question": "Which spices does a curry need?"}
    answered = strange | {"answers": [{"text": text, "answer_start": 0}]}
    impossible = strange | {"id": "2", "answers": [], "is_impossible": True}
    data = [{"title": "Ferry", "paragraphs": [{"context": text, "qas": [answered, impossible]}]}]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"version": "2.0", "data": data}), "utf-8")
    evaluate(file, save=tmp_path / "saved.json", reader_only=True)
    rows = load(tmp_path / "saved.json").questions
    assert [(row.answered, row.cause, row.loss) for row in rows] == [
        (False, "wrongly refused", 0.0),
        (False, None, 1.0),
    ]


def test_saved_results_compare_with_themselves(gold, indexed, tmp_path, capsys):
    saved = tmp_path / "baseline.json"
    page = tmp_path / "report.html"
    assert evaluate(gold, folder=indexed, save=saved, report=page) == HOLDS
    assert page.read_text("utf-8").startswith("<!doctype html>")
    status = evaluate(gold, folder=indexed, against=saved, fail_if_worse=True, as_json=True)
    assert status == HOLDS
    out = capsys.readouterr().out
    comparison = json.loads(out[out.index("{") :])["comparison"]
    assert comparison["questions"] == len(QUESTIONS)
    assert comparison["gained"] == comparison["lost"] == []
    assert load(saved).complete


def test_a_requirement_sets_the_exit_status(gold, indexed):
    assert evaluate(gold, folder=indexed, require=["citation_validity>=1"]) == HOLDS
    assert evaluate(gold, folder=indexed, require=["hit@1>=0.1", "ms_median<=0"]) == FAILS


def test_a_corpus_that_changed_since_the_baseline_is_told(gold, corpus, tmp_path):
    saved = tmp_path / "baseline.json"
    evaluate(gold, corpus=[corpus], save=saved)
    changed = shutil.copytree(corpus, tmp_path / "changed")
    (changed / "wine.txt").write_text("Wine\n\nGrowers sold 80,000 bottles in all.\n", "utf-8")
    with pytest.raises(InputError, match=r"baseline\.json, field data\.corpus_sha256"):
        evaluate(gold, corpus=[changed], against=saved)


def test_a_damaged_retriever_is_caught(gold, indexed, tmp_path, monkeypatch):
    saved = tmp_path / "baseline.json"
    assert evaluate(gold, folder=indexed, save=saved) == HOLDS
    search = Searcher.search
    monkeypatch.setattr(Searcher, "search", lambda *given: search(*given)[:-2:-1])
    assert evaluate(gold, folder=indexed, against=saved) == HOLDS
    assert evaluate(gold, folder=indexed, against=saved, fail_if_worse=True) == FAILS


def test_a_question_that_cannot_be_asked_is_told(tmp_path, indexed):
    file = write_gold(tmp_path, [("q", "?!", ["May"], ["bridge.txt"])])
    with pytest.raises(GoldError, match=r"gold\.jsonl, line 1, field question: "):
        evaluate(file, folder=indexed)


def test_an_unknown_article_is_told(tmp_path, indexed):
    file = write_gold(tmp_path, [("q", "When?", ["May"], ["brdge.txt"])])
    with pytest.raises(GoldError, match=r"gold\.jsonl, line 1, field articles: .*'brdge\.txt'"):
        evaluate(file, folder=indexed)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"fail_if_worse": True}, "--against"),
        ({"limit": 0}, "--limit"),
        ({"require": ["nonsense"]}, "--require"),
        ({"save": "missing/x.json"}, "does not exist"),
        ({"ablations": True}, "--corpus"),
        ({"folder": None}, "--corpus"),
    ],
)
def test_arguments_that_cannot_be_used_are_told(gold, indexed, tmp_path, options, what):
    if "save" in options:
        options = {"save": tmp_path / options["save"]}
    with pytest.raises(InputError, match=what):
        evaluate(gold, **{"folder": indexed, **options})


def test_an_interruption_keeps_what_was_asked(gold, indexed, tmp_path, monkeypatch):
    trace, asked = Engine.trace, []

    def interrupted(engine, question):
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append(question)
        return trace(engine, question)

    monkeypatch.setattr(Engine, "trace", interrupted)
    saved = tmp_path / "some.json"
    assert evaluate(gold, folder=indexed, save=saved) == INTERRUPTED
    results = load(saved)
    assert (len(results.questions), results.data.questions) == (3, len(QUESTIONS))
    assert not results.complete


@pytest.fixture
def squad(tmp_path):
    paragraphs = [text.split("\n\n")[1].strip() for text in list(ARTICLES.values())[:3]]
    data = []
    for number, (paragraph, (name, question, (answer,), _)) in enumerate(
        zip(paragraphs, [QUESTIONS[0], *QUESTIONS[2:4]], strict=True)
    ):
        answers = [{"text": answer, "answer_start": paragraph.index(answer)}]
        qas = [{"id": name, "question": question, "answers": answers}]
        paragraphs_ = [{"context": paragraph, "qas": qas}, {"context": "Rain fell.", "qas": []}]
        data.append({"title": f"Entry_{number}", "paragraphs": paragraphs_})
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"version": "1.1", "data": data}), "utf-8")
    return file


def test_squad_is_asked_openly_and_of_the_reader_alone(squad, tmp_path):
    saved = tmp_path / "open.json"
    assert evaluate(squad, save=saved, require=["recall@5>=1", "hit@1>=0.9"]) == HOLDS
    results = load(saved)
    assert results.data.articles == 3
    assert {row.type for row in results.questions} == {"when", "how many"}
    assert evaluate(squad, save=saved, reader_only=True, require=["hit@1>=0.9"]) == HOLDS
    results = load(saved)
    assert results.data.reader_only
    assert results.metrics["recall@1"] is None


def test_the_reader_alone_refuses_only_where_some_question_has_no_answer(tmp_path):
    """SQuAD 1.1 has an answer to every question; in 2.0 refusing is part of the task."""
    text = "The ferry to Velo was built in 1912."
    strange = {"id": "1", "question": "Which spices does a curry need?"}
    answered = strange | {"answers": [{"text": "1912", "answer_start": text.index("1912")}]}
    impossible = strange | {"id": "2", "answers": [], "is_impossible": True}
    for qas, refused in (([answered], False), ([answered, impossible], True)):
        data = [{"title": "Ferry", "paragraphs": [{"context": text, "qas": qas}]}]
        file = tmp_path / f"{len(qas)}.json"
        file.write_text(json.dumps({"version": "2.0", "data": data}), "utf-8")
        evaluate(file, save=tmp_path / "saved.json", reader_only=True)
        rows = load(tmp_path / "saved.json").questions
        assert [row.answered for row in rows] == [not refused] * len(qas)


def test_the_reader_alone_is_judged_by_its_own_phrases(tmp_path):
    """SQuAD's answers are phrases; asked openly, why something is so is answered by a sentence."""
    text = "The lock was shut on Monday because its gates had rusted. It rained for a week."
    said = "its gates had rusted"
    answer = {"text": said, "answer_start": text.index(said)}
    asked = {"id": "1", "question": "Why was the lock shut?", "answers": [answer]}
    data = [{"title": "Lock", "paragraphs": [{"context": text, "qas": [asked]}]}]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"version": "1.1", "data": data}), "utf-8")
    shown = []
    for reader_only in (True, False):
        evaluate(file, save=tmp_path / "saved.json", reader_only=reader_only)
        (row,) = load(tmp_path / "saved.json").questions
        shown.append(row.shown[0])
    assert said in shown[0].text
    assert len(shown[0].text) < len(shown[0].sentence)
    assert shown[1].text == shown[1].sentence == shown[0].sentence


def test_the_reader_alone_gets_every_sentence_of_a_paragraph(tmp_path):
    """Chunks hold short paragraphs together, and long ones in parts."""
    lengths = (2, 3, 40, 1, 2, 30)
    contexts = [
        " ".join(f"Lock {number}.{at} was opened by the mayor of Velo." for at in range(length))
        for number, length in enumerate(lengths)
    ]
    text = "\n\n".join(contexts)
    file = tmp_path / "locks.txt"
    file.write_text(text)
    index([file], tmp_path / "index")
    with Engine.open(tmp_path / "index", reading=False) as engine:
        for context, length in zip(contexts, lengths, strict=True):
            start = text.index(context)
            place = GoldSpan(article="locks.txt", start=start, end=start + len(context))
            asked = GoldQuestion(id="1", question="Which?", paragraph=place)
            passage = _paragraph(Library(engine), asked)
            assert len(passage.sentences) == length
            assert " ".join(map(passage.slice, passage.sentences)) == context


def test_a_named_index_serves_a_squad_file_twice(squad, tmp_path):
    for _ in range(2):
        assert evaluate(squad, folder=tmp_path / "index", require=["recall@5>=1"]) == HOLDS


def test_reader_only_needs_paragraphs(gold, indexed):
    with pytest.raises(GoldError, match="--reader-only"):
        evaluate(gold, folder=indexed, reader_only=True)


def test_a_corpus_beside_squad_is_told(squad, corpus):
    with pytest.raises(InputError, match="brings its own"):
        evaluate(squad, corpus=[corpus])


def test_a_beir_folder_is_judged_by_article(tmp_path):
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    documents = [
        json.dumps({"_id": name, "title": "", "text": text}) for name, text in ARTICLES.items()
    ]
    (folder / "corpus.jsonl").write_text("\n".join(documents), "utf-8")
    queries = [json.dumps({"_id": i, "text": q}) for i, q, _, _ in QUESTIONS[:4]]
    (folder / "queries.jsonl").write_text("\n".join(queries), "utf-8")
    qrels = "closed\tbridge.txt\t1\ncost\tbridge.txt\t1\nferry\tferry.txt\t1\nbottles\twine.txt\t1"
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{qrels}\n", "utf-8")
    saved = tmp_path / "beir.json"
    assert evaluate(folder, save=saved, require=["ndcg@10>=0.9"]) == HOLDS
    results = load(saved)
    assert results.metrics["hit@1"] is None and results.metrics["auroc"] is None
    assert not any(results.causes.values())


@pytest.mark.slow
def test_ablations_change_one_setting_at_a_time(gold, corpus, tmp_path):
    saved = tmp_path / "ablations.json"
    assert evaluate(gold, corpus=[corpus], ablations=True, save=saved) == HOLDS
    first, *others = load(saved).ablations
    assert not first.settings and not first.differences
    assert all(len(ablation.settings) == 1 and ablation.differences for ablation in others)
    assert {"search", "group_duplicates", "heading_context", "clean_content"} <= {
        name for ablation in others for name in ablation.settings
    }
