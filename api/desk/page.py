"""The desk's pages: never kept by a browser, never in a frame, no script or style but the desk's own."""

from collections.abc import Mapping

from fastapi.responses import HTMLResponse

from api.pages import page
from knowledge.shop_profile import ShopProfile

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}


def desk_page(
    template: str, shop: ShopProfile, values: Mapping[str, object], status: int = 200
) -> HTMLResponse:
    """`desk/template`, with everything in `values` escaped."""
    answer = page(f"desk/{template}", shop, values, status)
    answer.headers.update(HEADERS)
    return answer
