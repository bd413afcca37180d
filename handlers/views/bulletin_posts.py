"""An issued bulletin as a group reads it, and the questions to an administrator before it is posted."""

from collections.abc import Collection, Sequence

from handlers.kit.answers import Answer, Button, Document
from handlers.views.bulletin_cards import difference_rows
from handlers.views.bulletin_pages import caption, cut, file_name
from handlers.views.markup import bold, escape, lines
from handlers.views.paging import in_rows
from handlers.views.ranking_posts import group_buttons, group_names
from locales import Texts
from services.core.bulletin import WORD
from services.core.bulletin_words import write_text
from services.core.pictures import ALBUM
from services.documents.word_writing import DOCX_TYPE
from services.issuing.bulletin_letters import BulletinLetter
from services.issuing.issued_bulletins import Issued
from services.office.groups import GroupRef


def posted(letter: BulletinLetter, texts: Texts) -> Answer:
    """Write a bulletin for a group: its text without the annexes, its picture or its Word document.

    Of a corrected one it is the last correction.
    """
    if letter.file is not None:
        name = file_name(letter.bulletin, WORD)
        return Answer(caption(letter.bulletin), document=Document.of(name, DOCX_TYPE, letter.file))
    if letter.pictures:
        first, *others = letter.pictures[:ALBUM]
        more = [texts("bulletin.post_cut")] if len(letter.pictures) > ALBUM else []
        return Answer(lines([caption(letter.bulletin)], more), picture=first, album=tuple(others))
    if letter.corrections:
        last = letter.corrections[-1]
        head = texts("bulletin.correction_posted", number=last.number, title=escape(letter.bulletin.title))
        return Answer(lines([bold(head)], difference_rows(last, texts)))
    pages = cut(write_text(letter.bulletin))
    more = [texts("bulletin.post_cut")] if len(pages) > 1 else []
    return Answer(lines([pages[0]], more))


def choose(issued: Issued, chosen: Collection[int], places: Sequence[GroupRef], texts: Texts) -> Answer:
    """Ask to which groups; what will be posted, the text of the bulletin, was seen before."""
    asked = {"id": issued.ref.id, "groups": list(chosen)}
    back = Button(texts("bulletin.button.back"), "bulletin.issued", {"id": issued.ref.id})
    head = [bold(escape(issued.bulletin.title))]
    if not places:
        return Answer(lines(head, [texts("rank.post.no_groups")]), buttons=((back,),), replaces=True)
    send = Button(texts("bulletin.button.send"), "bulletin.send", asked)
    key = "bulletin.choose_for_correction" if issued.corrections else "bulletin.choose_groups"
    return Answer(
        lines(head, [texts(key)]),
        buttons=(
            *in_rows(group_buttons(places, chosen, "bulletin.post", asked, texts), 1),
            (send, back) if chosen else (back,),
        ),
        replaces=True,
    )


def sent(issued: Issued, reached: Sequence[GroupRef], texts: Texts) -> Answer:
    """Say where it goes."""
    back = Button(texts("bulletin.button.back"), "bulletin.issued", {"id": issued.ref.id})
    said = texts("rank.post.sent", groups=group_names(reached, texts))
    chats = tuple(dict.fromkeys(each.chat for each in reached))
    return Answer(said, buttons=((back,),), replaces=True, then_posts=chats)
