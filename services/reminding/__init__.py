"""What becomes due, whom it concerns, and the letters that tell of it."""
