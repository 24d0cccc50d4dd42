"""`parley audit`: whether the trail of changes is whole, and what it tells of an order."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from api.cli.errors import WrongArgument
from api.opening import open_database
from api.settings import read_settings
from knowledge.shop_profile import ShopProfile
from tools.commerce.changes import audit
from tools.commerce.database import ReadSession
from tools.commerce.money import format_money
from tools.commerce.schema import AuditEvent, AuditRow, ProposalKind, Role

console = Console(soft_wrap=True)

WHAT = {
    ProposalKind.CANCELLATION: "a cancellation",
    ProposalKind.ADDRESS_CHANGE: "another delivery address",
    ProposalKind.ITEM_CHANGE: "a change of items",
    ProposalKind.PAYMENT_CHANGE: "another way of paying",
    ProposalKind.RETURN: "a return",
    ProposalKind.EXCHANGE: "an exchange",
    ProposalKind.REFUND: "a refund",
    ProposalKind.PROFILE_CHANGE: "a change of the customer's details",
    ProposalKind.WATCH: "an alert on a figure",
    ProposalKind.DIGEST: "a digest of figures",
    ProposalKind.WATCH_STOP: "an end to an alert or digest",
    ProposalKind.DISPUTE_OUTCOME: "the outcome of a dispute",
}
SENTENCES = {
    AuditEvent.PROPOSED: "Parley proposed {what}",
    AuditEvent.CONFIRMED: "{who} confirmed {what}, which needs an agent's approval",
    AuditEvent.DECLINED: "{who} declined {what}",
    AuditEvent.EXPIRED: "Nobody decided about {what} in time",
    AuditEvent.SUPERSEDED: "A newer proposal took the place of {what}",
    AuditEvent.APPROVED: "{who} approved {what}",
    AuditEvent.REJECTED: "{who} did not approve {what}",
    AuditEvent.EXECUTED: "{who} confirmed {what}, and it was carried out",
    AuditEvent.FAILED: "{what} was confirmed, but could no longer be done; nothing was changed",
    AuditEvent.MONEY_SETTLED: "The payment gateway moved the money of {what}",
    AuditEvent.MONEY_FAILED: "The payment gateway refused to move the money of {what}; a person has to look at it",
    AuditEvent.UNDONE: "The payment was refused, so {what} was undone",
    AuditEvent.RETURN_RECEIVED: "{who} recorded that the parcel of {what} is back",
}
CARRIED_OUT = "{what} was carried out"
"""By an agent, whose approval is a row of its own."""
SAID_BY_THE_EVENT = {"superseded", "not_approved", "charge_refused"}


def show_audit(order_number: str | None) -> None:
    """Prints, and exits with 1 when the trail is broken."""
    settings = read_settings()
    shop = ShopProfile.load(settings.shop_dir)
    with closing(open_database(settings)) as database, database.reading() as session:
        if order_number:
            _print_story(session, order_number, shop.zone)
        found = audit.verify(session)
    if found.broken:
        console.print(
            Text(
                f"The trail is broken at row {found.broken.number}: {found.broken.reason}.", style="bold red"
            )
        )
        sys.exit(1)
    rows = "row" if found.rows == 1 else "rows"
    console.print(Text(f"The trail is whole: {found.rows:,} {rows}.", style="green"))


def _print_story(session: ReadSession, order_number: str, zone: ZoneInfo) -> None:
    rows = audit.of_order(session, order_number)
    if not rows:
        raise WrongArgument(f"The trail tells nothing of an order {order_number}.")
    console.print(Text(f"Order {rows[0].order_number}", style="bold"))
    policy = None
    for row in rows:
        if row.policy_version != policy:
            policy = row.policy_version
            console.print(Text(f"Under policy {policy}:", style="dim"))
        at = row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        console.print(Text.assemble((f"{at}  ", "dim"), sentence(row)))


def sentence(row: AuditRow) -> str:
    """One row in plain words: who did what, to which lines, for how much, by which rules."""
    details: Mapping[str, object] = row.details
    kind = details.get("kind")
    what = WHAT[ProposalKind(str(kind))] if kind else "a change"
    by_agent = row.event is AuditEvent.EXECUTED and row.actor.startswith("agent:")
    told = (CARRIED_OUT if by_agent else SENTENCES[row.event]).format(what=what, who=_who(row.actor))
    told = told[0].upper() + told[1:]
    if particulars := _particulars(details):
        told += f": {', '.join(particulars)}"
    if rules := _strings(details.get("rules")):
        told += f" (by {', '.join(rules)})"
    return f"{told}."


def _particulars(details: Mapping[str, object]) -> list[str]:
    """Which return, which lines, how much money, and why it came to nothing."""
    found = [str(details["rma"])] if "rma" in details else []
    if details.get("accepted") is False:
        found.append("not accepted")
    found += [line.replace(" x line ", " of line ") for line in _strings(details.get("lines"))]
    found += [_money(entry) for entry in _strings(details.get("money"))]
    because = str(details.get("because", ""))
    if because and because not in SAID_BY_THE_EVENT:
        found.append(because.replace("_", " "))
    return found


def _who(actor: str) -> str:
    kind, _, email = actor.partition(":")
    if kind in {Role.AGENT, Role.ANALYST, Role.MANAGER}:
        return f"{kind.capitalize()} {email}"
    return "The shopper" if kind == "shopper" else "Parley"


def _money(entry: str) -> str:
    """`refund 3420 USD` as people write it."""
    kind, minor, currency = entry.split()
    return f"{kind} of {format_money(int(minor), currency)}"


def _strings(value: object) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
