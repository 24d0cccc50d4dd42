"""`parley mail`: what becomes of e-mails once they were sent."""

import sys

import typer

MOST_BYTES = 1024 * 1024
"""The e-mail itself comes last, and ours are short."""

mail = typer.Typer(help="E-mails that were sent.", no_args_is_help=True, rich_markup_mode=None)


@mail.callback()
def of_mail() -> None:
    """Its commands stand below `parley mail`, also while there is one alone."""


@mail.command()
def bounced() -> None:
    """Read a notice of a mail server's, that an e-mail was not delivered, from standard input."""
    from api.opening import open_database
    from api.returned_mail import note_returned
    from api.settings import read_settings

    is_ours = note_returned(open_database(read_settings()), sys.stdin.buffer.read(MOST_BYTES))
    typer.echo("Noted: the desk shows it." if is_ours else "That tells of no failed e-mail of ours.")
