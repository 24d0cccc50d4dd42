"""What a text says in itself: numbers, names, days, sums, places."""
