"""What somebody saw of an account, asked for."""

import datetime as dtm
from collections.abc import Mapping
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words
from handlers.views.markup import escape, lines
from handlers.views.media_words import label, posted_words
from handlers.views.paging import in_rows
from locales import Texts
from services.media.media_accounts import MediaAccountRef
from services.media.media_checks import KnownLook

STEP = "media.look_said"


def ask(account: MediaAccountRef, today: dtm.date, texts: Texts) -> Answer:
    """Ask when an account last posted; a press says that it could not be seen, or that it was today."""

    def look(last_post_on: dtm.date | None) -> dict[str, Any]:
        return {
            "account_id": account.id,
            "look": {
                "account_id": account.id,
                "checked_on": today.isoformat(),
                "last_post_on": last_post_on.isoformat() if last_post_on else "",
                "claims": "",
            },
        }

    days = [today, today - dtm.timedelta(days=1)]
    buttons = [Button(day_words(day, texts), "media.look_now", look(day)) for day in days]
    buttons.append(Button(texts("media.button.not_seen"), "media.look_now", look(None)))
    return Answer(
        texts("media.look.ask", account=label(account, texts)),
        buttons=in_rows(buttons, 2),
        asks=STEP,
        asks_with={"account_id": account.id, "missed": 0},
    )


def ask_again(asked_with: Mapping[str, Any], texts: Texts, *, problem: str = "") -> Answer:
    """Ask on; ``problem`` is what was wrong with the answer."""
    told = {**asked_with, "missed": asked_with["missed"] + 1}
    return Answer(escape(problem) or texts("media.look.unclear"), asks=STEP, asks_with=told)


def last_look(look: KnownLook, today: dtm.date, texts: Texts) -> Answer:
    """Show the look that a person recorded last, and ask whether to take it back."""
    return Answer(
        lines([_look_words("media.look.last", look, today, texts)], [texts("report.ask_withdraw")]),
        buttons=(
            (
                Button(texts("media.button.withdraw"), "media.unlook", {"source": look.source}),
                Button(texts("report.button.keep"), "report.keep"),
            ),
        ),
    )


def withdrawn(look: KnownLook, standing: str, today: dtm.date, texts: Texts) -> Answer:
    """Confirm that a look was taken back, with how its account stands without it."""
    return Answer(lines([_look_words("media.look.withdrawn", look, today, texts)], [standing]))


def _look_words(key: str, look: KnownLook, today: dtm.date, texts: Texts) -> str:
    last = look.last_post_on
    seen = (
        texts("media.look.saw_nothing")
        if last is None
        else texts("media.look.saw", last=posted_words(last, today, texts))
    )
    day = posted_words(look.checked_on, today, texts)
    return texts(key, account=label(look.account, texts), day=day, seen=seen)
