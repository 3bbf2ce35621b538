"""The furniture of web pages that gets scraped with their articles, known by its words alone.

One line at a time, and only what is written alike on pages everywhere. A pattern has to match a
whole line (its `line_key`), so that a sentence which merely contains such words stays. What needs
the lines around it to be told is in `content`.
"""

import re

from ragqa.lines import HEADLINE_CASE, collapse, is_complete, title_case
from ragqa.types import Reason

LONGEST = 300  # characters; no line of furniture is longer

_THING = (
    r"(?:article|story|post|page|news|link|content|video|recipe|report|entry|thread|review|guide)"
)
_THINGS = (
    r"(?:articles?|stor(?:y|ies)|posts?|news|readings?|content|coverage|topics?|links?|headlines|"
    r"recommendations?|videos?|threads?|discussions|questions)"
)
_SITE = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|reddit|telegram|pinterest|e-?mail|mail|bluesky|"
    r"threads|instagram|mastodon|youtube|tiktok|flipboard|google news)"
)
_SHARE_WORD = (
    rf"(?:share|save|print|gift|copy|link|tweet|pin|send|on|via|by|to|this|{_THING}|{_SITE})"
)
_LOG_IN = r"(?:log(?:ged)? ?in|sign(?:ed)? ?(?:in|up)|register(?:ed)?)"
_WRITE = r"(?:comment|reply|post|respond|vote|join)"

# What is furniture wherever it stands.
_ALWAYS: dict[Reason, str] = {
    "navigation": (
        r"(?:skip|jump) to (?:the )?(?:main )?(?:content|navigation|footer|search|recipe)|"
        r"(?:toggle|open|close|main|site|show|hide) (?:navigation|menu)|back to (?:the )?top|"
        r"log ?in|sign ?in|(?:log|sign) ?in (?:/|or|\|) (?:register|sign up|join)|"
        r"my account|contact us|open in (?:the )?app|"
        r"(?:previous|next|older|newer) (?:article|post|story|page|posts)|"
        r"(?:view|see|show|browse) (?:all|more|full|fewer|less)"
        r"(?: (?!for\b)\w+){0,2}(?: by .{1,40})?|(?:like )?loading|"
        r"(?:privacy|cookie) (?:policy|notice|settings|preferences)|"
        r"terms (?:of (?:use|service)|(?:and|&) conditions)(?: (?:and|&|\|) privacy policy)?|"
        r"(?:accept|reject|allow|decline|manage) (?:all )?cookies|(?:accept|reject|allow) all|"
        r"(?:we|by (?:using|continuing)|this (?:web)?site)\b(?=.*\b(?:our|your|us|you|consent)\b)"
        r"(?=.*\b(?:uses? cookies|cookies (?:to|and|from)|such as cookies)\b).*|"
        r"we (?:value|respect|care about) your privacy|"
        r"all rights reserved|(?:copyright\b|©|\(c\) ?\d{4}).{0,120}|"
        r"\d{4} .{1,60}all rights reserved|(?:proudly )?powered by (?:wordpress|ghost|blogger)|"
        r"\d{1,3} ?min(?:ute)?s? read|listen to this article|page \d+(?: of \d+)?|"
        r"do not sell (?:or share )?my (?:personal )?information|search for|"
        r"(?:is|was) this (?:page|article|answer) (?:useful|helpful)(?: to you)?\??|"
        rf"report (?:a problem|an error|a mistake)(?: (?:with|on|in) this {_THING})?|"
        r"(?:explore|read|find) (?:out )?more (?:on|about) (?:these|this) topics?|"
        r"topics (?:in|covered in) this (?:story|article)|"
        r"(?:tagged (?:with|in|as)|filed (?:under|in)):? .{1,120}"
    ),
    "share": (
        rf"share (?:this|the)(?: {_THING})?(?: (?:on|via|with|by) .{{1,40}})?|share {_THING}|"
        rf"share (?:on|via|by|to) {_SITE}|share with (?:your )?friends|copy link|"
        rf"click to (?:share|e-?mail|print)\b.{{0,80}}|"
        rf"(?:tweet|pin|e-?mail|print|save|bookmark) this(?: {_THING})?|"
        rf"reuse this {_THING}|(?:follow|like|find|join) us(?: on .{{1,60}})?|"
        rf"follow .{{2,60}} on {_SITE}(?:(?:,| and|, and) {_SITE})*|"
        rf"(?=.*\b(?:share|save|print|gift|copy)\b)(?:{_SHARE_WORD}[ :,|/•·]+)+{_SHARE_WORD}|"
        rf"(?:{_SITE}[ ,|/•·]+){{2,}}{_SITE}"
    ),
    "comments": (
        r"comments? ?\(\d+\)|\d+ (?:comments?|replies|responses)|no (?:comments|replies)(?: yet)?|"
        r"0 ?/ ?\d{2,5}|(?:leave|post|add|write) a (?:comment|reply)|"
        r"be the first to (?:comment|reply)|(?:reader|leave a) (?:interactions|response)|"
        r"(?:want to )?join the (?:conversation|discussion)\??|feel free to contribute|"
        r"discussion about this post|"
        r"(?:view|show|load|read|see) (?:all |more )?comments(?: ?\(\d+\))?|"
        r"comments (?:are )?closed|your e-?mail address will not be published.{0,60}|"
        rf"(?:please |you must |you need to )?(?:be )?{_LOG_IN}(?: (?:or|to|and|/) {_LOG_IN})*"
        rf" to (?:{_WRITE}|(?:post|leave|write) a {_WRITE})(?: here)?"
    ),
    "teaser": (
        rf"related(?: [\w'-]+){{0,3}} {_THINGS}|"
        rf"(?:similar|trending|popular|recommended|recent) {_THINGS}|"
        rf"(?:read|also) (?:also|read|next)|(?:keep|continue) reading\b.* {_THINGS}|"
        rf"more on this(?: {_THING})?|recommended for you|"
        rf"(?:you )?(?:may|might) also (?:like|enjoy)|you may also be interested in|"
        rf"what to read next|(?:from )?around the web|"
        rf"most (?:read|popular|viewed|shared|commented)|trending now|"
        rf"editor'?s'? (?:picks?|choice)|sponsored (?:content|links|stories)|"
        rf"(?:read|see) (?:more|other|our)(?: [\w'-]+){{0,3}} {_THINGS}"
    ),
    "promotion": (
        r"advertisements?(?:\W+(?:continue|scroll|story|article)\b.{0,60})?|sponsored|"
        r"scroll to continue|"
        r"(?:story|article) continues(?: below)?(?: (?:this )?(?:ad|advertisement))?|"
        r"subscribe(?: now| today| here| and save.{0,30})?|become a (?:member|subscriber)|"
        r"(?:keep|continue) reading(?: (?:with|for) .{1,50})?|"
        r"already a (?:subscriber|member)\b.{0,40}"
    ),
}
# What the page says to its reader in a sentence: an order or a wish, and what the page offers.
_APPEAL = re.compile(
    r"(?:never miss|subscribe|sign up|register|join|get|follow|support|stay)\b"
    r"(?=.*\b(?:our|us|my)\b)"
    r"(?=.*\b(?:newsletters?|inbox|journalism|mailing list|alerts|briefings?)\b).{10,190}|"
    r"(?:subscribe|download|get|follow|join|listen)\b(?=.*\b(?:our|us)\b)"
    r"(?=.*\b(?:apps?|channels?|updates|podcast|whatsapp|telegram)\b)\D{5,40}|"
    r"(?:subscribe|sign up) (?:to|for) .{1,60}\bnewsletters?\b.{0,80}|"
    r"(?:the |our )?newsletter\b.{0,100}\byour (?:inbox|mailbox|e-?mail)\b.{0,60}|"
    r".*\bsubscribe\b.*\bto (?:receive|get) (?:new|our|my) posts\b.*|"
    r"(?:if you .{1,60}, )?(?:please )?(?:consider )?support(?:ing)? "
    r"(?:our|my|independent|quality|local) (?:work|journalism|reporting|newsroom)\b.{0,120}|"
    r".*\bconsider becoming a\b.*\b(?:subscriber|member|supporter)|"
    r"we (?:may|might) (?:earn|receive|get) .{0,20}commission\b.*\b(?:links?|purchases?)"
)
_REPORTED = re.compile(r"\b(?:said|says|say|told|tells|asked|added|according)\b|[\"”“]")

# What is furniture above and below an article, and next to other furniture.
_AT_EDGES: dict[Reason, str] = {
    "navigation": (
        r"home(?:page)?|menu|search|news|latest|sections?|login|register|contact|about|"
        r"next|previous|close|more|subscribe|sign up|tags?|tags?: .{1,120}|"
        r"cookies|privacy|terms|faq|help|archives?|categories|careers|advertise|about us|"
        r"sitemap|rss"
    ),
    "share": rf"shares?|tweet|print|save|bookmark|like|[\d.,]+k? shares|{_SITE}",
    "comments": r"comments?|reply|replies|discussion|\d+ ?/ ?\d{3,5}",
    "teaser": r"related|read more|see also|up next",
}
# What heads teasers only when nothing but their titles follows, up to the end or other furniture.
_PERHAPS_TEASERS = re.compile(
    r"more (?:from|on|in|about) [\w'&. -]{1,40}|more [\w'-]+|"
    r"also (?:on|in|from)(?: [\w'&.-]+){1,4}|from the same(?: [\w'-]+){1,2}|"
    rf"(?:more|other|latest|top) {_THINGS}(?: (?:this (?:week|month)|today))?|"
    r"recommended|trending|popular|don't miss|must read"
)
_ALWAYS_LINES = {reason: re.compile(f"(?:{p})") for reason, p in _ALWAYS.items()}
_EDGE_LINES = {reason: re.compile(f"(?:{p})") for reason, p in _AT_EDGES.items()}
# Scraped pages glue the end of one line to the head of the next: "View all postsRelated Articles".
_GLUED_TEASER = re.compile(
    r"[A-Z][A-Za-z ]{3,40}[a-z](?:Related|Recommended|Popular|Latest) "
    r"(?:Articles?|Stor(?:y|ies)|Posts?|News|Reading|Content|Coverage|Topics?|Links)"
)
_INLINE_TEASER = re.compile(
    r"(?:read more|also read|read also|read next|see also|related(?: \w+)?|"
    r"recommended reading|more on this)\s*[:|>»–—]\s*(\S.{3,180})|"
    r"(?P<next>in (?:our|the) next (?:issue|edition)\s*:.{3,300})",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[*_]{1,3}|\]\([^)]*\)|\[")
_SEPARATOR = re.compile(r"\s*[|>»›·•∙/]\s*")
_LABELS = re.compile(r"[^\W\d]+(?:[ &'-]+[^\W\d]+){0,2}")


def line_key(text: str) -> str:
    """Return a line case-folded and without punctuation at its ends; "" when it is too long."""
    if len(text) > LONGEST:
        return ""
    key = collapse(text.casefold().replace("’", "'"))
    return key.strip(" .!:;,»›>«‹→←↑+*#|-–—_•\"'\u200b")


def furniture(text: str) -> Reason | None:
    """Say why a line is furniture wherever it stands, or None.

    >>> furniture("Share this article"), furniture("Share prices fell")
    ('share', None)
    """
    key = line_key(text)
    if not key:
        return None
    if len(text) <= 60 and _GLUED_TEASER.fullmatch(text):
        return "teaser"
    complete = is_complete(text)
    for reason, pattern in _ALWAYS_LINES.items():
        if pattern.fullmatch(key) and (not complete or reason != "teaser"):
            return reason
    if _APPEAL.fullmatch(key) and not _REPORTED.search(key):
        return "promotion"
    if is_inline_teaser(text):
        return "teaser"
    segments = [s for s in _SEPARATOR.split(key) if s]
    if len(segments) >= 3 and all(len(s.split()) <= 3 for s in segments) and not complete:
        menu = _EDGE_LINES["navigation"]
        if menu.fullmatch(segments[0]) or sum(bool(menu.fullmatch(s)) for s in segments) >= 2:
            return "navigation"
    return None


def furniture_at_edge(text: str) -> Reason | None:
    """Say why a line is furniture where the article has not begun or is over, or None.

    That is a word of a menu ("Home"), or a whole menu on one line: labels between bars, or words
    with capitals of which two are a menu's.
    """
    key = line_key(text)
    if not key:
        return None
    for reason, pattern in _EDGE_LINES.items():
        if pattern.fullmatch(key) and text != "x":  # the site is "X"; this is a variable
            return reason
    segments = [s for s in _SEPARATOR.split(key) if s]
    if len(segments) > 3 and all(_LABELS.fullmatch(segment) for segment in segments):
        return "navigation"
    menu = _EDGE_LINES["navigation"]
    words = text.split()
    if not menu.fullmatch(words[0].casefold()):
        return None
    known = [word for word in words if menu.fullmatch(word.casefold())]
    capital = all(word.isalpha() and word[0].isupper() for word in words)
    return "navigation" if capital and len(known) > 1 else None


def is_inline_teaser(text: str) -> bool:
    """Whether a line is a teaser by itself: "Read more: Ferry Prices Rise"."""
    found = _INLINE_TEASER.fullmatch(_MARKUP.sub("", text)) if len(text) <= 2 * LONGEST else None
    if found is None:
        return False
    return bool(found["next"]) or not is_complete(found[1]) or title_case(found[1]) >= HEADLINE_CASE


def may_head_teasers(text: str) -> bool:
    """Whether a line heads teasers when nothing but titles follows: "More columns"."""
    return bool(_PERHAPS_TEASERS.fullmatch(line_key(text))) and not is_complete(text)
