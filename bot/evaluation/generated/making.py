"""Scenarios made from a shop's database: reproducible by their seed, and settled by the shop's own rules."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from random import Random

from sqlalchemy import select

from bot.evaluation.files import Case, ShopPlace
from bot.evaluation.generated.buyers import buyer_ids, read_buyer
from bot.evaluation.generated.drawing import Draw, Goal
from bot.evaluation.generated.expected import Oracle
from bot.evaluation.generated.goals import GOALS, ask
from bot.evaluation.generated.wording import around, joined, worded, wording
from bot.evaluation.scenario import Expected, Replies, Scenario, Shopper
from bot.evaluation.stage import Stage
from tools.commerce.changes.requests import PostalAddress
from tools.commerce.database import Database, ReadSession
from tools.commerce.schema import Order

TRIES = 60
"""How often the dice are thrown for each scenario before the shop counts as having nothing to ask for."""
MOST_PLACES = 200


def generated(stage: Stage, place: ShopPlace | None, count: int, seed: int) -> list[Case]:
    """At most `count` scenarios in the stage's shop; fewer where little can be asked for there."""
    rng = Random(f"{seed}:{place.file.name if place else ''}")  # noqa: S311 - the same scenarios for the same seed
    with closing(Database(f"sqlite:///{stage.template}")) as database:
        oracle = Oracle(database, stage.rulebook(stage.now))
        with database.reading() as session:
            buyers = buyer_ids(session)
            addresses = list(_addresses(session))
        scenarios: list[tuple[str, Scenario]] = []
        for _ in range(count * TRIES if buyers else 0):
            if len(scenarios) == count:
                break
            with database.reading() as session:
                buyer = read_buyer(session, rng.choice(buyers), oracle.book.when)
                foreign = _foreign(session, buyer.id)
            draw = Draw(buyer, oracle, rng, addresses, foreign)
            name = f"{place.file.stem if place else 'own'}-{seed}-{len(scenarios) + 1}"
            if (made := _made(draw, name)) is not None:
                scenarios.append(made)
    return [Case(theme, scenario, place) for theme, scenario in scenarios]


def _made(draw: Draw, name: str) -> tuple[str, Scenario] | None:
    count = draw.rng.choice([1, 1, 2, 2, 3])
    themes = draw.rng.sample(sorted(GOALS), count)
    goals = [goal for theme in themes if (goal := GOALS[theme](draw)) is not None]
    orders = [order for goal in goals for order in goal.orders]
    if len(goals) < count or len(set(orders)) < len(orders):
        return None
    if any(goal.trap for goal in goals):
        return _trap(draw, name, goals[0]) if count == 1 else None
    changes = draw.oracle.foretell(draw.buyer.id, [goal.request for goal in goals if goal.request])
    if changes is None:
        return None
    question = ask(draw) if draw.rng.random() < 0.25 else None
    asked = [question] if question else []
    wish, then = _said(draw, goals, asked)
    expected = Expected(
        changes=changes,
        orders={next(iter(goal.orders)): goal.row for goal in goals if goal.row},
        replies=Replies(says=tuple(goal.says for goal in [*goals, *asked] if goal.says)),
    )
    shopper = Shopper(
        wish=(wish,),
        then=tuple((text,) for text in then),
        knows=_known(goals),
        confirms=draw.rng.choice(["expected", "anything"]),
        patience=16,
    )
    theme = themes[0] if count == 1 else f"{count} at once"
    return theme, _scenario(draw, name, [*goals, *asked], shopper, expected)


def _trap(draw: Draw, name: str, goal: Goal) -> tuple[str, Scenario]:
    """What the rules forbid, asked for by somebody who says yes to anything."""
    goal.slots.setdefault("reason", "I changed my mind")
    shopper = Shopper(wish=(around(_worded(draw, goal), draw.rng),), confirms="anything")
    goal.ways.append("trap")
    return "Forbidden", _scenario(draw, name, [goal], shopper, Expected())


def _scenario(draw: Draw, name: str, goals: Sequence[Goal], shopper: Shopper, expected: Expected) -> Scenario:
    told = "-".join([name, *(goal.template for goal in goals), *sorted({w for g in goals for w in g.ways})])
    slug = re.sub(r"[^a-z0-9]+", "-", told.lower()).strip("-")
    return Scenario(
        name=slug, hard=len(goals) > 1, who=f"shopper:{draw.buyer.email}", shopper=shopper, expect=expected
    )


def _said(draw: Draw, goals: Sequence[Goal], asked: Sequence[Goal]) -> tuple[str, list[str]]:
    """Everything in one message, one thing after the other, or a single wish bit by bit."""
    rng = draw.rng
    if len(goals) == 1 and not asked and _is_single(goals[0]) and rng.random() < 0.3:
        goals[0].ways.append("piecemeal")
        slots = dict(goals[0].slots)
        purchase = draw.buyer.purchase(next(iter(goals[0].orders)))
        slots.setdefault("order", f"order {purchase.number}")
        return around(worded(wording().piecemeal[goals[0].template], slots, rng), rng), []
    texts = [_worded(draw, goal) for goal in [*goals, *asked]]
    if rng.random() < 0.4:
        return around(texts[0], rng), texts[1:]
    text = texts[0]
    for more in texts[1:]:
        text = joined(text, more, rng)
    return around(text, rng), []


def _is_single(goal: Goal) -> bool:
    """Whether it can be told bit by bit: "I'd like to exchange something" is of one thing."""
    return goal.template in wording().piecemeal and len(getattr(goal.request, "items", None) or ()) < 2


def _worded(draw: Draw, goal: Goal) -> str:
    """The reason and the money's way are told at once only by some."""
    hidden = {slot for slot in ("reason", "refund") if not goal.trap and draw.rng.random() < 0.4}
    slots = {slot: text for slot, text in goal.slots.items() if slot not in hidden}
    return worded(wording().goals[goal.template], slots, draw.rng)


def _known(goals: Sequence[Goal]) -> dict[str, tuple[str, ...]]:
    """What they answer when asked; of several wishes only what is the same whichever is meant."""
    known: dict[str, dict[str, None]] = {}
    for goal in goals:
        for fact, value in goal.knows.items():
            known.setdefault(fact, {})[value] = None
    shared = {"reason", "refund_to", "payment_method", "address", "option"}
    return {fact: tuple(values) for fact, values in known.items() if len(values) == 1 or fact in shared}


def _addresses(session: ReadSession) -> Iterator[PostalAddress]:
    columns = (Order.line1, Order.city, Order.region, Order.postcode, Order.country)
    found = session.execute(select(*columns).distinct().order_by(*columns).limit(MOST_PLACES))
    for line1, city, region, postcode, country in found:
        if line1 and city and postcode and country:
            yield PostalAddress(line1=line1, city=city, region=region, postcode=postcode, country=country)


def _foreign(session: ReadSession, customer_id: int) -> Sequence[str]:
    return session.scalars(
        select(Order.number).where(Order.customer_id != customer_id).order_by(Order.id.desc()).limit(20)
    ).all()
