"""`parley staff`: its commands; what they do is imported when one runs."""

from typing import Annotated

import typer

staff = typer.Typer(help="Accounts for the desk.", no_args_is_help=True, rich_markup_mode=None)

Skills = Annotated[
    list[str] | None,
    typer.Option("--skill", help="One of shop.yaml's people.routing; repeat it for more."),
]
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", help="A language that they write, such as es; repeat it for more."),
]


@staff.command("add")
def staff_add(
    email: Annotated[str, typer.Argument(help="Whose account; one that is there is replaced.")],
    name: Annotated[str, typer.Option(help="What shoppers read beside what they write.")],
    role: Annotated[str, typer.Option(help="agent, manager or analyst.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="They sign in with their company account.")
    ] = False,
    skill: Skills = None,
    language: Languages = None,
) -> None:
    """Add an account, or give it another name, role and password."""
    from api.cli.staff import add_account

    add_account(email, name, role, skill, language, password_stdin=password_stdin, no_password=no_password)


@staff.command("skills")
def staff_skills(
    email: Annotated[str, typer.Argument(help="Whose account.")],
    skill: Skills = None,
    language: Languages = None,
) -> None:
    """Say what somebody knows about, and which languages they write: such cases they are shown first."""
    from api.cli.staff import set_skills

    set_skills(email, skill, language)


@staff.command("list")
def staff_list() -> None:
    """List the accounts."""
    from api.cli.staff import list_accounts

    list_accounts()


@staff.command("disable")
def staff_disable(email: Annotated[str, typer.Argument(help="Whose account.")]) -> None:
    """Disable an account: whoever is signed in to it is out."""
    from api.cli.staff import disable_account

    disable_account(email)
