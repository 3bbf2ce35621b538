"""Removed articles stay out until they are asked for again; a user's own files stay as they are."""

from pathlib import Path

import pytest

from ragqa.engine import index, remove
from ragqa.errors import IndexMissing, InputError
from ragqa.library import Library
from ragqa.uploads import store_upload
from ragqa.verification import verify_index
from serving import NEW, upload, write_articles
from support import contents


def ids(folder: Path) -> list[str]:
    with Library.open(folder) as library:
        return [each.id for each in library.articles()]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "corpus")


@pytest.fixture
def folder(corpus: Path, tmp_path: Path) -> Path:
    index([corpus], tmp_path / "index")
    return tmp_path / "index"


def test_a_removed_article_stays_out_until_its_file_is_named(corpus: Path, folder: Path) -> None:
    whole = contents(folder)
    remove(["ferry.md"], folder)
    assert ids(folder) == ["lock-again.md", "lock.md"]
    assert (corpus / "ferry.md").exists()
    (corpus / "ferry.md").touch()
    for paths in ([corpus], []):
        report = index(paths, folder)
        assert ids(folder) == ["lock-again.md", "lock.md"]
        assert [Path(each.path).name for each in report.problems] == ["ferry.md"]
    index([corpus / "ferry.md"], folder)
    assert contents(folder) == whole
    assert index([corpus], folder).problems == ()


def test_removing_leaves_what_indexing_without_it_gives(
    corpus: Path, folder: Path, tmp_path: Path
) -> None:
    remove(["lock.md"], folder)
    assert not [problem for each in verify_index(folder) for problem in each.problems]
    (corpus / "lock.md").unlink()
    index([corpus], tmp_path / "other")
    assert contents(folder) == contents(tmp_path / "other")


def test_a_removed_article_stays_out_when_its_file_changes(corpus: Path, folder: Path) -> None:
    remove(["ferry.md"], folder)
    (corpus / "ferry.md").write_text(NEW)
    index([corpus], folder)
    assert "ferry.md" not in ids(folder)


def test_a_removed_article_is_forgotten_with_its_file(corpus: Path, folder: Path) -> None:
    text = (corpus / "ferry.md").read_text()
    remove(["ferry.md"], folder)
    (corpus / "ferry.md").unlink()
    index([corpus], folder)
    (corpus / "ferry.md").write_text(text)
    index([corpus], folder)
    assert "ferry.md" in ids(folder)


def test_one_record_of_a_file_is_removed(folder: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text(f'{{"id": "a", "text": "{NEW}"}}\n{{"id": "b", "text": "Rain all week."}}\n')
    index([records], folder)
    remove(["a"], folder)
    assert "b" in ids(folder)
    records.write_text(records.read_text() + '{"id": "c", "text": "Sun at last."}\n')
    index([], folder)
    assert [each for each in ids(folder) if len(each) == 1] == ["b", "c"]


def test_the_copy_of_an_upload_goes_with_its_last_article(folder: Path, tmp_path: Path) -> None:
    content = f'{{"id": "a", "text": "{NEW}"}}\n{{"id": "b", "text": "Rain all week."}}\n'
    stored, _ = store_upload(upload(tmp_path / "came", "r.jsonl", content), folder, 1000)
    index([stored.parent], folder)
    remove(["a"], folder)
    assert stored.exists()
    remove(["b"], folder)
    assert not stored.exists()
    report = index([], folder)
    assert report.problems == ()
    assert not {"a", "b"} & set(ids(folder))


def test_a_rebuild_keeps_what_was_uploaded(corpus: Path, folder: Path, tmp_path: Path) -> None:
    stored, _ = store_upload(upload(tmp_path / "came", "mill.txt", NEW), folder, 1000)
    index([stored.parent], folder)
    before = contents(folder)
    index([corpus], folder, rebuild=True)
    assert contents(folder) == before


@pytest.mark.parametrize("unknown", ["", "nope", "../corpus/ferry.md", "ferry.md\0"])
def test_nothing_is_removed_when_an_id_is_unknown(unknown: str, folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(InputError, match="nothing was removed"):
        remove(["ferry.md", unknown], folder)
    assert contents(folder) == before


def test_the_last_article_stays(folder: Path) -> None:
    with pytest.raises(InputError, match="without articles"):
        remove(ids(folder), folder)
    assert len(ids(folder)) == 3


def test_removing_from_no_index_makes_none(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        remove(["a"], tmp_path / "none")
    assert not (tmp_path / "none").exists()
