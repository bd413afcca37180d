"""Who acts, in which language, at which one moment: found out before any handler runs."""

from collections.abc import Collection
from dataclasses import replace

from bot.clock import Clock
from handlers import evidence, onboarding
from handlers.kit.arrival import Arrival, Press, Question
from handlers.kit.incoming import Incoming, Nobody
from locales import Catalogue, Texts, language_of
from models.enums import Language
from services import buttons, chats, wizards
from services.core.access import Actor
from services.core.errors import UserError
from services.facts import exhibits
from services.membership import members


class Middleware:
    """Makes arrivals out of incoming messages and presses."""

    def __init__(self, catalogue: Catalogue, clock: Clock, administrators: Collection[int]) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._administrators = administrators

    def texts_for(self, incoming: Incoming) -> Texts:
        """Return the texts in the language of the person's Telegram."""
        return self._catalogue.texts(language_of(incoming.language_code))

    async def meet(self, row_id: int, incoming: Incoming) -> Arrival | None:
        """Return the arrival to handle; None when the update is nothing to anybody here."""
        if not incoming.is_addressed:
            if not await _goes_on(incoming):
                return None
            incoming = replace(incoming, text="")  # words would have to name the bot
        if incoming.nobody not in {None, Nobody.EDITED} and incoming.material is None:
            return self._hint(row_id, incoming)
        actor = await members.get_actor(
            incoming.person_id,
            incoming.person_name,
            Language(language_of(incoming.language_code)) if incoming.language_code else None,
            is_deployment_administrator=incoming.person_id in self._administrators,
        )
        arrival = self._arrival(row_id, incoming, actor)
        if arrival.is_edit and actor.member_id is None:
            return None  # who never wrote anything has edited nothing of ours
        if arrival.is_material and not actor.bindings:
            return self._hint(row_id, incoming)
        if not incoming.is_private:
            await self._settle_in(arrival)
        if incoming.press_id:
            await self._read_press(arrival)
        if arrival.error is None and not (arrival.is_edit or arrival.is_material):
            await self._read_ties(arrival)
        return arrival

    async def _read_ties(self, arrival: Arrival) -> None:
        """Learn which question is open, and which report links reply to."""
        incoming = arrival.incoming
        # A press does not answer a question but ends it: the next message is about something else.
        question = await wizards.find(incoming.chat_id, incoming.person_id, arrival.now)
        if question is not None:
            arrival.question = Question(question.step, question.arguments)
        if arrival.press is None:
            arrival.backs = await evidence.find_backed(arrival)

    async def _settle_in(self, arrival: Arrival) -> None:
        """Learn whose group it is; everybody reads what is said there, so the office's language is spoken."""
        home = await chats.find_home(arrival.incoming.chat_id)
        if home is not None:
            arrival.organisation_id = home.organisation_id
            arrival.texts = self._catalogue.texts(home.language.value)

    async def _read_press(self, arrival: Arrival) -> None:
        try:
            incoming = arrival.incoming
            button = await buttons.read(
                incoming.press_token, incoming.person_id, incoming.chat_id, arrival.now
            )
        except UserError as error:
            arrival.error = error
            return
        arrival.press = Press(button.token, button.action, button.arguments)

    def _hint(self, row_id: int, incoming: Incoming) -> Arrival | None:
        """Answer what nobody acts by with a hint, where silence would puzzle the person."""
        if incoming.nobody in {Nobody.BOT, Nobody.VIA_BOT, Nobody.NOT_A_MESSAGE, None}:
            return None
        stranger = Actor(incoming.person_id, None, "", Language(language_of(incoming.language_code)), ())
        arrival = self._arrival(row_id, incoming, stranger)
        arrival.answers = onboarding.hint(arrival.texts, incoming.nobody)
        return arrival if arrival.answers else None

    def _arrival(self, row_id: int, incoming: Incoming, actor: Actor) -> Arrival:
        now = self._clock.now()
        return Arrival(
            row_id=row_id,
            incoming=incoming,
            actor=actor,
            texts=self._catalogue.texts(actor.language.value),
            now=now,
            today=now.astimezone(self._clock.zone).date(),
            zone=self._clock.zone,
        )


async def _goes_on(incoming: Incoming) -> bool:
    """Tell whether it is a further piece of an album that is evidence: only one of them names the bot."""
    is_piece = bool(incoming.album_id) and incoming.nobody is None
    return is_piece and await exhibits.has_begun(incoming.person_id, incoming.album_id)
