"""The use cases that keep something between calls (caches, the calendar); the rest are plain functions."""

from dataclasses import dataclass, field

from handlers.kit.albums import Albums
from services.evidence.evidence_intake import EvidenceIntake
from services.evidence.evidence_limits import Allowance
from services.exporting.evidence_packs import EvidencePacks
from services.exporting.exports import Exports
from services.media.media_names import MediaNames
from services.membership.invitations import Invitations
from services.office.organisations import Rosters
from services.ports import FileStore, Pictures, SentFiles
from services.progress import ProgressReader
from services.ranking.standings import StandingsReader
from services.reporting.reports import Reports
from services.reporting.revisions import Revisions


@dataclass(frozen=True, slots=True)
class UseCases:
    """What ``bot.container`` builds and handlers find in their context."""

    progress: ProgressReader
    files: SentFiles
    invitations: Invitations
    store: FileStore
    pictures: Pictures
    has_standing_administrator: bool = False
    """Whether the settings name somebody who administers every organisation, come what may."""
    reports: Reports = field(default_factory=Reports)
    albums: Albums = field(default_factory=Albums)
    allowance: Allowance = field(default_factory=Allowance)
    rosters: Rosters = field(default_factory=Rosters)
    media_names: MediaNames = field(default_factory=MediaNames)
    exports: Exports = field(default_factory=Exports)
    packs: EvidencePacks = field(default_factory=EvidencePacks)

    @property
    def standings(self) -> StandingsReader:
        """What reads rankings; receipts tell the same places."""
        return self.reports.standings

    @property
    def evidence(self) -> EvidenceIntake:
        """What takes evidence."""
        return EvidenceIntake(self.reports, self.revisions)

    @property
    def revisions(self) -> Revisions:
        """What changes reports that count already."""
        return Revisions(self.reports)
