"""`parley audit`: whether the trail of changes is whole, and what it tells of an order."""

import sys
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from api.bootstrap import open_database
from api.cli_errors import WrongArgument
from api.settings import read_settings
from knowledge.shop_profile import ShopProfile
from tools.commerce.changes import audit
from tools.commerce.database import ReadSession
from tools.commerce.money import format_money
from tools.commerce.schema import AuditEvent, AuditRow, ProposalKind

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
}
SENTENCES = {
    AuditEvent.PROPOSED: "Parley proposed {what}",
    AuditEvent.CONFIRMED: "{who} confirmed {what}, which needs an agent's approval",
    AuditEvent.DECLINED: "{who} declined {what}",
    AuditEvent.EXPIRED: "The proposal of {what} expired",
    AuditEvent.SUPERSEDED: "A newer proposal took the place of {what}",
    AuditEvent.APPROVED: "{who} approved {what}",
    AuditEvent.REJECTED: "{who} did not approve {what}",
    AuditEvent.EXECUTED: "{who} confirmed {what}, and it was carried out",
    AuditEvent.FAILED: "{what} was confirmed, but could not be done; nothing was changed",
    AuditEvent.MONEY_SETTLED: "The payment gateway moved the money of {what}",
    AuditEvent.MONEY_FAILED: "The payment gateway refused to move the money of {what}",
    AuditEvent.UNDONE: "{what} was undone",
    AuditEvent.RETURN_RECEIVED: "{who} recorded that the parcel of {what} is back",
}


def show_audit(order_number: str | None) -> None:
    """Prints, and exits with 1 when the trail is broken."""
    settings = read_settings()
    database = open_database(settings)
    shop = ShopProfile.load(settings.shop_dir)
    with database.reading() as session:
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
    console.print(Text(f"Order {order_number}", style="bold"))
    for row in rows:
        at = row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        console.print(Text.assemble((f"{at}  ", "dim"), sentence(row)))


def sentence(row: AuditRow) -> str:
    """One row in plain words: who did what, to which lines, for how much, by which rules."""
    details: Mapping[str, object] = row.details
    kind = details.get("kind")
    what = WHAT[ProposalKind(str(kind))] if kind else "a change"
    told = SENTENCES[row.event].format(what=what, who=_who(row.actor))
    parts = [told[0].upper() + told[1:]]
    parts += [", ".join(_strings(details.get(name))) for name in ("lines", "done") if details.get(name)]
    parts += [_money(entry) for entry in _strings(details.get("money"))]
    if because := details.get("because"):
        parts.append(f"because: {str(because).replace('_', ' ')}")
    if rules := _strings(details.get("rules")):
        parts.append(f"by {', '.join(rules)}")
    policy = f" (policy {row.policy_version})" if row.policy_version else ""
    return "; ".join(parts) + policy + "."


def _who(actor: str) -> str:
    kind, _, email = actor.partition(":")
    return {"shopper": "The shopper", "agent": f"Agent {email}", "model": "Parley"}.get(kind, "Parley")


def _money(entry: str) -> str:
    """`refund 3420 USD` as people write it."""
    kind, minor, currency = entry.split()
    return f"{kind} of {format_money(int(minor), currency)}"


def _strings(value: object) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
