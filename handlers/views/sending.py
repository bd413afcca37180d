"""What an administrator is asked after a restore, and what they are told then."""

from handlers.kit.answers import Answer, Button
from locales import Texts
from services.arranging.sending import Pause


def paused(pause: Pause, texts: Texts) -> Answer:
    """Ask what becomes of the old messages; where there are none, whether to go on."""
    if not pause.held:
        go_on = Button(texts("sending.go_on"), "sending.release")
        return Answer(texts("sending.paused_without_any"), buttons=((go_on,),))
    return Answer(
        texts("sending.paused", count=pause.held),
        buttons=(
            (Button(texts("sending.release", count=pause.held), "sending.release"),),
            (Button(texts("sending.discard"), "sending.discard"),),
        ),
    )


def released(count: int, texts: Texts) -> Answer:
    """Say that everything goes out now."""
    return Answer(
        texts("sending.released", count=count) if count else texts("sending.resumed"), replaces=True
    )


def discarded(count: int, texts: Texts) -> Answer:
    """Say that the old ones never will."""
    return Answer(texts("sending.discarded", count=count), replaces=True)
