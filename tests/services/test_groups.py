import dataclasses

import pytest

from models.enums import Role
from services import chats, sql
from services.core.access import NotBound, NotPermitted
from services.office import groups
from services.office.groups import GroupGone, GroupNameMissing, GroupOfAnother, Place
from tests.builders import NOW, a_reporter, an_actor, an_administrator, an_organisation, units_of
from tests.people import a_member

CHAT = -1007
HERE = Place(CHAT, 0, "政务公开工作群")
TOPIC = Place(CHAT, 12, "政务公开工作群")
SOURCE = "message/-1007/41"


async def entries():
    rows = await sql.fetch("SELECT action, before, after, source FROM audit_entry ORDER BY id")
    return [row["action"] for row in rows]


async def an_office():
    organisation_id = await an_organisation()
    return organisation_id, await a_member(organisation_id, Role.ADMINISTRATOR)


async def test_a_group_and_its_topic_are_registered_renamed_and_let_go(database):
    organisation_id, clerk = await an_office()
    assert (await groups.look(clerk, HERE)).here is None
    whole = await groups.register(clerk, HERE, organisation_id, "全体", source=SOURCE, now=NOW)
    topic = await groups.register(clerk, TOPIC, organisation_id, "答疑", source=SOURCE, now=NOW)
    assert await chats.find_organisation(CHAT) == organisation_id
    renamed = await groups.rename(clerk, topic.id, " 信息员  答疑 ", source=SOURCE, now=NOW)
    assert renamed == dataclasses.replace(topic, name="信息员 答疑")
    assert [one.name for one in await groups.list_groups(clerk)] == ["全体", "信息员 答疑"]
    seen = await groups.look(clerk, TOPIC)
    assert (seen.here, seen.elsewhere) == (renamed, (whole,))
    await groups.release(clerk, whole.id, source=SOURCE, now=NOW)
    assert await chats.find_organisation(CHAT) == organisation_id
    assert await groups.is_last_of_chat(renamed)
    await groups.release(clerk, topic.id, source=SOURCE, now=NOW)
    assert await chats.find_organisation(CHAT) is None
    assert await entries() == ["group.register"] * 2 + ["group.rename"] + ["group.release"] * 2


async def test_registering_twice_and_renaming_to_the_same_leave_no_trace(database):
    organisation_id, clerk = await an_office()
    first = await groups.register(clerk, HERE, organisation_id, "全体", source=SOURCE, now=NOW)
    again = await groups.register(clerk, HERE, organisation_id, "别的", source=SOURCE, now=NOW)
    await groups.rename(clerk, first.id, "全体", source=SOURCE, now=NOW)
    assert again == first
    assert await entries() == ["group.register"]


async def test_a_group_of_another_office_is_not_taken_over_until_it_lets_go(database):
    organisation_id, clerk = await an_office()
    other_id = await an_organisation("定南县")
    other = await a_member(other_id, Role.ADMINISTRATOR, telegram_id=7002)
    mine = await groups.register(clerk, HERE, organisation_id, "全体", source=SOURCE, now=NOW)
    for place in (HERE, TOPIC):
        seen = await groups.look(other, place)
        assert seen.is_anothers
        assert seen.choices == ()
        with pytest.raises(GroupOfAnother):
            await groups.register(other, place, other_id, "我们的", source=SOURCE, now=NOW)
    for change in (groups.get_group(other, mine.id), groups.release(other, mine.id, source=SOURCE, now=NOW)):
        with pytest.raises(NotPermitted):
            await change
    assert await groups.list_groups(other) == ()
    await groups.release(clerk, mine.id, source=SOURCE, now=NOW)
    taken = await groups.register(other, HERE, other_id, "我们的", source=SOURCE, now=NOW)
    assert taken.organisation == "定南县"


@pytest.mark.parametrize("name", ["", "  ", "长" * 61])
async def test_a_name_has_one_to_sixty_characters(database, name):
    organisation_id, clerk = await an_office()
    with pytest.raises(GroupNameMissing):
        await groups.register(clerk, HERE, organisation_id, name, source=SOURCE, now=NOW)
    group = await groups.register(clerk, HERE, organisation_id, "长" * 60, source=SOURCE, now=NOW)
    with pytest.raises(GroupNameMissing):
        await groups.rename(clerk, group.id, name, source=SOURCE, now=NOW)


async def test_only_administrators_manage_groups(database):
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, ["市司法局"])
    for stranger, error in (
        (an_actor(), NotBound),
        (a_reporter(organisation_id, *units.values()), NotPermitted),
    ):
        for attempt in (
            groups.look(stranger, HERE),
            groups.list_groups(stranger),
            groups.register(stranger, HERE, organisation_id, "群", source=SOURCE, now=NOW),
        ):
            with pytest.raises(error):
                await attempt


async def test_what_is_released_is_gone_for_its_old_buttons(database):
    organisation_id, clerk = await an_office()
    group = await groups.register(clerk, HERE, organisation_id, "全体", source=SOURCE, now=NOW)
    await groups.release(clerk, group.id, source=SOURCE, now=NOW)
    with pytest.raises(GroupGone):
        await groups.rename(clerk, group.id, "新", source=SOURCE, now=NOW)


async def test_an_unreachable_group_says_since_when_and_a_migrated_one_keeps_its_names(database):
    organisation_id, clerk = await an_office()
    await groups.register(clerk, HERE, organisation_id, "全体", source=SOURCE, now=NOW)
    await chats.mark_unreachable(CHAT, "Forbidden: bot was kicked from the group chat", NOW)
    (shut,) = await groups.list_groups(an_administrator(organisation_id))
    assert shut.unreachable_at == NOW
    assert "kicked" in shut.unreachable_reason
    for new in (-1008, -1009):
        if new == -1009:  # known already, because it refused us
            await chats.mark_unreachable(new, "Forbidden", NOW)
        await chats.migrate(new + 1, new)
        (moved,) = await groups.list_groups(clerk)
        assert (moved.name, moved.chat) == ("全体", new)
