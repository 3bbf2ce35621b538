"""Several people at one desk: everyone's own answer, while the index changes under them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from ragqa.engine import Engine, index
from ragqa.errors import IndexMissing, InputError, QuestionError
from ragqa.settings import Settings
from ragqa.types import Answer, Filters
from ragqa.uploads import stored_uploads
from ragqa.web import desk as desk_module
from ragqa.web import listing
from ragqa.web.desk import Desk
from serving import COST, NEW, PUPILS, SOLD, upload, write_articles


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk for tests that only ask and look."""
    base = tmp_path_factory.mktemp("shared")
    with Desk.open(base / "index", Settings(), write_articles(base / "corpus")) as desk:
        yield desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    corpus = write_articles(tmp_path / "corpus")
    with Desk.open(tmp_path / "index", Settings(), corpus) as desk:
        yield desk


def said(answer: Answer) -> str:
    return " ".join(each.sentence for each in answer.answers)


def test_it_answers_as_the_engine_does(shared: Desk) -> None:
    with Engine.open(shared.folder) as engine:
        expected = engine.ask(COST)
    answer = shared.ask(COST)
    assert answer.model_dump(exclude={"milliseconds"}) == expected.model_dump(
        exclude={"milliseconds"}
    )
    assert "12 million guilders" in said(answer)
    assert "15 million guilders" in said(answer)


def test_everyone_gets_their_own_answer(shared: Desk) -> None:
    questions = [COST, PUPILS, "When was the lock at Velo opened?", "Who is the mayor?"] * 6
    alone = {question: shared.ask(question).answers for question in set(questions)}
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(shared.ask, questions))
    assert [each.question for each in answers] == questions
    assert [each.answers for each in answers] == [alone[question] for question in questions]


def test_filters_reach_the_engine(shared: Desk) -> None:
    audit = Filters(sources=("The Polder Gazette",))
    assert "12 million" not in said(shared.ask(COST, audit))
    assert {each.place.article for each in shared.search(COST, audit)} == {"lock-again.md"}
    assert shared.sources() == ("The Polder Gazette", "The Velo Courant")


@pytest.mark.parametrize("question", ["", " \n", "?!", "🎉🎉", "x" * 1_000_000, "\ud800", "\0"])
def test_a_bad_question_is_told_and_harms_nothing(question: str, shared: Desk) -> None:
    with pytest.raises(QuestionError):
        shared.ask(question)
    assert shared.ask(PUPILS).answered


def test_a_lone_surrogate_is_no_error(shared: Desk) -> None:
    assert "80 people" in said(shared.ask(f"\udfff {PUPILS}"))
    assert shared.search("ferry", Filters(sources=("\ud800",))) == ()
    with pytest.raises(InputError):
        shared.article("\ud800")


def test_an_index_changed_by_another_process_is_picked_up(desk: Desk, tmp_path: Path) -> None:
    assert "480,000" not in said(desk.ask(SOLD))
    (tmp_path / "corpus" / "mill.txt").write_text(NEW)
    index([tmp_path / "corpus"], desk.folder)
    assert "480,000" in said(desk.ask(SOLD))
    assert desk.info().articles == 4
    (tmp_path / "corpus" / "mill.txt").unlink()
    index([tmp_path / "corpus"], desk.folder, rebuild=True)
    assert "480,000" not in said(desk.ask(SOLD))
    assert desk.info().articles == 3


def test_an_index_that_vanishes_is_told_and_works_when_it_is_back(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = desk.folder.rename(tmp_path / "away")
    looks = (lambda: desk.ask(COST), desk.info, desk.articles, desk.duplicate_groups, desk.examples)
    for look in looks:
        with pytest.raises(IndexMissing):
            look()
    (result,) = desk.add([upload(tmp_path / "came", "mill.txt", NEW)])
    assert result.status == "failed"
    assert "gone" in (result.message or "")
    assert str(tmp_path) not in (result.message or "")
    assert str(desk.folder) in caplog.text
    assert not desk.folder.exists()
    away.rename(desk.folder)
    assert desk.ask(COST).answered


def test_uploads_are_told_one_by_one_and_answer(desk: Desk, tmp_path: Path) -> None:
    came = tmp_path / "came"
    files = [
        upload(came, "../<b>Mill</b>.txt", NEW),
        upload(came, "again.txt", NEW),
        upload(came, "broken.pdf", "no PDF"),
        upload(came, "picture.png", b"\x89PNG"),
        upload(came, "misnamed.txt", bytes(range(256)) * 9),
        upload(came, "empty.md", b""),
        upload(came, "r.jsonl", '{"id": "rain", "text": "Rain fell on Kell."}\n{"text": 1}\n'),
    ]
    results = list(desk.add(files))
    assert [each.name for each in results] == [each.name for each in files]
    assert [each.status for each in results] == [
        "added",
        "present",
        "failed",
        "failed",
        "failed",
        "failed",
        "added",
    ]
    assert results[0].articles == results[1].articles
    assert results[-1].articles == ("rain",)
    for each in results[2:]:
        assert each.message
        assert "\n" not in each.message
        assert str(tmp_path) not in each.message
    assert "480,000" in said(desk.ask(SOLD))
    assert desk.ask(SOLD).citations[0].article == results[0].articles[0]
    assert len(stored_uploads(desk.folder)) == 2
    desk.remove(results[0].articles)
    assert "480,000" not in said(desk.ask(SOLD))
    assert len(stored_uploads(desk.folder)) == 1


def test_what_came_in_is_deleted_whatever_became_of_it(tmp_path: Path) -> None:
    corpus, came = write_articles(tmp_path / "corpus"), tmp_path / "came"
    with Desk.open(tmp_path / "index", Settings(), corpus, incoming=came) as desk:
        new, broken = upload(came, "mill.txt", NEW), upload(came, "broken.pdf", "no PDF")
        elsewhere = upload(tmp_path / "elsewhere", "ferry.txt", "The ferry is back.")
        results = list(desk.add([new, broken, new, elsewhere]))
        assert [each.status for each in results] == ["added", "failed", "present", "failed"]
        assert list(came.iterdir()) == []
        assert elsewhere.path.exists()
        (result,) = desk.add([new])
        assert "choose the file again" in (result.message or "")


def test_others_go_on_asking_while_files_are_added(desk: Desk, tmp_path: Path) -> None:
    files = [
        upload(
            tmp_path / "came", f"{day}.txt", f"On day {day} the lock at Kell had {day} visitors."
        )
        for day in range(2, 8)
    ]
    results = []

    def add() -> None:
        results.extend(desk.add(files))

    adding = threading.Thread(target=add)
    adding.start()
    answers = [desk.ask(PUPILS)]
    while adding.is_alive():
        answers.append(desk.ask(PUPILS))
    adding.join()
    assert all("80 people" in said(each) for each in answers)
    assert [each.status for each in results] == ["added"] * len(files)
    assert desk.info().articles == 3 + len(files)


def test_a_writer_elsewhere_is_waited_for(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "_PATIENCE", 0.3)
    with FileLock(desk.folder / "write.lock"):
        (result,) = desk.add([upload(tmp_path / "came", "mill.txt", NEW)])
        assert result.status == "failed"
        assert "try again" in (result.message or "")
        assert stored_uploads(desk.folder) == []
    (result,) = desk.add([upload(tmp_path / "came", "mill.txt", NEW)])
    assert result.status == "added"


def test_duplicate_groups_say_where_each_text_stands(tmp_path: Path) -> None:
    corpus = write_articles(tmp_path / "corpus")
    (corpus / "wire.txt").write_text(f"{NEW}\n")
    (corpus / "copy.txt").write_text(f"{NEW}\n")
    with Desk.open(tmp_path / "index", Settings(), corpus) as desk:
        (group,) = desk.duplicate_groups()
        assert [each.place.article for each in group.members] == ["copy.txt", "wire.txt"]
        for each in group.members:
            text = desk.article(each.place.article).article.text
            assert text[each.place.start : each.place.end] == each.text == NEW
        assert desk.duplicate_groups(limit=0) == ()


def test_articles_that_share_text_are_told_however_many_the_groups(tmp_path: Path) -> None:
    corpus = write_articles(tmp_path / "corpus")
    for number in range(230):
        text = f"The windmill at Kell was sold for {number},000 guilders, the notary said."
        for name in ("copy", "wire"):
            (corpus / f"{name}-{number}.txt").write_text(f"{text}\n")
    (corpus / "twice.txt").write_text(f"{NEW}\n\n{NEW}\n")
    with Desk.open(tmp_path / "index", Settings(), corpus) as desk:
        shared = listing.shared_text(desk.articles_sharing_text())
    expected = {f"copy-{number}.txt": (f"wire-{number}.txt",) for number in range(230)}
    assert shared == expected | {there: (here,) for here, (there,) in expected.items()}


def test_examples_are_of_the_index_and_are_answered(root: Path, tmp_path: Path) -> None:
    with Desk.open(tmp_path / "index", Settings(), root / "corpus") as desk:
        examples = desk.examples()
        assert len(examples) >= 3
        assert len(set(examples)) == len(examples)
        assert all(desk.ask(each).answered for each in examples)
    # Of another index, other examples.
    with Desk.open(tmp_path / "other", Settings(), write_articles(tmp_path / "corpus")) as desk:
        assert not set(desk.examples()) & set(examples)
        assert all(desk.ask(each).answered for each in desk.examples())


def test_opening_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        Desk.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()
