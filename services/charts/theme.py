"""What pictures look like: an office's paper, one accent, and a colour for each meaning.

A picture has these sixteen colours and no other, so that a dot takes four bits; the edges of letters take
the nearest of them.
"""

from collections.abc import Mapping

from services.core.pictures import Tone

Colour = tuple[int, int, int]

PAPER: Colour = (255, 255, 255)
TRACK: Colour = (240, 243, 246)
RULE: Colour = (220, 225, 231)
GREY: Colour = (194, 201, 209)
EDGE: Colour = (146, 155, 165)
SOFT: Colour = (92, 102, 114)
INK: Colour = (26, 34, 44)
OWN: Colour = (228, 238, 248)
ACCENT: Colour = (27, 74, 117)

BARS: Mapping[Tone, Colour] = {
    Tone.GOOD: (112, 174, 141),
    Tone.STEADY: (146, 182, 216),
    Tone.SLOW: (238, 192, 100),
    Tone.ALARM: (224, 132, 118),
    Tone.PLAIN: GREY,
}
WORDS: Mapping[Tone, Colour] = {
    Tone.GOOD: (26, 104, 68),
    Tone.STEADY: ACCENT,
    Tone.SLOW: (138, 88, 0),
    Tone.ALARM: (166, 40, 28),
    Tone.PLAIN: SOFT,
}
PALETTE: tuple[Colour, ...] = tuple(
    dict.fromkeys((PAPER, TRACK, RULE, GREY, EDGE, SOFT, INK, OWN, ACCENT, *BARS.values(), *WORDS.values()))
)
