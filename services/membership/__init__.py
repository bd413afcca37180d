"""Who belongs: people, their seats, how they come in, are away, and are forgotten."""
