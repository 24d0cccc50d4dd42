"""The chat model that needs no network: understanding, planning, wording."""
