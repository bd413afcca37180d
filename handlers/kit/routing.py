"""Finds what a text means: a command, or the Chinese words that do the same."""

from handlers.kit.specs import CommandSpec
from services.core.traditional import simplified

SEPARATORS = " \n\t　,，:：、"
ENDINGS = SEPARATORS + ".。!！?？~～…;；"


def match(spec: CommandSpec, text: str, *, may_be_glued: bool = True) -> str | None:
    """Return what follows the command in ``text``, None when the text is not this command.

    ``/progress 市司法局``, ``/progress@duban_bot``, ``进度 市司法局``, ``进度：市司法局``, ``进度？``,
    ``/进度``, ``進度``, ``progress`` and, for commands that take arguments, ``进度市司法局`` all are. The
    last only where it ``may_be_glued``: a reason for opening a month may well begin with 人员变动.
    """
    said = text.rstrip(ENDINGS)
    if said.startswith("/"):
        name, rest = _split(said[1:])
        if name.partition("@")[0].casefold() == spec.name:
            return rest
        said = said[1:]
    plain = simplified(said).casefold()
    for word in (*spec.words, *([spec.name] if spec.takes_arguments else [])):
        if plain == word:
            return ""
        if spec.takes_arguments and plain.startswith(word):
            rest = said[len(word) :]
            # "progressive" is no command
            if rest[0] in SEPARATORS or (may_be_glued and not word.isascii()):
                return rest.strip(SEPARATORS)
    return None


def _split(text: str) -> tuple[str, str]:
    for index, character in enumerate(text):
        if character in SEPARATORS:
            return text[:index], text[index:].strip(SEPARATORS)
    return text, ""
