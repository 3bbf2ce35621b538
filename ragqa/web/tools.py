"""The same three calls for assistants (Model Context Protocol) and for the Gradio client."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import anyio.to_thread

from ragqa import __version__
from ragqa.filters import read_filters
from ragqa.types import Answer, ArticleView, Frozen, Passage
from ragqa.web.desk import Desk
from ragqa.web.problems import describe_and_log

if TYPE_CHECKING:
    from gradio import Blocks
    from mcp.server.fastmcp import FastMCP

Result = TypeVar("Result")

_AT_ONCE = 8

_INSTRUCTIONS = (
    "Answers questions from one folder of news articles, in their own words. Cite what an answer "
    "cites. When `answered` is false the articles do not say: tell the user so. When `agreement` "
    "is `conflicting`, tell every version and who says it."
)


class Passages(Frozen):
    """The passages nearest to a question, best first."""

    passages: tuple[Passage, ...]


def make_mcp(desk: Desk) -> "FastMCP[Any]":
    """Return a Model Context Protocol server over a desk; it is stateless, at `/mcp`."""
    from mcp.server.fastmcp import FastMCP
    from mcp.server.fastmcp.exceptions import ToolError
    from mcp.server.transport_security import TransportSecuritySettings
    from mcp.types import ToolAnnotations

    server: FastMCP[Any] = FastMCP(
        "ragqa",
        instructions=_INSTRUCTIONS,
        stateless_http=True,
        json_response=True,
        log_level="WARNING",
        # `door` sees to it, for everything that is served.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    server._mcp_server.version = __version__
    reads = ToolAnnotations(readOnlyHint=True, idempotentHint=True, openWorldHint=False)

    async def run(call: Callable[[], Result]) -> Result:
        try:
            return await anyio.to_thread.run_sync(call)
        except Exception as error:
            raise ToolError(describe_and_log(error).line) from None

    @server.tool(annotations=reads)
    async def ask(
        question: str,
        sources: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Answer:
        """Answer a question in the articles' own words, with citations.

        Args:
            question: The question, in English, in up to 2,000 characters.
            sources: Only articles from these sources.
            since: Only articles dated YYYY[-MM[-DD]] or later.
            until: Only articles dated YYYY[-MM[-DD]] or earlier.
        """
        return await run(lambda: desk.ask(question, read_filters(sources or (), since, until)))

    @server.tool(annotations=reads)
    async def search(
        question: str,
        sources: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = 10,
    ) -> Passages:
        """List the passages nearest to a question, best first, one for each group of duplicates.

        Args:
            question: What to look for.
            sources: Only articles from these sources.
            since: Only articles dated YYYY[-MM[-DD]] or later.
            until: Only articles dated YYYY[-MM[-DD]] or earlier.
            limit: How many, 100 at most.
        """

        def found() -> Passages:
            filters = read_filters(sources or (), since, until)
            return Passages(passages=desk.search(question, filters, min(max(limit, 1), 100)))

        return await run(found)

    @server.tool(annotations=reads)
    async def article(id: str) -> ArticleView:
        """Return an indexed article, what was left out of it as no content, and its chunks.

        Args:
            id: The article's id, as a citation gives it.
        """
        return await run(lambda: desk.article(id))

    return server


def add_named_endpoints(blocks: "Blocks", desk: Desk) -> None:
    """Add `/ask`, `/search` and `/article` to what a Gradio client can call on a page.

    They return JSON as text: in an object Gradio takes every `path` for a file to hand out.
    """
    import gradio
    from gradio.events import api

    def run(call: Callable[[], str]) -> str:
        try:
            return call()
        except Exception as error:
            raise gradio.Error(describe_and_log(error).line, print_exception=False) from None

    def ask(
        question: str,
        sources: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> str:
        """Answer a question in the articles' own words; return the answer as JSON."""
        return run(
            lambda: desk.ask(question, read_filters(sources or (), since, until)).model_dump_json()
        )

    def search(
        question: str,
        sources: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> str:
        """Find the passages nearest to a question, best first; return them as JSON."""

        def found() -> str:
            passages = desk.search(question, read_filters(sources or (), since, until))
            return Passages(passages=passages).model_dump_json()

        return run(found)

    def article(id: str) -> str:
        """Return an indexed article, and what was left out of it as no content, as JSON."""
        return run(lambda: desk.article(id).model_dump_json())

    # The page's own events would have the names first, though nobody can call them by name.
    for number, event in blocks.fns.items():
        if event.api_visibility == "private":
            event.api_name = f"event-{number}"
    with blocks:
        for call in (ask, search, article):
            api(call, api_name=call.__name__, concurrency_limit=_AT_ONCE)
