"""One update on its way through: what is known of it, and what its handler made of it."""

import datetime as dtm
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.kit.answers import Answer
from handlers.kit.incoming import Incoming, Nobody
from locales import Texts
from services.core.access import Actor


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed, as its stored row says."""

    token: str
    action: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A wizard step that the person has been asked."""

    step: str
    arguments: Mapping[str, Any]


@dataclass(slots=True)
class Arrival:
    """What the application's handlers are given instead of the bare update.

    ``backs`` names the person's report to which a message of nothing but addresses replies.
    ``answers``, ``error`` and ``is_settled`` are filled in while it is handled: settled means that effects,
    answers and the inbox row have been committed together.
    """

    row_id: int
    incoming: Incoming
    actor: Actor
    texts: Texts
    now: dtm.datetime
    today: dtm.date
    zone: dtm.tzinfo = dtm.UTC
    organisation_id: int | None = None
    press: Press | None = None
    question: Question | None = None
    backs: str = ""
    answers: Sequence[Answer] = field(default_factory=tuple)
    error: Exception | None = None
    is_settled: bool = False

    @property
    def is_edit(self) -> bool:
        """Tell whether it is a message as somebody has edited it, by which nobody acts."""
        return self.incoming.nobody is Nobody.EDITED

    @property
    def is_material(self) -> bool:
        """Tell whether it is a forward in private, by which nobody acts: something is shown to the bot."""
        return self.incoming.material is not None

    @property
    def source(self) -> str:
        """Name the message for ever, for the ledger and the audit.

        A private chat has its person's id, so the member's row stands for it; whoever writes has one.
        """
        place = f"m{self.actor.member_id}" if self.incoming.is_private else str(self.incoming.chat_id)
        return f"message/{place}/{self.incoming.message_id}"
