import ast
import csv
import datetime as dtm
import io
import re
import tracemalloc
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import Catalogue
from models.enums import Role
from services import sql
from services.arranging import history
from services.arranging.history import ON_A_PAGE, PREFIXES, ROWS_LOOKED_AT, Kind, Wanted
from services.audit import Deed, Entry
from services.core.access import NotPermitted
from services.core.spans import Span
from services.documents.writing import csv_bytes, harmless
from tests.builders import NOW, an_organisation, units_of
from tests.locales.reading import ROOT, modules
from tests.people import a_member

CHINA = ZoneInfo("Asia/Shanghai")
ACTION = re.compile(r"[a-z]+\.[a-z_]+")
MANY = 12_000


@pytest.fixture
async def office(database):
    organisation_id = await an_organisation()
    return organisation_id, await a_member(organisation_id, Role.ADMINISTRATOR)


async def write(organisation_id, member_id, entry, *, now=NOW, source="message/m1/41"):
    await Deed(member_id, source, now).record(entry, organisation_id)


async def subjects(actor, wanted, before_id=None):
    page = await history.read_page(actor, wanted, before_id)
    return [entry.subject for run in page.runs for entry in run.entries]


async def test_the_newest_come_first_a_page_at_a_time(office):
    organisation_id, clerk = office
    for number in range(ON_A_PAGE + 2):
        entry = Entry("unit.add", f"unit/{number}")
        await write(organisation_id, clerk.member_id, entry, source=f"message/m1/{number}")
    first = await history.read_page(clerk, Wanted(organisation_id))
    assert [run.entries[0].subject for run in first.runs] == [
        f"unit/{n}" for n in range(ON_A_PAGE + 1, 1, -1)
    ]
    assert first.has_older
    second = await history.read_page(clerk, Wanted(organisation_id), first.oldest_id)
    assert [run.entries[0].subject for run in second.runs] == ["unit/1", "unit/0"]
    assert not second.has_older
    assert (second.runs[0].entries[0].happened_at, second.organisation) == (NOW, "峨眉山市")


@pytest.mark.parametrize("count", [ROWS_LOOKED_AT - 1, ROWS_LOOKED_AT, ROWS_LOOKED_AT + 1])
async def test_what_one_message_did_many_times_takes_one_place_on_a_page(office, count):
    organisation_id, clerk = office
    for action, source in (("unit.add", "message/m1/40"), ("unit.add", "message/m1/41")):
        for number in range(count):
            await write(organisation_id, clerk.member_id, Entry(action, f"unit/{number}"), source=source)
    await write(organisation_id, clerk.member_id, Entry("unit.retire", "unit/1"), source="message/m1/41")
    page = await history.read_page(clerk, Wanted(organisation_id))
    assert [len(run.entries) for run in page.runs] == [1, count, count]
    assert not page.has_older
    assert not (await history.read_page(clerk, Wanted(organisation_id), page.oldest_id)).runs


async def test_entries_are_narrowed_down_by_unit_person_kind_and_day(office):
    organisation_id, clerk = office
    units = await units_of(organisation_id, [f"局{number}" for number in range(12)])
    one, twelve = units["局0"], units["局11"]
    other = await a_member(organisation_id, Role.REPORTER, one, telegram_id=7101)
    evening = dtm.datetime(2024, 3, 15, 16, 30, tzinfo=dtm.UTC)  # half past midnight of the 16th in China
    told = {"unit": one, "month": "2024-03-01"}
    await write(organisation_id, other.member_id, Entry("report.submit", "opening", None, told))
    await write(organisation_id, clerk.member_id, Entry("unit.rename", f"unit/{one}", "a", "b"))
    await write(organisation_id, clerk.member_id, Entry("month.reopen", f"unit/{one}/2024-02"), now=evening)
    await write(
        organisation_id, clerk.member_id, Entry("binding.add", "member/9", {"role": "x", "unit": one})
    )
    await write(organisation_id, clerk.member_id, Entry("unit.rename", f"unit/{twelve}", "a", "b"))
    everything = Wanted(organisation_id)
    assert len(await subjects(clerk, everything)) == 5
    expected = ["member/9", f"unit/{one}/2024-02", f"unit/{one}", "opening"]
    assert await subjects(clerk, Wanted(organisation_id, unit_id=one)) == expected
    assert await subjects(clerk, Wanted(organisation_id, unit_id=twelve)) == [f"unit/{twelve}"]
    assert await subjects(clerk, Wanted(organisation_id, member_id=other.member_id)) == ["opening"]
    assert await subjects(clerk, Wanted(organisation_id, kind=Kind.PEOPLE)) == ["member/9"]
    for day, found in ((15, 4), (16, 1), (17, 0)):
        wanted = Wanted(organisation_id, span=Span.of_day(dtm.date(2024, 3, day)), zone=CHINA)
        assert len(await subjects(clerk, wanted)) == found


async def test_an_organisation_sees_its_own_entries_and_its_peoples(office):
    organisation_id, clerk = office
    other_id = await an_organisation("定南县")
    other = await a_member(other_id, Role.ADMINISTRATOR, telegram_id=7002)
    await write(organisation_id, clerk.member_id, Entry("unit.add", "mine"))
    await write(other_id, other.member_id, Entry("unit.add", "theirs"))
    await write(None, clerk.member_id, Entry("member.language", "my language"))
    await write(None, other.member_id, Entry("member.language", "their language"))
    assert await subjects(clerk, Wanted(organisation_id)) == ["my language", "mine"]
    assert await history.count(clerk, organisation_id) == 2
    for attempt in (
        history.read_page(clerk, Wanted(other_id)),
        history.count(clerk, other_id),
        history.find_members(clerk, other_id, "王"),
        anext(history.read_all(clerk, other_id)),
    ):
        with pytest.raises(NotPermitted):
            await attempt


async def test_a_reviewer_reads_no_audit(office):
    organisation_id, _ = office
    reviewer = await a_member(organisation_id, Role.REVIEWER, telegram_id=7003)
    with pytest.raises(NotPermitted):
        await history.read_page(reviewer, Wanted(organisation_id))


async def test_people_are_named_while_they_are_known(office):
    organisation_id, clerk = office
    gone = await a_member(organisation_id, Role.REPORTER, telegram_id=7101)
    await sql.execute("UPDATE member SET name = '王芳' WHERE id = $1", clerk.member_id)
    await sql.execute("UPDATE member SET forgotten_at = $1 WHERE id = $2", NOW, gone.member_id)
    entry = Entry("binding.hand_over", f"member/{gone.member_id}", None, {"successor": "member/77"})
    await write(organisation_id, clerk.member_id, entry)
    page = await history.read_page(clerk, Wanted(organisation_id))
    known = {each.name for each in page.names.members.values() if not each.is_forgotten}
    assert known == {"王芳"}
    assert any(each.is_forgotten for each in page.names.members.values())
    assert 77 not in page.names.members
    assert await history.find_members(clerk, organisation_id, "芳") == ((clerk.member_id, "王芳"),)


async def fill(organisation_id, member_id):
    """Write very many entries in one statement."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) "
    insert = (
        "INSERT INTO audit_entry "
        "(organisation_id, member_id, action, subject, before, after, source, happened_at) "
    )
    select = "SELECT $2, $3, 'unit.rename', 'unit/' || i, '\"a\"', '\"b\"', 'message/m1/' || i, $4 FROM n"
    if sql.is_postgres():
        select = (
            "SELECT $2::int, $3::int, 'unit.rename', 'unit/' || i, '\"a\"'::jsonb, '\"b\"'::jsonb, "
            "'message/m1/' || i, $4::timestamptz FROM n"
        )
        numbers = numbers.replace("$1", "$1::int")
        await sql.execute(f"{insert}{numbers}{select}", MANY, organisation_id, member_id, NOW)
        return
    await sql.execute(f"{numbers}{insert}{select}", MANY, organisation_id, member_id, NOW)


async def test_very_many_entries_come_in_order_in_bounded_memory(office):
    organisation_id, clerk = office
    await fill(organisation_id, clerk.member_id)
    last = rows = 0
    tracemalloc.start()
    try:
        async for entries, _ in history.read_all(clerk, organisation_id):
            assert last < entries[0].id <= entries[-1].id
            last, rows = entries[-1].id, rows + len(entries)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rows == MANY == await history.count(clerk, organisation_id)
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("市司法局", "市司法局"),
        ("1=1", "1=1"),
        ("", ""),
    ],
)
def test_nobodys_words_are_a_formula(cell, written):
    assert harmless(cell) == written


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2)))
def test_a_table_reads_back_as_it_was_written(rows):
    read = list(csv.reader(io.StringIO(csv_bytes(rows).decode(), newline="")))
    assert read == [[harmless(cell) for cell in row] for row in rows]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in read for cell in row)


def actions() -> set[str]:
    """Every action that anything records: of the constants of services, those that begin like one."""
    prefixes = {prefix for each in PREFIXES.values() for prefix in each}
    found = set()
    for path in modules("services"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            said = node.value if isinstance(node, ast.Constant) else None
            if isinstance(said, str) and ACTION.fullmatch(said) and said.partition(".")[0] in prefixes:
                found.add(said)
    return found


def recorded_directly() -> set[str]:
    """The actions that stand in a call of Entry."""
    return {
        str(node.args[0].value)
        for path in modules("services", "bot")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if getattr(node.func, "attr", getattr(node.func, "id", "")) == "Entry"
    }


def test_the_search_for_actions_finds_them():
    assert {"unit.rename", "group.register", "organisation.change", "member.language"} <= actions()
    assert "sheet.import" in recorded_directly()
    assert (ROOT / "services" / "audit.py").exists()


def test_every_action_is_of_a_kind():
    assert recorded_directly() - actions() == set()


@pytest.mark.parametrize("language", sorted(Catalogue.load().languages))
def test_every_action_has_its_text(language):
    texts = Catalogue.load().texts(language)
    assert {action for action in actions() if not texts.has(f"history.action.{action}")} == set()
