"""A browser that asks the desk for a page reads a page, also of what went wrong: outside every route, as plain ASGI."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.desk.page import desk_page
from api.problems import MEDIA_TYPE, ProblemDetails
from knowledge.shop_profile import ShopProfile


class ProblemPages:
    """Draws the problems that are answered at /desk to whoever reads HTML. Scripts get them as they are."""

    def __init__(self, app: ASGIApp, shop: ShopProfile) -> None:
        self.app = app
        self.shop = shop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_for_a_reader(scope):
            await self.app(scope, receive, send)
            return
        problem: Message | None = None

        async def draw(message: Message) -> None:
            nonlocal problem
            if message["type"] == "http.response.start" and _is_problem(message):
                problem = message
            elif problem is None:
                await send(message)
            else:
                # The JSON of a problem is sent in one piece.
                details = ProblemDetails.model_validate_json(message["body"])
                values: dict[str, object] = {"title": details.title, "signed_in_as": None, "told": details}
                page = desk_page("problem.html", self.shop, values, details.status)
                if retry_after := Headers(raw=problem["headers"]).get("retry-after"):
                    page.headers["Retry-After"] = retry_after
                await page(scope, receive, send)

        await self.app(scope, receive, draw)


def _is_for_a_reader(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and (scope["path"] == "/desk" or scope["path"].startswith("/desk/"))
        and "text/html" in Headers(scope=scope).get("accept", "")
    )


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type") == MEDIA_TYPE
