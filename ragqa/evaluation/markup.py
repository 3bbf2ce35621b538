"""HTML that is escaped by construction: a string is text, only `Markup` is markup."""

import html
import unicodedata
from collections.abc import Iterable

_VOID = frozenset({"meta", "input", "br"})
_KEPT = frozenset("\n\t")
# Format characters that only join or break letters; the others (Unicode category Cf) can reorder
# what is read, or hide it.
_JOINERS = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_BREAKS = frozenset("\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")


class Markup:
    """A piece of finished HTML. Build it with `element`; `trusted` is for our own constants."""

    def __init__(self, trusted: str) -> None:
        self._html = trusted

    def __str__(self) -> str:
        return self._html


def element(
    tag: str, *children: "Markup | str | Iterable[Markup] | None", **attributes: "str | bool | None"
) -> Markup:
    """An HTML element; text and attribute values are escaped.

    >>> str(element("p", "a < b", class_="x"))
    '<p class="x">a &lt; b</p>'
    """
    written = "".join(
        f" {name.rstrip('_').replace('_', '-')}"
        + ("" if value is True else f'="{html.escape(visible(str(value)))}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    inside = "".join(_render(child) for child in children)
    return Markup(f"<{tag}{written}>" + ("" if tag in _VOID else f"{inside}</{tag}>"))


def _render(child: "Markup | str | Iterable[Markup] | None") -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return str(child)
    if isinstance(child, str):
        return html.escape(visible(child))
    return "".join(str(part) for part in child)


def visible(text: str) -> str:
    """Text, character by character, with the replacement sign for what a page shall not hold.

    That is controls and lone surrogates, and what reorders or hides what is read.
    """
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable() or character in _KEPT or character in _JOINERS:
        return character
    if unicodedata.category(character) == "Zs":
        return character
    return " " if character in _BREAKS else "\N{REPLACEMENT CHARACTER}"
