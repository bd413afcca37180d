import json

from handlers.kit.specs import Effect
from handlers.registry import actions, commands
from models.enums import Language
from services import sql
from services.membership import members
from tests.builders import an_actor
from tests.handlers.talk import Talk, labels, pressed, words


async def chosen(actor):
    """The language the database gives the person, who else would be guessed to read Chinese."""
    found = await members.get_actor(
        actor.telegram_id, "", Language.CHINESE, is_deployment_administrator=False
    )
    return found.language


async def test_without_a_language_one_is_offered_in_its_own_words(database):
    actor = an_actor()
    for text in ("/lang", "语言", "language", "语言 火星文"):
        (asked,) = await Talk(actor).say(text)
        assert labels(asked) == [["中文", "English"]]
        assert await chosen(actor) is Language.CHINESE
    (changed,) = await Talk(actor).press(*pressed(asked, "English"))
    assert changed.replaces
    assert words(changed)[0].startswith("English it is.")
    assert await chosen(actor) is Language.ENGLISH


async def test_a_named_language_is_set_and_answered_in(database):
    for text, language, first in (
        ("/lang en", Language.ENGLISH, "English it is."),
        ("语言 中文", Language.CHINESE, "已改用中文。"),
        ("语言 英文", Language.ENGLISH, "English it is."),
        ("/lang zh", Language.CHINESE, "已改用中文。"),
        ("语言英文", Language.ENGLISH, "English it is."),
        ("language Chinese", Language.CHINESE, "已改用中文。"),
    ):
        actor = an_actor(language=Language.ENGLISH)
        (answer,) = await Talk(actor).say(text)
        assert words(answer)[0].startswith(first)
        assert await chosen(actor) is language


async def test_a_change_of_language_is_on_record(database):
    await Talk(an_actor(telegram_id=7009), message_id=41).say("/lang en")
    (entry,) = await sql.fetch("SELECT action, member_id, source, before, after FROM audit_entry")
    assert (entry["action"], entry["source"]) == ("member.language", f"message/m{entry['member_id']}/41")
    assert [json.loads(entry[when]) for when in ("before", "after")] == ["zh_CN", "en"]


def test_changing_a_language_is_declared_to_write():
    effects = {spec.name: spec.effect for spec in commands()} | {spec.name: spec.effect for spec in actions()}
    assert effects["lang"] is effects["lang.set"] is Effect.WRITES
    assert effects["progress"] is effects["progress.show"] is Effect.READS
