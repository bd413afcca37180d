"""A question outlives an answer that is refused: the next message is understood as another try."""

from handlers.kit.answers import Answer
from handlers.kit.arrival import Question
from handlers.kit.specs import Spec, StepSpec
from locales import Texts
from services.core.errors import PastMending, UserError

REFUSED = "refused"
REFUSALS = 2  # after which the next message is no longer taken for an answer


def ask_on(
    declared: Spec, question: Question | None, problem: UserError, said: str, texts: Texts
) -> Answer | None:
    """Ask the question again that a step was answering when it raised ``problem``; None where none was.

    ``said`` is what is wrong, as HTML. What no other words would mend ends the question, and so does the
    third refusal, which says so.
    """
    if not isinstance(declared, StepSpec) or question is None or question.step != declared.name:
        return None
    if isinstance(problem, PastMending):
        return None
    refused = question.arguments.get(REFUSED, 0) + 1
    if refused > REFUSALS:
        return Answer(f"{said}\n{texts('asking.over')}")
    told = {**question.arguments, REFUSED: refused}
    return Answer(f"{said}\n{texts('asking.again')}", asks=declared.name, asks_with=told)
