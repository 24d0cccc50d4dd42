"""The command line. What a command needs is imported when it runs, so that `parley --help` is quick."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.errors import exit_code, spoken
from api.cli.mail import mail
from api.cli.staff_commands import staff

app = typer.Typer(
    name="parley",
    help="The conversation desk of an online shop.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(staff, name="staff")
app.add_typer(mail, name="mail")

As = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="WHO",
        help="Who is asking: anonymous, shopper:EMAIL, analyst, agent:EMAIL or manager:EMAIL.",
    ),
]


AsStaff = Annotated[
    str, typer.Option("--as", metavar="WHO", help="Who decides: agent:EMAIL or manager:EMAIL.")
]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (PORT).", min=0, max=65535)] = None,
) -> None:
    """Serve the widget, the HTTP interface and the shop's articles."""
    from api.cli.serve import run_server

    run_server(host, port)


@app.command()
def demo(
    orders: Annotated[int | None, typer.Option(help="How many orders; 2,000 if not given.", min=1)] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Delete the shop that is there first.")] = False,
) -> None:
    """Make the demo shop, and say which customers to try it as."""
    from api.cli.data import make_demo

    make_demo(orders, reset=reset)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder of the files.")],
    format_: Annotated[str, typer.Option("--format", help="parley (JSON Lines) or olist (CSV).")] = "parley",
) -> None:
    """Import a shop's data: all of it or nothing; repeatable."""
    from api.cli.data import import_data

    import_data(path, format_)


rollups = typer.Typer(help="The daily sums that figures are read from.", no_args_is_help=True)
app.add_typer(rollups, name="rollups")


@rollups.command()
def rebuild() -> None:
    """Sum up all days anew; the shop goes on meanwhile."""
    from api.cli.rollups import rebuild_rollups

    rebuild_rollups()


@rollups.command()
def check() -> None:
    """Check that the daily sums are what the facts come to; exits with 1 when they are not."""
    from api.cli.rollups import check_rollups

    check_rollups()


@app.command()
def index() -> None:
    """Index the shop's articles; only what changed is embedded anew."""
    from api.cli.data import index_articles

    index_articles()


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="The question.")],
    who: As = "anonymous",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the reply as JSON, and nothing else.")
    ] = False,
) -> None:
    """Ask one question."""
    from api.cli.conversation import ask_once

    ask_once(text, who, as_json=as_json)


@app.command()
def chat(who: As = "anonymous") -> None:
    """Converse; Ctrl-D ends it."""
    from api.cli.conversation import converse

    converse(who)


@app.command()
def kpi(
    question: Annotated[str, typer.Argument(help="The question: “net sales last week by channel”.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the reply as JSON, and nothing else.")
    ] = False,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the answer into this .png or .svg file.")
    ] = None,
) -> None:
    """Ask for the shop's figures, as an analyst."""
    from api.cli.kpi import ask_figure

    ask_figure(question, as_json=as_json, chart=chart)


@app.command()
def audit(
    order: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Tell what was done to this order.")
    ] = None,
) -> None:
    """Check that the trail of changes is whole; exits with 1 when it is not."""
    from api.cli.audit import show_audit

    show_audit(order)


@app.command()
def approvals(
    approve: Annotated[str | None, typer.Option(metavar="PROPOSAL", help="Approve this one.")] = None,
    decline: Annotated[str | None, typer.Option(metavar="PROPOSAL", help="Do not approve this one.")] = None,
    who: AsStaff = "",
) -> None:
    """List the changes that wait for an agent's approval, or decide one."""
    from api.cli.changes import decide_approvals

    decide_approvals(approve, decline, who)


@app.command()
def receive(
    rma: Annotated[str, typer.Argument(metavar="RMA", help="The return's number.")],
    who: AsStaff = "",
    reject: Annotated[bool, typer.Option("--reject", help="What came back cannot be accepted.")] = False,
) -> None:
    """Record that a return's parcel is back and was checked: then its refund is paid."""
    from api.cli.changes import receive_return

    receive_return(rma, who, is_accepted=not reject)


@app.command()
def token(
    email: Annotated[str, typer.Argument(help="Whose token.")],
    role: Annotated[str, typer.Option(help="shopper, analyst, agent or manager.")] = "shopper",
) -> None:
    """Sign an identity token, as the shop would; good for an hour."""
    from api.cli.data import print_token

    print_token(email, role)


@app.command("eval")
def eval_(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Scenario files or folders; else Parley's own."),
    ] = None,
    trials: Annotated[int, typer.Option(help="How often each scenario is played.", min=1, max=100)] = 1,
    only: Annotated[str, typer.Option(help="Only scenarios with this in their name or theme.")] = "",
    model: Annotated[str | None, typer.Option(help="The model on trial (MODEL).")] = None,
    shopper: Annotated[
        str, typer.Option(help="Who plays the shoppers: rules, or a model such as openai:gpt-5-mini.")
    ] = "rules",
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="Write the report here.")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", metavar="OUT", help="Write it as a page.")
    ] = None,
    require: Annotated[
        float, typer.Option(help="Percent that must be resolved, else it exits with 1.", min=0, max=100)
    ] = 95,
    price: Annotated[
        str | None, typer.Option(metavar="IN/OUT", help="What a million tokens cost: 0.25/2.00.")
    ] = None,
    generated: Annotated[
        int | None, typer.Option(help="Make so many from your shop's data, or from shop FILEs.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same scenarios.")] = 1,
    write: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Keep the scenarios that failed here.")
    ] = None,
) -> None:
    """Play scenarios against the model, each in a copy of its shop, and report how it did."""
    from api.cli.evaluation import Options, evaluate

    evaluate(
        Options(
            files=tuple(files or ()),
            trials=trials,
            only=only,
            model=model,
            shopper=shopper,
            json_file=json_file,
            html_file=html_file,
            require=require,
            price=price,
            generated=generated,
            seed=seed,
            write=write,
        )
    )


def main() -> None:
    """Errors that a person can do something about are one sentence each; the rest are bugs and show themselves."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        sentences = spoken(error)
        if not sentences:
            raise
        for sentence in sentences:
            print(f"parley: {sentence}", file=sys.stderr)
        sys.exit(exit_code(error))
