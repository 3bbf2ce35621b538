"""What cannot be used gets one clear line and costs nothing else: issue by issue, in processes."""

import io
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ragqa.engine import Engine, index
from ragqa.errors import IndexDamaged, IndexUnwritable, NothingToIndex
from ragqa.library import Library
from ragqa.store import DATABASE, Store
from ragqa.vectors import SNAPSHOT
from support import command, complaint, contents, environment, ragqa

GOOD = {
    "mill.txt": (
        "Old Mill To Become a Library\n\nThe council of Brightwater will turn the old mill into a "
        "library for 3.1 million euros. Work begins on 4 May 2026, the mayor said on Friday.\n"
    ),
    "otters.txt": (
        "Otters Return to the River Wend\n\nTwelve otters were counted on the River Wend this "
        "spring, the first since 1974, the county's wildlife trust reported on Thursday.\n"
    ),
}
QUESTION = "How much will the library in the old mill cost?"
ANSWER = "3.1 million euros"
SLOW = pytest.mark.slow


def write_good(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    write_good(folder / "place" / "articles")
    assert ragqa("index", "articles", cwd=folder / "place").returncode == 0
    shutil.copytree(folder / "place", folder / "kept")
    return folder


@pytest.fixture
def place(_built: Path) -> Path:
    """A folder with articles/ and their index/, made anew where it always stands."""
    shutil.rmtree(_built / "place")
    return shutil.copytree(_built / "kept", _built / "place")


@pytest.fixture
def unchanged(place: Path) -> Iterator[Path]:
    """The same, and whatever is done there, the index says what it said before."""
    before = contents(place / "index")
    yield place
    assert contents(place / "index") == before
    assert finds(place)


def finds(place: Path) -> bool:
    """Whether asking works and finds what it should."""
    with Engine.open(place / "index") as engine:
        return ANSWER in engine.ask(QUESTION).citations[0].quote


def keys(folder: Path) -> set[str]:
    with Library.open(folder) as library:
        return {each.id for each in library.articles()}


def indexed_with(tmp_path: Path, timeout: float = 60) -> list[str]:
    """Index articles/, bad files among GOOD; return the lines of complaint."""
    write_good(tmp_path / "articles")
    ran = ragqa("index", "articles", cwd=tmp_path, timeout=timeout)
    assert ran.returncode == 0, ran.stderr
    assert keys(tmp_path / "index") >= GOOD.keys()
    assert finds(tmp_path)
    lines = ran.stderr.decode().splitlines()
    assert all(line.startswith("ragqa: ") for line in lines)
    return sorted(lines)


# Files and folders


def test_no_such_path(unchanged: Path) -> None:
    assert "there is no" in complaint(ragqa("index", "nowhere", cwd=unchanged))
    assert "there is no" in complaint(ragqa("index", "articles", "nowhere.txt", cwd=unchanged))
    assert "of a kind" in complaint(ragqa("index", sys.executable, cwd=unchanged))


def test_an_empty_folder(unchanged: Path) -> None:
    (unchanged / "empty").mkdir()
    line = complaint(ragqa("index", "empty", cwd=unchanged))
    assert "nothing could be indexed" in line
    assert "no .txt, .md, .html, .pdf or .jsonl file" in line


def test_an_emptied_folder(unchanged: Path) -> None:
    """More likely a disk that is not mounted than articles that are all gone."""
    for name in GOOD:
        (unchanged / "articles" / name).unlink()
    complaint(ragqa("index", "articles", cwd=unchanged))
    complaint(ragqa("index", cwd=unchanged))


def test_nothing_to_index_leaves_no_index(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    complaint(ragqa("index", "articles", cwd=tmp_path))
    (tmp_path / "articles" / "a.txt").write_bytes(b"")
    assert "empty" in complaint(ragqa("index", "articles", cwd=tmp_path))
    assert "there is no index" in complaint(ragqa("info", cwd=tmp_path))
    write_good(tmp_path / "articles")
    assert ragqa("index", "articles", cwd=tmp_path).returncode == 0
    assert keys(tmp_path / "index") == GOOD.keys()


def test_only_bad_files(unchanged: Path) -> None:
    (unchanged / "bad").mkdir()
    (unchanged / "bad" / "a.txt").write_bytes(b"\n \n")
    (unchanged / "bad" / "b.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    line = complaint(ragqa("index", "bad", cwd=unchanged))
    assert "a.txt" in line
    assert "(and 1 more)" in line


def test_bad_files_among_good_ones(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "articles")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 64)
    (folder / "text.pdf").write_text("I am no PDF.")
    (folder / "scanned.pdf").write_bytes(pdf_without_text())
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "folder.txt").mkdir()
    os.mkfifo(folder / "fifo.txt")
    with (folder / "large.txt").open("wb") as large:
        large.truncate(200_000_000)
    (folder / "script.html").write_text("<html><script>alert('otters')</script></html>")
    said = {
        "binary.txt": "binary",
        "empty.txt": "empty",
        "fifo.txt": "not a regular file",
        "gone.txt": "No such file",
        "large.txt": "larger than 50 MB",
        "scanned.pdf": "OCR",
        "script.html": "no article text",
        "text.pdf": "not a PDF",
    }
    lines = indexed_with(tmp_path)
    assert len(lines) == len(said), lines
    for name, what in said.items():
        (line,) = (line for line in lines if f"{name}:" in line)
        assert what in line
    assert keys(tmp_path / "index") == GOOD.keys()


def pdf_without_text() -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_file_that_turned_bad_keeps_what_was_read(unchanged: Path) -> None:
    (unchanged / "articles" / "mill.txt").write_bytes(b"")
    ran = ragqa("index", "articles", cwd=unchanged)
    assert ran.returncode == 0
    assert b"mill.txt: empty" in ran.stderr


@pytest.mark.slow
def test_other_encodings(tmp_path: Path) -> None:
    text = "Le maire de Châteauneuf a déclaré « la médiathèque coûtera 4 € » à l'été dernier.\n" * 3
    folder = write_good(tmp_path / "articles")
    (folder / "latin.txt").write_bytes(text.replace("€", "E").encode("latin-1"))
    (folder / "utf16.txt").write_bytes(text.encode("utf-16"))
    (folder / "bom.txt").write_bytes(text.encode("utf-8-sig"))
    lines = indexed_with(tmp_path)
    assert [line.split("read as ")[-1] for line in lines] == ["Windows-1252 (Latin-1)", "UTF-16-LE"]
    for name, expected in (("latin.txt", text.replace("€", "E")), ("utf16.txt", text)):
        shown = ragqa("show", name, "--json", cwd=tmp_path)
        assert json.loads(shown.stdout)["article"]["text"] == expected


@pytest.mark.slow
def test_control_characters(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "articles")
    text = "The \x00ferry\x07 to Holm\x1b[2J sails at \x0c9.40 a.m. on weekdays, the port said.\n"
    (folder / "controls.txt").write_bytes(text.encode())
    assert indexed_with(tmp_path) == []
    shown = json.loads(ragqa("show", "controls.txt", "--json", cwd=tmp_path).stdout)
    assert shown["article"]["text"] == text
    ran = ragqa("ask", "When does the ferry to Holm sail?", "--json", cwd=tmp_path)
    citation = json.loads(ran.stdout)["citations"][0]
    assert citation["quote"] == text[citation["start"] : citation["end"]]
    assert ragqa("verify", cwd=tmp_path).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to read VmHWM")
@pytest.mark.parametrize("piece", ["word ", "x", "Sentence number one. ", "\u0301", "a\x00"])
def test_a_line_of_5_mb(tmp_path: Path, piece: str) -> None:
    """In memory that is in proportion, and to the last character."""
    folder = write_good(tmp_path / "articles")
    size = 5_000_000 // len(piece.encode())
    (folder / "long.txt").write_text("It begins here " + piece * size + " and it ends there.")
    write_good(folder)
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "import re, sys; from pathlib import Path; from ragqa.cli import main\n"
            "try: main()\n"
            "finally:\n"
            # Not ru_maxrss: it starts from the peak of the process that forked this one.
            "    status = Path('/proc/self/status').read_text()\n"
            "    print(re.search(r'VmHWM:\\s+(\\d+)', status)[1], file=sys.stderr)",
            "index",
            "articles",
        ],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=500,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stderr.split()[-1]) < 1_000_000  # KB
    assert keys(tmp_path / "index") >= GOOD.keys()
    assert ragqa("verify", cwd=tmp_path).returncode == 0
    assert finds(tmp_path)


@pytest.mark.slow
def test_html_with_scripts(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "articles")
    paragraph = "The bakery in Mill Lane sells 300 loaves a day, its owner told this paper. "
    (folder / "page.html").write_text(
        "<html><head><title>Loaves</title><script>var secret = 'burglar';</script>"
        "<style>.burglar {}</style></head><body onload='burglar()'><article><h1>Loaves</h1>"
        f"<p>{paragraph * 3}<img src=x onerror=burglar()></p><script>burglar()</script>"
        f"<p>{paragraph}</p></article><noscript>burglar</noscript></body></html>"
    )
    assert indexed_with(tmp_path) == []
    shown = json.loads(ragqa("show", "page.html", "--json", cwd=tmp_path).stdout)
    assert "300 loaves" in shown["article"]["text"]
    assert "burglar" not in shown["article"]["text"]


def test_broken_json_lines(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "articles")
    records = [
        '{"id": "one", "text": "The pond froze over in January."}',
        '{"id": "two", "text": ',
        "[1, 2]",
        '{"id": "three"}',
        "",
        '{"id": "one", "text": "The same id again."}',
        '{"id": "six", "text": "The pond thawed in \\ud800 March."}',
        '{"id": "' + "\\u0000" + 'x", "text": "The pond is deep."}',
    ]
    (folder / "pond.jsonl").write_text("\n".join(records))
    lines = indexed_with(tmp_path)
    assert [line.split(": ")[1].rpartition(":")[2] for line in lines] == ["2", "3", "4", "6"]
    found = keys(tmp_path / "index") - GOOD.keys()
    assert {"one", "six"} < found
    assert len(found) == 3
    assert ragqa("verify", cwd=tmp_path).returncode == 0


@pytest.mark.slow
def test_links_in_a_circle(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "articles")
    (folder / "deep").mkdir()
    (folder / "deep" / "up").symlink_to(folder)
    (folder / "deep" / "self").symlink_to("self")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "again.txt").symlink_to("mill.txt")
    (line,) = indexed_with(tmp_path)
    assert "self.txt" in line
    assert keys(tmp_path / "index") == GOOD.keys()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_file_names_that_are_no_text(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "articles")
    names = [b"caf\xe9.txt", b"caf\xe8.txt", b"new\nline.txt", b"esc\x1b[31m.txt", b"q\"'%_*.txt"]
    for number, name in enumerate(names):
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_text(
            f"The {number + 3} cafes at the market square open at seven in the morning.\n"
        )
    (folder / os.fsdecode(b"bad\xff\n\x1b[2J.txt")).write_bytes(b"")
    (line,) = indexed_with(tmp_path)
    assert "\x1b" not in line
    assert len(keys(tmp_path / "index")) == len(GOOD) + len(names)
    assert ragqa("verify", cwd=tmp_path).returncode == 0
    ran = ragqa("index", "articles", "--json", cwd=tmp_path)
    report = json.loads(ran.stdout)
    assert (report["unchanged"], report["removed"]) == (len(GOOD) + len(names), 0)
    ran = ragqa("search", "cafes", "--json", cwd=tmp_path)
    paths = {each["place"]["path"] for each in json.loads(ran.stdout)}
    assert any(path.startswith("file://") and path.endswith("/caf%E9.txt") for path in paths)
    assert ragqa("search", "cafes", cwd=tmp_path).returncode == 0
    (folder / os.fsdecode(names[0])).unlink()
    ran = ragqa("index", "articles", "--json", cwd=tmp_path)
    assert json.loads(ran.stdout)["removed"] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_given_paths_that_are_no_text(tmp_path: Path) -> None:
    """Whatever is given by such a name is read, or is named in JSON that is UTF-8."""
    file = tmp_path / os.fsdecode(b"caf\xe9.txt")
    file.write_text(GOOD["mill.txt"])
    empty = tmp_path / os.fsdecode(b"emp\xff")
    empty.mkdir()
    large = tmp_path / os.fsdecode(b"large\xff.txt")
    large.write_text("mill " * 250_000)
    ran = ragqa("index", file, empty, large, "--json", cwd=tmp_path, RAGQA_MAX_FILE_MEGABYTES="1")
    report = json.loads(ran.stdout)
    assert report["added"] == 1
    named = [Path(each["path"]).name for each in report["problems"]]
    assert named == ["emp\ufffd", "large\ufffd.txt"]
    assert keys(tmp_path / "index") == {"caf\ufffd.txt"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_file_named_by_no_text_that_cannot_be_read_keeps_its_article(tmp_path: Path) -> None:
    file = write_good(tmp_path / "articles") / os.fsdecode(b"caf\xe9.txt")
    file.write_text("The cafe at the market square opens at seven.\n")
    assert index([tmp_path / "articles"], tmp_path / "index").added == len(GOOD) + 1
    file.unlink()
    file.symlink_to("nowhere.txt")
    report = index([tmp_path / "articles"], tmp_path / "index")
    assert (report.removed, len(report.problems)) == (0, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_an_index_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    write_good(tmp_path / "articles")
    name = b"i\xff?#%41"
    assert ragqa("index", "articles", "--index", name, cwd=tmp_path).returncode == 0
    assert ragqa("search", QUESTION, "--index", name, cwd=tmp_path).returncode == 0
    assert ragqa("verify", "--index", name, cwd=tmp_path).returncode == 0


def test_a_path_given_before_that_is_gone(tmp_path: Path) -> None:
    """What else was given is brought up to date, and what the index has of it stays."""
    write_good(tmp_path / "articles")
    (tmp_path / "gone.txt").write_text("The cafe at the market square opens at seven.\n")
    index([tmp_path / "articles", tmp_path / "gone.txt"], tmp_path / "index")
    (tmp_path / "gone.txt").unlink()
    (tmp_path / "articles" / "new.txt").write_text("The mill pond is frozen, the council said.\n")
    report = index([], tmp_path / "index")
    assert (report.added, report.unchanged, report.removed) == (1, len(GOOD), 0)
    (problem,) = report.problems
    assert problem.path == str(tmp_path / "gone.txt")
    assert "--rebuild" in problem.problem
    assert keys(tmp_path / "index") == {*GOOD, "gone.txt", "new.txt"}
    shutil.rmtree(tmp_path / "articles")
    with pytest.raises(NothingToIndex, match="articles: there is nothing to read here any more"):
        index([], tmp_path / "index")
    assert keys(tmp_path / "index") == {*GOOD, "gone.txt", "new.txt"}


@pytest.mark.slow
def test_a_folder_inside_another(tmp_path: Path) -> None:
    """A file that was named by itself is still the folder's: when it is gone, it is gone."""
    folder = write_good(tmp_path / "articles")
    assert ragqa("index", "articles", cwd=tmp_path).returncode == 0
    assert ragqa("index", "articles/mill.txt", cwd=tmp_path).returncode == 0
    (folder / "mill.txt").unlink()
    assert ragqa("index", "./articles/../articles", cwd=tmp_path).returncode == 0
    assert keys(tmp_path / "index") == {"otters.txt"}
    assert ragqa("index", cwd=tmp_path).returncode == 0


# The index folder


def test_an_index_folder_that_is_a_file(place: Path) -> None:
    (place / "file").write_text("mine")
    for arguments in (("index", "articles"), ("ask", QUESTION), ("verify",)):
        assert "is a file" in complaint(ragqa(*arguments, "--index", "file", cwd=place))
    complaint(ragqa("index", "articles", "--index", "file/below", cwd=place))
    complaint(ragqa("info", "--index", "file/below", cwd=place))
    assert (place / "file").read_text() == "mine"


def damage_header(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(b"garbage " * 64)


def damage_length(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 3)


def damage_every_page(database: Path) -> None:
    with database.open("r+b") as file:
        for page in range(1, database.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)


@pytest.mark.parametrize(
    "damage",
    [damage_header, *(pytest.param(d, marks=SLOW) for d in (damage_length, damage_every_page))],
)
def test_a_damaged_index(place: Path, damage: object) -> None:
    damage(place / "index" / DATABASE)
    broken = (place / "index" / DATABASE).read_bytes()
    for arguments in (("ask", QUESTION), ("search", "x"), ("index", "articles")):
        line = complaint(ragqa(*arguments, cwd=place))
        assert "is damaged" in line
        assert "ragqa index --rebuild" in line
    assert ragqa("verify", cwd=place).returncode == 2
    assert (place / "index" / DATABASE).read_bytes() == broken
    assert ragqa("index", "articles", "--rebuild", cwd=place).returncode == 0
    assert ragqa("verify", cwd=place).returncode == 0
    assert finds(place)


def test_a_row_that_makes_no_sense(place: Path) -> None:
    with sqlite3.connect(place / "index" / DATABASE) as connection:
        connection.execute("UPDATE chunk SET sentences = 'x'")
    assert "is damaged" in complaint(ragqa("ask", QUESTION, cwd=place))
    with Store.read(place / "index") as store, pytest.raises(IndexDamaged):
        store.chunks.sentences(store.articles.all_keys())


@pytest.mark.slow
def test_a_damaged_page(place: Path) -> None:
    """Whichever page it is: an answer that holds or one line, never anything else."""
    original = (place / "index" / DATABASE).read_bytes()
    told = 0
    for page in range(1, len(original) // 4096, 3):
        broken = bytearray(original)
        broken[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
        (place / "index" / DATABASE).write_bytes(broken)
        for arguments in (("ask", QUESTION, "--json"), ("verify",)):
            ran = ragqa(*arguments, cwd=place)
            lines = ran.stderr.decode().splitlines()
            assert b"Traceback" not in ran.stderr
            assert len(lines) <= 1
            if ran.returncode == 2:
                told += 1
                assert lines or b"WRONG" in ran.stdout
                assert not any("unexpected" in line for line in lines), (page, lines)
    assert told


@pytest.mark.slow
def test_an_index_of_another_version(place: Path) -> None:
    with sqlite3.connect(place / "index" / DATABASE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for arguments in (("ask", QUESTION), ("index", "articles"), ("verify",)):
        line = complaint(ragqa(*arguments, cwd=place))
        assert "version 99" in line
        assert "--rebuild" in line
    assert ragqa("index", "articles", "--rebuild", cwd=place).returncode == 0
    assert finds(place)


def test_a_database_of_another_program(place: Path) -> None:
    shutil.rmtree(place / "index")
    (place / "index").mkdir()
    connection = sqlite3.connect(place / "index" / DATABASE)
    connection.execute("CREATE TABLE mine (value)")
    connection.close()
    before = (place / "index" / DATABASE).read_bytes()
    for arguments in (("ask", QUESTION), ("index", "articles"), ("info",)):
        assert "is not a ragqa index" in complaint(ragqa(*arguments, cwd=place))
    assert (place / "index" / DATABASE).read_bytes() == before


def test_an_index_that_is_being_written(unchanged: Path) -> None:
    """Two writers exclude each other; asking goes on."""
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from filelock import FileLock\n"
            "with FileLock('index/write.lock'): print('held', flush=True); sys.stdin.read()",
        ],
        cwd=unchanged,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with held:
        held.stdout.readline()
        for arguments in (("index", "articles"), ("index", "articles", "--rebuild")):
            assert "by another process" in complaint(ragqa(*arguments, cwd=unchanged))
        assert finds(unchanged)
        held.stdin.close()
        held.wait(timeout=30)


@pytest.mark.slow
def test_a_database_that_another_program_locks(unchanged: Path) -> None:
    (unchanged / "articles" / "new.txt").write_text("A new article about the town hall's clock.")
    connection = sqlite3.connect(unchanged / "index" / DATABASE, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    assert "by another process" in complaint(ragqa("index", "articles", cwd=unchanged))
    assert finds(unchanged)
    connection.execute("ROLLBACK")
    connection.close()


def bulk(folder: Path, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"bulk{number}.txt").write_text(
            f"Report {number} of the inspectorate lists {number * 17} findings in ward {number}. "
            f"Inspector {number + 7} asked for {number % 9 + 2} new wells before the summer.\n"
        )


def test_a_limit_on_file_size(unchanged: Path) -> None:
    """As a full disk: what is written fails in the middle."""
    bulk(unchanged / "more", 60)
    size = (unchanged / "index" / DATABASE).stat().st_size

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    ran = subprocess.run(
        command("index", "more"),
        cwd=unchanged,
        env=environment(),
        capture_output=True,
        preexec_fn=limit,
        timeout=60,
        check=False,
    )
    assert "free space" in complaint(ran)
    # More than half indexed it must not be; what it lacks the next run brings, then it goes again.
    assert keys(unchanged / "index") == GOOD.keys()


def mounted(script: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a shell script in which mounts can be made, or skip."""
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare here")
    alone = ["unshare", "-m", *([] if os.getuid() == 0 else ["-r"])]
    if subprocess.run(
        [*alone, "mount", "-t", "tmpfs", "t", "/mnt"], capture_output=True
    ).returncode:
        pytest.skip("this system lets no test mount anything")
    return subprocess.run(
        [*alone, "sh", "-c", script],
        cwd=cwd,
        env=environment(RAGQA=f"{sys.executable} -m ragqa"),
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_a_full_disk(place: Path) -> None:
    """First builds and updates fail in one line; the index as it was goes on answering."""
    bulk(place / "more", 150)
    ran = mounted(
        f"""
        mkdir small && mount -t tmpfs -o size=700k tmpfs small && cp index/* small/ || exit 99
        $RAGQA index more --index small; echo "status $?"
        $RAGQA search "{QUESTION}" --index small --json | grep -o "{ANSWER}"
        $RAGQA verify --index small | grep -v files
        dd if=/dev/zero of=small/zero bs=1k 2>/dev/null
        $RAGQA index more --index small/new; echo "status $?"
        $RAGQA search "{QUESTION}" --index small --json | grep -o "{ANSWER}"
        """,
        place,
    )
    lines = ran.stdout.decode().splitlines()
    assert [line for line in lines if "status" in line] == ["status 2", "status 2"]
    assert [line for line in lines if "euros" in line] == [ANSWER, ANSWER]
    assert not any("WRONG" in line for line in lines)
    told = ran.stderr.decode().splitlines()
    assert len(told) == 2
    assert all(line.startswith("ragqa: ") and "space" in line for line in told), told


def test_a_read_only_disk(place: Path) -> None:
    ran = mounted(
        f"""
        mount --bind index index && mount -o remount,ro,bind index || exit 99
        $RAGQA search "{QUESTION}" --json | grep -o "{ANSWER}"
        $RAGQA verify | grep -c ok
        $RAGQA index articles; echo "status $?"
        $RAGQA index articles --rebuild; echo "status $?"
        """,
        place,
    )
    lines = ran.stdout.decode().splitlines()
    assert lines == [ANSWER, "6", "status 2", "status 2"]
    told = ran.stderr.decode().splitlines()
    assert len(told) == 2
    assert all(line.startswith("ragqa: ") and "written" in line for line in told), told


# Caches


def answered(place: Path) -> object:
    ran = ragqa("ask", QUESTION, "--json", cwd=place)
    assert (ran.returncode in (0, 1), ran.stderr) == (True, b"")
    return json.loads(ran.stdout) | {"milliseconds": None}


@pytest.mark.parametrize(
    "damage",
    ["garbage", *(pytest.param(d, marks=SLOW) for d in ("missing", "truncated", "folder"))],
)
def test_a_damaged_snapshot(place: Path, damage: str) -> None:
    before = answered(place)
    snapshot = place / "index" / SNAPSHOT
    if damage in ("missing", "folder"):
        snapshot.unlink()
    if damage == "folder":
        snapshot.mkdir()
    if damage == "truncated":
        os.truncate(snapshot, 10)
    if damage == "garbage":
        snapshot.write_bytes(os.urandom(5000))
    assert answered(place) == before
    checked = ragqa("verify", cwd=place)
    assert checked.returncode == 2
    assert b"missing or damaged; the next index run makes it again" in checked.stdout
    if damage == "folder":
        assert SNAPSHOT in complaint(ragqa("index", "articles", cwd=place))
        snapshot.rmdir()
    assert ragqa("index", "articles", cwd=place).returncode == 0
    assert ragqa("verify", cwd=place).returncode == 0
    assert answered(place) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_a_damaged_model_cache(place: Path, name: str) -> None:
    before = answered(place)
    cache = {"RAGQA_CACHE": str(place / "cache")}
    ragqa("ask", QUESTION, cwd=place, **cache)
    (file,) = (place / "cache").rglob(name)
    os.truncate(file, file.stat().st_size // 2)
    ran = ragqa("ask", QUESTION, "--json", cwd=place, **cache)
    assert ran.stderr == b""
    assert json.loads(ran.stdout) | {"milliseconds": None} == before
    (file,) = (place / "cache").rglob(name)
    assert file.stat().st_size > 100


@pytest.mark.slow
def test_a_model_cache_that_cannot_be_made(unchanged: Path) -> None:
    (unchanged / "file").write_text("")
    line = complaint(ragqa("ask", QUESTION, cwd=unchanged, RAGQA_CACHE=str(unchanged / "file")))
    assert "XDG_CACHE_HOME" in line


# Settings


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"RAGQA_CHUNK_LIMIT": "abc"}, "chunk_limit is wrong"),
        ({"RAGQA_CHUNK_TARGET": "900", "RAGQA_CHUNK_LIMIT": "300"}, "chunk_target (900) is above"),
        ({"RAGQA_PRECISION": "int4"}, "precision is wrong"),
        ({"RAGQA_THREADS": "-1"}, "threads is wrong"),
    ],
)
def test_bad_settings_in_the_environment(
    unchanged: Path, setting: dict[str, str], said: str
) -> None:
    assert said in complaint(ragqa("ask", QUESTION, cwd=unchanged, **setting))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (b'colour = "blue"', "there is no setting colour"),
        (b"chunk_limit = 'abc'", "chunk_limit is wrong"),
        (b"chunk_limit = ", "ragqa.toml cannot be read"),
        (b"model = '\xff'", "ragqa.toml cannot be read"),
    ],
)
def test_bad_settings_in_the_file(place: Path, toml: bytes, said: str) -> None:
    (place / "ragqa.toml").write_bytes(toml)
    assert said in complaint(ragqa("ask", QUESTION, cwd=place))


def test_other_settings_than_the_index_was_built_with(unchanged: Path) -> None:
    line = complaint(ragqa("index", "articles", cwd=unchanged, RAGQA_CHUNK_LIMIT="500"))
    assert "was built with chunk_limit = 900, not 500" in line
    assert "--rebuild" in line


@pytest.mark.slow
def test_an_index_built_by_another_pipeline(place: Path) -> None:
    """Asking goes on; writing would mix what does not go together."""
    with sqlite3.connect(place / "index" / DATABASE) as connection:
        ((recorded,),) = connection.execute("SELECT value FROM meta WHERE key = 'settings'")
        older = json.dumps(json.loads(recorded) | {"pipeline": "0"})
        connection.execute("UPDATE meta SET value = ? WHERE key = 'settings'", (older,))
    connection.close()
    assert finds(place)
    line = complaint(ragqa("index", "articles", cwd=place))
    assert "was built with pipeline = 0" in line
    assert "--rebuild" in line
    assert ragqa("index", "articles", "--rebuild", cwd=place).returncode == 0
    assert ragqa("index", "articles", cwd=place).returncode == 0


# Rebuilding


def test_rebuilding_with_other_settings(place: Path) -> None:
    settings = {"RAGQA_CHUNK_TARGET": "60", "RAGQA_CHUNK_LIMIT": "120"}
    before = json.loads(ragqa("info", "--json", cwd=place).stdout)["chunks"]
    ran = ragqa("index", "articles", "--rebuild", cwd=place, **settings)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ragqa("info", "--json", cwd=place).stdout)["chunks"] > before
    assert ragqa("verify", cwd=place).returncode == 0
    assert not list((place / "index").glob("*.new*"))


def test_a_rebuild_that_fails(unchanged: Path) -> None:
    (unchanged / "bad").mkdir()
    (unchanged / "bad" / "a.txt").write_bytes(b"")
    complaint(ragqa("index", "bad", "--rebuild", cwd=unchanged))
    complaint(ragqa("index", "nowhere", "--rebuild", cwd=unchanged))
    assert not list((unchanged / "index").glob("*.new*"))


@pytest.mark.slow
def test_a_rebuild_that_is_killed(unchanged: Path) -> None:
    bulk(unchanged / "more", 600)
    with subprocess.Popen(
        command("index", "articles", "more", "--rebuild"), cwd=unchanged, env=environment()
    ) as process:
        new = unchanged / "index" / f"{DATABASE}.new"
        deadline = time.monotonic() + 60
        while not (new.exists() and new.stat().st_size > 100_000):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert ragqa("verify", cwd=unchanged).returncode == 0
    assert ragqa("index", "articles", cwd=unchanged).returncode == 0
    assert not list((unchanged / "index").glob("*.new*"))


def test_a_rebuild_whose_snapshot_cannot_be_written(
    unchanged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ragqa.vectors._write", full)
    bulk(unchanged / "more", 1)
    with pytest.raises(IndexUnwritable, match="cannot be written") as raised:
        index([unchanged / "more"], unchanged / "index", rebuild=True)
    assert "are indexed" not in str(raised.value)


@pytest.mark.parametrize(
    ("options", "written", "told"),
    [
        ((), DATABASE, "what was done so far is kept"),
        (("--rebuild",), f"{DATABASE}.new", "the index is as it was"),
    ],
)
def test_an_interrupt(place: Path, options: tuple[str, ...], written: str, told: str) -> None:
    """Ctrl-C ends a run in one line, with the status that shells give it."""
    bulk(place / "more", 400)
    with subprocess.Popen(
        command("index", "more", *options),
        cwd=place,
        env=environment(),
        stderr=subprocess.PIPE,
        # Tests that run in the background have inherited that the signal is ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        log = place / "index" / f"{written}-wal"
        deadline = time.monotonic() + 60
        while not (log.exists() and log.stat().st_size > 50_000):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        line = process.stderr.read().decode()
        assert process.wait(timeout=60) == 130
    assert line == f"ragqa: interrupted; {told}\n"
    assert finds(place)
