"""Money to and from payment providers, behind one small port."""
