"""Which order, product, item or person is meant."""
