"""The command, buttons and questions of the review desk."""

from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.reviews import batches, decisions, queue
from handlers.views import review_batches, review_decisions
from services.core.access import Permission

FAMILY = Family(
    commands=(
        CommandSpec(
            "review",
            ("审核", "审稿"),
            Effect.READS,
            queue.queue,
            needs=frozenset({Permission.REVIEWS_DECIDE}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("review.queue", Effect.READS, queue.queue_chosen),
        ActionSpec("review.picture", Effect.READS, queue.picture),
        ActionSpec("review.compare", Effect.READS, queue.compare),
        ActionSpec("review.document", Effect.READS, queue.document),
        ActionSpec("review.figures", Effect.READS, queue.summary),
        ActionSpec("review.accept", Effect.WRITES, decisions.accept),
        ActionSpec("review.ask_part", Effect.READS, decisions.ask_part),
        ActionSpec("review.ask_reason", Effect.READS, decisions.ask_reason),
        ActionSpec("review.return", Effect.WRITES, decisions.send_back),
        ActionSpec("review.undo", Effect.WRITES, decisions.undo),
        ActionSpec("review.resubmit", Effect.WRITES, decisions.resubmit),
        ActionSpec("review.ask_all", Effect.READS, batches.ask_all),
        ActionSpec("review.accept_all", Effect.WRITES, batches.accept_all),
        ActionSpec("review.ask_all_reason", Effect.READS, batches.ask_reason),
        ActionSpec("review.return_all", Effect.WRITES, batches.return_all),
        ActionSpec("review.undo_all", Effect.WRITES, batches.undo_all),
        ActionSpec("review.resubmit_all", Effect.WRITES, batches.resubmit_all),
    ),
    steps=(
        StepSpec(review_decisions.PART_STEP, Effect.WRITES, decisions.part_said, takes_prose=True),
        StepSpec(review_decisions.REASON_STEP, Effect.WRITES, decisions.reason_said, takes_prose=True),
        StepSpec(review_batches.REASON_STEP, Effect.WRITES, batches.reason_said, takes_prose=True),
    ),
)
