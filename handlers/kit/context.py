"""What a handler gets: the person, the moment, the texts, the use cases and the arguments."""

import datetime as dtm
from collections.abc import Mapping
from typing import Any

from telegram.ext import Application, CallbackContext, ExtBot

from handlers.kit.arrival import Arrival
from handlers.kit.incoming import Incoming
from handlers.kit.use_cases import UseCases
from locales import Texts
from services.audit import Deed
from services.core.access import Actor
from services.core.occasion import Occasion


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """python-telegram-bot's context with what Duban's handlers need, and nothing of Telegram's calls."""

    arrival: Arrival
    use_cases: UseCases
    text: str = ""
    """What followed the command, or the answer to a question."""
    arguments: Mapping[str, Any] = {}
    """What the pressed button or the asked question carried."""
    prepared: Any = None
    """What the handler's ``prepare`` returned."""

    @classmethod
    def from_update(cls, update: object, application: Application[Any, Any, Any, Any, Any, Any]) -> "Context":
        """Make the context of one arrival; the use cases are the application's."""
        context = cls(application)
        if isinstance(update, Arrival):
            context.arrival = update
        context.use_cases = application.bot_data["use_cases"]
        return context

    @property
    def actor(self) -> Actor:
        """The person who acts."""
        return self.arrival.actor

    @property
    def texts(self) -> Texts:
        """The texts in the actor's language."""
        return self.arrival.texts

    @property
    def now(self) -> dtm.datetime:
        """The one clock reading of this update."""
        return self.arrival.now

    @property
    def today(self) -> dtm.date:
        """The day it is in the deployment's zone."""
        return self.arrival.today

    @property
    def deed(self) -> Deed:
        """Who does something, by which message and when, for the audit."""
        return Deed(self.actor.member_id, self.arrival.source, self.now)

    @property
    def incoming(self) -> Incoming:
        """The message or press."""
        return self.arrival.incoming

    @property
    def occasion(self) -> Occasion:
        """The message or press by which something is done, each press under a name of its own."""
        press = f"/{self.arrival.press.token}" if self.arrival.press else ""
        return Occasion(
            source=f"{self.arrival.source}{press}",
            now=self.now,
            today=self.today,
            organisation_id=self.arrival.organisation_id,
            is_private=self.incoming.is_private,
            zone=self.arrival.zone,
        )
