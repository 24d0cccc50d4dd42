"""How the embedded model understands staff who ask for the shop's figures."""
