"""The same ranking as matplotlib draws it by itself, over the same pipes: axes, bars, labels."""

import io
import json
import sys

import pylopdf_fonts_zh_cn
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from bot.answering import answer_all
from bot.drawn import LENGTH

INCHES, DOTS = (10.8, 27.6), 100
LONGEST = 1.5


def drawn(asked: bytes) -> bytes:
    """Draw a ranking's bars with names, figures and lamps, as PNG."""
    (length,) = LENGTH.unpack_from(asked)
    picture = json.loads(asked[LENGTH.size : LENGTH.size + length])  # a ranking has no photos after it
    bars = [bar for block in picture["blocks"] for bar in block["bars"]][::-1]
    font = FontProperties(fname=str(pylopdf_fonts_zh_cn.sans_path()), size=13)
    figure = Figure(figsize=INCHES, dpi=DOTS)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.25, 0.05, 0.5, 0.87))
    axes.barh(range(len(bars)), [min(float(bar["share"]), LONGEST) for bar in bars])
    axes.set_yticks(range(len(bars)), [f"{bar['name']}  {bar['moved']}  {bar['place']}" for bar in bars])
    for label in (*axes.get_yticklabels(), *axes.get_xticklabels()):
        label.set_fontproperties(font)
    for at, bar in enumerate(bars):
        for right, words in ((1.7, bar["value"]), (2.0, bar["note"]), (2.3, bar["word"])):
            axes.text(right, at, words, fontproperties=font, ha="right", va="center")
    figure.suptitle(picture["title"], fontproperties=font)
    figure.text(0.1, 0.02, "\n".join(picture["footnotes"]), fontproperties=font)
    out = io.BytesIO()
    canvas.print_png(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


if __name__ == "__main__":
    answer_all(lambda asked: b"+" + drawn(asked), sys.stdout.buffer)
