"""What several test modules need: the command line as a process, what an index says, passages."""

import os
import subprocess
import sys
from pathlib import Path

from ragqa.store import Store
from ragqa.types import Passage, Place, Sentence

ROOT = Path(__file__).parent.parent


# Where in its article a passage made for a test begins.
OFFSET = 17
COLOURS = {"FORCE_COLOR", "NO_COLOR", "COLUMNS"}
# By these ONNX Runtime 1.31 tells that it runs for a test, where it reports nothing to anyone.
TESTING = {
    "CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "CIRCLECI", "TRAVIS", "JENKINS_URL",
    "CODEBUILD_BUILD_ID", "BUILDKITE", "TEAMCITY_VERSION", "APPVEYOR", "BITBUCKET_BUILD_NUMBER",
}  # fmt: skip


def environment(**changes: str) -> dict[str, str]:
    """The environment of a process that tests start: a user's, without settings or colours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("RAGQA_") and name not in COLOURS | TESTING
    }
    return {**kept, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", **changes}


def command(*arguments: str | bytes | Path) -> list[str | bytes | Path]:
    return [sys.executable, "-W", "error", "-m", "ragqa", *arguments]


def ragqa(
    *arguments: str | bytes | Path,
    cwd: Path,
    stdin: bytes = b"",
    timeout: float = 120,
    **changes: str,
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m ragqa ARGUMENTS` in a folder; `changes` are made to its environment."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=timeout,
        env=environment(**changes),
        check=False,
    )


def complaint(ran: subprocess.CompletedProcess[bytes]) -> str:
    """The one line in which a run failed."""
    lines = ran.stderr.decode().splitlines()
    assert ran.returncode == 2, (ran.returncode, ran.stdout, ran.stderr)
    assert len(lines) == 1, lines
    assert lines[0].startswith("ragqa: "), lines
    assert len(lines[0]) < 600
    return lines[0]


def contents(folder: Path) -> object:
    """All that an index says, with no number that depends on the order of insertion."""
    with Store.read(folder) as store:
        names = {}
        rows = []
        for key in store.articles.all_keys():
            number, article = store.articles.get(key)
            chunks = store.chunks.of_article(number)
            names |= {each.id: (key, each.chunk.position) for each in chunks}
            rows.append(
                (article, store.articles.omissions(number), tuple(each.chunk for each in chunks))
            )
        groups = sorted(
            sorted(names[each] for each in members)
            for members in store.groups.chunks(store.groups.all()).values()
        )
        vectors = {names[chunk]: data for chunk, data in store.vectors.all_by_chunk().items()}
        lexical = sorted(names[chunk] for chunk in store.lexical.chunks())
        return rows, groups, vectors, lexical


def passage(*sentences: str) -> Passage:
    """A passage of sentences, at OFFSET in its article."""
    text = " ".join(sentences)
    spans, at = [], OFFSET
    for each in sentences:
        spans.append(Sentence(start=at, end=at + len(each), kind="paragraph"))
        at += len(each) + 1
    place = Place(
        article="a", title="t", path="a", source=None, url=None, published=None, chunk=0,
        start=OFFSET, end=OFFSET + len(text),
    )  # fmt: skip
    return Passage(place=place, text=text, heading=None, sentences=tuple(spans))
