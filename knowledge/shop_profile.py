"""Who the shop is: the typed form of `shop.yaml`."""

from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from knowledge.shop_files import read_yaml

DEMO_SHOP = Path(__file__).parent / "shop"
"""The folder of the demo shop; a merchant's own takes its place."""


class Weekday(StrEnum):
    """In the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Part(BaseModel):
    """A part of one of the shop's files: unknown names are refused, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is not an IANA time zone such as America/New_York") from None
    return name


Text = Annotated[str, Field(min_length=1)]
Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class OpeningHours(Part):
    """Local times of the shop's zone."""

    open: time
    close: time

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.open >= self.close:
            raise ValueError("must open before it closes")
        return self


class PostalAddress(Part):
    line1: Text
    line2: str | None = None
    city: Text
    region: Text
    postcode: Text
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Contact(Part):
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    phone: Text
    hours: dict[Weekday, OpeningHours | None]
    """When people answer; None on a closed day."""
    address: PostalAddress

    @model_validator(mode="after")
    def _every_weekday(self) -> Self:
        if missing := [day for day in Weekday if day not in self.hours]:
            raise ValueError(f"hours of {missing[0]} are missing (give null when closed)")
        return self


class Palette(Part):
    background: Color
    surface: Color
    text: Color
    muted: Color
    border: Color
    accent: Color
    on_accent: Color

    @model_validator(mode="after")
    def _readable(self) -> Self:
        pairs = (
            ("text", "background"),
            ("text", "surface"),
            ("muted", "background"),
            ("muted", "surface"),
            ("accent", "background"),
            ("accent", "surface"),
            ("on_accent", "accent"),
        )
        for front, back in pairs:
            ratio = contrast(getattr(self, front), getattr(self, back))
            if ratio < 4.5:
                raise ValueError(f"{front} on {back} has a contrast of {ratio:.1f}; WCAG AA asks for 4.5")
        return self


class Theme(Part):
    light: Palette
    dark: Palette


class Widget(Part):
    greeting: Text
    suggestions: Annotated[tuple[Text, ...], Field(min_length=1, max_length=6)]
    page_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    """A page with the chat, for e-mails to lead to; without one, PUBLIC_URL."""


class TargetPeriod(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Target(Part):
    """What a figure should come to: `"84000.00"` of money, `"8%"` of a share, else a plain number.

    Of what adds up it is so much `per` month, quarter or fiscal year; a rate has no `per`.
    """

    metric: Text
    value: Annotated[str, Field(pattern=r"^\d+(\.\d+)?%?$")]
    per: TargetPeriod | None = None
    first_day: date = date.min
    """From which day on it holds, and until which, if not always."""
    last_day: date = date.max

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("last_day is before first_day")
        return self


class PeopleTerms(Part):
    """What a conversation that was handed over can count on. Minutes of people are those of opening hours."""

    answer_within_minutes: Minutes = 15
    """Until somebody has taken it; then it is escalated."""
    reply_within_minutes: Minutes = 30
    """Until whoever has taken it writes to a shopper who waits for that; then it is put back."""
    mail_after_minutes: Minutes = 5
    """An answer that was not read for so long is told of by e-mail. These count at any hour."""
    silent_after_days: Annotated[int, Field(ge=1, le=90)] = 3
    """A case whose shopper does not answer for so long is closed."""
    dispute_warning_hours: Annotated[int, Field(ge=1, le=14 * 24)] = 24
    """So long before a dispute is to be answered whoever has it is warned."""
    dispute_manager_hours: Annotated[int, Field(ge=1, le=14 * 24)] = 4
    """And so long before, the managers."""
    same_person_within_hours: Annotated[int, Field(ge=0, le=90 * 24)] = 24
    """Who comes back so soon after a case was closed goes to whoever had it."""
    routing: dict[Text, Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]] = {}
    """The skill that a reason for handing over, or a kind of dispute, needs; those that are not named need none."""


class ShopProfile(Part):
    """The shop itself: `fiscal_year_starts` is a month, `country` is ISO 3166, `currency` ISO 4217."""

    name: Text
    tagline: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    locale: Annotated[str, Field(pattern=r"^[a-z]{2}-[A-Z]{2}$")]
    week_starts_on: Weekday
    fiscal_year_starts: Annotated[int, Field(ge=1, le=12)]
    article_url: Text
    contact: Contact
    theme: Theme
    widget: Widget
    targets: tuple[Target, ...] = ()
    people: PeopleTerms = PeopleTerms()

    @model_validator(mode="after")
    def _article_url_has_its_parts(self) -> Self:
        if "{article}" not in self.article_url or "{section}" not in self.article_url:
            raise ValueError("article_url must contain {article} and {section}")
        return self

    @classmethod
    def load(cls, shop_dir: Path) -> Self:
        """Raises ShopFileError, which names the file, the field and the line."""
        return read_yaml(shop_dir / "shop.yaml").validated(cls)

    @property
    def language(self) -> str:
        """ISO 639-1: what the shop's people write."""
        return self.locale.partition("-")[0]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def url(self, article: str, section: str) -> str:
        return self.article_url.replace("{article}", article).replace("{section}", section)


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio (1 to 21) of two colors given as `#rrggbb`."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
