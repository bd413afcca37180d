"""Stored tables and the vocabulary they share (kept empty: enums must import without the ORM)."""
