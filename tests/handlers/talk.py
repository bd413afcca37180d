"""A person's message or press as a handler sees it, without Telegram and without the bot around it."""

import contextlib
import datetime as dtm
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from handlers.evidence import find_backed
from handlers.kit.answers import Answer
from handlers.kit.arrival import Arrival, Press, Question
from handlers.kit.context import Context
from handlers.kit.incoming import Document, Incoming, Nobody, Photo
from handlers.kit.routing import match
from handlers.kit.specs import Effect, Spec, require_place
from handlers.kit.use_cases import UseCases
from handlers.registry import (
    FAMILIES,
    actions,
    commands,
    edited,
    find_attached,
    forwarded,
    not_understood,
    steps,
)
from locales import Catalogue
from models.enums import Language, Role
from sandbox.entities import parse_html
from services.core.access import Actor, Binding
from services.core.codes import Codes
from services.core.errors import UserError
from services.core.materials import Material
from services.membership import members
from services.membership.invitations import Invitations
from services.ports import FileUnavailable, PictureUnreadable, SafePicture
from services.progress import ProgressReader
from services.transaction import transact

CATALOGUE = Catalogue.load()
CODES = Codes(b"a key for tests")
TODAY = dtm.date(2024, 3, 20)
GROUP = -1007
(LINKS,) = (family.linked for family in FAMILIES if family.linked is not None)
"""What takes links in reply to a report."""
PICTURE = b"\xff\xd8picture"


class SentFiles:
    """Keeps what was sent, as Telegram does."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def keep(self, content: bytes) -> str:
        """Keep a file and return its id."""
        file_id = f"file-{len(self._kept)}"
        self._kept[file_id] = content
        return file_id

    def turn(self) -> contextlib.nullcontext[None]:
        """Have a file in hand at once."""
        return contextlib.nullcontext()

    async def fetch(self, file_id: str) -> bytes:
        """Give a file back."""
        if file_id not in self._kept:
            raise FileUnavailable
        return self._kept[file_id]


class KeptFiles:
    """Keeps files as the store does, or has no room."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.problem: UserError | None = None

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep a file and return its name."""
        if self.problem is not None:
            raise self.problem
        name = f"{hashlib.sha256(content).hexdigest()}.{suffix}"
        self.kept[name] = content
        return name

    async def read(self, name: str) -> bytes:
        """Give a file back."""
        return self.kept[name]

    async def delete(self, name: str) -> None:
        """Forget a file."""
        self.kept.pop(name, None)

    async def expel(self, name: str, _: dtm.datetime) -> bool:
        """Forget a file."""
        self.kept.pop(name, None)
        return True

    async def sweep(self, *_: Any) -> int:
        """Keep everything."""
        return 0


class PlainPictures:
    """Takes what begins like a picture for one, and leaves out all but its dots."""

    async def make_safe(self, content: bytes) -> SafePicture:
        """Return a picture."""
        if not content.startswith(PICTURE):
            raise PictureUnreadable
        return SafePicture(content.partition(b"#")[0], "image/jpeg", 4, 3, len(content), None)


class Talk:
    """What one person says and presses in one chat."""

    def __init__(
        self,
        actor: Actor,
        *,
        today: dtm.date = TODAY,
        in_group: bool = False,
        organisation_id: int | None = None,
        message_id: int = 40,
        chat: int = GROUP,
        files: SentFiles | None = None,
        zone: dtm.tzinfo = dtm.UTC,
        store: KeptFiles | None = None,
    ) -> None:
        self.actor = actor
        self.today = today
        self.in_group = in_group
        self.organisation_id = organisation_id
        self.message_id = message_id
        self.chat = chat if in_group else actor.telegram_id
        self.presses = 0
        self.shows_picture = False
        self.zone = zone
        self.files = files or SentFiles()
        self.store = store or KeptFiles()
        use_cases = UseCases(
            ProgressReader(), self.files, Invitations(CODES), store=self.store, pictures=PlainPictures()
        )
        self._application = cast("Any", SimpleNamespace(bot_data={"use_cases": use_cases}))

    def context(self, text: str = "", arguments: Mapping[str, Any] | None = None) -> Context:
        """Make the context of one arrival."""
        incoming = Incoming(
            chat_id=self.chat,
            is_private=not self.in_group,
            chat_title="政务公开工作群" if self.in_group else "",
            message_id=self.message_id,
            thread_id=None,
            person_id=self.actor.telegram_id,
            person_name=self.actor.name,
            language_code="zh-hans",
            nobody=None,
            text=text,
            is_addressed=True,
            shows_picture=self.shows_picture,
        )
        arrival = Arrival(
            row_id=1,
            incoming=incoming,
            actor=self.actor,
            texts=CATALOGUE.texts(self.actor.language.value),
            now=dtm.datetime.combine(self.today, dtm.time(2), dtm.UTC),
            today=self.today,
            organisation_id=self.organisation_id,
            zone=self.zone,
        )
        context = Context.from_update(arrival, self._application)
        context.text = text
        context.arguments = arguments or {}
        return context

    async def say(self, text: str) -> Sequence[Answer]:
        """Say something that is a command; the first that matches answers, as in the bot."""
        for spec in commands():
            rest = match(spec, text)
            if rest is not None:
                return await self._run(spec, self.context(rest))
        raise LookupError(text)

    async def write(self, text: str, *, to: int | None = None) -> Sequence[Answer]:
        """Say something that is no command and answers no question, in reply to a message."""
        context = self.context(text)
        context.arrival.incoming = replace(context.incoming, replied_to=to)
        context.arrival.backs = await find_backed(context.arrival)
        if context.arrival.backs:
            return await self._run(LINKS, context)
        return await not_understood(context)

    async def edit(self, text: str) -> Sequence[Answer]:
        """Edit the message that was sent last."""
        context = self.context(text)
        context.arrival.incoming = replace(context.incoming, nobody=Nobody.EDITED)
        return await edited(context)

    async def edit_shown(self, caption: str) -> Sequence[Answer]:
        """Edit the words under the picture that was sent last."""
        context = self.context(caption)
        photo = Photo("file-0", 1)
        context.arrival.incoming = replace(context.incoming, nobody=Nobody.EDITED, photo=photo)
        return await edited(context)

    async def forward(self, text: str, origin: str = "", sent_on: dtm.date | None = None) -> Sequence[Answer]:
        """Forward a message of a channel, "" for one of a person's."""
        at = dtm.datetime.combine(sent_on or self.today, dtm.time(2), dtm.UTC)
        context = self.context(text)
        material = Material(text, origin, at)
        context.arrival.incoming = replace(context.incoming, nobody=Nobody.FORWARDED, material=material)
        return await forwarded(context)

    async def send(
        self,
        content: bytes,
        name: str,
        caption: str = "",
        *,
        question: Question | None = None,
        to: int | None = None,
    ) -> Sequence[Answer]:
        """Send a file, in reply to a message; ``question`` is the one that is open."""
        document = Document(self.files.keep(content), name, len(content))
        return await self._sent(caption, question, document=document, replied_to=to)

    async def show(
        self, content: bytes = PICTURE, caption: str = "", *, album: str = "", to: int | None = None
    ) -> Sequence[Answer]:
        """Send a picture, as a piece of an album, in reply to a message."""
        photo = Photo(self.files.keep(content), len(content))
        return await self._sent(caption, None, photo=photo, album_id=album, replied_to=to)

    async def _sent(self, caption: str, question: Question | None, **sent: Any) -> Sequence[Answer]:
        context = self.context(caption)
        context.arrival.question = question
        context.arrival.incoming = replace(context.incoming, has_attachment=True, **sent)
        found = find_attached(context.arrival)
        if found is not None:
            spec, context.text = found
            return await self._run(spec, context)
        for command in commands():
            rest = match(command, caption)
            if rest is not None:
                context.text = rest
                return await self._run(command, context)
        return await not_understood(context)

    async def press(self, action: str, arguments: Mapping[str, Any]) -> Sequence[Answer]:
        """Press a button."""
        spec = next(spec for spec in actions() if spec.name == action)
        context = self.context(arguments=arguments)
        self.presses += 1
        context.arrival.press = Press(f"token{self.presses}", action, arguments)
        return await self._run(spec, context)

    async def reply(self, answer: Answer, text: str) -> Sequence[Answer]:
        """Answer the question that an answer has asked."""
        spec = next(spec for spec in steps() if spec.name == answer.asks)
        return await self._run(spec, self.context(text, answer.asks_with))

    async def _run(self, spec: Spec, context: Context) -> Sequence[Answer]:
        require_place(spec, is_private=context.incoming.is_private)
        if spec.effect is Effect.READS:
            return await spec.handle(context)
        if spec.prepare is not None:
            context.prepared = await spec.prepare(context)

        async def work() -> Sequence[Answer]:
            context.arrival.actor = await members.introduce(context.actor)
            return await spec.handle(context)

        return await transact(work)


def words(answer: Answer) -> list[str]:
    """The lines a person reads."""
    return parse_html(answer.text)[0].splitlines()


def labels(answer: Answer) -> list[list[str]]:
    """The words on the buttons, row by row."""
    return [[button.text for button in row] for row in answer.buttons]


def together(organisation_id: int, people: Mapping[str, tuple[Role, int | None]]) -> dict[str, Talk]:
    """Let people of one organisation talk who share the files there are; the first is member 1, and so on."""
    files, store = SentFiles(), KeptFiles()
    talking: dict[str, Talk] = {}
    for number, (called, (role, unit_id)) in enumerate(people.items(), start=1):
        actor = Actor(
            7000 + number, number, "王芳", Language.CHINESE, (Binding(organisation_id, unit_id, role),)
        )
        talking[called] = Talk(actor, message_id=number * 100, files=files, store=store)
    return talking


def pressed(answer: Answer, label: str) -> tuple[str, Mapping[str, Any]]:
    """What the button with these words does."""
    button = next(button for row in answer.buttons for button in row if button.text == label)
    return button.action, button.arguments
