"""One call: judged by the facts, done in one transaction, written to the journal."""

from collections.abc import Callable
from typing import Any

from sandbox.errors import ApiError, bad_request
from sandbox.methods import chats, editing, profile, receiving, sending
from sandbox.methods.parts import Described, Uploads, Values
from sandbox.state import Sandbox
from sandbox.validation import canonical, validate

SERVED: dict[str, Callable[[Sandbox, Values, Uploads], Any]] = {
    **receiving.METHODS,
    **sending.METHODS,
    **editing.METHODS,
    **chats.METHODS,
    **profile.METHODS,
}


def call(sandbox: Sandbox, method: str, given: Values, uploads: Uploads) -> dict[str, Any]:
    """Do a call and return the answer's JSON object; nothing is kept of a refused one.

    Raises:
        ApiError: with the code and text to answer.
    """
    name = canonical(method)
    values = validate(name, given, uploads)
    served = SERVED.get(name)
    if served is None:
        raise bad_request("method is not served by this sandbox")
    with sandbox.store.transaction():
        result = served(sandbox, values, uploads)
        answer: dict[str, Any] = {"ok": True, "result": result}
        if isinstance(result, Described):
            answer = {"ok": True, "result": result.result, "description": result.description}
        noted = values | {key: {"name": one.name, "size": len(one.content)} for key, one in uploads.items()}
        sandbox.journal.add(name, noted, answer["result"], sandbox.clock.unix())
    sandbox.announce()
    return answer


def call_quietly(sandbox: Sandbox, method: str, given: Values) -> None:
    """Do a call that came inside a webhook's answer: nobody learns of a refusal."""
    try:
        call(sandbox, method, given, {})
    except ApiError:
        return
