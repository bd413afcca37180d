"""The bot is killed while people write: nothing is lost, nothing is done twice, and the proof can fail."""

import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from bot.failpoints import OF_MESSAGES
from tests.databases import TEMPLATE, create_database, current_file
from tests.prove import kill, stock
from tests.prove.model import Call, Evidence, Model, judge

LONGEST = 600.0
"""Seconds; what ends a campaign here is the number of kills."""

KILLS = len(OF_MESSAGES) * 4 // 3


DEEDS = ("writes", "reports", "half reports", "reads", "presses", "edits", "redeliveries")


async def test_whenever_the_bot_dies_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    database = current_file(tmp_path / "duban.db")
    campaign = await kill.run(tmp_path, database, 20, seconds=LONGEST, kills=KILLS)
    assert campaign.verdict is not None
    assert campaign.verdict.wrong == ()
    assert campaign.points_hit == OF_MESSAGES
    assert len(campaign.deaths) == KILLS
    assert {death.mode for death in campaign.deaths} == {"polling", "webhook"}
    assert all(campaign.deeds[deed] for deed in DEEDS)
    assert [(death.lost, death.doubled) for death in campaign.deaths] == [(0, 0)] * len(campaign.deaths)
    assert campaign.exit_code == 0


async def test_nothing_is_lost_on_postgres_either(postgres_template: str, tmp_path: Path) -> None:
    campaign = await kill.run(
        tmp_path, await create_database(postgres_template, template=TEMPLATE), 3, seconds=LONGEST, kills=4
    )
    assert campaign.verdict is not None
    assert campaign.verdict.wrong == ()
    assert len(campaign.deaths) == 4


async def test_a_bot_that_forgets_what_is_done_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kill, "QUIET_SECONDS", 4.0)  # it never comes to an end
    campaign = await kill.run(
        tmp_path,
        current_file(tmp_path / "duban.db"),
        5,
        seconds=LONGEST,
        kills=2,
        module="tests.prove.forgetful",
    )
    assert campaign.verdict is not None
    assert campaign.verdict.doubled > 0


async def test_a_plain_polling_bot_loses_updates_to_the_same_deaths(tmp_path: Path) -> None:
    # One is enough: by its twentieth answer it has long confirmed what it has not looked at.
    outcome = await stock.run(tmp_path, updates=300, kills=1)
    assert outcome.kills == 1
    assert outcome.lost > 0, outcome


ANSWER = (7, "reply", "1")
SAID = (7, "zh_CN", "en", "message/7/1")
REPORTED = ("message/7/2/1", 3)


def told() -> tuple[Model, Evidence]:
    """One person chose English once and was answered once."""
    model = Model()
    model.choose(7, "en", "message/7/1")
    model.count(7, "动态", 3, "message/7/2/1")
    model.expect(ANSWER)
    evidence = Evidence(
        languages={7: "en"},
        audit=Counter([SAID]),
        inbox={1: "done"},
        facts=Counter([REPORTED]),
        untrue=0,
        repeats={},
        unknown=0,
        confirmed=[1],
        waiting=[],
        calls=[Call(1, ANSWER)],
    )
    return model, evidence


def test_the_oracle_accepts_what_is_right() -> None:
    assert judge(*told()).wrong == ()


def test_a_second_answer_after_a_death_is_counted_and_not_wrong() -> None:
    model, evidence = told()
    verdict = judge(model, dataclasses.replace(evidence, calls=[Call(1, ANSWER), Call(2, ANSWER)]))
    assert (verdict.duplicates, verdict.wrong) == (1, ())


@pytest.mark.parametrize(
    "forged",
    [
        {"audit": Counter[object]()},
        {"audit": Counter([SAID, SAID])},
        {"audit": Counter([(7, "en", "en", "message/7/1")])},
        {"audit": Counter([(7, "zh_CN", "en", "message/7/2")])},
        {"facts": Counter[object]()},
        {"facts": Counter([REPORTED, REPORTED])},
        {"facts": Counter([("message/7/2/1", 2)])},
        {"untrue": 1},
        {"languages": {7: "zh_CN"}},
        {"languages": {}},
        {"inbox": {}},
        {"inbox": {1: "new"}},
        {"inbox": {1: "dead"}},
        {"waiting": [2]},
        {"calls": []},
        {"calls": [Call(1, ANSWER), Call(1, ANSWER)]},
        {"calls": [Call(1, ANSWER), Call(1, (7, "text", "没看懂这句话。"))]},
    ],
    ids=str,
)
def test_the_oracle_finds_one_forged_fact(forged: dict[str, object]) -> None:
    model, evidence = told()
    assert judge(model, dataclasses.replace(evidence, **forged)).wrong  # type: ignore[arg-type]
