"""Runs the machine for as long as one likes; a story that goes wrong is told in words."""

from collections import Counter
from collections.abc import Mapping

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.prove.machine.rules import Machine
from tests.prove.machine.seeding import Copies


class Broken(AssertionError):
    """The bot and the model differ; the text is the shortest story found in which they do."""


def run(
    copies: Mapping[str, Copies], *, examples: int, steps: int, seed: int | None = None, shrinks: bool = True
) -> Counter[str]:
    """Run so many stories of so many steps; count what happened by the keys of the answers.

    Without a seed the stories are the same every time.

    Raises:
        Broken: bot and model differ.
    """

    class Run(Machine):
        pass

    Run.copies, Run.deeds = copies, Counter()
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=seed is None,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if shrinks else [])],
        report_multiple_bugs=False,
        print_blob=False,
    )
    try:
        run_state_machine_as_test(Run if seed is None else seeded(seed)(Run), settings=chosen)
    except Exception as problem:
        story = "\n".join(Run.last.story)
        raise Broken(f"{story}\n{type(problem).__name__}: {problem}") from problem
    return Run.deeds
