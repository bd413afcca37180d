"""Pictures drawn: a value becomes PNG, or JPEG where photos are in it.

The one place that knows matplotlib; a process of its own runs it.
"""

from pathlib import Path

import matplotlib as mpl
import pylopdf_fonts_zh_cn

from services.charts.comparison import draw_comparison
from services.charts.frame import Faces
from services.charts.paper import Type
from services.charts.ranking import TooTall, draw_ranking
from services.charts.year import draw_year
from services.core.pictures import ComparisonPicture, Picture, RankingPicture

__all__ = ["Artist", "TooTall"]


class Artist:
    """Draws pictures in a font of the operator's choice, or in Noto's, which comes with Duban."""

    def __init__(self, font: Path | None = None) -> None:
        own = [font] if font is not None else []
        western = Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
        sans, serif = pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_zh_cn.serif_path()
        self._faces = Faces(Type([*own, serif, sans, western]), Type([*own, sans, western]))

    def draw(self, picture: Picture, photos: tuple[bytes, ...] = ()) -> bytes:
        """Draw a picture, equal bytes for equal ones; TooTall for a ranking too long.

        ``photos`` are those of the file store that it names, as they are kept there.
        """
        if isinstance(picture, ComparisonPicture):
            return draw_comparison(picture, photos, self._faces)
        if isinstance(picture, RankingPicture):
            return draw_ranking(picture, self._faces)
        return draw_year(picture, self._faces)
