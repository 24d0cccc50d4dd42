"""`parley demo`, `import`, `index` and `token`: what fills the database and the index."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.auth import Tokens
from api.cli.errors import WrongArgument
from api.cli.progress import progress_bar
from api.cli.rollups import sum_up
from api.demo_cases import open_demo_cases
from api.opening import open_database, open_knowledge, tokens_of, utc_now
from api.settings import Settings, read_settings
from knowledge.shop_profile import ShopProfile
from tools.commerce.customers import customer_with_email
from tools.commerce.database import Database
from tools.commerce.demo import DemoExists, create_demo_shop, named_customers
from tools.commerce.demo.creation import DEFAULT_ORDERS
from tools.commerce.demo.staff import add_demo_staff
from tools.commerce.importing.folder import import_folder
from tools.commerce.importing.loader import ImportReport
from tools.commerce.importing.olist import import_olist
from tools.commerce.importing.problems import ImportRejected
from tools.commerce.policy import Policy
from tools.commerce.schema import Role

console = Console()
errors = Console(stderr=True)


def make_demo(orders: int | None, *, reset: bool) -> None:
    settings = read_settings()
    database = open_database(settings)
    try:
        with progress_bar("Making the shop", orders or DEFAULT_ORDERS) as advance:
            report = create_demo_shop(
                database,
                orders=orders or DEFAULT_ORDERS,
                now=utc_now(),
                reset=reset,
                on_progress=lambda done, _: advance(done),
            )
    except DemoExists:
        if orders is not None:
            raise
        console.print("There is a shop already; parley demo --reset makes the demo shop anew.")
    except ValueError as error:
        raise WrongArgument(f"{error}.") from None
    else:
        console.print(_counts("The demo shop Fernway has", report.counts))
        shop, policy = ShopProfile.load(settings.shop_dir), Policy.load(settings.shop_dir)
        waiting = open_demo_cases(database, shop, policy, utc_now())
        console.print(f"{waiting} cases wait on the desk, at /desk.")
        sum_up(database, shop)
    _introduce(database)


def import_data(path: Path, format_: str) -> None:
    settings = read_settings()
    database = open_database(settings)
    try:
        with progress_bar("Importing", None) as advance:
            report = _import(settings, database, path, format_, lambda _kind, done: advance(done))
    except ImportRejected as rejected:
        table = Table(
            "File", "Line", "Field", "What is wrong", title="Nothing was imported", title_justify="left"
        )
        for problem in rejected.problems:
            cells = (problem.file, str(problem.line or ""), problem.field, problem.message)
            table.add_row(*(Text(cell) for cell in cells))
        errors.print(table)
        raise SystemExit(1) from None
    console.print(_counts("Imported", report.counts))
    sum_up(database, ShopProfile.load(settings.shop_dir))
    if report.skipped:
        console.print(_counts("Left out, for they belong to nothing:", report.skipped))


def index_articles() -> None:
    from bot.models import EMBEDDED, load_models
    from knowledge.embedding import Embedder

    settings = read_settings()
    embedder = Embedder(settings.embedding_model)
    with console.status("Indexing the articles"):
        report = open_knowledge(settings, embedder).refresh()
    with console.status("Teaching the embedded model"):
        # Learned once and kept, so that the server is ready soon after its start.
        load_models(EMBEDDED, embedder, settings.classifier_dir)
    console.print(
        f"Indexed the articles: {report.added} texts added, {report.changed} changed, "
        f"{report.removed} removed, {report.unchanged} as they were."
    )


def print_token(email: str, role: str) -> None:
    settings = read_settings()
    if role not in set(Role):
        raise WrongArgument(f"There is no role {role!r}: choose {', '.join(Role)}.")
    tokens: Tokens = tokens_of(settings)
    ref = email if role != Role.SHOPPER else _customer_ref(settings, email)
    print(tokens.issue(ref, email.strip().lower(), Role(role), utc_now()))


def _customer_ref(settings: Settings, email: str) -> str:
    with open_database(settings).reading() as session:
        customer = customer_with_email(session, email)
    if customer is None:
        raise WrongArgument(f"No customer has the e-mail {email}.")
    return customer.ref


def _import(
    settings: Settings, database: Database, path: Path, format_: str, on_progress: Callable[[str, int], None]
) -> ImportReport:
    if format_ == "olist":
        return import_olist(database, path, on_progress)
    if format_ == "parley":
        shop = ShopProfile.load(settings.shop_dir)
        return import_folder(database, path, shop.currency, shop.zone, on_progress)
    raise WrongArgument(f"There is no format {format_!r}: choose parley or olist.")


def _introduce(database: Database) -> None:
    """The named customers, if this is the demo shop."""
    people = named_customers()
    with database.reading() as session:
        known = [person for person in people if customer_with_email(session, person.email)]
    if not known:
        return
    with database.writing() as session:
        # A demo shop that was made before there was a desk has nobody at it.
        add_demo_staff(session, utc_now())
    table = Table(title="Customers to try it as", title_justify="left", show_lines=True)
    # An e-mail cut short could not be copied.
    table.add_column("Customer", no_wrap=True)
    table.add_column("Story, and what to ask")
    for person in known:
        table.add_row(
            Text(f"{person.name}\n{person.email}"), Text(f"{person.story}\n“{person.questions[0]}”")
        )
    console.print(table)
    console.print(Text(f'parley ask "{known[0].questions[0]}" --as shopper:{known[0].email}'))


def _counts(lead: str, counts: dict[str, int]) -> Text:
    return Text(f"{lead} {', '.join(f'{count:,} {kind}' for kind, count in counts.items())}.")
