"""What clerks type, on the units of three real counties, in their offices' own order."""

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from services.office.name_forms import Spelling, initials, readings
from services.office.names import Ambiguous, Found, NameEntry, NameIndex, Unknown, search_key


def words(text: str) -> list[str]:
    return text.split()


EMEISHAN = words("""
    市司法局 市自然资源局 市卫生健康局 市教育局 市市场监管局 市综合行政执法局 市发改局 市民政局 市水务局
    市文体旅游局 市经信局 市住建局 峨眉山生态环境局 市审计局 市交通运输局 市农业农村局 市财政局 市公安局
    市应急管理局 市统计局 市人力资源社会保障局 市商务局 市公共资源交易中心 市信访局 市行政审批局 市税务局
    市气象局 市经济合作局 市医疗保障局 市退役军人局 市国资金融局 胜利街道 绥山镇 峨山街道 符溪镇 双福镇
    桂花桥镇 罗目镇 九里镇 高桥镇 大为镇 龙池镇 龙门乡 黄湾镇
""")
DINGNAN = words("""
    政府办公室 行政审批局 审计局 发改委 工信局 工业园区管委会 教科体局 公安局 交管大队 消防大队 民政局
    乡村振兴局 司法局 财政局 人社局 社保服务中心 医保分局 就业创业中心 自然资源局 住建局 城管局 交通运输局
    公路发展分中心 水利局 农业农村局 果茶服务中心 林业局 文广新旅局 卫生健康委 应急管理局 生态环境局
    融媒体中心 市场监管局 统计局 科创中心 商务局 金融服务中心 气象局 城市社区管委会 历市镇政府 老城镇政府
    岢美山镇政府 天九镇政府 龙塘镇政府 鹅公镇政府 岭北镇政府
""")
CANGXI = words("""
    陵江镇 元坝镇 龙山镇 东青镇 歧坪镇 东溪镇 文昌镇 云峰镇 白驿镇 漓江镇 月山乡 高坡镇 岳东镇 运山镇 石马镇
    白桥镇 亭子镇 八庙镇 禅林乡 五龙镇 永宁镇 鸳溪镇 白鹤乡 浙水乡 龙王镇 三川镇 唤马镇 石门乡 中土镇 桥溪乡
    河地乡 白山乡 彭店乡 黄猫乡 龙洞乡 雍河乡 新观乡 石灶乡 双河乡 县发改局 县经信局 县教科局 县公安局
    县民政局 县司法局 县财政局 县人社局 县自然资源局 县住建局 县交运局 县水利局 县农业农村局 县林业局
    县医保局 县卫生健康局 县审计局 县统计局 县扶贫开发局 县文化旅游体育局 苍溪生态环境局 县退役军人局
    县综合执法局 县应急局 县税务局 县红十字会 县行政审批局 县气象局 县残联 县市场监管局 县国资事务中心
    县商务经合局 县供销社
""")
COUNTIES = {"emeishan": EMEISHAN, "dingnan": DINGNAN, "cangxi": CANGXI}
UNRELATED = words("""
    你好 谢谢 收到 好的 在吗 早上好 晚安 辛苦了 请问 明天 昨天 上月 本月 今年 去年 下周 星期五 动态 报送
    进度 排名 催办 佐证 审核 得分 任务书 通报 导入 导出 帮助 撤回 开账 公开日 政策解读 调查征集 新媒体 微信
    微博 公众号 账号 链接 图片 照片 截图 附件 时间 表格 文件 材料 数字 三条 五条 多少 为什么 怎么报 还差几条
    完成了吗 下班 吃饭 天气 下雨 会议 通知 学习 放假 春节 国庆 调休 加班 手机 电脑 密码 登录 网址 转发 已读
    民宗局 粮食局 政法委 纪委 宣传部 组织部 人武部 妇联 团委 税务师 公积金 北京 上海 成都 武汉 第一小学
    第二中学 城南派出所 hello ok yes test report progress help start abc xyz qwerty 123 2024-02 202402 3条
    =5 https://example.com asdfghjkl thankyou
""")


def index_of(names: list[str]) -> NameIndex:
    return NameIndex.build(NameEntry(number, name, (), number) for number, name in enumerate(names))


INDEXES = {county: index_of(names) for county, names in COUNTIES.items()}
in_every_county = pytest.mark.parametrize("county", COUNTIES)


def answer(county: str, typed: str) -> str | list[str] | None:
    """The name found, the names in doubt, or None."""
    names = COUNTIES[county]
    match INDEXES[county].find(typed):
        case Found(unit_id):
            return names[unit_id]
        case Ambiguous(unit_ids):
            return [names[unit_id] for unit_id in unit_ids]
        case Unknown():
            return None


def nearest(county: str, typed: str) -> list[str]:
    found = INDEXES[county].find(typed)
    assert isinstance(found, Unknown)
    return [COUNTIES[county][unit_id] for unit_id in found.nearest]


# --- what the office promises ---


@pytest.mark.parametrize(
    "typed",
    [
        *words("市公安局 公安局 县公安局 本市公安局 公安 gaj sgaj ＧＡＪ gonganju gongnaju 市公按局 安公局"),
        *("峨眉山市公安局", " 市 公安局 ", "GongAn Ju", "乐山市峨眉山市公安局"),
    ],
)
def test_every_way_to_type_the_police_finds_the_police(typed):
    assert answer("emeishan", typed) == "市公安局"


@in_every_county
def test_every_full_name_finds_itself(county):
    for name in COUNTIES[county]:
        assert answer(county, name) == name


@in_every_county
def test_every_name_under_another_level_finds_itself(county):
    for name in COUNTIES[county]:
        bare = Spelling(name).bare
        levels = [
            "",
            "市",
            "县",
            "本县",
            *["定南县"][: len(bare) > 2],
        ]  # 残联 is too short for a place's name
        for typed in (level + bare for level in levels):
            assert answer(county, typed) == name, typed


SAID = [
    ("emeishan", "市卫生健康局", "卫健委 卫健局 市卫健委 卫生健康委员会 wjw wjj"),
    ("emeishan", "市市场监管局", "市监局 市场监管局 市场监督管理局 scjgj 市监"),
    ("emeishan", "市文体旅游局", "文旅局 文广旅局 文化和旅游局 wlj"),
    ("emeishan", "市发改局", "发改委 发展和改革局 发改 fgw fagaiwei"),
    ("emeishan", "市人力资源社会保障局", "人社局 rsj 人力资源和社会保障局 renshe"),
    ("emeishan", "市住建局", "住房和城乡建设局 住建 zjj 住建委"),
    ("emeishan", "市退役军人局", "退役军人事务局 退役军人 退役局"),
    ("emeishan", "市经信局", "工信局 经济和信息化局 经信"),
    ("emeishan", "市农业农村局", "农业局 农村局 nyncj"),
    ("emeishan", "市综合行政执法局", "城管局 执法局 综合执法局"),
    ("emeishan", "峨眉山生态环境局", "生态环境局 生态环境 环保局 sthjj shengtaihuanjing"),
    ("emeishan", "市国资金融局", "国资委 金融办 国资局"),
    ("emeishan", "绥山镇", "绥山 绥山镇人民政府 suishan 四川省峨眉山市绥山镇"),
    ("emeishan", "峨山街道", "峨山 峨山街道办事处 峨山镇 esjd"),
    ("emeishan", "桂花桥镇", "桂花 ghqz guihuaqiao"),
    ("dingnan", "政府办公室", "政府办 县府办 县政府办 人民政府办公室"),
    ("dingnan", "消防大队", "县消防救援大队 消防 xfdd"),
    ("dingnan", "老城镇政府", "县老城镇政府 老城镇 老城 老城镇人民政府 lcz"),
    ("dingnan", "医保分局", "医保局 医疗保障局 ybj"),
    ("dingnan", "融媒体中心", "县融媒体中心 融媒 融媒中心"),
    ("dingnan", "卫生健康委", "卫健委 卫健局 wjw"),
    ("dingnan", "乡村振兴局", "扶贫办 扶贫局"),
    ("dingnan", "社保服务中心", "社保局 社保中心 社保"),
    ("dingnan", "教科体局", "教育局 教体局 jktj"),
    ("dingnan", "公路发展分中心", "公路局 公路中心 公路分中心"),
    ("dingnan", "文广新旅局", "文旅局 文化旅游局"),
    ("cangxi", "县交运局", "交通局 交通运输局"),
    ("cangxi", "县扶贫开发局", "扶贫局 乡村振兴局"),
    ("cangxi", "县供销社", "供销社 供销合作社 gxs"),
]


@pytest.mark.parametrize(
    ("county", "name", "typed"),
    [(county, name, typed) for county, name, said in SAID for typed in words(said)],
)
def test_what_people_say_finds_the_unit(county, name, typed):
    assert answer(county, typed) == name


@pytest.mark.parametrize(
    ("county", "typed", "names"),
    [
        ("emeishan", "山", ["峨眉山生态环境局", "绥山镇", "峨山街道"]),
        ("emeishan", "sjj", ["市市场监管局", "市审计局"]),
        ("emeishan", "sf", ["市司法局", "双福镇"]),
        ("dingnan", "服务中心", ["社保服务中心", "果茶服务中心", "金融服务中心"]),
        ("dingnan", "金茶服务中心", ["果茶服务中心", "金融服务中心"]),
        ("cangxi", "石", ["石马镇", "石门乡", "石灶乡"]),
        ("cangxi", "jyj", ["县教科局", "县交运局"]),
        ("cangxi", "白镇", ["白驿镇", "白桥镇", "白鹤乡", "白山乡"]),
    ],
)
def test_a_tie_is_told_in_official_order(county, typed, names):
    assert answer(county, typed) == names


def test_the_official_order_is_the_position_and_not_the_number_or_the_order_given():
    index = NameIndex.build(
        [NameEntry(1, "绥山镇", (), 9), NameEntry(2, "峨山街道", (), 5), NameEntry(3, "高山乡", (), 7)]
    )
    assert index.find("山") == Ambiguous((2, 3, 1))


@pytest.mark.parametrize(
    ("county", "typed", "first"),
    [
        ("emeishan", "民宗局", "市民政局"),
        ("emeishan", "管理", "市应急管理局"),
        ("emeishan", "公女局", "市公安局"),
        ("dingnan", "新媒体", "融媒体中心"),
        ("dingnan", "城南社区管委会", "城市社区管委会"),
        ("cangxi", "双湖镇", "双河乡"),
    ],
)
def test_a_like_name_of_another_office_is_offered_and_not_taken(county, typed, first):
    offered = nearest(county, typed)
    assert offered[0] == first
    assert len(offered) == 3


def test_there_are_a_hundred_unrelated_words():
    assert len(set(UNRELATED)) >= 100


@in_every_county
@pytest.mark.parametrize("typed", UNRELATED)
def test_an_unrelated_word_is_unknown(county, typed):
    assert answer(county, typed) is None


@pytest.mark.parametrize("typed", ["", "  ", "，。！", "天" * 41, "公安局" * 4000])
def test_nothing_and_endless_text_are_near_to_nothing(typed):
    assert INDEXES["emeishan"].find(typed) == Unknown(())


@given(st.text(max_size=60))
def test_any_text_gets_an_answer_with_known_units(typed):
    match INDEXES["emeishan"].find(typed):
        case Found(unit_id):
            unit_ids: tuple[int, ...] = (unit_id,)
        case Ambiguous(unit_ids):
            assert len(unit_ids) > 1
            assert list(unit_ids) == sorted(set(unit_ids))
        case Unknown(unit_ids):
            assert len(unit_ids) in (0, 3)
    assert set(unit_ids) <= set(range(len(EMEISHAN)))


def test_an_organisation_without_units_knows_nobody():
    assert NameIndex.build([]).find("公安局") == Unknown(())


# --- which evidence wins ---


def entries(*units: tuple[str, ...]) -> NameIndex:
    return NameIndex.build(
        NameEntry(number, name, tuple(aliases), number) for number, (name, *aliases) in enumerate(units)
    )


@pytest.mark.parametrize(
    ("units", "typed", "winner"),
    [
        ([("市水务局", "市水利局"), ("市水利局",)], "市水利局", 1),  # exact before alias
        ([("市水利局",), ("水务集团", "水利局")], "水利局", 1),  # alias before a name without its level
        ([("县水利中心",), ("县水利局",)], "水利局", 1),  # the same ending before another
        ([("县水利服务中心",), ("县水利局",)], "水利", 1),  # whole before part
        ([("县卫生局",), ("县卫健局",)], "卫生局", 0),  # the very word before what it became
        ([("县公安局",), ("县工安局",)], "工安局", 1),  # characters before their sound
        ([("gaj",), ("县公安局",)], "gaj", 0),  # a name in letters before initials
        ([("城区自然资源局",), ("自然资源局",)], "市自然资源局", 1),  # without a place before with one
    ],
)
def test_the_better_evidence_wins(units, typed, winner):
    assert entries(*units).find(typed) == Found(winner)


@pytest.mark.parametrize("typed", ["蓝天办", "县蓝天办", "ltb", "lantianban", "蓝田办"])
def test_an_alias_is_found_like_a_name(typed):
    assert entries(("县公安局",), ("县大气污染防治中心", "蓝天办")).find(typed) == Found(1)


def test_two_levels_of_one_office_are_a_tie_without_the_level():
    index = entries(("市公安局",), ("县公安局",))
    assert index.find("县公安局") == Found(1)
    assert index.find("公安局") == index.find("gaj") == index.find("区公安局") == Ambiguous((0, 1))


def test_numbers_and_directions_tell_offices_apart():
    index = entries(("城东社区管委会",), ("第一实验小学",))
    assert isinstance(index.find("城西社区管委会"), Unknown)
    assert isinstance(index.find("第二实验小学"), Unknown)


@pytest.mark.parametrize("typed", ["长安镇", "县长安镇", "changan", "caz", "chonggulu", "重谷路", "ccj"])
def test_characters_with_several_readings_are_found_by_each(typed):
    index = entries(("长安镇",), ("重谷路街道",), ("长城局",))
    assert isinstance(index.find(typed), Found)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("市公安局", "公安局 gonganju gaj"),
        ("长安镇", "长安镇 changanzhen caz"),
        ("市市场监管局", "市场监管局 shichangjianguanju scjgj"),
    ],
)
def test_the_search_key_has_name_sound_and_initials(name, key):
    assert search_key(name) == key


# --- slips of the hand, all of them ---

COMMON = [bytes(code).decode("gb2312") for code in itertools.product(range(0xB0, 0xD7), range(0xA1, 0xFF))]
SOUND = {sign: lazy_pinyin(sign)[0] for sign in COMMON}
SAME_SOUND: dict[str, list[str]] = defaultdict(list)
for _sign, _sound in SOUND.items():
    SAME_SOUND[_sound].append(_sign)


def homophones(name: str) -> Iterator[str]:
    for at, sign in enumerate(name):
        others = [other for other in SAME_SOUND[SOUND.get(sign, "")] if other != sign]
        yield from (name[:at] + other + name[at + 1 :] for other in others[:4])


def exchanged(name: str) -> Iterator[str]:
    for at in range(len(name) - 1):
        yield name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def dropped(name: str) -> Iterator[str]:
    bare = Spelling(name).bare
    yield from (bare[:at] + bare[at + 1 :] for at in range(len(bare)))


def random_signs(name: str) -> Iterator[str]:
    chance = random.Random(name)
    for at in range(len(name)):
        yield from (name[:at] + chance.choice(COMMON) + name[at + 1 :] for _ in range(2))


def first_letters(name: str) -> Iterator[str]:
    yield initials(next(readings(name)))
    yield initials(next(readings(Spelling(name).bare)))


def slipped_letters(name: str) -> Iterator[str]:
    sound = "".join(next(readings(Spelling(name).bare)))
    beside = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqewrytuipsafdghgkjxzvcbmn", strict=True))
    for at, letter in enumerate(sound):
        yield sound[:at] + beside[letter] + sound[at + 1 :]
        yield sound[:at] + sound[at + 1 :]


def outcomes(county: str, slips) -> tuple[Counter[str], list[tuple[str, str]]]:
    """How often a slip finds its unit, ties with it, offers or loses it; and what it wrongly finds."""
    names, index = COUNTIES[county], INDEXES[county]
    counts: Counter[str] = Counter()
    wrong = []
    for unit_id, name in enumerate(names):
        for typed in slips(name):
            if typed in names:  # no slip any more but another unit
                continue
            match index.find(typed):
                case Found(found):
                    counts["found" if found == unit_id else "wrong"] += 1
                    if found != unit_id:
                        wrong.append((typed, names[found]))
                case Ambiguous(unit_ids):
                    counts["tied" if unit_id in unit_ids else "wrong"] += 1
                case Unknown(unit_ids):
                    counts["offered" if unit_id in unit_ids else "lost"] += 1
    return counts, wrong


# Slips that make what another unit is rightly called.
ANOTHER = {
    ("县水务局", "县水利局"),
    ("jiaoyuju", "县教科局"),
    ("huangmaxiang", "唤马镇"),
    ("canlin", "禅林乡"),
}


@in_every_county
@pytest.mark.parametrize(
    ("slips", "least"), [(homophones, 1), (exchanged, 1), (first_letters, 1), (slipped_letters, 0.98)]
)
def test_a_slip_still_finds_or_ties(county, slips, least):
    counts, wrong = outcomes(county, slips)
    assert set(wrong) <= ANOTHER
    assert counts["lost"] == 0
    assert counts["found"] + counts["tied"] >= least * (counts.total() - len(wrong))


@in_every_county
def test_a_missing_character_is_never_lost(county):
    counts, wrong = outcomes(county, dropped)
    assert set(wrong) <= ANOTHER
    assert counts["lost"] == 0


@in_every_county
def test_a_foreign_character_almost_never_leads_to_another_unit(county):
    counts, _ = outcomes(county, random_signs)
    assert counts["wrong"] <= 0.005 * counts.total()
    assert counts["lost"] <= 0.1 * counts.total()
