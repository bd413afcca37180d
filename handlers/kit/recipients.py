"""Texts for somebody else than the person who acts."""

from functools import cache

from locales import Catalogue, Texts
from models.enums import Language


def texts_of(language: Language) -> Texts:
    """Give the texts in the language of whoever is told something."""
    return _catalogue().texts(language.value)


@cache
def _catalogue() -> Catalogue:
    return Catalogue.load()
