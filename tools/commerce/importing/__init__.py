"""Bringing a shop's own data into the commerce database. `docs/importing.md` describes the format."""
