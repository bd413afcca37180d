"""Evidence: taken in, looked through, compared, deleted."""
