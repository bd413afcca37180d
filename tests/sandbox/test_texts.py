"""Texts: UTF-16 lengths, strict HTML, entities, rich messages."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.entities import find_entities, parse_html, units
from sandbox.errors import ApiError
from sandbox.rich import parse, plain
from sandbox.rich_shown import shown
from tests.sandbox.client import ZHANG, Client

EMOJI = "😀"
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)


@given(TEXTS)
def test_units_are_utf_16_code_units(text: str) -> None:
    assert units(text) == sum(2 if ord(one) > 0xFFFF else 1 for one in text)


@given(TEXTS)
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text, quote=False)) == (text, [])


@given(TEXTS.filter(bool), TEXTS.filter(bool))
def test_an_entity_covers_what_its_tags_enclose(before: str, inside: str) -> None:
    text, (entity,) = parse_html(f"{html.escape(before)}<b>{html.escape(inside)}</b>")
    assert text == before + inside
    assert entity == {"type": "bold", "offset": units(before), "length": units(inside)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<b>好", 'Can\'t find end tag corresponding to start tag "b"'),
        ("好</b>", "Unexpected end tag at byte offset 3"),
        ("<b>好</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("好<script>", 'Unsupported start tag "script" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>好</b", "Unclosed end tag at byte offset 6"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a ", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<{x>", 'Unsupported start tag "{x" at byte offset 0'),
        ('<a "x">好</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>好</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ],
)
def test_html_that_does_not_parse_says_where(text: str, why: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(text)
    assert caught.value.description == f"Bad Request: can't parse entities: {why}"


@pytest.mark.parametrize(
    ("text", "plain_text", "entities"),
    [
        ("<B>好</B>", "好", [("bold", 0, 1, {})]),
        ("<b></b>好", "好", []),
        ("<b>一<i>二</i></b>", "一二", [("bold", 0, 2, {}), ("italic", 1, 1, {})]),
        (
            '<a href="https://a.cn/?x=1&amp;y=2">链</a>',
            "链",
            [("text_link", 0, 1, {"url": "https://a.cn/?x=1&y=2"})],
        ),
        ("<code>x</code>", "x", [("code", 0, 1, {})]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1, {"language": "py"})]),
        ('<span class="tg-spoiler">秘</span>', "秘", [("spoiler", 0, 1, {})]),
        ("<blockquote expandable>长</blockquote>", "长", [("expandable_blockquote", 0, 1, {})]),
        ("&lt;&#65;&#x4e2d;&nbsp;&quot;", '<A中&nbsp;"', []),
        (f"{EMOJI}<u>好</u>", f"{EMOJI}好", [("underline", 2, 1, {})]),
    ],
)
def test_html_is_read_as_the_real_server_reads_it(
    text: str, plain_text: str, entities: list[tuple[str, int, int, dict[str, str]]]
) -> None:
    expected = [{"type": kind, "offset": at, "length": length, **more} for kind, at, length, more in entities]
    assert parse_html(text) == (plain_text, expected)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start abc", [("bot_command", "/start")]),
        ("/rank@duban_bot month", [("bot_command", "/rank@duban_bot")]),
        ("请 @duban_bot 看 https://a.cn/x?y=1。", [("mention", "@duban_bot"), ("url", "https://a.cn/x?y=1")]),
        ("联系 a.b@c.cn #通报", [("email", "a.b@c.cn"), ("hashtag", "#通报")]),
        ("3/4 和 a/b", []),
        ("没有", []),
    ],
)
def test_entities_are_found_in_plain_text(text: str, found: list[tuple[str, str]]) -> None:
    wide = text.encode("utf-16-le")
    seen = [
        (one["type"], wide[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le"))
        for one in find_entities(text)
    ]
    assert seen == found


@pytest.mark.parametrize(
    ("text", "fits"), [("字" * 4096, True), ("字" * 4097, False), (EMOJI * 2048, True), (EMOJI * 2049, False)]
)
async def test_a_text_has_4096_units_at_most(started: Client, text: str, fits: bool) -> None:
    answer = await started.call("sendMessage", chat_id=ZHANG, text=text)
    assert answer["ok"] is fits
    assert fits or answer["description"] == "Bad Request: message is too long"


async def test_markup_does_not_count_towards_the_length(started: Client) -> None:
    text = "<b>" + "字" * 4096 + "</b>"
    assert (await started.call("sendMessage", chat_id=ZHANG, text=text, parse_mode="HTML"))["ok"]
    assert await started.refused("sendMessage", chat_id=ZHANG, text=text) == (
        400, "Bad Request: message is too long"
    )  # fmt: skip


async def test_a_text_is_trimmed_and_its_entities_with_it(started: Client) -> None:
    sent = await started.done("sendMessage", chat_id=ZHANG, text="\n <b> 好</b>人 ", parse_mode="HTML")
    assert (sent["text"], sent["entities"]) == (
        "好</b>人"[:1] + "人",
        [{"type": "bold", "offset": 0, "length": 1}],
    )


TABLE = """
<h3>进度 2024-02</h3>
<table bordered striped><caption>各单位 <b>完成</b></caption>
 <thead><tr><th>单位</th><th align="right">完成</th></tr></thead>
 <tr><td>公安局 &amp; 分局</td><td align="right" colspan="2"><b>3</b>/4</td></tr>
 <tr><td rowspan="2" valign="top"></td></tr>
</table>
<p>一行<br>二行</p>落在外面的字
<ul><li>甲</li><li>乙</li></ul><hr><details open><summary>更多</summary><p>内</p></details>
"""


def test_a_rich_message_becomes_blocks() -> None:
    blocks = parse({"html": TABLE})["blocks"]
    assert [one["type"] for one in blocks] == [
        "heading", "table", "paragraph", "paragraph", "list", "divider", "details",
    ]  # fmt: skip
    table = blocks[1]
    assert (table["is_bordered"], table["is_striped"]) == (True, True)
    assert table["caption"] == ["各单位 ", {"type": "bold", "text": "完成"}]
    assert table["cells"][0][1] == {"align": "right", "valign": "middle", "text": "完成", "is_header": True}
    assert table["cells"][1][1] == {
        "align": "right", "valign": "middle", "text": [{"type": "bold", "text": "3"}, "/4"], "colspan": 2,
    }  # fmt: skip
    assert table["cells"][2] == [{"align": "left", "valign": "top", "rowspan": 2}]
    assert blocks[2]["text"] == "一行\n二行"
    assert blocks[3]["text"] == "落在外面的字"


def test_the_page_gets_rows_of_plain_cells() -> None:
    blocks = shown(parse({"html": TABLE}))["blocks"]
    assert blocks[0] == {"type": "heading", "text": "进度 2024-02", "size": 3}
    assert blocks[1] == {
        "type": "table",
        "caption": "各单位 完成",
        "rows": [
            [
                {"text": "单位", "header": True, "align": "left"},
                {"text": "完成", "header": True, "align": "right"},
            ],
            [
                {"text": "公安局 & 分局", "header": False, "align": "left"},
                {"text": "3/4", "header": False, "align": "right", "colspan": 2},
            ],
            [{"text": "", "header": False, "align": "left", "rowspan": 2}],
        ],
    }
    assert blocks[-1] == {
        "type": "details", "summary": "更多", "is_open": True,
        "blocks": [{"type": "paragraph", "text": "内"}],
    }  # fmt: skip


def test_markdown_tables_mean_the_same() -> None:
    blocks = parse({"markdown": "## 进度\n\n| 单位 | 完成 |\n|---|--:|\n| 公安局 | **3** |\n\n好"})["blocks"]
    assert [one["type"] for one in blocks] == ["heading", "table", "paragraph"]
    assert [[plain(cell["text"]) for cell in row] for row in blocks[1]["cells"]] == [
        ["单位", "完成"],
        ["公安局", "3"],
    ]
    assert [cell["align"] for cell in blocks[1]["cells"][1]] == ["left", "right"]


@pytest.mark.parametrize(
    ("given_message", "why"),
    [
        ({}, "rich message must be non-empty"),
        ({"html": ""}, "rich message must be non-empty"),
        ({"html": "  "}, "rich message must be non-empty"),
        ({"html": "a", "markdown": "b"}, "exactly one of html and markdown expected"),
        ({"html": "<table><tr><td>x</td></tr>"}, "Can't find end tag"),
        ({"html": "<p>x</b></p>"}, 'expected "</p>", found "</b>"'),
        ({"html": "<script>x</script>"}, 'Unsupported start tag "script"'),
        ({"html": "<table>x</table>"}, "text is not allowed between table cells"),
        ({"html": "<table><tr><p>x</p></tr></table>"}, 'tag "p" is not allowed in a table row'),
        ({"html": "<table><tr><td><h1>x</h1></td></tr></table>"}, 'tag "h1" is not allowed in text'),
        ({"html": '<table><tr><td colspan="0">x</td></tr></table>'}, "invalid colspan specified"),
        ({"html": '<table><tr><td align="top">x</td></tr></table>'}, "invalid align specified"),
        ({"html": "<table><tr>" + "<td>x</td>" * 21 + "</tr></table>"}, "too many columns"),
        ({"html": "<p>" + "字" * 32_769 + "</p>"}, "rich message is too long"),
        ({"html": "<p>x</p>" * 501}, "too many blocks"),
        ({"html": "<blockquote>" * 30 + "x" + "</blockquote>" * 30}, "nested too deeply"),
    ],
)
def test_a_wrong_rich_message_is_refused(given_message: dict[str, Any], why: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(given_message)
    assert caught.value.code == 400
    assert why.lower() in caught.value.description.lower()


async def test_a_rich_message_is_sent_shown_and_edited(started: Client) -> None:
    sent = await started.done("sendRichMessage", chat_id=ZHANG, rich_message={"html": "<p>一</p>"})
    assert sent["rich_message"] == {"blocks": [{"type": "paragraph", "text": "一"}]}
    edited = await started.done(
        "editMessageText", chat_id=ZHANG, message_id=sent["message_id"], rich_message={"html": "<p>二</p>"}
    )
    assert edited["rich_message"]["blocks"][0]["text"] == "二"
    message = (await started.get(f"chats/{ZHANG}/messages"))[-1]
    assert message["table"] == {"blocks": [{"type": "paragraph", "text": "二"}]}
    assert "text" not in message
    text = await started.done("editMessageText", chat_id=ZHANG, message_id=sent["message_id"], text="三")
    assert text["text"] == "三"
    assert "rich_message" not in text
