"""A refund that the payment gateway refused is sent once more."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.chat import Services
from api.desk.access import HOME, Posted, own_page
from api.desk.queue import View, draw_queue
from bot.errors import ConversationError
from tools.commerce.disputes.lifecycle import DisputeError

router = APIRouter(include_in_schema=False)


@router.post("/desk/refunds/{entry_id}/again")
async def send_again(
    parley: Services, at_desk: Posted, entry_id: str, there: Annotated[str, Form(max_length=200)] = HOME
) -> Response:
    """Whoever answers shoppers may. `there` is the desk's page that it was asked for on."""
    conversations = await parley.conversations()
    try:
        number = int(entry_id) if entry_id.isascii() and entry_id.isdigit() and len(entry_id) < 19 else 0
        await conversations.disputes.send_again(number, at_desk.colleague)
    except (DisputeError, ConversationError) as error:
        return await draw_queue(parley, at_desk, View(), str(error), HTTPStatus.CONFLICT)
    return RedirectResponse(own_page(there), HTTPStatus.SEE_OTHER)
