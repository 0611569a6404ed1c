"""Measures the paths that a crowd walks, each beside the least that such a path could cost (docs/performance.md)."""
