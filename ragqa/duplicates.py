"""Duplicates: whether two texts are the same wording, and what must not differ between them.

Two texts are near-duplicates when they share enough word 3-grams and their guards are equal. The
guard is what a text claims: its numbers, dates, names, negations and so on, in order. Because
guard equality is an equivalence, a chain of near-duplicates cannot drift to another claim.
"""

import hashlib
import re
import struct
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

# On 20,000 paragraphs of Reuters-21578 (eval/bench/duplicates.py): without the guard no threshold
# of similarity parts light edits from changed claims (precision 0.45 at 0.3, 0.36 at 0.7). With it
# none of 2,437 changed or alike pairs merges at any, and recall falls with the threshold: 0.90 at
# 0.3, 0.87 at 0.4, 0.80 at 0.5, 0.49 at 0.7. Below 0.4 one noun of a short text could be another.
THRESHOLD = 0.4
NUM_PERM = 16
SEED = 20240607
_VERSION = 1

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ′`´", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–−﹣－", "-"),
        **dict.fromkeys("—―", " - "),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
        "…": "...",
    }
)
_DOUBLE_DASH = re.compile(r"(?<!-)--(?!-)")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+(?:'\w+)?")

_PUNCTUATION = ".,;:!?'\"()[]{}<>*_-"
_SIGNS = frozenset("+-<>=~≈±≤≥")
_FIGURE = re.compile(r"[\d%$‰°¢-¥²³¹¼-¾⁰-₉₠-⃏⅐-↋①-⓿]")


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for words in lists for word in words.split())


def _inflected(words: str) -> str:
    """Verbs and nouns with their regular forms; that some are no words does no harm."""
    forms: list[str] = []
    for word in words.split():
        stem = word.removesuffix("e")
        forms += [word, word + "s", word + "es", stem + "ed", stem + "ing", stem + "er"]
        forms += [stem + stem[-1] + "ed", stem + stem[-1] + "ing"]
        if word.endswith("y"):
            forms += [word[:-1] + "ies", word[:-1] + "ied"]
    return " ".join(forms)


_NUMBERS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundred hundreds thousand thousands million millions billion billions trillion trillions mln
    bln bn mn tn dozen dozens half halves third thirds quarter quarters double triple twice once
    thrice first second fourth fifth sixth seventh eighth ninth tenth last final single both pair
    couple plus minus least about around approximately roughly almost nearly"""
_UNITS = """
    percent pct per cent cents cts point points dollar dollars dlr dlrs euro euros pound pounds
    stg yen yuan rupee rupees franc francs mark marks peso pesos rouble roubles ruble rubles
    km kms kilometre kilometres kilometer kilometers metre metres meter meters cm mm mile miles
    mph kph feet foot ft inch inches acre acres hectare hectares tonne tonnes ton tons kg kgs kilo
    kilos kilogram kilograms gram grams ounce ounces litre litres liter liters gallon gallons
    barrel barrels bpd bushel bushels watt watts kilowatt kilowatts megawatt megawatts mw gw kw
    degree degrees celsius fahrenheit second seconds minute minutes hour hours hr hrs day days
    week weeks month months year years decade decades century centuries"""
_TIMES = """
    january february march april may june july august september october november december jan feb
    mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday
    sunday mon tue tues wed thu thur thurs fri sat sun today yesterday tomorrow tonight morning
    noon afternoon evening night midnight am pm a.m p.m daily weekly monthly quarterly annual
    annually yearly spring summer autumn winter before after until till since during ago earlier
    later previous previously next early late former formerly already still again yet"""
_NEGATIONS = """
    no not never none nobody nothing nowhere neither nor without cannot hardly barely scarcely
    lack lacks lacked lacking absent despite instead rather except false wrong or if whether"""
_QUANTIFIERS = """
    all some most few fewer fewest many much several any every each only less more majority
    minority enough too alone"""
_MODALS = """
    may might could can will would shall should must ought likely probably possibly perhaps maybe
    allegedly reportedly alleged suspected apparently certain certainly"""
_DIRECTIONS = """
    up down rose risen fell fallen grew grown shrank shrunk lost won sold bought began begun over
    under above below higher lower high low highest lowest larger smaller bigger best worst better
    worse loss losses profit profits deficit deficits surplus surpluses positive negative guilty
    innocent alive dead against by from than into out off left right north south east west
    northern southern eastern western inside outside top bottom strong stronger weak weaker beat
    beaten led overcame sought he she him her his hers old new true legal male female"""
_VERBS = """
    deny fail refuse reject decline avoid prevent prohibit ban block halt cancel dismiss
    rise fall grow climb drop gain lose increase decrease cut raise reduce widen narrow
    double triple halve jump plunge surge slump soar tumble slide advance retreat recover strengthen
    weaken improve worsen expand shrink win defeat approve accept agree support oppose back confirm
    buy sell acquire import export lend borrow pay earn start begin stop end open close launch
    resume suspend extend shorten hire fire resign appoint join leave arrive depart kill injure
    wound survive die arrest release charge convict acquit sue settle allow permit add remove
    include exclude delay hasten exceed miss meet keep pass propose impose introduce withdraw plan
    consider intend threaten seek offer ask order demand try attempt complete finish expect forecast
    estimate recommend urge"""
_NUMBER_WORDS = _words(_NUMBERS)
_GUARDED = _words(
    _NUMBERS, _UNITS, _TIMES, _NEGATIONS, _QUANTIFIERS, _MODALS, _DIRECTIONS, _inflected(_VERBS)
)
# What begins so often denies the rest: unlikely, disagree, non-profit, illegal. Many that begin so
# deny nothing; that they are guarded too only makes the guard stricter.
_DENYING = re.compile(r"(un|dis|non|mis|anti|il|im|ir)\w{4}")

# Words whose capital at the start of a sentence names nothing.
_FUNCTION_WORDS = _words("""
    a according across additionally also although amid among an and another are as at be because
    been being besides but consequently due either elsewhere even for further furthermore had has
    have having hence here how however i in indeed is it its itself like meanwhile moreover my near
    nevertheless nonetheless now of on one's other others otherwise our ours overall so such that
    the their theirs them then there therefore these they this those though through throughout
    thus together toward towards upon us very via was we were what when where which while who whom
    whose why with within you your""")


def digest(text: str) -> bytes:
    """The key of exact repeats, 16 bytes: white space and typographic variants do not matter.

    Case does, and so does everything that carries meaning: Unicode's NFC only, for NFKC would
    make 102 of 10².
    """
    return _blake(_normal(text).encode("utf-8", "surrogatepass"), 16)


@lru_cache(maxsize=4096)
def guard(text: str) -> tuple[str, ...]:
    """What a text claims, in order: the tokens that no near-duplicate may lack, add or change.

    These are all tokens with a digit, a currency or per cent sign, number words, units, dates,
    negations, quantifiers, modals, words of direction, stage or outcome, and capitalised words,
    but not a function word or an adverb in -ly that opens a sentence. The word lists are English;
    in scripts without capitals every word is guarded.
    """
    claims: list[str] = []
    tokens = _normal(text).split(" ")
    opens = True
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        kind = _kind(token)
        counts = _kind(following) == "figure" or following.casefold() in _NUMBER_WORDS
        if kind == "figure" or (counts and (token in _SIGNS or token == "to")):
            claims.append(token.strip("'\"").rstrip(".,;:!?'\"").casefold())
        elif kind == "claim" or (
            kind in ("name", "capital") and (kind == "name" or not (opens or token[0] in "'\"(["))
        ):
            claims.append(token.strip(_PUNCTUATION).casefold())
        if kind != "mark" or token[-1:] in ".!?:":
            opens = token.rstrip("'\")]}*_")[-1:] in (".", "!", "?", ":")
    return tuple(claims)


def signature(text: str, num_perm: int = NUM_PERM) -> NDArray[np.uint32]:
    """MinHash of the text's word 3-grams, shape `(num_perm,)`; the same in every process.

    By rensa's R-MinHash: it made 156,000 signatures of 64 values a second where datasketch made
    8,500, imports 0.3 s faster, has no bias and errs a little less (root mean square error 0.043
    against 0.060; `eval/bench/duplicates.py`). Its tokens are hashed without a random seed.
    """
    from rensa import RMinHash

    sketch = RMinHash(num_perm=num_perm, seed=SEED)
    sketch.update(sorted(_shingles(text)))
    return np.array(sketch.digest(), dtype=np.uint32)


def version() -> str:
    """The version of digests, guards and bands: an index must not mix those of different ones."""
    from rensa import RMinHash

    return f"{_VERSION}.{RMinHash.ALGORITHM_VERSION}"


def bands(signature: NDArray[np.uint32], guard: tuple[str, ...]) -> tuple[int, ...]:
    """Keys to look candidates up by, one for each row of the signature: signed 64-bit integers.

    The guard is part of every key, as near-duplicates have the same one. It already parts texts
    so well that bands of one row suffice: with 16 of them a pair of similarity s shares a key
    with probability 1 - (1 - s)^16, 0.9997 at the threshold of 0.4.
    """
    claims = "\0".join(guard).encode("utf-8", "surrogatepass")
    state = hashlib.blake2b(claims, digest_size=8)
    keys: list[int] = []
    for number, value in enumerate(signature.tolist()):
        band = state.copy()
        band.update(struct.pack("<HI", number, value))
        keys.append(int.from_bytes(band.digest(), "little", signed=True))
    return tuple(keys)


def similarity(a: str, b: str) -> float:
    """The Jaccard similarity of two texts' word 3-grams, 0 to 1."""
    left, right = _shingles(a), _shingles(b)
    return len(left & right) / len(left | right)


def near_duplicates(a: str, b: str) -> bool:
    """Whether two texts are one wording, lightly edited, that claims the same."""
    return guard(a) == guard(b) and similarity(a, b) >= THRESHOLD


def groups(edges: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """The connected components of a graph, each in order, whatever the order of its edges."""
    parents: dict[int, int] = {}

    def root(node: int) -> int:
        while parents.setdefault(node, node) != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for one, two in edges:
        low, high = sorted((root(one), root(two)))
        parents[high] = low
    components: dict[int, list[int]] = {}
    for node in sorted(parents):
        components.setdefault(root(node), []).append(node)
    return tuple(tuple(component) for component in components.values())


def copies(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two articles are copies of one text, and so one witness.

    Args:
        a: The sentences of one article.
        b: Those of the other.

    Returns:
        Whether the sentences they share hold at least half of the shorter article's characters.
    """
    left, right = ({digest(each): len(each) for each in sentences} for sentences in (a, b))
    shorter = min(sum(left.values()), sum(right.values()))
    shared = sum(left[each] for each in left.keys() & right.keys())
    return shorter > 0 and 2 * shared >= shorter


def _blake(data: bytes, size: int) -> bytes:
    return hashlib.blake2b(data, digest_size=size).digest()


def _normal(text: str) -> str:
    """The text with white space collapsed and typographic variants unified."""
    plain = unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY)
    return " ".join(_DOUBLE_DASH.sub(" - ", plain).split())


def _shingles(text: str) -> set[str]:
    """The word 3-grams of a text, case folded; all of its words when it has fewer than three."""
    normal = _normal(text).casefold()
    words = _WORD.findall(normal)
    if len(words) < 3:
        return {" ".join(words) or normal}
    return {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}


@lru_cache(maxsize=1 << 16)
def _kind(token: str) -> Literal["figure", "claim", "name", "capital", "mark", "other"]:
    """What a token between white space is; a "capital" names something but at a sentence's start.

    A "mark" has no letter or digit.
    """
    if _FIGURE.search(token):
        return "figure"
    word = token.strip(_PUNCTUATION)
    if not word:
        return "mark"
    folded = word.casefold()
    if folded.endswith("n't") or _DENYING.match(folded):
        return "claim"
    if any(part in _GUARDED for part in re.split("[-/]", folded)):
        return "claim"
    if any(c.isalpha() and c.lower() == c.upper() for c in folded) and not folded.isascii():
        return "claim"
    if not any(map(str.isupper, word)):
        return "other"
    titled = word[1:].islower() or len(word) == 1
    if titled and (folded in _FUNCTION_WORDS or folded.endswith("ly")):
        return "capital"
    return "name"
