"""Changes that shoppers ask for: what is known of one so far, what is still to be asked, and the offer."""
