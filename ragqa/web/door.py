"""Who may come in, and with how much: ASGI middleware around the page and the API.

    every answer   gets headers that let the browser load from this server only
    host, origin   other sites' pages in the same browser are refused (CSRF, DNS rebinding)
    path           only what the page and the API need of Gradio is open
    password       HTTP Basic, when one is set
    rate, number   429 instead of a queue without end
    body           413 for one too large, 408 for one that does not come

A refusal is `{"error": "one line"}`.
"""

import asyncio
import base64
import ipaddress
import secrets
import time
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ragqa.settings import Limits

HEALTH = "/healthz"
API = "/api/"
MCP = "/mcp"
_GRADIO = "/gradio_api/"
_UPLOAD = f"{_GRADIO}upload"

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

# What the page and the Gradio client call. Closed among others: reading files by path, fetching
# other addresses for a visitor, links to saved states, the history of runs, monitoring.
_OPEN = frozenset(
    f"/{name}"
    for name in (
        " config theme.css favicon.ico robots.txt manifest.json docs healthz mcp "
        "gradio_api/info gradio_api/upload gradio_api/upload_progress gradio_api/queue/join "
        "gradio_api/queue/data gradio_api/component_server/ gradio_api/cancel gradio_api/reset "
        "gradio_api/app_id gradio_api/user gradio_api/startup-events gradio_api/theme.css"
    ).split(" ")
)
_OPEN_BELOW = (
    API,
    "/assets/",
    "/static/",
    "/svelte/",
    f"{_GRADIO}heartbeat/",
    f"{_GRADIO}call/",
    f"{_GRADIO}queue/data/",
)
_WORK = (API, MCP, f"{_GRADIO}queue/join", f"{_GRADIO}call/", f"{_GRADIO}component_server", _UPLOAD)
# Gradio answers these at once and queues the work itself.
_COUNTED = (API, MCP)

_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio's page is made of inline scripts and styles.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "frame-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
# Said by a proxy that we do not have; Gradio would build its addresses of them.
_FORWARDED = (b"x-forwarded-", b"x-gradio-", b"x-direct-")


class Refused(HTTPException):
    """A request is refused with this status and this line."""

    def response(self) -> JSONResponse:
        """Say so."""
        headers = dict(self.headers or {})
        if self.status_code in (408, 413):  # the rest of the body is not waited for
            headers["connection"] = "close"
        return JSONResponse({"error": self.detail}, self.status_code, headers)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Door:
    """The middleware, as an ASGI application around another.

    Args:
        app: What is guarded.
        limits: How much of everything.
        host: The address that is listened on.
        user: The user's name and password that are asked for, `USER:PASSWORD`, or None.
    """

    def __init__(self, app: ASGIApp, limits: Limits, host: str, user: str | None = None) -> None:
        self._app = app
        self._limits = limits
        self._hosts = _LOOPBACK | {host.lower()} if is_loopback(host) else None
        self._user = user.encode() if user is not None else None
        self._rate = _Rate()
        self._work = RateLimitItemPerMinute(limits.requests_per_minute, namespace="work")
        self._logins = RateLimitItemPerMinute(limits.logins_per_minute, namespace="logins")
        self._busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no part of this speaks over a websocket
            await send({"type": "websocket.close", "code": 1008})
            return
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        try:
            self._admit(scope)
            await self._serve(scope, receive, answer)
        except asyncio.CancelledError:
            return  # the server is stopping, and this was the whole of the task
        except Refused as refusal:
            if begun:
                raise
            await refusal.response()(scope, receive, answer)

    def _admit(self, scope: Scope) -> None:
        scope["headers"] = [
            each for each in scope["headers"] if not each[0].lower().startswith(_FORWARDED)
        ]
        headers = Headers(scope=scope)
        path: str = scope["path"]
        self._check_site(headers, scope["method"])
        if path not in _OPEN and not path.startswith(_OPEN_BELOW):
            raise Refused(404, "there is nothing here; see /docs")
        client = scope["client"][0] if scope.get("client") else ""
        if self._user is not None and path != HEALTH:
            self._check_password(headers, self._user, client)
        if path.startswith(_WORK):
            self._rate.hit(self._work, client)

    def _check_site(self, headers: Headers, method: str) -> None:
        host = headers.get("host", "")
        if self._hosts is not None and _name(host) not in self._hosts:
            raise Refused(421, "open this page as http://127.0.0.1 or http://localhost")
        origin = headers.get("origin")
        if origin is not None and _netloc(origin) != host.lower():
            raise Refused(403, "requests from the pages of other sites are refused")
        # A browser says so even where it gives no origin; following a link here is all right.
        follows = method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not follows:
            raise Refused(403, "requests from the pages of other sites are refused")

    def _check_password(self, headers: Headers, user: bytes, client: str) -> None:
        kind, _, given = headers.get("authorization", "").partition(" ")
        try:
            said = base64.b64decode(given if kind.lower() == "basic" else "", validate=True)
        except ValueError:
            said = b""
        self._rate.test(self._logins, client)
        if not secrets.compare_digest(said, user):
            if said:
                self._rate.hit(self._logins, client)
            raise Refused(
                401,
                "a user name and a password are needed here",
                {"www-authenticate": 'Basic realm="ragqa", charset="UTF-8"'},
            )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        body = _Body(receive, self._most_bytes(path), self._limits.body_seconds)
        body.check(Headers(scope=scope).get("content-length"))
        if not path.startswith(_COUNTED):
            await self._app(scope, body.receive, send)
            return
        if self._busy >= self._limits.waiting:
            raise Refused(
                429, "too much is being asked at once; try again in a second", {"retry-after": "1"}
            )
        self._busy += 1
        try:
            await self._app(scope, body.receive, send)
        finally:
            self._busy -= 1

    def _most_bytes(self, path: str) -> int:
        if path == _UPLOAD:
            return self._limits.upload_megabytes * 1_000_000
        return self._limits.body_kilobytes * 1_000


class _Rate:
    """Counts what each client does, in memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, item: RateLimitItemPerMinute, client: str) -> None:
        if not self._limiter.hit(item, client):
            self._refuse(item, client)

    def test(self, item: RateLimitItemPerMinute, client: str) -> None:
        if not self._limiter.test(item, client):
            self._refuse(item, client)

    def _refuse(self, item: RateLimitItemPerMinute, client: str) -> None:
        reset = self._limiter.get_window_stats(item, client).reset_time
        seconds = str(max(1, round(reset - time.time())))
        raise Refused(
            429, f"too many requests; try again in {seconds} seconds", {"retry-after": seconds}
        )


class _Body:
    """The body of a request as it comes in, if it comes and is not too large."""

    def __init__(self, receive: Receive, most: int, seconds: float) -> None:
        self._receive = receive
        self._most = most
        self._seconds = seconds
        self._size = 0
        self._complete = False

    def check(self, stated: str | None) -> None:
        if stated is not None and stated.isdecimal() and int(stated) > self._most:
            self._too_large()

    async def receive(self) -> Message:
        if self._complete:  # all that comes now is that the client has gone
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._seconds)
        except TimeoutError as error:
            raise Refused(408, "the request did not come through; send it again") from error
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._size > self._most:
                self._too_large()
        return message

    def _too_large(self) -> None:
        raise Refused(413, f"more than {_amount(self._most)} in one request; send less at once")


def _amount(count: int) -> str:
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count // 1_000} KB"


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
