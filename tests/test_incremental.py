"""What an index says depends on the articles in it, not on how they came and went."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragqa.articles import discover
from ragqa.encoder import load_encoder
from ragqa.engine import Engine, index
from ragqa.errors import IndexDamaged, NothingToIndex
from ragqa.indexer import Found, Indexer
from ragqa.settings import DEFAULT_MODEL, Settings
from ragqa.store import Store
from ragqa.types import Filters
from ragqa.vectors import Snapshot, VectorIndex
from ragqa.verification import verify_index
from support import contents

PARAGRAPHS = (
    "The harbour board said on Tuesday that dredging of the northern channel would cost "
    "4.2 million euros and take eleven months, with two ferries moved to the old quay meanwhile.",
    # The same, lightly edited: a near-duplicate.
    "The harbour board said on Tuesday that the dredging of the northern channel would cost "
    "4.2 million euros and take eleven months, with two ferries moved to the old quay.",
    # Another amount: never a duplicate.
    "The harbour board said on Tuesday that dredging of the northern channel would cost "
    "4.9 million euros and take eleven months, with two ferries moved to the old quay meanwhile.",
    "Fishermen fear for the spawning grounds. Their association wants the work to stop between "
    "March and June, when the herring come into the bay, and has asked a court to say so.",
    "Nobody from the ministry was at the meeting, and its spokesman did not return calls, though "
    "the minister promised in spring that a decision would be made before the summer recess.",
    "A short line.",
)
TITLES = ("Dredging To Begin in the Northern Channel", "Herring Against Harbour", "")
FOOTER = "Advertise with the Bay Courier\nSubscribe to our newsletter\n"


@st.composite
def articles(draw: st.DrawFn) -> str:
    title = draw(st.sampled_from(TITLES))
    body = draw(st.lists(st.sampled_from(PARAGRAPHS), min_size=1, max_size=4))
    footer = draw(st.sampled_from(("", FOOTER)))
    return "\n\n".join([*([title] if title else []), *body, footer]).strip() + "\n"


States = st.lists(
    st.dictionaries(st.sampled_from([f"{name}.txt" for name in "abcdef"]), articles(), max_size=6),
    min_size=2,
    max_size=4,
)


def write(folder: Path, state: Mapping[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in state.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(states=States)
def test_incremental_equals_full(states: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for state in states:
            write(scratch / "articles", state)
            try:
                index([scratch / "articles"], scratch / "step")
            except NothingToIndex:
                assert not state
        if not states[-1]:
            return
        index([scratch / "articles"], scratch / "full")
        assert contents(scratch / "step") == contents(scratch / "full")
        assert all(not check.problems for check in verify_index(scratch / "step"))
        with Engine.open(scratch / "step") as one, Engine.open(scratch / "full") as other:
            for question in ("How much will the dredging cost?", "herring spawning"):
                ours = one.ask(question).model_dump(exclude={"milliseconds"})
                assert ours == other.ask(question).model_dump(exclude={"milliseconds"})


def test_only_what_changed_is_embedded(scratch: Path) -> None:
    state = {"a.txt": PARAGRAPHS[0], "b.txt": PARAGRAPHS[3], "c.txt": PARAGRAPHS[4]}
    write(scratch / "articles", state)
    assert index([scratch / "articles"], scratch / "i").embedded == 3
    write(scratch / "articles", state | {"b.txt": PARAGRAPHS[3] + "\n\n" + PARAGRAPHS[2]})
    report = index([scratch / "articles"], scratch / "i")
    assert (report.changed, report.unchanged, report.embedded) == (1, 2, 1)


def test_chunks_are_counted_once(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An article whose lines come to recur only later is read again, and is no other article."""
    monkeypatch.setattr("ragqa.indexer._BATCH_ARTICLES", 1)
    state = {f"{number}.txt": f"{PARAGRAPHS[number]}\n\n{FOOTER}" for number in (0, 3, 4)}
    write(scratch / "articles", state)
    report = index([scratch / "articles"], scratch / "i")
    with Store.read(scratch / "i") as store:
        assert report.chunks == store.totals().chunks


def test_progress_reaches_the_end(scratch: Path) -> None:
    """Every file's bytes are told, also of one in which no article has changed."""
    lines = [f'{{"id": "{number}", "text": "{PARAGRAPHS[number]}"}}\n' for number in (0, 3)]
    state = {"a.txt": PARAGRAPHS[4], "b.jsonl": "".join(lines), "c.txt": " "}
    write(scratch / "articles", state)
    index([scratch / "articles"], scratch / "i")
    write(scratch / "articles", state | {"b.jsonl": lines[0]})
    files, problems = discover(scratch / "articles", max_bytes=1_000_000)
    told: list[int] = []
    with Store.write(scratch / "i") as store:
        encoder = load_encoder(Settings(), DEFAULT_MODEL)
        indexer = Indexer(store, encoder, Settings(), told.append)
        assert indexer.run([Found(scratch / "articles", files, problems)]).removed == 1
    assert sum(told) == sum(file.size for file in files)


def test_every_duplicate_stays_citable(scratch: Path) -> None:
    write(scratch / "articles", {"a.txt": PARAGRAPHS[0], "b.txt": PARAGRAPHS[1]})
    index([scratch / "articles"], scratch / "i")
    with Engine.open(scratch / "i") as engine:
        (passage,) = engine.search("dredging")
        assert [place.article for place in (passage.place, *passage.also_in)] == ["a.txt", "b.txt"]
        for place in (passage.place, *passage.also_in):
            text = engine.article(place.article).article.text
            assert "4.2 million" in text[place.start : place.end]


def test_another_amount_is_never_merged(scratch: Path) -> None:
    write(scratch / "articles", {"a.txt": PARAGRAPHS[0], "b.txt": PARAGRAPHS[2]})
    index([scratch / "articles"], scratch / "i")
    with Engine.open(scratch / "i") as engine:
        assert len(engine.search("dredging")) == 2


def test_a_removed_representative_is_succeeded(scratch: Path) -> None:
    write(scratch / "articles", {"a.txt": PARAGRAPHS[0], "b.txt": PARAGRAPHS[1]})
    index([scratch / "articles"], scratch / "i")
    write(scratch / "articles", {"b.txt": PARAGRAPHS[1]})
    assert index([scratch / "articles"], scratch / "i").removed == 1
    with Engine.open(scratch / "i") as engine:
        (passage,) = engine.search("dredging")
        assert (passage.place.article, passage.also_in) == ("b.txt", ())


def test_the_snapshot_serves_after_changes(scratch: Path) -> None:
    """What the snapshot lacks is added, what it has too much of is filtered, exactly."""
    state = {f"{number:03}.txt": f"Report {number} on harbour {number * 7}." for number in range(9)}
    write(scratch / "articles", state)
    index([scratch / "articles"], scratch / "i")
    del state["003.txt"]
    state["new.txt"] = "A new report on the lighthouse."
    write(scratch / "articles", state)
    index([scratch / "articles"], scratch / "i")
    with Store.read(scratch / "i") as store:
        ids, rows = store.vectors.load(384)
        snapshot = Snapshot.model_validate_json(store.meta.get("snapshot") or "")
        assert (snapshot.count, len(ids), ids[-1] > snapshot.last) == (9, 9, True)
        vectors = VectorIndex(store, 384)
        for number, row in zip(ids, rows, strict=True):
            found = vectors.search(row, len(ids))
            assert found[0][0] == number
            assert {each for each, _ in found} == set(ids.tolist())


def test_filters(scratch: Path) -> None:
    lines = [
        '{"id": "old", "text": "The pier is closed.", "source": "Bay", "published": "2025-01-02"}',
        '{"id": "new", "text": "The pier is open.", "source": "Gull", "published": "2026-03-04"}',
    ]
    (scratch / "a.jsonl").write_text("\n".join(lines))
    index([scratch / "a.jsonl"], scratch / "i")

    def found(**wanted: object) -> set[str]:
        with Engine.open(scratch / "i") as engine:
            return {each.place.article for each in engine.search("pier", 5, Filters(**wanted))}

    assert found() == {"old", "new"}
    assert found(sources=("bay",)) == {"old"}
    assert found(since="2026") == {"new"}
    assert found(until="2025-12-31") == {"old"}
    assert found(until="2026") == {"old", "new"}
    assert found(sources=("bay",), since="2026") == set()


@pytest.mark.parametrize("wanted", ["Élan", "élan", "ÉLAN"])
def test_a_source_is_matched_in_any_case_of_any_letters(scratch: Path, wanted: str) -> None:
    lines = [
        '{"id": "own", "text": "The pier is closed.", "source": "Élan"}',
        '{"id": "other", "text": "The pier is open.", "source": "Elan"}',
        '{"id": "none", "text": "The pier is long."}',
    ]
    (scratch / "a.jsonl").write_text("\n".join(lines))
    index([scratch / "a.jsonl"], scratch / "i")
    with Engine.open(scratch / "i") as engine:
        found = engine.search("pier", 5, Filters(sources=(wanted, "Gull")))
    assert [each.place.article for each in found] == ["own"]


def test_a_damaged_source_is_told(scratch: Path) -> None:
    line = '{"id": "own", "text": "The pier is closed.", "source": "Bay"}'
    (scratch / "a.jsonl").write_text(line)
    index([scratch / "a.jsonl"], scratch / "i")
    with Store.write(scratch / "i") as store:
        store.database.run("UPDATE article SET source = CAST(x'e9ff' AS TEXT)")
    with Engine.open(scratch / "i") as engine, pytest.raises(IndexDamaged):
        engine.search("pier", 5, Filters(sources=("Bay",)))


def test_one_id_in_several_files(scratch: Path) -> None:
    """Nobody's article takes the place of another's, in one run or in several."""
    write(scratch / "articles", {"a.jsonl": '{"id": "1", "text": "The pier is open."}'})
    write(scratch / "more", {"x.jsonl": '{"id": "1", "text": "The pier is shut."}'})
    (scratch / "articles" / "b.jsonl").write_text(
        '{"id": "articles/1", "text": "The pier is long."}\n{"id": "1", "text": "It is old."}\n'
    )
    for _ in range(2):
        index([scratch / "articles", scratch / "more"], scratch / "i")
        with Engine.open(scratch / "i") as engine:
            texts = {engine.article(each.id).article.text for each in engine.articles()}
            assert texts == {
                "The pier is open.",
                "The pier is shut.",
                "The pier is long.",
                "It is old.",
            }


def test_an_open_engine_sees_one_state(scratch: Path) -> None:
    """What another process indexes meanwhile is seen by who opens the index then."""
    write(scratch / "articles", {"a.txt": PARAGRAPHS[0], "b.txt": PARAGRAPHS[3]})
    index([scratch / "articles"], scratch / "i")
    with Engine.open(scratch / "i") as engine:
        before = engine.ask("What will the dredging cost?").model_dump(exclude={"milliseconds"})
        write(scratch / "articles", {"b.txt": PARAGRAPHS[4], "c.txt": PARAGRAPHS[2]})
        index([scratch / "articles"], scratch / "i")
        index([scratch / "articles"], scratch / "i", rebuild=True)
        after = engine.ask("What will the dredging cost?").model_dump(exclude={"milliseconds"})
        assert after == before
    with Engine.open(scratch / "i") as engine:
        assert [each.id for each in engine.articles()] == ["b.txt", "c.txt"]


def test_a_file_that_cannot_be_read_keeps_its_article(scratch: Path) -> None:
    """A link that leads nowhere now is a problem, not an article that is gone."""
    write(scratch / "articles", {"a.txt": PARAGRAPHS[0]})
    write(scratch / "articles" / "deep", {"b.txt": PARAGRAPHS[3]})
    index([scratch / "articles"], scratch / "i")
    shutil.rmtree(scratch / "articles" / "deep")
    (scratch / "articles" / "deep.txt").symlink_to("nowhere.txt")
    assert index([scratch / "articles"], scratch / "i").removed == 1
    (scratch / "articles" / "a.txt").unlink()
    (scratch / "articles" / "a.txt").symlink_to("nowhere-else.txt")
    write(scratch / "articles" / "deep", {"b.txt": PARAGRAPHS[3]})
    report = index([scratch / "articles"], scratch / "i")
    assert (report.removed, report.added, len(report.problems)) == (0, 1, 2)
