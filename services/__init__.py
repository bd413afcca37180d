"""Use cases around a pure core."""
