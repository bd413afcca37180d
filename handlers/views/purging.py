"""A piece of evidence deleted: the question, what was done, and what its sender hears."""

import datetime as dtm

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words, period_name
from handlers.views.markup import anchor, bold, escape, lines, shorten
from locales import Texts
from models.enums import EvidenceKind
from services.evidence.evidence_purging import Doomed, Loss, Purged
from services.evidence.evidence_shelf import ReportCard

REASON_STEP = "evidence.reason"
REASONS = ("personal", "secret", "mistaken")
KILOBYTE = 1000
ADDRESS_LENGTH = 60
BUTTON_LENGTH = 30


def purge_links(card: ReportCard, texts: Texts) -> list[tuple[Button, ...]]:
    """Offer to delete each link that was sent in reply to a report, to who may."""
    if not card.may_purge:
        return []
    pages = [(each.id, each.address.partition("://")[2]) for each in card.exhibits if each.address]
    return [
        (
            Button(
                shorten(texts("evidence.button.purge_link", page=page), BUTTON_LENGTH),
                "evidence.ask_purge",
                {"exhibit_id": exhibit_id},
            ),
        )
        for exhibit_id, page in pages
    ]


def ask_purge(doomed: Doomed, texts: Texts, zone: dtm.tzinfo, *, with_same: bool | None) -> Answer:
    """Say what will be gone; then ask whether the same content elsewhere goes too, and why it shall go.

    ``with_same`` None: it has not been asked.
    """
    exhibit = doomed.exhibit
    told = {"exhibit_id": exhibit.id}
    keep = (Button(texts("evidence.button.keep"), "evidence.shelf", _shelf(doomed)),)
    what = [
        bold(texts(f"evidence.purge.ask.{exhibit.kind.value}")),
        texts("progress.title", unit=escape(doomed.unit.name), period=period_name(doomed.month, texts)),
        _described(doomed, texts, zone),
    ]
    if doomed.same and with_same is None:
        both = texts("evidence.button.purge_same", count=doomed.same + 1)
        return Answer(
            lines(what, [texts("evidence.purge.same", count=doomed.same)]),
            buttons=(
                (Button(both, "evidence.ask_purge", {**told, "with_same": True}),),
                (
                    Button(
                        texts("evidence.button.purge_one"), "evidence.ask_purge", {**told, "with_same": False}
                    ),
                ),
                keep,
            ),
            replaces=True,
        )
    told = {**told, "with_same": bool(with_same)}
    goes = texts(_goes(doomed, with_same=bool(with_same)))
    reasons = tuple(
        (Button(texts(f"evidence.purge.reason.{one}"), "evidence.purge", {**told, "reason": one}),)
        for one in REASONS
    )
    return Answer(
        lines(what, [goes, texts("evidence.purge.stays")], [texts("evidence.purge.why")]),
        buttons=(*reasons, keep),
        replaces=True,
        asks=REASON_STEP,
        asks_with=told,
    )


def purged(done: Purged, texts: Texts, *, is_press: bool) -> Answer:
    """Say what was deleted, and what becomes of the file."""
    place = texts("progress.title", unit=escape(done.unit.name), period=period_name(done.month, texts))
    back = Button(
        texts("evidence.button.list"), "evidence.shelf", {"unit_id": done.unit.id, "period": str(done.month)}
    )
    return Answer(
        lines(
            [
                texts("evidence.purge.done", count=done.count, place=place, reason=escape(done.reason)),
                texts(_gone(done)),
            ]
        ),
        buttons=((back,),),
        replaces=is_press,
    )


def purged_notice(loss: Loss, reason: str, texts: Texts) -> Answer:
    """Tell the sender; a reply to this message with other evidence belongs to the report."""
    place = texts("progress.title", unit=escape(loss.unit.name), period=period_name(loss.month, texts))
    look = Button(
        texts("evidence.button.look"),
        "evidence.report",
        {"unit_id": loss.unit.id, "period": str(loss.month), "opening": loss.opening},
    )
    words = texts("evidence.purge.notice", place=place, reason=escape(reason))
    return Answer(words, buttons=((look,),), to=loss.sender.chat)


def _goes(doomed: Doomed, *, with_same: bool) -> str:
    if doomed.exhibit.kind is EvidenceKind.LINK:
        return "evidence.purge.goes_link"
    return "evidence.purge.goes_not" if doomed.same and not with_same else "evidence.purge.goes"


def _gone(done: Purged) -> str:
    if done.kind is EvidenceKind.LINK:
        return "evidence.purge.link_gone"
    return "evidence.purge.file_stays" if done.keeps_file else "evidence.purge.file_goes"


def _described(doomed: Doomed, texts: Texts, zone: dtm.tzinfo) -> str:
    exhibit = doomed.exhibit
    came = day_words(exhibit.received_at.astimezone(zone).date(), texts)
    if exhibit.kind is EvidenceKind.LINK:
        words = texts("evidence.purge.piece_link", came=came)
        return f"{anchor(exhibit.address, escape(shorten(exhibit.address, ADDRESS_LENGTH)))}\n{words}"
    kilobytes = -(-exhibit.size // KILOBYTE)
    words = texts("evidence.purge.piece", came=came, kilobytes=kilobytes)
    return words if exhibit.kind is EvidenceKind.PICTURE else f"{escape(exhibit.name)}\n{words}"


def _shelf(doomed: Doomed) -> dict[str, object]:
    return {"unit_id": doomed.unit.id, "period": str(doomed.month)}
