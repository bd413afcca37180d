"""Chasing: letters written and sent, lists of laggards, and what was done by hand."""
