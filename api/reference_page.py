"""The page /docs: the OpenAPI description of this very app, drawn by Swagger UI from our own origin."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.chat import Services
from api.pages import page


def add_reference_page(app: FastAPI) -> None:
    """Swagger UI's files are those of the package fastapi-offline; nothing is asked of another host."""
    app.mount("/swagger", StaticFiles(packages=[("fastapi_offline", "static")]))

    @app.get("/docs", include_in_schema=False)
    async def docs(parley: Services) -> HTMLResponse:
        return page("reference.html", parley.shop, {})
