"""Files into articles: which files there are, what their bytes say, and what is wrong with them.

`discover` finds the files, `SourceFile.read` gives the bytes of one (enough to see whether it has
changed), and `parse` makes articles of them. A file or record that cannot be read is named, and
stops nothing.
"""

import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragqa.errors import InputError
from ragqa.head import find_date, find_headline, find_source, iso_date, locate
from ragqa.lines import collapse, front_matter, has_words, split_lines
from ragqa.types import Article, FileProblem, Format, Span
from ragqa.webpage import read_html

FORMATS: Mapping[str, Format] = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".jsonl": "jsonl",
}

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b") | {127})

_FIELDS = {
    "title": "title",
    "headline": "title",
    "source": "source",
    "publisher": "source",
    "site": "source",
    "outlet": "source",
    "url": "url",
    "link": "url",
    "canonical_url": "url",
    "published": "published",
    "date": "published",
    "published_at": "published",
    "publish_date": "published",
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that may hold articles. `name` is its path relative to the folder given."""

    path: Path
    name: str
    format: Format
    size: int
    max_bytes: int

    def read(self) -> bytes:
        """Return the file's bytes.

        Raises:
            InputError: it is too large, or cannot be read; the message does not name the file.
        """
        too_large = (
            f"larger than {self.max_bytes / 1_000_000:g} MB: split it, or raise max_file_megabytes"
        )
        if self.size > self.max_bytes:
            raise InputError(too_large)
        try:
            with self.path.open("rb") as file:
                data = file.read(self.max_bytes + 1)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}") from error
        if len(data) > self.max_bytes:
            raise InputError(too_large)
        return data


def discover(path: Path, *, max_bytes: int) -> tuple[list[SourceFile], list[FileProblem]]:
    """Find the files to read: the one given, or all below the folder given, in order of name.

    Hidden files and folders and files of other kinds are passed over. Links are followed, but no
    file or folder is read twice, under whatever name.

    Returns:
        The files, and what is wrong with others (with absolute paths).

    Raises:
        InputError: there is nothing at `path`, or it is a file of a kind that is not read.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - keeps links, so names stay the user's
    if path.is_dir():
        return _Walk(path, max_bytes).run()
    if not path.exists():
        raise InputError(f"there is no {readable(path)}: check the path")
    if path.suffix.lower() not in FORMATS:
        raise InputError(
            f"{readable(path)} is of a kind that is not read: give one of {' '.join(FORMATS)}"
        )
    if not path.is_file():
        raise InputError(f"{readable(path)} is not a regular file: give a file or a folder")
    return [_source(path, path.name, path.stat().st_size, max_bytes)], []


def readable(path: Path | str) -> str:
    """Return a path as text; bytes of a name that are not UTF-8 become replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")


def _source(path: Path, name: str, size: int, max_bytes: int) -> SourceFile:
    return SourceFile(path, readable(name), FORMATS[path.suffix.lower()], size, max_bytes)


class _Walk:
    """One walk through a folder; folders and files themselves come before links to them."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self._root = root
        self._max_bytes = max_bytes
        self._seen: set[str] = set()
        self._links: list[str] = []
        self._folders = [str(root)]
        self._files: list[SourceFile] = []
        self._problems: list[FileProblem] = []

    def run(self) -> tuple[list[SourceFile], list[FileProblem]]:
        while self._folders or self._links:
            if self._folders:
                self._read_folder(self._folders.pop(0))
            else:
                self._follow(self._links.pop(0))
        return (
            sorted(self._files, key=lambda file: (file.name, str(file.path))),
            sorted(self._problems, key=lambda problem: problem.path),
        )

    def _read_folder(self, folder: str) -> None:
        real = os.path.realpath(folder)
        if real in self._seen:
            return
        self._seen.add(real)
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._problem(folder, f"this folder cannot be read: {error.strerror or error}")
            return
        for entry in found:
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                self._links.append(entry.path)
            elif entry.is_dir():
                self._folders.append(entry.path)
            else:
                self._add(entry.path, str(Path(real, entry.name)))

    def _follow(self, link: str) -> None:
        real = os.path.realpath(link)
        if Path(link).is_dir():
            # A link to a folder that this one stands in is a circle, not a part of it.
            if not Path(os.path.realpath(self._root)).is_relative_to(real):
                self._folders.append(link)
        else:
            self._add(link, real)

    def _add(self, path: str, real: str) -> None:
        if Path(path).suffix.lower() not in FORMATS or real in self._seen:
            return
        self._seen.add(real)
        try:
            status = Path(path).stat()
        except OSError as error:
            self._problem(path, f"cannot be read: {error.strerror or error}")
            return
        if not stat.S_ISREG(status.st_mode):
            self._problem(path, "not a regular file: remove or rename it")
            return
        name = Path(path).relative_to(self._root).as_posix()
        self._files.append(_source(Path(path), name, status.st_size, self._max_bytes))

    def _problem(self, path: str, problem: str) -> None:
        self._problems.append(FileProblem(path=readable(path), problem=problem))


def parse(file: SourceFile, data: bytes) -> tuple[list[Article], list[FileProblem]]:
    """Make articles of a file's bytes: one, or one for each record of a .jsonl file.

    Returns:
        The articles, and what is wrong: with no article, why there is none; with some, which
        records are left out, or what was done to read the file at all.
    """
    try:
        if not data.strip():
            raise InputError("empty: nothing to read in it")
        return _PARSERS[file.format](file, data)
    except InputError as error:
        return [], [FileProblem(path=file.name, problem=str(error))]


_Parsed = tuple[list[Article], list[FileProblem]]


def _notes(file: SourceFile, note: str | None) -> list[FileProblem]:
    return [FileProblem(path=file.name, problem=note)] if note else []


def _article(
    file: SourceFile,
    text: str,
    fields: Mapping[str, str],
    *,
    key: str | None = None,
    headline: Span | None = None,
) -> Article:
    """Put an article together; what the metadata do not say is looked for in its head.

    Raises:
        InputError: there is no word in the text.
    """
    if not has_words(text):
        raise InputError("there is no text in it")
    known: dict[str, str] = {}
    metadata: dict[str, str] = {}
    for name, value in fields.items():
        field = _FIELDS.get(name.lower())
        if field is None or field in known or (field == "published" and not iso_date(value)):
            metadata[name] = value
        elif collapse(value):
            known[field] = collapse(value)
    lines = split_lines(text[:20_000])
    title = known.get("title")
    span = headline or (locate(text, lines, title) if title else None)
    if title is None:
        span = span or find_headline(text, lines)
        title = collapse(text[span.start : span.end]) if span else None
    published = iso_date(known["published"]) if "published" in known else find_date(text, lines)
    return Article(
        id=key or file.name,
        path=readable(file.path),
        format=file.format,
        text=text,
        title=title,
        title_span=span,
        source=known.get("source") or find_source(text, lines, span),
        url=known.get("url"),
        published=published,
        metadata=metadata,
    )


# Formats


def _parse_text(file: SourceFile, data: bytes) -> _Parsed:
    text, note = decode(data)
    return [_article(file, text, {})], _notes(file, note)


def _parse_markdown(file: SourceFile, data: bytes) -> _Parsed:
    import yaml

    text, note = decode(data)
    notes = _notes(file, note)
    fields: dict[str, str] = {}
    body = 0
    if found := front_matter(text):
        body = found[2]
        try:
            stated = yaml.safe_load(text[found[0] : found[1]])
            fields = _scalars(stated if isinstance(stated, dict) else {})
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            place = f"{file.name}:{mark.line + 2}" if mark else file.name
            problem = "the front matter is not valid YAML: title and date are not taken from it"
            notes.append(FileProblem(path=place, problem=problem))
    if not has_words(text[body:]):
        raise InputError("there is no text in it but the front matter")
    heading = re.compile(r"^#[ \t]+(\S.*?)[ \t]*#*[ \t]*\r?$", re.MULTILINE).search(text, body)
    span = Span(start=heading.start(1), end=heading.end(1)) if heading else None
    stated_title = any(_FIELDS.get(name.lower()) == "title" for name in fields)
    if span and not stated_title:
        fields["title"] = text[span.start : span.end]
        return [_article(file, text, fields, headline=span)], notes
    if span and collapse(text[span.start : span.end]) != collapse(fields.get("title", "")):
        span = None
    return [_article(file, text, fields, headline=span)], notes


def _parse_html(file: SourceFile, data: bytes) -> _Parsed:
    text, note = decode(data, declared=True)
    page = read_html(text)
    return [_article(file, page.text, page.fields)], _notes(file, note)


def _parse_pdf(file: SourceFile, data: bytes) -> _Parsed:
    import logging
    from io import BytesIO

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("encrypted: save it without a password")
        text = "\f".join(page.extract_text() for page in reader.pages)
        stated = str((reader.metadata and reader.metadata.title) or "")
    except InputError:
        raise
    except Exception as error:  # what a damaged PDF makes pypdf raise is open
        encrypted = "encrypt" in str(error).lower() or "cryptography" in str(error).lower()
        raise InputError(
            "encrypted: save it without a password"
            if encrypted
            else "damaged or not a PDF: open it and save it again"
        ) from error
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not has_words(text):
        raise InputError("no text in it (scanned?): run it through text recognition (OCR) first")
    title = collapse(stated)
    # A PDF's own title is often the name of the file it was made from.
    fields = {"title": title} if title and title in collapse(text[:2000]) else {}
    return [_article(file, text, fields)], []


def _parse_jsonl(file: SourceFile, data: bytes) -> _Parsed:
    text, note = decode(data)
    notes = _notes(file, note)
    articles: list[Article] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        key = f"{file.name}#{number}"
        try:
            article = _record(file, line, key)
            if article.id in lines:
                raise InputError(
                    f"the id {article.id!r} stands in line {lines[article.id]} already: "
                    "give each record its own"
                )
        except InputError as error:
            notes.append(FileProblem(path=f"{file.name}:{number}", problem=str(error)))
            continue
        lines[article.id] = number
        articles.append(article)
    if not articles and not notes:
        raise InputError("empty: no record in it")
    return articles, notes


def _record(file: SourceFile, line: str, key: str) -> Article:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        column = f" (column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"this line is not valid JSON{column}: correct or remove it") from error
    if not isinstance(record, dict):
        raise InputError('this line is not a JSON object: write {"text": "..."}')
    text = record.pop("text", None)
    if not isinstance(text, str):
        raise InputError('the field "text" is missing or no string')
    if not has_words(text):
        raise InputError('the field "text" is empty')
    own = record.pop("id", None)
    if own is not None and (isinstance(own, bool) or not isinstance(own, str | int)):
        raise InputError('the field "id" is neither a string nor a whole number')
    for name in ("title", "source", "url", "published"):
        if not isinstance(record.get(name), str | int | None):
            raise InputError(f'the field "{name}" is no string')
    own_key = collapse(_whole(str(own))) if own is not None else ""
    return _article(file, _whole(text), _scalars(record), key=own_key or key)


def _whole(text: str) -> str:
    """Put a replacement character in the place of every lone surrogate (JSON can escape one)."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _scalars(record: Mapping[Any, Any]) -> dict[str, str]:
    """Return the fields that hold a text, number, date or a list of such, as text."""
    fields = {}
    for name, value in record.items():
        values = value if isinstance(value, list) else [value]
        plain = [
            v for v in values if v is not None and not isinstance(v, dict | list | tuple | set)
        ]
        if plain:
            fields[_whole(str(name))] = _whole(", ".join(str(v) for v in plain))
    return fields


_PARSERS: Mapping[Format, Callable[[SourceFile, bytes], _Parsed]] = {
    "text": _parse_text,
    "markdown": _parse_markdown,
    "html": _parse_html,
    "pdf": _parse_pdf,
    "jsonl": _parse_jsonl,
}


# Bytes to text


def decode(data: bytes, *, declared: bool = False) -> tuple[str, str | None]:
    """Decode a file: UTF-8, else UTF-16 or UTF-32, else Windows-1252; line ends stay as they are.

    Args:
        data: The bytes.
        declared: Whether the text may name its own encoding, as HTML does.

    Returns:
        The text without its byte order mark, and a note for the user when it was not UTF-8.

    Raises:
        InputError: it is not text.
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], name)
    if wide := _wide(data):
        return _decode_as(data, wide)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return (declared and _decode_declared(data)) or _decode_legacy(data)
    if _share(data, _CONTROLS) > 0.3:
        raise InputError(_BINARY)
    return text, None


def _decode_as(data: bytes, name: str) -> tuple[str, str | None]:
    text = data.decode(name, "replace")
    broken = text.count("\ufffd") - data.count("\ufffd".encode(name))
    if broken > 0.05 * len(text):
        raise InputError(_BINARY)
    if broken > 0:
        return text, f"not wholly {name.upper()}: {broken} bad characters were replaced"
    return text, None if name == "utf-8" else f"not UTF-8: read as {name.upper()}"


def _decode_declared(data: bytes) -> tuple[str, str | None] | None:
    named = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", data[:4096])
    try:
        return (data.decode(named[1].decode("ascii")), None) if named else None
    except (LookupError, UnicodeError):
        return None


def _decode_legacy(data: bytes) -> tuple[str, str | None]:
    if _share(data, _CONTROLS) > 0.02:
        raise InputError(_BINARY)
    patched = data.decode("utf-8", "replace")
    broken = patched.count("\ufffd")
    if sum(map(len, re.findall("[^\x00-\x7f\ufffd]+", patched))) >= broken:
        return patched, f"not wholly UTF-8: {broken} bad characters were replaced"
    if _share(data, bytes(range(128, 256))) > 0.3:  # more than any text in Western letters has
        raise InputError(_BINARY)
    try:
        return data.decode("cp1252"), "not UTF-8: read as Windows-1252 (Latin-1)"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "not UTF-8: read as Latin-1"


_BINARY = "not text (binary?): remove it, or convert it to UTF-8 text"
_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}


def _wide(data: bytes) -> str | None:
    """Say whether bytes without a mark are UTF-16: every other byte of Latin text is a NUL then."""
    even, odd = data[:4096:2], data[1:4096:2]
    if len(data) % 2 or not odd:
        return None
    zeros = even.count(0) / len(even), odd.count(0) / len(odd)
    if zeros[1] > 0.5 and zeros[0] < 0.05:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > 0.5 and zeros[1] < 0.05 else None


def _share(data: bytes, kind: bytes) -> float:
    return 1 - len(data.translate(None, kind)) / len(data)
