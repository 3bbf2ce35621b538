"""What a question asks for: the kind of answer, its form, and the words to look for.

Grammar only: the question word, the noun it asks about and closed classes of English words. A
question in another language, or one with no question word that is known, is still a question: its
words are looked for, and a whole sentence answers it.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from ragqa.errors import QuestionError
from ragqa.types import Frozen, Span, ValueKind
from ragqa.words import (
    AUXILIARIES,
    DETERMINERS,
    FUNCTION_WORDS,
    PERIODS,
    PREPOSITIONS,
    PRONOUNS,
)

Form = Literal["value", "reason", "list", "statement", "yes-no"]

LONGEST: Final = 2_000
"""Code points that a question may have."""

_WH: Final = ("what", "when", "which", "who", "whose", "whom", "where", "why", "how")
_WH_WORDS: Final = frozenset(_WH)
# A word this near to a question word is one, where a question word may stand.
_TYPO_DISTANCE: Final = 1
_APOSTROPHES: Final = "'’"

_NOUNS: Final[tuple[tuple[str, tuple[ValueKind, ...]], ...]] = (
    (
        "price prices cost costs revenue revenues amount sum fee fees salary salaries wage "
        "wages budget profit profits loss losses earnings income expense expenses spending "
        "valuation worth fine turnover debt funding investment money bill tariff pay "
        "compensation damages bail ransom dividend",
        ("money",),
    ),
    ("percentage percent share proportion fraction ratio rate margin majority", ("percent",)),
    ("number count total population figure score tally toll attendance quantity", ("number",)),
    (
        "distance height depth weight width size speed temperature altitude elevation average "
        "estimate maximum minimum output capacity volume",
        ("number",),
    ),
    ("age", ("number", "duration")),
    ("date day year month deadline birthday decade century quarter weekday period", ("date",)),
    ("duration lifespan length expectancy", ("duration",)),
    (
        "name person man woman company firm organisation organization agency outlet newspaper "
        "publication magazine website country city town state place location team club party "
        "bank university school ministry government author writer founder co-founder "
        "cofounder owner president chairman chairwoman ceo cfo cto coo boss head leader "
        "director minister spokesman spokeswoman spokesperson maker manufacturer supplier "
        "developer publisher inventor winner successor predecessor rival competitor partner "
        "buyer seller investor analyst economist professor mayor governor senator judge "
        "lawyer nickname street river island continent capital",
        ("name",),
    ),
)
# A noun that is asked about, and the kinds of value that answer.
_KINDS: Final = {word: kinds for words, kinds in _NOUNS for word in words.split()}
_REASONS: Final = frozenset("reason reasons cause causes rationale motive explanation".split())
_MONEY_VERBS: Final = frozenset(
    "cost costs pay pays paid spend spends spent earn earns earned charge charges charged burn "
    "burned raise raised".split()
)
_CHANGES: Final = frozenset(
    "fall fell fallen drop dropped decline declined shrink shrank rise rose risen grow grew grown "
    "increase increased decrease decreased climb climbed change changed of".split()
)
_SIZES: Final = "far tall high big large fast heavy deep wide hot cold loud small few".split()
_NUMBER: Final[tuple[ValueKind, ...]] = ("number",)
_HOW: Final[dict[str, tuple[ValueKind, ...]]] = {
    "much": ("money", "percent"),
    "many": ("number",),
    "long": ("duration", "date"),
    "old": ("duration", "number"),
    "soon": ("date", "duration"),
    **dict.fromkeys(_SIZES, _NUMBER),
}
_DIRECT: Final[dict[str, tuple[ValueKind, ...]]] = {
    "when": ("date",),
    "who": ("name",),
    "whose": ("name",),
    "whom": ("name",),
    "where": ("name",),
}
_LINKING: Final = frozenset("is are was were be been".split())
# Heads that an answering text seldom repeats: they are asked for, not looked for.
_ASKED_ONLY: Final = frozenset(
    "date year month day number amount percentage percent name names reason reasons count".split()
)
# After these a question word opens an indirect question: "can you tell me when it ends".
_ASKING: Final = frozenset("tell know say explain show find wonder remember ask me us".split())
_COMMANDS: Final = frozenset("list name give enumerate".split())
_TELLING: Final = frozenset("explain describe summarise summarize discuss tell define".split())
_SCAFFOLD: Final = (
    frozenset(_WH)
    | frozenset("tell please list give explain describe know say find show me much many".split())
    | frozenset("what's who's when's where's how's why's that's it's there's exactly".split())
)
# Function words that change what is looked for.
_CONTENT: Final = frozenset("first second third last next".split())


class Term(Span):
    """A word, or a phrase, of the question; `text` is casefolded where it is a word to look for."""

    text: str


class Question(Frozen):
    """A question and what it asks for.

    `text` is the question as it was asked, and every span is one over it. `expects` are the kinds
    of value that may answer, likeliest first; it is empty when a whole sentence answers. `terms`
    are the words to look for, casefolded, without possessive endings. `names` are the
    proper names and quoted phrases as the question writes them; amounts and dates in the question
    are left to `ragqa.values.find_values`.
    """

    text: str
    expects: tuple[ValueKind, ...]
    form: Form
    terms: tuple[Term, ...]
    names: tuple[Term, ...]


class _Word(NamedTuple):
    """A word without its possessive ending, in lower case, corrected where it is a typo."""

    low: str
    raw: str
    start: int
    end: int


class _Asked(NamedTuple):
    """What one clause asks for; `head` is the index of the noun that is asked for, or -1."""

    kinds: tuple[ValueKind, ...]
    form: Form
    head: int = -1


def parse_question(text: str) -> Question:
    """Find out what a question asks for.

    "How much did it cost?" expects money, "when" a date, "api shutdown date" a date too; "why did
    it close" is answered by whole sentences, and its form is "reason". Of two questions in one,
    both kinds are expected and the first decides the form.

    Raises:
        QuestionError: the question is empty, has no word in it, or more than 2,000 characters.
    """
    if not text.strip():
        raise QuestionError("The question is empty: ask something with at least one word.")
    if len(text) > LONGEST:
        raise QuestionError(
            f"The question has {len(text):,} characters, more than {LONGEST:,}: shorten it."
        )
    words = [_Word(raw.lower().replace("’", "'"), raw, s, e) for raw, s, e in _split(text)]
    if not words:
        raise QuestionError("The question has no word in it: ask with at least one word.")
    words = _corrected(words)
    kinds: list[ValueKind] = []
    forms: list[Form] = []
    asked_only: set[int] = set()
    for begin, end in _clauses(text, words):
        asked = _asked(words[begin:end])
        kinds += [kind for kind in asked.kinds if kind not in kinds]
        forms.append(asked.form)
        if asked.head >= 0 and words[begin + asked.head].low in _ASKED_ONLY:
            asked_only.add(begin + asked.head)
    form = next((form for form in forms if form != "statement"), "statement")
    return Question(
        text=text,
        expects=tuple(kinds),
        form=form,
        terms=_terms(words, asked_only),
        names=_names(text, words),
    )


def _split(text: str) -> Iterator[tuple[str, int, int]]:
    """Words, less possessive endings: runs of letters, digits, marks and inner apostrophes."""
    start = -1
    for i, letter in enumerate(text + " "):
        inside = letter.isalnum() or unicodedata.category(letter)[0] == "M"
        if start >= 0 and letter in _APOSTROPHES:
            inside = i + 1 < len(text) and text[i + 1].isalpha()
        if inside and start < 0:
            start = i
        elif not inside and start >= 0:
            word = text[start:i]
            base = word[:-2] if word[-2:].lower() in ("'s", "’s") else word
            # "What's" is no possessive: it holds the verb.
            if base.lower() in _WH or base.lower() in PRONOUNS:
                base = word
            if any(each.isalnum() for each in base):
                yield base, start, start + len(base)
            start = -1


def _corrected(words: Sequence[_Word]) -> list[_Word]:
    """Put right misspelt question words where a question word may stand: "waht is", "how meny"."""
    fixed = list(words)
    for i, word in enumerate(words):
        after = words[i + 1].low if i + 1 < len(words) else ""
        before = fixed[i - 1].low if i else ""
        low = word.low
        if before == "how" and low not in _HOW:
            low = _nearest(low, ("much", "many")) or low
        elif low not in FUNCTION_WORDS and i < 3:
            grammar = after in AUXILIARIES or after in DETERMINERS or after in _HOW
            if grammar:
                low = _nearest(low, ("how", *_WH) if after in _HOW else _WH) or low
            else:
                low = _nearest(low, ("which",)) or low
        fixed[i] = word._replace(low=low)
    return fixed


def _nearest(word: str, among: Sequence[str]) -> str:
    from rapidfuzz.distance import OSA

    if not 3 <= len(word) <= 6 or word in _KINDS:
        return ""
    distances = [OSA.distance(word, other, score_cutoff=_TYPO_DISTANCE) for other in among]
    least = min(distances)
    return among[distances.index(least)] if least <= _TYPO_DISTANCE else ""


def _clauses(text: str, words: Sequence[_Word]) -> list[tuple[int, int]]:
    """Where one question ends and another begins: at a stop, or at "and when"."""
    starts = [0]
    for i in range(1, len(words)):
        between = text[words[i - 1].end : words[i].start]
        joined = words[i - 1].low in ("and", "or") and words[i].low in _WH and i > 1
        if joined or any(stop in between for stop in "?!;\n") or ". " in between:
            starts.append(i)
    return list(zip(starts, [*starts[1:], len(words)], strict=True))


def _asked(words: Sequence[_Word]) -> _Asked:
    """What one clause asks for."""
    low = [word.low for word in words]
    at = _question_word(low)
    if at < 0:
        return _unasked(low)
    word = low[at].removesuffix("'s").removesuffix("'re").removesuffix("'d")
    rest = low[at + 1 :]
    following = rest[0] if rest else ""
    if word == "how" and following in ("come",):
        return _Asked((), "reason")
    if word == "why" or (word == "what" and _asks_reason(low, at)):
        return _Asked((), "reason")
    if word == "how":
        return _how(low, at)
    if word in _DIRECT:
        return _Asked(_DIRECT[word], "list" if _listed(rest) else "value")
    return _what(low, at)


def _question_word(low: Sequence[str]) -> int:
    """The index of the word that asks, or -1: not the "when" of "did it rain when he came"."""
    yes_no = low[0] in AUXILIARIES
    for i, word in enumerate(low):
        if word.removesuffix("'s").removesuffix("'re").removesuffix("'d") not in _WH:
            continue
        if yes_no and low[i - 1] not in _ASKING:
            continue
        # "When the two meet, what is the sum": a clause, not the question.
        clause = word in ("when", "where") and i + 1 < len(low) and low[i + 1] not in AUXILIARIES
        if clause and i == 0 and not _WH_WORDS.isdisjoint(low[1:]):
            continue
        return i
    return -1


def _asks_reason(low: Sequence[str], at: int) -> bool:
    """Whether a "what" asks for a reason: not for a thing, "what causes rust", "what cause of"."""
    if low[at + 1 : at + 2] in (["cause"], ["causes"]):
        return False
    noun = _noun_phrase(low, at)
    if any(low[i] in _REASONS for i in noun):
        return True
    return low[-1] == "for" and "did" in low


def _how(low: Sequence[str], at: int) -> _Asked:
    rest = low[at + 1 :]
    measure = rest[0] if rest else ""
    if measure not in _HOW:
        return _Asked((), "statement")
    kinds = _HOW[measure]
    thing = rest[1] if len(rest) > 1 else ""
    if measure in ("much", "many"):
        if thing in PERIODS or thing in ("time", "years"):
            kinds = ("duration", "number")
        elif thing in ("percent", "percentage"):
            kinds = ("percent",)
        elif thing in ("dollars", "euros", "pounds", "money", "yen"):
            kinds = ("money",)
        elif measure == "much" and (thing == "of" or not _CHANGES.isdisjoint(rest[1:])):
            kinds = ("percent", "money")
        elif measure == "much" and thing and thing not in FUNCTION_WORDS:
            kinds = _KINDS.get(thing, ("number", "money"))
    return _Asked(kinds, "value")


def _what(low: Sequence[str], at: int) -> _Asked:
    """What and which, by the noun they ask about."""
    phrase = _noun_phrase(low, at)
    known = [i for i in phrase if _kinds_of(low[i])]
    which = low[at] == "which"
    direct = at + 1 < len(low) and low[at + 1] not in AUXILIARIES
    ends = phrase[-1] + 1 if phrase else at + 1
    closed = ends >= len(low) or low[ends] in AUXILIARIES or low[ends] in PREPOSITIONS
    many = bool(phrase) and _several(low, at, phrase, direct)
    # "What did the mayor say" and "what is the mayor doing" ask for no mayor.
    if known and not direct:
        doing = ends < len(low) and low[ends] in AUXILIARIES
        acting = doing or (known[-1] != phrase[-1] and _kinds_of(low[known[-1]]) == ("name",))
        if acting or low[at + 1] not in _LINKING:
            known = []
    if known:
        # "What share price did it" asks for the last noun, "what company bought" for the first.
        head = known[-1] if closed else known[0]
        if low[head] == "time":
            return _Asked((), "statement", head)
        return _Asked(_kinds_of(low[head]), "list" if many else "value", head)
    if which:
        return _Asked(("name",), "list" if many else "value")
    if not _MONEY_VERBS.isdisjoint(low[at + 1 :]) and low[at + 1] in AUXILIARIES:
        return _Asked(("money",), "value")
    return _Asked((), "list" if many else "statement")


def _noun_phrase(low: Sequence[str], at: int) -> range:
    """The words that a what or which asks about, up to a preposition or a verb that is known.

    "what is the daily cost of it" gives "daily cost", "which companies did it name" "companies".
    """
    begin = at + 1
    skipped = AUXILIARIES | DETERMINERS | {"of", "are", "his", "her", "its", "their", "this"}
    while begin < len(low) and low[begin] in skipped:
        begin += 1
    end = begin
    while end < len(low) and low[end] not in PREPOSITIONS and low[end] not in AUXILIARIES:
        end += 1
    return range(begin, end)


def _several(low: Sequence[str], at: int, phrase: range, direct: bool) -> bool:
    """Whether the question asks for more than one thing."""
    if low[at] == "what's" or (not direct and low[at + 1] in ("is", "was")):
        return False
    if low[at + 1] == "causes" or (direct and _is_verb(low, at + 1)):
        return False
    nouns = [low[i] for i in phrase]
    if not direct:
        return low[at + 1] in ("are", "were")
    return _plural(nouns[0]) or (
        len(nouns) > 1 and _plural(nouns[-1]) and _kinds_of(nouns[-1]) != ()
    )


def _is_verb(low: Sequence[str], i: int) -> bool:
    """Whether a word in -s is a verb by the next one: "what drives the pump", "happens when"."""
    after = low[i + 1] if i + 1 < len(low) else ""
    return after in (DETERMINERS | PRONOUNS | _WH_WORDS) - {"that"}


def _plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _kinds_of(noun: str) -> tuple[ValueKind, ...]:
    for form in (noun, noun.removesuffix("s"), noun.removesuffix("ies") + "y"):
        if form in _KINDS:
            return _KINDS[form]
    return ()


def _listed(rest: Sequence[str]) -> bool:
    return bool(rest) and rest[0] in ("are", "were") and len(rest) > 1 and _plural(rest[-1])


def _unasked(low: Sequence[str]) -> _Asked:
    """A clause without a question word: yes or no, a command, or keywords."""
    start = 1 if low[0] == "please" and len(low) > 1 else 0
    first = low[start]
    if first in AUXILIARIES and len(low) > 1 and first not in ("may", "let", "let's"):
        return _Asked((), "yes-no")
    if not _REASONS.isdisjoint(low):
        return _Asked((), "reason", next(i for i, word in enumerate(low) if word in _REASONS))
    if first in _TELLING:
        return _Asked((), "statement")
    phrase = _noun_phrase(low, start - 1 if first not in _COMMANDS else start)
    known = [i for i in phrase if _kinds_of(low[i])] or [
        i for i, word in enumerate(low) if i > start and _kinds_of(word)
    ][:1]
    if first in _COMMANDS and len(low) > start + 1:
        several = any(_plural(low[i]) for i in phrase)
        kinds = _kinds_of(low[known[-1]]) if known else ()
        return _Asked(
            kinds or (("name",) if first == "name" else ()), "list" if several else "value"
        )
    # A full clause states something; keywords are a noun phrase.
    if not known or any(word in AUXILIARIES for word in low):
        return _Asked((), "statement")
    return _Asked(_kinds_of(low[known[-1]]), "value", known[-1])


def _terms(words: Sequence[_Word], asked_only: set[int]) -> tuple[Term, ...]:
    """The words to look for; all of them when nothing but function words is there."""
    shouted = all(word.raw.isupper() for word in words)
    kept = [
        word
        for i, word in enumerate(words)
        if i not in asked_only and (_carries(word.low) or (_acronym(word.raw) and not shouted))
    ]
    return tuple(
        Term(start=word.start, end=word.end, text=word.raw.casefold().replace("’", "'"))
        for word in kept or words
    )


def _carries(low: str) -> bool:
    return low in _CONTENT or (low not in FUNCTION_WORDS and low not in _SCAFFOLD)


def _acronym(raw: str) -> bool:
    """Whether a word in capitals is one of its own: "US" is no pronoun; a query's OR is an or."""
    return len(raw) > 1 and raw.isupper() and raw not in ("OR", "AND", "NOT", "NEAR")


def _names(text: str, words: Sequence[_Word]) -> tuple[Term, ...]:
    """Runs of words with capitals of their own, and quoted phrases, as the question writes them."""
    quoted = _quoted(text)
    spans = list(quoted)
    lettered = [word for word in words if word.raw[0].isalpha()]
    titled = len(lettered) > 2 and all(
        word.raw[0].isupper() for word in lettered if len(word.raw) > 3
    )
    shouted = all(word.raw.isupper() for word in lettered)
    begin = end = -1
    for i, word in enumerate(words):
        own = any(letter.isupper() for letter in word.raw[1:]) and not shouted
        capital = word.raw[0].isupper() and not shouted
        named = (own and (_acronym(word.raw) or _carries(word.low))) or (
            capital and _carries(word.low) and not (titled and not own) and not _opens(words, i)
        )
        numbered = begin >= 0 and word.raw[0].isdigit() and len(word.raw) <= 3
        inside = any(start <= word.start and word.end <= stop for start, stop in quoted)
        joins = begin >= 0 and text[end : word.start] in (" ", "-", " & ", "&", ". ")
        if (named or (numbered and joins)) and not inside:
            if joins and begin >= 0:
                end = word.end
            else:
                if begin >= 0:
                    spans.append((begin, end))
                begin, end = word.start, word.end
        elif begin >= 0:
            spans.append((begin, end))
            begin = end = -1
    if begin >= 0:
        spans.append((begin, end))
    return tuple(Term(start=s, end=e, text=text[s:e]) for s, e in sorted(spans))


def _opens(words: Sequence[_Word], i: int) -> bool:
    """Whether a capital is only the question's first: "Number of users", but not "Disney exit"."""
    low = words[i].low
    return i == 0 and (bool(_kinds_of(low)) or low in _TELLING or low in _COMMANDS)


def _quoted(text: str) -> list[tuple[int, int]]:
    """The insides of double quotes that hold a word, without the quotes."""
    spans: list[tuple[int, int]] = []
    closing = {'"': '"', "“": "”", "«": "»", "„": "“"}
    i = 0
    while i < len(text):
        stop = text.find(closing[text[i]], i + 1) if text[i] in closing else -1
        if stop < 0:
            i += 1
            continue
        inner = text[i + 1 : stop]
        if any(letter.isalnum() for letter in inner):
            begin = i + 1 + len(inner) - len(inner.lstrip())
            spans.append((begin, begin + len(inner.strip())))
        i = stop + 1
    return spans
