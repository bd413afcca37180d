"""Rows of the matrix: what the office arranges: rules, invitations, people, units."""

from tests.handlers.authority import (
    Pressed,
    Replied,
    Row,
    Said,
)
from tests.handlers.authority_sets import ADMINISTRATOR, CARD, OFFICE, OWN, STANDING, A
from tests.handlers.authority_world import (
    ALIAS,
    DIVISION,
    ORGANISATION,
    OTHER_UNIT,
    PERSON,
    RULE,
    UNIT,
    Asker,
)

RULE_CHOICES = (Said("/settings"), Pressed("settings.rule", {"rule": "zombie_days"}))
SETTINGS = (
    Row("command settings", (Said("/settings"),), ADMINISTRATOR, RULE, asked=STANDING),
    Row(
        "action settings.show",
        (Said("/settings"), Pressed("settings.show", A)),
        OFFICE,
        RULE,
        by=Asker.STANDING,
    ),
    Row("action settings.rule", RULE_CHOICES, OFFICE, RULE),
    Row("action settings.set", (*RULE_CHOICES, Pressed("settings.set")), OFFICE, changes="organisation"),
    Row("step settings.value", (*RULE_CHOICES, Replied("200")), OFFICE, changes="organisation"),
)

DAYS = (Said("/settings"), Pressed("days.show"))
DAYS_OFF = (
    Row("action days.show", DAYS, OFFICE, ORGANISATION),
    Row("step days.decide", (*DAYS, Replied("5月6日放假")), OFFICE, changes="calendar_day"),
    Row(
        "action days.leave",
        (*DAYS, Replied("5月6日放假"), Pressed("days.leave")),
        OFFICE,
        changes="calendar_day",
    ),
)

INVITED = Said(f"邀请 {UNIT}")
INVITATIONS = (
    Row("command invite", (INVITED,), OFFICE, changes="invitation"),
    Row(
        "action invite.menu",
        (Said("/invite"), Pressed("invite.menu", A)),
        OFFICE,
        ORGANISATION,
        by=Asker.STANDING,
    ),
    Row("action invite.ask_unit", (Said("/invite"), Pressed("invite.ask_unit"))),
    Row("action invite.confirm", (Said("/invite"), Pressed("invite.confirm")), OFFICE, ORGANISATION),
    Row("action invite.make", (Said("/invite"), Pressed("invite.make")), OFFICE, changes="invitation"),
    Row(
        "action invite.everybody",
        (Said("/invite"), Pressed("invite.everybody")),
        OFFICE,
        changes="invitation",
    ),
    Row("action invite.open", (INVITED, Said("/invite"), Pressed("invite.open")), OFFICE, UNIT),
    Row("action invite.revoke", (INVITED, Pressed("invite.revoke")), OFFICE, changes="invitation"),
    Row("step invite.unit", (Said("邀请 信息员"), Replied(UNIT)), OFFICE, changes="invitation"),
)

PERSON_CARD = (Said(f"人员 {UNIT}"), Pressed("people.show", {"member_id": "quiet"}))
REMOVAL = (*PERSON_CARD, Pressed("people.ask_to_remove"))
PEOPLE = (
    Row("command members", (Said(f"人员 {UNIT}"),), OFFICE, PERSON),
    Row("command members", (Said("/members"),), ADMINISTRATOR, PERSON, asked=STANDING),
    Row("action people.page", (*PERSON_CARD, Pressed("people.page")), OFFICE, PERSON),
    Row(
        "action people.unit",
        (Said(f"人员 {UNIT}和{OTHER_UNIT}"), Pressed("people.unit", OWN)),
        OFFICE,
        PERSON,
    ),
    Row("action people.show", PERSON_CARD, OFFICE, PERSON),
    Row("action people.ask_to_remove", REMOVAL, OFFICE, PERSON),
    Row("action people.remove", (*REMOVAL, Pressed("people.remove")), OFFICE, changes="binding"),
    Row("action people.hand_over", (*PERSON_CARD, Pressed("people.hand_over")), OFFICE, changes="invitation"),
)

NEW = (Said("/units"), Pressed("units.add"), Replied("新单位"))
RENAMED = (*CARD, Pressed("units.rename"), Replied("市新水务局"))
RETIRED = (*CARD, Pressed("units.retire"), Pressed("units.retire_now"))
MERGED = (*CARD, Pressed("units.merge"), Pressed("units.merge_into", {"into_id": "other"}))
UNITS = (
    Row("command units", (Said("/units"),), ADMINISTRATOR, UNIT, asked=STANDING),
    Row("action units.list", (Said("/units"), Pressed("units.list", A)), OFFICE, UNIT, by=Asker.STANDING),
    Row("action units.page", (*CARD, Pressed("units.page")), OFFICE, UNIT),
    Row("action units.show", CARD, OFFICE, ALIAS),
    Row("action units.rename", (*CARD, Pressed("units.rename")), OFFICE, UNIT),
    Row("action units.alias", (*CARD, Pressed("units.alias")), OFFICE, ALIAS),
    Row("action units.add", (Said("/units"), Pressed("units.add"))),
    Row("action units.division", (*NEW, Pressed("units.division", {"division": DIVISION})), OFFICE, UNIT),
    Row("action units.retire", RETIRED[:-1], OFFICE, UNIT),
    Row("action units.restore", (*RETIRED, Pressed("units.restore")), OFFICE, UNIT),
    Row("action units.merge", (*CARD, Pressed("units.merge")), OFFICE, UNIT),
    Row("action units.merge_into", MERGED, OFFICE, UNIT),
    Row("action units.rename_to", (*RENAMED, Pressed("units.rename_to")), OFFICE, changes="unit"),
    Row(
        "action units.remove_alias",
        (*CARD, Pressed("units.alias"), Pressed("units.remove_alias")),
        OFFICE,
        changes="unit_alias",
    ),
    Row(
        "action units.place",
        (*NEW, Pressed("units.division"), Pressed("units.place")),
        OFFICE,
        changes="unit",
    ),
    Row("action units.retire_now", RETIRED, OFFICE, changes="unit"),
    Row(
        "action units.restore_now",
        (*RETIRED, Pressed("units.restore"), Pressed("units.restore_now")),
        OFFICE,
        changes="unit",
    ),
    Row("action units.merge_now", (*MERGED, Pressed("units.merge_now")), OFFICE, changes="unit"),
    Row("step units.find", (Said("/units"), Replied(UNIT)), OFFICE, ALIAS),
    Row("step units.rename", RENAMED, OFFICE, UNIT),
    Row(
        "step units.alias", (*CARD, Pressed("units.alias"), Replied("水务分局")), OFFICE, changes="unit_alias"
    ),
    Row("step units.add", NEW, OFFICE, DIVISION),
    Row("step units.division", (*NEW, Replied(DIVISION)), OFFICE, UNIT),
    Row("step units.place", (*NEW, Pressed("units.division"), Replied(OTHER_UNIT)), OFFICE, changes="unit"),
    Row("step units.merge", (*CARD, Pressed("units.merge"), Replied(OTHER_UNIT)), OFFICE, UNIT),
)
