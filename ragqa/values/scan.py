"""One walk over a text's tokens that collects every value."""

from typing import Final

from ragqa.types import ValueSpan
from ragqa.values import dates, quantities
from ragqa.values.dates import Dates
from ragqa.values.names import Names
from ragqa.values.quantities import Quantities
from ragqa.values.tokens import Reading, Token, tokenise
from ragqa.words import CURRENCY_SIGNS

_STARTERS: Final = quantities.STARTERS | dates.STARTERS


def find_values(text: str) -> list[ValueSpan]:
    """Find the amounts, percentages, numbers, dates, durations and names in a text.

    Args:
        text: Any text; a whole article finds more names than one sentence does, because a word's
            capitals are judged by how the text writes it elsewhere.

    Returns:
        Values in order, disjoint, each with its half-open span in code points. A span covers the
        phrase with its currency, scale word, unit and rate ("US$1.2 million a day"), a range is
        one value ("between 5 and 10 percent"), and approximators ("about", "up to") stay outside.

    Normal forms, by kind:

    - money: `USD 1000000`, `USD 10000000..15000000`, `USD 1000000/day`, `USD 20/user/month`. A bare
      "$" is USD. A rate said nearby ("$1 million in daily losses") is in the normal form only.
    - percent: `50%`, `2.5 points` for percentage points, `factor 2` for "doubled", "10x". "Half"
      and "halved" are both `50%`, "a third" `33.33%`, "one in five" `20%`.
    - number: `500000`, `1200000..1500000`, with a unit of measure `59.8 MB`, `20 °C`, `80 mph`, a
      score `52-48`. The noun that is counted is not part of it.
    - date: see `ragqa.values.dates`.
    - duration: ISO 8601, `P6M`, `P2Y6M`, `PT48H`, `P6W..P8W`.
    - name: see `ragqa.values.names.normalise_name`.

    Signs are left out but of temperatures (a fall of 5 percent and a rise of 5 percent are both
    `5%`), as are relative dates ("yesterday", "last year"), times of day and ordinals, which mean
    something only as an answer: see `value_of`. After "from", a number takes the unit and scale
    that only "to" states: "from 10 to 15 million" is 10 million and 15 million.
    """
    tokens = tokenise(text)
    amounts = Quantities(tokens)
    days = Dates(tokens, amounts)
    names = Names(text, tokens, amounts)
    found: list[ValueSpan] = []
    i, last = 0, len(tokens) - 3
    while i < last:
        token = tokens[i]
        reading: Reading | None = None
        if _may_begin(token):
            reading = _longest(days.read(i), amounts.read(i))
        if reading is None and token.kind == "word" and token.text != token.low:
            reading = names.read(i)
        if reading is None:
            i += 1
            continue
        found.append(ValueSpan(start=reading.start, end=reading.end, value=reading.value))
        i = reading.next
    return found


def _may_begin(token: Token) -> bool:
    if token.kind == "word":
        return token.low in _STARTERS
    return token.kind != "mark" or token.text in CURRENCY_SIGNS or token.text in "'’‘"


def _longest(first: Reading | None, second: Reading | None) -> Reading | None:
    """The longer of two readings; a tie is the first's."""
    if first is None or second is None:
        return first or second
    return second if second.end > first.end else first
