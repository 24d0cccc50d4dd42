"""The metrics layer: every figure of the shop is defined here once, and computed from that definition alone."""
