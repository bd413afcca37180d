"""Who may do what, where: one enum of permissions, one table of grants, one actor."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.enums import Language, Role
from services.core.errors import PastMending, UserError


class NotBound(PastMending):
    """The person belongs to no organisation yet; an invite link is the next step."""


class NothingFounded(PastMending):
    """The person may found an organisation, and administers none yet."""


class NotPermitted(PastMending):
    """The person belongs somewhere, but may not do this here (``permission``)."""


class Permission(StrEnum):
    """What can be allowed, as ``resource:action``."""

    PROGRESS_READ_OWN = "progress:read_own"  # a named unit's figures, within the binding's reach
    PROGRESS_READ_ANY = "progress:read_any"  # any unit's figures
    RANKINGS_READ = "rankings:read"  # all places, to whoever belongs to the organisation
    RANKINGS_POST = "rankings:post"  # to groups, now and by schedule
    REPORTS_SUBMIT = "reports:submit"  # count for a unit, within the binding's reach
    REPORTS_WITHDRAW = "reports:withdraw"  # one's own last one
    REVIEWS_DECIDE = "reviews:decide"  # accept or return what was reported
    EVIDENCE_READ = "evidence:read"  # look through a unit's evidence, within the binding's reach
    EVIDENCE_PURGE = "evidence:purge"  # have a piece of it deleted
    MONTHS_REOPEN = "months:reopen"
    QUOTAS_IMPORT = "quotas:import"
    EXPORTS_MAKE = "exports:make"
    MEDIA_RECORD = "media:record"  # a post, or what was done about a finding, within the binding's reach
    MEDIA_MANAGE = "media:manage"  # the register, looks at accounts, what becomes of findings
    UNITS_CHANGE = "units:change"
    MEMBERS_MANAGE = "members:manage"  # invite, see, revoke, hand over
    GROUPS_MANAGE = "groups:manage"
    SETTINGS_CHANGE = "settings:change"
    AUDIT_READ = "audit:read"
    SENDING_RESUME = "sending:resume"
    REMINDERS_MANAGE = "reminders:manage"  # see who lags and what went out, send now, pause, choose the steps
    BULLETINS_ISSUE = "bulletins:issue"  # draft, word, issue and correct them
    REMINDERS_CHOOSE = "reminders:choose"  # one's own: later, away, a stand-in
    LANGUAGE_CHANGE = "language:change"  # one's own
    SELF_READ = "self:read"  # what is kept about oneself
    SELF_FORGET = "self:forget"
    INVITATION_ACCEPT = "invitations:accept"  # with the code in hand
    ORGANISATION_FOUND = "organisations:found"  # whom the settings or the first code name


# To everybody, bound or not.
OPEN = frozenset(
    {
        Permission.LANGUAGE_CHANGE,
        Permission.REMINDERS_CHOOSE,
        Permission.SELF_READ,
        Permission.SELF_FORGET,
        Permission.INVITATION_ACCEPT,
    }
)

_READ = frozenset({Permission.PROGRESS_READ_OWN, Permission.PROGRESS_READ_ANY, Permission.RANKINGS_READ})
_EVIDENCE = frozenset({Permission.EVIDENCE_READ})
_REPORT = frozenset({Permission.REPORTS_SUBMIT, Permission.REPORTS_WITHDRAW, Permission.MEDIA_RECORD})
_OFFICE = frozenset(
    {
        Permission.RANKINGS_POST,
        Permission.REVIEWS_DECIDE,
        Permission.EVIDENCE_PURGE,
        Permission.MONTHS_REOPEN,
        Permission.QUOTAS_IMPORT,
        Permission.EXPORTS_MAKE,
        Permission.MEDIA_MANAGE,
        Permission.UNITS_CHANGE,
        Permission.MEMBERS_MANAGE,
        Permission.GROUPS_MANAGE,
        Permission.SETTINGS_CHANGE,
        Permission.AUDIT_READ,
        Permission.SENDING_RESUME,
        Permission.REMINDERS_MANAGE,
        Permission.BULLETINS_ISSUE,
    }
)

EVERYDAY = _READ | _EVIDENCE | _REPORT  # what units do themselves

GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.REPORTER: _EVIDENCE | {Permission.PROGRESS_READ_OWN, Permission.RANKINGS_READ} | _REPORT,
        Role.REVIEWER: _READ | _EVIDENCE | {Permission.REVIEWS_DECIDE},
        Role.LEADER: _READ | _EVIDENCE,
        Role.ADMINISTRATOR: _READ | _EVIDENCE | _REPORT | _OFFICE,
    }
)


@dataclass(frozen=True, slots=True)
class Binding:
    """A role in an organisation; a reporter's is tied to one unit, and a leader's may be."""

    organisation_id: int
    unit_id: int | None
    role: Role

    def reaches(self, organisation_id: int | None, unit_id: int | None) -> bool:
        """Tell whether the binding covers a unit (None: the organisation as a whole).

        Reporters and a unit's own leader reach that unit only, everybody else all units of the organisation.
        """
        if self.organisation_id != organisation_id:
            return False
        is_tied = self.role is Role.REPORTER or (self.role is Role.LEADER and self.unit_id is not None)
        return not is_tied or (unit_id is not None and self.unit_id == unit_id)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts: resolved once per update, with everything permission needs."""

    telegram_id: int
    member_id: int | None
    name: str
    language: Language
    bindings: tuple[Binding, ...] = ()
    administers_deployment: bool = False
    is_founder: bool = False

    @property
    def may_found(self) -> bool:
        """Tell whether the person may found organisations, which no binding grants."""
        return self.administers_deployment or self.is_founder

    def why_nowhere(self) -> UserError:
        """Give the reason why the person has no binding at all."""
        return NothingFounded() if self.may_found else NotBound()

    @property
    def organisation_ids(self) -> tuple[int, ...]:
        """List the organisations the person belongs to, each once, in the order of the bindings."""
        return tuple(dict.fromkeys(binding.organisation_id for binding in self.bindings))

    def units_of(self, organisation_id: int) -> tuple[int, ...]:
        """List the units the person is bound to in an organisation, each once; not all they may see."""
        return tuple(
            dict.fromkeys(
                binding.unit_id
                for binding in self.bindings
                if binding.organisation_id == organisation_id and binding.unit_id is not None
            )
        )

    def may(
        self, permission: Permission, *, organisation_id: int | None = None, unit_id: int | None = None
    ) -> bool:
        """Tell whether one binding both grants the permission and reaches the unit.

        ``unit_id`` None asks for the whole organisation, which a reporter never reaches. The caller vouches
        that the unit belongs to the organisation (it reads units by both ids).
        """
        if permission is Permission.ORGANISATION_FOUND:
            return self.may_found
        return permission in OPEN or any(
            permission in GRANTS[binding.role] and binding.reaches(organisation_id, unit_id)
            for binding in self.bindings
        )

    def require(
        self, permission: Permission, *, organisation_id: int | None = None, unit_id: int | None = None
    ) -> None:
        """Raise unless ``may``: ``why_nowhere`` for a person without any binding, else NotPermitted."""
        if self.may(permission, organisation_id=organisation_id, unit_id=unit_id):
            return
        if not self.bindings:
            raise self.why_nowhere()
        raise NotPermitted(permission=permission.value)
