"""Who the rows of the matrix speak of, and the ways that many of them begin with."""

import datetime as dtm

from tests.handlers.authority import (
    Pressed,
    Said,
)
from tests.handlers.authority_world import (
    Asker,
    Place,
)

STANDING = frozenset({Asker.STANDING})
ADMINISTRATOR = frozenset({Asker.OFFICE})
OFFICE = ADMINISTRATOR | STANDING
REPORTER = frozenset({Asker.REPORTER})
BOTH = frozenset({Asker.BOTH})
OVERSEERS = OFFICE | {Asker.COUNTY_LEADER, Asker.REVIEWER}
OF_UNIT = REPORTER | {Asker.LEADER}
READERS = OVERSEERS | OF_UNIT
REPORTERS = OFFICE | REPORTER
HERE = (Place.PRIVATE, Place.OWN_GROUP)
ALONE = (Place.PRIVATE,)
JUNE = dtm.date(2024, 6, 1)  # a Saturday: May still takes reports

CARD = (Said("/units"), Pressed("units.show", {"unit_id": "own"}))
OWN = {"unit_id": "own"}
A = {"organisation_id": "a"}
