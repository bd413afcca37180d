"""Rows of the matrix: progress, reports, months opened again."""

from tests.handlers.authority import (
    Edited,
    Pressed,
    Replied,
    Row,
    Said,
    Typed,
)
from tests.handlers.authority_sets import (
    BOTH,
    CARD,
    HERE,
    JUNE,
    OF_UNIT,
    OFFICE,
    OVERSEERS,
    OWN,
    READERS,
    REPORTER,
    REPORTERS,
    A,
)
from tests.handlers.authority_world import (
    FIGURE,
    OTHER_UNIT,
    UNIT,
    Asker,
)

PROGRESS = (
    Row("command progress", (Said(f"/progress {UNIT}"),), READERS, FIGURE, at=HERE),
    Row("command progress", (Said("/progress"),), OF_UNIT, FIGURE, asked=OVERSEERS),
    Row("command progress", (Said("进度 3月"),), OF_UNIT, FIGURE, at=HERE, asked=OVERSEERS),
    Row("action progress.show", (*CARD, Pressed("progress.show")), READERS, FIGURE),
    Row(
        "action progress.overview",
        (Said("/progress"), Pressed("progress.overview", A)),
        OVERSEERS,
        UNIT,
        by=Asker.STANDING,
    ),
    Row("step progress.unit", (Said("/progress"), Replied(UNIT)), READERS, FIGURE),
    Row("guess progress", (Typed(UNIT),), READERS, FIGURE),
)

FEW = Said("报送 动态 1")
RULES = Said("报送 法定 1")
MANY = Said("报送 动态 900")
REPORTING = (
    Row("command report", (Said(f"/report {UNIT} 动态 1"),), REPORTERS, changes="submission", at=HERE),
    Row("command report", (Said(f"报送 {UNIT} 法定=5"),), REPORTERS, changes="tally", at=HERE),
    Row(
        "action report.begin",
        (Said("/progress"), Pressed("report.begin")),
        REPORTERS,
        UNIT,
        by=Asker.REPORTER,
    ),
    Row("command undo", (FEW, Said("/undo")), REPORTER, UNIT, by=Asker.REPORTER),
    Row(
        "action report.unit",
        (FEW, Pressed("report.unit", OWN)),
        REPORTERS | BOTH,
        changes="submission",
        by=Asker.BOTH,
    ),
    Row(
        "action report.category",
        (Said("报送 1"), Pressed("report.category")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row(
        "action report.account",
        (Said("报送 新媒体 1"), Pressed("report.account")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row(
        "action report.amount",
        (Said("报送 动态"), Pressed("report.amount")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row(
        "action report.month",
        (FEW, Pressed("report.month")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
        today=JUNE,
    ),
    Row(
        "step report.month_name",
        (FEW, Replied("本月")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
        today=JUNE,
    ),
    Row(
        "action report.answer",
        (MANY, Pressed("report.answer")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row("action report.rewrite", (MANY, Pressed("report.rewrite")), REPORTERS, UNIT, by=Asker.REPORTER),
    Row("action report.drop", (FEW, FEW, Pressed("report.drop")), by=Asker.REPORTER),
    Row(
        "action report.withdraw",
        (FEW, Pressed("report.withdraw")),
        REPORTER,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row(
        "action report.move",
        (Said(f"报送 {OTHER_UNIT} 动态 1"), Pressed("report.move")),
        BOTH,
        UNIT,
        by=Asker.BOTH,
    ),
    Row(
        "action report.move_to",
        (Said(f"报送 {OTHER_UNIT} 动态 1"), Pressed("report.move"), Pressed("report.move_to", OWN)),
        BOTH,
        changes="submission",
        by=Asker.BOTH,
    ),
    Row(
        "action report.revise",
        (FEW, Edited("报送 动态 2"), Pressed("report.revise")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row("action report.keep", (FEW, Edited("报送 动态 2"), Pressed("report.keep")), by=Asker.REPORTER),
    Row("action report.progress", (RULES, Pressed("report.progress")), READERS, FIGURE, by=Asker.REPORTER),
    Row(
        "step report.line",
        (Said("报送 动态"), Replied("3")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row(
        "step report.unit_name",
        (FEW, Replied(UNIT)),
        REPORTERS | BOTH,
        changes="submission",
        by=Asker.BOTH,
    ),
    Row("edited reporting", (FEW, Edited("报送 动态 2")), REPORTER, UNIT, by=Asker.REPORTER),
)

JANUARY = Said(f"开账 {UNIT} 1月")
OPENED = Said(f"开账 {UNIT} 1月 补报")
REOPENINGS = (
    Row("command unlock", (OPENED,), OFFICE, changes="reopening", at=HERE),
    Row("command unlock", (OPENED, Said("/unlock")), OFFICE, UNIT, at=HERE),
    Row("action unlock.go", (JANUARY, Pressed("unlock.go")), OFFICE, UNIT),
    Row("action unlock.close", (OPENED, Pressed("unlock.close")), OFFICE, changes="reopening"),
    Row(
        "step unlock.unit",
        (Said("开账 哪个单位呢"), Replied(f"{UNIT} 1月 补报")),
        OFFICE,
        changes="reopening",
    ),
    Row("step unlock.reason", (JANUARY, Replied("补报")), OFFICE, changes="reopening"),
)
