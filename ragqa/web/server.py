"""The page, the API and the assistants' server as one application, and serving it."""

import logging
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from ragqa.errors import InputError, ServerError
from ragqa.settings import Limits, Settings, load_limits
from ragqa.web.api import make_api
from ragqa.web.desk import Desk
from ragqa.web.door import Door, is_loopback
from ragqa.web.tools import add_named_endpoints, make_mcp

if TYPE_CHECKING:
    from fastapi import FastAPI

_BACKLOG = 128
_MOST_CONNECTIONS = 512
_QUEUE = 64
# Streams that pages hold open are cut off then.
_SHUTDOWN_SECONDS = 2


def make_app(
    desk: Desk, limits: Limits, *, host: str = "127.0.0.1", user: str | None = None
) -> ASGIApp:
    """Return all that is served, as one ASGI application.

    Args:
        desk: What it works at.
        limits: How much one may ask of it.
        host: The address that will be listened on; on loopback no other may be asked for.
        user: `USER:PASSWORD`, or None when none is asked for.
    """
    assistants = make_mcp(desk)
    routes = assistants.streamable_http_app().routes

    @asynccontextmanager
    async def lifespan(_: "FastAPI") -> AsyncIterator[None]:
        async with assistants.session_manager.run():
            yield

    api = make_api(desk, lifespan)
    api.router.routes.extend(routes)
    return Door(_with_page(api, desk), limits, host, user)


def serve(
    folder: Path,
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    user: str | None = None,
    tell: Callable[[str], None],
) -> None:
    """Serve an index until told to stop (SIGINT or SIGTERM).

    Args:
        folder: The index folder.
        settings: How to ask.
        host: The address to listen on.
        port: The port; 0 for one that is free.
        user: `USER:PASSWORD`, or None to ask for none.
        tell: Shows a line to whoever has started this.

    Raises:
        InputError: `user` has no name or no password.
        ServerError: the address or the port cannot be listened on, or Gradio is of a version that
            cannot be served safely.
        RagqaError: as `Desk.open`.
    """
    import uvicorn

    if user is not None and not all(user.partition(":")):
        raise InputError("the name and the password are given as USER:PASSWORD")
    limits = load_limits()
    with (
        _listening(host, port) as listener,
        tempfile.TemporaryDirectory(prefix="ragqa-", ignore_cleanup_errors=True) as uploads,
    ):
        # Read by Gradio when it is imported: nothing is to be told to anybody.
        os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_TEMP_DIR": uploads}
        with Desk.open(folder, settings, incoming=Path(uploads)) as desk:
            config = uvicorn.Config(
                make_app(desk, limits, host=host, user=user),
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                ws="none",
                limit_concurrency=_MOST_CONNECTIONS,
                timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
            )
            # Pages hold streams open for as long as they are shown: to cut those off is no error.
            logging.getLogger("uvicorn.error").addFilter(_is_no_farewell)
            listener.listen(_BACKLOG)
            if not is_loopback(host) and user is None:
                tell(
                    f"anyone who can reach {host} can ask, add and remove articles: set a password "
                    "with --auth USER:PASSWORD, or RAGQA_AUTH"
                )
            tell(f"open {_address(listener)} (Ctrl+C stops)")
            # uvicorn raises the signal again when it is done: then everything is to be closed.
            signal.signal(signal.SIGTERM, _interrupt)
            with suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listener])


def _with_page(api: "FastAPI", desk: Desk) -> "FastAPI":
    import gradio
    from gradio import processing_utils

    from ragqa.web.page import build, dress

    blocks = build(desk)
    add_named_endpoints(blocks, desk)
    _check_guards((blocks, "has_launched"), (processing_utils, "async_ssrf_protected_download"))
    # Gradio 6.31 checks that a file which a visitor names is one that was uploaded only where
    # `launch` has said that it runs: mounted, it would read any file of this machine.
    blocks.has_launched = blocks.is_running = True
    # And it would fetch an address that is named in a file's place.
    processing_utils.async_ssrf_protected_download = _fetch_nothing
    blocks.queue(max_size=_QUEUE, api_open=False)
    served: FastAPI = gradio.mount_gradio_app(
        api,
        blocks,
        path="/",
        show_error=False,
        max_file_size=desk.settings.max_file_megabytes * 1_000_000,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        **dress()._asdict(),
    )
    return served


def _check_guards(*guards: tuple[object, str]) -> None:
    """Refuse to serve where Gradio has its guards elsewhere: setting these would guard nothing.

    Raises:
        ServerError: one of the names is not there.
    """
    for owner, name in guards:
        if not hasattr(owner, name):
            raise ServerError(
                f"this version of Gradio has no {name}, so the page would not be safe; install "
                "another with: pip install gradio==6.31"
            )


async def _fetch_nothing(url: str, cache_dir: str) -> str:
    raise InputError("files are uploaded, not fetched from an address")


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that has the address, but lets no one in yet."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ServerError(f"there is no address {host!r} here; name one with --host") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise ServerError(
            f"port {port} of {host} cannot be had ({error.strerror}); name another with --port"
        ) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _is_no_farewell(record: logging.LogRecord) -> bool:
    return "timeout graceful shutdown exceeded" not in record.getMessage()


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
