"""What administrators arrange: units and how they end, sending after a restore, the audit read."""
