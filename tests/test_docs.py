"""The README shows what the commands really print; `python tests/test_docs.py` writes it anew."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ragqa.engine import index
from serving import wait_until_ready
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
    return re.sub(r"(over |under )?\d+% (sure|that)", "N%", text)


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
    assert commands == {
        "index", "ask", "search", "show", "verify", "info", "eval", "app", "calibrate"
    }  # fmt: skip
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


CALL = re.compile(
    r"(?:^    (?P<curl>curl [^\n]+)\n|```python\n(?P<python>.+?)```\n)"
    r"\n```json\n(?P<json>.+?)\n```",
    re.DOTALL | re.MULTILINE,
)
PORT = "7860"
# What differs from run to run, or from processor to processor.
VARYING = {"milliseconds", "confidence", "score", "dense", "lexical", "path"}


def within(shown: object, got: object) -> bool:
    """Whether what is shown is got, but for what is left out of objects and at the end of lists."""
    if isinstance(shown, dict) and isinstance(got, dict):
        return all(
            name in got and (name in VARYING or within(value, got[name]))
            for name, value in shown.items()
        )
    if isinstance(shown, list) and isinstance(got, list):
        return len(shown) <= len(got) and all(map(within, shown, got))
    if isinstance(shown, str) and isinstance(got, str) and shown.endswith("…"):
        return got.startswith(shown[:-1])
    return shown == got


def called(call: re.Match[str], port: str) -> object:
    """Do what the README says, at another port."""
    if call["python"]:
        done = subprocess.run(
            [sys.executable, "-c", call["python"].replace(PORT, port)],
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)
    curl, silent, address, *options = shlex.split(call["curl"].replace(PORT, port))
    assert (curl, silent) == ("curl", "-s")
    given = dict(zip(options[::2], options[1::2], strict=True))
    headers = dict([given["-H"].split(": ", 1)]) if "-H" in given else {}
    if "--json" in given:
        body = json.loads(given["--json"])
        return httpx.post(f"http://{address}", json=body, headers=headers, timeout=60).json()
    return httpx.get(f"http://{address}", timeout=60).json()


@pytest.mark.slow
def test_the_readme_shows_what_the_server_says(demonstration: Path) -> None:
    calls = list(CALL.finditer(README.read_text(encoding="utf-8")))
    assert len(calls) == 7
    with serving(demonstration) as port:
        for call in calls:
            assert within(json.loads(call["json"]), called(call, port)), call[0]


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run the server over an index; yield its port."""
    command = [sys.executable, "-m", "ragqa", "app", "--index", str(folder), "--port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
    ) as running:
        try:
            assert running.stderr is not None
            said = running.stderr.readline()
            (port,) = re.findall(r"http://[^:/]+:(\d+)", said)
            wait_until_ready(f"http://127.0.0.1:{port}")
            yield port
        finally:
            running.terminate()
            running.communicate()


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
