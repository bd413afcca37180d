import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.links import Link
from services.core.reporting import Add, LinksConflict, MonthNeeded
from tests.core.reported import read, written


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("动态 https://a.cn/1 标题", "动态@a.cn/1《标题》"),
        ("标题 https://a.cn/1 动态", "动态@a.cn/1《标题》"),
        ("标题 动态 https://a.cn/1", "动态@a.cn/1《标题》"),
        ("https://a.cn/1 动态 标题", "动态@a.cn/1《标题》"),
        ("https://a.cn/1 标题 动态", "动态@a.cn/1《标题》"),
        ("动态 标题 https://a.cn/1", "动态@a.cn/1《标题》"),
        ("动态：https://a.cn/1，标题", "动态@a.cn/1《标题》"),
        ("动态 《标题》 https://a.cn/1", "动态@a.cn/1《标题》"),
        ("动态 标题：春耕 链接：https://a.cn/1", "动态@a.cn/1《春耕》"),
        ("动态 见https://a.cn/1。", "动态@a.cn/1"),
        ("动态https://a.cn/1", "动态@a.cn/1"),
        ("动态 https://a.cn/1 2024年2月召开会议3次", "动态@a.cn/1《2024年2月召开会议3次》"),
        ("https://a.cn/1", "?@a.cn/1"),
        ("https://a.cn/1 2024年工作总结", "?@a.cn/1《2024年工作总结》"),
        ("动态 https://a.cn/1 法定", "动态|法定@a.cn/1"),
        ("五公开 https://a.cn/1", "决策|执行|管理|服务|结果@a.cn/1"),
        # month, number, unit
        ("上月 动态 https://a.cn/1", "2024-02 动态@a.cn/1"),
        ("上月动态 https://a.cn/1 标题", "2024-02 动态@a.cn/1《标题》"),
        ("动态 https://a.cn/1 标题 2月", "2024-02 动态@a.cn/1《标题》"),
        ("2月\n动态 https://a.cn/1", "2024-02 动态@a.cn/1"),
        ("动态 1条 https://a.cn/1", "动态@a.cn/1"),
        ("动态2条：https://a.cn/1 https://a.cn/2", "动态@a.cn/1 动态@a.cn/2"),
        ("市司法局 动态 https://a.cn/1 标题", "[市司法局] 动态@a.cn/1《标题》"),
        ("市司法局\n动态 https://a.cn/1 标题", "[市司法局] 动态@a.cn/1《标题》"),
        ("市司法局\n动态\nhttps://a.cn/1", "[市司法局] 动态@a.cn/1"),
        ("县政府召开常务会 动态 https://a.cn/1", "动态@a.cn/1《县政府召开常务会》"),
        # several
        ("动态\nhttps://a.cn/1\nhttps://a.cn/2", "动态@a.cn/1 动态@a.cn/2"),
        ("动态：\nhttps://a.cn/1 甲\n乙 https://a.cn/2", "动态@a.cn/1《甲》 动态@a.cn/2《乙》"),
        ("动态 https://a.cn/1\nhttps://a.cn/2", "动态@a.cn/1 动态@a.cn/2"),
        ("动态 https://a.cn/1 https://a.cn/2", "动态@a.cn/1 动态@a.cn/2"),
        ("动态 甲 https://a.cn/1 乙 https://a.cn/2", "动态@a.cn/1《甲》 动态@a.cn/2《乙》"),
        ("动态\nhttps://a.cn/1\n法定\nhttps://a.cn/2", "动态@a.cn/1 法定@a.cn/2"),
        ("动态\n1. https://a.cn/1 甲\n2. https://a.cn/2 乙", "动态@a.cn/1《甲》 动态@a.cn/2《乙》"),
        ("动态\n1、甲 https://a.cn/1\n2、乙 https://a.cn/2", "动态@a.cn/1《甲》 动态@a.cn/2《乙》"),
        (
            "动态\n甲通知\nhttps://a.cn/1\n乙通知\nhttps://a.cn/2",
            "动态@a.cn/1《甲通知》 动态@a.cn/2《乙通知》",
        ),
        (
            "动态\nhttps://a.cn/1\n甲通知\nhttps://a.cn/2\n乙通知",
            "动态@a.cn/1《甲通知》 动态@a.cn/2《乙通知》",
        ),
        ("https://a.cn/1\nhttps://a.cn/2\n动态", "动态@a.cn/1 动态@a.cn/2"),
        ("动态 3条\nhttps://a.cn/1\nhttps://a.cn/2\nhttps://a.cn/3", "动态@a.cn/1 动态@a.cn/2 动态@a.cn/3"),
        ("动态 https://a.cn/1\n法定 2", "动态@a.cn/1 法定+2"),
        ("法定 2\n动态 https://a.cn/1", "法定+2 动态@a.cn/1"),
        ("动态\n法定\nhttps://a.cn/1", "动态… 法定@a.cn/1"),
        ("动态 https://a.cn/1\n法定", "动态@a.cn/1 法定…"),
        ("动态 https://a.cn/1\n另有若干未附链接", "动态@a.cn/1《另有若干未附链接》"),
        ("动态 https://a.cn/1 甲\n另有若干未附链接", "动态@a.cn/1《甲》 ?另有若干未附链接…"),
        # the same page twice
        ("动态 https://a.cn/1 https://A.cn:443/1/", "动态@a.cn/1"),
        ("动态 https://a.cn/1\n法定 https://a.cn/1", "动态@a.cn/1 法定@a.cn/1"),
    ],
)
def test_a_link_counts_for_the_category_beside_or_above_it(text, understood):
    assert written(read(text)) == understood


@pytest.mark.parametrize(
    ("text", "count", "links"),
    [
        ("动态 3条 https://a.cn/1", 3, 1),
        ("动态 3\nhttps://a.cn/1", 3, 1),
        ("动态 2条 https://a.cn/1 https://a.cn/1/", 2, 1),
        ("动态 =1 https://a.cn/1", 1, 1),
        ("动态 0\nhttps://a.cn/1", 0, 1),
    ],
)
def test_a_number_that_is_not_how_many_links_there_are_is_refused(text, count, links):
    with pytest.raises(LinksConflict) as refused:
        read(text)
    assert refused.value.params == {"category": "动态通知类", "count": count, "links": links}


def test_a_year_on_a_line_of_its_own_is_not_enough_beside_links_either():
    with pytest.raises(MonthNeeded):
        read("2024年\n动态 https://a.cn/1")


@given(
    st.lists(st.sampled_from(["动态", "法定", "决策"]), min_size=1, max_size=4),
    st.sampled_from(
        ["{category} https://a.cn/{at}", "{category}\nhttps://a.cn/{at}", "https://a.cn/{at} {category}"]
    ),
)
def test_every_link_is_kept_with_its_own_category(categories, shape):
    text = "\n".join(shape.format(category=each, at=at) for at, each in enumerate(categories))
    lines = read(text).lines
    assert [(line.text, line.amount) for line in lines] == [
        (each, Link(f"https://a.cn/{at}", f"https://a.cn/{at}")) for at, each in enumerate(categories)
    ]


@given(st.integers(1, 9), st.integers(0, 12))
def test_links_and_a_number_agree_or_are_refused(links, count):
    text = f"动态 {count}条\n" + "\n".join(f"https://a.cn/{at}" for at in range(links))
    if links == count:
        assert not any(isinstance(line.amount, Add) for line in read(text).lines)
        assert len(read(text).lines) == links
    else:
        with pytest.raises(LinksConflict):
            read(text)
