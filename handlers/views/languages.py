"""The choice of a language, in both languages at once."""

from handlers.kit.answers import Answer, Button
from locales import Texts
from models.enums import Language


def choice(texts: Texts) -> Answer:
    """Ask for the language, each named in itself."""
    buttons = tuple(
        Button(texts(f"language.{language.value}"), "lang.set", {"language": language.value})
        for language in Language
    )
    return Answer(texts("lang.choose"), buttons=(buttons,))


def changed(texts: Texts, *, replaces: bool) -> Answer:
    """Confirm in the new language."""
    return Answer(texts("lang.changed"), replaces=replaces)
