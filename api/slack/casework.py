"""Cases in the staff's channels: told there, taken there, and what a rule leaves to a person decided there."""

from collections.abc import Awaitable, Callable

from anyio import to_thread

from api.parley import Parley
from api.slack import wording
from api.slack.approval_notices import ApprovalBoard
from api.slack.dispute_notices import DisputeBoard
from api.slack.handoff_notices import HandoffBoard
from api.slack.incoming import ApprovalDecided, HandoffWanted, Incoming
from api.slack.notices import Notices
from api.slack.sending import Sender
from api.slack.staff import Staff
from bot.colleague import Colleague
from bot.register import Identity
from tools import crossing
from tools.cards import Refusal
from tools.commerce.changes import decisions
from tools.commerce.database import WriteSession
from tools.commerce.handoffs.lifecycle import HandoffError
from tools.commerce.schema import Proposal, ProposalStatus
from tools.principal import Principal

Tell = Callable[[Incoming, str], Awaitable[None]]


class Casework:
    """`tell` says something to who pressed a button, and to nobody else."""

    def __init__(self, parley: Parley, sender: Sender, staff: Staff, tell: Tell) -> None:
        self._parley = parley
        self._staff = staff
        self._tell = tell
        address = parley.settings.public_url
        desk_url = f"{address.rstrip('/')}/desk" if address else None
        boards = [
            board(staff, parley.shop, desk_url) for board in (HandoffBoard, DisputeBoard, ApprovalBoard)
        ]
        self._notices = Notices(parley.database, sender, parley.now, boards)

    async def tend(self) -> None:
        await self._notices.tend()

    async def take_over(self, wish: HandoffWanted, identity: Identity) -> None:
        """Raises SlackUnavailable, Problem."""
        if not Principal(role=identity.role).sees_every_order:
            await self._tell(wish, wording.NOT_FOR_ROLE)
        elif identity.email is None:
            await self._tell(wish, wording.NO_EMAIL)
        else:
            who = Colleague(identity.email, await self._staff.name_of(wish.user_id, identity.email))
            try:
                await (await self._parley.conversations()).people.take(wish.handoff_id, who)
            except HandoffError as error:
                await self._tell(wish, str(error))
            await self.tend()

    async def decide(self, wish: ApprovalDecided, identity: Identity) -> None:
        """As at the desk: the same rights, checks and trail. Raises SlackUnavailable."""
        if identity.email is None:
            await self._tell(wish, wording.NO_EMAIL)
            return
        by = Principal(role=identity.role, staff_email=identity.email)

        def work(session: WriteSession) -> Proposal | Refusal:
            return decisions.approve(session, wish.proposal_id, by, wish.decision, self._parley.rulebook())

        decided = await crossing.write(self._parley.database, work)
        if decided == decisions.NOTHING_TO_APPROVE:
            await self._tell(wish, wording.DECIDED_ALREADY)
        elif isinstance(decided, Refusal):
            await self._tell(wish, decided.message)
        elif decided.status is ProposalStatus.FAILED:
            why = str((decided.outcome or {}).get("message") or "")
            await self._tell(wish, f"{wording.NOT_DONE} {why}".strip())
        elif decided.status is ProposalStatus.ACCEPTED:
            await to_thread.run_sync(self._parley.settlement.settle, wish.proposal_id)
        await self.tend()
