"""Filters from what people type: sources, and dates to their stated precision."""

import re
from collections.abc import Sequence
from datetime import date

from ragqa.errors import InputError
from ragqa.types import Filters

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


def read_filters(
    sources: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    *,
    prefix: str = "",
) -> Filters:
    """Return filters by source and by date, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, both inclusive.

    Args:
        sources: Names of sources; none for all.
        since: The first day, month or year wanted.
        until: The last one, which lasts to its end.
        prefix: What stands before `since` and `until` where they are typed.

    Raises:
        InputError: one is no date.
    """
    for name, given in (("since", since), ("until", until)):
        if given is not None and not _is_date(given):
            raise InputError(
                f"{prefix}{name} wants a date, YYYY, YYYY-MM or YYYY-MM-DD, not {given!r}"
            )
    return Filters(sources=tuple(sources), since=since, until=until)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[: 3 * (2 - text.count("-"))])
    except ValueError:
        return False
    return True
