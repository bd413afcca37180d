import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.categories import CategoryIndex, CategoryName
from tests.core.reported import CATEGORIES, NAMES


def unread(_: str) -> list[list[str]]:
    """Read nothing aloud."""
    return []


def index(*names, division=""):
    numbered = enumerate(names, start=1)
    return CategoryIndex((CategoryName(at, name, division) for at, name in numbered), unread)


@pytest.mark.parametrize(
    ("texts", "category"),
    [
        (
            "动态通知类 动态 动态通知 通知 动态类 动态信息 动态信息类 dt dttz dttzl dongtai",
            "动态通知类",
        ),
        (
            "法定主动公开内容 法定 法定公开 法定主动公开 主动公开 法定内容 fd fdzdgknr fadingzhudong",
            "法定主动公开内容",
        ),
        ("决策公开 决策 决 jc jcgk juece ＪＣ", "决策公开"),
        ("公开日 公开日活动 活动 政务公开日 hd", "政务公开日活动信息"),
        ("新媒体 政务新媒体 xmt zwxmt xinmeiti", "政务新媒体"),
        ("热线 12345热线 热线办理 rx", "12345热线办理"),
        ("一件事 高效办成一件事 高效 高效办成", "高效办成一件事"),
    ],
)
def test_a_category_is_found_by_what_people_type(texts, category):
    for text in texts.split():
        assert [CATEGORIES.name_of(each) for each in CATEGORIES.find(text)] == [category], text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("五公开", 5),
        ("五公", 5),
        ("wgk", 5),
        ("wugongkai", 5),
        ("公开", 7),
        ("政务", 2),
        ("gk", 7),
        ("gongkai", 7),
        ("政", 2),
    ],
)
def test_what_fits_several_equally_gives_them_all_in_official_order(text, count):
    found = CATEGORIES.find(text)
    assert len(found) == count
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "动泰",
        "市司法局",
        "政务公开办",
        "d",
        "12345",
        "12",
        "一",
        "三",
        "五",
        "条",
        "件",
        "类",
        "态",
        "动态3",
        "ngta",
    ],
)
def test_what_fits_nothing_gives_nothing(text):
    assert CATEGORIES.find(text) == ()


def test_a_whole_name_comes_before_one_that_has_it_as_a_part():
    both = index("工作动态", "动态")
    assert both.find("动态") == (2,)
    assert both.find("工作") == (1,)


def test_a_part_of_two_names_is_never_decided_by_where_it_stands():
    assert index("动态信息", "工作动态").find("动态") == (1, 2)


def test_a_whole_name_comes_before_a_division_of_that_name():
    own = CategoryIndex([CategoryName(1, "公开", ""), CategoryName(2, "决策", "公开")], unread)
    assert own.find("公开") == (1,)
    assert not own.is_division("公开")
    assert CATEGORIES.is_division("五公开")


def test_a_name_with_numerals_is_known_before_numbers_are():
    assert CATEGORIES.awkward_end("动态 五公开3", 3) == 6
    assert CATEGORIES.awkward_end("12345热线办理3", 0) == 9
    assert CATEGORIES.awkward_end("912345热线办理", 1) is None
    assert CATEGORIES.awkward_end("动态通知类", 0) is None
    assert index("动态").awkward_end("动态", 0) is None


def test_of_awkward_names_the_longest_is_taken():
    assert index("一件事", "一件事办理").awkward_end("一件事办理3", 0) == 5


@given(st.sampled_from(NAMES))
def test_every_whole_name_is_found(named):
    name, _, _ = named
    assert [CATEGORIES.name_of(each) for each in CATEGORIES.find(name)] == [name]


@given(st.sampled_from(NAMES), st.data())
def test_every_part_of_two_signs_finds_its_name_among_others(named, data):
    name = named[0].removeprefix("12345")
    start = data.draw(st.integers(0, len(name) - 2))
    end = data.draw(st.integers(start + 2, len(name)))
    part = name[start:end]
    found = [CATEGORIES.name_of(each) for each in CATEGORIES.find(part)]
    assert named[0] in found or part == "一件"  # that is a number


@given(st.text(max_size=130))
def test_any_text_finds_categories_of_the_index(text):
    assert set(CATEGORIES.find(text)) <= set(range(1, len(NAMES) + 1))
