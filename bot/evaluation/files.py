"""Reading scenario files and the shops that they are set in. A mistake is named by file, line and field."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field

from bot.evaluation.scenario import Scenario
from knowledge.shop_files import ShopFileError, read_yaml
from knowledge.shop_profile import DEMO_SHOP, Part, Text
from tools.commerce.importing.records import (
    CustomerRecord,
    OrderRecord,
    ProductRecord,
    Record,
    SellerRecord,
)

BUNDLED = Path(__file__).parent / "scenarios"


class ScenarioFile(Part):
    """Scenarios of one theme. `shop` is a file, relative to this one; without it they are set in the merchant's own."""

    theme: Text
    shop: Text | None = None
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1)]


class ShopFile(Part):
    """A shop as it stands at `now`: the demo shop, a folder to import, records as written here, or all of these."""

    now: AwareDatetime
    pages: Text | None = None
    """The folder with its shop.yaml, policy.yaml and articles, relative to this file; else the demo shop's."""
    demo_orders: Annotated[int, Field(gt=0)] | None = None
    folder: Text | None = None
    """What `parley import` reads, relative to this file."""
    sellers: tuple[SellerRecord, ...] = ()
    customers: tuple[CustomerRecord, ...] = ()
    products: tuple[ProductRecord, ...] = ()
    orders: tuple[OrderRecord, ...] = ()

    @property
    def records(self) -> Iterator[Record]:
        """In the order in which they refer to each other."""
        yield from self.sellers
        yield from self.customers
        yield from self.products
        yield from self.orders


@dataclass(frozen=True)
class ShopPlace:
    """A shop file, and the folders that it names."""

    file: Path
    shop: ShopFile

    @property
    def pages(self) -> Path:
        return self.file.parent / self.shop.pages if self.shop.pages else DEMO_SHOP

    @property
    def folder(self) -> Path | None:
        return self.file.parent / self.shop.folder if self.shop.folder else None


@dataclass(frozen=True)
class Case:
    """A scenario with its theme and its place; `shop` is None for the merchant's own."""

    theme: str
    scenario: Scenario
    shop: ShopPlace | None


def read_cases(files: Sequence[Path], only: str = "") -> list[Case]:
    """The scenarios of `files` (folders: all in them) whose name or theme has `only`. Raises ShopFileError."""
    cases: list[Case] = []
    shops: dict[Path, ShopPlace] = {}
    named: dict[str, Path] = {}
    for file in _each(files):
        read = read_yaml(file)
        found = read.validated(ScenarioFile)
        for place, scenario in enumerate(found.scenarios):
            if scenario.name in named:
                reason = f"{scenario.name!r} is the name of a scenario in {named[scenario.name]} too"
                raise read.error(("scenarios", place, "name"), reason)
            named[scenario.name] = file
        shop = _shop(file, found.shop, shops)
        cases += [Case(found.theme, scenario, shop) for scenario in found.scenarios]
    wanted = only.casefold()
    return [c for c in cases if wanted in c.scenario.name or wanted in c.theme.casefold()]


def read_shops(files: Sequence[Path]) -> list[ShopPlace]:
    """The shops of `files` (folders: all in them). Raises ShopFileError."""
    return [ShopPlace(file.resolve(), read_yaml(file).validated(ShopFile)) for file in _each(files)]


def _each(files: Iterable[Path]) -> Iterator[Path]:
    for file in files:
        if not file.is_dir():
            yield file
            continue
        found = sorted(file.glob("*.yaml"))
        if not found:
            raise ShopFileError(file, "has no .yaml files")
        yield from found


def _shop(file: Path, name: str | None, known: dict[Path, ShopPlace]) -> ShopPlace | None:
    if name is None:
        return None
    path = (file.parent / name).resolve()
    if path not in known:
        read = read_yaml(path)
        known[path] = ShopPlace(path, read.validated(ShopFile))
    return known[path]
