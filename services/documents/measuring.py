"""How much room text takes, in Chinese characters; what is not as wide as one is half of one."""

import unicodedata

_JOINING = "和与及暨、的"
SHORTEST = 4
"""So many characters at least stand in a line of a title that is broken."""
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


def in_two_lines(title: str, width: int) -> str:
    """Break a title too wide for one line after the word (和、暨、的 …) that leaves its halves most alike.

    Of one that bears breaks already each line is looked at. Without such a place it stays as it is; 通报
    alone is no line.
    """
    if "\n" in title:
        return "\n".join(in_two_lines(line, width) for line in title.split("\n"))
    if signs_in(title) <= width:
        return title
    places = [at for at in range(1, len(title)) if title[at - 1] in _JOINING]
    halves = [(title[:at], title[at:]) for at in places]
    fitting = [
        each for each in halves if min(map(signs_in, each)) >= SHORTEST and max(map(signs_in, each)) <= width
    ]
    return "\n".join(min(fitting, key=lambda each: max(map(signs_in, each)), default=(title,)))


def head_in_two_lines(head: str, width: int) -> str:
    """Break a head too wide for its column: before a bracket, after two signs, or in the middle.

    One that would not fit in two lines stays as it is.
    """
    if "\n" in head or signs_in(head) <= width:
        return head
    for at in (head.find("（"), 2, len(head) // 2):
        if 0 < at < len(head) and max(signs_in(head[:at]), signs_in(head[at:])) <= width:
            return f"{head[:at]}\n{head[at:]}"
    return head


def lines_in(text: str, width: int) -> int:
    """Count the lines a text takes in a width; at least one."""
    return sum(max(1, -(-signs_in(line) // max(width, 1))) for line in text.split("\n"))
