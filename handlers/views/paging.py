"""Lists too long for one message: pages, and the buttons that turn them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from handlers.kit.answers import Button
from locales import Texts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; ``number`` counts from 0, and one that is not there becomes the nearest."""

    shown: tuple[T, ...]
    number: int
    pages: int

    @classmethod
    def of(cls, everything: Sequence[T], number: int, size: int) -> "Page[T]":
        """Cut a page out of a list."""
        pages = max(1, -(-len(everything) // size))
        at = min(max(number, 0), pages - 1)
        return cls(tuple(everything[at * size : (at + 1) * size]), at, pages)


def page_buttons(
    page: Page[Any], action: str, arguments: Mapping[str, Any], texts: Texts
) -> tuple[tuple[Button, ...], ...]:
    """Offer the page before and the page after, in one row; no row where there is one page."""
    turns = [("paging.before", page.number - 1), ("paging.after", page.number + 1)]
    row = tuple(
        Button(texts(key), action, {**arguments, "page": number})
        for key, number in turns
        if 0 <= number < page.pages
    )
    return (row,) if row else ()


def in_rows(buttons: Sequence[Button], width: int = 2) -> tuple[tuple[Button, ...], ...]:
    """Lay buttons out in rows of so many: two are what a phone shows with a Chinese name in each."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))
