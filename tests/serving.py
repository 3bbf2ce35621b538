"""What the tests of the page and the API need: small corpora, and a server in a thread."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.types import ASGIApp

from ragqa.web.desk import Upload

ARTICLES = {
    "lock.md": (
        "---\nsource: The Velo Courant\ndate: 2024-03-04\n---\n# New lock at Velo opens\n\n"
        "The lock at Velo cost 12 million guilders, the water board said.\n"
        "The lock at Velo was opened on 3 March 2024 by the mayor, Ana Ruz.\n"
    ),
    "lock-again.md": (
        "---\nsource: The Polder Gazette\ndate: 2024-03-09\n---\n# Velo lock over budget\n\n"
        "The lock at Velo cost 15 million guilders, an audit found on Friday.\n"
        "About 300 barges pass through the lock at Velo on a working day.\n"
    ),
    "ferry.md": (
        "---\nsource: The Velo Courant\ndate: 2024-05-20\n---\n# Ferry to Sill stops\n\n"
        "The ferry to Sill will stop in September, the ferry company said.\n"
        "About 80 people use the ferry to Sill each day, mostly pupils.\n"
    ),
}
COST = "How much did the lock at Velo cost?"
PUPILS = "How many people use the ferry to Sill each day?"
NEW = "The windmill at Kell was sold for 480,000 guilders to the Orr family, the notary said."
SOLD = "For how much was the windmill at Kell sold?"


def write_articles(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def upload(folder: Path, name: str, content: bytes | str) -> Upload:
    """A file as it came in: under a name of the server's, with the name it came with beside."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{len(list(folder.iterdir()))}.upload"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Upload(name=name, path=path)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port, in a thread; yield its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(
                app, log_level="critical", ws="none", lifespan="on", timeout_graceful_shutdown=1
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            wait_until_ready(address, thread)
            yield address
        finally:
            server.should_exit = True
            thread.join()


def wait_until_ready(address: str, thread: threading.Thread | None = None) -> None:
    for _ in range(600):
        assert thread is None or thread.is_alive()
        try:
            if httpx.get(f"{address}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{address} is not ready")
