"""How the shop introduces itself to whoever has no conversation yet."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.chat import Services
from knowledge.shop_profile import Theme

router = APIRouter(tags=["shop"])


class ShopInfo(BaseModel):
    """Public: how a channel greets and looks. `time_zone` is an IANA name."""

    name: str
    greeting: str
    suggestions: tuple[str, ...]
    locale: str
    time_zone: str
    theme: Theme


@router.get("/api/shop")
async def shop_info(response: Response, parley: Services) -> ShopInfo:
    """The shop's name, greeting, suggested questions and colors."""
    shop = parley.shop
    response.headers["Cache-Control"] = "public, max-age=300"
    return ShopInfo(
        name=shop.name,
        greeting=shop.widget.greeting,
        suggestions=shop.widget.suggestions,
        locale=shop.locale,
        time_zone=shop.time_zone,
        theme=shop.theme,
    )
