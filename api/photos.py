"""Photos of a conversation over HTTP: one is uploaded as it is, then named in a message, and fetched by its id."""

import asyncio

from fastapi import APIRouter, Request, Response

from api.chat import KNOWN, Authorized, Services, address_of
from api.limits import is_this_machine
from api.problems import Problem, documented
from bot.events import PublicPhoto
from tools.commerce.photos.encoding import FORMATS, MEDIA_TYPE

UPLOAD_SECONDS = 60.0
HEADERS = {
    # Kept by the browser that was shown it, and by no cache on the way; under that id it never changes.
    "Cache-Control": "private, max-age=86400, immutable",
    "Vary": "Authorization, Cookie",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PICTURES = {f"image/{name.lower()}": {"schema": {"type": "string", "format": "binary"}} for name in FORMATS}

router = APIRouter(prefix="/api/conversations/{conversation_id}/photos", tags=["conversations"])


@router.post(
    "",
    status_code=201,
    responses=documented(*KNOWN, "body-too-large", "body-too-slow", "photo-refused", "too-many-photos"),
    openapi_extra={"requestBody": {"required": True, "content": _PICTURES}},
)
async def add(request: Request, parley: Services, conversation_id: Authorized) -> PublicPhoto:
    """Upload a photo for a message that is still to be sent, with the picture's bytes as the body.

    What it is shows in the bytes, whatever they are called. It is encoded anew as a JPEG of at most 2048 pixels a
    side, without metadata. The same picture again is the same photo. One that no message names is deleted after a day.
    """
    address = address_of(request)
    parley.paces.photos.take(conversation_id)
    if not is_this_machine(address):
        parley.paces.photo_addresses.take(address or "")
    async with parley.uploads.taken():
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                data = await request.body()
        except TimeoutError:
            raise Problem("body-too-slow") from None
        async with parley.decoding.taken():
            return await parley.photos.add(conversation_id, data)


@router.get(
    "/{photo_id}",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, **documented(*KNOWN, "unknown-photo")},
)
async def fetch(parley: Services, conversation_id: Authorized, photo_id: str) -> Response:
    """The photo, as a JPEG."""
    return as_answer(photo_id, await parley.photos.content(conversation_id, photo_id))


def as_answer(photo_id: str, content: bytes) -> Response:
    """A photo to be looked at, and never to be taken for anything else."""
    named = {"Content-Disposition": f'inline; filename="photo-{photo_id[:12]}.jpg"'}
    return Response(content, media_type=MEDIA_TYPE, headers={**HEADERS, **named})
