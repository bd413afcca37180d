"""The use cases that keep something between calls (caches, the calendar); the rest are plain functions."""

from dataclasses import dataclass, field

from handlers.kit.albums import Albums
from services.evidence import EvidenceIntake
from services.evidence_limits import Allowance
from services.evidence_packs import EvidencePacks
from services.exports import Exports
from services.invitations import Invitations
from services.media_names import MediaNames
from services.organisations import Rosters
from services.ports import FileStore, Pictures, SentFiles
from services.progress import ProgressReader
from services.reports import Reports
from services.revisions import Revisions
from services.standings import StandingsReader


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
