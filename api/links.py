"""Opening a conversation by the link of an e-mail, in another browser than the one in which it was held."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.chat import PRIVATE, RequestBody, Services, address_of
from api.limits import is_this_machine
from api.problems import documented
from bot.register import Opened

router = APIRouter(prefix="/api/conversations", tags=["conversations"])


class LinkRequest(RequestBody):
    link: Annotated[str, Field(min_length=1, max_length=100, description="What stands in the link.")]
    key: Annotated[
        str,
        Field(
            pattern=r"^[0-9a-f]{32,64}$",
            description="At least 128 random bits that the browser has made, in hexadecimal: the conversation's token "
            "from now on. Sent again with the same link, it gets the same answer.",
        ),
    ]


@router.post("/links", responses=documented("link-over", "too-many-requests", "unavailable"))
async def open_link(request: Request, response: Response, parley: Services, body: LinkRequest) -> Opened:
    """Go on with a conversation whose link came by e-mail. A link opens it once, within three days.

    Only this request opens it: whoever merely looks at the page that the link leads to, as mail scanners do, leaves it
    as it is.
    """
    address = address_of(request)
    if not is_this_machine(address):
        parley.paces.conversations.take(address or "")
    response.headers.update(PRIVATE)
    return await parley.register.open_link(body.link, body.key)
