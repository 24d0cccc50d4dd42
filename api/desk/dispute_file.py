"""A dispute's evidence as a PDF, for whoever answers the card network."""

import asyncio
from dataclasses import replace

from fastapi import APIRouter, Depends
from fastapi.responses import Response as Answer

from api.chat import Services
from api.desk.access import signed_in
from api.parley import Parley
from api.problems import Problem
from tools import crossing
from tools.commerce.database import ReadSession
from tools.commerce.disputes.response import Response, read_response
from tools.commerce.photos import keeping
from tools.commerce.schema import Dispute

MEDIA_TYPE = "application/pdf"
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}

router = APIRouter(prefix="/desk/disputes/{dispute_id}", include_in_schema=False)


@router.get("/evidence.pdf", dependencies=[Depends(signed_in)])
async def evidence(parley: Services, dispute_id: str) -> Answer:
    """The file as a download."""
    found = await crossing.read(parley.database, lambda session: _read(session, dispute_id, parley))
    if found is None:
        raise Problem("not-found")
    response, photos = found
    content = await asyncio.to_thread(_drawn, response, photos, parley)
    named = {"Content-Disposition": f'attachment; filename="dispute-{response.evidence.dispute.id[:8]}.pdf"'}
    return Answer(content, media_type=MEDIA_TYPE, headers={**HEADERS, **named})


def _read(session: ReadSession, dispute_id: str, parley: Parley) -> tuple[Response, dict[str, bytes]] | None:
    book = replace(parley.rulebook(), cite=parley.library.cite)
    response = read_response(session, dispute_id, book)
    if response is None:
        return None
    conversation_id = session.get_one(Dispute, dispute_id).conversation_id
    kept = {
        photo.id: keeping.content(session, conversation_id, photo.id) for photo in response.evidence.photos
    }
    return response, {name: content for name, content in kept.items() if content}


def _drawn(response: Response, photos: dict[str, bytes], parley: Parley) -> bytes:
    from api.dispute_file.document import chargeback_response  # loads ReportLab

    return chargeback_response(response, photos, parley.shop)
