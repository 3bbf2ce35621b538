"""HTML that is escaped by construction: a string is text, only `Markup` is markup."""

import html
from collections.abc import Iterable

_VOID = frozenset({"meta", "input", "br"})


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
    """Characters that HTML cannot hold (controls, lone surrogates) as the replacement sign."""
    return "".join(
        character
        if character in "\n\t" or (character.isprintable() or character.isspace())
        else "\N{REPLACEMENT CHARACTER}"
        for character in text.replace("\r", "\n")
    )
