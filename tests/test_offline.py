"""Nothing leaves the machine: no library that we run reports to its maker."""

import subprocess
import sys
from pathlib import Path

import pytest

from support import environment, ragqa

# Every lookup of a host and every connection but to this machine's own sockets ends the process.
REFUSING = """
import os, sys

def refuse(event, arguments):
    if event in ("socket.getaddrinfo", "socket.connect", "socket.sendto"):
        print("reached out:", event, arguments[1:], file=sys.stderr, flush=True)
        os._exit(99)

sys.addaudithook(refuse)
from ragqa.cli import main
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("The lock at Velo cost 12 million guilders, the board said.")
    (tmp_path / "temporary").mkdir()
    return tmp_path


def test_no_telemetry_is_begun(folder: Path) -> None:
    """ONNX Runtime keeps its session of telemetry in a file of the temporary folder."""
    for arguments in (("index", "a.txt"), ("ask", "What did the lock cost?")):
        ran = ragqa(*arguments, cwd=folder, TMPDIR=str(folder / "temporary"))
        assert ran.returncode == 0, ran
        assert not list((folder / "temporary").iterdir())


def test_that_file_is_there_without_us(folder: Path) -> None:
    """The test above would see it."""
    known = {**environment(), "TMPDIR": str(folder / "temporary")}
    known.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", "import onnxruntime"], env=known, check=True)
    assert list((folder / "temporary").iterdir())


def test_no_python_code_reaches_out(folder: Path) -> None:
    for arguments in (("index", "a.txt"), ("ask", "What did the lock cost?"), ("search", "lock")):
        ran = subprocess.run(
            [sys.executable, "-c", REFUSING, *arguments],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
