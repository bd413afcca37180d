"""Counters for /metrics; one registry, made once."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

STORED = Counter("duban_updates_stored", "Updates stored in the inbox.", registry=REGISTRY)
REPEATED = Counter("duban_updates_repeated", "Updates that were known already.", registry=REGISTRY)
BURIED = Counter("duban_updates_buried", "Updates set aside as not to be handled.", registry=REGISTRY)
SENT = Counter("duban_calls_sent", "Calls that the Bot API accepted.", ["method"], registry=REGISTRY)
PICTURES = Counter(
    "duban_pictures", "Pictures asked for, by what became of it.", ["outcome"], registry=REGISTRY
)
SENT_PICTURES = Counter(
    "duban_sent_pictures",
    "Pictures that people sent, by what became of them.",
    ["outcome"],
    registry=REGISTRY,
)
WRONG_CODES = Gauge("duban_wrong_codes", "Wrong invitation codes of the last hour.", registry=REGISTRY)
HANDLING = Histogram(
    "duban_update_seconds",
    "Seconds from an update's turn to its last answer.",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
    registry=REGISTRY,
)
