"""Which version of a product somebody means: named, compared, refused, or with a second best."""
