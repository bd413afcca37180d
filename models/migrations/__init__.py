"""Schema history; until the first tagged version 0001 is rewritten instead of extended."""
