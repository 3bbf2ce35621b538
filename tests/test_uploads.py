"""Uploads lie under names of ours, inside their folder, whatever they were called."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.articles import FORMATS
from ragqa.errors import InputError
from ragqa.uploads import remove_leftovers, store_upload, stored_uploads, uploads_folder
from serving import upload

HOSTILE = [
    "../../../etc/passwd.txt",
    "..\\..\\windows\\system.txt",
    "/etc/cron.d/job.txt",
    "C:\\autoexec.md",
    "a/b/c.html",
    ".hidden.txt",
    "....txt",
    "con.txt",
    "-rf.txt",
    "<script>alert(1)</script>.html",
    "a\nb\r\x1b[31m\0c.txt",
    "‮txt.exe.txt",
    "x" * 5000 + ".pdf",
    "記事" * 200 + ".jsonl",
    "",
    ".",
    "..",
    ".txt",
]
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=300))


@given(name=NAMES, suffix=st.sampled_from([*FORMATS, "", ".exe"]), content=st.binary(max_size=50))
def test_an_upload_is_stored_inside_its_folder_or_refused(
    name: str, suffix: str, content: bytes
) -> None:
    with tempfile.TemporaryDirectory() as made:
        index = Path(made) / "index"
        came = upload(Path(made) / "came", name + suffix, content)
        before = {each for each in Path(made).rglob("*") if not each.is_relative_to(index)}
        try:
            stored, new = store_upload(came, index, 40)
        except InputError as error:
            assert str(error)
            assert "\n" not in str(error)
            assert stored_uploads(index) == []
        else:
            assert new
            assert stored.parent == uploads_folder(index)
            assert stored.read_bytes() == content
            assert 0 < len(content) <= 40
            assert stored.suffix in FORMATS
            assert stored.stem.replace("-", "").isalnum()
            assert len(stored.name.encode()) <= 255
            assert stored_uploads(index) == [stored]
        after = {each for each in Path(made).rglob("*") if not each.is_relative_to(index)}
        assert before == after


def test_the_same_file_is_stored_once_whatever_it_is_called(tmp_path: Path) -> None:
    first = store_upload(upload(tmp_path / "came", "One.txt", "the same"), tmp_path, 100)
    again = store_upload(upload(tmp_path / "came", "two.txt", "the same"), tmp_path, 100)
    other = store_upload(upload(tmp_path / "came", "two.txt", "another"), tmp_path, 100)
    assert first[0].name.startswith("one-")
    assert again == (first[0], False)
    assert other[1]
    assert stored_uploads(tmp_path) == sorted([first[0], other[0]])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.exe", b"MZ", "of a kind that is not read"),
        ("a", b"text", "of a kind that is not read"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"x" * 101, "larger than 0.0001 MB"),
    ],
)
def test_what_cannot_be_used_is_not_kept(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=reason):
        store_upload(upload(tmp_path / "came", name, content), tmp_path, 100)
    assert not list(uploads_folder(tmp_path).glob("*"))


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    stored, _ = store_upload(upload(tmp_path / "came", "a.txt", "kept"), tmp_path, 100)
    (uploads_folder(tmp_path) / ".incoming-x").write_bytes(b"half")
    remove_leftovers(tmp_path)
    assert list(uploads_folder(tmp_path).iterdir()) == [stored]
