"""Who in Slack is staff: `staff.yaml` of the shop, and the members of the user groups that it names."""

import logging
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.slack.sending import Sender, SlackRefused
from bot.register import Identity
from knowledge.shop_files import ShopFileError, read_yaml
from knowledge.shop_profile import Part
from tools.commerce.schema import Role

log = logging.getLogger(__name__)

MOST_NAME = 60
GROUP_SECONDS = 60.0
"""Who leaves a group can ask for so long; who is taken off the list cannot ask from then on."""


class StaffRole(StrEnum):
    ANALYST = "analyst"
    AGENT = "agent"
    MANAGER = "manager"


class Member(Part):
    """A person, or everybody in a user group."""

    user: Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{2,}$")] | None = None
    group: Annotated[str, Field(pattern=r"^S[A-Z0-9]{2,}$")] | None = None
    role: StaffRole
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.user is None) == (self.group is None):
            raise ValueError("give either a user or a group")
        if self.user and self.email is None:
            raise ValueError("a user needs an email, by which the shop's records name them")
        if self.group and self.email:
            raise ValueError("a group has no email; its members have those of their profiles")
        return self


ChannelId = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{2,}$")]


class SlackStaff(Part):
    members: tuple[Member, ...] = ()
    open_channels: tuple[ChannelId, ...] = ()
    """Where answers may be read by everybody in the channel."""
    handoff_channel: ChannelId | None = None
    """Where it is told that a shopper waits for a person."""
    handoff_channels: dict[str, ChannelId] = Field(default_factory=dict)
    """Where that is told instead, by the skill that is needed."""
    approval_channel: ChannelId | None = None
    """Where changes are told, and decided, that a rule leaves to a person; else where handoffs are."""


class StaffFile(Part):
    slack: SlackStaff = SlackStaff()

    @classmethod
    def load(cls, shop_dir: Path) -> Self:
        """Nobody, where there is no such file. Raises ShopFileError."""
        file = shop_dir / "staff.yaml"
        return read_yaml(file).validated(cls) if file.exists() else cls()


class Staff:
    """Read again when the file changes. A list that cannot be read makes nobody staff."""

    def __init__(self, shop_dir: Path, sender: Sender, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ShopFileError."""
        self._shop_dir = shop_dir
        self._sender = sender
        self._clock = clock
        self._version = self._file_version()
        self._listed = StaffFile.load(shop_dir).slack
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}
        self._emails: dict[str, str | None] = {}

    async def identity(self, user_id: str) -> Identity | None:
        """Whom the shop knows that user as; a line of their own comes before a group's, then the first one.

        None is nobody of the staff. Raises SlackUnavailable when a group's members cannot be read now.
        """
        members = self._current().members
        for member in members:
            if member.user == user_id:
                return Identity(role=Role(member.role), email=member.email)
        for member in members:
            if member.group and user_id in await self._members_of(member.group):
                return Identity(role=Role(member.role), email=await self._email_of(user_id))
        return None

    async def name_of(self, user_id: str, email: str) -> str:
        """As they call themselves in Slack, for shoppers to read; else from the e-mail. Raises SlackUnavailable."""
        try:
            answer = await self._sender.call(self._sender.client.users_info, user=user_id)
        except SlackRefused:
            answer = {"user": {}}
        profile = answer["user"].get("profile", {})
        name = profile.get("display_name") or profile.get("real_name") or email.partition("@")[0].title()
        return str(name)[:MOST_NAME]

    def is_open(self, channel_id: str) -> bool:
        return channel_id in self._current().open_channels

    def handoff_channel(self, skill: str | None) -> str | None:
        """Where a handoff that needs this skill is told; None where none is."""
        listed = self._current()
        return listed.handoff_channels.get(skill or "", listed.handoff_channel)

    @property
    def has_channels(self) -> bool:
        """Whether any handoff is told anywhere."""
        listed = self._current()
        return bool(listed.handoff_channel or listed.handoff_channels)

    @property
    def approval_channel(self) -> str | None:
        listed = self._current()
        return listed.approval_channel or listed.handoff_channel

    def _current(self) -> SlackStaff:
        version = self._file_version()
        if version != self._version:
            self._version = version
            try:
                self._listed = StaffFile.load(self._shop_dir).slack
            except ShopFileError as error:
                log.error("nobody is staff until this is mended: %s", error)
                self._listed = SlackStaff()
        return self._listed

    def _file_version(self) -> tuple[int, int] | None:
        try:
            stat = (self._shop_dir / "staff.yaml").stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

    async def _members_of(self, group: str) -> frozenset[str]:
        known = self._groups.get(group)
        if known and self._clock() - known[0] < GROUP_SECONDS:
            return known[1]
        try:
            answer = await self._sender.call(self._sender.client.usergroups_users_list, usergroup=group)
            members = frozenset(map(str, answer["users"]))
        except SlackRefused as error:
            log.error("a user group cannot be read, so its members are not staff: %s", error.reason)
            return frozenset()
        self._groups[group] = self._clock(), members
        return members

    async def _email_of(self, user_id: str) -> str | None:
        """The one in their profile; None where the workspace shows none."""
        if user_id not in self._emails:
            try:
                answer = await self._sender.call(self._sender.client.users_info, user=user_id)
            except SlackRefused as error:
                log.error("a profile cannot be read, so its user can set no alerts: %s", error.reason)
                return None
            self._emails[user_id] = answer["user"].get("profile", {}).get("email")
        return self._emails[user_id]
