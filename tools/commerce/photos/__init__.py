"""Photos in a conversation: made harmless (`encoding`), and kept in the database (`keeping`)."""
