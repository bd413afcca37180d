"""Commands: told apart by name and words, and worded in every language."""

import re
from collections import Counter

import pytest

from handlers import registry
from handlers.kit.routing import match
from handlers.kit.specs import CommandSpec
from locales import Catalogue

COMMANDS = tuple(registry.commands())
ONBOARDING = {"start", "help", "cancel"}


def repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def test_there_are_commands() -> None:
    assert {"progress", "help", "start"} <= {command.name for command in COMMANDS}


def test_no_two_commands_share_a_name_or_a_word() -> None:
    assert repeated([command.name for command in COMMANDS]) == []
    assert repeated([word for command in COMMANDS for word in command.words]) == []


def test_no_two_actions_and_no_two_steps_share_a_name() -> None:
    assert repeated([action.name for action in registry.actions()]) == []
    assert repeated([step.name for step in registry.steps()]) == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_telegram_takes_the_name(command: CommandSpec) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", command.name)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_words_are_written_as_they_are_compared(command: CommandSpec) -> None:
    assert [word for word in command.words if word != word.casefold() or word != word.strip()] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_no_other_command_takes_its_name_or_words_for_its_own(command: CommandSpec) -> None:
    """A word that begins with another command's word would otherwise be heard as that one's argument."""
    for text in (f"/{command.name}", *command.words):
        assert [one.name for one in COMMANDS if match(one, text) is not None] == [command.name]


@pytest.mark.parametrize("language", sorted(Catalogue.load().languages))
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_worded_for_the_menu(
    command: CommandSpec, language: str, catalogue: Catalogue
) -> None:
    description = catalogue.texts(language)(f"command.{command.name}")
    assert 1 <= len(description) <= 256


@pytest.mark.parametrize("language", sorted(Catalogue.load().languages))
@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if one.name not in ONBOARDING], ids=lambda command: command.name
)
def test_every_command_is_worded_for_the_help(
    command: CommandSpec, language: str, catalogue: Catalogue
) -> None:
    texts = catalogue.texts(language)
    assert texts(f"help.{command.name}")
    assert texts(f"help.{command.name}.arguments", category="动态") is not None


def test_long_names_come_before_their_beginnings() -> None:
    """``/report`` never hears ``/reporting``: names are compared whole."""
    for command in COMMANDS:
        assert match(command, f"/{command.name}x") is None
