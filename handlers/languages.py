"""`/lang`: the language a person is answered in."""

from collections.abc import Sequence
from functools import cache

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import EVERYBODY, ActionSpec, CommandSpec, Effect, Family
from handlers.views import languages
from locales import Catalogue, Texts
from models.enums import Language
from services.membership import members

SPOKEN = {
    **dict.fromkeys(("zh", "zh_cn", "zh-cn", "cn", "中文", "汉语", "chinese", "简体中文"), Language.CHINESE),
    **dict.fromkeys(("en", "英文", "英语", "english"), Language.ENGLISH),
}


async def choose(context: Context) -> Sequence[Answer]:
    """Set the language that the command names; ask with buttons where it names none."""
    language = SPOKEN.get(context.text.casefold())
    if language is None:
        return [languages.choice(context.texts)]
    return await _change(context, language, replaces=False)


async def set_chosen(context: Context) -> Sequence[Answer]:
    """Set the language of the pressed button."""
    return await _change(context, Language(context.arguments["language"]), replaces=True)


async def _change(context: Context, language: Language, *, replaces: bool) -> Sequence[Answer]:
    source = context.arrival.source
    await members.change_language(context.actor, language, source=source, now=context.now)
    return [languages.changed(_texts(language), replaces=replaces)]


@cache
def _texts(language: Language) -> Texts:
    return Catalogue.load().texts(language.value)


FAMILY = Family(
    commands=(
        CommandSpec(
            "lang", ("语言", "language"), Effect.WRITES, choose, needs=EVERYBODY, takes_arguments=True
        ),
    ),
    actions=(ActionSpec("lang.set", Effect.WRITES, set_chosen),),
)
