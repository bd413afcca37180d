"""Text from outside, made harmless once at the edge, and names made comparable."""

import re
import unicodedata

from services.core.traditional import simplified

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Unseen, yet not of a category that says so: fillers, joiners and variation selectors
# (Unicode's Default_Ignorable_Code_Point outside Cf).
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0000-\U000e0fff]"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_BRACKETS = str.maketrans("()", "\uff08\uff09")
_PROSE = str.maketrans(",:;?!()", "，：；？！（）")
_BESIDE = re.compile(r"(?<=[\u3400-\u9fff}”》）】%‰、。])[,:;?!()]|[,:;?!()](?=[\u3400-\u9fff{“《（【])")
_REMOVED = frozenset({"Cc", "Cf", "Cs"})  # control; zero-width and bidi; lone surrogates


def clean(text: str, *, max_length: int | None = None) -> str:
    """Normalise untrusted text: NFKC, nothing invisible, trimmed; line feeds and spaces stay.

    A tab becomes a space, every kind of line end one line feed. What is longer than ``max_length``
    characters after that is cut. Cleaning twice changes nothing.
    """
    seen = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text).replace("\t", " "))
    if not seen.isprintable():  # most texts are, and then there is none to look for
        seen = "".join(sign for sign in seen if sign == "\n" or not _is_removed(sign))
    return unicodedata.normalize("NFKC", seen).strip()[:max_length].rstrip()


def as_name(text: str) -> str:
    """Write a typed name as the office prints it: single spaces, and full-width brackets in a Chinese one.

    Cleaning has made every bracket a half-width one.
    """
    name = " ".join(clean(text).split())
    return name.translate(_BRACKETS) if _HAN.search(name) else name


def as_prose(text: str) -> str:
    """Give typed Chinese back the full-width punctuation that cleaning takes away; numbers keep theirs."""
    once = _BESIDE.sub(lambda found: found[0].translate(_PROSE), text)
    return _BESIDE.sub(lambda found: found[0].translate(_PROSE), once)  # 。） beside what was mended just now


def fold(text: str) -> str:
    """Reduce a name to what distinguishes it: letters and digits, no case, width, space or punctuation.

    What is written in traditional signs is the same as in simplified ones.

    For comparing only, never shown. Empty when the name has neither letter nor digit.
    """
    return _folded_once(_folded_once(text))  # case folding may undo the normal form; twice is stable


def _folded_once(text: str) -> str:
    lower = unicodedata.normalize("NFKC", clean(text).casefold())
    return "".join(sign for sign in simplified(lower) if unicodedata.category(sign)[0] in "LNM")


def _is_removed(sign: str) -> bool:
    # Noncharacters (U+FFFE, U+FFFF, U+FDD0…) are refused by XML, that is by every .docx and .xlsx.
    code = ord(sign)
    return unicodedata.category(sign) in _REMOVED or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
