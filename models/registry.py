"""Every module with tables, for Tortoise; a test proves the list complete."""

MODEL_MODULES = (
    "models.bulletins",
    "models.evidence",
    "models.media",
    "models.organisation",
    "models.people",
    "models.posting",
    "models.reminding",
    "models.reporting",
    "models.reviews",
    "models.traffic",
)
