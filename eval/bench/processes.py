"""A child process with what it cost: wall-clock time, processor time and peak memory."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
# `getrusage(2)`: kilobytes on Linux, bytes on macOS.
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Run(NamedTuple):
    """What one process did: times in seconds, of all its threads; memory in bytes.

    A child begins its life with its parent's peak memory, so a peak below that of the process that
    measures is not seen. The scripts that measure therefore import nothing large.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str
    errors: str


def python(*arguments: str | Path, accepted: Sequence[int] = (0,)) -> Run:
    """Run this Python with these arguments from the repository's root, to its end.

    Raises:
        RuntimeError: it ended with a status that is not among the accepted.
    """
    command = [sys.executable, *map(str, arguments)]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=ROOT,
            env=_environment(),
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        run = Run(
            seconds,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * _MAXRSS_UNIT,
            output.read().decode(errors="replace"),
            errors.read().decode(errors="replace"),
        )
    if process.returncode not in accepted:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {run.errors}")
    return run


class Conversation:
    """A process that is told a line at a time and answers each with one."""

    def __init__(self, *arguments: str | Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=_environment(),
            encoding="utf-8",
        )

    def say(self, line: str) -> tuple[str, float]:
        """Return the line that answers this one, and the seconds it took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        begun = time.perf_counter()
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the process ended before it answered")
        return answer, time.perf_counter() - begun

    def end(self) -> int:
        """Let it end; return its peak memory in bytes."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return usage.ru_maxrss * _MAXRSS_UNIT


def _environment() -> Mapping[str, str]:
    """As a user has it: modules compiled once and kept, and nothing asked of a model hub."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "HF_HUB_OFFLINE": "1"}
