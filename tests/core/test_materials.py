import datetime as dtm

import pytest

from services.core.materials import Material, draft_of

SENT_AT = dtm.datetime(2024, 3, 1, 2, tzinfo=dtm.UTC)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("春耕备耕\nhttps://mp.weixin.qq.com/s/abc", "春耕备耕"),
        ("https://mp.weixin.qq.com/s/abc", ""),
        # What looks like an address and is none stood as the title: 《mp.weixin.qq.com/s/abc》.
        ("mp.weixin.qq.com/s/abc", ""),
        ("http://localhost/s/abc", ""),
        ("春耕备耕 http://a@b.cn/x", "春耕备耕"),
        ("http://a.cn/x 春耕 http://localhost/z", "春耕"),
    ],
)
def test_an_address_is_no_title(text, title):
    assert draft_of(Material(text, "频道", SENT_AT), "message/1", dtm.UTC).title == title
