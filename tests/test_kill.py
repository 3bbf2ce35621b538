"""`kill -9` at random moments while indexing: before or after, never between."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from ragqa.engine import index
from ragqa.errors import IndexMissing
from ragqa.verification import verify_index
from support import command, contents, environment

pytestmark = pytest.mark.slow

KILLS = 20
ARTICLES = 240
# What verify may say of a run that was cut short.
UNFINISHED = ("only a part of it is indexed", "since it was indexed", "the next index run makes it")

PLACES = ("Holm", "Brightwater", "Port Elder", "Gull Island", "Wend", "Sarnby", "Oxley", "Fenmoor")
THINGS = ("bridge", "ferry", "library", "mill", "hospital", "tramway", "reservoir", "market hall")
FOOTER = "Subscribe to the Elder Gazette newsletter\nFollow the Elder Gazette on social media\n"


def story(number: int, chance: random.Random) -> str:
    """An article; some are alike, some recur word for word, some have a site's furniture."""
    paragraphs = []
    for _ in range(chance.randint(2, 6)):
        place, thing = chance.choice(PLACES), chance.choice(THINGS)
        amount, day = chance.randint(1, 40), chance.randint(1, 28)
        paragraphs.append(
            f"The council of {place} said on {day} May that the new {thing} would cost {amount} "
            f"million euros and be open to the public within {amount + 3} months, according to "
            f"documents that were {chance.choice(('seen', 'published', 'discussed'))} on Friday."
        )
    footer = FOOTER if number % 3 == 0 else ""
    return f"{PLACES[number % 8]} Plans Number {number}\n\n" + "\n\n".join([*paragraphs, footer])


def state(changes: int) -> dict[str, str]:
    """The articles, after so many of them were changed, as many removed and as many added."""
    texts = {f"{n:03}.txt": story(n, random.Random(n)) for n in range(ARTICLES)}
    for number in range(changes):
        texts[f"{number * 3:03}.txt"] = story(number * 3, random.Random(f"changed {number}"))
        del texts[f"{number * 3 + 1:03}.txt"]
        texts[f"new{number:03}.txt"] = story(number, random.Random(f"new {number}"))
    return texts


def write(folder: Path, texts: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def run(folder: Path, after: float | None) -> float:
    """Index in a process, killed after some seconds if it is not done by then; return seconds."""
    begun = time.monotonic()
    with subprocess.Popen(
        command("index", "articles"),
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            assert process.wait(timeout=after) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return time.monotonic() - begun


def check_unfinished(folder: Path) -> None:
    """Whatever is there is sound, or nothing is there yet."""
    try:
        checks = verify_index(folder)
    except IndexMissing:
        return
    problems = [problem for check in checks for problem in check.problems]
    assert all(any(said in problem for said in UNFINISHED) for problem in problems), problems


def test_killed_at_any_moment(tmp_path: Path) -> None:
    seed = int(os.environ.get("RAGQA_KILL_SEED") or random.randrange(1_000_000))
    print(f"to repeat: RAGQA_KILL_SEED={seed}")  # noqa: T201 - shown when the test fails
    chance = random.Random(seed)
    first, second = state(0), state(30)
    expected = {}
    folder = tmp_path / "place"
    folder.mkdir()
    write(folder / "articles", second)
    index([folder / "articles"], tmp_path / "second")
    expected["second"] = contents(tmp_path / "second")
    write(folder / "articles", first)
    seconds = {"first": run(folder, None)}
    expected["first"] = contents(folder / "index")
    shutil.copytree(folder / "index", tmp_path / "kept")
    write(folder / "articles", second)
    seconds["second"] = run(folder, None)
    assert contents(folder / "index") == expected["second"]

    for number in range(KILLS):
        which = ("first", "second")[number % 2]
        shutil.rmtree(folder / "index")
        if which == "second":
            shutil.copytree(tmp_path / "kept", folder / "index")
        write(folder / "articles", {"first": first, "second": second}[which])
        # Some twice, so that a run that completes another is cut short too.
        for _ in range(chance.choice((1, 1, 2))):
            run(folder, chance.uniform(0.2, 1.05) * seconds[which])
            check_unfinished(folder / "index")
        run(folder, None)
        assert contents(folder / "index") == expected[which], (seed, number)
        assert all(not check.problems for check in verify_index(folder / "index"))
        assert not list((folder / "index").glob(".vectors-*"))
