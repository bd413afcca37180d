"""Bulletins: drafted, issued, corrected, posted."""
