"""The command line as a process: what it prints, where, and with which exit status."""

import json
import os
import pty
import re
import shutil
import subprocess
import termios
from pathlib import Path
from typing import Any

import pytest

from ragqa.store import Store
from support import command, complaint, environment, ragqa

QUESTION = "How much does the lighthouse repair cost?"
UNANSWERED = "Who won the chess tournament in Reykjavik?"
ARTICLES = {
    "repair.txt": (
        "Lighthouse Repair Begins on Gull Island\n\nMarch 3, 2026\n\nThe repair of the lighthouse "
        "on Gull Island will cost $2.4 million, the harbour office said on Tuesday. Masons from "
        "Port Elder begin in April, and the lamp is to be lit again in October.\n"
    ),
    "keeper.md": (
        "---\ntitle: The Last Keeper\nsource: Elder Gazette\ndate: 2025-11-20\n---\n\n"
        "Tomas Arkwright kept the lighthouse for 31 years, until it was automated in 1989.\n"
    ),
    "ferry.jsonl": json.dumps(
        {
            "id": "ferry-1",
            "title": "Ferry Moves to Winter Timetable",
            "text": "The ferry to Gull Island sails twice a day from Monday on, not four times.",
            "source": "Coast Wire",
            "published": "2026-01-12",
        }
    )
    + "\n",
    "undated.txt": "The lighthouse stands on a reef of granite and has 212 steps to its lamp.\n",
}
ANSWER = {
    "question", "answered", "confidence", "agreement", "answers", "citations", "index",
    "milliseconds",
}  # fmt: skip
ITEM = {"text", "sentence", "confidence", "witnesses", "value", "citations", "contradicts_first"}
CITATION = {
    "number", "article", "title", "path", "source", "url", "published", "chunk", "start", "end",
    "quote", "answer_start", "answer_end", "score", "also_in",
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder whose index/ holds ARTICLES."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    ran = ragqa("index", "articles", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert b"4 added, 0 changed, 0 removed, 0 unchanged" in ran.stdout
    assert b"holds 4 articles" in " ".join(ran.stdout.decode().split()).encode()
    return folder


def output(*arguments: str | bytes, cwd: Path, status: int = 0, **changes: str) -> Any:
    ran = ragqa(*arguments, "--json", cwd=cwd, **changes)
    assert (ran.returncode, ran.stderr) == (status, b""), ran
    assert ran.stdout.count(b"\n") == 1
    return json.loads(ran.stdout)


def check_answer(answer: dict[str, Any], folder: Path) -> None:
    """The contract: these fields, and citations that hold to the character."""
    assert answer.keys() == ANSWER
    assert answer["index"].keys() == {"articles", "chunks", "version"}
    assert answer["milliseconds"].keys() == {"search", "read", "total"}
    assert 0 <= answer["confidence"] <= 1
    assert answer["agreement"] in ("single", "corroborated", "conflicting", "none")
    assert bool(answer["answers"]) == answer["answered"]
    cited = {}
    for citation in answer["citations"]:
        assert citation.keys() == CITATION
        with Store.read(folder) as store:
            _, article = store.articles.get(citation["article"])
        assert citation["quote"] == article.text[citation["start"] : citation["end"]]
        said = article.text[citation["answer_start"] : citation["answer_end"]]
        cited[citation["number"]] = citation, said
        assert all(
            each.keys() == {"article", "path", "start", "end"} for each in citation["also_in"]
        )
    assert sorted(cited) == list(range(1, len(cited) + 1))
    for item in answer["answers"]:
        assert item.keys() == ITEM
        citation, said = cited[item["citations"][0]]
        assert said == item["text"]
        assert item["sentence"] in citation["quote"]
        assert item["value"] is None or item["value"].keys() == {"kind", "normal"}


def test_ask_json(place: Path) -> None:
    answer = output("ask", QUESTION, cwd=place)
    check_answer(answer, place / "index")
    assert answer["answers"][0]["text"] == "$2.4 million"
    assert answer["answers"][0]["value"] == {"kind": "money", "normal": "USD 2400000"}
    assert answer["citations"][0]["article"] == "repair.txt"
    assert answer["citations"][0]["path"] == str(place / "articles" / "repair.txt")
    assert answer["index"]["articles"] == 4


def test_not_in_these_articles(place: Path) -> None:
    answer = output("ask", UNANSWERED, cwd=place, status=1)
    check_answer(answer, place / "index")
    assert (answer["answered"], answer["answers"], answer["agreement"]) == (False, [], "none")
    ran = ragqa("ask", UNANSWERED, cwd=place)
    assert ran.returncode == 1
    assert ran.stdout.startswith(b"Not in these articles.")


def test_ask_for_people(place: Path) -> None:
    ran = ragqa("ask", QUESTION, cwd=place)
    assert (ran.returncode, ran.stderr) == (0, b"")
    text = ran.stdout.decode()
    assert text.startswith("$2.4 million (one source")
    assert "Lighthouse Repair Begins on Gull Island · 2026-03-03" in text
    assert "repair.txt" in text
    assert "\x1b" not in text


def test_search(place: Path) -> None:
    passages = output("search", "lighthouse", "--limit", "2", cwd=place)
    assert len(passages) == 2
    assert passages[0].keys() == {
        "place", "text", "heading", "sentences", "also_in", "dense", "lexical", "score",
    }  # fmt: skip
    ran = ragqa("search", "lighthouse", cwd=place)
    assert ran.returncode == 0
    assert b"212 steps" in ran.stdout


def test_show(place: Path) -> None:
    view = output("show", "keeper.md", cwd=place)
    assert view["article"]["title"] == "The Last Keeper"
    assert [each["reason"] for each in view["omissions"]] == ["front-matter"]
    ran = ragqa("show", "keeper.md", cwd=place)
    assert ran.returncode == 0
    assert b"[left out: front-matter]" in ran.stdout
    assert "did you mean keeper.md?" in complaint(ragqa("show", "keeper", cwd=place))
    assert "info --articles" in complaint(ragqa("show", "nothing like it", cwd=place))
    assert "no article" in complaint(ragqa("show", b"caf\xe9", cwd=place))


def test_info(place: Path) -> None:
    assert output("info", cwd=place)["articles"] == 4
    listed = output("info", "--articles", cwd=place)["list"]
    assert [each["id"] for each in listed] == ["ferry-1", "keeper.md", "repair.txt", "undated.txt"]
    ran = ragqa("info", "--articles", cwd=place)
    assert b"ferry-1 \xc2\xb7 Ferry Moves to Winter Timetable \xc2\xb7 Coast Wire" in ran.stdout


def test_index_again(place: Path) -> None:
    report = output("index", "articles", cwd=place)
    assert (report["unchanged"], report["embedded"], report["problems"]) == (4, 0, [])
    assert output("index", cwd=place)["unchanged"] == 4


def test_verify(place: Path) -> None:
    assert all(not check["problems"] for check in output("verify", cwd=place))
    ran = ragqa("verify", cwd=place)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"ok    database" in ran.stdout


@pytest.mark.slow
def test_verify_answers(place: Path, tmp_path: Path) -> None:
    asked = ragqa("ask", "-", "--json", cwd=place, stdin=f"{QUESTION}\n\n{UNANSWERED}".encode())
    saved = tmp_path / "answers.jsonl"
    saved.write_bytes(asked.stdout)
    ran = ragqa("verify", saved, cwd=place)
    assert ran.returncode == 0, ran.stdout
    assert ragqa("verify", "-", cwd=place, stdin=asked.stdout).returncode == 0
    for honest, tampered in (
        (b'"text":"$2.4 million"', b'"text":"$9.4 million"'),
        (b"will cost $2.4 million, the harbour", b"will cost $9.4 million, the harbour"),
        (b'"article":"repair.txt"', b'"article":"other.txt"'),
    ):
        assert honest in asked.stdout
        saved.write_bytes(asked.stdout.replace(honest, tampered))
        ran = ragqa("verify", saved, cwd=place)
        assert ran.returncode == 2
        assert b"WRONG citations" in ran.stdout
    saved.write_bytes(b'{"question": 1}\n')
    assert "line 1: not an answer" in complaint(ragqa("verify", saved, cwd=place))
    assert "none.jsonl" in complaint(ragqa("verify", "none.jsonl", cwd=place))


def test_many_questions(place: Path) -> None:
    """Each line gets its line, in order, whatever is in it."""
    lines = [
        QUESTION.encode(),
        b"",
        b"who was the keep\xffer",
        b"lighthouse " * 100_000,
        b"?!",
        b'"a" OR NEAR(',
        UNANSWERED.encode(),
        b"\x00\x1b[31m lighthouse",
        b"how many steps to the lamp\r",
    ]
    ran = ragqa("ask", "-", "--json", cwd=place, stdin=b"\n".join(lines))
    assert (ran.returncode, ran.stderr) == (2, b"")
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(answers) == len(lines)
    failed = [number for number, each in enumerate(answers) if "error" in each]
    assert failed == [1, 3, 4]
    assert all(answers[number].keys() == {"question", "error"} for number in failed)
    for number, answer in enumerate(answers):
        if number not in failed:
            check_answer(answer, place / "index")
    assert answers[8]["question"] == "how many steps to the lamp"

    ran = ragqa("ask", "-", cwd=place, stdin=b"\n".join(lines))
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 3
    assert all(line.startswith(b"ragqa: The question ") for line in ran.stderr.splitlines())
    assert b"\x1b" not in ran.stdout


@pytest.mark.parametrize(
    ("stdin", "status"), [(QUESTION, 0), (UNANSWERED, 1), (f"{UNANSWERED}\n{QUESTION}", 0), ("", 1)]
)
def test_status_of_many(place: Path, stdin: str, status: int) -> None:
    ran = ragqa("ask", "-", "--json", cwd=place, stdin=stdin.encode())
    assert ran.returncode == status


def test_an_answer_comes_at_once(place: Path) -> None:
    """A program that asks one question at a time is not kept waiting for a full buffer."""
    with subprocess.Popen(
        command("ask", "-", "--json"),
        cwd=place,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        for question in (QUESTION, UNANSWERED):
            process.stdin.write(question.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["question"] == question
        process.stdin.close()
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "is empty"),
        (" \t ", "is empty"),
        ("?!... --", "no word"),
        ("lighthouse " * 10_000, "shorten it"),
    ],
)
def test_bad_questions(place: Path, question: str, said: str) -> None:
    command = "search" if question == "" else "ask"
    assert said in complaint(ragqa(command, "--", question, cwd=place))


def test_questions_that_look_like_queries(place: Path) -> None:
    questions = ['"a" OR NEAR(', "lighthouse NOT cost", 'text:"x" AND *', "a^2 {b} -c*", "x'; --"]
    ran = ragqa("ask", "-", "--json", cwd=place, stdin="\n".join(questions).encode())
    assert (ran.returncode in (0, 1), ran.stderr) == (True, b"")
    for question, line in zip(questions, ran.stdout.splitlines(), strict=True):
        assert json.loads(line)["question"] == question
        check_answer(json.loads(line), place / "index")
    ran = ragqa("ask", b"caf\xe9 lighthouse", cwd=place)
    assert (ran.returncode in (0, 1), ran.stderr) == (True, b"")


def found(place: Path, *arguments: str) -> set[str]:
    ran = ragqa("search", "lighthouse ferry", *arguments, "--json", cwd=place)
    assert (ran.returncode in (0, 1), ran.stderr) == (True, b"")
    return {each["place"]["article"] for each in json.loads(ran.stdout)}


@pytest.mark.slow
def test_filters(place: Path) -> None:
    """An article without a date passes no filter by date."""
    assert found(place, "--since", "2026-02") == {"repair.txt"}
    assert found(place, "--until", "2025") == {"keeper.md"}
    assert found(place, "--since", "2025-11-20", "--until", "2026-01-12") == {
        "keeper.md",
        "ferry-1",
    }
    assert found(place, "--source", "coast WIRE", "--source", "Elder Gazette") == {
        "ferry-1",
        "keeper.md",
    }
    ran = ragqa("ask", QUESTION, "--source", "nobody", cwd=place)
    assert (ran.returncode, ran.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("option", "date"),
    [
        ("--since", "2026-13-45"),
        ("--until", "2026-02-30"),
        ("--since", "yesterday"),
        ("--until", "26-01-01"),
        ("--since", ""),
    ],
)
def test_bad_dates(place: Path, option: str, date: str) -> None:
    assert f"{option} wants a date" in complaint(ragqa("ask", QUESTION, option, date, cwd=place))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", QUESTION, "--bar"), "No such option: --bar"),
        (("ask",), "Missing argument"),
        (("index", "--index"), "requires an argument"),
        (("search", "x", "--limit", "many"), "valid integer"),
        (("search", "x", "--limit", "0"), "greater than or equal to 1"),
        (("nonsense",), "No such command"),
    ],
)
def test_bad_arguments(place: Path, arguments: tuple[str, ...], said: str) -> None:
    line = complaint(ragqa(*arguments, cwd=place))
    assert said in line
    assert "--help" in line


def test_help(place: Path) -> None:
    ran = ragqa("--help", cwd=place)
    assert ran.returncode == 0
    for name in (b"index", b"ask", b"search", b"show", b"verify", b"info", b"eval"):
        assert re.search(rb"^  %s " % name, ran.stdout, re.MULTILINE)
    assert ragqa(cwd=place).returncode == 2


def test_first_ask_makes_the_index(tmp_path: Path) -> None:
    shutil.copytree(_articles(tmp_path / "corpus"), tmp_path / "other")
    ran = ragqa("ask", QUESTION, "--json", cwd=tmp_path)
    assert ran.returncode == 0
    first, second = ran.stderr.decode().splitlines()
    assert first == "ragqa: there is no index in index/ yet: making one from corpus/"
    assert second.startswith("ragqa: indexed 4 articles, ")
    check_answer(json.loads(ran.stdout), tmp_path / "index")
    assert ragqa("ask", QUESTION, cwd=tmp_path).stderr == b""
    # Only the default folder is made from what stands there.
    line = complaint(ragqa("ask", QUESTION, "--index", "elsewhere", cwd=tmp_path))
    assert line == "ragqa: there is no index in elsewhere; make one with: ragqa index PATH"


def _articles(folder: Path) -> Path:
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_no_index(tmp_path: Path) -> None:
    for arguments in (("ask", QUESTION), ("search", "x"), ("show", "x"), ("verify",), ("info",)):
        line = complaint(ragqa(*arguments, cwd=tmp_path))
        assert line.endswith("make one with: ragqa index PATH")
    assert list(tmp_path.iterdir()) == []


def test_closed_pipe(place: Path) -> None:
    """`ragqa ... | head -1` ends without a word, though there is more than a pipe holds."""
    questions = f"{QUESTION}\n".encode() * 60
    with subprocess.Popen(
        command("ask", "-", "--json"),
        cwd=place,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdin.write(questions)
        process.stdin.close()
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", [("ask", QUESTION, "--json"), ("info",)])
def test_full_output(place: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            command(*arguments),
            cwd=place,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert "No space left" in complaint(ran)


def test_a_poor_terminal(place: Path) -> None:
    """Characters that the output's encoding lacks cost nothing but themselves; JSON is UTF-8."""
    poor = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    ran = ragqa("info", "--articles", cwd=place, **poor)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"ferry-1 ? Ferry" in ran.stdout
    question = "How much does the lighthouse – the tall one – cost to repair?"
    assert output("ask", question, cwd=place, **poor)["question"] == question


def in_terminal(*arguments: str, cwd: Path, **changes: str) -> bytes:
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    try:
        process = subprocess.Popen(
            command(*arguments),
            cwd=cwd,
            env=environment(TERM="xterm-256color", **changes),
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        written = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end has been closed
                part = b""
            if not part:
                break
            written += part
        process.wait(timeout=60)
        return written
    finally:
        os.close(ours)


def test_colours_are_for_terminals(place: Path) -> None:
    assert b"\x1b[" in in_terminal("ask", QUESTION, cwd=place)
    assert b"\x1b[3" not in in_terminal("ask", QUESTION, cwd=place, NO_COLOR="1")
    assert b"\x1b" not in ragqa("ask", QUESTION, cwd=place).stdout


def test_progress_is_for_terminals(tmp_path: Path) -> None:
    _articles(tmp_path / "articles")
    assert b"indexing" in in_terminal("index", "articles", "--index", "a", cwd=tmp_path)
    assert ragqa("index", "articles", "--index", "b", cwd=tmp_path).stderr == b""


@pytest.mark.slow
def test_article_text_cannot_drive_the_terminal(tmp_path: Path) -> None:
    """Escape sequences, bidirectional overrides and NULs are shown, and kept in the JSON."""
    nasty = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u2066\x00\x08"
    text = f"The harbour {nasty} fee is 40 euros a day, the harbour office said on Monday."
    folder = tmp_path / "articles"
    folder.mkdir()
    record = {"id": f"fee{nasty}", "title": f"Fees{nasty}", "source": f"Bay{nasty}", "text": text}
    (folder / "a.jsonl").write_text(json.dumps(record))
    assert ragqa("index", "articles", cwd=tmp_path).returncode == 0
    key = json.loads(ragqa("info", "--articles", "--json", cwd=tmp_path).stdout)["list"][0]["id"]
    plain = [
        ragqa("ask", "How much is the harbour fee?", cwd=tmp_path),
        ragqa("search", "harbour fee", cwd=tmp_path),
        ragqa("info", "--articles", cwd=tmp_path),
        ragqa("ask", "-", cwd=tmp_path, stdin=f"harbour {nasty} fee?\n".encode()),
        ragqa("show", "fee\x1b[2J", cwd=tmp_path),
    ]
    for ran in plain:
        shown = (ran.stdout + ran.stderr).decode()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert "40 euros" in plain[0].stdout.decode()
    assert key.startswith("fee")
    answer = output("ask", "How much is the harbour fee?", cwd=tmp_path)
    assert answer["citations"][0]["quote"] == text
