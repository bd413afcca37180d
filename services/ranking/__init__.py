"""Rankings: worked out, posted at once, posted by schedule."""
