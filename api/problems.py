"""Errors as RFC 9457 problem JSON: the one table that turns what went wrong into an HTTP answer.

    Problem
    ├── raised by routes for what is wrong with a request
    └── made here from: ConversationError (by its code), request validation, HTTPException, bugs (500)

A problem's `type` is a stable URN; `title` belongs to the type; `detail` is for the person reading. What was
sent is never repeated, and a bug shows nothing but the number under which it was logged.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, JsonValue
from starlette.exceptions import HTTPException

from tools.commerce.database import UNAVAILABLE

log = logging.getLogger(__name__)

URN = "urn:parley:problem:"
MEDIA_TYPE = "application/problem+json"

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "malformed-body": (400, "The body cannot be read"),
    "credentials-missing": (401, "The conversation's token is missing"),
    "identity-token-refused": (401, "The identity token is not valid"),
    "not-found": (404, "Not found"),
    "unknown-conversation": (404, "There is no such conversation"),
    "link-over": (404, "The link opens nothing any more"),
    "unknown-proposal": (404, "There is no such proposal"),
    "unknown-photo": (404, "There is no such photo"),
    "unknown-chart": (404, "There is no such chart"),
    "unknown-customer": (404, "There is no such demo customer"),
    "method-not-allowed": (405, "The method is not allowed here"),
    "body-too-slow": (408, "The body took too long"),
    "client-message-reused": (409, "The client's message id was used for another text"),
    "too-many-photos": (409, "Too many photos"),
    "body-too-large": (413, "The body is too large"),
    "invalid-request": (422, "The request is not valid"),
    "photo-refused": (422, "The photo cannot be taken"),
    "empty-message": (422, "The message is empty"),
    "message-too-long": (422, "The message is too long"),
    "too-many-requests": (429, "Too many requests"),
    "internal-error": (500, "Something went wrong on our side"),
    "conversation-busy": (503, "The conversation is busy"),
    "overloaded": (503, "Too many conversations at once"),
    "not-ready": (503, "Still starting"),
    "identity-not-configured": (503, "Identity tokens are not set up"),
    "unavailable": (503, "Not available at the moment"),
    "answer-delayed": (503, "The message has arrived; the answer is delayed"),
}
_BY_STATUS = {400: "malformed-body", 404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}
_RETRY_AFTER_SECONDS = 2


class FieldError(BaseModel):
    field: str
    detail: str


class ProblemDetails(BaseModel):
    """RFC 9457, with `errors` for a request that is not valid."""

    type: str
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None
    errors: list[FieldError] | None = None


class Problem(HTTPException):
    """`kind` is a key of PROBLEMS. `retry_after` in seconds."""

    def __init__(
        self,
        kind: str,
        detail: str | None = None,
        *,
        retry_after: int | None = None,
        instance: str | None = None,
        errors: list[FieldError] | None = None,
    ) -> None:
        status, title = PROBLEMS[kind]
        headers = {"WWW-Authenticate": "Bearer"} if kind == "credentials-missing" else {}
        if status == HTTPStatus.SERVICE_UNAVAILABLE and retry_after is None:
            retry_after = _RETRY_AFTER_SECONDS
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        super().__init__(status, detail, headers)
        self.kind = kind
        self.details = ProblemDetails(
            type=URN + kind, title=title, status=status, detail=detail, instance=instance, errors=errors
        )

    @property
    def json_value(self) -> JsonValue:
        return self.details.model_dump(mode="json", exclude_none=True)

    @property
    def response(self) -> JSONResponse:
        return JSONResponse(
            self.json_value, status_code=self.status_code, headers=self.headers, media_type=MEDIA_TYPE
        )


def problem_of(error: Exception) -> Problem:
    """What the outside is told of `error`. A bug is logged here, under the number that the answer names."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        kind = _BY_STATUS.get(error.status_code, "unavailable")
        return Problem(kind) if error.status_code in _BY_STATUS else Problem(kind, str(error.detail))
    code = getattr(error, "code", None)
    kind = code.replace("_", "-") if isinstance(code, str) else ""
    if isinstance(error, UNAVAILABLE):
        log.warning("the database is not available: %s at=%s", type(error).__name__, place_of(error))
        return Problem("unavailable", "The shop's records can't be reached right now. Please try again.")
    if kind in PROBLEMS:
        return Problem(kind, str(error))
    instance = uuid4().urn
    # The type and the place, never the message: it may hold what a shopper wrote.
    log.error("bug id=%s error=%s at=%s", instance, type(error).__name__, place_of(error))
    return Problem("internal-error", instance=instance)


def _invalid(error: RequestValidationError) -> Problem:
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        return Problem("malformed-body", "The body is not JSON.")
    return Problem(
        "invalid-request",
        errors=[
            FieldError(field=".".join(str(part) for part in e["loc"]), detail=str(e["msg"])) for e in found
        ],
    )


def place_of(error: Exception) -> str:
    """Where it was raised: file, line and function, innermost first."""
    trace = error.__traceback__
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-8:]))


async def _respond(_: Request, error: Exception) -> JSONResponse:
    return problem_of(error).response


def answer_with_problems(app: FastAPI) -> None:
    """For what the framework itself raises; the rest reaches the middleware's ErrorBoundary."""
    for kind in (RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _respond)


def documented(*kinds: str) -> dict[int | str, dict[str, object]]:
    """The `responses` of a route for its OpenAPI page: by status, what it can mean, with each problem as an example."""
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(PROBLEMS[kind][0], []).append(kind)
    return {
        status: {
            "description": "; ".join(PROBLEMS[kind][1] for kind in found),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemDetails"},
                    "examples": {kind: {"value": Problem(kind).json_value} for kind in found},
                }
            },
        }
        for status, found in by_status.items()
    }
