"""Paths as the tables keep them: text, whatever bytes they have."""

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

_URI = "file://"


def path_text(path: Path) -> str:
    """Return a path as it is stored: as it is, or as a URI where it has bytes that are no text."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return path.as_uri()
    return str(path)


def path_of(text: str) -> Path:
    """Return the path that `path_text` gave as text."""
    if text.startswith(_URI):
        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_URI))))
    return Path(text)
