"""Proof that evidence survives kill -9: people who show it, what is left behind, and the verdict."""
