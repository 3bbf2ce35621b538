"""The answers over HTTP: typed endpoints with OpenAPI documentation, and nothing of their own."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from fastapi import Path as PathPart
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from ragqa import __version__
from ragqa.errors import InputError, RagqaError
from ragqa.filters import read_filters
from ragqa.questions import LONGEST
from ragqa.types import Answer, ArticleSummary, ArticleView, Frozen, IndexInfo, Passage
from ragqa.web.desk import Desk
from ragqa.web.door import Refused
from ragqa.web.problems import describe, describe_and_log
from ragqa.web.reference import page

_DESCRIPTION = (
    "Ask a folder of articles and get the answer in their own words, every chunk of it cited. "
    "An answer is a slice of an article: `quote` is `text[start:end]` of the cited one, counted "
    "in Unicode code points. Nothing is generated."
)
_NO_BODY = "the body is no JSON object, sent as application/json; see /docs"
_MOST_PASSAGES = 100

Text = Annotated[str, Field(description="The question, in up to 2,000 characters.")]
Sources = Annotated[
    tuple[str, ...], Field(description="Only articles from these sources, as they name themselves.")
]
Since = Annotated[
    str | None, Field(description="Only articles dated YYYY[-MM[-DD]] or later.", examples=["2025"])
]
Until = Annotated[
    str | None,
    Field(description="Only articles dated YYYY[-MM[-DD]] or earlier.", examples=["2025-06"]),
]


class Asked(Frozen):
    """A question, and the articles that may answer it."""

    question: Text
    sources: Sources = ()
    since: Since = None
    until: Until = None


class Error(Frozen):
    """What is wrong, and what to do next, in one line."""

    error: str


class Health(Frozen):
    """The server is ready: the models are loaded, and the index can be read."""

    status: Literal["ready"]
    index: IndexInfo


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    reasons = {
        404: "There is no such article.",
        413: "The question, or the request, is too long.",
        422: "The question is empty or a parameter is wrong.",
        429: "Too many requests; the header Retry-After says when to come back.",
        503: "The index cannot be used just now.",
    }
    return {each: {"model": Error, "description": reasons[each]} for each in statuses}


def make_api(desk: Desk, lifespan: Lifespan | None = None) -> FastAPI:
    """Return the API over a desk."""
    api = FastAPI(
        title="ragqa",
        version=__version__,
        summary="Answers in the articles' own words.",
        description=_DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,  # both would load their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    _add_endpoints(api, desk)
    _add_errors(api)
    return api


def _add_endpoints(api: FastAPI, desk: Desk) -> None:
    @api.post("/api/ask", tags=["asking"], responses=_errors(413, 422, 429, 503))
    def ask(asked: Asked) -> Answer:
        """Answer a question in the articles' own words, with citations.

        `answered` is false when the articles do not say; `citations` are the nearest passages then.
        """
        _check_length(asked.question)
        filters = read_filters(asked.sources, asked.since, asked.until)
        return desk.ask(asked.question, filters)

    @api.get("/api/search", tags=["asking"], responses=_errors(413, 422, 429, 503))
    def search(
        question: Annotated[str, Query(description="What to look for.")],
        source: Annotated[Sequence[str], Query(description="Only from this source.")] = (),
        since: Since = None,
        until: Until = None,
        limit: Annotated[int, Query(ge=1, le=_MOST_PASSAGES, description="How many.")] = 10,
    ) -> list[Passage]:
        """List the passages nearest to a question, best first, one for each duplicate group."""
        _check_length(question)
        filters = read_filters(source, since, until)
        return list(desk.search(question, filters, limit))

    @api.get("/api/articles", tags=["articles"], responses=_errors(429, 503))
    def articles() -> list[ArticleSummary]:
        """List the articles that are indexed, by id."""
        return list(desk.articles())

    @api.get("/api/articles/{id:path}", tags=["articles"], responses=_errors(404, 422, 429, 503))
    def article(
        id: Annotated[str, PathPart(description="An id as the list, or a citation, gives it.")],
    ) -> ArticleView:
        """Return an indexed article with what was left out of it, and its chunks."""
        try:
            return desk.article(id)
        except InputError as error:
            raise Refused(404, "there is no such article; /api/articles lists them") from error

    @api.get("/healthz", tags=["server"], responses=_errors(503))
    def health() -> Health:
        """Say that questions can be asked."""
        return Health(status="ready", index=desk.info())

    @api.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(page(api.openapi()))


def _check_length(question: str) -> None:
    if len(question) > LONGEST:
        raise Refused(
            413,
            f"the question has {len(question)} characters; {LONGEST:,} are the most: shorten it",
        )


def _add_errors(api: FastAPI) -> None:
    @api.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:  # bytes that are no text
            return Refused(422, _NO_BODY).response()
        return Refused(error.status_code, error.detail, error.headers).response()

    @api.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return Refused(422, _first(error)).response()

    @api.exception_handler(RagqaError)
    async def told(_: Request, error: RagqaError) -> JSONResponse:
        problem = describe_and_log(error)
        return Refused(problem.status, problem.line).response()

    @api.exception_handler(Exception)
    async def failed(_: Request, error: Exception) -> JSONResponse:
        # It goes on to the server, which logs it.
        problem = describe(error)
        return Refused(problem.status, problem.line).response()


def _first(error: RequestValidationError) -> str:
    """Say in a line what is wrong with a request."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
    if where == "the body" or first["type"] == "json_invalid":
        return _NO_BODY
    return f"{where}: {first['msg']}; see /docs"
