"""What a new wish begins with: the words before it, and the change that it takes the place of."""

from bot.embedded.answers import Task
from bot.embedded.changes.amending import adds
from bot.embedded.changes.asking import names_items
from bot.embedded.changes.draft import Draft
from bot.embedded.changes.finding import leans_back
from bot.embedded.changes.kinds import in_place_of
from bot.embedded.changes.reading import told
from bot.embedded.changes.reasons import refund_cause
from bot.embedded.changes.refusing import as_kind
from bot.embedded.intents import Intent
from bot.embedded.situation import Situation
from tools.commerce.schema import ProposalKind


def words_for(task: Task, situation: Situation) -> tuple[str, ...]:
    """With what they complained of just before: "this lamp is too big", and then "return it"."""
    before = situation.memory
    complains = before.intent in {Intent.REPORT_PROBLEM, Intent.COMPLAINT}
    tells_cause = before.intent is Intent.TRACK_ORDER and refund_cause(before.text)
    is_open = before.asked is not None or before.draft is not None
    return (task.text,) if is_open or not (complains or tells_cause) else (before.text, task.text)


def instead(before: Draft, kind: ProposalKind | None, task: Task, situation: Situation) -> Draft:
    """Another change of the order that is spoken of, with what is known of it."""
    is_of_parcel = kind is ProposalKind.REFUND and (situation.decided or refund_cause(task.text))
    kind = ProposalKind.REFUND if is_of_parcel else in_place_of(before.change, kind)
    draft = as_kind(before, kind).but(said=(task.text,))
    has_own_items = kind is not before.change and names_items(draft, task.text)
    if situation.decided and not leans_back(task.text):
        has_own_items = True
        if not (kind is before.change and adds(task.text)):
            draft = draft.but(reason=None, refund_to=None)
    if has_own_items:
        draft = draft.but(items=(), among=(), whole=False)
    return told(draft, task.text)
