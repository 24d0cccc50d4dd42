"""The chart of a card that a conversation shows, over HTTP."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.charts import NARROWEST, WIDEST, WIDTH, ChartHint, ImageKind, draw_aside
from api.chat import KNOWN, PRIVATE, Authorized, Services
from api.problems import Problem, documented
from tools.kpi_cards import ExplanationCard, KpiCard

router = APIRouter(prefix="/api/conversations", tags=["conversations"])
_HEADERS = {
    **PRIVATE,
    # A picture may have its own style, and nothing else.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
_IMAGES = {
    "description": "The picture; its title and its text alternative are those of the message's card.",
    "content": {"image/svg+xml": {}, "image/png": {}},
}


class ThemeName(StrEnum):
    LIGHT = "light"
    DARK = "dark"


@router.get(
    "/{conversation_id}/messages/{message_id}/chart",
    response_class=Response,
    responses={200: _IMAGES, **documented(*KNOWN, "invalid-request", "unknown-chart")},
)
async def chart(
    parley: Services,
    conversation_id: Authorized,
    message_id: int,
    card: Annotated[int, Query(ge=0, description="Which of the message's cards, from 0.")] = 0,
    theme: ThemeName = ThemeName.LIGHT,
    image: ImageKind = ImageKind.SVG,
    width: Annotated[int, Query(ge=NARROWEST, le=WIDEST, description="In CSS pixels.")] = WIDTH,
    hint: Annotated[ChartHint | None, Query(description="The form that somebody asked for.")] = None,
) -> Response:
    """A card of figures as a picture, in the shop's colors. A single figure has none, and neither has another card."""
    seen = await parley.register.view(conversation_id)
    cards = next((message.cards for message in seen.messages if message.id == message_id), ())
    shown = cards[card] if card < len(cards) else None
    if not isinstance(shown, KpiCard | ExplanationCard):
        raise Problem("unknown-chart")
    themes = parley.shop.theme
    palette = themes.light if theme is ThemeName.LIGHT else themes.dark
    drawn = await draw_aside(shown, theme=palette, width=width, image=image, hint=hint)
    if drawn is None:
        raise Problem("unknown-chart")
    return Response(drawn.data, media_type=drawn.media_type, headers=_HEADERS)
