"""People with rows of their own, for use cases that write down who did something."""

import dataclasses

from models.enums import Language, Role
from services.core.access import Actor
from services.membership import members
from tests.builders import NOW


async def a_member(
    organisation_id: int,
    role: Role,
    unit_id: int | None = None,
    *,
    telegram_id: int = 7001,
    name: str = "王芳",
) -> Actor:
    """Bind somebody and return them as they act from now on."""
    await members.bind(telegram_id, organisation_id, unit_id, role, NOW)
    actor = await members.get_actor(telegram_id, name, Language.CHINESE, is_deployment_administrator=False)
    return dataclasses.replace(actor, name=name)
