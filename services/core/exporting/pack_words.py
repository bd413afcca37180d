"""What an evidence pack says: the heads of its index, its files' names, and how it is verified."""

from collections.abc import Mapping
from types import MappingProxyType

from models.enums import EvidenceKind, EvidenceState, ReviewState
from services.core.exporting.pack_names import safe_name

INDEX = "索引"
INDEX_FILE = "索引.xlsx"
SUMS_FILE = "SHA256SUMS.txt"
PAGE_FILE = "说明.txt"
SEVERAL = "多个栏目"

NUMBER, PART = "序号", "分卷"
HEADS = (
    *(NUMBER, "单位", "栏目", "月份", "账号", "报送数", "审发数", "错情", "状态", "报送时间"),
    *("佐证种类", "文件", PART, "链接", "大小（KB）", "SHA-256", "拍摄日期", "备注"),
)
NOTHING = "无"
KINDS: Mapping[EvidenceKind, str] = MappingProxyType(
    {EvidenceKind.PICTURE: "图片", EvidenceKind.DOCUMENT: "文件", EvidenceKind.LINK: "链接"}
)
STATES: Mapping[ReviewState | None, str] = MappingProxyType(
    {
        None: "自动采用",
        ReviewState.AWAITING: "待佐证",
        ReviewState.PENDING: "待审核",
        ReviewState.ACCEPTED: "已采用",
        ReviewState.RETURNED: "已退回",
        ReviewState.WITHDRAWN: "已撤回",
    }
)
REMARKS: Mapping[EvidenceState, str] = MappingProxyType(
    {
        EvidenceState.KEPT: "",
        EvidenceState.OWED: "待补",
        EvidenceState.WITHDRAWN: "撤回",
        EvidenceState.PURGED: "已清除",
    }
)
LOST = "缺失：保存的文件找不到或已损坏"
NOTES = (
    "说明：同一条报送的各行序号相同，也是文件名开头的编号；数量只填在每条报送的第一行，各列可直接相加。",
    "SHA-256 是包内文件的校验值。图片为收到后去除拍摄地点等信息重新生成的版本，文件与发来时一致。",
)


def same_as(file: str) -> str:
    """Say that a picture or document is the very same as another one of the pack."""
    return f"与 {file} 相同"


def of_sheets(count: int) -> str:
    """Say what the index leaves out: counts that came with an office's sheet have no evidence."""
    return f"另有 {count} 条由表格导入，没有佐证，未列入。"


def title(office: str, subject: str, period: str) -> str:
    """Write what stands over the index."""
    return f"{office}{subject}{period}佐证材料索引"


def made_note(made_at: str) -> str:
    """Say when the index was made."""
    return f"制作时间：{made_at}"


def file_name(subject: str, period: str, part: int, parts: int) -> str:
    """Name a packed file after its subject and period, and where there are several, after its place."""
    ending = f"_第{part}卷共{parts}卷" if parts > 1 else ""
    return f"佐证_{safe_name(subject, 40)}_{period}{ending}.zip"


def page(heading: str, made_at: str, example: str, part: int, parts: int) -> str:
    """Say for a person what is in a pack, and how it is verified on Windows and on Linux."""
    windows = example.replace("/", "\\")
    several = [f"本包是第 {part} 卷，共 {parts} 卷。每卷都可以单独核对；索引列出各卷的全部文件。", ""]
    lines = [
        f"{heading} 佐证材料包",
        made_note(made_at),
        "",
        *(several if parts > 1 else []),
        f"{INDEX_FILE}：每条报送和它的佐证。备注写明哪些待补、已撤回、已清除或缺失，这些没有文件。",
        f"{SUMS_FILE}：本包内每个文件的 SHA-256 校验值。文件改动一个字节，校验值就不同。",
        "",
        "核对前，请先把压缩包全部解压到同一个文件夹。",
        f"Linux：在该文件夹运行 sha256sum -c {SUMS_FILE}，每个文件都应显示 OK（或“成功”）。",
        f'Windows：在该文件夹打开命令提示符，逐个运行 certutil -hashfile "{windows}" SHA256，',
        f"　　　　　结果应与 {SUMS_FILE} 和索引里这个文件的校验值相同。",
        "",
        "图片是收到后去除拍摄地点等信息、重新生成的版本。文件按发来的原样放入，请先杀毒再打开。",
    ]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"
