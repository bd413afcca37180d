"""How bulletins are worded by default: places by kind, with named fields in braces.

A bulletin is Chinese whoever issues it, so its prose is kept here and not in the catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.enums import BulletinKind

LEFT_OUT = "无"
"""What a place is set to that shall be left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a bulletin with its default words; ``label`` names it to people."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section: the place of its heading, and those of its paragraphs."""

    heading: Place
    body: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything that can be worded in a kind of bulletin; ``numbers_paragraphs`` writes （一）（二）."""

    head: tuple[Place, ...]
    parts: tuple[Part, ...]
    numbers_paragraphs: bool

    @property
    def places(self) -> tuple[Place, ...]:
        """List the places in the order in which they are printed."""
        return (*self.head, *(place for part in self.parts for place in (part.heading, *part.body)))


_BY_YEAR = (
    "备注：数据来自各单位报送；统计时间为{起}至{止}；完成比例四舍五入，排名按当年完成比例。"
    "{无任务单位}没有相应任务，发布数计入合计，不计入合计的完成比例。"
)
_BY_ACCEPTANCE = (
    "备注：数据来自各单位报送；统计时间为{起}至{止}；"
    "较好单位为同类单位中审发数的前两位，较差单位为最低者，均含并列。"
)
_OF_MEDIA = "备注：监测时间为{起}至{止}；合格率按监测的{监测数}个账号计算，合格{合格数}个。"


def _head(title: str, note: str) -> tuple[Place, ...]:
    return (
        Place("title", "标题", title),
        Place("addressees", "主送", "各乡镇人民政府，各有关单位"),
        Place("copied_to", "抄送", LEFT_OUT),
        Place("signer", "署名", "{机构}政务公开办公室"),
        Place("note", "附件备注", note),
    )


_MONTHLY = Wording(
    (
        *_head("{机构}政府门户网站内容保障和政府信息公开月报", _BY_YEAR),
        Place("editor", "编发单位", "{机构}政务公开办公室"),
    ),
    (
        Part(
            Place("website.heading", "网站内容保障·标题", "政府门户网站内容保障情况"),
            (
                Place(
                    "website",
                    "网站内容保障",
                    "●{时段}，各单位在政府门户网站发布信息{网站信息}条，历年累计{网站累计}条。",
                ),
            ),
        ),
        Part(
            Place("disclosure.heading", "信息公开·标题", "政府信息公开情况"),
            (
                Place(
                    "disclosure",
                    "信息公开",
                    "●{时段}，各责任单位主动公开政府信息{公开信息}条，历年累计{公开累计}条。",
                ),
                Place(
                    "standings",
                    "排名",
                    "●按当年完成比例，列前三位的单位是（含并列）：{前三位}。列后三位的单位是（含并列）：{后三位}。",
                ),
            ),
        ),
        Part(
            Place("letters.heading", "网络问政·标题", "网络问政情况"),
            (
                Place(
                    "letters",
                    "网络问政",
                    "●{时段}，网络问政栏目收到来信来访{来信}件，办结{办结}件，历年累计收到{来信累计}件。",
                ),
            ),
        ),
        Part(
            Place("problems.heading", "存在的问题·标题", "存在的问题"),
            (
                Place("unmended", "错敏信息", "●{错敏整改单位}没有按时限整改错敏信息并反馈结果。"),
                Place("problems", "其他问题", LEFT_OUT),
            ),
        ),
        Part(
            Place("requirements.heading", "工作要求·标题", "工作要求"),
            (
                Place(
                    "requirements",
                    "工作要求",
                    "请各单位对照任务数补齐进度，坚持先审后发，发布前逐条核对内容和表述。月报结果作为年终考评的依据。",
                ),
            ),
        ),
    ),
    numbers_paragraphs=False,
)

_QUARTERLY = Wording(
    (
        *_head("关于{全时段}政务公开和政务新媒体监测情况的通报", _BY_ACCEPTANCE),
        Place("opening", "开头", "现将{全时段}政务公开和政务新媒体监测情况通报如下。"),
        Place("media_note", "附件2备注", _OF_MEDIA),
    ),
    (
        Part(
            Place("overview.heading", "总体情况·标题", "总体情况"),
            (
                Place(
                    "disclosure",
                    "政务公开",
                    "政务公开情况。{时段}，各单位在政府门户网站公开政务信息{公开信息}条，其中重点领域信息{重点领域}条。"
                    "{较好单位}政务公开工作情况较好。{较差单位}政务公开工作推进不力。",
                ),
                Place(
                    "media",
                    "政务新媒体",
                    "政务新媒体情况。截至{止}，正常运行的政务新媒体共{账号数}个，其中{账号分类}，合格率{合格率}。"
                    "{运行良好账号}运行情况较好。{问题账号单位}的政务新媒体维护不到位。",
                ),
            ),
        ),
        Part(
            Place("problems.heading", "主要问题·标题", "主要问题"),
            (
                Place(
                    "problems",
                    "主要问题",
                    "信息报送不均衡。部分单位报送数量少，报送后未被采用的占比较高。\n"
                    "账号维护不及时。部分政务新媒体长时间没有更新，整改后再次超期。",
                ),
            ),
        ),
        Part(
            Place("requirements.heading", "下一步工作要求·标题", "下一步工作要求"),
            (
                Place(
                    "requirements",
                    "下一步工作要求",
                    "明确专人负责。各单位要确定信息员和账号维护人员，按时报送，发布前认真审核。\n"
                    "限期完成整改。对监测发现的问题逐一整改并报送结果，不再维护的账号按程序关停。",
                ),
            ),
        ),
    ),
    numbers_paragraphs=True,
)

_YEARLY = Wording(
    (
        *_head("关于{全时段}政务公开任务完成情况的通报", _BY_YEAR),
        Place("opening", "开头", "现将{全时段}政务公开任务完成情况通报如下。"),
    ),
    (
        Part(
            Place("overview.heading", "总体情况·标题", "总体情况"),
            (
                Place(
                    "disclosure",
                    "任务完成",
                    "{全时段}，各单位主动公开政府信息{公开信息}条。当年任务数{当年任务数}条，完成{当年完成数}条，"
                    "完成比例{当年完成率}。按完成比例，列前三位的单位是（含并列）：{前三位}。"
                    "列后三位的单位是（含并列）：{后三位}。",
                ),
                Place("reminders", "催办", "全年催办{催办次数}次，涉及{催办单位数}个单位。"),
            ),
        ),
        Part(
            Place("problems.heading", "存在的问题·标题", "存在的问题"),
            (Place("problems", "存在的问题", "{未完成单位}没有完成当年任务。"),),
        ),
        Part(
            Place("requirements.heading", "下一步工作要求·标题", "下一步工作要求"),
            (
                Place(
                    "requirements",
                    "下一步工作要求",
                    "请各单位对照年度任务查找差距，把任务分解到月、落实到人，均衡完成新一年的公开任务。",
                ),
            ),
        ),
    ),
    numbers_paragraphs=True,
)

WORDINGS: Mapping[BulletinKind, Wording] = MappingProxyType(
    {
        BulletinKind.MONTHLY: _MONTHLY,
        BulletinKind.QUARTERLY: _QUARTERLY,
        BulletinKind.YEARLY: _YEARLY,
    }
)
