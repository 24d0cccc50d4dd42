import re
from pathlib import Path

from typer.main import get_command

from api.cli import app
from tools.commerce.demo import named_customers

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_readme_says_who_the_demo_customers_are() -> None:
    for customer in named_customers():
        row = next((line for line in README.splitlines() if customer.email in line), "")
        told = (customer.name, customer.story, *customer.order_numbers, customer.postcode)
        assert [fact for fact in told if fact not in row] == [], f"{customer.email}: {row!r}"


def test_every_command_is_in_the_readme_and_every_command_there_exists() -> None:
    commands = set(getattr(get_command(app), "commands"))  # noqa: B009 - typer types it as a plain command
    named = set(re.findall(r"\bparley ([a-z]+)\b", README))
    assert commands <= named
    assert named <= commands


def test_make_targets_that_are_documented_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        named = set(re.findall(r"`?\bmake ([a-z-]+)`", document.read_text()))
        assert named <= targets, document.name


def test_links_between_the_documents_lead_somewhere() -> None:
    for document in DOCUMENTS:
        prose = re.sub(r"(?s:```.*?```)|`[^`\n]*`|^ {4}.*$", "", document.read_text(), flags=re.MULTILINE)
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose):
            if not re.match(r"[a-z]+:|/", target):
                assert (document.parent / target).exists(), f"{document.name}: {target}"
