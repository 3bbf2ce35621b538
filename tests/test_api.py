"""The page's server over HTTP: the same answers, and no way in for anything else."""

import base64
import contextlib
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

from ragqa.settings import Limits, Settings
from ragqa.types import Answer, ArticleSummary, ArticleView, Passage
from ragqa.web.api import make_api
from ragqa.web.desk import Desk
from ragqa.web.door import Door
from serving import COST, NEW, PUPILS, served, write_articles

SECRET = "the secret of the mill"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    base = tmp_path_factory.mktemp("api")
    corpus = write_articles(base / "corpus")
    (corpus / "wire").mkdir()
    (corpus / "wire" / "a mill?#100%.txt").write_text(NEW)
    (base / "secret.txt").write_text(SECRET)
    with Desk.open(base / "index", Settings(), corpus) as desk:
        yield desk


def guarded(desk: Desk, user: str | None = None, host: str = "127.0.0.1", **limits: float) -> Door:
    return Door(make_api(desk), Limits(**limits), host, user)


@pytest.fixture(scope="module")
def api(desk: Desk) -> Iterator[httpx.Client]:
    with (
        served(guarded(desk, requests_per_minute=100_000)) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def error(answer: httpx.Response, status: int) -> str:
    """The line that a request is refused with."""
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["error"]
    line = answer.json()["error"]
    assert line
    assert "\n" not in line
    assert "Traceback" not in line
    assert "/tmp" not in line
    return line


def raw(client: httpx.Client, head: str, body: bytes = b"") -> socket.socket:
    """Send a request as it is, with nothing put right or completed; return the connection."""
    url = urlsplit(str(client.base_url))
    connection = socket.create_connection((url.hostname, url.port), timeout=30)
    connection.sendall(f"{head} HTTP/1.1\r\nHost: {url.netloc}\r\n".encode() + body)
    return connection


def status_of(connection: socket.socket) -> int:
    with connection, connection.makefile("rb") as stream:
        return int(stream.readline().split()[1])


# The calls


def test_ask_is_the_answer(api: httpx.Client, desk: Desk) -> None:
    got = api.post("/api/ask", json={"question": COST})
    answer = Answer.model_validate_json(got.text)
    expected = desk.ask(COST)
    assert answer.model_dump(exclude={"milliseconds"}) == expected.model_dump(
        exclude={"milliseconds"}
    )
    assert list(got.json()) == list(Answer.model_fields)


def test_ask_takes_filters(api: httpx.Client) -> None:
    asked = {"question": COST, "sources": ["The Polder Gazette"], "since": "2024", "until": "2024"}
    answer = Answer.model_validate(api.post("/api/ask", json=asked).json())
    assert {each.article for each in answer.citations} == {"lock-again.md"}
    later = api.post("/api/ask", json={"question": COST, "since": "2025"}).json()
    assert not later["answered"]
    assert later["citations"] == []


def test_search_lists_passages(api: httpx.Client, desk: Desk) -> None:
    got = api.get("/api/search", params={"question": "ferry to Sill", "limit": 2}).json()
    passages = [Passage.model_validate(each) for each in got]
    assert passages == list(desk.search("ferry to Sill", limit=2))
    only = {"question": "lock", "source": "The Polder Gazette"}
    found = api.get("/api/search", params=only).json()
    assert {each["place"]["source"] for each in found} == {"The Polder Gazette"}


def test_articles_are_listed_and_read(api: httpx.Client, desk: Desk) -> None:
    listed = [ArticleSummary.model_validate(each) for each in api.get("/api/articles").json()]
    assert listed == list(desk.articles())
    assert "wire/a mill?#100%.txt" in {each.id for each in listed}
    for each in listed:
        got = api.get(f"/api/articles/{quote(each.id, safe='/')}")
        assert ArticleView.model_validate_json(got.text) == desk.article(each.id)
        assert api.get(f"/api/articles/{quote(each.id, safe='')}").json() == got.json()


def test_everyone_gets_their_own_answer(api: httpx.Client) -> None:
    questions = [COST, PUPILS] * 8

    def ask(question: str) -> Answer:
        got = httpx.post(f"{api.base_url}/api/ask", json={"question": question}, timeout=120)
        return Answer.model_validate_json(got.text)

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(ask, questions))
    assert [each.question for each in answers] == questions
    for answer in answers:
        words = "guilders" if answer.question == COST else "80 people"
        assert words in answer.answers[0].sentence


def test_the_documentation_loads_nothing(api: httpx.Client) -> None:
    page = api.get("/docs").text
    description = api.get("/api/openapi.json").json()
    for path in description["paths"]:
        assert path in page
    for loading in ("<script", "<link", "<img", "<iframe", "@import", "url(", "http:", "https:"):
        assert loading not in page
    assert set(description["paths"]) == {
        "/api/ask",
        "/api/search",
        "/api/articles",
        "/api/articles/{id}",
        "/healthz",
    }


# What cannot be asked


@pytest.mark.parametrize("question", ["", "  ", "\n", "🎉🎉🎉", "?!", "\0"])
def test_a_question_without_words_is_told(question: str, api: httpx.Client) -> None:
    error(api.post("/api/ask", json={"question": question}), 422)
    error(api.get("/api/search", params={"question": question}), 422)


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '{"question": 1}', '{"question": "a b", "x": 1}', "\xff"]
)
def test_a_bad_body_is_told(body: str, api: httpx.Client) -> None:
    headers = {"content-type": "application/json"}
    error(api.post("/api/ask", content=body.encode("latin-1"), headers=headers), 422)


@pytest.mark.parametrize("date", ["yesterday", "2024-13", "2024-02-30", "20240101", "٢٠٢٤", ""])
def test_a_bad_date_is_told(date: str, api: httpx.Client) -> None:
    assert "wants a date" in error(
        api.post("/api/ask", json={"question": COST, "since": date}), 422
    )
    assert "wants a date" in error(
        api.get("/api/search", params={"question": COST, "until": date}), 422
    )


def test_a_lone_surrogate_is_no_error(api: httpx.Client) -> None:
    content = b'{"question": "\\ud800 How much did the lock at Velo cost?", "sources": ["\\udfff"]}'
    got = api.post("/api/ask", content=content, headers={"content-type": "application/json"})
    assert got.status_code == 200
    assert not got.json()["answered"]


def test_too_long_is_413(api: httpx.Client) -> None:
    assert "2,000" in error(api.post("/api/ask", json={"question": "why " * 501}), 413)
    assert "2,000" in error(api.get("/api/search", params={"question": "why " * 501}), 413)
    megabytes = json.dumps({"question": "why " * 1_000_000}).encode()
    answer = api.post("/api/ask", content=megabytes)
    assert "1 MB" in error(answer, 413)

    def parts() -> Iterator[bytes]:  # of a length that is not stated
        for start in range(0, len(megabytes), 50_000):
            yield megabytes[start : start + 50_000]

    with contextlib.suppress(httpx.WriteError):  # closed while we were still sending
        error(api.post("/api/ask", content=parts()), 413)
    assert api.post("/api/ask", json={"question": PUPILS}).json()["answered"]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "../../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/%2e%2e/secret.txt",
        "....//secret.txt",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "file:///etc/passwd",
        "lock.md%00",
        "lock.md/",
        "LOCK.MD",
        "%ff%fe",
        "'%20OR%201=1--",
        "%1b[31m",
        "x" * 5000,
        "wire",
        "{id}",
    ],
)
def test_only_what_is_indexed_can_be_read(path: str, api: httpx.Client) -> None:
    for folder in ("/api/articles/", "/", "/assets/", "/static/", "/gradio_api/file="):
        connection = raw(api, f"GET {folder}{path}", b"Connection: close\r\n\r\n")
        with connection, connection.makefile("rb") as stream:
            got = stream.read().decode("latin-1")
        assert int(got.split()[1]) in (403, 404), got
        assert SECRET not in got
        assert "root:" not in got


def test_errors_of_the_index_name_no_path_but_in_the_log(
    desk: Desk, api: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    away = desk.folder.rename(desk.folder.with_name("away"))
    try:
        assert "gone" in error(api.post("/api/ask", json={"question": COST}), 503)
        for path in ("/api/articles", "/api/articles/lock.md", "/healthz"):
            error(api.get(path), 503)
    finally:
        away.rename(desk.folder)
    assert str(desk.folder) in caplog.text
    assert api.get("/healthz").json()["status"] == "ready"
    assert api.post("/api/ask", json={"question": COST}).json()["answered"]


# Who may come in


def test_every_answer_carries_the_headers_of_safety(api: httpx.Client) -> None:
    for path in ("/healthz", "/docs", "/nothing", "/api/articles/nothing"):
        headers = api.get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert not any("http" in value or "*" in value for value in policy.values())
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example:80"}, 421),
        ({"host": ""}, 421),
        ({"host": "["}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://localhost:1"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
def test_other_sites_are_refused(headers: dict[str, str], status: int, api: httpx.Client) -> None:
    got = api.post("/api/ask", json={"question": PUPILS}, headers=headers)
    assert got.status_code == status, got.text
    if status != 200:
        error(got, status)


def test_a_link_from_another_site_can_be_followed(api: httpx.Client) -> None:
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert api.get("/docs", headers=followed).status_code == 200
    error(api.post("/api/ask", json={"question": COST}, headers=followed), 403)


def test_localhost_and_our_own_origin_may_come_in(api: httpx.Client) -> None:
    port = urlsplit(str(api.base_url)).port
    host = f"localhost:{port}"
    got = api.get("/api/articles", headers={"host": host, "origin": f"http://{host}"})
    assert got.status_code == 200


def test_a_password_is_asked_for_everywhere(desk: Desk) -> None:
    user = "ana:pässwörd:x"
    right = {"authorization": "Basic " + base64.b64encode(user.encode()).decode()}
    wrong = ["", "Basic", "Basic !!", "Bearer x", "Basic " + base64.b64encode(b"ana:x").decode()]
    with (
        served(guarded(desk, user, logins_per_minute=3)) as address,
        httpx.Client(base_url=address) as client,
    ):
        for path in ("/", "/docs", "/api/articles", "/api/openapi.json", "/mcp", "/config"):
            answer = client.get(path)
            error(answer, 401)
            assert answer.headers["www-authenticate"].startswith("Basic")
        for each in wrong:
            error(client.get("/api/articles", headers={"authorization": each}), 401)
        assert client.get("/api/articles", headers=right).status_code == 200
        assert client.get("/healthz").status_code == 200
        for _ in range(3):
            client.get("/api/articles", headers={"authorization": wrong[-1]})
        guessed = client.get("/api/articles", headers={"authorization": wrong[-1]})
        assert "try again" in error(guessed, 429)


# How much


def test_too_many_requests_are_429(desk: Desk) -> None:
    with (
        served(guarded(desk, requests_per_minute=4)) as address,
        httpx.Client(base_url=address) as client,
    ):
        for _ in range(4):
            assert client.get("/api/articles").status_code == 200
        answer = client.get("/api/articles")
        assert "try again" in error(answer, 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert client.get("/healthz").status_code == 200


def test_too_much_at_once_is_429_and_a_slow_body_408(desk: Desk) -> None:
    with (
        served(guarded(desk, waiting=1, body_seconds=1)) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        slow = raw(
            client,
            "POST /api/ask",
            b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        )
        refused = 0
        while client.get("/api/articles").status_code == 429:
            refused += 1
        assert status_of(slow) == 408
        assert refused
        assert client.get("/api/articles").status_code == 200


def test_a_client_that_goes_away_is_forgotten(desk: Desk) -> None:
    with (
        served(guarded(desk, waiting=1, body_seconds=30)) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        for _ in range(5):
            head = b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
            raw(client, "POST /api/ask", head).close()
        while client.get("/api/articles").status_code == 429:
            pass


# All of it, fuzzed


CALLS = [
    ("/api/ask", "POST"),
    ("/api/search", "GET"),
    ("/api/articles", "GET"),
    ("/api/articles/{id}", "GET"),
    ("/healthz", "GET"),
]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize(("path", "method"), CALLS)
def test_no_request_that_is_described_or_not_breaks_it(
    path: str, method: str, mode: schemathesis.GenerationMode, api: httpx.Client
) -> None:
    """No 500, and every answer is of the status, type and form that the description says."""
    schema = schemathesis.openapi.from_url(f"{api.base_url}/api/openapi.json")
    assert {(each.path, each.method) for each in operations(schema)} >= {(path, method.lower())}
    cases = schema[path][method].as_strategy(generation_mode=mode)

    @hypothesis.settings(
        max_examples=40,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(cases)
    def run(case: schemathesis.Case) -> None:
        # That a question is to have a word in it, and a date to be one, no schema says.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    with contextlib.suppress(hypothesis.errors.Unsatisfiable):  # nothing in it can be wrong
        run()


def operations(schema: schemathesis.BaseSchema) -> Iterator[schemathesis.APIOperation]:
    for each in schema.get_all_operations():
        yield each.ok()
