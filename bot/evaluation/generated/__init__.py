"""Conversations made from a shop's own data: who asks, what they want, how they say it, and what must come of it."""
