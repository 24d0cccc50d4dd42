"""The agents' desk: pages at /desk for whoever answers what the assistant hands over."""

from fastapi import FastAPI

from api.desk import case, live, queue, sign_in, steps
from api.desk.access import Door, turn_away_politely
from api.desk.sessions import Sessions


def add_desk(app: FastAPI, secret: str | None) -> None:
    """`secret` signs the sessions; without one the desk's first page says how to set it."""
    app.state.desk = Door(Sessions(secret))
    turn_away_politely(app)
    for each in (sign_in, queue, case, live, steps):
        app.include_router(each.router)
