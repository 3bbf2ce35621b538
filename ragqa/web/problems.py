"""Errors in one line for whoever is at the page or the API: what is wrong, and what to do next.

The lines say nothing of this machine, such as where the index lies: that stands in the log.
"""

import logging
from typing import NamedTuple

from ragqa.errors import (
    CitationError,
    IndexFolderError,
    IndexLocked,
    IndexMissing,
    IndexUnwritable,
    InputError,
    ModelError,
)

_log = logging.getLogger(__name__)


class Problem(NamedTuple):
    """An HTTP status, and a line for people."""

    status: int
    line: str


_KINDS: tuple[tuple[type[Exception], int, str], ...] = (
    (IndexMissing, 503, "the index is gone just now; ask again when it is back"),
    (IndexLocked, 503, "the index is being written by another process; try again in a moment"),
    (
        IndexUnwritable,
        503,
        "the index cannot be read or written; check the free disk space and the permissions on "
        "the machine that serves this page",
    ),
    (
        IndexFolderError,
        503,
        "the index cannot be used; on the machine that serves this page run: ragqa verify",
    ),
    (ModelError, 503, "the model cannot be run; the log of the server says why"),
    (
        CitationError,
        500,
        "a citation did not hold, so the answer is not shown; on the machine that serves this "
        "page run: ragqa verify",
    ),
)
_UNEXPECTED = "something went wrong in the server, and its log says what; try again"


def describe(error: BaseException) -> Problem:
    """Tell an error to people."""
    if isinstance(error, InputError):
        return Problem(422, str(error))
    for kind, status, line in _KINDS:
        if isinstance(error, kind):
            return Problem(status, line)
    return Problem(500, _UNEXPECTED)


def describe_and_log(error: BaseException) -> Problem:
    """Tell an error to people; one that is no fault of theirs is logged whole."""
    problem = describe(error)
    if problem.status >= 500:
        _log.error("what was asked could not be done", exc_info=error)
    return problem
