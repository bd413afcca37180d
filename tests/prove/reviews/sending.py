"""What people send: words, and files as they are when they have been fetched."""

from models.enums import EvidenceKind
from services.evidence.evidence_files import EvidenceUnsupported, Kept, NotKept
from services.ports import FileUnavailable
from tests.prove.reviews.values import Line, Terms


def words_of(terms: Terms) -> str:
    """Write a report as people do."""
    return "，".join(
        [f"{terms.unit} {terms.month:%Y-%m}"]
        + [f"{category} {_amount(line)}" for category, line in terms.lines.items()]
    ).replace("，", " ", 1)


def _amount(line: Line) -> str:
    match line.kind:
        case "set":
            return f"={line.number}"
        case "link":
            return words_of_page(line.number)
    return str(line.number)


def words_of_page(number: int) -> str:
    """Give the address of a page."""
    return f"https://www.example.gov.cn/news/{number}.html"


def file_of(kind: str, number: int) -> Kept | NotKept:
    """Give what came of fetching a file; no two pictures are alike."""
    digest, picture = f"{number:064x}", EvidenceKind.PICTURE
    match kind:
        case "picture":
            fingerprint = f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"
            return Kept(picture, f"{digest}.jpg", "", "image/jpeg", 1000, digest, fingerprint)
        case "document":
            return Kept(EvidenceKind.DOCUMENT, f"{digest}.pdf", "a.pdf", "application/pdf", 1000, digest)
        case "owed":
            return NotKept(picture, "", FileUnavailable())
    return NotKept(picture, "", EvidenceUnsupported())
