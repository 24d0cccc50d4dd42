"""The agents' desk: pages at /desk for whoever answers what the assistant hands over."""

from fastapi import FastAPI

from api.desk import (
    case,
    chargebacks,
    dispute_file,
    disputes,
    figure_talks,
    figures,
    live,
    oidc,
    photos,
    queue,
    refused_refunds,
    side_chat,
    sign_in,
    steps,
)
from api.desk.access import Door, turn_away_politely
from api.desk.sessions import Sessions
from api.settings import Settings


def add_desk(app: FastAPI, settings: Settings) -> None:
    """The identity secret signs the sessions; without one the desk's first page says how to set it."""
    secret = settings.identity_secret
    app.state.desk = Door(Sessions(secret.get_secret_value() if secret else None))
    oidc.add_openid(app, settings)
    turn_away_politely(app)
    for each in (
        sign_in,
        oidc,
        queue,
        refused_refunds,
        chargebacks,
        case,
        dispute_file,
        disputes,
        live,
        photos,
        steps,
        figures,
        figure_talks,
        side_chat,
    ):
        app.include_router(each.router)
