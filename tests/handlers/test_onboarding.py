from dataclasses import replace
from itertools import product

import pytest

from handlers import onboarding, registry
from handlers.kit.incoming import Nobody
from handlers.kit.routing import match
from models.enums import Language, Role
from services import sql
from services.core.access import Binding, NotBound, NothingFounded, NotPermitted
from services.core.codes import seal
from services.core.errors import UserError
from services.membership import members
from services.membership.guessing import CodeUseless
from tests.builders import a_reporter, an_actor, an_administrator, an_organisation, dingnan, emeishan
from tests.handlers.talk import CATALOGUE, Talk, words

LANGUAGES = list(CATALOGUE.languages.values())


@pytest.fixture
async def county(database):
    return await emeishan()


def examples(answer):
    """The lines of a help that are meant to be sent as they stand."""
    return [piece.split("</code>")[0] for piece in answer.text.split("<code>")[1:]]


def test_every_command_has_its_texts():
    names = [spec.name for spec in registry.commands()]
    assert len(names) == len(set(names))
    for texts in LANGUAGES:
        for name in names:
            assert len(texts(f"command.{name}")) <= 256
        for spec in (spec for family in registry.FAMILIES[:-1] for spec in family.commands):
            assert texts.has(f"help.{spec.name}")
            assert texts.has(f"help.{spec.name}.arguments")


def test_no_two_commands_share_a_word_and_every_name_is_unique():
    words_of = [word for spec in registry.commands() for word in spec.words]
    assert len(words_of) == len(set(words_of))
    assert all(word == word.casefold() for word in words_of)
    for specs in (registry.actions(), registry.steps()):
        names = [spec.name for spec in specs]
        assert len(names) == len(set(names))


async def test_a_reporter_is_greeted_with_their_unit(county):
    organisation_id, units, _ = county
    (answer,) = await Talk(a_reporter(organisation_id, units["市司法局"])).say("/start")
    assert words(answer) == [
        "王芳，您好！",
        "您已登记：峨眉山市 市司法局。",
        "",
        "发“进度”看还差几条，办好了发“报送”，发“帮助”看能办什么。",
    ]


@pytest.mark.parametrize(
    ("text", "refusal"), [("/start", onboarding.NotInvited), (f"/start {seal('abc_DEF-1')}", CodeUseless)]
)
async def test_a_stranger_is_told_whom_to_ask_and_is_not_written_down(county, text, refusal):
    with pytest.raises(refusal) as refused:
        await Talk(an_actor()).say(text)
    said = CATALOGUE.texts("zh_CN")(refused.value.key, **refused.value.params).splitlines()
    assert said[0].startswith("您好！")
    assert "请向本地政务公开办要一个" in said[1]
    assert said[2:] == ([f"您的 Telegram 编号：{an_actor().telegram_id}"] if text == "/start" else [])
    assert await sql.fetch("SELECT id FROM member") == []


@pytest.mark.parametrize("text", ["帮助", "进度", "进度 公安局"])
async def test_whoever_may_found_is_told_to_found_first(county, text):
    office = replace(an_actor(), administers_deployment=True)
    with pytest.raises(NothingFounded):
        await Talk(office).say(text)


async def test_in_a_group_nobodys_id_is_shown(county):
    with pytest.raises(NotBound) as refused:
        await Talk(an_actor(), in_group=True).say("/start")
    assert refused.value.params == {}


async def test_an_office_worker_is_greeted_with_the_office(county):
    organisation_id, _, _ = county
    (answer,) = await Talk(an_administrator(organisation_id)).say("/start")
    assert "您已登记：峨眉山市（政务公开办）。" in words(answer)


async def test_help_shows_a_reporter_their_own_lines(county):
    organisation_id, units, _ = county
    (answer,) = await Talk(a_reporter(organisation_id, units["市司法局"])).say("帮助")
    assert words(answer)[:6] == [
        "您在这里可以：",
        "",
        "进度：看还差几条、本月和全年进度。",
        "进度",
        "进度 上月",
        "进度 全年",
    ]
    assert words(answer)[-1] == "在群里也能问：用 / 开头，或先@我。"
    commands = [line.partition("：")[0] for line in words(answer) if "：" in line]
    assert {"报送", "语言", "我的资料", "注销"} <= set(commands)
    assert not {"邀请", "人员", "导入"} & set(commands)


async def test_help_shows_the_office_how_to_name_a_unit_of_theirs(county):
    organisation_id, _, _ = county
    (answer,) = await Talk(an_administrator(organisation_id)).say("/help")
    assert "进度 市司法局" in examples(answer)
    assert "看全部单位的进度" in answer.text


async def test_help_shows_a_stranger_no_progress(county):
    (answer,) = await Talk(an_actor()).say("help")
    assert "进度" not in words(answer)
    assert "您还没有登记到任何单位，请联系本地政务公开办。" in words(answer)


async def test_help_writes_of_a_category_that_the_office_has(county):
    organisation_id, units = await dingnan()
    (answer,) = await Talk(a_reporter(organisation_id, next(iter(units.values())))).say("/help 报送")
    assert "报送 政务信息 3 上月" in words(answer)
    (answer,) = await Talk(a_reporter(county[0], county[1]["市司法局"])).say("/help 报送")
    assert "报送 动态 3 上月" in words(answer)


async def test_help_explains_the_command_after_its_word(county):
    talk = Talk(a_reporter(county[0], county[1]["市司法局"]))
    for text in ("帮助 请假", "帮助请假", "help away", "帮助：/away"):
        (answer,) = await talk.write(text)
        assert "请假 3月1日至3月5日" in words(answer)
    for text in ("帮助群众办事", "帮助 催办", "帮助"):
        answers = await talk.write(text)
        assert not any("请假 3月1日至3月5日" in words(answer) for answer in answers)


async def test_help_in_another_offices_group_shows_nothing_of_ones_own(county):
    organisation_id, units, _ = county
    elsewhere = await an_organisation("定南县")
    talk = Talk(a_reporter(organisation_id, units["市司法局"]), in_group=True, organisation_id=elsewhere)
    (answer,) = await talk.say("/help")
    assert examples(answer) == ["/lang"]


async def test_help_is_short_for_the_office_and_explains_a_command_when_asked(county):
    organisation_id, _, _ = county
    talk = Talk(an_administrator(organisation_id))
    (answer,) = await talk.say("帮助")
    assert len(words(answer)) <= 48
    assert "导入：任务表或月报表" in words(answer)
    for asked in ("/help 导入", "/help import", "/help /import"):
        (explained,) = await talk.say(asked)
        assert words(explained)[0].startswith("导入：把表格作为文件发来")
        assert examples(explained) == ["导入", "导入 2025"]
    (whole,) = await talk.say("/help 天气")
    assert words(whole) == words(answer)


async def heard(talk, line):
    """Tell whether a line is answered: also by what is missing, never by a refusal."""
    try:
        return bool(await talk.say(line))
    except UserError as answer:
        return not isinstance(answer, NotPermitted | NotBound)


async def test_every_line_of_the_help_works_as_it_stands(county):
    organisation_id, units, _ = county
    await members.remember(an_actor().telegram_id)
    for role, in_group, language in product([*Role, None], [False, True], Language):
        unit_id = units["市司法局"] if role is Role.REPORTER else None
        bindings = (Binding(organisation_id, unit_id, role),) if role else ()
        here = organisation_id if in_group else None
        talk = Talk(an_actor(*bindings, language=language), in_group=in_group, organisation_id=here)
        (answer,) = await talk.say("/help")
        assert len(examples(answer)) >= (4 if role else 1)
        for line in examples(answer):
            assert await heard(talk, line)
            assert line.startswith("/") or not in_group


async def test_help_leaves_out_a_unit_where_there_is_none(database):
    organisation_id = await an_organisation()
    (answer,) = await Talk(an_administrator(organisation_id)).say("帮助")
    assert [line for line in examples(answer) if line.startswith("进度")] == [
        "进度",
        "进度 上月",
        "进度 全年",
    ]


async def test_what_was_not_understood_is_answered_in_two_lines(county):
    organisation_id, units, _ = county
    talk = Talk(a_reporter(organisation_id, units["市司法局"]))
    (answer,) = await onboarding.not_understood(talk.context("今天天气真好"))
    assert words(answer) == ["抱歉，没看懂这句话。", "发“进度”看还差几条，发“帮助”看能办什么。"]
    group = Talk(a_reporter(organisation_id, units["市司法局"]), in_group=True)
    (answer,) = await onboarding.not_understood(group.context("今天天气真好"))
    assert words(answer)[1] == "在群里发 /progress 看还差几条，发 /help 看能办什么。"
    (answer,) = await onboarding.not_understood(Talk(an_actor()).context("在吗"))
    assert words(answer)[0] == "您还没有登记到任何单位，请向本地政务公开办要一个邀请链接。"


@pytest.mark.parametrize(("text", "answers"), [("/weather", 0), ("/rank@duban_bot", 1), ("天气", 1)])
async def test_another_bots_command_is_met_with_silence_in_a_group(county, text, answers):
    organisation_id, units, _ = county
    reporter = a_reporter(organisation_id, units["市司法局"])
    group = Talk(reporter, in_group=True, organisation_id=organisation_id)
    assert len(await onboarding.not_understood(group.context(text))) == answers
    assert len(await onboarding.not_understood(Talk(reporter).context(text))) == 1


async def test_an_album_is_thanked_for_once(county):
    organisation_id, units, _ = county
    talk = Talk(a_reporter(organisation_id, units["市司法局"]))

    async def send(album_id):
        context = talk.context()
        context.arrival.incoming = replace(context.incoming, has_attachment=True, album_id=album_id)
        return await onboarding.not_understood(context)

    (thanked,) = await send("a")
    assert words(thanked)[0] == "语音、视频和表情我还看不懂。请直接打字；作佐证的，请发图片或文件。"
    assert [len(await send(album)) for album in ("a", "a", "b", "", "")] == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("texts", LANGUAGES, ids=lambda texts: texts.language)
@pytest.mark.parametrize("nobody", list(Nobody))
def test_a_hint_is_given_only_where_silence_would_puzzle(nobody, texts):
    answers = onboarding.hint(texts, nobody)
    assert len(answers) == (nobody in {Nobody.FORWARDED, Nobody.ANONYMOUS})
    assert all(len(words(answer)) == 2 for answer in answers)


async def test_a_name_is_greeted_as_it_is_written(county):
    organisation_id, units, _ = county
    await sql.execute("UPDATE unit SET name = $1 WHERE id = $2", "<b>$\\foo$", units["市司法局"])
    (answer,) = await Talk(a_reporter(organisation_id, units["市司法局"])).say("/start")
    assert words(answer)[1] == "您已登记：峨眉山市 <b>$\\foo$。"


def test_words_alone_are_not_taken_from_sentences():
    spoken = ["帮助他们一下", "我想看进度", "start", "progressive ideas", "languages"]
    assert [
        text for text in spoken if any(match(spec, text) is not None for spec in registry.commands())
    ] == []


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("进度？", "progress", ""),
        ("进度！！", "progress", ""),
        ("进度 市司法局。", "progress", "市司法局"),
        ("/进度 上月", "progress", "上月"),
        ("progress last month", "progress", "last month"),
        ("lang zh", "lang", "zh"),
        ("帮助。", "help", ""),
        ("/帮助", "help", ""),
    ],
)
def test_a_command_is_heard_however_it_is_punctuated(text, name, rest):
    heard = {spec.name: match(spec, text) for spec in registry.commands()}
    assert {each: said for each, said in heard.items() if said is not None} == {name: rest}


@pytest.mark.parametrize(
    "text", ["动态 3", "今天发了动态三条", "市司法局 报送 动态 3", "https://mp.weixin.qq.com/s/a"]
)
async def test_who_seems_to_report_is_told_how(county, text):
    organisation_id, units, _ = county
    (told,) = await onboarding.not_understood(
        Talk(a_reporter(organisation_id, units["市司法局"])).context(text)
    )
    assert words(told)[1] == "要报送，请以“报送”开头，例如“报送 动态 3”。"
