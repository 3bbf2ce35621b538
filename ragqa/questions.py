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
_KINDS: Final = {word: kinds for words, kinds in _NOUNS for word in words.split()}
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
_HOW: Final[dict[str, tuple[ValueKind, ...]]] = {
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
# "Dont" and "did'nt" too.
_CONTRACTIONS: Final = {word.replace("'", ""): word for word in AUXILIARIES if word.endswith("n't")}
_NAMED: Final = frozenset("called named told considered".split())
_PHRASE_ENDS: Final = (
    PREPOSITIONS | AUXILIARIES | DETERMINERS | (CONJUNCTIONS - {"and", "or"}) | {"who", "that"}
)
# Heads that an answering text seldom repeats: they are asked for, not looked for.
_ASKED_ONLY: Final = frozenset(
    "date year month day number amount percentage percent name names reason reasons count".split()
)
# After these a question word opens an indirect question: "can you tell me when it ends".
_ASKING: Final = frozenset(
    "tell know say explain show find out wonder wondering remember recall check confirm ask me us "
    "idea clue known clear sure reason reasons".split()
)
_COMMANDS: Final = frozenset("list name give enumerate mention identify".split())
_TELLING: Final = frozenset("explain describe summarise summarize discuss tell define".split())
# What may stand before a question and is no part of it: "so did he", "hello, is it open".
_OPENERS: Final = frozenset("please and but so or well ok then also hi hello hey".split())
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
_ABBREVIATIONS: Final = frozenset("mr mrs ms dr st no vs jr sr prof gen sen".split())
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
    clauses = [(_begins(text, words, begin, end), end) for begin, end in _clauses(text, words)]
    asking = [_asks([word.low for word in words[begin:end]]) for begin, end in clauses]
    for (begin, end), asks in zip(clauses, asking, strict=True):
        # "The firm says it paid. Is that true?": what stands beside a question only leads to it.
        if any(asking) and not asks:
            continue
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
        low = _CONTRACTIONS.get(word.low.replace("'", ""), word.low)
        if before == "how":
            low = low if low in _HOW else _nearest(low, ("much", "many")) or low
        elif low not in FUNCTION_WORDS and i < 3:
            grammar = after in AUXILIARIES or after in DETERMINERS or after in _HOW
            # "Wat year", but not "wheat price".
            short = i == 0 and low[0] == "w" and len(low) < 5 and bool(_kinds_of(after))
            if grammar:
                low = _nearest(low, ("how", *_WH) if after in _HOW else _WH) or low
            else:
                low = _nearest(low, ("which", "what") if short else ("which",)) or low
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
    """Where one question ends and another begins: at a stop, or at "and when", "and by whom"."""
    starts = [0]
    for i in range(1, len(words)):
        before = words[i - 1]
        between = text[before.end : words[i].start]
        asks = i + 1 if words[i].low in PREPOSITIONS else i
        joined = (before.low in ("and", "or") and i > 1) or between.strip() in ("&", "/")
        joined = joined and asks < len(words) and words[asks].low in _WH
        short = len(before.low) == 1 or before.low in _ABBREVIATIONS
        stopped = ". " in between and not short
        if joined or stopped or any(stop in between for stop in "?!;\n"):
            starts.append(i)
    return list(zip(starts, [*starts[1:], len(words)], strict=True))


def _begins(text: str, words: Sequence[_Word], begin: int, end: int) -> int:
    """Where a clause asks: after a "hello", or from "did" in "in 1912, did the ship sink?"."""
    first = begin
    while first + 1 < end and words[first].low in _OPENERS:
        first += 1
    low = [word.low for word in words[first:end]]
    # "When it rained, did it flood", but not "when, exactly, did it flood".
    clause = low[0] in ("when", "where") and len(low) > 1 and low[1] in DETERMINERS | PRONOUNS
    if "?" not in text or not _WH_WORDS.isdisjoint(low[1:] if clause else low):
        return first
    for i in range(first + 1, end):
        if words[i].low in AUXILIARIES and "," in text[words[i - 1].end : words[i].start]:
            return i
    return first


def _asks(low: Sequence[str]) -> bool:
    """Whether a clause asks or commands, and is not only words."""
    return _question_word(low) >= 0 or low[0] in AUXILIARIES | _COMMANDS | _TELLING


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
        return _Asked(
            _DIRECT[word], "list" if word == "who" and _listed(words[at + 1 :]) else "value"
        )
    return _what(low, at)


def _question_word(low: Sequence[str]) -> int:
    """The index of the word that asks, or -1: not the "when" of "did it rain when he came"."""
    yes_no = low[0] in AUXILIARIES
    for i, word in enumerate(low):
        if word.removesuffix("'s").removesuffix("'re").removesuffix("'d") not in _WH:
            continue
        if (yes_no and not _indirect(low, i)) or _relative(low, i):
            continue
        # "When the two meet, what is the sum": a clause, not the question.
        clause = word in ("when", "where") and i + 1 < len(low) and low[i + 1] not in AUXILIARIES
        if clause and not _WH_WORDS.isdisjoint(low[i + 1 :]):
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
    if low[0] in PREPOSITIONS | _WH_WORDS | AUXILIARIES:
        return False
    if low[i] == "which" and low[i - 1] in PREPOSITIONS:
        return i > 1 and bool(_kinds_of(low[i - 2]))
    noun = low[i - 1]
    several = low[i] in ("who", "whose") and (_plural(noun) or noun in _PEOPLE)
    return several or (low[i] != "which" and bool(_kinds_of(noun)))


def _asks_reason(low: Sequence[str], at: int) -> bool:
    """Whether a "what" asks for a reason: what reason, on what grounds, what did he resign for."""
    if any(low[i] in _REASONS for i in _noun_phrase(low, at)):
        return True
    if low[at - 1 : at] == ["on"] and low[at + 1 : at + 2] in (["grounds"], ["basis"]):
        return True
    # "What did he resign for", but not "what did he ask for".
    did = low[at + 1 : at + 2] == ["did"] and low[-1] == "for"
    return did and low[-2] not in _FOR


def _how(low: Sequence[str], at: int) -> _Asked:
    rest = low[at + 1 :]
    measure = rest[0] if rest else ""
    if measure not in _HOW:
        return _Asked((), "statement")
    kinds = _HOW[measure]
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
    return _Asked(kinds, "value")


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
    kinds = _kinds_of(noun)
    return () if kinds in (("name",), ("date",)) else kinds


def _what(low: Sequence[str], at: int) -> _Asked:
    """What and which, by the noun they ask about."""
    phrase = _noun_phrase(low, at)
    direct = at + 1 < len(low) and low[at + 1] not in AUXILIARIES
    form: Form = "list" if phrase and _several(low, at, phrase, direct) else "statement"
    timed = _kinds_of_time(low, at, phrase, direct)
    if timed:
        return _Asked(timed, "value")
    head = _head(low, at, phrase, direct)
    if head >= 0:
        # "Which Chinese companies offer it" asks for several.
        several = form == "list" or (direct and low[at + 1] != "of" and _plural(low[head]))
        return _Asked(_kinds_of(low[head]), "list" if several else "value", head)
    if low[at] == "which":
        return _Asked(("name",), "list" if form == "list" else "value")
    if direct and phrase and low[phrase[0]] == "part":
        # A part of a sum is a share of it.
        sums = any("money" in _kinds_of(word) for word in low[phrase[-1] + 1 :])
        return _Asked(("percent", "money"), "value") if sums else _Asked((), "statement")
    if not direct and low[-1] not in _STRANDED:
        if not _MONEY_VERBS.isdisjoint(low[at + 1 :]):
            return _Asked(("money",), "value")
        if not _WEIGHING.isdisjoint(low[at + 1 :]):
            return _Asked(_NUMBER, "value")
    return _Asked((), form)


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
    known = [i for i in phrase if _kinds_of(low[i])]
    if not direct and low[-1] in _NAMED:
        return -1
    # "The firm's turnover last year" is no year.
    known = [i for i in known if not _when(low, i)] or known
    # "What did the mayor say" and "what is the mayor doing" ask for no mayor.
    if known and not direct:
        # Nor does "what is the author a day away from".
        goes_on = known[-1] != phrase[-1] or (after in DETERMINERS and low[known[-1]] != "name")
        acting = goes_on and _kinds_of(low[known[-1]]) == ("name",)
        if acting or after in AUXILIARIES or low[at + 1] not in _LINKING:
            known = []
    if not known:
        return -1
    # "What share price did it" asks for the last noun, "what company bought" for the first.
    if after and after not in AUXILIARIES and after not in PREPOSITIONS:
        return known[0]
    if not direct:
        return known[-1]
    if _kinds_of(low[phrase[0]]) == ("date",):
        return phrase[0]
    if after in AUXILIARIES:
        # "Which age group did" asks for a group.
        last = known[-1] == phrase[-1] or low[phrase[-1]] in _LEVELS
        return known[-1] if last or _kinds_of(low[known[-1]]) == ("name",) else -1
    # "What caused population growth" has a verb too.
    if low[at] == "what" and low[phrase[0]].endswith("ed") and known[-1] != phrase[-1]:
        return -1
    adjacent = all(i in known for i in range(known[0], phrase[-1] + 1))
    # "Which town profits from it" has a verb, "what company lost money in May" too.
    one = _kinds_of(low[known[0]]) == ("name",) and not _plural(low[known[0]])
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
    verb = after in PREPOSITIONS and not _plural(nouns[0]) and bool(_kinds_of(nouns[-2:][0]))
    return (
        len(nouns) > 1
        and _plural(nouns[-1])
        and (after in AUXILIARIES or (_kinds_of(nouns[-1]) != () and not verb))
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
    return after in (DETERMINERS | PRONOUNS | _WH_WORDS) - {"that"}


def _plural(word: str) -> bool:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return plural and word not in _SINGULAR


def _kinds_of(noun: str) -> tuple[ValueKind, ...]:
    singular = noun.removesuffix("ies") + "y" if noun.endswith("ies") else noun.removesuffix("s")
    for form in (noun, singular):
        if form in _KINDS:
            return _KINDS[form]
    return ()


def _listed(rest: Sequence[_Word]) -> bool:
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


def _unasked(low: Sequence[str]) -> _Asked:
    """A clause without a question word: yes or no, a command, or keywords."""
    first = low[0]
    if first in AUXILIARIES and len(low) > 1 and first not in ("may", "let", "let's"):
        return _Asked((), "yes-no")
    if not _REASONS.isdisjoint(low):
        return _Asked((), "reason", next(i for i, word in enumerate(low) if word in _REASONS))
    # "Tell me about it", but "tell me the price".
    tells = first == "tell" and "about" not in low[1:3]
    if first in _TELLING and not tells:
        return _Asked((), "statement")
    command = (first in _COMMANDS or tells) and len(low) > 1
    phrase = _noun_phrase(low, 1 if command and low[1] in ("me", "us") else 0 if command else -1)
    if command and [low[i] for i in phrase] == ["list"]:
        phrase = _noun_phrase(low, phrase[-1] + 1)
        listed = True
    else:
        listed = False
    known = [i for i in phrase if _kinds_of(low[i])]
    if command:
        several = listed or any(_plural(low[i]) or _counted(low[i]) for i in phrase)
        known = known or [i for i, word in enumerate(low) if i and _kinds_of(word)][:1]
        kinds = _kinds_of(low[known[-1]]) if known else ()
        return _Asked(
            kinds or (("name",) if first == "name" else ()), "list" if several else "value"
        )
    head = _keyword(low, phrase, known)
    # A full clause states something; keywords are a noun phrase.
    if head < 0 or any(word in AUXILIARIES for word in low):
        return _Asked((), "statement")
    return _Asked(_kinds_of(low[head]), "value", head)


def _keyword(low: Sequence[str], phrase: range, known: Sequence[int]) -> int:
    """The noun that keywords ask for, or -1: a figure or a date, or a name that ends them."""
    known = [i for i in known if not _when(low, i) and (i < 2 or low[i - 1] != "first")]
    figures = [i for i in known if _kinds_of(low[i]) != ("name",)]
    if figures:
        # "Zoo fee day ticket" asks for no day.
        return next((i for i in reversed(figures) if low[i] not in PERIODS), figures[-1])
    if known and (known[-1] == phrase[-1] or low[known[-1]] == "name" or len(low) == 2):
        return known[-1]
    later = (i for i, word in enumerate(low) if i and word not in PERIODS)
    return next((i for i in later if _kinds_of(low[i]) not in ((), ("name",))), -1)


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
