"""The words for platforms, as people and sheets write them: 政务微博, 公众号, 抖音, APP."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from models.enums import Platform
from services.core.text import clean, fold

PRINTED_ORDER = (
    Platform.WEIBO,
    Platform.WECHAT,
    Platform.DOUYIN,
    Platform.KUAISHOU,
    Platform.TOUTIAO,
    Platform.APP,
    Platform.WEBSITE,
    Platform.OTHER,
)
"""The order in which offices list platforms in their bulletins: 政务微博 before 政务微信 (苍溪 2020)."""

PRINTED_NAMES: Mapping[Platform, str] = MappingProxyType(
    {
        Platform.WEIBO: "政务微博",
        Platform.WECHAT: "政务微信",
        Platform.DOUYIN: "政务抖音号",
        Platform.KUAISHOU: "政务快手号",
        Platform.TOUTIAO: "政务头条号",
        Platform.APP: "移动客户端",
        Platform.WEBSITE: "网站",
        Platform.OTHER: "其他平台账号",
    }
)
"""What bulletins call an account of a platform."""

_WORDS: Mapping[Platform, str] = MappingProxyType(
    {
        Platform.WECHAT: "微信 公众号 订阅号 服务号 微信公众 公众平台 wechat weixin wx gzh",
        Platform.WEIBO: "微博 weibo wb",
        Platform.DOUYIN: "抖音 douyin dy tiktok",
        Platform.KUAISHOU: "快手 kuaishou ks",
        Platform.TOUTIAO: "头条 toutiao tt",
        Platform.WEBSITE: "网站 门户网站 门户 website web",
        Platform.APP: "客户端 移动客户端 app",
        Platform.OTHER: "其他 其它 other",
    }
)
_BY_WORD = {word: platform for platform, words in _WORDS.items() for word in words.split()}
# What stands around the word without changing what it means: 新浪微博, 政务微信公众号, 今日头条号.
_AROUND = re.compile(
    "^(?:政务|政府|官方|新浪|腾讯|今日|手机|移动|认证)+|(?:公众号|订阅号|服务号|账号|帐号|平台|视频|号)+$"
)
_GAPS = re.compile(r"[\s,，、;；:：/|]+")


def counts_media(category: str) -> bool:
    """Tell whether a category's name says that posts of official accounts are counted in it."""
    return "新媒体" in fold(category)


def read_platform(text: str) -> Platform | None:
    """Read the platform a cell or a word names; None for anything else, also for two platforms at once."""
    key = fold(text)
    return _BY_WORD.get(key) or _BY_WORD.get(_AROUND.sub("", key))


def split_platform(text: str) -> tuple[Platform | None, str]:
    """Take a platform that stands first or last apart from a name: 微博 高坡镇 → the platform, 高坡镇.

    Only a word of its own counts: 微博高坡 may be a name. A text that is nothing but a platform has no name.
    """
    words = [word for word in _GAPS.split(clean(text)) if word]
    for at, rest in ((0, words[1:]), (-1, words[:-1])):
        if words and (platform := read_platform(words[at])) is not None:
            return platform, " ".join(rest)
    return None, " ".join(words)
