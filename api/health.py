"""Whether this process is alive, whether it can answer, and what it has done."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from api.chat import Services

router = APIRouter(tags=["operations"])


class Readiness(BaseModel):
    ready: bool
    missing: list[str]
    """What it still waits for, in words."""


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"model": Readiness, "description": "Not yet, and why"}})
async def readyz(response: Response, parley: Services) -> Readiness:
    """It can answer: the database is there, the weights are loaded, the articles are indexed."""
    missing = await parley.missing()
    response.status_code = 503 if missing else 200
    response.headers["Cache-Control"] = "no-store"
    return Readiness(ready=not missing, missing=missing)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(parley: Services) -> Response:
    """For Prometheus."""
    return Response(generate_latest(parley.metrics.registry), media_type=CONTENT_TYPE_LATEST)
