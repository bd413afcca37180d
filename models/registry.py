"""Every module with tables, for Tortoise; a test proves the list complete."""

MODEL_MODULES = ("models.organisation", "models.people", "models.reporting", "models.traffic")
