"""Changes of the shop's data by proposal: planned, shown, confirmed, checked again, and carried out at most once."""
