"""Bringing a shop's own data into the commerce database. `docs/importing.md` describes the format."""

from tools.commerce.importing.folder import import_folder
from tools.commerce.importing.loader import ImportReport, load
from tools.commerce.importing.olist import import_olist
from tools.commerce.importing.problems import ImportRejected, Problem
from tools.commerce.importing.target import ShopDefaults

__all__ = [
    "ImportRejected",
    "ImportReport",
    "Problem",
    "ShopDefaults",
    "import_folder",
    "import_olist",
    "load",
]
