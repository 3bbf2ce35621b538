"""`ragqa app` as a process: what it says, what it serves to other programs, and how it ends."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from ragqa.engine import index
from ragqa.types import Answer, ArticleView
from ragqa.uploads import stored_uploads
from serving import COST, wait_until_ready, write_articles
from support import ROOT, command, complaint, environment, ragqa

pytestmark = pytest.mark.slow

Started = tuple[subprocess.Popen[str], str, list[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("app")
    index([write_articles(base / "corpus")], base / "index")
    return base / "index"


@contextmanager
def started(folder: Path, *options: str, **changes: str) -> Iterator[Started]:
    """Run the app on a free port; yield the process, its address and the lines it said."""
    arguments = [sys.executable, "-m", "ragqa", "app", "--index", str(folder), "--port", "0"]
    process = subprocess.Popen(
        [*arguments, *options],
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder.parent,
        env=environment(**changes),
    )
    try:
        lines: list[str] = []
        assert process.stderr is not None
        while not lines or "open http" not in lines[-1]:
            line = process.stderr.readline()
            assert line, lines
            lines.append(line)
        address = lines[-1].split()[2].rstrip("/")
        wait_until_ready(address)
        yield process, address, lines
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with started(folder) as (_, address, lines):
        assert len(lines) == 1  # on this machine only, so no warning
        yield address


def test_the_page_and_the_api_are_served(address: str) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        page = client.get("/")
        assert page.status_code == 200
        assert "gradio" in page.text
        answer = Answer.model_validate(client.post("/api/ask", json={"question": COST}).json())
        assert answer.answered
        assert client.get("/docs").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1:1/",
        "/gradio_api/deep_link?session_hash=x",
        "/gradio_api/stream/x/0/0/playlist.m3u8",
        "/gradio_api/runs",
        "/gradio_api/vibe-code",
        "/gradio_api/dev/reload",
        "/gradio_api/mcp/",
        "/gradio_api/run/ask",
        "/gradio_api/api/ask",
        "/gradio_api/custom_component/x/client/component/index.js",
        "/monitoring",
        "/monitoring/summary",
        "/openapi.json",
        "/login",
    ],
)
def test_what_gradio_would_open_is_closed(path: str, address: str) -> None:
    for method in ("GET", "POST", "HEAD"):
        assert httpx.request(method, address + path).status_code == 404


def test_nothing_leaves_the_machine_by_the_page_itself(address: str) -> None:
    config = httpx.get(f"{address}/config").json()
    assert config["analytics_enabled"] is False
    assert not config.get("space_id")
    assert config["root"] == address


def test_a_proxy_that_is_not_there_is_not_believed(address: str) -> None:
    lies = {"x-forwarded-host": "evil.example", "x-gradio-server": "http://evil.example"}
    assert "evil.example" not in httpx.get(f"{address}/", headers=lies).text
    assert "evil.example" not in httpx.get(f"{address}/config", headers=lies).text


def test_a_file_of_the_server_cannot_be_handed_in_as_an_upload(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index([write_articles(tmp_path / "corpus")], folder)
    secret = tmp_path / "secret.md"
    secret.write_text("# The secret\n\nThe safe at Orl holds 99 florins.")
    gold = tmp_path / "secret.jsonl"
    gold.write_text('{"id": "a", "question": "Is it 99 florins?", "answers": [], "articles": []}')
    named = [f"{secret}", "secret.md", f"/tmp/../{secret}", f"file://{secret}", f"{gold}"]
    with started(folder) as (_, address, _), httpx.Client(base_url=address, timeout=60) as client:
        dependencies = client.get("/config").json()["dependencies"]
        events = [each["id"] for each in dependencies if "upload" in str(each["targets"])]
        assert len(events) == 2

        def hand_in(event: int, path: str, several: bool) -> str:
            session = uuid.uuid4().hex
            given = {"path": path, "orig_name": "a.md", "meta": {"_type": "gradio.FileData"}}
            body = {"data": [[given] if several else given], "fn_index": event}
            client.post("/gradio_api/queue/join", json={**body, "session_hash": session})
            return client.get("/gradio_api/queue/data", params={"session_hash": session}).text

        for event in events:
            for path in [*named, "/etc/passwd", "http://192.0.2.1/a.md"]:
                for several in (True, False):
                    said = hand_in(event, path, several)
                    assert '"success":false' in said
                    assert "florins" not in said
        assert client.get("/healthz").json()["index"]["articles"] == 3
        assert stored_uploads(folder) == []
        # What was uploaded may be handed in just like that.
        files = {"files": ("a.md", secret.read_bytes())}
        (path,) = client.post("/gradio_api/upload", files=files).json()
        assert "added" in hand_in(events[0], path, several=True)
        came_in_by = Path(path).parents[1]
        assert not any(each.is_file() for each in came_in_by.rglob("*"))
        assert client.get("/healthz").json()["index"]["articles"] == 4


@pytest.mark.filterwarnings("default")
def test_an_assistant_asks_and_gets_citations(address: str) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def talk() -> None:
        async with (
            streamable_http_client(f"{address}/mcp") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            tools = {each.name: each for each in (await session.list_tools()).tools}
            assert set(tools) == {"ask", "search", "article"}
            for each in tools.values():
                assert each.description
                assert each.inputSchema["properties"]
                assert each.outputSchema
            got = await session.call_tool("ask", {"question": COST})
            answer = Answer.model_validate(got.structuredContent)
            assert answer.answered
            cited = answer.citations[0]
            view = await session.call_tool("article", {"id": cited.article})
            assert view.structuredContent is not None
            text = view.structuredContent["article"]["text"]
            assert text[cited.start : cited.end] == cited.quote
            found = await session.call_tool("search", {"question": "ferry", "limit": 1})
            assert found.structuredContent is not None
            assert len(found.structuredContent["passages"]) == 1
            for name, arguments in (
                ("ask", {"question": ""}),
                ("ask", {"question": COST, "since": "soon"}),
                ("article", {"id": "../secret.txt"}),
            ):
                refused = await session.call_tool(name, arguments)
                assert refused.isError
                assert "Traceback" not in str(refused.content)

    asyncio.run(talk())


@pytest.mark.filterwarnings("default")
def test_the_gradio_client_calls_by_name(address: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(address, verbose=False)
    endpoints = client.view_api(return_format="dict", print_info=False)
    assert sorted(endpoints["named_endpoints"]) == ["/article", "/ask", "/search"]
    answer = Answer.model_validate_json(client.predict(COST, api_name="/ask"))
    assert answer.answered
    cited = answer.citations[0]
    view = ArticleView.model_validate_json(client.predict(cited.article, api_name="/article"))
    assert view.article.text[cited.start : cited.end] == cited.quote
    assert json.loads(client.predict("ferry", api_name="/search"))["passages"]
    with pytest.raises(AppError, match="empty"):
        client.predict("", api_name="/ask")


@pytest.mark.filterwarnings("default")
def test_what_is_no_fault_of_those_who_ask_stands_in_the_log(tmp_path: Path) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    folder = tmp_path / "index"
    index([write_articles(tmp_path / "corpus")], folder)
    call = {"name": "ask", "arguments": {"question": COST}}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    accepted = {"accept": "application/json, text/event-stream"}
    logged: list[str] = []
    with started(folder, COLUMNS="300") as (process, address, _):
        reading = threading.Thread(target=lambda: logged.extend(process.stderr or ()))
        reading.start()
        client = Client(address, verbose=False)
        folder.rename(tmp_path / "away")
        api = httpx.post(f"{address}/api/ask", json={"question": COST})
        assistant = httpx.post(f"{address}/mcp", json=asked, headers=accepted)
        with pytest.raises(AppError) as told:
            client.predict(COST, api_name="/ask")
        for said in (api.text, assistant.text, str(told.value)):
            assert "the index is gone just now" in said
            assert str(tmp_path) not in said
        process.terminate()
        reading.join(timeout=30)
    assert sum(f"IndexMissing: there is no index in {folder}" in line for line in logged) == 3


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_told_and_leaves_nothing(
    stop: signal.Signals, folder: Path, tmp_path: Path
) -> None:
    with started(folder, TMPDIR=str(tmp_path)) as (process, address, _):
        with httpx.stream("GET", f"{address}/gradio_api/heartbeat/x"):
            process.send_signal(stop)
            _, said = process.communicate(timeout=30)
        assert process.returncode == 0
        assert said == ""
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_told(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ran = ragqa("app", "--index", folder, "--port", port, cwd=folder.parent)
    assert "--port" in complaint(ran)


@pytest.mark.parametrize(
    "renamed",
    ["del processing_utils.async_ssrf_protected_download", "del self.has_launched"],
)
def test_a_gradio_whose_guards_are_elsewhere_is_not_served(renamed: str, folder: Path) -> None:
    """Those that see to it that no file of the machine, and no address, is read as an upload."""
    program = f"""
from gradio import Blocks, processing_utils
made = Blocks.__init__
def make(self, *given, **named):
    made(self, *given, **named)
    {renamed}
Blocks.__init__ = make
from ragqa.cli import main
main()
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, "app", "--index", str(folder), "--port", "0"],
        capture_output=True,
        env=environment(),
        timeout=120,
    )
    assert "gradio==6.31" in complaint(ran)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (("--host", "no.such.host.invalid"), "--host"),
        (("--host", "192.0.2.1"), "--port"),
        (("--auth", "ana"), "USER:PASSWORD"),
        (("--auth", ":secret"), "USER:PASSWORD"),
        (("--index", "nowhere"), "ragqa index"),
    ],
)
def test_what_cannot_be_served_is_told(options: tuple[str, ...], hint: str, folder: Path) -> None:
    given = ("--index", folder) if "--index" not in options else ()
    ran = ragqa("app", "--port", "0", *given, *options, cwd=folder.parent)
    assert hint in complaint(ran)


def test_a_wrong_limit_is_told(folder: Path) -> None:
    ran = ragqa("app", "--index", folder, cwd=folder.parent, RAGQA_LIMIT_WAITING="0")
    assert "RAGQA_LIMIT_WAITING" in complaint(ran)


def test_a_network_without_a_password_is_warned_of(folder: Path) -> None:
    with started(folder, "--host", "0.0.0.0") as (_, address, lines):
        assert "--auth" in lines[0]
        assert urlsplit(address).hostname == "127.0.0.1"
    with started(folder, "--host", "0.0.0.0", RAGQA_AUTH="ana:secret") as (_, address, lines):
        assert len(lines) == 1
        assert httpx.get(f"{address}/").status_code == 401
        assert httpx.get(f"{address}/", auth=("ana", "secret")).status_code == 200


def test_app_py_is_the_same_and_builds_a_first_index(tmp_path: Path) -> None:
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment(),
    )
    assert process.stderr is not None
    try:
        lines = [process.stderr.readline() for _ in range(3)]
        assert "no index" in lines[0]
        address = lines[2].split()[2].rstrip("/")
        assert httpx.get(f"{address}/healthz", timeout=60).json()["index"]["articles"] > 20
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_help_names_what_there_is() -> None:
    ran = subprocess.run(
        command("app", "--help"), capture_output=True, env=environment(), text=True, check=True
    )
    for option in ("--index", "--host", "--port", "--auth", "RAGQA_AUTH"):
        assert option in ran.stdout
