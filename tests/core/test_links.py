import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.links import (
    MAX_ADDRESS,
    MAX_TITLE,
    Link,
    LinkUnclear,
    is_of_links,
    page_key,
    split_links,
    title_of,
)
from services.core.text import clean

WEIXIN = "https://mp.weixin.qq.com"


def addresses(text):
    return [piece.address for piece in split_links(clean(text)) if isinstance(piece, Link)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("见https://a.cn/x。", "https://a.cn/x"),
        ("链接：http://a.cn/x，谢谢", "http://a.cn/x"),
        ("https://a.cn谢谢", "https://a.cn"),
        ("https://a.cn/x谢谢", "https://a.cn/x"),
        ("（https://a.cn/x）", "https://a.cn/x"),
        ("“https://a.cn/x”", "https://a.cn/x"),
        ("《通知》https://a.cn/x《附件》", "https://a.cn/x"),
        ("【https://a.cn/x】", "https://a.cn/x"),
        ("<https://a.cn/x>", "https://a.cn/x"),
        ("https://a.cn/x.", "https://a.cn/x"),
        ("https://a.cn/x！", "https://a.cn/x"),
        ("https://a.cn/x?id=1？", "https://a.cn/x?id=1"),
        ("https://a.cn/x_(1)", "https://a.cn/x_(1)"),
        ("(https://a.cn/x_(1))", "https://a.cn/x_(1)"),
        ("https://a.cn/专栏/1.html 标题", "https://a.cn/专栏/1.html"),
        ("https://a.cn/标题", "https://a.cn/"),
        ("http://政务.cn/x", "http://政务.cn/x"),
        ("http://定南.政务/x", "http://定南.政务/x"),
        ("ＨＴＴＰＳ：／／ａ．ｃｎ／ｘ", "HTTPS://a.cn/x"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
    ],
)
def test_a_link_is_found_between_chinese_signs(text, found):
    assert addresses(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "http://a.cn/1，http://b.cn/2",
        "http://a.cn/1;http://b.cn/2",
        "http://a.cn/1和http://b.cn/2",
        "http://a.cn/1\nhttp://b.cn/2",
    ],
)
def test_several_links_are_several(text):
    assert addresses(text) == ["http://a.cn/1", "http://b.cn/2"]


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("https://a.cn/1", True),
        ("见https://a.cn/1", False),
        (" https://a.cn/1\nhttps://b.cn/2 ", True),
        ("https://a.cn/1,https://b.cn/2。", True),
        ("www.a.cn", True),
        ("ftp://a.cn/1", True),
        ("动态 https://a.cn/1", False),
        ("https://a.cn/1 3", False),
        ("", False),
        ("。", False),
    ],
)
def test_a_text_is_of_links_where_nothing_else_is_said(text, is_so):
    assert is_of_links(text) is is_so


def test_an_address_inside_an_address_is_part_of_it():
    assert addresses("https://a.cn/?to=https://b.cn/x") == ["https://a.cn/?to=https://b.cn/x"]


def test_what_stands_around_links_is_kept_in_order():
    assert split_links("见http://a.cn/1。又见http://b.cn 谢谢") == (
        *("见", Link("http://a.cn/1", "https://a.cn/1")),
        *("。又见", Link("http://b.cn", "https://b.cn"), " 谢谢"),
    )


@pytest.mark.parametrize(
    "text", ["动态 3", "3.5", "a.b", "gov.cn", "2024-02", "1/2", "http", "https:", "", "第3.1节"]
)
def test_what_is_no_address_is_left_alone(text):
    assert split_links(text) == ((text,) if text else ())


@pytest.mark.parametrize(
    "text",
    [
        *[
            "http://gov.cn@evil.com/x",
            "http://gov.cn:80@evil.com",
            "https://user:secret@a.cn/x",
            "http://@a.cn",
        ],
        *["ftp://a.cn/x", "file:///etc/passwd", "tg://resolve?domain=x", "javascript://a.cn/%0aalert(1)"],
        *[
            "http://",
            "https:///x",
            "http://localhost/x",
            "http://a/x",
            "http://.cn",
            "http://a..cn/x",
            "http://-a.cn/x",
        ],
        *[
            "http://a.cn:99999/x",
            "http://a.cn:8o80/x",
            "http://1.2.3/x",
            "http://1.2.3.999/x",
            "http://2130706433/x",
        ],
        *[
            "http://0x7f.1/x",
            "http://[::1/x",
            "http://[nonsense]/x",
            "www.a.cn/x",
            "a.gov.cn/x",
            "mp.weixin.qq.com/s/ab",
        ],
        f"http://a.cn/{'x' * MAX_ADDRESS}",
    ],
)
def test_what_looks_like_an_address_and_leads_nowhere_is_named(text):
    with pytest.raises(LinkUnclear) as refused:
        split_links(f"动态 {text}")
    told = str(refused.value.params["text"])
    assert told[:8] == text[:8]
    assert len(told) <= 80


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.cn/x", "https://a.cn/x"),
        ("https://A.CN/x", "https://a.cn/x"),
        ("https://a.cn./x", "https://a.cn/x"),
        ("https://a.cn:443/x", "https://a.cn/x"),
        ("http://a.cn:80/x", "https://a.cn/x"),
        ("https://a.cn/", "https://a.cn"),
        ("https://a.cn/x/", "https://a.cn/x"),
        ("https://a.cn/x?", "https://a.cn/x"),
        ("https://a.cn/x#top", "https://a.cn/x"),
        ("https://a.cn/x#", "https://a.cn/x"),
        ("https://a.cn/y/../x/./", "https://a.cn/x"),
        ("https://a.cn/x?b=2&a=1", "https://a.cn/x?a=1&b=2"),
        ("https://a.cn/x?a=1&&", "https://a.cn/x?a=1"),
        ("https://a.cn/x?a=1&utm_source=weixin&utm_medium=app", "https://a.cn/x?a=1"),
        ("https://a.cn/x?spm=0.1.2&from=timeline&isappinstalled=0", "https://a.cn/x"),
        ("https://a.cn/%e6%94%bf", "https://a.cn/%E6%94%BF"),
        ("https://a.cn/政", "https://a.cn/%E6%94%BF"),
        ("https://a.cn/%7Ex/%41", "https://a.cn/~x/A"),
        ("https://a.cn/x;jsessionid=12AB", "https://a.cn/x"),
        ("http://政务.cn/x", "http://xn--zfr164b.cn/x"),
        ("http://[2001:DB8:0::1]/x", "http://[2001:db8::1]/x"),
        (f"{WEIXIN}/s/Ab_1?scene=1&from=groupmessage#rd", f"{WEIXIN}/s/Ab_1"),
        (
            f"{WEIXIN}/s?__biz=MzA5&mid=265&idx=1&sn=ab&chksm=f1&scene=21&key=x#wechat_redirect",
            "http://mp.weixin.qq.com/s?sn=ab&idx=1&mid=265&__biz=MzA5",
        ),
        (f"{WEIXIN}/s?__biz=MzA%3D%3D&mid=2&idx=1", f"{WEIXIN}/s?__biz=MzA==&mid=2&idx=1"),
    ],
)
def test_addresses_of_one_page_share_a_key(one, other):
    assert page_key(one) == page_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.cn/x", "https://a.cn/X"),
        ("https://a.cn/x", "https://b.cn/x"),
        ("https://www.a.cn/x", "https://m.a.cn/x"),
        ("https://www.a.cn/x", "https://a.cn/x"),
        ("https://a.cn/x", "https://a.cn:8080/x"),
        ("https://a.cn/x?id=1", "https://a.cn/x?id=2"),
        ("https://a.cn/x?id=1&id=2", "https://a.cn/x?id=2&id=1"),
        ("https://a.cn/x?from=20", "https://a.cn/x?from=40"),
        ("https://a.cn/x?scene=1", "https://a.cn/x?scene=2"),
        ("https://a.cn/#/news/1", "https://a.cn/#/news/2"),
        ("https://a.cn/#!/news/1", "https://a.cn/"),
        ("https://a.cn/a%2Fb", "https://a.cn/a/b"),
        ("https://a.cn/?q=a%26b", "https://a.cn/?q=a&b"),
        ("https://a.cn/?q=a%2Bb", "https://a.cn/?q=a+b"),
        (f"{WEIXIN}/s/Ab_1", f"{WEIXIN}/s/aB_1"),
        (f"{WEIXIN}/s?__biz=M&mid=265&idx=1&sn=ab", f"{WEIXIN}/s?__biz=M&mid=265&idx=2&sn=cd"),
    ],
)
def test_what_may_be_two_pages_has_two_keys(one, other):
    assert page_key(one) != page_key(other)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("《关于春耕的通知》", "关于春耕的通知"),
        (" ,《通知》。", "通知"),
        ("《甲》和《乙》", "《甲》和《乙》"),
        ("县政府《通知》", "县政府《通知》"),
        ("两  行\n标题", "两 行 标题"),
        ("—— 标题 ——", "标题"),
        ("“标题”", "标题"),
        ("《》", ""),
        ("。", ""),
        ("长" * 300, "长" * MAX_TITLE),
    ],
)
def test_a_title_is_unwrapped(text, title):
    assert title_of(text) == title


HOSTS = st.sampled_from(
    ["a.cn", "WWW.A.gov.cn", "政务.cn", "mp.weixin.qq.com", "1.2.3.4", "[::1]", "a.cn:8080", "xn--zfr164b.cn"]
)
PIECES = st.text(st.sampled_from(string.printable[:94] + "政府％"), max_size=20)


@given(st.sampled_from(["http", "https", "HTTP"]), HOSTS, PIECES, PIECES, PIECES)
def test_the_key_of_a_key_is_itself(scheme, host, path, query, route):
    address = f"{scheme}://{host}/{path}?{query}#{route}"
    with contextlib.suppress(LinkUnclear):
        key = page_key(address)
        assert page_key(key) == key
        assert key.isascii()
        assert " " not in key


@given(
    HOSTS,
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), unique_by=lambda each: each[0]),
    st.randoms(),
)
def test_the_order_of_parameters_says_nothing(host, parameters, chance):
    shuffled = list(parameters)
    chance.shuffle(shuffled)
    one, other = ("&".join(f"{name}={value}" for name, value in each) for each in (parameters, shuffled))
    assert page_key(f"https://{host}/x?{one}") == page_key(f"https://{host}/x?{other}")


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["http://", "a.cn", "/", "见", "，", "。", "@", " ", "x", "www."])).map(
        "".join
    )
)
def test_any_text_is_taken_apart_without_loss_or_refused(text):
    cleaned = clean(text)
    with contextlib.suppress(LinkUnclear):
        pieces = split_links(cleaned)
        assert "".join(piece.address if isinstance(piece, Link) else piece for piece in pieces) == cleaned
        assert all(page_key(piece.address) == piece.key for piece in pieces if isinstance(piece, Link))
