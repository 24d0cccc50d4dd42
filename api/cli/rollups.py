"""`parley rollups`: the daily sums that the shop's figures are read from."""

from rich.console import Console

from api.cli.progress import progress_bar
from api.opening import open_database
from api.settings import read_settings
from knowledge.shop_profile import ShopProfile
from tools.commerce.database import Database
from tools.commerce.rollups.building import bring_up_to_date, differences
from tools.commerce.rollups.groupings import SUMMED
from tools.commerce.rollups.state import State

MOST_SHOWN = 20

console = Console(soft_wrap=True)


def rebuild_rollups() -> None:
    settings = read_settings()
    database = open_database(settings)
    sum_up(database, ShopProfile.load(settings.shop_dir), anew=True)
    console.print("The daily sums were built anew.")


def sum_up(database: Database, shop: ShopProfile, *, anew: bool = False) -> None:
    """The days whose sums are stale, with a bar; all, if `anew`."""
    with progress_bar("Summing up the days", None) as advance:
        bring_up_to_date(database, shop.zone, lambda done, _: advance(done), anew=anew)


def check_rollups() -> None:
    """Exits with 1 where a sum is not what its facts come to."""
    database = open_database(read_settings())
    with database.reading() as session, progress_bar("Adding up the facts", len(SUMMED)) as advance:
        state = State.read(session)
        found = differences(session, lambda done, _: advance(done))
    if not state.is_ours:
        console.print("The daily sums are of another version of Parley: run parley rollups rebuild.")
        raise SystemExit(1)
    for one in found[:MOST_SHOWN]:
        console.print(one, markup=False, highlight=False)
    if found:
        console.print(f"Daily sums that are wrong: {len(found):,}. Run parley rollups rebuild.")
        raise SystemExit(1)
    stale = (
        f", but for {state.stale.first} to {state.stale.last}, which are yet to be summed up"
        if state.stale
        else ""
    )
    console.print(f"The daily sums are what their facts come to{stale}.")
