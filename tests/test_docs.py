"""The README shows what the commands really print; `python tests/test_docs.py` writes it anew."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ragqa.engine import index
from support import environment

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SHOWN = re.compile(r"<!-- output of: (?P<command>.+) -->\n```text\n(?P<output>.*?)```\n", re.DOTALL)


def output(command: str, folder: Path) -> str:
    """What a documented command prints, a long citation list cut where the README cuts it."""
    done = subprocess.run(
        [sys.executable, "-m", "ragqa", *shlex.split(command), "--index", str(folder)],
        cwd=ROOT,
        env={**environment(), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def rounded(text: str) -> str:
    """Without the percentages: the last figure may differ between processors."""
    return re.sub(r"\d+% sure|\d+% that", "N%", text)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demonstration")
    index([ROOT / "corpus"], folder)
    return folder


def test_the_readme_shows_what_is_printed(demonstration: Path) -> None:
    shown = list(SHOWN.finditer(README.read_text(encoding="utf-8")))
    assert shown
    for each in shown:
        assert rounded(each["output"]) == rounded(output(each["command"], demonstration))


def test_every_command_and_option_of_the_readme_exists() -> None:
    text = README.read_text(encoding="utf-8")
    commands = set(re.findall(r"`ragqa ([a-z]+)", text))
    assert commands == {"index", "ask", "search", "show", "verify", "info", "eval"}
    for command in commands:
        help_text = subprocess.run(
            [sys.executable, "-m", "ragqa", command, "--help"],
            env={**environment(), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for option in re.findall(rf"ragqa {command} [^`\n|]*?(--[a-z-]+)", text):
            assert option in help_text


def test_the_default_question_of_make_is_the_readmes() -> None:
    (question,) = re.findall(r"^Q \?= (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert f'make ask Q="{question}"' in README.read_text(encoding="utf-8")


def write(folder: Path) -> None:
    """Put the present output into the README."""
    text = README.read_text(encoding="utf-8")
    README.write_text(
        SHOWN.sub(
            lambda each: (
                f"<!-- output of: {each['command']} -->\n"
                f"```text\n{output(each['command'], folder)}```\n"
            ),
            text,
        ),
        encoding="utf-8",
    )


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        index([ROOT / "corpus"], Path(scratch))
        write(Path(scratch))
