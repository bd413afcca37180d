"""The command, buttons and question of the family."""

from handlers.exports import packs, sheets
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import evidence_packs as packs_view
from services.core.access import Permission

FAMILY = Family(
    commands=(
        CommandSpec(
            "export",
            ("导出",),
            Effect.READS,
            sheets.show,
            needs=frozenset({Permission.EXPORTS_MAKE}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("export.choose", Effect.READS, sheets.choose),
        ActionSpec("export.make", Effect.READS, sheets.make),
        ActionSpec("export.packs", Effect.READS, packs.offer),
        ActionSpec("export.pack", Effect.READS, packs.make),
    ),
    steps=(StepSpec(packs_view.STEP, Effect.READS, packs.named),),
)
