"""Rows of the matrix: evidence and what it belongs to."""

from tests.handlers.authority import Photographed, Pressed, Row, Said
from tests.handlers.authority_sets import REPORTER, REPORTERS
from tests.handlers.authority_world import UNIT, Asker

FEW = Said("报送 动态 1")
EVIDENCE = (
    Row(
        "attached evidence",
        (Photographed(f"{UNIT} 动态 1"),),
        REPORTERS,
        changes="submission",
        own=frozenset({"evidence", "audit_entry"}),
    ),
    Row(
        "action evidence.attach",
        (FEW, Photographed(""), Pressed("evidence.attach")),
        REPORTER,
        changes="evidence",
        by=Asker.REPORTER,
    ),
)
