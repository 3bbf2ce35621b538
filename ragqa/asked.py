"""What one clause of a question asks for, by its question word and the noun it asks about."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from ragqa.types import ValueKind
from ragqa.words import (
    AUXILIARIES,
    CONJUNCTIONS,
    CURRENCY_WORDS,
    DETERMINERS,
    FUNCTION_WORDS,
    PERIODS,
    PREPOSITIONS,
    PRONOUNS,
    SCALES,
    TENS,
    UNITS,
)

Form = Literal["value", "reason", "list", "statement", "yes-no"]
WH: Final = ("what", "when", "which", "who", "whose", "whom", "where", "why", "how")
WH_WORDS: Final = frozenset(WH)
_NOUNS: Final[tuple[tuple[str, tuple[ValueKind, ...]], ...]] = (
    (
        "price prices cost costs revenue revenues amount sum fee fees salary salaries wage "
        "wages budget profit profits loss losses earnings income expense expenses spending "
        "valuation worth fine turnover debt funding investment money bill tariff pay "
        "compensation damages bail ransom dividend bonus subsidy refund reward rent",
        ("money",),
    ),
    ("value sales", ("money", "number")),
    ("tax", ("money", "percent")),
    ("percentage percent share proportion fraction portion rate", ("percent",)),
    ("ratio margin majority turnout", ("percent", "number")),
    ("number count total population figure score tally toll attendance quantity", ("number",)),
    (
        "distance height depth weight width size speed temperature altitude elevation average "
        "estimate maximum minimum output capacity volume",
        ("number",),
    ),
    ("age", ("number", "duration")),
    (
        "date day year month deadline birthday decade century quarter weekday period hour season",
        ("date",),
    ),
    ("duration lifespan", ("duration",)),
    ("expectancy", ("duration", "number")),
    ("length", ("number", "duration")),
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
KINDS: Final = {word: kinds for words, kinds in _NOUNS for word in words.split()}
# A cause is a thing: what caused the fire, and what the cause of it was, are no why.
_REASONS: Final = frozenset("reason reasons rationale reasoning motive explanation".split())
# Verbs of which "for" names a thing, no reason.
_FOR: Final = frozenset(
    "ask apply call fight hope look need pay play search stand trade use vote wait want wish "
    "work".split()
)
_MONEY_VERBS: Final = frozenset(
    "cost costs pay pays paid spend spends spent earn earns earned charge charges charged burn "
    "burned raise raised".split()
)
_CHANGES: Final = frozenset(
    "fall fell fallen drop dropped decline declined shrink shrank rise rose risen grow grew grown "
    "increase increased decrease decreased climb climbed change changed".split()
)
_WEIGHING: Final = frozenset("weigh weighs weighed".split())
_SIZES: Final = (
    "far tall high big large heavy deep wide hot cold loud small few low thick steep strong warm"
).split()
# Sizes that sums and shares have too: how high is the fine, how large a share.
_FIGURES: Final = frozenset("high big large small low".split())
_NUMBER: Final[tuple[ValueKind, ...]] = ("number",)
_LATER: Final = frozenset("longer later earlier sooner older younger".split())
HOW: Final[dict[str, tuple[ValueKind, ...]]] = {
    "much": ("money", "percent"),
    "many": ("number",),
    "long": ("duration", "date"),
    "old": ("duration", "number"),
    "soon": ("date", "duration"),
    "late": ("date", "duration"),
    "early": ("date", "duration"),
    "quickly": ("duration", "number"),
    "fast": ("number", "duration"),
    "often": ("number", "duration"),
    "frequently": ("number", "duration"),
    "expensive": ("money",),
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
_NAMED: Final = frozenset("called named told considered".split())
_PHRASE_ENDS: Final = (
    PREPOSITIONS | AUXILIARIES | DETERMINERS | (CONJUNCTIONS - {"and", "or"}) | {"who", "that"}
)
# After these a question word opens an indirect question: "can you tell me when it ends".
_ASKING: Final = frozenset(
    "tell know say explain show find out wonder wondering remember recall check confirm ask me us "
    "idea clue known clear sure reason reasons".split()
)
COMMANDS: Final = frozenset("list name give enumerate mention identify".split())
TELLING: Final = frozenset("explain describe summarise summarize discuss tell define".split())
# Verbs in -s after "what" that are no nouns: "what happens to the crew" asks for no list.
_VERBS: Final = frozenset(
    "happens makes helps keeps gives means brings comes goes leads occurs becomes contains "
    "includes allows prevents stands represents takes stays lets remains".split()
)
# What looks like a plural and is none.
_SINGULAR: Final = frozenset(
    "news series species means headquarters politics economics physics".split()
)
# Prepositions that a question may leave at its end: "what were they looking for".
_STRANDED: Final = frozenset("for with to at from of on by as into about against in".split())
_SUBJECTS: Final = frozenset("i you he she it we they this that these those".split())
_PEOPLE: Final = frozenset("people men women children".split())
_DIGITS: Final = frozenset(map(str, range(2, 21)))
_LEVELS: Final = frozenset("range level limit".split())
_TIMED: Final = frozenset("last next this past each every per a one".split())


class Word(NamedTuple):
    """A word without its possessive ending, in lower case, corrected where it is a typo."""

    low: str
    raw: str
    start: int
    end: int


class Asked(NamedTuple):
    """What one clause asks for; `head` is the index of the noun that is asked for, or -1."""

    kinds: tuple[ValueKind, ...]
    form: Form
    head: int = -1


def asked_for(words: Sequence[Word]) -> Asked:
    """What one clause asks for."""
    low = [word.low for word in words]
    at = question_word(low)
    if at < 0:
        return _unasked(low)
    word = low[at].removesuffix("'s").removesuffix("'re").removesuffix("'d")
    rest = low[at + 1 :]
    following = rest[0] if rest else ""
    if word == "how" and following in ("come",):
        return Asked((), "reason")
    if word == "why" or (word == "what" and _asks_reason(low, at)):
        return Asked((), "reason")
    if word == "how":
        return _how(low, at)
    if word in _DIRECT:
        return Asked(
            _DIRECT[word], "list" if word == "who" and _listed(words[at + 1 :]) else "value"
        )
    return _what(low, at)


def question_word(low: Sequence[str]) -> int:
    """The index of the word that asks, or -1: not the "when" of "did it rain when he came"."""
    yes_no = low[0] in AUXILIARIES
    for i, word in enumerate(low):
        if word.removesuffix("'s").removesuffix("'re").removesuffix("'d") not in WH:
            continue
        if (yes_no and not _indirect(low, i)) or _relative(low, i):
            continue
        # "When the two meet, what is the sum": a clause, not the question.
        clause = word in ("when", "where") and i + 1 < len(low) and low[i + 1] not in AUXILIARIES
        if clause and not WH_WORDS.isdisjoint(low[i + 1 :]):
            continue
        return i
    return -1


def _indirect(low: Sequence[str], i: int) -> bool:
    """Whether what asks stands before a question word: "can you tell me in roughly which year"."""
    i -= 1
    while i > 0 and (low[i] in PREPOSITIONS - {"out"} or low[i].endswith("ly")):
        i -= 1
    return low[i] in _ASKING


def _relative(low: Sequence[str], i: int) -> bool:
    """Whether a question word only goes on with a noun: keywords as "date on which it closes"."""
    if low[i] not in ("who", "whose", "which", "where", "when") or i + 1 == len(low) or i == 0:
        return False
    if low[0] in PREPOSITIONS | WH_WORDS | AUXILIARIES:
        return False
    if low[i] == "which" and low[i - 1] in PREPOSITIONS:
        return i > 1 and bool(kinds_of(low[i - 2]))
    noun = low[i - 1]
    several = low[i] in ("who", "whose") and (_plural(noun) or noun in _PEOPLE)
    return several or (low[i] != "which" and bool(kinds_of(noun)))


def _asks_reason(low: Sequence[str], at: int) -> bool:
    """Whether a "what" asks for a reason: what reason, on what grounds, what did he resign for."""
    if any(low[i] in _REASONS for i in _noun_phrase(low, at)):
        return True
    if low[at - 1 : at] == ["on"] and low[at + 1 : at + 2] in (["grounds"], ["basis"]):
        return True
    # "What did he resign for", but not "what did he ask for".
    did = low[at + 1 : at + 2] == ["did"] and low[-1] == "for"
    return did and low[-2] not in _FOR


def _how(low: Sequence[str], at: int) -> Asked:
    rest = low[at + 1 :]
    measure = rest[0] if rest else ""
    if measure not in HOW:
        return Asked((), "statement")
    kinds = HOW[measure]
    if measure in ("much", "many"):
        kinds = _how_much(measure, rest[1:])
    elif measure in _FIGURES:
        known = (_measured(word) for word in rest[1:])
        own = next((each for each in known if each), ())
        if measure == "high" and not _CHANGES.isdisjoint(rest):
            own = own or ("number", "percent")
        kinds = (*own, *(kind for kind in kinds if kind not in own))
    elif measure == "long" and not _LINKING.isdisjoint((*rest[1:2], rest[-1])):
        # Rivers are long, and contracts.
        kinds = ("duration", "date", "number")
    return Asked(kinds, "value")


def _how_much(measure: str, rest: Sequence[str]) -> tuple[ValueKind, ...]:
    """The kinds that answer how much or how many; `rest` is what follows."""
    thing = rest[0] if rest else ""
    unit = rest[1] if thing in SCALES and len(rest) > 1 else thing
    if thing in PERIODS or thing in ("time", "years"):
        return ("duration", "number")
    if thing in ("percent", "percentage"):
        return ("percent",)
    if unit in CURRENCY_WORDS or unit == "money":
        return ("money",)
    if measure == "many":
        return ("number",)
    return _measured(thing) or _amount(thing, rest)


def _amount(thing: str, rest: Sequence[str]) -> tuple[ValueKind, ...]:
    """The kinds that answer how much of a thing that is no figure itself, or how much more."""
    changes = not _CHANGES.isdisjoint(rest)
    if thing in _LATER:
        return ("duration", "number")
    if thing in ("more", "less"):
        return ("percent", "money", "number")
    if thing and thing not in FUNCTION_WORDS and thing not in _CHANGES:
        # "How much cheaper", and "how much water fell".
        if changes or thing.endswith("er"):
            return ("number", "percent", "money")
        return ("number", "money")
    if not _WEIGHING.isdisjoint(rest):
        return ("number",)
    return ("percent", "money") if thing == "of" or changes else ("money", "percent")


def _measured(noun: str) -> tuple[ValueKind, ...]:
    """The kinds of value of a noun that is a figure of something."""
    kinds = kinds_of(noun)
    return () if kinds in (("name",), ("date",)) else kinds


def _what(low: Sequence[str], at: int) -> Asked:
    """What and which, by the noun they ask about."""
    phrase = _noun_phrase(low, at)
    direct = at + 1 < len(low) and low[at + 1] not in AUXILIARIES
    form: Form = "list" if phrase and _several(low, at, phrase, direct) else "statement"
    timed = _kinds_of_time(low, at, phrase, direct)
    if timed:
        return Asked(timed, "value")
    head = _head(low, at, phrase, direct)
    if head >= 0:
        # "Which Chinese companies offer it" asks for several.
        several = form == "list" or (direct and low[at + 1] != "of" and _plural(low[head]))
        return Asked(kinds_of(low[head]), "list" if several else "value", head)
    if low[at] == "which":
        return Asked(("name",), "list" if form == "list" else "value")
    if direct and phrase and low[phrase[0]] == "part":
        # A part of a sum is a share of it.
        sums = any("money" in kinds_of(word) for word in low[phrase[-1] + 1 :])
        return Asked(("percent", "money"), "value") if sums else Asked((), "statement")
    if not direct and low[-1] not in _STRANDED:
        if not _MONEY_VERBS.isdisjoint(low[at + 1 :]):
            return Asked(("money",), "value")
        if not _WEIGHING.isdisjoint(low[at + 1 :]):
            return Asked(_NUMBER, "value")
    return Asked((), form)


def _kinds_of_time(
    low: Sequence[str], at: int, phrase: range, direct: bool
) -> tuple[ValueKind, ...]:
    """What answers "what time does it open" and "what was the winner's time"."""
    if not phrase or low[phrase[-1]] != "time":
        return ()
    if direct:
        return ("date", "duration") if len(phrase) == 1 else ()
    return ("duration", "date") if low[at + 1] in _LINKING and low[-1] not in _NAMED else ()


def _head(low: Sequence[str], at: int, phrase: range, direct: bool) -> int:
    """The noun that is asked for, of those known in a phrase, or -1."""
    ends = phrase[-1] + 1 if phrase else at + 1
    after = low[ends] if ends < len(low) else ""
    known = [i for i in phrase if kinds_of(low[i])]
    if not direct and low[-1] in _NAMED:
        return -1
    # "The firm's turnover last year" is no year.
    known = [i for i in known if not _when(low, i)] or known
    # "What did the mayor say" and "what is the mayor doing" ask for no mayor.
    if known and not direct:
        # Nor does "what is the author a day away from".
        goes_on = known[-1] != phrase[-1] or (after in DETERMINERS and low[known[-1]] != "name")
        acting = goes_on and kinds_of(low[known[-1]]) == ("name",)
        if acting or after in AUXILIARIES or low[at + 1] not in _LINKING:
            known = []
    if not known:
        return -1
    # "What share price did it" asks for the last noun, "what company bought" for the first.
    if after and after not in AUXILIARIES and after not in PREPOSITIONS:
        return known[0]
    if not direct:
        return known[-1]
    if kinds_of(low[phrase[0]]) == ("date",):
        return phrase[0]
    if after in AUXILIARIES:
        # "Which age group did" asks for a group.
        last = known[-1] == phrase[-1] or low[phrase[-1]] in _LEVELS
        return known[-1] if last or kinds_of(low[known[-1]]) == ("name",) else -1
    # "What caused population growth" has a verb too.
    if low[at] == "what" and low[phrase[0]].endswith("ed") and known[-1] != phrase[-1]:
        return -1
    adjacent = all(i in known for i in range(known[0], phrase[-1] + 1))
    # "Which town profits from it" has a verb, "what company lost money in May" too.
    one = kinds_of(low[known[0]]) == ("name",) and not _plural(low[known[0]])
    verb = bool(after) and one and _plural(low[phrase[-1]])
    return known[-1] if adjacent and not verb else known[0]


def _when(low: Sequence[str], i: int) -> bool:
    """Whether a word for a time only says when: last year, in the first nine months."""
    if low[i].removesuffix("s") not in PERIODS or i == 0:
        return False
    before = low[i - 1]
    if (before, low[i]) == ("last", "day"):
        return False
    return (before in _TIMED and low[i - 2 : i - 1] != ["the"]) or before in UNITS


def _noun_phrase(low: Sequence[str], at: int) -> range:
    """The words that a what or which asks about, up to a preposition or a verb that is known.

    "what is the daily cost of it" gives "daily cost", "which companies did it name" "companies".
    """
    begin = at + 1
    skipped = AUXILIARIES | DETERMINERS | {"of", "are", "his", "her", "its", "their", "this", "all"}
    while begin < len(low) and low[begin] in skipped:
        begin += 1
    end = begin
    while end < len(low) and low[end] not in _PHRASE_ENDS:
        end += 1
    return range(begin, end)


def _several(low: Sequence[str], at: int, phrase: range, direct: bool) -> bool:
    """Whether the question asks for more than one thing."""
    if low[at] == "what's" or (not direct and low[at + 1] in ("is", "was")):
        return False
    nouns = [low[i] for i in phrase]
    ends = phrase[-1] + 1
    after = low[ends] if ends < len(low) else ""
    if not direct:
        return low[at + 1] in ("are", "were") and not _passive(low, at, phrase)
    if low[at + 1] == "of":
        # Which of the two "is", but which of the towns "were".
        return after in ("are", "were", "have")
    if low[at + 1] in ("causes", *_VERBS) or _is_verb(low, at + 1):
        return False
    if _counted(nouns[0]) or _plural(nouns[0]):
        return True
    verb = after in PREPOSITIONS and not _plural(nouns[0]) and bool(kinds_of(nouns[-2:][0]))
    return (
        len(nouns) > 1
        and _plural(nouns[-1])
        and (after in AUXILIARIES or (kinds_of(nouns[-1]) != () and not verb))
    )


def _passive(low: Sequence[str], at: int, phrase: range) -> bool:
    """Whether a "what are" asks what is done, or what something is: called, made of, doing."""
    last = low[phrase[-1]]
    if low[-1] in _STRANDED or not _NAMED.isdisjoint((low[-1], last)):
        return True
    if low[phrase[-1] + 1 : phrase[-1] + 2] in (["doing"], ["being"], ["having"]):
        return True
    if low[at + 2] in _SUBJECTS:
        return True
    # "What are quarks", "what were guns exchanged for"; not "what were the problems found".
    bare = phrase[0] == at + 2
    defined = bare and phrase[-1] + 1 == len(low) and len(phrase) < 3
    done = last.endswith("ing") or (bare and last.endswith("ed"))
    return defined or (len(phrase) > 1 and done)


def _counted(word: str) -> bool:
    """Whether a word counts more than one: "which two teams"."""
    number = UNITS.get(word) or TENS.get(word) or (int(word) if word in _DIGITS else 0)
    return number > 1


def _is_verb(low: Sequence[str], i: int) -> bool:
    """Whether a word in -s is a verb by the next one: "what drives the pump", "happens when"."""
    after = low[i + 1] if i + 1 < len(low) else ""
    if after in ("to", "as", "if", "whether", "because"):
        return AUXILIARIES.isdisjoint(low[i:])
    return after in (DETERMINERS | PRONOUNS | WH_WORDS) - {"that"}


def _plural(word: str) -> bool:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return plural and word not in _SINGULAR


def kinds_of(noun: str) -> tuple[ValueKind, ...]:
    """Return the kinds of value that a noun asks for, in the singular or plural."""
    singular = noun.removesuffix("ies") + "y" if noun.endswith("ies") else noun.removesuffix("s")
    for form in (noun, singular):
        if form in KINDS:
            return KINDS[form]
    return ()


def _listed(rest: Sequence[Word]) -> bool:
    """Whether a "who are the founders of it" asks for several; not for the Orrs, by name."""
    low = [word.low for word in rest]
    if len(low) < 2 or low[0] not in ("are", "were"):
        return False
    if low[1] == "some":
        return True
    nouns = [rest[i] for i in _noun_phrase(low, 0)]
    if not nouns or low[-1] in _STRANDED or nouns[-1].low.endswith("ing"):
        return False
    return any(word.low in _PEOPLE or _plural(word.low) for word in nouns) and not (
        nouns[-1].raw[0].isupper() and nouns[-1].raw != nouns[-1].raw.upper()
    )


def _unasked(low: Sequence[str]) -> Asked:
    """A clause without a question word: yes or no, a command, or keywords."""
    first = low[0]
    if first in AUXILIARIES and len(low) > 1 and first not in ("may", "let", "let's"):
        return Asked((), "yes-no")
    if not _REASONS.isdisjoint(low):
        return Asked((), "reason", next(i for i, word in enumerate(low) if word in _REASONS))
    # "Tell me about it", but "tell me the price".
    tells = first == "tell" and "about" not in low[1:3]
    if first in TELLING and not tells:
        return Asked((), "statement")
    command = (first in COMMANDS or tells) and len(low) > 1
    phrase = _noun_phrase(low, 1 if command and low[1] in ("me", "us") else 0 if command else -1)
    if command and [low[i] for i in phrase] == ["list"]:
        phrase = _noun_phrase(low, phrase[-1] + 1)
        listed = True
    else:
        listed = False
    known = [i for i in phrase if kinds_of(low[i])]
    if command:
        several = listed or any(_plural(low[i]) or _counted(low[i]) for i in phrase)
        known = known or [i for i, word in enumerate(low) if i and kinds_of(word)][:1]
        kinds = kinds_of(low[known[-1]]) if known else ()
        return Asked(
            kinds or (("name",) if first == "name" else ()), "list" if several else "value"
        )
    head = _keyword(low, phrase, known)
    # A full clause states something; keywords are a noun phrase.
    if head < 0 or any(word in AUXILIARIES for word in low):
        return Asked((), "statement")
    return Asked(kinds_of(low[head]), "value", head)


def _keyword(low: Sequence[str], phrase: range, known: Sequence[int]) -> int:
    """The noun that keywords ask for, or -1: a figure or a date, or a name that ends them."""
    known = [i for i in known if not _when(low, i) and (i < 2 or low[i - 1] != "first")]
    figures = [i for i in known if kinds_of(low[i]) != ("name",)]
    if figures:
        # "Zoo fee day ticket" asks for no day.
        return next((i for i in reversed(figures) if low[i] not in PERIODS), figures[-1])
    if known and (known[-1] == phrase[-1] or low[known[-1]] == "name" or len(low) == 2):
        return known[-1]
    later = (i for i, word in enumerate(low) if i and word not in PERIODS)
    return next((i for i in later if kinds_of(low[i]) not in ((), ("name",))), -1)
