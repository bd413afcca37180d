"""Value objects and texts in, messages out; no service calls."""
