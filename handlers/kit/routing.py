"""Finds what a text means: a command, or the Chinese words that do the same."""

from handlers.kit.specs import CommandSpec

SEPARATORS = " \n\t　,，:：、"


def match(spec: CommandSpec, text: str) -> str | None:
    """Return what follows the command in ``text``, None when the text is not this command.

    ``/progress 市司法局``, ``/progress@duban_bot``, ``进度 市司法局``, ``进度：市司法局`` and, for commands
    that take arguments, ``进度市司法局`` all are.
    """
    if text.startswith("/"):
        name, rest = _split(text[1:])
        return rest if name.partition("@")[0].casefold() == spec.name else None
    for word in spec.words:
        if text.casefold() == word:
            return ""
        if spec.takes_arguments and text.casefold().startswith(word):
            return text[len(word) :].strip(SEPARATORS)
    return None


def _split(text: str) -> tuple[str, str]:
    for index, character in enumerate(text):
        if character in SEPARATORS:
            return text[:index], text[index:].strip(SEPARATORS)
    return text, ""
