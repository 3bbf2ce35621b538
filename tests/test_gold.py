"""The demonstration corpus has the troubles it claims, and every gold line can be trusted."""

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
REAL = ROOT.parent / "shared" / "articles"
FIELDS = {"id", "question", "answers", "articles", "type", "conflict", "must_cite"}
ANSWERED = {
    "amount", "date", "number", "who", "which", "why", "how", "paraphrase", "keywords",
    "misspelt", "two-articles", "corroborated", "conflicting",
}  # fmt: skip
REFUSED = {"unanswerable", "near-miss"}
SYNDICATED = [
    ("ostermere-outage.txt", "ostermere-outage-herald.txt"),
    ("sarn-flood-chronicle.txt", "sarn-flood-evening-post.txt"),
]
PASTED_TWICE = ["harrow-bridge-closed.txt", "kestrane-doubts.txt"]

# The first words that are no longer the article's own; an answer must stand before them.
CONTENT_ENDS = {
    "harrow-bridge-closed.txt": "Share on Facebook",
    "harrow-bridge-repair.md": "*Span & Structure is published",
    "ixovane-interim.md": "**Also on Clinic",
    "ixovane-second-season.txt": "The writer is a family doctor",
    "kestrane-deal.txt": "Share Save Gift",
    "kestrane-doubts.txt": "Newsletter: all of",
    "ostermere-inquiry.txt": "Follow Ward & Theatre",
    "ostermere-outage-herald.txt": "Advertisement",
    "petrel2-delay.txt": "Follow Orbital Dispatch",
    "petrel2-farmers.txt": "Tractor prices:",
    "sarn-flood-aldersby.txt": "Aldersby Weekly, issue of",
    "sarn-flood-chronicle.txt": "Related articles",
    "sarn-flood-evening-post.txt": "Read more:",
    "sarn-flood-report.md": "*Support independent",
    "sora-costs.txt": "About the author",
    "sora-developers.txt": "More columns",
    "sora-estimates.md": "*Read next:*",
}
REAL_ENDS = {"001": "Share this article", "002": "Related article"}

# What an article would have to say, for a near miss to be answerable after all.
NEAR_MISSES = {
    "Who will buy the name Sora from OpenAI?": r"(buy|bought|purchase)\b.{0,40}\b(name|brand) ",
    "How many people at OpenAI lose their jobs because Sora closes?": r"(layoff|laid off|dismiss)",
    "What was the monthly price of a Sora subscription?": r"Sora (cost|plan)s?\b.{0,30}\$",
    "Who designed the Harrow Street Bridge in the 1930s?": r"(designed by|architect)",
    "How tall is the Harrow Street Bridge above the water?": r"(metres|meters) (tall|high|above)",
    "How old is Mayor Ferreira-Dunn?": r"Ferreira-Dunn, \d\d",
    "Which road will carry the trams while the bridge is closed?": r"\btrams?\b",
    "Which country does the Palewolf group operate from?": r"(based in|operates? from)",
    "In which month did the police arrest the Palewolf hackers?": r"\barrest",
    "How many beds does St Brannoc's Hospital have?": r"\bbeds\b",
    "What fine did the data protection authority give the Ostermere trust?": r"\b(fined|a fine)\b",
    "How much did Disney pay OpenAI when the deal ended?": r"Disney\b.{0,60}\b(paid|pay)\b",
    "what is the salary of Idris Pellworm": r"(salary|a year in pay)",
    "How many users does Dozemoon have?": r"Dozemoon",
    "What is the name of the lorry driver who drowned at Fennick?": r"lorry driver (named|called)",
    "How many cows drowned in the flood at Millhaven?": r"\b(cows|cattle)\b",
    "What fine must Sarnkraft pay for keeping the reservoir full?": r"\b(fined|fine of)\b",
    "Which party does the mayor of Aldersby belong to?": r"\b(party|liberal|socialist)\b",
    "How long is the River Sarn from source to mouth?": r"(source|mouth) of the (river|Sarn)",
    "When did the court rule on the claim of the 46 farms?": r"court (ruled|decided|rejected)",
    "How many shops does the supermarket chain Pell's have?": r"\b(shops|stores)\b",
    "Where did Annelie Corscadden go to university?": r"Corscadden\b.{0,80}\b(studied|degree)",
    "What do the Ollivant workers earn an hour?": r"\b(an hour|hourly|wages?)\b.{0,20}€",
    "Which bank lends Kestrane the most money?": r"\bbank\b",
    "Is Ixovane safe for pregnant women?": r"\bpregnan",
    "How many children were vaccinated in HEDGEROW?": r"\bchildren (were|took)",
    "What are the six countries of the HEDGEROW trial?": r"six countries(:|, namely)",
    "From which spaceport will Petrel-2 be launched?": r"(spaceport|cosmodrome|launch pad)",
    "How long is Petrel-2 built to last?": r"Petrel-2\b.{0,40}(built|designed) to last",
    "Who made the radar of Petrel-2?": r"radar\b.{0,30}(built|made|supplied) by",
    "what is the phone number of the farm advice board": r"\b(telephone|phone) number",
    "How many people did Storm Odalys kill?": r"Odalys",
    "How many employees worked on Sora?": r"\d+ (employees|engineers|people worked)",
    "How much money was Disney going to invest in OpenAI?": r"Disney\b.{0,60}\binvest",
    "What does Runway Gen-3 cost per month?": r"Runway\b.{0,40}\$",
    "Which city is OpenAI's Sora team based in?": r"\b(San Francisco|based in)\b",
    "Who is the head of the Sora team?": r"(head|leader) of (the )?Sora|who (leads|led) Sora",
    "How many videos were made with Sora altogether?": r"(million|billion) (videos|clips)",
    "Which court heard the copyright cases against Sora?": r"\b(court|judge)\b",
    "What is the name of the Disney spokesperson who talked to Variety?": (
        r"spokes(man|woman|person),? [A-Z][a-z]+ [A-Z]"
    ),
    "How many downloads did the Sora app get in its second week?": r"\bweeks?\b",
    "What percentage of shoppers bought something through the AI shopping of Walmart?": (
        r"Walmart\b.{0,150}(\d ?%|\d percent)"
    ),
    "How many people subscribe to Claude Code?": (
        r"Claude Code\b.{0,80}\b(users|subscribers|customers)"
    ),
    "When will the super app be released?": (
        r"super app\W.{0,120}\b(launch|release|available|20\d\d)"
    ),
    "How much does Enterprise ChatGPT bring in per year?": r"Enterprise ChatGPT\b.{0,120}\$",
    "How many seconds long could a Sora clip be at most?": (
        r"\d+[- ]seconds?|seconds long|up to \w+ seconds"
    ),
    "For how many years was the Disney deal supposed to run?": (
        r"(Disney|deal|partnership)\b.{0,100}\b(\w+[- ]year (deal|partnership|agreement)|"
        r"for \w+ years)"
    ),
    "Which Disney film was going to be made with Sora first?": r"\b(film|films|movie|movies)\b",
    "How many chips were in the GPU clusters that Sora ran on?": (
        r"\b[\d,]+ GPUs|thousands? of (GPUs|chips)"
    ),
    "Which reporter wrote the Wall Street Journal story on Sora?": (
        r"\b(reporter|journalist|written by)\b"
    ),
    "Is Kling cheaper than Sora was?": r"(Kling|Hailuo)\b.{0,80}\b(cheap|price|cost)|cheaper",
    "Who could be seen in the deepfakes that embarrassed OpenAI?": (
        r"deepfakes?\b.{0,60}\b(of|showing|depicting|featuring)\b"
    ),
    "What does Anthropic spend on computing per day?": (
        r"Anthropic\b.{0,100}\b(spend|spent|burn|costs?\b.{0,20}\$)"
    ),
    "In which month of the year did OpenAI bring out Sora 2?": (
        r"\b(January|February|May|June|July|August|October|November|December)\b"
    ),
    "How many people were on the waitlist for Sora?": (
        r"\b[\d,]+ (people|names|users) on|waitlist of"
    ),
    "How many people use WeChat?": r"WeChat\b.{0,80}\b(million|billion|users)",
    "Do Sora subscribers get any of their money back?": (
        r"\b(refunds?|refunded|reimburse\w*|compensat\w*|money back)\b"
    ),
    "Which firm do the analysts behind the $15 million figure work for?": (
        r"analysts (at|from|with|of) "
    ),
    "Which OpenAI manager announced that Sora would close?": (
        r"\b(CEO|chief executive|executive|Altman|head of|vice president|manager)\b"
    ),
    "How much was Disney going to pay OpenAI for Sora?": r"Disney\b.{0,80}\$",
    "How many people work on the Sora team that is being moved over to robotics?": (
        r"\d+ (people|employees|engineers|researchers)"
    ),
    "How many times was Sora downloaded on Android?": r"\b(Android|Google Play)\b",
    "What is Codex's annual recurring revenue?": r"Codex\b[^.]{0,60}\$",
    "Who are the analysts who put Sora's bill above ten million dollars a day?": (
        r"analysts? (at|from|with|[A-Z]\w+ [A-Z])"
    ),
    "What is the name of the Disney spokesperson who spoke to Variety about Sora?": (
        r"spokes(person|man|woman),? [A-Z]\w+ [A-Z]"
    ),
    "How many GPUs did Sora run on?": r"\d[\d,]* GPUs",
    "How much does Runway Gen-3 cost per month for somebody who leaves Sora?": (
        r"Runway[^.]{0,60}\$"
    ),
    "Which studios sued OpenAI over Sora's copyright problems?": r"\b(sued|lawsuits?|filed suit)\b",
    "How much money was Disney going to invest in OpenAI as part of the Sora deal?": (
        r"Disney[^.]{0,80}\binvest"
    ),
    "How much did a Sora subscription cost per month?": r"subscri[^.]{0,40}\$",
    "How many employees work on the Sora team that moves to robotics?": r"team of \d",
    "How much annual recurring revenue does OpenAI's Codex generate?": r"Codex\b[^.]{0,60}\$",
    "Which movie studios have sued OpenAI over copyright in Sora videos?": (
        r"\b(sued|lawsuits?|filed suit)\b"
    ),
    "Will developers get refunds for unused Sora API credits?": r"\brefund",
    "When will OpenAI release its super app?": (
        r"super app[^.]{0,60}\b(in|by|on) (20\d\d|[A-Z]\w+ \d)"
    ),
    "How many users does Runway have?": r"Runway[^.]{0,60}\busers",
    "How much is OpenAI's contract with the US Department of Defense worth?": (
        r"(Pentagon|Department of Defense)[^.]{0,80}\$"
    ),
    "How much money was Disney going to pay OpenAI for the Sora partnership?": r"Disney\b.{0,80}\$",
    "How many downloads did Sora have on Android?": r"\b(Android|Google Play)\b",
    "How much did a Sora subscription cost a month?": r"subscri[^.]{0,40}\$",
    "When will OpenAI's super app be released?": (
        r"super app[^.]{0,60}\b(in|by|on) (20\d\d|[A-Z]\w+ \d)"
    ),
    "Who leads the Sora team at OpenAI?": r"\b(leads|led by|head of) (the )?Sora",
    "How many developers use Claude Code?": r"Claude Code[^.]{0,60}\bdevelopers",
    "What is the price of Runway Gen-3?": r"Runway[^.]{0,60}\$",
    "Will I get my money back for unused Sora credits?": r"\b(refund|money back)",
    "What file format do exported Sora videos come in?": r"\b(MP4|MOV|WebM|file format)\b",
}


def squeeze(text: str) -> str:
    return " ".join(text.casefold().split())


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    tokens = words(text)
    return {tuple(tokens[i : i + length]) for i in range(len(tokens) - length + 1)}


def read(path: Path) -> str:
    if path.suffix == ".html":
        import trafilatura

        return trafilatura.extract(path.read_text(encoding="utf-8"), favor_precision=True) or ""
    if path.suffix == ".pdf":
        import pypdf

        return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return path.read_text(encoding="utf-8")


def read_corpus() -> dict[str, str]:
    articles = {}
    for path in sorted(p for p in CORPUS.rglob("*") if p.is_file()):
        if path.suffix == ".jsonl":
            for line in path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                articles[record["id"]] = record["title"] + "\n" + record["text"]
        else:
            articles[path.relative_to(CORPUS).as_posix()] = read(path)
    return articles


def own_words(texts: dict[str, str], ends: dict[str, str]) -> dict[str, str]:
    own = {}
    for name, text in texts.items():
        end = ends.get(name)
        assert end is None or end in text, f"{name} has no {end!r}"
        own[name] = text if end is None else text[: text.index(end)]
    return own


def read_gold(name: str) -> list[dict]:
    lines = (ROOT / "eval" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def independent(articles: list[str]) -> int:
    return len(articles) - sum(set(pair) <= set(articles) for pair in SYNDICATED)


def missing(question: dict, contents: dict[str, str]) -> list[str]:
    """Everything the gold line claims and the articles do not bear out, in words."""
    texts = {name: squeeze(contents[name]) for name in question["articles"]}
    wanted = [squeeze(a) for a in question["answers"]]
    problems = [
        f"{value!r} stands in none of {question['articles']}"
        for value in question["answers"] + question["conflict"]
        if not any(squeeze(value) in text for text in texts.values())
    ]
    problems += [
        f"{name} holds no accepted answer"
        for name, text in texts.items()
        if not any(answer in text for answer in wanted)
    ]
    return problems


TUNE, REPORT = read_gold("tune.jsonl"), read_gold("report.jsonl")
REAL_TUNE, REAL_REPORT = read_gold("real-tune.jsonl"), read_gold("real-report.jsonl")
SPLITS = [TUNE, REPORT, REAL_TUNE, REAL_REPORT]
EVERY = [question for split in SPLITS for question in split]


@pytest.fixture(scope="module")
def corpus() -> dict[str, str]:
    return read_corpus()


@pytest.fixture(scope="module")
def contents(corpus: dict[str, str]) -> dict[str, str]:
    return own_words(corpus, CONTENT_ENDS)


@pytest.fixture(scope="module")
def real() -> dict[str, str]:
    if not REAL.is_dir():
        pytest.skip("the real articles are not there (../shared/articles)")
    texts = {path.name: read(path) for path in sorted(REAL.glob("*.txt"))}
    ends = {name: end for name in texts for stem, end in REAL_ENDS.items() if name[:3] == stem}
    return own_words(texts, ends)


@pytest.mark.parametrize("question", EVERY, ids=lambda q: q["id"])
def test_a_line_keeps_the_contract(question):
    assert set(question) == FIELDS
    assert question["type"] in ANSWERED | REFUSED
    assert question["question"].strip()
    refused = question["type"] in REFUSED
    assert refused == (not question["answers"]) == (not question["articles"])
    assert refused == (question["must_cite"] == 0)
    assert (question["type"] == "conflicting") == bool(question["conflict"])
    assert len(set(question["articles"])) == len(question["articles"])
    assert question["must_cite"] <= independent(question["articles"])
    if question["type"] in {"two-articles", "corroborated", "conflicting"}:
        assert question["must_cite"] >= 2
    accepted = [squeeze(answer) for answer in question["answers"]]
    values = [squeeze(value) for value in question["conflict"]]
    assert all(any(value in answer for answer in accepted) for value in values)
    assert not [(a, b) for a in values for b in values if a != b and a in b]


@pytest.mark.parametrize("question", TUNE + REPORT, ids=lambda q: q["id"])
def test_answers_stand_in_the_articles_own_words(question, contents):
    assert not missing(question, contents)


@pytest.mark.parametrize("question", REAL_TUNE + REAL_REPORT, ids=lambda q: q["id"])
def test_answers_stand_in_the_real_articles(question, real):
    assert not missing(question, real)
    assert all(len(answer.split()) <= 8 for answer in question["answers"])


def test_ids_and_questions_occur_once():
    assert not [i for i, n in Counter(q["id"] for q in EVERY).items() if n > 1]
    assert not [t for t, n in Counter(squeeze(q["question"]) for q in EVERY).items() if n > 1]


@pytest.mark.parametrize("split", SPLITS, ids=["tune", "report", "real-tune", "real-report"])
def test_every_split_has_every_type(split):
    assert {q["type"] for q in split} == ANSWERED | REFUSED


def test_counts():
    shipped = TUNE + REPORT
    types = Counter(q["type"] for q in shipped)
    assert len(shipped) >= 170
    assert types["unanswerable"] == types["near-miss"] >= 25
    assert 0.35 <= len(TUNE) / len(shipped) <= 0.45
    assert len(REAL_TUNE) >= 30
    assert len(REAL_REPORT) >= 110
    assert sum(q["type"] in REFUSED for q in REAL_TUNE + REAL_REPORT) >= 14


def test_the_splits_share_no_article_and_no_event(contents):
    sides = [{a for q in split for a in q["articles"]} for split in (TUNE, REPORT)]
    assert not sides[0] & sides[1]
    assert sides[0] | sides[1] == set(contents), "an article about which nothing is asked"


@pytest.mark.parametrize("pair", SYNDICATED)
def test_syndicated_copies_stay_on_one_side(pair):
    sides = [{a for q in split for a in q["articles"]} for split in (TUNE, REPORT)]
    assert any(set(pair) <= side for side in sides)


def near_misses(splits):
    return [q["question"] for split in splits for q in split if q["type"] == "near-miss"]


def test_every_near_miss_says_what_would_answer_it():
    assert sorted(NEAR_MISSES) == sorted(near_misses(SPLITS))


@pytest.mark.parametrize("question", near_misses([TUNE]))
def test_a_near_miss_to_tune_on_is_not_answered(question, contents):
    tuning = {a for q in TUNE for a in q["articles"]}
    check_near_miss(question, {name: contents[name] for name in tuning}, contents)


@pytest.mark.parametrize("question", near_misses([REPORT]))
def test_a_near_miss_to_report_on_is_not_answered(question, contents):
    reporting = {a for q in REPORT for a in q["articles"]}
    check_near_miss(question, {name: contents[name] for name in reporting}, contents)


@pytest.mark.parametrize("question", near_misses([REAL_TUNE, REAL_REPORT]))
def test_a_real_near_miss_is_not_answered(question, real):
    check_near_miss(question, real, real)


def check_near_miss(question, half, everything):
    answer = re.compile(NEAR_MISSES[question])
    assert not [name for name, text in half.items() if answer.search(" ".join(text.split()))]
    names = [w for w in re.findall(r"\b[A-Z]\w+", question)[1:] if len(w) > 3]
    mentioned = squeeze(" ".join(everything.values()))
    elsewhere = {"Dozemoon", "Odalys", "Storm", "Android", "GPUs", "Department", "Defense"}
    assert all(n.casefold() in mentioned for n in names if n not in elsewhere)


def test_no_article_holds_the_words_of_an_unanswerable_question(contents):
    vocabularies = {name: set(words(text)) for name, text in contents.items()}
    for question in (q for q in TUNE + REPORT if q["type"] == "unanswerable"):
        asked = {w for w in words(question["question"]) if len(w) > 3}
        assert asked
        assert not [n for n, known in vocabularies.items() if asked <= known], question


def test_most_questions_are_not_copied_from_an_article(contents):
    asked = [q for q in TUNE + REPORT if q["answers"]]
    copied = [
        q
        for q in asked
        if any(runs(q["question"], 4) & runs(contents[a], 4) for a in q["articles"])
    ]
    assert len(copied) <= len(asked) / 4


def test_the_corpus_has_every_kind_of_file(corpus):
    kinds = Counter(path.suffix for path in CORPUS.rglob("*") if path.is_file())
    assert kinds[".html"] >= 2
    assert kinds[".md"] >= 2
    assert kinds[".pdf"] >= 1
    assert kinds[".jsonl"] >= 1
    assert 20 <= len(corpus) <= 30
    assert not [name for name, text in corpus.items() if len(words(text)) < 50]


@pytest.mark.parametrize("name", PASTED_TWICE)
def test_a_body_is_pasted_twice(name, corpus):
    paragraphs = [line for line in corpus[name].splitlines() if len(line) > 200]
    assert set(Counter(paragraphs).values()) == {2}


@pytest.mark.parametrize("pair", SYNDICATED)
def test_syndicated_copies_differ_in_the_lead_only(pair, contents):
    first, second = (
        [line for line in contents[name].splitlines() if len(line) > 100] for name in pair
    )
    assert first[0] != second[0]
    shared = [line for line in first if line in second]
    assert len(shared) >= 0.7 * len(first)


def test_some_sentences_differ_in_one_number_name_or_negation_only(contents):
    def close(a: str, b: str) -> bool:
        x, y = words(a), words(b)
        return len(x) == len(y) > 7 and sum(p != q for p, q in zip(x, y, strict=True)) == 1

    sentences = {
        (name, sentence)
        for name, text in contents.items()
        for sentence in re.split(r"(?<=[.!?])\s", " ".join(text.split()))
    }
    pairs = [(a, b) for a, b in combinations(sorted(sentences), 2) if close(a[1], b[1])]
    assert len(pairs) >= 3


def test_no_run_of_words_is_taken_from_the_real_articles(corpus, real):
    taken = set().union(*(runs(text, 7) for text in real.values()))
    assert not {
        name: sorted(runs(t, 7) & taken) for name, t in corpus.items() if runs(t, 7) & taken
    }
