"""Tells Telegram the commands for its menu, in every language."""

import logging

from bot.api import BotApi, CallProblem
from handlers.registry import FAMILIES
from locales import Catalogue

log = logging.getLogger(__name__)

MENUS = (("zh_CN", ""), ("en", "en"))
"""Catalogue and Telegram's language code; the one without a code is for everybody else."""


async def publish(api: BotApi, catalogue: Catalogue) -> None:
    """Set the command menus; a bot without them works as well, so trouble is only logged."""
    for language, code in MENUS:
        texts = catalogue.texts(language)
        menu = [
            {"command": spec.name, "description": texts(f"command.{spec.name}")}
            for family in FAMILIES
            for spec in family.commands
        ]
        parameters: dict[str, object] = {"commands": menu}
        if code:
            parameters["language_code"] = code
        try:
            await api.call("setMyCommands", parameters)
        except CallProblem as problem:
            log.warning("the command menu could not be set: %s", problem)
