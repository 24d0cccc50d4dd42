"""The web application: routes, what surrounds them, and what runs beside them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, Header, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig

from api import chat, demo, health, help_pages, links, photos, shop_info
from api.charts import route as charts
from api.chat import Services
from api.desk import add_desk
from api.desk.problem_pages import ProblemPages
from api.middleware import AccessLog, ErrorBoundary, SecurityHeaders, content_security_policy
from api.pages import WEB, page, theme_css
from api.parley import Parley
from api.problems import ProblemDetails, answer_with_problems
from api.reference_page import add_reference_page
from api.repeating import repeat
from api.widget_script import Script, widget_script, widget_script_gzipped
from tools.commerce.photos.encoding import MOST_BYTES

if TYPE_CHECKING:
    from api.slack.connection import SlackConnection

TITLE = "Parley"
MAX_BODY_BYTES = 64 * 1024
LARGER_BODIES = {
    # A press of a button in Slack carries the whole message that the button stands in.
    re.compile("/slack/events"): 1024 * 1024,
    re.compile("/api/conversations/[^/]+/photos"): MOST_BYTES,
}
FINISH_SECONDS = 15.0
LOOK_SECONDS = 1.0
"""So often unsettled money, unfinished turns, undecided proposals, due watches and due handoffs are looked for."""
SLACK_SECONDS = 5.0
"""So often it is looked for what is still to be done in Slack, and for what nobody asked for, such as an alert."""
SUM_UP_SECONDS = 600.0
"""Two versions of Parley beside each other would otherwise build the daily sums for each other all the time."""
PHOTO_SECONDS = 600.0
"""So often photos are deleted that no message came with."""
# Nothing is exported, and spans would carry what people wrote.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def create_app(parley: Parley) -> FastAPI:
    app = FastAPI(
        title=TITLE,
        version="0.1.0",
        description="The conversation desk of an online shop.",
        docs_url=None,
        redoc_url=None,
        telemetry=NO_TELEMETRY,
        lifespan=_lifespan,
        responses={"4XX": {"model": ProblemDetails}},
    )
    app.state.parley = parley
    answer_with_problems(app)
    _surround(app, parley)
    app.include_router(chat.router)
    app.include_router(links.router)
    app.include_router(photos.router)
    app.include_router(charts.router)
    app.include_router(health.router)
    app.include_router(help_pages.router)
    app.include_router(shop_info.router)
    add_reference_page(app)
    add_desk(app, parley.settings)
    app.state.slack = slack = _slack(parley)
    if slack:
        app.include_router(slack.router)
    if parley.settings.demo:
        app.include_router(demo.router)
    else:
        app.add_api_route("/", about, include_in_schema=False)
    _add_files(app)
    return app


async def about(request: Request, parley: Services) -> HTMLResponse:
    return page("about.html", parley.shop, {"widget_url": f"{request.base_url}widget.js"})


def _surround(app: FastAPI, parley: Parley) -> None:
    """From the inside out: each is wrapped around those before it."""
    settings = parley.settings
    app.add_middleware(ErrorBoundary, max_body_bytes=MAX_BODY_BYTES, larger=LARGER_BODIES)
    app.add_middleware(ProblemPages, shop=parley.shop)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Accept", "Last-Event-ID"],
        expose_headers=["Retry-After"],
        max_age=3600,
    )
    app.add_middleware(SecurityHeaders, policy=content_security_policy(settings.frame_ancestors))
    app.add_middleware(AccessLog, metrics=parley.metrics)


def _slack(parley: Parley) -> "SlackConnection | None":
    """Loaded only where it is used. Raises ShopFileError."""
    if parley.settings.slack_bot_token is None:
        return None
    from api.slack.connection import SlackConnection

    return SlackConnection(parley)


def _add_files(app: FastAPI) -> None:
    @app.get("/widget.js", include_in_schema=False)
    async def widget(accept_encoding: Annotated[str, Header()] = "") -> Response:
        return _script(Script.WIDGET, accept_encoding)

    @app.get("/widget-more.js", include_in_schema=False)
    async def more_of_the_widget(accept_encoding: Annotated[str, Header()] = "") -> Response:
        return _script(Script.MORE, accept_encoding)

    @app.get("/theme.css", include_in_schema=False)
    async def theme(parley: Services) -> Response:
        return theme_css(parley.shop)

    app.mount("/web", StaticFiles(directory=WEB))
    app.mount("/products", StaticFiles(directory=WEB / "products", check_dir=False))


def _script(script: Script, accept_encoding: str) -> Response:
    headers = {"Cache-Control": "public, max-age=300", "Vary": "Accept-Encoding"}
    if "gzip" in accept_encoding:
        headers["Content-Encoding"] = "gzip"
        return Response(widget_script_gzipped(script), media_type="text/javascript", headers=headers)
    return Response(widget_script(script), media_type="text/javascript", headers=headers)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parley: Parley = app.state.parley
    slack: SlackConnection | None = app.state.slack
    often = (
        parley.settle,
        parley.resume,
        parley.tend_proposals,
        parley.tend_watches,
        parley.tend_handoffs,
    )
    beside = [parley.load(), *(repeat(work, LOOK_SECONDS) for work in often)]
    if not parley.database.is_sqlite:
        beside.append(repeat(parley.hear_replicas, LOOK_SECONDS))
    beside.append(repeat(parley.sum_up_days, SUM_UP_SECONDS))
    beside.append(repeat(parley.photos.drop_unsent, PHOTO_SECONDS))
    if slack:
        beside += [repeat(slack.tend, SLACK_SECONDS), slack.open_socket()]
    tasks = [asyncio.create_task(work) for work in beside]
    if delivery := parley.delivery():
        tasks.append(asyncio.create_task(delivery.run_forever()))
    try:
        yield
    finally:
        ends = [parley.finish(FINISH_SECONDS), *([slack.finish(FINISH_SECONDS)] if slack else [])]
        await asyncio.gather(*ends)
        for task in tasks:
            task.cancel()
            # What it raised has been logged, and answered by /readyz.
            with suppress(asyncio.CancelledError, Exception):
                await task
        parley.database.close()
