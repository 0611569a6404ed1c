"""Leaf: what people did here that others must be able to look up later, append-only."""
