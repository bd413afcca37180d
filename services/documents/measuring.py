"""How much room text takes, in Chinese characters; what is not as wide as one is half of one."""

import unicodedata

WIDE_TEXT = 16
"""From this width on a column holds sentences, which begin at its left; names and figures are centred."""


def signs_in(text: str) -> int:
    """Measure one line, in whole Chinese characters, rounded up."""
    if text.isascii():
        return (len(text) + 1) // 2
    halves = sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)
    return (halves + 1) // 2


def widest_line(text: str) -> int:
    """Measure the longest line of a text."""
    return max(map(signs_in, text.split("\n")))


def lines_in(text: str, width: int) -> int:
    """Count the lines a text takes in a width; at least one."""
    return sum(max(1, -(-signs_in(line) // max(width, 1))) for line in text.split("\n"))
