"""Photos of a case, to those who may see it."""

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.chat import Services
from api.desk.access import signed_in
from api.photos import as_answer
from bot.errors import UnknownPhoto
from tools import crossing
from tools.commerce.schema import Handoff

router = APIRouter(prefix="/desk/cases/{handoff_id}/photos", include_in_schema=False)


@router.get("/{photo_id}", dependencies=[Depends(signed_in)])
async def fetch(parley: Services, handoff_id: str, photo_id: str) -> Response:
    handoff = await crossing.read(parley.database, lambda session: session.get(Handoff, handoff_id))
    if handoff is None:
        raise UnknownPhoto
    return as_answer(photo_id, await parley.photos.content(handoff.conversation_id, photo_id))
