"""Sheets that come in."""
